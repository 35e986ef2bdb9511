"""A network written out: what it computes as sums of its single weights, and what is made small.

Pure functions → LaTeX; any thread; stdlib only.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from engine.document.network import Loss, LossName, Network, Penalty
from engine.document.network_text import ACTIVATION_LATEX, input_latex

MOST_SUMMED: Final = 12
"""Weights of a network that is written as sums."""


def sums_latex(network: Network, names: Sequence[str]) -> tuple[str, ...]:
    """An equation for each unit, the inputs called `names`; none of more than MOST_SUMMED weights.

    >>> from engine.document.network_text import parse_network
    >>> sums_latex(parse_network("2-1"), ("x_1", "x_2"))
    ('\\\\hat{y} = w_{1} x_{1} + w_{2} x_{2} + b',)
    """
    if network.parameters > MOST_SUMMED or len(names) != network.inputs:
        return ()
    deep = len(network.layers) > 1
    units = [input_latex(network, name) for name in names]
    lines = []
    for k, (fan_in, fan_out) in enumerate(pairwise(network.widths), 1):
        activation = network.layers[k - 1].activation
        layer = f"^{{({k})}}" if deep else ""
        made = _unit_names(k, fan_out, len(network.layers))
        for j, unit in enumerate(made, 1):
            row = str(j) if fan_out > 1 else ""
            terms = [
                f"w{layer}{_index(row, str(i) if fan_in > 1 else '')} {each}"
                for i, each in enumerate(units, 1)
            ]
            if network.layers[k - 1].bias:
                terms.append(f"b{layer}{_index(row)}")
            total = " + ".join(terms)
            if activation != "linear":
                total = rf"{ACTIVATION_LATEX[activation]}\left({total}\right)"
            lines.append(f"{unit} = {total}")
        units = made
    return tuple(lines)


def loss_latex(loss: Loss, penalty: Penalty | None = None) -> str:
    """L, by the outputs ŷ and the targets y of the rows; of classes, ŷ with the index of one is its output.

    >>> loss_latex(Loss("mse"))
    'L = \\\\operatorname{mean}\\\\, (\\\\hat{y} - y)^{2}'
    """
    over = r"\operatorname{mean}\, " if loss.reduction == "mean" else r"\textstyle\sum\, "
    text = rf"L = {over}{_EACH[loss.name]}"
    for letter, value in (("delta", loss.delta), ("beta", loss.beta)):
        text = text.replace(f"\\{letter}", f"{value:g}")
    if penalty is not None and penalty.factor:
        weights = "w" if penalty.of == "weights" else r"\theta"
        size = rf"{weights}^{{2}}" if penalty.kind == "l2" else rf"\left|{weights}\right|"
        text += rf" + {penalty.factor:g} \textstyle\sum {size}"
    return text


def _unit_names(k: int, width: int, layers: int) -> list[str]:
    letter = r"\hat{y}" if k == layers else "h"
    layer = f"^{{({k})}}" if k < layers and layers > 2 else ""
    return [f"{letter}{layer}{_index(str(j) if width > 1 else '')}" for j in range(1, width + 1)]


def _index(*parts: str) -> str:
    inside = "".join(parts) if all(len(part) < 2 for part in parts) else ",".join(filter(None, parts))
    return f"_{{{inside}}}" if inside else ""


_EACH: Final[dict[LossName, str]] = {
    "mse": r"(\hat{y} - y)^{2}",
    "l1": r"\left|\hat{y} - y\right|",
    "huber": r"H_{\delta}(\hat{y} - y)",
    "smooth_l1": r"\tfrac{1}{\beta} H_{\beta}(\hat{y} - y)",
    "bce_with_logits": r"\left(\ln(1 + e^{\hat{y}}) - y\,\hat{y}\right)",
    "cross_entropy": r"\left(\ln \textstyle\sum_{k} e^{\hat{y}_{k}} - \hat{y}_{y}\right)",
    "hinge_embedding": r"\begin{cases}\hat{y} & y = 1\\ \max(0, 1 - \hat{y}) & y = -1\end{cases}",
    "multi_margin": r"\tfrac{1}{K} \textstyle\sum_{k \ne y} \max(0, 1 - \hat{y}_{y} + \hat{y}_{k})",
}
