"""Networks as text: "2-8tanh-8tanh-1" and net(2, 8 tanh, 1); losses and penalties as options write them.

Any thread; stdlib and msgspec only.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, get_args

import msgspec
from msgspec.structs import replace

from engine.base.i18n import Message, message
from engine.document.network import (
    MAX_LAYERS,
    MAX_WEIGHTS,
    MAX_WIDTH,
    Activation,
    Layer,
    Loss,
    LossName,
    Network,
    Penalty,
    Scaling,
)
from engine.formula import FormulaError
from engine.formula.layers import SOFTMAX, WITHOUT_SOFTMAX
from engine.formula.names import is_name, name_latex, parts_of

ACTIVATIONS: Final[tuple[Activation, ...]] = get_args(Activation)
LOSSES: Final[tuple[LossName, ...]] = get_args(LossName)
MAX_CHARACTERS: Final = 400
EXAMPLE: Final = "2-8tanh-1"

_PART: Final = re.compile(r"\s*(\d*)\s*([^\W\d]*)\s*")
_SPELLINGS: Final[dict[str, Activation]] = {
    "leakyrelu": "leaky_relu", "id": "linear", "identity": "linear", "lin": "linear", "logistic": "sigmoid",
    "σ": "sigmoid",
}  # fmt: skip
ACTIVATION_LATEX: Final[dict[Activation, str]] = {
    "sigmoid": r"\sigma", "tanh": r"\tanh", "relu": r"\operatorname{ReLU}",
    "leaky_relu": r"\operatorname{LeakyReLU}", "elu": r"\operatorname{ELU}",
    "gelu": r"\operatorname{GELU}", "softplus": r"\operatorname{softplus}",
}  # fmt: skip
FUNCTIONS: Final[dict[Activation, str]] = {"leaky_relu": "leakyrelu"}
"""Activations of another name in the formula language."""
STANDARD: Final = ("standard", "standardised", "standardized")
SCALED_LATEX: Final = r"\tilde{x} = \frac{x - \operatorname{mean} x}{\operatorname{std} x}"
_CALL: Final = re.compile(r"\s*(\w+)\s*(?:\(([^()]*)\))?\s*")


class NetworkError(FormulaError):
    """What is wrong with the text of a network, where, and what to do."""


def parse_network(text: str) -> Network:
    """The network that widths joined by "-", or net(…), describe; each is followed by its activation.

    Raises:
        NetworkError: it is none, or larger than the bounds.

    >>> parse_network("2-8tanh-1") == parse_network("net(2, 8 tanh, 1)")
    True
    """
    if len(text) > MAX_CHARACTERS:
        raise NetworkError(
            message("The network is longer than {most} characters.", most=MAX_CHARACTERS), (0, len(text))
        )
    called = re.fullmatch(r"\s*net\s*\((.*)\)\s*", text, re.DOTALL)
    first, last = called.span(1) if called else (0, len(text))
    pieces = re.split("," if called else "[-–−]", text[first:last])
    scaling, pieces[0] = _scaling(pieces[0])
    parts: list[Layer] = []
    at = first
    for piece in pieces:
        parts.append(_layer(piece, at, is_input=not parts))
        at += len(piece) + 1
    if len(parts) < 2:
        raise NetworkError(
            message("A network needs its inputs and at least one layer."), (0, len(text)), _example()
        )
    return replace(network_of(parts[0].width, parts[1:], (first, last)), scaling=scaling)


def network_of(inputs: int, layers: Sequence[Layer], span: tuple[int, int]) -> Network:
    """The network of some layers, from the inputs on.

    Raises:
        NetworkError: with `span`, it is larger than the bounds.
    """
    if len(layers) > MAX_LAYERS:
        raise NetworkError(message("A network has at most {most} layers.", most=MAX_LAYERS), span)
    network = Network(inputs=inputs, layers=tuple(layers))
    if network.parameters > MAX_WEIGHTS:
        raise NetworkError(
            message(
                "This network has {count} weights; there is room for {most}.",
                count=f"{network.parameters:,}",
                most=f"{MAX_WEIGHTS:,}",
            ),
            span,
            message("Make the widest layers narrower."),
        )
    return network


def check_width(width: int, span: tuple[int, int]) -> None:
    """Raise a NetworkError where no layer has that many units."""
    if not 1 <= width <= MAX_WIDTH:
        raise NetworkError(
            message(
                "A layer has from 1 to {most} units, not {width}.",
                most=f"{MAX_WIDTH:,}",
                width=str(width)[:20],
            ),
            span,
            message("Choose another width."),
        )


def network_text(network: Network) -> str:
    """As it is typed among formulas: net(2, 8 tanh, 1)."""
    return f"net({', '.join(str(part) for part in _parts(network, ' '))})"


def network_spec(network: Network) -> str:
    """As the command line has it: 2-8tanh-1."""
    return "-".join(_parts(network, ""))


def parse_loss(text: str) -> Loss:
    """A loss by its name, with arguments in parentheses: "mse", "huber(delta=0.5)", "mse(reduction=sum)".

    Raises:
        NetworkError: there is none of that name, or it has no such argument.
    """
    whole = (0, len(text))
    called = _CALL.fullmatch(text)
    if called is None or called[1] not in LOSSES:
        raise NetworkError(
            message("There is no loss named “{name}”.", name=text[:40]),
            whole,
            message("There are: {names}.", names=", ".join(LOSSES)),
        )
    name = called[1]
    allowed = {"huber": ("delta", "reduction"), "smooth_l1": ("beta", "reduction")}.get(name, ("reduction",))
    given: dict[str, Any] = {"name": name}
    for part in (called[2] or "").split(",") if (called[2] or "").strip() else ():
        key, _, value = (each.strip() for each in part.partition("="))
        if key not in allowed:
            raise NetworkError(
                message("The loss {loss} has no setting “{name}”.", loss=name, name=key[:40]),
                whole,
                message("There are: {names}.", names=", ".join(allowed)),
            )
        given[key] = value
    try:
        return msgspec.convert(given, Loss, strict=False)
    except msgspec.ValidationError as error:
        raise NetworkError(message("This loss cannot be: {detail}.", detail=str(error)), whole) from error


def loss_text(loss: Loss) -> str:
    """A loss as `parse_loss` reads it.

    >>> loss_text(Loss("huber", delta=0.5)), loss_text(Loss())
    ('huber(delta=0.5)', 'mse')
    """
    usual = Loss()
    own = {"huber": "delta", "smooth_l1": "beta"}.get(loss.name)
    given = [f"{own}={getattr(loss, own):g}"] if own and getattr(loss, own) != getattr(usual, own) else []
    given += [] if loss.reduction == usual.reduction else [f"reduction={loss.reduction}"]
    return f"{loss.name}({', '.join(given)})" if given else loss.name


def parse_penalty(text: str) -> Penalty:
    """A penalty: "l2=0.01" of the matrices, "l2=0.01,all" of biases too.

    Raises:
        NetworkError: it is of another form.
    """
    found = re.fullmatch(r"\s*(l1|l2)\s*=\s*([0-9.eE+-]+)\s*(?:,\s*(weights|all)\s*)?", text)
    try:
        if found is None:
            raise ValueError
        return msgspec.convert(
            {"kind": found[1], "factor": float(found[2]), "of": found[3] or "weights"}, Penalty
        )
    except (ValueError, msgspec.ValidationError) as error:
        raise NetworkError(
            message("“{text}” is no penalty.", text=text[:40]),
            (0, len(text)),
            message("Write for example {example}", example="l2=0.01"),
        ) from error


def _parts(network: Network, space: str) -> list[str]:
    layers = [
        f"{layer.width}{'' if layer.activation == 'linear' else space + layer.activation}"
        for layer in network.layers
    ]
    standard = f"{space}standard" if network.scaling == "standard" else ""
    return [f"{network.inputs}{standard}", *layers]


def _scaling(piece: str) -> tuple[Scaling, str]:
    """What the first piece says of the inputs' scaling, and the piece with blanks in its place."""
    found = re.search(r"[^\W\d]+\s*$", piece)
    if found is None or found[0].strip().lower() not in STANDARD:
        return "none", piece
    return "standard", piece[: found.start()] + " " * len(found[0])


