"""A Lab as a LaTeX document: the formula, its partials, the worked steps with their numbers, the map.

Pure; any thread; numpy only.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from engine.base.i18n import Language, translate
from engine.descent.run import Run
from engine.formula.names import name_latex
from engine.optimizers.naming import racer_title
from engine.solving.solution import Solution
from engine.words.step_text import step_latex
from engine.writers.tikz import MOST_RUNS, tex_text, to_tikz

SHOWN_FIRST: Final = 4  # steps that are worked out in full, from the first
TABLE_ROWS: Final = 24  # points that the table of a run shows; a longer run is thinned
DIGITS: Final = 6


def to_latex(solution: Solution, language: Language = "en") -> str:
    """A whole document for pdflatex (with kotex for Korean); of many runs, the first 60.

    Raises:
        ValueError: the Solution was not derived.
    """
    setup, derivation = solution.setup, solution.derivation
    if setup is None or derivation is None:
        raise ValueError("there is nothing derived to write")
    parts = _function(solution)
    for number, run in enumerate(solution.runs[:MOST_RUNS], 1):
        parts += _run(run, number, setup.descended, language)
    if len(setup.axes) == 2 and solution.field is not None:
        parts += ["\\begin{center}", to_tikz(solution, language).strip(), "\\end{center}"]
    return document(solution, parts, language, translate("Gradient descent", language))


def document(solution: Solution, parts: Iterable[str], language: Language, title: str) -> str:
    """The document of the parts; `title`: where the lab has none."""
    shown = solution.lab.title.get(language) or title
    lines = [
        "\\documentclass[11pt]{article}",
        "\\usepackage[a4paper,margin=22mm]{geometry}",
        "\\usepackage{amsmath,amssymb,pgfplots}",
        *(["\\usepackage{kotex}"] if language == "ko" else []),
        "\\pgfplotsset{compat=1.16}",
        "\\allowdisplaybreaks",
        f"\\title{{{tex_text(shown)}}}",
        "\\date{}",
        "\\begin{document}",
        "\\maketitle",
        *parts,
    ]
    return "\n".join([*lines, "\\end{document}", ""])


def function_symbol(solution: Solution) -> str:
    """The function's name with its variables, as LaTeX: f(x, y)."""
    assert solution.derivation is not None
    name = (solution.formula.name if solution.formula is not None else None) or "f"
    return f"{name_latex(name)}({', '.join(map(name_latex, solution.derivation.variables))})"


def partial_symbol(solution: Solution, variable: str) -> str:
    r"""∂f/∂x as LaTeX; df/dx where x is the only variable."""
    name = (solution.formula.name if solution.formula is not None else None) or "f"
    alone = solution.derivation is not None and len(solution.derivation.variables) == 1
    d = "d" if alone else r"\partial "
    return rf"\frac{{{d}{name_latex(name)}}}{{{d}{name_latex(variable)}}}"


def vector(values: Iterable[float], digits: int = DIGITS) -> str:
    r"""A column of numbers; a plain number for one.

    >>> vector([1.5, -2e-9])
    '\\begin{pmatrix}1.5\\\\-2\\times 10^{-9}\\end{pmatrix}'
    """
    entries = [number(value, digits) for value in values]
    if len(entries) == 1:
        return entries[0]
    return r"\begin{pmatrix}" + r"\\".join(entries) + r"\end{pmatrix}"


def number(value: float, digits: int = DIGITS) -> str:
    r"""A number in at most `digits` significant digits as LaTeX.

    >>> number(0.1), number(-12345678.0), number(float("nan"))
    ('0.1', '-1.23457\\times 10^{7}', '\\text{undefined}')
    """
    if np.isnan(value):
        return r"\text{undefined}"
    if np.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    text = f"{float(value):.{digits}g}"
    mantissa, e, exponent = text.partition("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}" if e else mantissa


def _function(solution: Solution) -> list[str]:
    assert solution.derivation is not None and solution.setup is not None
    derivation, setup = solution.derivation, solution.setup
    lines = [rf"{function_symbol(solution)} &= {derivation.value.latex}"]
    held = [rf"{name_latex(name)} &= {number(value, 10)}" for name, value in setup.held.items()]
    for name, partial in zip(derivation.variables, derivation.partials, strict=True):
        if partial is not None:
            lines.append(rf"{partial_symbol(solution, name)} &= {partial.latex}")
    rows = derivation.rows(range(len(derivation.variables)))
    if rows is not None:
        matrix = r"\\ ".join(" & ".join(entry.latex for entry in row) for row in rows)
        lines.append(rf"H &= \begin{{pmatrix}} {matrix} \end{{pmatrix}}")
    return aligned([*lines, *held])


def run_heading(run: Run, index: int, language: Language) -> list[str]:
    """Which run it is, and how it ended."""
    name = racer_title(run.racer, language)
    heading = translate("Run {n}: {name}, {steps} steps", language, n=index, name=name, steps=run.steps)
    return [f"\\section*{{{tex_text(heading)}}}", tex_text(run.explanation.render(language)), ""]


def _run(run: Run, index: int, variables: tuple[str, ...], language: Language) -> list[str]:
    parts = run_heading(run, index, language)
    for step in range(min(SHOWN_FIRST, run.steps)):
        parts += ["\\begin{equation*}", step_latex(run, step, language, variables), "\\end{equation*}"]
    head = ["k", *map(name_latex, variables)]
    head += ["f", *(rf"\partial_{{{name_latex(v)}}} f" for v in variables)]
    rows = [[*run.points[row], run.values[row], *run.gradients[row]] for row in table_rows(run)]
    return [*parts, *number_table(head, table_rows(run), rows)]


def table_rows(run: Run) -> list[int]:
    """The points that the table of a run shows."""
    count = min(run.steps + 1, TABLE_ROWS)
    return [int(row) for row in np.unique(np.linspace(0, run.steps, count).round())]


def number_table(
    head: Sequence[str], places: Sequence[int], rows: Sequence[Sequence[float | None]]
) -> list[str]:
    """A table of numbers, None where there is none; the head in TeX, first that of the places."""
    cells = [
        [str(place), *("" if value is None else f"${number(value)}$" for value in row)]
        for place, row in zip(places, rows, strict=True)
    ]
    return text_table([f"${entry}$" for entry in head], cells, "r" * len(head))


def text_table(head: Sequence[str], rows: Iterable[Sequence[str]], columns: str) -> list[str]:
    """A table in the middle; columns: how each is aligned, as in rrl."""
    lines = [
        "\\begin{center}\\small",
        f"\\begin{{tabular}}{{{columns}}}",
        " & ".join(head) + r" \\ \hline",
    ]
    lines += [" & ".join(row) + r" \\" for row in rows]
    return [*lines, "\\end{tabular}", "\\end{center}"]


def aligned(lines: Sequence[str]) -> list[str]:
    """Equations below each other."""
    return ["\\begin{align*}", (r" \\" + "\n").join(lines), "\\end{align*}"]
