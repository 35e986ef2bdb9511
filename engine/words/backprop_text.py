r"""Backpropagation through one row, down to one weight, written out: the chain rule with its numbers in.

Layers, neurons and inputs are counted from 1, as in books: w^{(l)}_{i,j} leads from a^{(l-1)}_j to z^{(l)}_i.
Factors are marked \textcolor{role}{…} by what they are: an activation, a slope φ'(z), a weight, a δ = ∂ℓ/∂z;
the window gives each role the colour that it has in the drawing. Any thread; numpy only.
"""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.words.step_text import number_latex, vector_latex

MOST_TERMS: Final = 3  # of a sum that are written; of more, the largest
MOST_LINES: Final = 3  # neurons of a layer between that have a line each; of more, the layer is a vector

Kind = Literal["forward", "backward", "product", "batch", "update"]
Role = Literal["activation", "slope", "weight", "delta"]


class RowPass(Struct, frozen=True, eq=False, kw_only=True):
    """One row's way through a dense network of L layers, forward and back; all float64.

    Attributes:
        row: its number, from 0. inputs: (i,); names: TeX of them, or () for x_1, x_2, …
        weights: L matrices (out, in); biases: L of (out,), or None.
        functions: LaTeX of the L activations, r"\\tanh"; "" for the identity.
        sums, activations, slopes: before and after the activation, and its derivative there, L of (out,).
        deltas: ∂ℓ/∂sums, L of (out,). loss: ℓ of the row; loss_slopes: ∂ℓ/∂activations of the last, (out,).
    """

    row: int
    inputs: Floats
    weights: tuple[Floats, ...]
    biases: tuple[Floats | None, ...]
    functions: tuple[str, ...]
    sums: tuple[Floats, ...]
    activations: tuple[Floats, ...]
    slopes: tuple[Floats, ...]
    deltas: tuple[Floats, ...]
    loss: float
    loss_slopes: Floats
    names: tuple[str, ...] = ()


class WeightPlace(Struct, frozen=True):
    """A weight: of the matrix of `layer`, or without a source of its bias; all from 0."""

    layer: int
    target: int
    source: int | None = None


class Shares(Struct, frozen=True, eq=False, kw_only=True):
    """What the rows of a batch add to the derivative by one weight.

    Attributes:
        each: ∂ℓ/∂w of every row of the batch, (n,). mean: whether they are averaged, not summed.
        place: of the row in the batch, or None. penalty: what the penalty adds.
        update: what the step adds to the weight, if one is taken.
    """

    each: Floats
    place: int | None = None
    mean: bool = True
    penalty: float = 0.0
    update: float | None = None

    @property
    def gradient(self) -> float:
        """∂L/∂w of the whole batch."""
        whole = float(self.each.mean() if self.mean else self.each.sum()) if self.each.size else 0.0
        return whole + self.penalty


class BackpropLine(Struct, frozen=True, kw_only=True):
    """One quantity: its LaTeX left of the first equals sign, and what stands right of it.

    Attributes:
        symbolic, numeric, result: the rule, the rule with its numbers, their value; "" for none.
    """

    kind: Kind
    name: Message
    left: str
    symbolic: str = ""
    numeric: str = ""
    result: str = ""

    @property
    def tex(self) -> str:
        return " = ".join(part for part in (self.left, self.symbolic, self.numeric, self.result) if part)


def backprop_lines(
    row: RowPass, weight: WeightPlace, shares: Shares | None = None
) -> tuple[BackpropLine, ...]:
    """The lines from the inputs forward, from the loss back to `weight`, and on to the batch and its update.

    Raises:
        IndexError: the network has no such weight.
    """
    writer = _Writer(row, weight)
    lines = [*writer.forward(), *writer.backward(), writer.product()]
    if shares is not None:
        lines += writer.batch(shares)
    return tuple(lines)


def colored(role: Role, tex: str) -> str:
    r"""`tex` in the colour of a role.

    >>> colored("delta", "2")
    '\\textcolor{delta}{2}'
    """
    return rf"\textcolor{{{role}}}{{{tex}}}"


