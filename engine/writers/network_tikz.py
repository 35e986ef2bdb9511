"""A network and its losses as TikZ pictures. Pure; any thread; numpy only."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Language
from engine.descent.run import Run
from engine.document.network_setup import weights_at
from engine.formula.names import is_name, name_latex
from engine.optimizers.naming import racer_title
from engine.solving.solution import Solution
from engine.writers.tikz import LONGEST_PATH, MOST_RUNS, NEEDS, decimal, run_colors, tex_text

MOST_UNITS: Final = 12  # of a layer that are drawn; of more, the first and the last ones
APART_CM: Final = (3.4, 0.9)  # layers, units
THINNEST_PT: Final = 0.15
THICKEST_PT: Final = 2.4  # of the heaviest weight
RADIUS_PT: Final = 7
SIGNS: Final = {"positive": "2A5BD7", "negative": "CF5C08"}

Unit = int | None
"""A unit by its number; None for those that are left out."""


def network_tikz(solution: Solution, language: Language = "en") -> str:
    """Two pictures for a document that loads pgfplots: the network as the first run leaves it; the losses.

    An edge is as wide as its weight is large, blue above 0, orange and dashed below. Of a layer of more than
    12 units the first and the last are drawn, of a run of more than 400 steps so many points.
    """
    runs = solution.runs[:MOST_RUNS]
    return "\n".join(
        [NEEDS, *run_colors(runs), *_network(solution), "\\bigskip", "", *_losses(runs, language), ""]
    )


def _network(solution: Solution) -> Iterator[str]:
    network, setup, examples = solution.lab.network, solution.setup, solution.examples
    assert network is not None and setup is not None and examples is not None
    point = solution.runs[0].points[-1] if solution.runs else setup.starts[0]
    arrays = weights_at(network, setup, point).arrays
    matrices = [array for name, array in arrays.items() if name.endswith("weight")]
    columns = [_shown(width) for width in network.widths]
    outputs = examples.classes if examples.classes and len(examples.classes) == network.widths[-1] else None
    ends = {0: [_column_name(name) for name in examples.names]}
    ends[len(columns) - 1] = [tex_text(name) for name in outputs or ()] or list(
        map(_column_name, examples.targets)
    )
    yield from (f"\\definecolor{{{name}}}{{HTML}}{{{color}}}" for name, color in SIGNS.items())
    yield (
        f"\\begin{{tikzpicture}}[unit/.style={{circle, draw, fill=white, minimum size={2 * RADIUS_PT}pt, "
        "inner sep=0pt}]"
    )
    yield from _edges(matrices, columns)
    for layer, units in enumerate(columns):
        for place, unit in enumerate(units):
            at = _at(layer, place, columns)
            if unit is None:
                yield f"  \\node at {at} {{$\\vdots$}};"
                continue
            label = ends.get(layer, ())
            name = f"label={{{'left' if layer == 0 else 'right'}:{label[unit]}}}" if unit < len(label) else ""
            yield f"  \\node[{', '.join(filter(None, ('unit', name)))}] at {at} {{}};"
    yield "\\end{tikzpicture}"


def _shown(width: int) -> list[Unit]:
    """The units of a layer that are drawn.

    >>> _shown(3), _shown(20)
    ([0, 1, 2], [0, 1, 2, 3, 4, 5, None, 15, 16, 17, 18, 19])
    """
    if width <= MOST_UNITS:
        return list(range(width))
    after = (MOST_UNITS - 1) // 2
    return [*range(MOST_UNITS - 1 - after), None, *range(width - after, width)]


def _at(layer: int, place: int, columns: list[list[Unit]]) -> str:
    """Where a unit stands."""
    height = APART_CM[1] * ((len(columns[layer]) - 1) / 2 - place)
    return f"({decimal(APART_CM[0] * layer)}cm,{decimal(height)}cm)"


def _edges(matrices: list[Floats], columns: list[list[Unit]]) -> Iterator[str]:
    """Below the units, the heaviest last."""
    heaviest = max((float(np.abs(matrix).max()) for matrix in matrices), default=0.0) or 1.0
    edges = [
        (float(matrix[target, source]), layer, place_a, place_b)
        for layer, matrix in enumerate(matrices)
        for place_a, source in enumerate(columns[layer])
        for place_b, target in enumerate(columns[layer + 1])
        if source is not None and target is not None
    ]
    for weight, layer, a, b in sorted(edges, key=lambda edge: abs(edge[0])):
        width = THINNEST_PT + (THICKEST_PT - THINNEST_PT) * abs(weight) / heaviest
        sign = "positive" if weight > 0 else "negative, dashed" if weight < 0 else "gray"
        ends = _at(layer, a, columns), _at(layer + 1, b, columns)
        yield f"  \\draw[{sign}, line width={width:.2f}pt] {' -- '.join(ends)};"


def _column_name(name: str) -> str:
    return f"${name_latex(name)}$" if is_name(name) else tex_text(name)


def _losses(runs: tuple[Run, ...], language: Language) -> Iterator[str]:
    curves = [(run, *curve) for run in runs for curve in _curves_of(run)]
    if not curves:
        return
    positive = all((losses[np.isfinite(losses)] > 0).all() for _, losses, _, _ in curves)
    yield "\\begin{tikzpicture}"
    yield "\\begin{axis}["
    yield "  width=12cm, height=7cm, xlabel={$t$}, ylabel={$L$}, enlarge x limits=false,"
    yield f"  ymode={'log' if positive else 'normal'},"
    yield "  legend style={at={(0.5,-0.2)}, anchor=north, legend columns=2, draw=none, column sep=6pt},"
    yield "]"
    for run, losses, style, suffix in curves:
        steps = np.flatnonzero(np.isfinite(losses))
        if len(steps) > LONGEST_PATH:
            steps = steps[np.unique(np.linspace(0, len(steps) - 1, LONGEST_PATH).round().astype(np.intp))]
        points = " ".join(f"({step},{decimal(losses[step])})" for step in steps)
        yield f"\\addplot[run{run.mark}, mark=none, {style}] coordinates {{{points}}};"
        yield f"\\addlegendentry{{{tex_text(racer_title(run.racer, language) + suffix)}}}"
    yield "\\end{axis}"
    yield "\\end{tikzpicture}"


def _curves_of(run: Run) -> Iterator[tuple[Floats, str, str]]:
    """The losses of a run, how they are drawn, and what is added to its name."""
    if run.batch_values is not None:
        yield run.batch_values, "line width=0.3pt, opacity=0.5", ", batch"
    yield run.values, "line width=1pt", ""
    if run.test_values is not None:
        yield run.test_values, "line width=1pt, densely dashed", ", test"
