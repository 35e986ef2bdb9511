"""The training of a network as a self-contained script in PyTorch, float64, with the tensors' own names.

Where torch.optim has the method it is used, with the same settings; where it has not, the rule is written out
as an optimizer of the script. Nothing here runs a script. Any thread; numpy only.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from engine.base.i18n import Language
from engine.document.network import CLASSES, Activation, Loss, LossName, Penalty
from engine.writers.own_rule import own_rule_source
from engine.writers.script_runs import Phase, head_line, rules_source, runs_source, special_source
from engine.writers.training_source import (
    MAIN,
    Trained,
    batches_source,
    figure_source,
    loss_columns,
    scaling_source,
    start_source,
    table_source,
)

Settings = dict[str, Any]

_METHODS: Final[dict[str, str]] = {
    "gd": "SGD",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adadelta": "Adadelta",
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "NAdam",
    "radam": "RAdam",
    "adamax": "Adamax",
    "rprop": "Rprop",
    "asgd": "ASGD",
}
# Settings that torch.optim takes two at a time, each with the defaults of both.
_PAIRS: Final = {
    "betas": (("beta1", 0.9), ("beta2", 0.999)),
    "etas": (("eta_minus", 0.5), ("eta_plus", 1.2)),
    "step_sizes": (("min_step", 1e-6), ("max_step", 50.0)),
}
_FED: Final = ("resume", "schedule", "noise", "clip")
_MODULES: Final[dict[Activation, str]] = {
    "sigmoid": "Sigmoid()",
    "tanh": "Tanh()",
    "relu": "ReLU()",
    "leaky_relu": "LeakyReLU()",
    "elu": "ELU()",
    "gelu": "GELU()",
    "softplus": "Softplus(threshold=40.0)",  # beyond its own threshold of 20 the line would be 2e-9 off
}
_LOSSES: Final[dict[LossName, str]] = {
    "mse": "mse_loss",
    "l1": "l1_loss",
    "huber": "huber_loss",
    "smooth_l1": "smooth_l1_loss",
    "bce_with_logits": "binary_cross_entropy_with_logits",
    "cross_entropy": "cross_entropy",
    "hinge_embedding": "hinge_embedding_loss",
    "multi_margin": "multi_margin_loss",
}


def to_torch(found: Trained, language: Language = "en") -> str:
    """The script. `language` is that of its comments' head line, the lab's title."""
    modules = '[SPECIAL, "numpy"]' if found.special else '["numpy"]'
    written = [_written_out(phases) for phases in found.phases]
    parts = [
        _head(found, any(written), language),
        *((special_source(),) if found.special else ()),
        "torch.set_default_dtype(torch.float64)\ntorch.set_num_threads(1)  # faster for a small network",
        table_source(found) + "\n" + "\n".join(_sides(found)),
        *batches_source(found),
        _network(found),
        _loss(found),
        *rules_source(written),
        *(own_rule_source(rule, name, modules) for rule, name in found.own.items()),
        *((_WRITTEN,) if any(written) else ()),
        _training(found),
        runs_source(
            found.solution,
            (_entries(found, phases) for phases in found.phases),
            lambda run: start_source(found, run),
        ),
        figure_source(found),
        MAIN,
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _head(found: Trained, written: bool, language: Language) -> str:
    standard = ["import functools"] if found.shuffled or written else []
    standard += ["import math"] if found.special else []
    others = ["import mpmath"] if found.special else []
    others += ["import numpy as np", *(["import sympy as sp"] if found.own else []), "import torch"]
    needs = "numpy sympy torch matplotlib" if found.own else "numpy torch matplotlib"
    return f'''#!/usr/bin/env python3
"""{head_line(found.solution, found.text, language)}