def _layer(piece: str, at: int, *, is_input: bool) -> Layer:
    """One width with its activation, at a place of the text."""
    begin = at + len(piece) - len(piece.lstrip())
    span = (begin, begin + max(len(piece.strip()), 1))
    match = _PART.fullmatch(piece)
    if match is None or not match[1]:
        raise NetworkError(
            message(
                "“{text}” is no layer: a width comes first, then its activation.", text=piece.strip()[:40]
            ),
            span,
            _example(),
        )
    width, word = int(match[1]), match[2].lower()
    check_width(width, span)
    activation = _SPELLINGS.get(word, word or "linear")
    if activation == "softmax":
        raise NetworkError(
            SOFTMAX,
            span,
            WITHOUT_SOFTMAX,
        )
    if activation not in ACTIVATIONS:
        raise NetworkError(
            message("There is no activation named “{name}”.", name=word[:40]),
            span,
            message("There are: {names}.", names=", ".join(ACTIVATIONS)),
        )
    if is_input and word:
        raise NetworkError(
            message("The inputs have no activation."), span, message("Write only how many there are.")
        )
    return Layer(width, activation)


def _example() -> Message:
    return message("Write for example {example}", example=EXAMPLE)


def network_lines(network: Network) -> tuple[str, ...]:
    """What a network computes, in matrices; and what x̃ in it is, where the inputs are standardised."""
    if network.scaling == "none":
        return (network_latex(network),)
    return network_latex(network), SCALED_LATEX


def input_latex(network: Network, name: str) -> str:
    """A column as it goes in, typeset: x_{1}, or standardised \\tilde{x}_{1}."""
    if not is_name(name):
        text = rf"\text{{{name}}}"
        return text if network.scaling == "none" else rf"\tilde{{{text}}}"
    letter, indices = parts_of(name)
    return name_latex(name if network.scaling == "none" else "_".join((letter, "tilde", *indices)))


def network_latex(network: Network) -> str:
    """What a network computes, in matrices.

    >>> network_latex(parse_network("2-8tanh-1"))
    '\\\\hat{y} = W_{2} \\\\tanh\\\\left(W_{1} x + b_{1}\\\\right) + b_{2}'
    """
    text = "x" if network.scaling == "none" else r"\tilde{x}"
    for k, layer in enumerate(network.layers, 1):
        bias = f" + b_{{{k}}}" if layer.bias else ""
        text = f"W_{{{k}}} {text}{bias}"
        if layer.activation != "linear":
            text = rf"{ACTIVATION_LATEX[layer.activation]}\left({text}\right)"
        elif k < len(network.layers):
            text = rf"\left({text}\right)"
    return rf"\hat{{y}} = {text}"
