"""A Lab as a self-contained Python script: exact partials, the figure, and the descent with the same numbers.

The script needs numpy and sympy, and matplotlib for its figure. Nothing here runs it.
Any thread; stdlib and numpy only.
"""

import ast as python_ast
import functools
import re
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.base.i18n import Language
from engine.base.paths import RESOURCES
from engine.descent.forks import part_at
from engine.descent.run import Run
from engine.document.marks import color_of
from engine.document.setup import Setup
from engine.formula.ast import Aggregate, Call, Node, walk
from engine.formula.expand import expand
from engine.formula.names import name_key, name_latex
from engine.function.sampled import Field
from engine.optimizers import Leg, format_spec, tag_of
from engine.optimizers.custom import CustomRule
from engine.optimizers.schedules import Constant
from engine.solving.solution import Solution
from engine.writers.csv_table import legs_of, method_name
from engine.writers.own_rule import own_rule_source, rule_trees
from engine.writers.sympy_source import columns_in, identifier, sympy_source

RULES: Final = RESOURCES / "script" / "rules.py"

# What sympy's NumPy printer leaves to SciPy, by the standard library and mpmath (which sympy brings along).
_SPECIAL: Final = {
    "erf": "np.vectorize(math.erf, otypes=[float])",
    "erfc": "np.vectorize(math.erfc, otypes=[float])",
    "gamma": "np.vectorize(lambda u: float(mpmath.gamma(u)), otypes=[float])",
    "loggamma": "np.vectorize(lambda u: float(mpmath.loggamma(u).real), otypes=[float])",
    "polygamma": "np.vectorize(lambda n, u: float(mpmath.psi(int(n), u)), otypes=[float])",
    "factorial": "np.vectorize(lambda u: float(mpmath.gamma(u + 1)), otypes=[float])",
}
_NEEDS_SPECIAL: Final = frozenset(
    {*_SPECIAL, "gelu", "normcdf", "digamma", "beta", "factorial"}
)  # functions of the formula language


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
    own = _own_rules(solution.runs)
    special = any(map(_special, (tree, *(part for rule in own for part in rule_trees(rule)))))
    modules = '[SPECIAL, "numpy"]' if special else '["numpy"]'
    parts = [
        _head(solution, special, language),
        *((_MEDIAN,) if _has_median(tree) else ()),
        _function(solution, setup, tree),
        _DERIVATIVES,
        _numbers(special, modules),
        *_rules(solution.runs),
        *(own_rule_source(rule, name, modules) for rule, name in own.items()),
        _DESCENT,
        _runs(solution, own),
        _figure(setup, solution.field),
        _MAIN,
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _head(solution: Solution, special: bool, language: Language) -> str:
    title = solution.lab.title.get(language) or solution.lab.title.get("en", "")
    text = " ".join((title + ": " if title else "").split() + solution.lab.formula.split())
    text = text.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')
    math = "\nimport math" if special else ""
    mpmath = "import mpmath\n" if special else ""
    return f'''#!/usr/bin/env python3
"""{text}

Partial derivatives by sympy, the surface and the contour map, and the descent, step by step; written by
Nablascope. Needs: pip install numpy sympy matplotlib. With a file name as its argument, the figure is saved
there in place of being shown.
"""
{math}
import sys

{mpmath}import numpy as np
import sympy as sp
'''.replace('"""\n\nimport sys', '"""\n\nimport sys')


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


def _special(tree: Node) -> bool:
    used = {part.function for part in walk(tree) if isinstance(part, Call)}
    return bool(used & _NEEDS_SPECIAL or {"loggamma", "polygamma"} & used)


def _own_rules(runs: tuple[Run, ...]) -> dict[CustomRule, str]:
    """The rules of one's own that the runs use, and the names of their functions."""
    rules = [leg.optimizer for run in runs for leg in legs_of(run)]
    own = dict.fromkeys(replace(rule, lr=1.0) for rule in rules if isinstance(rule, CustomRule))
    return {rule: f"own_rule_{number}" for number, rule in enumerate(own, 1)}


def _numbers(special: bool, modules: str) -> str:
    lines = []
    if special:
        lines = ["SPECIAL = {", *(f'    "{name}": {source},' for name, source in _SPECIAL.items()), "}"]
    lines += [
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


@functools.cache
def _rule_sources() -> dict[str, str]:
    """The source of every function of the rules file, by its name."""
    text = RULES.read_text(encoding="utf-8")
    functions = [node for node in python_ast.parse(text).body if isinstance(node, python_ast.FunctionDef)]
    sources = {node.name: python_ast.get_source_segment(text, node) or "" for node in functions}
    return {name: re.sub(r"  # noqa.*", "", source) for name, source in sources.items()}


def _rules(runs: tuple[Run, ...]) -> list[str]:
    """The functions that the runs use, and those which these call."""
    sources = _rule_sources()
    methods = {method_name(leg) for run in runs for leg in legs_of(run)}
    wanted = sorted(methods)
    needed: list[str] = []
    while wanted:
        name = wanted.pop(0)
        if name in sources and name not in needed:
            needed.append(name)
            called = {
                node.id
                for node in python_ast.walk(python_ast.parse(sources[name]))
                if isinstance(node, python_ast.Name)
            }
            wanted += sorted(called & sources.keys())
    found = [source for name, source in sources.items() if name in needed]
    return found if methods - {tag_of(CustomRule)} <= sources.keys() else [*found, _RECORDED]


_DESCENT: Final = '''
def descend(start, rules):
    """The points that the rules visit from `start`, one rule after the other, shape (steps + 1, d)."""
    points, memory = [np.array(start, dtype=float)], (0, {})
    random = np.random.default_rng(SEED)
    for rule, steps, settings in rules:
        taken, memory = follow(rule, points[-1], steps, memory, random, **settings)
        points += taken
    return np.array(points)


def follow(
    rule, theta, steps, memory, random, *, resume=False, schedule=None, noise=0.0, clip=0.0, **settings
):
    """The next `steps` points after theta, and the memory of the rule then: how many steps, and its state.

    resume: the rule is that of the steps before, with other numbers, and goes on with its memory. schedule:
    what the learning rate is multiplied by in each step. noise: standard deviation of what is added to the
    partial derivatives. clip: the longest gradient that is let through.
    """
    before, state = memory if resume else (0, {})
    points = []
    for k in range(steps):
        t = before + k + 1
        g = gradient(theta)
        if noise:
            g = g + noise * random.standard_normal(len(theta))
        if clip:
            g = g * min(1.0, clip / (np.hypot.reduce(g) + 1e-6))
        now = dict(settings)
        if schedule and "lr" in now:
            now["lr"] = now["lr"] * schedule[k]
        with np.errstate(all="ignore"):
            theta = rule(t, theta, g, state, **now)
        points.append(theta)
    return points, (before + steps, state)
'''

_RECORDED: Final = '''
def recorded(t, theta, g, state, *, lr=None, points):
    """A method whose rule is too long for a script: its path as Nablascope computed it."""
    return np.array(points[t])
'''


def _runs(solution: Solution, own: dict[CustomRule, str]) -> str:
    lines = [
        "# Every run: its name, colour and start, and its rules: each with how many steps, and its settings.",
        "RUNS = [",
    ]
    if any(run.racer.noise for run in solution.runs):
        lines.insert(0, f"SEED = {solution.lab.seed}  # of the noise, which is the same for every run")
    else:
        lines.insert(0, "SEED = 0  # of noise; here is none")
    for run in solution.runs:
        name = run.racer.name or format_spec(run.racer)
        lines.append(f"    ({name!r}, {color_of(run.mark)!r}, {run.points[0].tolist()!r}, [")
        begun = 0
        for leg in legs_of(run):
            steps = leg.steps if run.steps else 0
            part = part_at(run, begun)[0] if run.steps else run
            rule, settings = method_name(leg), _settings(part, leg, begun)
            if isinstance(leg.optimizer, CustomRule):
                rule, settings = (
                    own[replace(leg.optimizer, lr=1.0)],
                    {key: item for key, item in settings.items() if key not in ("keep", "update")},
                )
            elif rule not in _rule_sources():
                rule = "recorded"
                settings = {"points": run.points[begun : begun + steps + 1].tolist()}
            lines.append(f"        ({rule}, {steps}, {settings!r}),")
            begun += steps
        lines.append("    ]),")
    return "\n".join([*lines, "]"])


def _settings(part: Run, leg: Leg, begun: int) -> dict[str, Any]:
    """The learning rate, and every setting that is not the method's default.

    Args:
        part: the run, or of a forked one the part that the leg made. begun: where the leg starts.
    """
    racer = part.racer
    optimizer: Any = leg.optimizer
    chosen = msgspec.structs.asdict(optimizer)
    defaults = {field.name: field.default for field in msgspec.structs.fields(optimizer)}
    settings = {key: item for key, item in chosen.items() if key == "lr" or item != defaults[key]}
    lengths = next((term.values[:, 0] for term in part.terms if term.symbol == r"\alpha"), None)
    if lengths is not None:
        settings["alphas"] = lengths[part.rule_from : begun + leg.steps].tolist()
    if part.rule_from < begun:
        settings["resume"] = True
    if not isinstance(leg.schedule, Constant):
        first = begun - part.schedule_from
        settings["schedule"] = [leg.schedule.factor(t) for t in range(first, first + leg.steps)]
    if racer.noise:
        settings["noise"] = racer.noise
    if racer.clip_norm:
        settings["clip"] = racer.clip_norm
    return settings


def _figure(setup: Setup, field: Field | None) -> str:
    """The function that draws; a curve where one variable is drawn."""
    axes = setup.axes
    drawn = list(setup.drawn)
    labels = [f"${name_latex(axis.name)}$" for axis in axes]
    ranges = [f"({axis.lo!r}, {axis.hi!r})" for axis in axes]
    if len(axes) == 1:
        return _CURVE.format(lo=axes[0].lo, hi=axes[0].hi, at=drawn[0], label=labels[0])
    height = f"({field.z_lo!r}, {field.z_hi!r})" if field is not None else "(-np.inf, np.inf)"
    return _SURFACE.format(
        x_range=ranges[0], y_range=ranges[1], z_range=height, drawn=drawn, x=labels[0], y=labels[1]
    )


_SURFACE: Final = '''
DRAWN = {drawn}  # which of the variables are the axes
X_RANGE, Y_RANGE = {x_range}, {y_range}
Z_RANGE = {z_range}  # of the heights that are drawn: a pole or a steep rim is cut off


def draw(paths):
    """The surface and the contour map, with the paths on both."""
    import matplotlib.pyplot as plt

    x_grid, y_grid = np.meshgrid(np.linspace(*X_RANGE, 201), np.linspace(*Y_RANGE, 201))
    at = list(RUNS[0][2]) if RUNS else [0.0] * len(VARIABLES)
    at[DRAWN[0]], at[DRAWN[1]] = x_grid, y_grid
    z_grid = np.where(np.isfinite(value(*at)), value(*at), np.nan)
    low, high = Z_RANGE
    figure = plt.figure(figsize=(12, 5.5), layout="constrained")
    space = figure.add_subplot(1, 2, 1, projection="3d")
    space.plot_surface(x_grid, y_grid, np.clip(z_grid, low, high), cmap="viridis", alpha=0.85, linewidth=0)
    plane = figure.add_subplot(1, 2, 2)
    filled = plane.contourf(x_grid, y_grid, np.clip(z_grid, low, high), levels=24, cmap="viridis")
    plane.contour(x_grid, y_grid, z_grid, levels=filled.levels, colors="black", linewidths=0.4)
    figure.colorbar(filled, ax=plane)
    for name, color, points in paths:
        p, q = points[:, DRAWN[0]], points[:, DRAWN[1]]
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

_MAIN: Final = """
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
    try:
        figure = draw(paths)
    except ImportError:
        print("\\nmatplotlib is not installed: no figure.")
        return
    if len(sys.argv) > 1:
        figure.savefig(sys.argv[1], dpi=150)
    else:
        import matplotlib.pyplot as plt

        plt.show()


if __name__ == "__main__":
    main()
"""