The training of a network in PyTorch, with the losses of every step. Written by Nablascope.
Needs: pip install {needs}. With a file name as its argument, the figure of the losses
is saved there in place of being shown.
"""

{chr(10).join([*standard, "import sys"])}

{chr(10).join(others)}'''


def _sides(found: Trained) -> Iterator[str]:
    inputs = len(found.examples.names)
    wanted = f"{inputs}].astype(np.int64)" if found.network.loss.name in CLASSES else f"{inputs}:]"
    yield f"X, Y = torch.tensor(TABLE[:, :{inputs}]), torch.tensor(TABLE[:, {wanted})"
    if found.network.scaling == "standard":
        yield from scaling_source(found.examples)
        yield "X = (X - torch.from_numpy(MEAN)) / torch.from_numpy(STD)"
    if found.tested:
        yield "TEST_X, TEST_Y = X[ROWS:], Y[ROWS:]"
        yield "X, Y = X[:ROWS], Y[:ROWS]"


def _network(found: Trained) -> str:
    network = found.network
    lines = [
        "def network():",
        '    """The layers, with weights of their own."""',
        "    return torch.nn.Sequential(",
    ]
    for layer, (width, following) in zip(
        network.layers, zip(network.widths, network.widths[1:], strict=False), strict=True
    ):
        bias = "" if layer.bias else ", bias=False"
        lines.append(f"        torch.nn.Linear({width}, {following}{bias}),")
        if layer.activation != "linear":
            lines.append(f"        torch.nn.{_MODULES[layer.activation]},")
    return "\n".join([*lines, "    )"])


def _loss(found: Trained) -> str:
    loss, penalty = found.network.loss, found.network.penalty
    lines = [
        "def loss_of(net, x, y):",
        f'    """The loss of the rows x, y{", with its penalty" if penalty else ""}."""',
        f"    value = torch.nn.functional.{_LOSSES[loss.name]}(net(x), y{_arguments(loss)})",
    ]
    if penalty is not None and penalty.factor:
        lines += _penalty_lines(penalty)
    return "\n".join([*lines, "    return value"])


def _arguments(loss: Loss) -> str:
    given = {"huber": f", delta={loss.delta!r}", "smooth_l1": f", beta={loss.beta!r}"}.get(loss.name, "")
    return given + ("" if loss.reduction == "mean" else ', reduction="sum"')


def _penalty_lines(penalty: Penalty) -> Iterator[str]:
    chosen = "net.parameters()"
    if penalty.of == "weights":
        yield '    matrices = [each for name, each in net.named_parameters() if name.endswith("weight")]'
        chosen = "matrices"
    size = "(each**2).sum()" if penalty.kind == "l2" else "each.abs().sum()"
    yield f"    value = value + {penalty.factor!r} * sum({size} for each in {chosen})"


# Optimizers


def _written_out(phases: list[Phase]) -> list[Phase]:
    """Those of a run whose method torch.optim lacks, or follows otherwise."""
    # ASGD takes over a rate that changes one step late.
    late = any(each.rule == "asgd" and {"schedule", "resume"} & each.settings.keys() for each in phases)
    return [each for each in phases if each.rule not in _METHODS or (late and each.rule == "asgd")]


def _entries(found: Trained, phases: list[Phase]) -> Iterator[str]:
    """How the phases of a run are written into RUNS: (optimizer, steps, its arguments, how it is fed)."""
    written = _written_out(phases)
    for phase in phases:
        fed = {key: value for key, value in phase.settings.items() if key in _FED}
        own = {key: value for key, value in phase.settings.items() if key not in _FED}
        if phase not in written:
            yield f"torch.optim.{_METHODS[phase.rule]}, {phase.steps}, {_arguments_of(own)!r}, {fed!r}"
            continue
        if found.held and "points" in own:
            own["points"] = [_whole(found, point) for point in own["points"]]
        yield f"functools.partial(Written, rule={phase.rule}), {phase.steps}, {own!r}, {fed!r}"


def _arguments_of(settings: Settings) -> Settings:
    """The settings as torch.optim takes them."""
    arguments: Settings = {}
    for key, value in settings.items():
        pair = next((pair for pair, parts in _PAIRS.items() if key in dict(parts)), None)
        if pair is None:
            arguments[key] = value
        else:
            arguments[pair] = tuple(settings.get(part, default) for part, default in _PAIRS[pair])
    return arguments


def _whole(found: Trained, point: Iterable[float]) -> list[float]:
    """The numbers of all weights, those that are held among them."""
    free = iter(point)
    return [found.held[k] if k in found.held else next(free) for k in range(found.network.parameters)]


_WRITTEN: Final = '''
class Written(torch.optim.Optimizer):
    """A method that torch.optim lacks, by its rule above for all weights in one vector."""

    def __init__(self, parameters, rule, **settings):
        super().__init__(parameters, settings)
        self.rule = rule

    @torch.no_grad()
    def step(self):
        settings = dict(self.param_groups[0])
        parameters = settings.pop("params")
        memory = self.state.setdefault("memory", {"steps": 0, "of the rule": {}})
        memory["steps"] += 1
        theta = torch.nn.utils.parameters_to_vector(parameters).numpy()
        slope = torch.nn.utils.parameters_to_vector([each.grad for each in parameters]).numpy()
        theta = self.rule(memory["steps"], theta, slope, memory["of the rule"], **settings)
        torch.nn.utils.vector_to_parameters(torch.from_numpy(theta), parameters)
'''


def _training(found: Trained) -> str:
    """`train`, and what it needs."""
    held = found.held
    settings = [each.settings for phases in found.phases for each in phases]
    shaped = bool(held) or any("noise" in each or "clip" in each for each in settings)
    lines = []
    if held:
        lines += [
            f"HELD = {held!r}  # the weights that stay as they are, by their places among all",
            f"FREE = [place for place in range({found.network.parameters}) if place not in HELD]",
            "",
            "",
        ]
    lines += _shape_lines(bool(held)) if shaped else ()
    lines += [*_loss_lines(found), "", "", *_TRAIN.strip("\n").split("\n")]
    rows = "X, Y" if found.batch is None else "X[rows_of(step)], Y[rows_of(step)]"
    left_out = {"shape(": shaped, "hold(": bool(held)}
    return "\n".join(
        line.replace("{rows}", rows)
        for line in lines
        if all(wanted or f"  {call}" not in line for call, wanted in left_out.items())
    )


def _shape_lines(held: bool) -> Iterator[str]:
    """`shape`; and `hold`, where weights are held."""
    yield "def shape(parameters, random, *, noise=0.0, clip=0.0, **unused):"
    yield '    """Add noise to the gradient, then shorten it to `clip`."""'
    yield "    slope = torch.nn.utils.parameters_to_vector([each.grad for each in parameters])"
    yield from ["    slope[list(HELD)] = 0.0"] * held
    yield "    if noise:"
    places, count = ("FREE", "len(FREE)") if held else (":", "len(slope)")
    yield f"        slope[{places}] += noise * torch.from_numpy(random.standard_normal({count}))"
    yield "    sizes = [each.numel() for each in parameters]"
    yield "    for each, part in zip(parameters, slope.split(sizes)):"
    yield "        each.grad.copy_(part.view_as(each))"
    yield "    if clip:"
    yield "        torch.nn.utils.clip_grad_norm_(parameters, clip)"
    yield from ["", ""]
    if held:
        yield "@torch.no_grad()"
        yield "def hold(parameters):"
        yield '    """Put the weights that are held back where they were."""'
        yield "    whole = torch.nn.utils.parameters_to_vector(parameters)"
        yield "    whole[list(HELD)] = torch.tensor(list(HELD.values()))"
        yield "    torch.nn.utils.vector_to_parameters(whole, parameters)"
        yield from ["", ""]


def _loss_lines(found: Trained) -> list[str]:
    losses = {
        "loss": "loss_of(net, X, Y).item()",
        "loss of the batch": "loss_of(net, X[rows_of(step)], Y[rows_of(step)]).item()",
        "test loss": "loss_of(net, TEST_X, TEST_Y).item()",
    }
    return [
        "@torch.no_grad()",
        "def losses(net, step):",
        '    """What is printed of a step."""',
        f"    return [{', '.join(losses[name] for name in loss_columns(found))}]",
    ]


_TRAIN: Final = '''
def train(net, rules):
    """The losses before the first step and after each, a row each.

    Each of the rules: an optimizer, how many steps it takes, its arguments, and how it is fed. There, resume:
    it is that of the steps before, with other numbers, and goes on with its memory; schedule: what the
    learning rate is multiplied by in each step; noise: standard deviation of what is added to the gradient;
    clip: the longest gradient that is let through.
    """
    parameters, random = list(net.parameters()), np.random.default_rng(SEED)
    step, before = 0, None
    table = [losses(net, step)]
    for method, steps, arguments, fed in rules:
        optimizer = method(parameters, **arguments)
        if fed.get("resume"):
            optimizer.state = before.state
        for k in range(steps):
            optimizer.zero_grad()
            loss_of(net, {rows}).backward()
            shape(parameters, random, **fed)
            if "schedule" in fed and "lr" in arguments:
                optimizer.param_groups[0]["lr"] = arguments["lr"] * fed["schedule"][k]
            optimizer.step()
            hold(parameters)
            step += 1
            table.append(losses(net, step))
        before = optimizer
    return table


def run(start, rules):
    """The same of a network with the weights `start`."""
    net = network()
    net.load_state_dict({name: torch.tensor(numbers) for name, numbers in start.items()})
    return train(net, rules)
'''
