"""What the exported scripts share: the rules that the runs use, in NumPy, and the runs with their settings.

Any thread; stdlib and msgspec only. Nothing here runs a script.
"""

import ast as python_ast
import functools
import re
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from engine.base.i18n import Language
from engine.base.paths import RESOURCES
from engine.descent.forks import part_at
from engine.descent.run import Run
from engine.document.marks import color_of
from engine.formula.ast import Call, Node, walk
from engine.optimizers import Leg, format_spec
from engine.optimizers.custom import CustomRule
from engine.optimizers.schedules import Constant
from engine.solving.solution import Solution
from engine.writers.csv_table import legs_of, method_name

SHOWN: Final = """

def show(drawn):
    try:
        figure = draw(drawn)
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
"""The end of every script: its figure, in a window or in the file that is named, where matplotlib is."""

RULES: Final = RESOURCES / "script" / "rules.py"

# What sympy's NumPy printer leaves to SciPy, by the standard library and mpmath (which sympy brings along).
SPECIAL: Final = {
    "erf": "np.vectorize(math.erf, otypes=[float])",
    "erfc": "np.vectorize(math.erfc, otypes=[float])",
    "gamma": "np.vectorize(lambda u: float(mpmath.gamma(u)), otypes=[float])",
    "loggamma": "np.vectorize(lambda u: float(mpmath.loggamma(u).real), otypes=[float])",
    "polygamma": "np.vectorize(lambda n, u: float(mpmath.psi(int(n), u)), otypes=[float])",
    "factorial": "np.vectorize(lambda u: float(mpmath.gamma(u + 1)), otypes=[float])",
}
_NEEDS_SPECIAL: Final = frozenset(
    {*SPECIAL, "gelu", "normcdf", "digamma", "beta", "factorial"}
)  # functions of the formula language


def head_line(solution: Solution, text: str, language: Language) -> str:
    """The lab's title and `text` in one line that cannot end the docstring it is put in."""
    title = solution.lab.title.get(language) or solution.lab.title.get("en", "")
    words = " ".join((title + ": " if title else "").split() + text.split())
    shown = "".join(character for character in words if character.isprintable())
    return shown.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')


def is_special(tree: Node) -> bool:
    """Whether the numbers of a tree need SPECIAL."""
    used = {part.function for part in walk(tree) if isinstance(part, Call)}
    return bool(used & _NEEDS_SPECIAL or {"loggamma", "polygamma"} & used)


def own_rules(runs: tuple[Run, ...]) -> dict[CustomRule, str]:
    """The rules of one's own that the runs use, and the names of their functions."""
    rules = [leg.optimizer for run in runs for leg in legs_of(run)]
    own = dict.fromkeys(replace(rule, lr=1.0) for rule in rules if isinstance(rule, CustomRule))
    return {rule: f"own_rule_{number}" for number, rule in enumerate(own, 1)}


def special_source() -> str:
    """SPECIAL of the script."""
    return "\n".join(["SPECIAL = {", *(f'    "{name}": {source},' for name, source in SPECIAL.items()), "}"])


@functools.cache
def functions_of(path: Path) -> dict[str, str]:
    """The source of every function of a file of `resources/script`, by its name."""
    text = path.read_text(encoding="utf-8")
    functions = [node for node in python_ast.parse(text).body if isinstance(node, python_ast.FunctionDef)]
    sources = {node.name: python_ast.get_source_segment(text, node) or "" for node in functions}
    return {name: re.sub(r"  # noqa.*", "", source) for name, source in sources.items()}


def with_called(path: Path, names: Iterable[str]) -> list[str]:
    """The sources of the functions of a file that are named, and of those which these call, in its order."""
    sources = functions_of(path)
    wanted = sorted(names)
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
    return [source for name, source in sources.items() if name in needed]


class Phase(NamedTuple):
    """One rule of a run: the name of its function, how many steps it takes, its settings."""

    rule: str
    steps: int
    settings: dict[str, Any]

    @property
    def entry(self) -> str:
        """What RUNS says of it."""
        return f"{self.rule}, {self.steps}, {self.settings!r}"


