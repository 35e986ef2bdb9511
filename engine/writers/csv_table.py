"""Every step of every run as a table. Pure; any thread; numpy and msgspec only."""

import csv
import io
import re
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from engine.base.arrays import Floats
from engine.descent.run import Run
from engine.optimizers import Leg, Racer, tag_of
from engine.solving.solution import Solution

MOST_POINT_NUMBERS: Final = 200  # numbers of a point that is written at each step
_ACCENTS: Final = {"hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot", "overline": "bar"}


def to_csv(solution: Solution) -> str:
    r"""One row a point: run, optimizer, start, step, the point, f, its gradient, then the terms of the rule.

    Of a network f is the loss; behind it stand that of the batch of the step from there and the test loss,
    where there are any. Of more than MOST_POINT_NUMBERS variables only f and those are written.

    The terms in row k are those of the step from k to k + 1, so that they are empty in a run's last row; a
    term that another optimizer's rule has is empty too. Numbers are written so that they read back exactly;
    `nan` and `inf` where f has no value. UTF-8, lines end in "\n".
    """
    setup = solution.setup
    variables = setup.descended if setup is not None else ()
    small = len(variables) <= MOST_POINT_NUMBERS
    terms = _term_columns(solution.runs, variables) if small else []
    losses = _loss_columns(solution.runs)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    value = "f" if "f" not in variables else "value"
    point = variables if small else ()
    slopes = [f"d{value}/d{name}" for name in point]
    table.writerow(["run", "optimizer", "start", "step", *point, value, *losses, *slopes, *terms])
    for number, run in enumerate(solution.runs, 1):
        methods = [method_name(leg) for leg in legs_of(run) for _ in range(leg.steps)]
        for step in range(run.steps + 1):
            method = methods[min(step, len(methods) - 1)]
            row: list[object] = [number, method, run.start_index + 1, step]
            row += [*(run.points[step].tolist() if small else ()), float(run.values[step])]
            row += [_at(of(run), step) for of in losses.values()]
            row += run.gradients[step].tolist() if small else []
            own = _terms_at(run, step, variables) if small else {}
            table.writerow([*row, *(own.get(name, "") for name in terms)])
    return out.getvalue()


def _loss_columns(runs: tuple[Run, ...]) -> dict[str, Callable[[Run], Floats | None]]:
    """The losses that any of the runs has beside its own, by the names of their columns."""
    kinds: dict[str, Callable[[Run], Floats | None]] = {
        "batch_loss": lambda run: run.batch_values,
        "test_loss": lambda run: run.test_values,
    }
    return {name: of for name, of in kinds.items() if any(of(run) is not None for run in runs)}


def _at(losses: Floats | None, step: int) -> float | str:
    return float(losses[step]) if losses is not None and step < len(losses) else ""


def legs_of(run: Run) -> list[Leg]:
    """The rules that made `run`, in order; one unless it was forked. Their steps add up to its own."""
    racer = run.racer
    legs: list[Leg] = []
    left = run.steps
    for leg in (*racer.legs, Leg(optimizer=racer.optimizer, schedule=racer.schedule, steps=max(left, 1))):
        if left > 0 or not legs:
            legs.append(replace(leg, steps=max(min(leg.steps, left), 1)))
            left -= leg.steps
    return legs


def method_name(leg: Leg | Racer) -> str:
    """The optimizer's name as the command line writes it ("gd")."""
    return tag_of(type(leg.optimizer))


def plain_symbol(latex: str) -> str:
    r"""A LaTeX symbol as a column name.

    >>> [plain_symbol(s) for s in (r"\hat v", "m", r"\eta_t", r"\Delta\theta", r"\hat{m}_t", r"v_{\max}")]
    ['v_hat', 'm', 'eta_t', 'Delta_theta', 'm_t_hat', 'v_max']
    """
    accent = ""
    match = re.match(r"\\(" + "|".join(_ACCENTS) + r")\s*\{?\s*(\\?[A-Za-z]+)\}?", latex)
    if match:
        accent, latex = "_" + _ACCENTS[match[1]], match[2] + latex[match.end() :]
    bare = re.sub(r"\\(?:mathrm|mathbf|boldsymbol|operatorname|text)\b", " ", latex)
    words = re.findall(r"[A-Za-z]+|\d+", bare)
    return "_".join(words) + accent


def _term_columns(runs: tuple[Run, ...], variables: tuple[str, ...]) -> list[str]:
    columns: dict[str, None] = {}
    for run in runs:
        for symbol, width in _symbols(run):
            columns.update(dict.fromkeys(_columns(symbol, width, variables)))
    return list(columns)


def _symbols(run: Run) -> list[tuple[str, int]]:
    """The plain name of each term of `run`, unique within it, and its width."""
    names: list[tuple[str, int]] = []
    used: set[str] = set()
    for term in run.terms:
        name = plain_symbol(term.symbol) or "term"
        while name in used:
            name += "_"
        used.add(name)
        names.append((name, term.values.shape[1]))
    return names


def _columns(symbol: str, width: int, variables: tuple[str, ...]) -> list[str]:
    return [symbol] if width == 1 != len(variables) else [f"{symbol}[{v}]" for v in variables]


def _terms_at(run: Run, step: int, variables: tuple[str, ...]) -> dict[str, float]:
    row: dict[str, float] = {}
    for (symbol, width), term in zip(_symbols(run), run.terms, strict=True):
        if step < len(term.values):
            row.update(zip(_columns(symbol, width, variables), term.values[step].tolist(), strict=True))
    return row
