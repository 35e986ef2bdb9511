"""The chain rule with its numbers: right by finite differences, and written so that it can be followed."""

import ast
import re
from itertools import pairwise

import numpy as np
import pytest

from engine.words.backprop_text import BackpropLine, RowPass, Shares, WeightPlace, backprop_lines

Layers = list[tuple[np.ndarray, np.ndarray]]


def layers(*sizes: int, seed: int = 0) -> Layers:
    random = np.random.default_rng(seed)
    return [(random.normal(0, 1, (n, m)), random.normal(0, 0.5, n)) for m, n in pairwise(sizes)]


def loss_of(net: Layers, x: np.ndarray) -> float:
    """Σ(ŷ − 1)² of a tanh network with linear outputs."""
    for k, (w, b) in enumerate(net):
        x = w @ x + b
        x = np.tanh(x) if k + 1 < len(net) else x
    return float(((x - 1.0) ** 2).sum())


def pass_of(net: Layers, x: np.ndarray, *, bias: bool = True) -> RowPass:
    z, a, below = [], [], x
    for k, (w, b) in enumerate(net):
        z.append(w @ below + b)
        below = np.tanh(z[-1]) if k + 1 < len(net) else z[-1]
        a.append(below)
    slopes = [1 - each**2 for each in a[:-1]] + [np.ones_like(a[-1])]
    deltas = [2 * (a[-1] - 1.0)]
    for k in range(len(net) - 1, 0, -1):
        deltas.insert(0, slopes[k - 1] * (net[k][0].T @ deltas[0]))
    return RowPass(
        row=7,
        inputs=x,
        weights=tuple(w for w, _ in net),
        biases=tuple(b if bias else None for _, b in net),
        functions=(*[r"\tanh"] * (len(net) - 1), ""),
        sums=tuple(z),
        activations=tuple(a),
        slopes=tuple(slopes),
        deltas=tuple(deltas),
        loss=loss_of(net, x),
        loss_slopes=2 * (a[-1] - 1.0),
    )


X = np.array([0.545, -1.01])


def plain(tex: str) -> str:
    """Without colours, brackets and powers of ten: numbers and signs."""
    tex = re.sub(r"\\textcolor\{\w+\}", "", tex)
    return re.sub(r"[{}\s]|\\left|\\right", "", tex)


def value(line: BackpropLine) -> float:
    text = plain(line.result).replace(r"\cdot10^", "e")
    return float(text)


def computed(text: str) -> float:
    """What a written sum of products, perhaps in brackets times something, comes to."""
    tree = ast.parse(plain(text).replace(r"\cdot10^", "e").replace(r"\cdot", "*"), mode="eval")

    def of(node: ast.expr) -> float:
        match node:
            case ast.BinOp(left, ast.Add(), right):
                return of(left) + of(right)
            case ast.BinOp(left, ast.Mult(), right):
                return of(left) * of(right)
            case ast.UnaryOp(ast.USub(), operand):
                return -of(operand)
            case ast.Constant(float() | int() as number):
                return float(number)
        raise AssertionError(ast.dump(node))

    return of(tree.body)


@pytest.mark.parametrize("place", [WeightPlace(0, 1, 1), WeightPlace(1, 0, 2), WeightPlace(0, 2)])
def test_the_product_is_the_derivative(place: WeightPlace) -> None:
    net = layers(2, 3, 1)
    (line,) = (line for line in backprop_lines(pass_of(net, X), place) if line.kind == "product")
    tensor = net[place.layer][0 if place.source is not None else 1]
    at = (place.target,) if place.source is None else (place.target, place.source)
    h, before = 1e-6, tensor[at]
    tensor[at] = before + h
    up = loss_of(net, X)
    tensor[at] = before - h
    down = loss_of(net, X)
    tensor[at] = before
    assert value(line) == pytest.approx((up - down) / (2 * h), rel=1e-3)


def test_every_written_sum_and_product_comes_to_its_result() -> None:
    row = pass_of(layers(2, 3, 1), X)
    lines = backprop_lines(row, WeightPlace(0, 0, 1))
    checked = [line for line in lines if line.numeric and "tanh" not in line.numeric]
    assert [line.kind for line in checked] == ["forward", "backward", "product"]
    for line in checked:
        assert computed(line.numeric) == pytest.approx(value(line), rel=2e-3)


def test_delta_goes_back_layer_by_layer_to_the_neuron_of_the_weight() -> None:
    row = pass_of(layers(2, 3, 8, 2), X)
    lines = [line for line in backprop_lines(row, WeightPlace(0, 1, 0)) if line.kind == "backward"]
    lefts = [plain(line.left) for line in lines]
    assert lefts == [r"\delta^(3)_1", r"\delta^(3)_2", r"\delta^(2)", r"\delta^(1)_2"]
    assert value(lines[-1]) == pytest.approx(row.deltas[0][1], rel=1e-3)
    assert r"\odot" in lines[2].symbolic


def test_factors_are_coloured_by_what_they_are() -> None:
    lines = backprop_lines(pass_of(layers(2, 3, 1), X), WeightPlace(0, 0, 1))
    (product,) = (line for line in lines if line.kind == "product")
    assert re.findall(r"\\textcolor\{(\w+)\}", product.tex) == ["delta", "activation"] * 2
    (back,) = (line for line in lines if line.left.startswith(r"\textcolor{delta}"))
    assert {"weight", "slope", "delta"} == set(re.findall(r"\\textcolor\{(\w+)\}", back.tex))


def test_the_row_is_one_of_the_batch_and_the_weight_takes_its_step() -> None:
    net = layers(2, 3, 1)
    shares = Shares(each=np.array([0.5, -1.5, 4.0]), place=1, penalty=0.25, update=-0.125)
    *_, batch, update = backprop_lines(pass_of(net, X), WeightPlace(0, 0, 1), shares)
    assert value(batch) == 1.25
    assert plain(batch.numeric) == r"\frac13(\dots+(-1.5)+\dots)+0.25"
    assert value(update) == pytest.approx(net[0][0][0, 1] - 0.125, rel=1e-3)
    summed = Shares(each=shares.each, mean=False)
    assert summed.gradient == 3.0
    assert Shares(each=np.empty(0)).gradient == 0.0


def test_a_wide_sum_keeps_its_largest_terms_and_the_chosen_one() -> None:
    net = layers(40, 3, 1)
    net[0][0][0] = np.linspace(0.01, 0.4, 40)
    x = np.ones(40)
    forward = backprop_lines(pass_of(net, x), WeightPlace(0, 0, 0))[0]
    shown = re.findall(r"w\^\{\(1\)\}_\{1,(\d+)\}", forward.symbolic)
    assert shown == ["1", "39", "40"]
    assert forward.symbolic.count(r"\dots") == 1


def test_a_bias_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        backprop_lines(pass_of(layers(2, 1), X, bias=False), WeightPlace(0, 0))
