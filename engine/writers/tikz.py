"""The contour map and the paths as a PGFPlots picture. Pure; any thread; numpy and contourpy only."""

import unicodedata
from collections.abc import Sequence
from typing import Final

import contourpy
import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Language
from engine.descent.run import Run
from engine.document.marks import color_of, shape_of
from engine.formula.names import GREEK_LETTERS, name_latex
from engine.function.plane import Plane
from engine.function.sampled import Field
from engine.function.scale import label_levels
from engine.optimizers.naming import racer_title
from engine.solving.section import plane_at, section
from engine.solving.solution import Solution
from engine.solving.timeline import duration_steps, frame_at, path_in

GRID: Final = 161  # samples across: enough for smooth lines, few enough for TeX's memory
TOLERANCE: Final = 4e-4  # of the drawn range: how far a thinned line may be from the sampled one
LONGEST_PATH: Final = 400  # points of a path that are drawn; a longer one is thinned, its ends kept
SIZE_CM: Final = (9.5, 8.0)  # of the plot, where its sides need not be in proportion
SLIVER: Final = 5.0  # sides of which one is so much longer are not drawn in proportion
LEGEND_BELOW_CM: Final = 1.2  # room for the ticks and the name of the axis
LABEL_ROOM_CM: Final = 0.7  # from the number of a level to the next one, or to a path
MOST_AVOIDED: Final = 200  # points of paths that numbers keep away from
MOST_RUNS: Final = 60  # TeX's memory bears
NEEDS: Final = "% Needs \\usepackage{pgfplots} and \\pgfplotsset{compat=1.16} in the preamble."
MARKS: Final = {  # PGFPlots' names of the marker shapes
    "o": "*",
    "s": "square*",
    "t": "triangle*",
    "d": "diamond*",
    "p": "pentagon*",
    "h": "otimes*",
    "star": "star",
    "+": "+",
}


def to_tikz(solution: Solution, language: Language = "en") -> str:
    r"""A tikzpicture for a document that loads pgfplots: level lines with their labels, paths, legend.

    Of more variables than two, the plane that is chosen, as it is at the end of the first run. Its sides are
    in proportion where the lab's are; the legend stands below, and covers nothing.

    Coordinates have 10 significant digits. A run that is longer than 400 points is thinned; of many runs the
    first 60 are drawn.

    Raises:
        ValueError: the Solution has no two drawn variables or was not sampled.
        NoPlane: the chosen axes make no plane.
    """
    plane = plane_at(solution, frame_at(solution, float(duration_steps(solution))), 0)
    if plane is None or plane.count != 2:
        raise ValueError("a contour map needs two drawn variables and samples")
    field = section(solution, plane)
    width, height = size_cm = _size_cm(solution, plane)
    runs = [(run, _points(run, plane)) for run in solution.runs[:MOST_RUNS]]
    paths = np.concatenate([np.empty((0, 2)), *(points for _, points in runs)])
    levels = _level_lines(field)
    lines = [
        NEEDS,
        *run_colors(solution.runs[:MOST_RUNS]),
        "\\begin{tikzpicture}",
        "\\begin{axis}[",
        f"  scale only axis, width={width:.4g}cm, height={height:.4g}cm,",
        "  enlargelimits=false, axis on top, clip marker paths=true,",
        *_axis_options(plane, language),
        "  colormap/viridis, colorbar, legend columns=2, legend cell align=left,",
        f"  legend style={{at={{(0,-{LEGEND_BELOW_CM / height:.3g})}}, anchor=north west, draw=none}},",
        f"  point meta min={decimal(field.z_lo)}, point meta max={decimal(field.z_hi)},",
        "  colorbar style={title={$" + _function_name(solution) + "$}},",
        "]",
        *_levels(levels),
    ]
    for run, points in runs:
        lines += _path(run, points, language)
    lines += _level_labels(levels, plane, size_cm, paths)
    return "\n".join([*lines, "\\end{axis}", "\\end{tikzpicture}", ""])


