"""A network typed in matrices, W_2 tanh(W_1 x + b_1) + b_2 where W_1: 8x2: its shapes judged over a table.

The other spelling, net(2, 8 tanh, 1), is read by `engine.document.network_text`. Any thread; numpy only.
"""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import Message, message
from engine.document.lab import Data
from engine.document.network import CLASSES, Activation, Layer, Loss, Network, Scaling
from engine.document.network_setup import input_names, target_names
from engine.document.network_text import (
    ACTIVATIONS,
    FUNCTIONS,
    NetworkError,
    check_width,
    network_of,
    network_text,
    parse_network,
)
from engine.document.proposals import class_count
from engine.formula.layers import INPUTS, Matrices, declares_matrices, read_matrices
from engine.formula.models import has_hat, target_of
from engine.formula.names import name_key, name_text
from engine.formula.shapes import Shape

_ACTIVATION_OF: Final[dict[str, Activation]] = {FUNCTIONS.get(name, name): name for name in ACTIVATIONS}
_AROUND: Final = tuple(name for name in _ACTIVATION_OF if name != "linear")
_CUSTOMARY: Final = "y"  # what is predicted, unless it is said
_USUAL: Final = Loss()
EXAMPLE_WIDTH: Final = 8


def looks_like_a_network(text: str) -> bool:
    """Whether a formula is meant as a network: net(…), or one with the shape of a matrix."""
    return re.match(r"\s*net\s*\(", text) is not None or declares_matrices(text)


def read_network(text: str, data: Data, loss: Loss = _USUAL, targets: Sequence[str] = ()) -> Network:
    """The network that a text describes: widths joined by "-", net(…), or matrices with a shape.

    Args:
        data: the table; x is its columns. loss: what is made small. targets: the columns to be predicted,
            where a text does not say it.

    Raises:
        FormulaError: it is none, or its matrices do not fit the table.
    """
    if declares_matrices(text):
        return read_as_matrices(text, data, loss, targets)
    return parse_network(text)


def read_as_matrices(
    text: str, data: Data, loss: Loss = _USUAL, targets: Sequence[str] = (), *, width: int | None = None
) -> Network:
    """The network that a formula in matrices describes, whether or not it declares a shape.

    Args:
        width: of hidden layers whose width no shape says; without one they are refused.

    Raises:
        FormulaError: it is no network of that form, or its shapes do not fit each other or the table.

    >>> table = Data(columns=("x_1", "x_2", "y"))
    >>> read_as_matrices("W_2 tanh(W_1 x + b_1) + b_2 where W_1: 8x2", table) == parse_network("2-8tanh-1")
    True
    """
    found = read_matrices(text, _AROUND)
    if not data.columns:
        raise NetworkError(
            message("A network learns from a table, and there is none."),
            (0, len(text)),
            message("Give a table of data."),
        )
    for shape in found.shapes.values():
        for size in shape.sizes:
            check_width(size, shape.span)
    outputs, targets = _outputs(found, data, loss, targets)
    asked = Network(inputs=1, layers=(Layer(outputs),), targets=targets, loss=loss)
    names = _inputs(found, asked, data)
    _check_x(found, names, outputs, data)
    widths = _Widths(found, names, outputs, target_names(asked, data) if loss.name not in CLASSES else ())
    layers = [
        Layer(widths.of(k, width), _ACTIVATION_OF[dense.function or "linear"], dense.bias is not None)
        for k, dense in enumerate(found.layers, 1)
    ]
    scaling: Scaling = "standard" if found.standardised else "none"
    network = network_of(len(names), layers, (0, len(text)))
    return replace(network, targets=targets, loss=loss, scaling=scaling)


def _check_x(found: Matrices, names: Sequence[str], outputs: int, data: Data) -> None:
    """Refuse a table that has a column x, and say the network in its other spelling."""
    if all(name_key(name) != INPUTS for name in data.columns):
        return
    shapes = [found.shapes.get(name_key(dense.weight.name)) for dense in found.layers]
    widths = [shape.sizes[0] if shape is not None else EXAMPLE_WIDTH for shape in shapes[:-1]]
    layers = [
        Layer(width, _ACTIVATION_OF[dense.function or "linear"])
        for width, dense in zip((*widths, outputs), found.layers, strict=True)
    ]
    raise NetworkError(
        message("x is a column of the table, and so it cannot stand for all that goes in"),
        found.inputs,
        message(
            "Rename the column, or write {example}",
            example=network_text(Network(inputs=len(names), layers=tuple(layers))),
        ),
    )