class _Writer:
    def __init__(self, row: RowPass, weight: WeightPlace) -> None:
        self.row, self.weight = row, weight
        self.last = len(row.weights) - 1
        self.value = self._value()

    def _value(self) -> float:
        """The weight itself."""
        layer, target, source = self.weight.layer, self.weight.target, self.weight.source
        tensor = self.row.weights[layer] if source is not None else self.row.biases[layer]
        if tensor is None:
            raise IndexError("the layer has no bias")
        return float(tensor[target] if source is None else tensor[target, source])

    # Symbols

    def _z(self, layer: int, i: int) -> str:
        return rf"z^{{({layer + 1})}}_{{{i + 1}}}"

    def _w(self, layer: int, i: int, j: int) -> str:
        return rf"w^{{({layer + 1})}}_{{{i + 1},{j + 1}}}"

    def _delta(self, layer: int, i: int) -> str:
        return rf"\delta^{{({layer + 1})}}_{{{i + 1}}}"

    def _a(self, layer: int, j: int) -> str:
        """Activation j of a layer; −1: of the inputs."""
        if layer < 0:
            return self.row.names[j] if j < len(self.row.names) else f"x_{{{j + 1}}}"
        if layer == self.last:
            return r"\hat{y}" if len(self.row.activations[layer]) == 1 else rf"\hat{{y}}_{{{j + 1}}}"
        return rf"a^{{({layer + 1})}}_{{{j + 1}}}"

    def _activations(self, layer: int) -> Floats:
        return self.row.activations[layer] if layer >= 0 else self.row.inputs

    def _slope(self, layer: int, i: int) -> str:
        name = self.row.functions[layer]
        return rf"{name}'\left({self._z(layer, i)}\right)" if name else "1"

    # Forward

    def forward(self) -> list[BackpropLine]:
        row, layer, i = self.row, self.weight.layer, self.weight.target
        below = self._activations(layer - 1)
        terms = row.weights[layer][i] * below
        chosen = self.weight.source
        inputs = [self._a(layer - 1, j) for j in range(len(below))]
        values = [_bracketed(float(a)) for a in below]
        if chosen is not None:
            inputs[chosen] = colored("activation", inputs[chosen])
            values[chosen] = colored("activation", values[chosen])
        symbols = [rf"{self._w(layer, i, j)}\,{name}" for j, name in enumerate(inputs)]
        numbers = [
            rf"{_bracketed(float(w), j > 0)} \cdot {value}"
            for j, (w, value) in enumerate(zip(row.weights[layer][i], values, strict=True))
        ]
        bias = row.biases[layer]
        symbol, numeric = _sum(symbols, terms, chosen), _sum(numbers, terms, chosen)
        if bias is not None:
            symbol += rf" + b^{{({layer + 1})}}_{{{i + 1}}}"
            numeric += f" + {_bracketed(float(bias[i]))}"
        lines = [
            BackpropLine(
                kind="forward",
                name=message("weighted sum of the neuron"),
                left=self._z(layer, i),
                symbolic=symbol,
                numeric=numeric,
                result=number_latex(float(row.sums[layer][i])),
            )
        ]
        if row.functions[layer]:
            lines.append(self._activation_line(layer, i))
        if layer < self.last:
            outputs = row.activations[self.last]
            lines.append(
                BackpropLine(
                    kind="forward",
                    name=message("output of the network"),
                    left=r"\hat{y}",
                    result=vector_latex(outputs),
                )
            )
        lines.append(
            BackpropLine(
                kind="forward",
                name=message("loss of this row"),
                left=rf"\ell_{{{row.row + 1}}}",
                result=number_latex(row.loss),
            )
        )
        return lines

    def _activation_line(self, layer: int, i: int) -> BackpropLine:
        name, z = self.row.functions[layer], float(self.row.sums[layer][i])
        return BackpropLine(
            kind="forward",
            name=message("activation of the neuron"),
            left=self._a(layer, i),
            symbolic=rf"{name}\left({self._z(layer, i)}\right)",
            numeric=rf"{name}\left({number_latex(z)}\right)",
            result=number_latex(float(self.row.activations[layer][i])),
        )

    # Backward

    def backward(self) -> list[BackpropLine]:
        """δ of the outputs first, of the chosen weight's neuron last."""
        lines: list[BackpropLine] = []
        for layer in range(self.last, self.weight.layer, -1):
            count = len(self.row.deltas[layer])
            if count <= MOST_LINES:
                lines += [self._delta_line(layer, k) for k in range(count)]
            else:
                lines.append(self._vector_line(layer))
        return [*lines, self._delta_line(self.weight.layer, self.weight.target)]

    def _delta_line(self, layer: int, i: int) -> BackpropLine:
        row = self.row
        slope, name = float(row.slopes[layer][i]), self.row.functions[layer]
        if layer == self.last:
            symbol = rf"\frac{{\partial \ell}}{{\partial {self._a(layer, i)}}}"
            numeric = number_latex(float(row.loss_slopes[i]))
        else:
            above, deltas = row.weights[layer + 1][:, i], row.deltas[layer + 1]
            terms = above * deltas
            symbol = _sum(
                [
                    colored("weight", self._w(layer + 1, k, i)) + r"\," + self._delta(layer + 1, k)
                    for k in range(len(deltas))
                ],
                terms,
            )
            numeric = _sum(
                [
                    colored("weight", _bracketed(float(w), k > 0)) + rf" \cdot {_bracketed(float(d))}"
                    for k, (w, d) in enumerate(zip(above, deltas, strict=True))
                ],
                terms,
            )
            if len(terms) > 1 and name:
                symbol, numeric = rf"\left({symbol}\right)", rf"\left({numeric}\right)"
        if name:
            symbol += r"\," + colored("slope", self._slope(layer, i))
            numeric += r" \cdot " + colored("slope", _bracketed(slope))
        own = (layer, i) == (self.weight.layer, self.weight.target)
        left, result = self._delta(layer, i), number_latex(float(row.deltas[layer][i]))
        return BackpropLine(
            kind="backward",
            name=message("δ of the output") if layer == self.last else message("δ of the neuron"),
            left=colored("delta", left) if own else left,
            symbolic=symbol,
            numeric=numeric if numeric != result else "",
            result=colored("delta", result) if own else result,
        )

    def _vector_line(self, layer: int) -> BackpropLine:
        if layer == self.last:
            symbol = r"\frac{\partial \ell}{\partial \hat{y}}"
        else:
            symbol = rf"{{W^{{({layer + 2})}}}}^{{\top}} \delta^{{({layer + 2})}}"
        name = self.row.functions[layer]
        if name:
            symbol += rf" \odot {name}'\left(z^{{({layer + 1})}}\right)"
        return BackpropLine(
            kind="backward",
            name=message("δ of the layer"),
            left=rf"\delta^{{({layer + 1})}}",
            symbolic=symbol,
            result=vector_latex(self.row.deltas[layer], 3),
        )

    # The weight

    def _slope_of(self, loss: str) -> str:
        """∂ℓ/∂w in symbols."""
        layer, i, j = self.weight.layer, self.weight.target, self.weight.source
        weight = rf"b^{{({layer + 1})}}_{{{i + 1}}}" if j is None else self._w(layer, i, j)
        return rf"\frac{{\partial {loss}}}{{\partial {weight}}}"

    def product(self) -> BackpropLine:
        layer, i, j = self.weight.layer, self.weight.target, self.weight.source
        delta = float(self.row.deltas[layer][i])
        symbol, numeric, result = colored("delta", self._delta(layer, i)), "", delta
        if j is not None:
            activation = float(self._activations(layer - 1)[j])
            symbol += r"\," + colored("activation", self._a(layer - 1, j))
            numeric = (
                colored("delta", number_latex(delta))
                + r" \cdot "
                + colored("activation", _bracketed(activation))
            )
            result = delta * activation
        return BackpropLine(
            kind="product",
            name=message("how the loss of this row changes with the weight"),
            left=self._slope_of(rf"\ell_{{{self.row.row + 1}}}"),
            symbolic=symbol,
            numeric=numeric,
            result=number_latex(result),
        )

    def batch(self, shares: Shares) -> list[BackpropLine]:
        n = len(shares.each)
        factor = rf"\frac{{1}}{{{n}}} " if shares.mean and n > 1 else ""
        inner = self._slope_of(r"\ell_r")
        symbol = rf"{factor}\sum_{{r=1}}^{{{n}}} {inner}" if n > 1 else inner
        numeric = ""
        if shares.place is not None and n > 1:
            own = _bracketed(float(shares.each[shares.place]), shares.place > 0)
            before, after = r"\dots + " if shares.place else "", r" + \dots" if shares.place < n - 1 else ""
            numeric = rf"{factor}\left({before}{own}{after}\right)"
        if shares.penalty:
            numeric += f" + {_bracketed(shares.penalty)}" if numeric else ""
            symbol += r" + \frac{\partial R}{\partial w}"
        lines = [
            BackpropLine(
                kind="batch",
                name=message("over the rows of the batch") if n > 1 else message("over the batch of one row"),
                left=self._slope_of("L"),
                symbolic=symbol,
                numeric=numeric,
                result=number_latex(shares.gradient),
            )
        ]
        if shares.update is not None:
            lines.append(
                BackpropLine(
                    kind="update",
                    name=message("the weight after the step"),
                    left=r"w \leftarrow w + \Delta w",
                    numeric=f"{number_latex(self.value)} + {_bracketed(shares.update)}",
                    result=number_latex(self.value + shares.update),
                )
            )
        return lines


def _bracketed(value: float, bracketed: bool = True) -> str:
    text = number_latex(value)
    return rf"\left({text}\right)" if bracketed and text.startswith("-") else text


def _sum(parts: Sequence[str], terms: Floats, kept: int | None = None) -> str:
    r"""The parts with plus signs; of many, those with the largest terms, and the one at `kept`.

    >>> _sum(["a", "b", "c", "d", "e"], np.array([1.0, 5.0, 0.0, 2.0, 3.0]))
    '\\dots + b + \\dots + d + e'
    """
    if len(parts) <= MOST_TERMS:
        return " + ".join(parts)
    sizes = np.nan_to_num(np.abs(terms), nan=np.inf)
    if kept is not None:
        sizes[kept] = np.inf
    shown = sorted(np.argsort(-sizes, kind="stable")[:MOST_TERMS].tolist())
    written: list[str] = []
    at = -1
    for k in shown:
        if k > at + 1:
            written.append(r"\dots")
        written.append(parts[k])
        at = k
    if at < len(parts) - 1:
        written.append(r"\dots")
    return " + ".join(written)
