"""How a run came out, in numbers: a row of the table of results. Any thread; numpy and msgspec only."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from engine.analysis.findings import Analysis
from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.descent.run import Outcome, Run, norms_of

CLOSE_ENOUGH: Final = 1e-3  # of the drop from the start to the minimum
BLOWN_UP: Final = 40.0  # how many times its first height a curve climbs when it is worth cutting
BLOW_UP: Final = 4.0  # how much of that stays in sight

Quantity = Literal["value", "gradient", "length"]


class Result(Struct, frozen=True, kw_only=True):
    """One run.

    Attributes:
        steps: taken; evaluations: of the gradient; value: f at the last point.
        steps_to_tolerance: the first step at which f is within CLOSE_ENOUGH of the whole drop from the start
            to the nearest minimum, and stays there; None if it never is, or no minimum is known.
        distance: from the last point to the nearest known minimum; None if none is known.
    """

    steps: int
    evaluations: int
    value: float
    steps_to_tolerance: int | None
    distance: float | None
    outcome: Outcome


def result_of(run: Run, analysis: Analysis | None) -> Result:
    """The Result of `run`, with the minima that `analysis` knows."""
    minimum, distance = nearest_minimum(run, analysis)
    steps_to_tolerance = None
    if minimum is not None:
        drop = float(run.values[0]) - minimum
        with np.errstate(invalid="ignore"):
            far = ~(run.values - minimum <= CLOSE_ENOUGH * abs(drop))
        last_far = int(np.flatnonzero(far)[-1]) if far.any() else -1
        steps_to_tolerance = last_far + 1 if last_far < run.steps else None
    return Result(
        steps=run.steps,
        evaluations=int(run.evaluations[-1]),
        value=float(run.values[-1]),
        steps_to_tolerance=steps_to_tolerance,
        distance=distance,
        outcome=run.outcome,
    )


def nearest_minimum(run: Run, analysis: Analysis | None) -> tuple[float | None, float | None]:
    """The value of the minimum nearest to the end of `run`, and its distance; None where none is known."""
    end = run.points[-1]
    if analysis is None or not np.isfinite(end).all():
        return None, None
    found: list[tuple[float, float]] = [
        (float(length(point.point - end)), point.value)
        for point in analysis.critical_points
        if point.kind == "minimum" and len(point.point) == len(end)
    ]
    found += [
        (float(length(family.points - end).min()), family.value)
        for family in analysis.families
        if not family.region
        and family.kind in ("minimum", "undecided")
        and family.points.shape[1:] == end.shape
    ]
    found += [
        (0.0, family.value)
        for family in analysis.families
        if family.region and family.value == run.values[-1] and not run.gradients[-1].any()
    ]
    if not found:
        return None, None
    distance, value = min(found)
    return value, distance


def curve_of(run: Run, quantity: Quantity) -> Floats:
    """A quantity against the step: f or |∇f| at every point, shape (n + 1,); or the step lengths, (n,)."""
    if quantity == "value":
        return run.values
    norms = norms_of(run)
    return norms.slopes if quantity == "gradient" else norms.lengths


def curve_range(curves: Sequence[Floats]) -> tuple[float, float]:
    """The range in which curves are worth drawing: a run that blows up does not flatten the others."""
    tops, bottoms = [], []
    for curve in curves:
        finite = curve[np.isfinite(curve)]
        if finite.size:
            lo = float(finite.min())
            first = float(finite[0])
            size, top = max(first - lo, abs(first), 1e-300), float(finite.max())
            bottoms.append(lo)
            tops.append(top if top - first <= BLOWN_UP * size else first + BLOW_UP * size)
    if not tops:
        return 0.0, 1.0
    lo, hi = min(bottoms), max(tops)
    lowest = hi - BLOW_UP * max(hi - max(bottoms), abs(hi), 1e-300)
    return max(lo, lowest), hi


def rate_limit(run: Run, analysis: Analysis | None) -> float | None:
    """The largest stable η of the run's method at the minimum nearest to its end (or to its start, if it blew
    up); None where no minimum is known or no η matters."""
    end = run.points[-1] if np.isfinite(run.points[-1]).all() else run.points[0]
    minima = [
        point
        for point in (analysis.critical_points if analysis else ())
        if point.kind == "minimum" and point.point.shape == end.shape
    ]
    nearest = min(minima, key=lambda point: float(length(point.point - end)), default=None)
    if nearest is None or not nearest.eigenvalues[-1] > 0:
        return None
    limit = run.racer.optimizer.stability_limit(float(nearest.eigenvalues[-1]))
    return limit if limit is not None and np.isfinite(limit) and limit > 0 else None