def _outputs(found: Matrices, data: Data, loss: Loss, targets: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """How many there are, and what they predict; () for the last columns."""
    targets = _named_target(found, data) or tuple(targets)
    last = found.layers[-1]
    declared = [found.shapes.get(name_key(each.name)) for each in (last.weight, last.bias) if each]
    rows = next((shape.sizes[0] for shape in declared if shape is not None), None)
    if loss.name in CLASSES:
        return rows or max(class_count(data, (targets or data.columns[-1:])[0]), 2), targets
    count = len(targets) or rows or 1
    customary = [name for name in data.columns[:-1] if name_key(name) == _CUSTOMARY]
    return count, targets or (tuple(customary) if count == 1 else ())


def _named_target(found: Matrices, data: Data) -> tuple[str, ...]:
    """The column that ŷ = … predicts; none where the result has no name, or one of its own."""
    name = found.header.name
    if name is None or found.header.variables:
        return ()
    target = target_of(name, {name_key(column): column for column in data.columns})
    if target is None and has_hat(name):
        raise NetworkError(
            message("{name} predicts no column of the table", name=name_text(name)),
            found.result,
            message("The columns are: {columns}", columns=", ".join(data.columns)),
        )
    return () if target is None else (target,)


def _inputs(found: Matrices, asked: Network, data: Data) -> tuple[str, ...]:
    """The columns that x is."""
    names = input_names(asked, data)
    if not names:
        raise NetworkError(
            message(
                "x is all columns but those to be predicted ({names}), and there is no other",
                names=", ".join(target_names(asked, data)),
            ),
            found.inputs,
            message("Add a column to the table"),
        )
    for name in names:
        if name in data.classes:
            raise NetworkError(
                message("x is all columns but those to be predicted, and {name} is text", name=name),
                found.inputs,
                message("Write numbers in that column, or take it out of the table"),
            )
    return names


class _Known(Struct, frozen=True):
    """A width, and what says it."""

    size: int
    reason: Message


class _Widths:
    """How many numbers there are before the first layer and behind each, as far as that is said.

    Raises:
        NetworkError: two shapes do not fit each other, or the table.
    """

    def __init__(self, found: Matrices, names: Sequence[str], outputs: int, targets: Sequence[str]) -> None:
        self._layers = found.layers
        self._outputs = outputs
        self._known: list[_Known | None] = [None] * (len(found.layers) + 1)
        self._known[0] = _Known(len(names), _columns_of("x", names))
        if targets:
            self._known[-1] = _Known(outputs, _predicted(targets))
        for k, dense in enumerate(found.layers, 1):
            weight = found.shapes.get(name_key(dense.weight.name))
            bias = found.shapes.get(name_key(dense.bias.name)) if dense.bias else None
            if weight is not None:
                self._take(weight, (k, k - 1))
            if bias is not None:
                self._take(bias, (k,))

    def of(self, k: int, usual: int | None) -> int:
        """The width behind layer k, counted from 1; `usual` where nothing says it."""
        known = self._known[k]
        if known is not None:
            return known.size
        if k == len(self._layers):
            return self._outputs
        if usual is None:
            weight = self._layers[k - 1].weight
            before = self._known[k - 1]
            columns = EXAMPLE_WIDTH if before is None else before.size
            raise NetworkError(
                message("Nothing says how many units {name} makes", name=name_text(weight.name)),
                weight.span,
                message(
                    "Declare its shape, such as {example}",
                    example=f"{weight.name}: {EXAMPLE_WIDTH}x{columns}",
                ),
            )
        return usual

    def _take(self, shape: Shape, places: tuple[int, ...]) -> None:
        """Hold `shape` against what is known at the places of its sizes, rows first."""
        sizes = shape.sizes
        if len(places) == 1 and len(sizes) == 2 and sizes[1] == 1:
            sizes = sizes[:1]  # a column
        if len(sizes) != len(places):
            example = f"{shape.name}: 8x2" if len(places) > 1 else f"{shape.name}: {shape.sizes[0]}"
            raise NetworkError(
                message("{name} is a matrix, and has rows and columns", name=name_text(shape.name))
                if len(places) > 1
                else message("{name} is a bias, and has one column", name=name_text(shape.name)),
                shape.span,
                message("Write for example {example}", example=example),
            )
        known = [self._known[place] for place in places]
        # What stands before a layer is judged first: a reader goes from the inputs to the outputs.
        for place, size, there in reversed(list(zip(places, sizes, known, strict=True))):
            if there is None:
                self._known[place] = _Known(size, _said(shape, place == places[0]))
            elif there.size != size:
                fitting = [one.size if one else each for one, each in zip(known, sizes, strict=True)]
                raise NetworkError(
                    message(
                        "{name} is {found}, but {reason}",
                        name=name_text(shape.name),
                        found="×".join(map(str, shape.sizes if len(shape.sizes) > 1 else (*shape.sizes, 1))),
                        reason=there.reason,
                    ),
                    shape.span,
                    message("Declare {example}", example=f"{shape.name}: {'x'.join(map(str, fitting))}"),
                )


def _columns_of(name: str, columns: Sequence[str]) -> Message:
    names = ", ".join(columns)
    if len(columns) == 1:
        return message("{name} has one column ({names})", name=name, names=names)
    return message("{name} has {count} columns ({names})", name=name, count=len(columns), names=names)


def _predicted(columns: Sequence[str]) -> Message:
    names = ", ".join(columns)
    if len(columns) == 1:
        return message("one column is predicted ({names})", names=names)
    return message("{count} columns are predicted ({names})", count=len(columns), names=names)


def _said(shape: Shape, makes: bool) -> Message:
    name = name_text(shape.name)
    if makes:
        return message("{name} makes {count} units", name=name, count=shape.sizes[0])
    return message("{name} takes in {count}", name=name, count=shape.sizes[1])
