"""A formula in matrices as the layers of a network: W_2 tanh(W_1 x + b_1) + b_2 where W_1: 8x2.

x is all that goes in. A layer is the letter of its matrix, what it is multiplied by, plus the letter of its
bias if it has one, within an activation if it has one. The shapes that are declared (`engine.formula.shapes`)
are judged in `engine.document.network_matrices`. Any thread; stdlib and msgspec only.
"""

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.base.i18n import Message, message
from engine.formula import ast
from engine.formula.ast import Node, Span
from engine.formula.errors import FormulaError
from engine.formula.header import Header
from engine.formula.lexing import tokenize
from engine.formula.models import put_together
from engine.formula.names import name_key, name_text
from engine.formula.parser import parse
from engine.formula.shapes import Shape, declares_shape, read_shapes
from engine.formula.statement import line_of, lines_of, readers_of_lines
from engine.formula.tokens import Token

INPUTS: Final = "x"
STANDARDISED: Final = "(x - mean(x))/std(x)"
EXAMPLE: Final = "W_2 tanh(W_1 x + b_1) + b_2"
SOFTMAX: Final = message("Softmax is not said of a layer.")
WITHOUT_SOFTMAX: Final = message(
    "Leave it out: the loss cross_entropy takes the softmax of the outputs itself."
)
_SAYS_SHAPES: Final = re.compile(r":|∈|\\in\b|\bin\b")


class Dense(Struct, frozen=True):
    """A layer: `function`(`weight` · what comes before + `bias`); no function is "".

    Attributes:
        span: of all of it.
    """

    weight: ast.Variable
    bias: ast.Variable | None
    function: str
    span: Span


class Matrices(Struct, frozen=True, kw_only=True):
    """A formula in matrices.

    Attributes:
        header: what the result is called, and `result` where. layers: from the inputs on.
        shapes: those that are declared, by name_key.
        inputs: where x stands. standardised: whether it stands as (x − mean(x))/std(x).
    """

    header: Header
    result: Span
    layers: tuple[Dense, ...]
    shapes: Mapping[str, Shape]
    inputs: Span
    standardised: bool = False


def declares_matrices(text: str) -> bool:
    """Whether a line of `text` declares a shape: W_1: 8x2."""
    if _SAYS_SHAPES.search(text) is None:
        return False
    try:
        return any(map(declares_shape, lines_of(tokenize(text, lenient=True))))
    except FormulaError:
        return False


def read_matrices(text: str, functions: Collection[str]) -> Matrices:
    """The layers that `text` writes down.

    Args:
        functions: what may stand around a layer, by the names of `engine.formula.functions`.

    Raises:
        FormulaError: it cannot be read, or is no network of that form; says where and what to do.
    """
    try:
        tokens = [_times(token) for token in tokenize(text)]
        _refuse_softmax(tokens)
        lines = lines_of(tokens)
        shapes = read_shapes([line for line in lines if declares_shape(line)])
        rest = [line for line in lines if not declares_shape(line)]
        if not rest:
            raise FormulaError(
                message("A shape is declared, and nothing is made of it"),
                (0, len(text)),
                message("Write the network beside it: {example}", example=f"{EXAMPLE}; {text.strip()[:40]}"),
            )
        readers = readers_of_lines(rest, (INPUTS,), [shape.name for shape in shapes.values()])
        read = [line_of(reader, True) for reader in readers]
        whole = put_together(read, {})
        header = readers[read.index(whole.result)].header
        found = _Reading(text, functions)
        inputs = found.unit(whole.tree)
    except RecursionError:
        raise FormulaError(message("The formula is nested too deeply"), (0, len(text))) from None
    _check_names(found.layers, shapes)
    return Matrices(
        header=header,
        result=whole.result.span,
        layers=tuple(found.layers),
        shapes=shapes,
        inputs=inputs.span,
        standardised=not isinstance(inputs, ast.Column | ast.Variable),
    )


