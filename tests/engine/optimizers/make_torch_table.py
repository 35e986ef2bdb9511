"""Writes torch_table.json, the trajectories of torch.optim that the optimizers must reproduce.

Run by hand where PyTorch 2.13 is installed: `python make_torch_table.py`. Everything, the optimizers' own
bookkeeping included, is in float64.
"""

import json
import math
from pathlib import Path

STEPS = 200
KEPT = (0, 1, 2, 3, 5, 8, 13, 21, 50, 100, 150, 200)

# name: (text for sympy, the same for torch, start)
FUNCTIONS = {
    "bowl": ("x**2 + 3*y**2 + x*y", lambda x, y: x**2 + 3 * y**2 + x * y, (4.0, 3.0)),
    "himmelblau": (
        "(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
        lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        (1.0, -0.5),
    ),
    "rosenbrock": (
        "(1 - x)**2 + 100*(y - x**2)**2",
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        (-1.2, 1.0),
    ),
    "waves": (
        "sin(x)*cos(y) + (x**2 + y**2)/20",
        lambda x, y: x.sin() * y.cos() + (x**2 + y**2) / 20,
        (2.5, 1.5),
    ),
}

# (spec, class, arguments of torch)
ADAM = {"betas": (0.85, 0.995), "eps": 1e-6}
CASES = [
    ("gd", "SGD", {}),
    ("gd(lr=0.01)", "SGD", {"lr": 0.01}),
    ("gd(lr=0.0004, momentum=0.9)", "SGD", {"lr": 0.0004, "momentum": 0.9}),
    (
        "gd(lr=0.0005, momentum=0.8, dampening=0.3, weight_decay=0.1)",
        "SGD",
        {"lr": 0.0005, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1},
    ),
    (
        "gd(lr=0.0004, momentum=0.9, nesterov=true, weight_decay=0.01)",
        "SGD",
        {"lr": 0.0004, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    ),
    ("adagrad", "Adagrad", {}),
    (
        "adagrad(lr=0.4, lr_decay=0.01, weight_decay=0.02, initial_accumulator_value=0.1, eps=1e-6)",
        "Adagrad",
        {"lr": 0.4, "lr_decay": 0.01, "weight_decay": 0.02, "initial_accumulator_value": 0.1, "eps": 1e-6},
    ),
    ("rmsprop", "RMSprop", {}),
    (
        "rmsprop(lr=0.001, alpha=0.98, eps=1e-5, weight_decay=0.05, momentum=0.7, centered=true)",
        "RMSprop",
        {"lr": 0.001, "alpha": 0.98, "eps": 1e-5, "weight_decay": 0.05, "momentum": 0.7, "centered": True},
    ),
    ("rmsprop(lr=0.02, centered=true)", "RMSprop", {"lr": 0.02, "centered": True}),
    ("adadelta", "Adadelta", {}),
    (
        "adadelta(lr=0.7, rho=0.95, eps=1e-5, weight_decay=0.1)",
        "Adadelta",
        {"lr": 0.7, "rho": 0.95, "eps": 1e-5, "weight_decay": 0.1},
    ),
    ("adam", "Adam", {}),
    (
        "adam(lr=0.1, beta1=0.85, beta2=0.995, eps=1e-6, weight_decay=0.1)",
        "Adam",
        {"lr": 0.1, **ADAM, "weight_decay": 0.1},
    ),
    ("adam(lr=0.2, amsgrad=true)", "Adam", {"lr": 0.2, "amsgrad": True}),
    (
        "adam(lr=0.1, weight_decay=0.2, decoupled_weight_decay=true)",
        "Adam",
        {"lr": 0.1, "weight_decay": 0.2, "decoupled_weight_decay": True},
    ),
    ("adamw", "AdamW", {}),
    (
        "adamw(lr=0.1, beta1=0.85, beta2=0.995, eps=1e-6, weight_decay=0.3, amsgrad=true)",
        "AdamW",
        {"lr": 0.1, **ADAM, "weight_decay": 0.3, "amsgrad": True},
    ),
    ("nadam", "NAdam", {}),
    (
        "nadam(lr=0.05, beta1=0.85, beta2=0.995, eps=1e-6, weight_decay=0.1, momentum_decay=0.02)",
        "NAdam",
        {"lr": 0.05, **ADAM, "weight_decay": 0.1, "momentum_decay": 0.02},
    ),
    (
        "nadam(lr=0.1, weight_decay=0.1, decoupled_weight_decay=true)",
        "NAdam",
        {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True},
    ),
    ("radam", "RAdam", {}),
    (
        "radam(lr=0.05, beta1=0.85, beta2=0.995, eps=1e-6, weight_decay=0.1)",
        "RAdam",
        {"lr": 0.05, **ADAM, "weight_decay": 0.1},
    ),
    (
        "radam(lr=0.02, beta1=0.5, beta2=0.6, weight_decay=0.1, decoupled_weight_decay=true)",
        "RAdam",
        {"lr": 0.02, "betas": (0.5, 0.6), "weight_decay": 0.1, "decoupled_weight_decay": True},
    ),
    ("adamax", "Adamax", {}),
    (
        "adamax(lr=0.05, beta1=0.85, beta2=0.995, eps=1e-6, weight_decay=0.1)",
        "Adamax",
        {"lr": 0.05, **ADAM, "weight_decay": 0.1},
    ),
    ("rprop", "Rprop", {}),
    (
        "rprop(lr=0.1, eta_minus=0.4, eta_plus=1.5, min_step=0.001, max_step=0.5)",
        "Rprop",
        {"lr": 0.1, "etas": (0.4, 1.5), "step_sizes": (0.001, 0.5)},
    ),
    ("asgd(lr=0.0005)", "ASGD", {"lr": 0.0005}),
    (
        "asgd(lr=0.0008, lambd=0.1, alpha=0.5, t0=20, weight_decay=0.1)",
        "ASGD",
        {"lr": 0.0008, "lambd": 0.1, "alpha": 0.5, "t0": 20, "weight_decay": 0.1},
    ),
]


FORKED_AT, SLOWER = 30, 0.25  # from that step on, the learning rate is so many times as large


def trajectory(function, start, method, arguments, steps=STEPS, forked=False):
    """The points of torch.optim's `method` from `start`, a list of steps + 1 lists."""
    import torch

    torch.set_default_dtype(torch.float64)
    theta = torch.tensor(start, requires_grad=True)
    optimizer = getattr(torch.optim, method)([theta], **arguments)
    points = [theta.tolist()]
    for step in range(steps):
        if forked and step == FORKED_AT:
            optimizer.param_groups[0]["lr"] *= SLOWER
        optimizer.zero_grad()
        function(*theta).backward()
        optimizer.step()
        points.append(theta.tolist())
    return points


def main():
    import torch

    rows = []
    for text, function, start in FUNCTIONS.values():
        for spec, method, arguments in CASES:
            points = trajectory(function, start, method, arguments)
            if not all(map(math.isfinite, points[-1])):
                continue
            rows.append([text, spec, [points[k] for k in KEPT]])
    text, function, start = FUNCTIONS["waves"]
    forks = []
    for spec, method, arguments in CASES:
        points = trajectory(function, start, method, arguments, forked=True)
        forks.append([text, spec, [points[k] for k in KEPT]])
    table = {"torch": torch.__version__.split("+")[0], "steps": KEPT, "rows": rows, "forks": forks}
    path = Path(__file__).with_name("torch_table.json")
    body = json.dumps(table).replace('["', '\n["')
    path.write_text(body + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