def _size_cm(solution: Solution, plane: Plane) -> tuple[float, float]:
    """Of the plot without what stands around it."""
    across, up = (axis.hi - axis.lo for axis in plane.axes)
    if not solution.lab.display.equal_aspect or max(across / up, up / across) > SLIVER:
        return SIZE_CM
    scale = min(SIZE_CM[0] / across, SIZE_CM[1] / up)
    return scale * across, scale * up


def run_colors(runs: Sequence[Run]) -> list[str]:
    """The definitions of the colours run0, run1, … by the marks of the runs."""
    marks = sorted({run.mark for run in runs})
    return [f"\\definecolor{{run{mark}}}{{HTML}}{{{color_of(mark)[1:].upper()}}}" for mark in marks]


def _function_name(solution: Solution) -> str:
    return (solution.formula.name if solution.formula is not None else None) or "f"


def _axis_options(plane: Plane, language: Language) -> list[str]:
    options = []
    for letter, axis in zip("xy", plane.axes, strict=True):
        title = f": {tex_text(axis.title.render(language))}" if axis.title is not None else ""
        options.append(
            f"  {letter}label={{${name_latex(axis.name)}${title}}}, "
            f"{letter}min={decimal(axis.lo)}, {letter}max={decimal(axis.hi)},"
        )
    return options


def _level_lines(field: Field) -> list[tuple[float, str, list[Floats]]]:
    """Of each level its height, its text, and its lines, (n, 2), thinned."""
    rows = _thinned(len(field.y))
    columns = _thinned(len(field.x))
    x, y = field.x[columns], field.y[rows]
    z = np.ma.masked_invalid(field.z[np.ix_(rows, columns)].astype(np.float64))
    generator = contourpy.contour_generator(x, y, z)
    reach = np.array([x[-1] - x[0], y[-1] - y[0]])
    found = []
    for level, text in zip(field.levels, label_levels(field).labels, strict=True):
        lines = [
            simplified(np.asarray(line, np.float64), reach, TOLERANCE)
            for line in generator.lines(float(level))
        ]
        found.append((float(level), text, [line for line in lines if len(line) > 1]))
    return found


def _levels(lines: list[tuple[float, str, list[Floats]]]) -> list[str]:
    """The level lines as PGFPlots' "prepared" contours: x, y, level; an empty line between two of them.

    Without PGFPlots' own labels: 1.18.1 prints a stray quotation mark for each.
    """
    blocks = [
        "\n".join(f"{decimal(p)} {decimal(q)} {decimal(level)}" for p, q in line)
        for level, _, each in lines
        for line in each
    ]
    if not blocks:
        return []
    option = "contour prepared={labels=false}, forget plot, line width=0.5pt"
    return [f"\\addplot[{option}] table {{", "\n\n".join(blocks), "};"]


