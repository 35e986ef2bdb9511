"""A Lab as a self-contained Python script: exact partials, the figure, and the descent with the same numbers.

The script needs numpy and sympy, and matplotlib for its figure. Nothing here runs it.
Any thread; stdlib and numpy only.
"""

from contextlib import suppress
from typing import Any, Final

from engine.base.i18n import Language
from engine.document.setup import Setup, draws_directions
from engine.formula.ast import Aggregate, Node, walk
from engine.formula.expand import expand
from engine.formula.names import name_key, name_latex
from engine.function.plane import Plane
from engine.solving.section import plane_at, section
from engine.solving.sight import NoPlane
from engine.solving.solution import Solution
from engine.solving.timeline import duration_steps, frame_at
from engine.writers.own_rule import own_rule_source, rule_trees
from engine.writers.script_runs import (
    SHOWN,
    descent_source,
    head_line,
    is_special,
    own_rules,
    phases_of,
    rules_source,
    runs_source,
    special_source,
)
from engine.writers.sympy_source import columns_in, identifier, sympy_source


def to_python(solution: Solution, language: Language = "en") -> str:
    """The script. `language` is that of its comments' head line, the lab's title.

    Raises:
        ValueError: the Solution has no formula that could be read.
    """
    formula, setup = solution.formula, solution.setup
    if formula is None or setup is None:
        raise ValueError("there is no formula to write")
    spelling = {name_key(name): name for name in formula.variables}
    tree: Any = expand(formula.ast, lambda name: spelling.get(name_key(name), name))
    own = own_rules(solution.runs)
    phases = [phases_of(run, own) for run in solution.runs]
    special = any(map(is_special, (tree, *(part for rule in own for part in rule_trees(rule)))))
    modules = '[STEPS, SPECIAL, "numpy"]' if special else '[STEPS, "numpy"]'
    parts = [
        _head(solution, special, language),
        *((_MEDIAN,) if _has_median(tree) else ()),
        _function(solution, setup, tree),
        _DERIVATIVES,
        *((special_source(),) if special else ()),
        _numbers(modules),
        *rules_source(phases),
        *(own_rule_source(rule, name, modules) for rule, name in own.items()),
        descent_source(),
        runs_source(
            solution,
            ([phase.entry for phase in each] for each in phases),
            lambda run: repr(run.points[0].tolist()),
        ),
        _figure(setup, solution),
        _MAIN,
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _head(solution: Solution, special: bool, language: Language) -> str:
    math = "import math\n" if special else ""
    mpmath = "import mpmath\n" if special else ""
    return f'''#!/usr/bin/env python3
"""{head_line(solution, solution.lab.formula, language)}

Partial derivatives by sympy, the surface and the contour map, and the descent, step by step; written by
Nablascope. Needs: pip install numpy sympy matplotlib. With a file name as its argument, the figure is saved
there in place of being shown.
"""

{math}import sys

{mpmath}import numpy as np
import sympy as sp
'''


def _function(solution: Solution, setup: Setup, tree: Node) -> str:
    names = [identifier(name) for name in setup.descended]
    shown = " ".join(names)
    lines = ["# The function of the variables that are descended; the others are held constant."]
    target = names[0] + "," if len(names) == 1 else ", ".join(names)
    lines.append(f'{target} = sp.symbols("{shown}", real=True, seq=True)')
    lines.append(f"VARIABLES = [{', '.join(names)}]")
    for name, value in setup.held.items():
        lines.append(f"{identifier(name)} = sp.Float({value!r})")
    columns = columns_in(tree)
    data = solution.lab.data
    if columns and data is not None:
        lines.append("DATA = {")
        for name in columns:
            column = [row[data.columns.index(name)] for row in data.rows]
            lines.append(f"    {name!r}: {column!r},")
        lines += ["}", f"ROWS = {len(data.rows)}"]
    lines.append(f"f = {sympy_source(tree)}")
    return "\n".join(lines)


_DERIVATIVES: Final = '''
def derivative(expression, variable):
    """The derivative almost everywhere: a jump or a kink has no spike (sympy would write DiracDelta)."""
    slope = sp.diff(expression, variable)
    slope = slope.replace(sp.DiracDelta, lambda *arguments: sp.Integer(0))
    slope = slope.replace(lambda part: isinstance(part, sp.Subs | sp.Derivative), lambda part: sp.Integer(0))
    return slope


PARTIALS = [derivative(f, variable) for variable in VARIABLES]
HESSIAN = [[derivative(partial, variable) for variable in VARIABLES] for partial in PARTIALS]

# Else sympy writes each step as cases, whose conditions it simplifies for seconds.
STEPS = {"Heaviside": np.heaviside}
'''


_MEDIAN: Final = '''
class Median(sp.Function):
    """The middle of the rows; of an even number of them the mean of the two in the middle."""

    _imp_ = staticmethod(lambda *rows: np.median(np.broadcast_arrays(*rows), axis=0))

    def fdiff(self, argindex=1):
        far = [sp.Abs(row - self) for row in self.args]
        nearest = sp.Min(*far) * (1 + 1e-12) + 1e-300
        count = sum(sp.Piecewise((1, each <= nearest), (0, True)) for each in far)
        return sp.Piecewise((1 / count, far[argindex - 1] <= nearest), (0, True))
'''


def _has_median(tree: Node) -> bool:
    return any(isinstance(part, Aggregate) and part.kind == "median" for part in walk(tree))


def _numbers(modules: str) -> str:
    lines = [
        f"_value = sp.lambdify(VARIABLES, f, {modules}, cse=True)",
        f"_gradient = sp.lambdify(VARIABLES, PARTIALS, {modules}, cse=True)",
        f"_hessian = sp.lambdify(VARIABLES, sum(HESSIAN, []), {modules}, cse=True)",
        "",
        "",
        "def value(*coordinates):",
        '    """f; works on grids too."""',
        '    with np.errstate(all="ignore"):',
        "        return _value(*coordinates) + 0.0 * sum(coordinates)",
        "",
        "",
        "def gradient(theta):",
        '    """The vector of the partial derivatives at the point theta."""',
        '    with np.errstate(all="ignore"):',
        "        return np.array(_gradient(*theta), dtype=float)",
        "",
        "",
        "def hessian(theta):",
        '    """The matrix of the second partial derivatives at the point theta."""',
        '    with np.errstate(all="ignore"):',
        "        return np.array(_hessian(*theta), dtype=float).reshape(len(theta), len(theta))",
    ]
    return "\n".join(lines)


def _figure(setup: Setup, solution: Solution) -> str:
    """The function that draws: over what is drawn at the first run's end; a curve of one variable."""
    field, plane = solution.field, Plane.of(setup, setup.starts[0])
    if draws_directions(solution.lab, setup):
        with suppress(NoPlane):
            plane = plane_at(solution, frame_at(solution, float(duration_steps(solution))), 0) or plane
    if plane.directions is not None:
        field = section(solution, plane, "draft")
    axes = plane.axes
    labels = [f"${name_latex(axis.name)}$" for axis in axes]
    ranges = [f"({axis.lo!r}, {axis.hi!r})" for axis in axes]
    if len(axes) == 1:
        return _CURVE.format(lo=axes[0].lo, hi=axes[0].hi, at=setup.drawn[0], label=labels[0])
    if plane.directions is None:
        where = _VARIABLES.format(drawn=list(setup.drawn))
    else:
        directions = plane.directions
        middle = plane.theta(0.0, 0.0)
        where = _DIRECTIONS.format(
            through=middle.tolist(), ways=directions.ways.tolist(), center=directions.center.tolist()
        )
        titles = [axis.title.render("en") if axis.title is not None else axis.name for axis in axes]
        labels = [f"{label} {title}" for label, title in zip(labels, titles, strict=True)]
    height = f"({field.z_lo!r}, {field.z_hi!r})" if field is not None else "(-np.inf, np.inf)"
    return where.strip("\n") + _SURFACE.format(
        x_range=ranges[0],
        y_range=ranges[1],
        z_range=height,
        x=labels[0],
        y=labels[1],
        levels=[float(level) for level in field.levels] if field is not None else [],
    )


_VARIABLES: Final = '''
DRAWN = {drawn}  # which of the variables are the axes


def along(points):
    """The coordinates of points, (n, d), along the axes."""
    return points[:, DRAWN].T


def in_plane(x, y):
    """The coordinates of the points of the plane that is drawn, one array a variable."""
    at = list(RUNS[0][2]) if RUNS else [0.0] * len(VARIABLES)
    at[DRAWN[0]], at[DRAWN[1]] = x, y
    return at
'''

_DIRECTIONS: Final = '''
# The axes are two directions of length 1 through all the variables.
WAYS = np.array({ways})
CENTER = np.array({center})  # its coordinates are 0, 0
THROUGH = np.array({through})  # where the plane is at 0, 0


def along(points):
    """The coordinates of points, (n, d), along the axes."""
    return WAYS @ (points - CENTER).T


def in_plane(x, y):
    """The coordinates of the points of the plane that is drawn, one array a variable."""
    return [start + across * x + up * y for start, across, up in zip(THROUGH, *WAYS)]
'''


_SURFACE: Final = '''

X_RANGE, Y_RANGE = {x_range}, {y_range}
Z_RANGE = {z_range}  # of the heights that are drawn: a pole or a steep rim is cut off
LEVELS = {levels}  # of the lines of the map


def draw(paths):
    """The surface and the contour map, with the paths on both."""
    import matplotlib.pyplot as plt

    x_grid, y_grid = np.meshgrid(np.linspace(*X_RANGE, 201), np.linspace(*Y_RANGE, 201))
    heights = value(*in_plane(x_grid, y_grid))
    z_grid = np.where(np.isfinite(heights), heights, np.nan)
    low, high = Z_RANGE
    figure = plt.figure(figsize=(12, 5.5), layout="constrained")
    space = figure.add_subplot(1, 2, 1, projection="3d")
    space.plot_surface(x_grid, y_grid, np.clip(z_grid, low, high), cmap="viridis", alpha=0.85, linewidth=0)
    plane = figure.add_subplot(1, 2, 2)
    filled = plane.pcolormesh(
        x_grid, y_grid, z_grid, vmin=low, vmax=high, cmap="viridis", shading="gouraud", rasterized=True
    )
    if LEVELS:
        lines = plane.contour(x_grid, y_grid, z_grid, levels=LEVELS, colors="white", linewidths=0.5)
        plane.clabel(lines, fontsize=7, fmt="%g")
    figure.colorbar(filled, ax=plane)
    for name, color, points in paths:
        p, q = along(points)
        inside = (X_RANGE[0] <= p) & (p <= X_RANGE[1]) & (Y_RANGE[0] <= q) & (q <= Y_RANGE[1])
        p, q, heights = p[inside], q[inside], value(*points.T)[inside]
        plane.plot(p, q, "o-", color=color, markersize=3, linewidth=1.2, label=name)
        heights = np.clip(heights, low, high)
        space.plot(p, q, heights, "o-", color=color, markersize=3, linewidth=1.2, zorder=10)
    for axes in (space, plane):
        axes.set(xlabel={x!r}, ylabel={y!r}, xlim=X_RANGE, ylim=Y_RANGE)
    if paths:
        plane.legend()
    return figure
'''

_CURVE: Final = '''
def draw(paths):
    """The curve, with the paths on it."""
    import matplotlib.pyplot as plt

    x_values = np.linspace({lo!r}, {hi!r}, 801)
    at = list(RUNS[0][2]) if RUNS else [0.0] * len(VARIABLES)
    at[{at}] = x_values
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    axes.plot(x_values, value(*at))
    for name, color, points in paths:
        axes.plot(
            points[:, {at}], value(*points.T), "o-", color=color, markersize=3, linewidth=1.2, label=name
        )
    axes.set(xlabel={label!r}, xlim=({lo!r}, {hi!r}))
    if paths:
        axes.legend()
    return figure
'''

_MAIN: Final = (
    """
def main():
    for variable, partial in zip(VARIABLES, PARTIALS):
        print(f"df/d{variable} = {partial}")
    for i, row in enumerate(HESSIAN):
        print("Hessian" if i == 0 else "       ", [str(second) for second in row])
    paths = [(name, color, descend(start, rules)) for name, color, start, rules in RUNS]
    for name, _color, points in paths:
        print(f"\\n{name}: {len(points) - 1} steps")
        for step, point in enumerate(points):
            print(step, *(repr(float(u)) for u in point), "f =", repr(float(value(*point))))
    show(paths)
"""
    + SHOWN
)
