"""The training of a network as a self-contained script in NumPy: both passes, layer by layer; the descent.

The script needs numpy, and matplotlib for its figure; its losses are those of the runs. Nothing here runs it.
Any thread; numpy only.
"""

from collections.abc import Iterator
from typing import Final

from engine.base.i18n import Language
from engine.base.paths import RESOURCES
from engine.document.network import CLASSES, Loss, Network, Penalty
from engine.writers.own_rule import own_rule_source
from engine.writers.script_runs import (
    descent_source,
    head_line,
    rules_source,
    runs_source,
    special_source,
    with_called,
)
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

LAYERS: Final = RESOURCES / "script" / "layers.py"


def to_numpy(found: Trained, language: Language = "en") -> str:
    """The script. `language` is that of its comments' head line, the lab's title."""
    modules = '[SPECIAL, "numpy"]' if found.special else '["numpy"]'
    layers = with_called(LAYERS, _used(found.network))
    parts = [
        _head(found, any("math." in source for source in layers), language),
        *((special_source(),) if found.special else ()),
        table_source(found) + "\n" + "\n".join(_sides(found)),
        *batches_source(found),
        *layers,
        _tensors(found),
        *_passes(found),
        *rules_source(found.phases),
        *(own_rule_source(rule, name, modules) for rule, name in found.own.items()),
        descent_source("theta" if found.batch is None else "theta, len(path) - 1"),
        runs_source(
            found.solution,
            ([phase.entry for phase in each] for each in found.phases),
            lambda run: start_source(found, run),
        ),
        _run(found),
        figure_source(found),
        MAIN,
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _head(found: Trained, math: bool, language: Language) -> str:
    standard = ["import functools"] if found.shuffled else []
    standard += ["import math"] if math or found.special else []
    others = ["import mpmath"] if found.special else []
    others += ["import numpy as np", *(["import sympy as sp"] if found.own else [])]
    needs = "numpy sympy matplotlib" if found.own else "numpy matplotlib"
    return f'''#!/usr/bin/env python3
"""{head_line(found.solution, found.text, language)}

The training of a network, its two passes written out layer by layer, with the losses of every step.
Written by Nablascope. Needs: pip install {needs}. With a file name as its argument, the figure
of the losses is saved there in place of being shown.
"""

{chr(10).join([*standard, "import sys"])}

{chr(10).join(others)}
'''


def _sides(found: Trained) -> Iterator[str]:
    inputs = len(found.examples.names)
    yield f"X = TABLE[:, :{inputs}].T  # (inputs, rows)"
    if found.network.scaling == "standard":
        yield from scaling_source(found.examples)
        yield "X = (X - MEAN[:, None]) / STD[:, None]"
    if found.network.loss.name in CLASSES:
        outputs = found.network.widths[-1]
        right = f"np.eye({outputs})[TABLE[:, {inputs}].astype(int)].T"
        yield f"Y = {right}  # (classes, rows): 1 for the right one"
    else:
        yield f"Y = TABLE[:, {inputs}:].T  # (outputs, rows)"
    if found.tested:
        yield "TEST_X, TEST_Y = X[:, ROWS:], Y[:, ROWS:]"
        yield "X, Y = X[:, :ROWS], Y[:, :ROWS]"


def _used(network: Network) -> set[str]:
    """The functions of LAYERS that a network needs."""
    activations = {layer.activation for layer in network.layers} - {"linear"}
    return {network.loss.name, *activations, *(f"{name}_slope" for name in activations)}


def _tensors(found: Trained) -> str:
    shapes = found.network.shapes
    lines = [
        "# The tensors as torch.nn.Sequential names them: a matrix is (outputs, inputs), a bias (outputs,).",
        f"SHAPES = {shapes!r}",
    ]
    held = found.held
    if held:
        lines += [
            f"HELD = {held!r}  # the weights that stay as they are, by their places",
            f"FREE = np.setdiff1d(np.arange({found.network.parameters}), list(HELD))",
        ]
    lines += [
        "",
        "",
        "def flat(named):",
        '    """The numbers of named tensors one after the other."""',
        "    return np.concatenate([np.ravel(named[name]) for name in SHAPES])" + ("[FREE]" if held else ""),
        "",
        "",
        "def tensors(theta):",
        '    """The tensors whose numbers theta has."""',
    ]
    if held:
        lines += [
            f"    whole = np.empty({found.network.parameters})",
            "    whole[FREE], whole[list(HELD)] = theta, list(HELD.values())",
            "    theta = whole",
        ]
    lines += [
        "    ends = np.cumsum([np.prod(shape) for shape in SHAPES.values()])[:-1]",
        "    return [part.reshape(shape) for part, shape in zip(np.split(theta, ends), SHAPES.values())]",
    ]
    return "\n".join(lines)


def _passes(found: Trained) -> Iterator[str]:
    """`forward`, `loss` and `gradient`, a few lines a layer."""
    network = found.network
    layers = list(enumerate(network.layers, 1))
    last = len(layers)
    below = {k: f"a{k - 1}" if k > 1 else "x" for k, _ in layers}
    parts = [name for k, layer in layers for name in ((f"W{k}", f"b{k}") if layer.bias else (f"W{k}",))]
    unpacked = f"    {_tuple(parts)} = tensors(theta)"
    made: list[str] = []
    lines = [
        "def forward(theta, x):",
        '    """The weighted sums z and the values a of each layer."""',
        unpacked,
    ]
    for k, layer in layers:
        whole = f"W{k} @ {below[k]}" + (f" + b{k}[:, None]" if layer.bias else "")
        if layer.activation == "linear":
            lines.append(f"    a{k} = {whole}")
            made.append(f"a{k}")
        else:
            lines += [f"    z{k} = {whole}", f"    a{k} = {layer.activation}(z{k})"]
            made += [f"z{k}", f"a{k}"]
    yield "\n".join([*lines, f"    return {_tuple(made)}"])

    reduction = network.loss.reduction
    penalty = _penalty(network.penalty, parts)
    call = f"{network.loss.name}(a{last}, y{_arguments(network.loss)})"
    yield "\n".join([
        "def loss(theta, x, y):",
        f'    """The {reduction} over the elements{", with its penalty" if penalty else ""}."""',
        *([unpacked] if penalty else []),
        f"    *_, a{last} = forward(theta, x)",
        f"    each, _slope = {call}",
        f"    return each.{reduction}()" + (f" + {penalty}" if penalty else ""),
    ])  # fmt: skip

    lines = [
        f"def gradient({'theta' if found.batch is None else 'theta, step'}):",
        '    """The slope of the loss by every weight; delta is that by the weighted sums of a layer."""',
        unpacked,
        "    x, y = X, Y" if found.batch is None else "    x, y = X[:, rows_of(step)], Y[:, rows_of(step)]",
        f"    {_tuple(made)} = forward(theta, x)",
        f"    each, slope = {call}",
    ]
    for k, layer in reversed(layers):
        back = (
            f"W{k + 1}.T @ delta{k + 1}"
            if k < last
            else "slope / each.size"
            if reduction == "mean"
            else "slope"
        )
        if layer.activation != "linear":
            back = f"({back}) * {layer.activation}_slope(z{k}, a{k})"
        lines.append(f"    delta{k} = {back}")
        lines.append(f"    dW{k} = delta{k} @ {below[k]}.T{_penalty_slope(network.penalty, f'W{k}')}")
        if layer.bias:
            lines.append(f"    db{k} = delta{k}.sum(axis=1){_penalty_slope(network.penalty, f'b{k}')}")
    slopes = ", ".join(f"d{name}.ravel()" if name[0] == "W" else f"d{name}" for name in parts)
    yield "\n".join([*lines, f"    return np.concatenate([{slopes}])" + ("[FREE]" if found.held else "")])


def _tuple(names: list[str]) -> str:
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)


