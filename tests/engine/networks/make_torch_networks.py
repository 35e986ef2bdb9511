"""Writes torch_networks.json: small networks as PyTorch trains them, which ours must reproduce.

Run by hand where PyTorch 2.13 and NumPy are installed: `python make_torch_networks.py`; two minutes.
Everything is in float64, the optimizers' own bookkeeping included (torch keeps some of it, NAdam's
mu_product and ASGD's eta, in the default type, so that is set), on one thread, from given weights, rows in
order. Batches are those of DataLoader(shuffle=False, drop_last=False): the last of each epoch is smaller.

`losses` are of all rows, before the first step and after each, with the penalty if there is one;
`batch_losses` those of the batches as they went, before the step of each. Every case is run again from
weights that differ in the last digit: one whose losses then differ by more than a hundredth of the
tolerance of 1e-9 (RMSprop at a rate of 0.005, all rows at once) is no measure of anything, and is not
written.
"""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np

STEPS = 200
ROWS = 50
BATCH = 32
NEAR = 1e-11  # relative; how closely a case must come back from a start that is 1e-15 away

# spec of ours, class and arguments of torch
METHODS = [
    ("gd(lr=0.1)", "SGD", {"lr": 0.1}),
    ("gd(lr=0.05, momentum=0.9)", "SGD", {"lr": 0.05, "momentum": 0.9}),
    ("gd(lr=0.05, momentum=0.8, dampening=0.3)", "SGD", {"lr": 0.05, "momentum": 0.8, "dampening": 0.3}),
    (
        "gd(lr=0.02, momentum=0.9, nesterov=true)",
        "SGD",
        {"lr": 0.02, "momentum": 0.9, "nesterov": True},
    ),
    ("gd(lr=0.1, weight_decay=0.01)", "SGD", {"lr": 0.1, "weight_decay": 0.01}),
    (
        "gd(lr=0.02, momentum=0.9, nesterov=true, weight_decay=0.01)",
        "SGD",
        {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    ),
    ("adagrad(lr=0.05)", "Adagrad", {"lr": 0.05}),
    ("rmsprop(lr=0.003)", "RMSprop", {"lr": 0.003}),
    (
        "rmsprop(lr=0.002, momentum=0.7, centered=true)",
        "RMSprop",
        {"lr": 0.002, "momentum": 0.7, "centered": True},
    ),
    ("adadelta", "Adadelta", {}),
    ("adam(lr=0.01)", "Adam", {"lr": 0.01}),
    ("adam(lr=0.02, weight_decay=0.01)", "Adam", {"lr": 0.02, "weight_decay": 0.01}),
    ("adam(lr=0.02, amsgrad=true)", "Adam", {"lr": 0.02, "amsgrad": True}),
    ("adamw(lr=0.02, weight_decay=0.1)", "AdamW", {"lr": 0.02, "weight_decay": 0.1}),
    ("nadam(lr=0.01)", "NAdam", {"lr": 0.01}),
    ("radam(lr=0.02)", "RAdam", {"lr": 0.02}),
    ("adamax(lr=0.02)", "Adamax", {"lr": 0.02}),
    ("rprop(lr=0.01)", "Rprop", {"lr": 0.01}),
    ("asgd(lr=0.1)", "ASGD", {"lr": 0.1}),
    (
        "asgd(lr=0.1, lambd=0.01, alpha=0.5, t0=20)",
        "ASGD",
        {"lr": 0.1, "lambd": 0.01, "alpha": 0.5, "t0": 20},
    ),
]
GD = METHODS[0]

# name of ours → (function of torch.nn.functional, its arguments)
LOSSES = {
    "mse": ("mse_loss", {}),
    "l1": ("l1_loss", {}),
    "huber": ("huber_loss", {}),
    "huber(delta=0.5)": ("huber_loss", {"delta": 0.5}),
    "smooth_l1": ("smooth_l1_loss", {}),
    "smooth_l1(beta=0.5)": ("smooth_l1_loss", {"beta": 0.5}),
    "bce_with_logits": ("binary_cross_entropy_with_logits", {}),
    "cross_entropy": ("cross_entropy", {}),
    "hinge_embedding": ("hinge_embedding_loss", {}),
    "multi_margin": ("multi_margin_loss", {}),
    "mse(reduction=sum)": ("mse_loss", {"reduction": "sum"}),
}
TARGETS = {"bce_with_logits": "c", "cross_entropy": "k", "hinge_embedding": "s", "multi_margin": "k"}
ACTIVATIONS = {
    "": None, "sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU",
    "gelu": "GELU", "softplus": "Softplus",
}  # fmt: skip

# name of ours → (function of torch.nn.init, its arguments)
INITIALISATIONS = {
    "glorot_uniform": ("xavier_uniform_", {}),
    "glorot_normal": ("xavier_normal_", {}),
    "he_uniform": ("kaiming_uniform_", {"nonlinearity": "relu"}),
    "he_normal": ("kaiming_normal_", {"nonlinearity": "relu"}),
}


def table():
    """The columns: two inputs, two numbers, and classes as 0 and 1, as −1 and 1, as 0, 1 and 2."""
    generator = np.random.Generator(np.random.PCG64(2013))
    x_1, x_2, noise = generator.uniform(-2, 2, size=(3, ROWS)).round(3)
    y = np.sin(2 * x_1) + 0.3 * x_2**2 - 0.5 + 0.1 * noise
    z = x_1 * x_2 / 2 - 0.2 * noise
    c = (x_1 * x_2 + 0.3 * noise > 0).astype(float)
    k = np.floor(3 * (np.arctan2(x_2, x_1) + np.pi) / (2 * np.pi)).clip(0, 2)
    return {"x_1": x_1, "x_2": x_2, "y": y.round(4), "z": z.round(4), "c": c, "s": 2 * c - 1, "k": k}


def start(widths):
    """Weights for the widths, by seed: [[(out, in), (out,)], …]."""
    generator = np.random.Generator(np.random.PCG64(sum(widths)))
    return [
        [generator.uniform(-1, 1, size=shape).round(4) for shape in ((out, count), (out,))]
        for count, out in pairwise(widths)
    ]


def network_of(text):
    """torch.nn.Sequential of "2-8tanh-1", with its start."""
    import torch

    layers, widths, rest = [], [], text.split("-")
    for part in rest:
        digits = "".join(filter(str.isdigit, part.partition("_")[0]))
        widths.append(int(digits))
        if len(widths) > 1:
            layers.append(torch.nn.Linear(*widths[-2:]))
            activation = ACTIVATIONS[part[len(digits) :]]
            layers += [getattr(torch.nn, activation)()] if activation else []
    net = torch.nn.Sequential(*layers)
    with torch.no_grad():
        for layer, arrays in zip(
            (each for each in net if hasattr(each, "weight")), start(widths), strict=True
        ):
            layer.weight.copy_(torch.tensor(arrays[0]))
            layer.bias.copy_(torch.tensor(arrays[1]))
    return net


def penalised(net, penalty):
    """The penalty: its factor times the sum of the squares (l2) or sizes (l1) of the matrices, or of all."""
    kind, factor, of = penalty
    chosen = [p for name, p in net.named_parameters() if of == "all" or name.endswith("weight")]
    return factor * sum((p**2 if kind == "l2" else p.abs()).sum() for p in chosen)


def train(columns, text, targets, loss, batch, method, arguments, penalty=None, nudge=0.0):
    """One case: the losses of all rows, those of the batches, the weights at the start and at the end."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    net = network_of(text)
    initial = {name: p.detach().clone().tolist() for name, p in net.named_parameters()}
    with torch.no_grad():
        for p in net.parameters():
            p.mul_(1 + nudge)
    x = torch.tensor(np.column_stack([columns["x_1"], columns["x_2"]]))
    y = torch.tensor(np.column_stack([columns[name] for name in targets]))
    if loss in ("cross_entropy", "multi_margin"):
        y = y[:, 0].long()
    name, settings = LOSSES[loss]
    function = getattr(torch.nn.functional, name)

    def objective(inputs, wanted):
        value = function(net(inputs), wanted, **settings)
        return value if penalty is None else value + penalised(net, penalty)

    optimizer = getattr(torch.optim, method)(net.parameters(), **arguments)
    loader = DataLoader(TensorDataset(x, y), batch_size=ROWS if batch == "full" else batch)
    losses, batch_losses = [objective(x, y).item()], []
    while len(batch_losses) < STEPS:
        for inputs, wanted in loader:
            optimizer.zero_grad()
            value = objective(inputs, wanted)
            value.backward()
            optimizer.step()
            batch_losses.append(value.item())
            losses.append(objective(x, y).item())
    final = {name: p.detach().tolist() for name, p in net.named_parameters()}
    return losses, batch_losses, initial, final


def wanted_cases():
    """(network, targets, loss, batch, (spec, class, arguments), penalty) of each."""
    tanh = "2-8tanh-1"
    for batch in ("full", BATCH):
        for method in METHODS:
            yield tanh, ["y"], "mse", batch, method, None
        for loss in list(LOSSES)[1:]:
            target = TARGETS.get(loss, "y")
            network = "2-8tanh-3" if target == "k" else tanh
            slower = ("gd(lr=0.002)", "SGD", {"lr": 0.002})
            yield network, [target], loss, batch, slower if "sum" in loss else GD, None
        yield "2-8tanh-2", ["y", "z"], "mse", batch, GD, None
        yield "2-5relu-4tanh-1", ["y"], "mse", batch, GD, None
    for activation in ACTIVATIONS:
        yield f"2-8{activation}-1", ["y"], "mse", "full", ("gd(lr=0.02)", "SGD", {"lr": 0.02}), None
    for kind in ("l2", "l1"):
        for of in ("weights", "all"):
            yield tanh, ["y"], "mse", "full", GD, (kind, 0.01, of)
    yield tanh, ["y"], "mse", BATCH, GD, ("l2", 0.01, "weights")


def deviation(a, b):
    a, b = np.array(a), np.array(b)
    return float((np.abs(a - b) / np.abs(a)).max())


def initialisations():
    """How torch draws: least, greatest, mean and standard deviation of the weights of many layers."""
    import torch

    def statistics(tensor):
        return [tensor.min().item(), tensor.max().item(), tensor.mean().item(), tensor.std().item()]

    torch.manual_seed(0)
    rows = []
    for fan_in, fan_out in ((2, 8), (8, 8), (64, 10)):
        layers = [torch.nn.Linear(fan_in, fan_out) for _ in range(4000)]
        row = {"name": "default", "fan_in": fan_in, "fan_out": fan_out}
        row["weight"] = statistics(torch.stack([layer.weight.detach() for layer in layers]))
        row["bias"] = statistics(torch.stack([layer.bias.detach() for layer in layers]))
        rows.append(row)
        for name, (function, arguments) in INITIALISATIONS.items():
            for layer in layers:
                getattr(torch.nn.init, function)(layer.weight, **arguments)
            weight = statistics(torch.stack([layer.weight.detach() for layer in layers]))
            rows.append({"name": name, "fan_in": fan_in, "fan_out": fan_out, "weight": weight, "bias": None})
    return rows


def main():
    import torch

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    columns = table()
    starts, cases = {}, []
    for network, targets, loss, batch, (spec, method, arguments), penalty in wanted_cases():
        case = (columns, network, targets, loss, batch, method, arguments, penalty)
        losses, batch_losses, initial, final = train(*case)
        moved = max(deviation(losses, train(*case, nudge=sign * 1e-15)[0]) for sign in (1, -1))
        print(f"{network:16} {loss:20} {batch:>4} {spec:60} {losses[0]:.4f} → {losses[-1]:.4f}  {moved:.0e}")
        if moved > NEAR:
            print("    not written: too sensitive")
            continue
        starts[network] = initial
        cases.append(
            {
                "network": network,
                "targets": targets,
                "loss": loss,
                "batch": batch,
                "optimizer": spec,
                "penalty": penalty,
                "losses": losses,
                "batch_losses": None if batch == "full" else batch_losses,
                "final": [number for array in final.values() for number in np.ravel(array).tolist()],
            }
        )
    found = {
        "torch": torch.__version__.split("+")[0],
        "steps": STEPS,
        "columns": {name: column.tolist() for name, column in columns.items()},
        "starts": starts,
        "initialisations": initialisations(),
        "cases": cases,
    }
    text = json.dumps(found).replace('{"network"', '\n{"network"').replace('"losses"', '\n "losses"')
    text = text.replace('"batch_losses"', '\n "batch_losses"').replace('"final"', '\n "final"')
    Path(__file__).with_name("torch_networks.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
