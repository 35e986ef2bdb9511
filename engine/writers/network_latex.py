r"""A network as a LaTeX document: its layers and their gradients in matrices, its loss, rules and losses.

Pure; any thread; numpy only.
"""

from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Language, translate
from engine.descent.run import Run
from engine.document.network import Network, Penalty
from engine.document.network_setup import weights_at
from engine.document.network_text import ACTIVATION_LATEX, network_latex
from engine.solving.solution import Solution
from engine.words.model_text import loss_latex
from engine.words.rule_text import rule_latex
from engine.words.step_text import number_latex
from engine.writers.latex import aligned, document, number_table, run_heading, table_rows, text_table
from engine.writers.network_tikz import network_tikz
from engine.writers.tikz import MOST_RUNS, tex_text

MOST_ENTRIES: Final = 200  # weights that are written out
MOST_COLUMNS: Final = 12  # of a matrix that is


def to_network_latex(solution: Solution, language: Language = "en") -> str:
    """A whole document for pdflatex (with kotex for Korean); of many runs, the first 60."""
    network = solution.lab.network
    assert network is not None and solution.setup is not None
    formulas = [network_latex(network), loss_latex(network.loss, network.penalty)]
    if network.scaling == "standard":
        formulas.insert(1, r"\tilde{x} = \frac{x - \operatorname{mean} x}{\operatorname{std} x}")
    parts = [
        *aligned([line.replace(" = ", " &= ", 1) for line in formulas]),
        *text_table(
            [translate("Tensor", language), "", translate("shape", language)], _tensors(network), "lcl"
        ),
        f"\\section*{{{translate('Forward', language)}}}",
        *aligned(_forward(network)),
        f"\\section*{{{translate('Backward', language)}}}",
        *aligned(_backward(network)),
        "\\begin{center}",
        network_tikz(solution, language).strip(),
        "\\end{center}",
    ]
    for index, run in enumerate(solution.runs[:MOST_RUNS], 1):
        parts += _run(run, index, language)
    if solution.runs:
        parts += _weights(solution, network, language)
    return document(solution, parts, language, translate("Training of a network", language))


def _tensors(network: Network) -> list[list[str]]:
    """A row each: its name in PyTorch, its letter here, its shape."""
    rows, layer = [], 0
    for name, shape in network.shapes.items():
        layer += name.endswith("weight")
        letter = "W" if name.endswith("weight") else "b"
        size = r" \times ".join(map(str, shape))
        rows.append([f"\\texttt{{{tex_text(name)}}}", f"${letter}_{{{layer}}}$", f"${size}$"])
    return rows


def _below(network: Network, layer: int) -> str:
    """What goes into a layer, as `network_latex` calls it."""
    if layer > 1:
        return f"a_{{{layer - 1}}}"
    return "x" if network.scaling == "none" else r"\tilde{x}"


def _forward(network: Network) -> list[str]:
    lines = []
    for k, layer in enumerate(network.layers, 1):
        made = r"\hat{y}" if k == len(network.layers) else f"a_{{{k}}}"
        bias = f" + b_{{{k}}}" if layer.bias else ""
        name = ACTIVATION_LATEX.get(layer.activation)
        value = rf"{name}\left(z_{{{k}}}\right)" if name else f"z_{{{k}}}"
        lines += [rf"z_{{{k}}} &= W_{{{k}}}\,{_below(network, k)}{bias}", rf"{made} &= {value}"]
    return lines


def _backward(network: Network) -> list[str]:
    r"""delta = ∂L/∂z of each row, the last layer first; the slopes of the weights are sums over the rows."""
    lines, last = [], len(network.layers)
    for k in range(last, 0, -1):
        name = ACTIVATION_LATEX.get(network.layers[k - 1].activation)
        back = (
            rf"W_{{{k + 1}}}^{{\top}} \delta_{{{k + 1}}}"
            if k < last
            else r"\frac{\partial L}{\partial \hat{y}}"
        )
        slope = rf" \odot {name}'\left(z_{{{k}}}\right)" if name else ""
        lines.append(rf"\delta_{{{k}}} &= {back}{slope}")
        for letter, by in (
            ("W", rf"\delta_{{{k}}}\,{_below(network, k)}^{{\top}}"),
            ("b", rf"\delta_{{{k}}}"),
        ):
            if letter == "W" or network.layers[k - 1].bias:
                pull = _pull(network.penalty, letter, k)
                slope = rf"\frac{{\partial L}}{{\partial {letter}_{{{k}}}}}"
                lines.append(rf"{slope} &= \textstyle\sum_{{\text{{rows}}}} {by}{pull}")
    return lines


def _pull(penalty: Penalty | None, letter: str, k: int) -> str:
    if penalty is None or not penalty.factor or (letter == "b" and penalty.of == "weights"):
        return ""
    if penalty.kind == "l2":
        return f" + {2 * penalty.factor:g}\\,{letter}_{{{k}}}"
    return rf" + {penalty.factor:g}\,\operatorname{{sign}} {letter}_{{{k}}}"


def _run(run: Run, index: int, language: Language) -> list[str]:
    losses = {"L": run.values, r"L_{\text{batch}}": run.batch_values, r"L_{\text{test}}": run.test_values}
    there = {name: each for name, each in losses.items() if each is not None}
    places = table_rows(run)
    rows = [[_at(each, place) for each in there.values()] for place in places]
    rule = [line.replace(" = ", " &= ", 1) for line in rule_latex(run.racer.optimizer)]
    return [
        *run_heading(run, index, language),
        *(aligned(rule) if rule else ()),
        *number_table(["t", *there], places, rows),
    ]


def _at(losses: Floats, place: int) -> float | None:
    return float(losses[place]) if place < len(losses) else None


def _weights(solution: Solution, network: Network, language: Language) -> list[str]:
    """The tensors that the first run leaves, where they are few."""
    assert solution.setup is not None
    if network.parameters > MOST_ENTRIES or max(network.widths) > MOST_COLUMNS:
        return []
    arrays = weights_at(network, solution.setup, solution.runs[0].points[-1]).arrays
    lines = [
        f"{letter.strip('$')} &= {_matrix(array)}"
        for (_, letter, _), array in zip(_tensors(network), arrays.values(), strict=True)
    ]
    heading = translate("The weights where run 1 ends", language)
    return [f"\\section*{{{heading}}}", "{\\small", *aligned(lines), "}"]


def _matrix(array: Floats) -> str:
    rows = np.atleast_2d(array.T).T  # a bias is a column
    body = r" \\ ".join(" & ".join(number_latex(float(entry)) for entry in row) for row in rows)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
