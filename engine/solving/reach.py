"""The ranges in which whole runs are seen, where the drawn ones are too narrow. Any thread; numpy only."""

from typing import Final

from msgspec.structs import replace

from engine.base.round_numbers import rounded_out
from engine.descent.run import Run
from engine.document.lab import Lab, Variable
from engine.document.setup import Setup, draws_directions
from engine.solving.solution import Solution

FARTHEST: Final = 20.0  # in widths of the drawn range: who goes further would make everything else a dot
MARGIN: Final = 0.05  # of the new range, beyond the outermost point
STEPS: Final = 20  # the new ends are multiples of a round step of about this part of the range
MOST_RUNS: Final = 100  # are looked at

Span = tuple[float, float]


def with_whole_runs(solution: Solution) -> Lab | None:
    """The Lab in whose ranges the runs of `solution` are seen whole; None where they are, or cannot be.

    The drawn ranges only grow, to round numbers. What diverges does not count. The starts stay as they are,
    also those that were not chosen.
    """
    setup, lab = solution.setup, solution.lab
    if setup is None or not setup.axes or draws_directions(lab, setup):  # these have the ranges of the paths
        return None
    spans: list[Span] = [(axis.lo, axis.hi) for axis in setup.axes]
    wider = spans
    for run in solution.runs[:MOST_RUNS]:
        wider = _joined(wider, _reached(run, setup, spans))
    variables = dict(lab.variables)
    for axis, old, new in zip(setup.axes, spans, wider, strict=True):
        if new != old and axis.name not in setup.open_axes:  # these are as wide as the paths
            lo, hi = _rounded(old, new)
            variables[axis.name] = replace(variables.get(axis.name, Variable()), lo=lo, hi=hi)
    if variables == lab.variables:
        return None
    starts = tuple(
        {**start, **dict(zip(setup.descended, map(float, row), strict=True))}
        for start, row in zip(lab.starts, setup.starts, strict=True)
    )
    return replace(lab, variables=variables, starts=starts)


def _reached(run: Run, setup: Setup, spans: list[Span]) -> list[Span]:
    """What the run spans of each axis; `spans` if it diverges or goes too far."""
    path = run.points[:, list(setup.drawn)]
    low, high = path.min(axis=0), path.max(axis=0)
    if run.outcome == "diverged":
        return spans
    reached = [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    near = all(
        lo - FARTHEST * (hi - lo) <= a and b <= hi + FARTHEST * (hi - lo)  # and not where a or b is NaN
        for (lo, hi), (a, b) in zip(spans, reached, strict=True)
    )
    return reached if near else spans


def _joined(one: list[Span], other: list[Span]) -> list[Span]:
    return [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(one, other, strict=True)]


def _rounded(old: Span, new: Span) -> Span:
    """`new` with a margin at the ends where it is wider than `old`, these being round numbers."""
    lo, hi = rounded_out(*new, STEPS, MARGIN)
    return old[0] if new[0] >= old[0] else lo, old[1] if new[1] <= old[1] else hi