class _Reading:
    """A walk from the outermost layer down to x; `layers` are then in the order of the way up."""

    def __init__(self, text: str, functions: Collection[str]) -> None:
        self._text = text
        self._functions = functions
        self.layers: list[Dense] = []

    def unit(self, node: Node) -> Node:
        """Read the layer that `node` is and those within it; gives the place of x.

        Raises:
            FormulaError: it is none.
        """
        function, inside = self._activation(node)
        terms = inside.terms if isinstance(inside, ast.Add) else (inside,)
        products = [term for term in terms if _holds_inputs(term)]
        if not products:
            raise FormulaError(
                message("Nothing goes in here: x stands for all columns that are not predicted"),
                inside.span,
                message("Write for example {example}", example="tanh(W_1 x + b_1)"),
            )
        if len(products) > 1:
            raise self._no_layer(products[1], message("x goes in twice, and a layer takes in one value"))
        biases = [term for term in terms if term is not products[0]]
        for term in biases:
            if not isinstance(term, ast.Variable) or term is not biases[0]:
                raise self._no_layer(term, message("“{part}” is no bias", part=self._said(term)))
        bias = biases[0] if biases else None
        assert bias is None or isinstance(bias, ast.Variable)
        return self._product(products[0], bias, function, node.span)

    def _activation(self, node: Node) -> tuple[str, Node]:
        """The name of the activation around a layer, "" for none, and what is in its brackets."""
        if not isinstance(node, ast.Call):
            return "", node
        name, inside = node.function, node.args
        if name == "max" and len(inside) == 2:  # max(0, z), as ReLU is often written
            zeros = [each for each in inside if isinstance(each, ast.Number) and float(each.text) == 0]
            others = [each for each in inside if each not in zeros]
            if len(zeros) == len(others) == 1:
                return "relu", others[0]
        if name not in self._functions:
            raise FormulaError(
                message("{name} is no activation of a network", name=self._text[slice(*node.head)] or name),
                node.head if node.head[1] > node.head[0] else node.span,
                message("There are: {names}.", names=", ".join(self._functions)),
            )
        if len(inside) > 1:
            raise FormulaError(
                message("An activation takes one value, the sum of its layer"),
                inside[1].span,
                message("Leave it out: the activations are those of PyTorch, with its settings"),
            )
        if isinstance(inside[0], ast.Call):
            raise self._no_layer(inside[0], message("An activation stands around another one"))
        return name, inside[0]

    def _product(self, node: Node, bias: ast.Variable | None, function: str, span: Span) -> Node:
        """Read the product of a layer: matrices in front, and what they are multiplied by."""
        *matrices, last = _factors(node)
        for each in matrices:
            if _holds_inputs(each):
                raise self._no_layer(
                    last, message("“{part}” stands behind what it multiplies", part=self._said(last))
                )
            if not isinstance(each, ast.Variable):
                raise self._no_layer(each, message("“{part}” is no matrix", part=self._said(each)))
        if not matrices:
            raise self._no_layer(last, message("“{part}” has no matrix in front", part=self._said(last)))
        weights = [each for each in matrices if isinstance(each, ast.Variable)]
        inner = last if _is_inputs(last) else self.unit(last)
        for each in reversed(weights[1:]):
            self.layers.append(Dense(each, None, "", (each.span[0], node.span[1])))
        self.layers.append(Dense(weights[0], bias, function, span))
        return inner

    def _no_layer(self, node: Node, what: Message) -> FormulaError:
        return FormulaError(
            what,
            node.span,
            message(
                "A layer is a matrix times what goes in, plus a bias: {example}", example="tanh(W_1 x + b_1)"
            ),
        )

    def _said(self, node: Node) -> str:
        return self._text[slice(*node.span)].strip()[:40]


def _holds_inputs(node: Node) -> bool:
    return any(_is_x(part) for part in ast.walk(node))


def _is_x(node: Node) -> bool:
    return isinstance(node, ast.Column) or (isinstance(node, ast.Variable) and name_key(node.name) == "x_vec")


def _is_inputs(node: Node) -> bool:
    return _is_x(node) or ast.same(node, _standardised())


@functools.cache
def _standardised() -> Node:
    """The tree of (x − mean(x))/std(x)."""
    model = parse(f"y = {STANDARDISED}", data=(INPUTS, "y")).model
    assert model is not None
    return model.result.tree


def _factors(node: Node) -> tuple[Node, ...]:
    """What is multiplied; in W (x − mean(x))/std(x) the quotient is x standardised, not that of W x."""
    if isinstance(node, ast.Div) and isinstance(node.numerator, ast.Mul):
        *before, last = node.numerator.factors
        quotient = ast.Div(last, node.denominator, (last.span[0], node.span[1]))
        if _is_inputs(quotient):
            return (*before, quotient)
    return node.factors if isinstance(node, ast.Mul) else (node,)


def _refuse_softmax(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.text == "softmax":
            raise FormulaError(SOFTMAX, token.span, WITHOUT_SOFTMAX)


def _times(token: Token) -> Token:
    """Python's sign of a product of matrices is any product here."""
    return replace(token, kind="*", text="*") if token.kind == "@" else token


def _check_names(layers: Sequence[Dense], shapes: Mapping[str, Shape]) -> None:
    """Refuse a letter that stands for two tensors, and a shape of one that there is not."""
    used: set[str] = set()
    letters = [each for layer in layers for each in (layer.weight, layer.bias) if each is not None]
    for letter in sorted(letters, key=lambda each: each.span):
        if name_key(letter.name) in used:
            raise FormulaError(
                message("{name} stands twice", name=name_text(letter.name)),
                letter.span,
                message("Each layer has a matrix and a bias of its own: give each a name of its own"),
            )
        used.add(name_key(letter.name))
    for key, shape in shapes.items():
        if key not in used:
            raise FormulaError(
                message("{name} is declared, and stands nowhere", name=name_text(shape.name)),
                shape.span,
                message("There are: {names}.", names=", ".join(each.name for each in letters)),
            )