def phases_of(run: Run, own: dict[CustomRule, str], without: Collection[str] = ()) -> list[Phase]:
    """The rules of a run, in order; those that RULES lacks, or that are named in `without`, "recorded"."""
    phases = []
    begun = 0
    for leg in legs_of(run):
        steps = leg.steps if run.steps else 0
        part = part_at(run, begun)[0] if run.steps else run
        rule, settings = method_name(leg), _settings(part, leg, begun)
        if isinstance(leg.optimizer, CustomRule):
            rule = own[replace(leg.optimizer, lr=1.0)]
            settings = {key: item for key, item in settings.items() if key not in ("keep", "update")}
        elif rule not in functions_of(RULES) or rule in without:
            rule = "recorded"
            settings = {"points": run.points[begun : begun + steps + 1].tolist()}
        phases.append(Phase(rule, steps, settings))
        begun += steps
    return phases


def rules_source(phases: Iterable[Iterable[Phase]]) -> list[str]:
    """The functions of the rules of all runs; those of one's own are not among them."""
    names = {phase.rule for each in phases for phase in each}
    return [*with_called(RULES, names), *([_RECORDED] if "recorded" in names else [])]


def runs_source(solution: Solution, entries: Iterable[Iterable[str]], start: Callable[[Run], str]) -> str:
    """SEED and RUNS. entries: what is written of the phases of each run; start: of where it starts."""
    noisy = any(run.racer.noise for run in solution.runs)
    said = "of the noise, which is the same for every run" if noisy else "of noise; here is none"
    lines = [
        f"SEED = {solution.lab.seed if noisy else 0}  # {said}",
        "# Every run: its name, colour and start, and its rules: each with how many steps, and its settings.",
        "RUNS = [",
    ]
    for run, phases in zip(solution.runs, entries, strict=True):
        name = run.racer.name or format_spec(run.racer)
        lines.append(f"    ({name!r}, {color_of(run.mark)!r}, {start(run)}, [")
        lines += [f"        ({phase})," for phase in phases]
        lines.append("    ]),")
    source = "\n".join([*lines, "]"])
    # A path that left the numbers says so by these names.
    return f"inf, nan = np.inf, np.nan\n{source}" if re.search(r"\b(inf|nan)\b", source) else source


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
        settings["schedule"] = [part.factor(t) for t in range(begun, min(begun + leg.steps, part.steps))]
    if racer.noise:
        settings["noise"] = racer.noise
    if racer.clip_norm:
        settings["clip"] = racer.clip_norm
    return settings


def descent_source(at: str = "theta") -> str:
    """`descend` and `follow`. at: what `gradient` is asked for, in terms of `theta` and `path`."""
    return _DESCENT.replace("gradient(theta)", f"gradient({at})")


_DESCENT: Final = '''
def descend(start, rules):
    """The points that the rules visit from `start`, one rule after the other, shape (steps + 1, d)."""
    points, memory = [np.array(start, dtype=float)], (0, {})
    random = np.random.default_rng(SEED)
    for rule, steps, settings in rules:
        memory = follow(rule, points, steps, memory, random, **settings)
    return np.array(points)


def follow(
    rule, path, steps, memory, random, *, resume=False, schedule=None, noise=0.0, clip=0.0, **settings
):
    """Add the next `steps` points to `path`; the memory of the rule then: how many steps, and its state.

    resume: the rule is that of the steps before, with other numbers, and goes on with its memory. schedule:
    what the learning rate is multiplied by in each step. noise: standard deviation of what is added to the
    partial derivatives. clip: the longest gradient that is let through.
    """
    before, state = memory if resume else (0, {})
    for k in range(steps):
        t, theta = before + k + 1, path[-1]
        g = gradient(theta)
        if noise:
            g = g + noise * random.standard_normal(len(theta))
        if clip:
            g = g * min(1.0, clip / (np.hypot.reduce(g) + 1e-6))
        now = dict(settings)
        if schedule and "lr" in now:
            now["lr"] = now["lr"] * schedule[k]
        with np.errstate(all="ignore"):
            path.append(rule(t, theta, g, state, **now))
    return before + steps, state
'''

_RECORDED: Final = '''
def recorded(t, theta, g, state, *, lr=None, points):
    """A method whose rule is too long for a script: its path as Nablascope computed it."""
    return np.array(points[t])
'''