def _arguments(loss: Loss) -> str:
    given = {"huber": ("delta", loss.delta), "smooth_l1": ("beta", loss.beta)}.get(loss.name)
    return f", {given[0]}={given[1]!r}" if given else ""


def _penalty(penalty: Penalty | None, parts: list[str]) -> str:
    if penalty is None or not penalty.factor:
        return ""
    sizes = [
        f"np.sum({name}**2)" if penalty.kind == "l2" else f"np.sum(np.abs({name}))"
        for name in parts
        if penalty.of == "all" or name[0] == "W"
    ]
    return f"{penalty.factor!r} * ({' + '.join(sizes)})"


def _penalty_slope(penalty: Penalty | None, name: str) -> str:
    if penalty is None or not penalty.factor or (penalty.of == "weights" and name[0] == "b"):
        return ""
    return (
        f" + {2 * penalty.factor!r} * {name}"
        if penalty.kind == "l2"
        else f" + {penalty.factor!r} * np.sign({name})"
    )


def _run(found: Trained) -> str:
    losses = {
        "loss": "loss(theta, X, Y)",
        "loss of the batch": "loss(theta, X[:, rows_of(step)], Y[:, rows_of(step)])",
        "test loss": "loss(theta, TEST_X, TEST_Y)",
    }
    return "\n".join([
        "def run(start, rules):",
        '    """The losses before the first step and after each, a row each."""',
        "    return [",
        "        [",
        *(f"            {losses[name]}," for name in loss_columns(found)),
        "        ]",
        "        for step, theta in enumerate(descend(flat(start), rules))"
        if found.batch is not None
        else "        for theta in descend(flat(start), rules)",
        "    ]",
    ])  # fmt: skip