def _level_labels(
    lines: list[tuple[float, str, list[Floats]]], plane: Plane, size_cm: tuple[float, float], paths: Floats
) -> list[str]:
    """A number on the longest line of each level, where it is far from the others, edges and paths."""
    lo = np.array([axis.lo for axis in plane.axes])
    scale = np.array(size_cm) / np.array([axis.hi - axis.lo for axis in plane.axes])
    taken = ((paths - lo) * scale)[:: max(len(paths) // MOST_AVOIDED, 1)]
    nodes = []
    longest = [(max(each, key=lambda line: _length(line * scale)), text) for _, text, each in lines if each]
    for line, text in sorted(longest, key=lambda entry: -_length(entry[0] * scale)):
        points = (line - lo) * scale
        starts, way = points[:-1], np.diff(points, axis=0)
        middles = starts + way / 2
        edge = np.minimum(middles, np.array(size_cm) - middles).min(axis=1)
        away = np.full(len(middles), np.inf)
        for other in taken:
            away = np.minimum(away, np.hypot(*(middles - other).T))
        best = int(np.argmax(np.minimum(away, 2 * edge)))
        if min(away[best], 2 * edge[best]) < LABEL_ROOM_CM:
            continue
        taken = np.concatenate((taken, middles[best : best + 1]))
        angle = np.degrees(np.arctan2(way[best, 1], way[best, 0]))
        upright = (angle + 90) % 180 - 90  # no number stands on its head
        x, y = middles[best] / scale + lo
        nodes.append(
            f"\\node[rotate={upright:.1f}, font=\\tiny, inner sep=0.7pt, fill=white, text=black] "
            f"at (axis cs:{decimal(x)},{decimal(y)}) {{{tex_text(text)}}};"
        )
    return nodes


def _length(line: Floats) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _thinned(count: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.unique(np.linspace(0, count - 1, min(count, GRID)).round().astype(np.intp))


def simplified(points: Floats, reach: Floats, tolerance: float) -> Floats:
    """Fewer of the `points` (n, 2): what is left out is within `tolerance` · `reach` of the line.

    Source: Ramer 1972; Douglas & Peucker 1973.
    """
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[[0, -1]] = True
    scaled = points / reach
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        inner = scaled[first + 1 : last] - scaled[first]
        along = scaled[last] - scaled[first]
        length = float(np.hypot(*along))
        if length > tolerance:
            far = np.abs(inner[:, 0] * along[1] - inner[:, 1] * along[0]) / length
        else:
            far = np.hypot(inner[:, 0], inner[:, 1])  # a closed line: its ends meet
        worst = int(np.argmax(far))
        if far[worst] > tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            spans += [(first, middle), (middle, last)]
    return points[keep]


def _points(run: Run, plane: Plane) -> Floats:
    """The path in the plane, (n, 2), thinned where it is long."""
    points = path_in(plane, run.points, slice(None))
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) > LONGEST_PATH:
        points = points[np.unique(np.linspace(0, len(points) - 1, LONGEST_PATH).round().astype(np.intp))]
    return points


def _path(run: Run, points: Floats, language: Language) -> list[str]:
    coordinates = " ".join(f"({decimal(p)},{decimal(q)})" for p, q in points)
    style = f"run{run.mark}, mark={MARKS[shape_of(run.mark)]}, mark size=1.2pt, line width=0.9pt"
    name = tex_text(racer_title(run.racer, language))
    return [
        f"\\addplot[{style}] coordinates {{{coordinates}}};",
        f"\\addlegendentry{{{name}}}",
    ]


def tex_text(text: str) -> str:
    r"""`text` with TeX's special characters written so that they print, and symbols as mathematics.

    Letters of other scripts (Hangul) are left as they are: the document loads what prints them.

    >>> tex_text("η = 10⁻³ & ‖∇f‖ → 0")
    '$\\eta$ = 10$^{-}$$^{3}$ \\& $\\|$$\\nabla$f$\\|$ $\\to$ 0'
    """
    return "".join(_tex_character(character) for character in text)


_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "&%$#_{}"},
    **{character: f"${character}$" for character in "|<>"},  # other signs in TeX's own text font
}
_SYMBOLS: Final = {
    "∇": r"\nabla", "∂": r"\partial", "‖": r"\|", "·": r"\cdot", "×": r"\times", "−": "-", "→": r"\to",
    "←": r"\leftarrow", "≤": r"\le", "≥": r"\ge", "≈": r"\approx", "≠": r"\ne", "∞": r"\infty", "±": r"\pm",
    "√": r"\surd", "Δ": r"\Delta", "∈": r"\in", "ℝ": r"\mathbb{R}", "⌊": r"\lfloor", "⌋": r"\rfloor",
    "∥": r"\|", "≪": r"\ll", "≫": r"\gg", "½": r"\tfrac12", "κ": r"\kappa", "°": r"^{\circ}",
}  # fmt: skip


def _tex_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character if character.isprintable() else " "
    if character in _SYMBOLS:
        return f"${_SYMBOLS[character]}$"
    if character in GREEK_LETTERS:
        name = GREEK_LETTERS[character]
        return "o" if name == "omicron" else f"$\\{name}$"
    plain = unicodedata.normalize("NFKC", character)
    kind = unicodedata.decomposition(character).split(" ")[0]
    if kind in ("<super>", "<sub>"):
        mark = "^" if kind == "<super>" else "_"
        return f"${mark}{{{plain.replace('−', '-')}}}$"
    if character.isalpha() or character in "“”‘’–—…":
        return character
    return plain if plain.isascii() else "?"


def decimal(value: float) -> str:
    """Ten significant digits."""
    return f"{float(value):.10g}"
