"""Watching moving points by the rules of `engine.descent.stopping`; cheap while nothing happens.

Runs on the engine thread; numpy only.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.descent.stopping import (
    CONVERGED,
    GO_ON,
    GRADIENT_TOLERANCE,
    LEVEL,
    OUTSIDE_PATIENCE,
    PROBE_REACH,
    SHORT_STEP,
    Moving,
    Scales,
    judge_lost_points,
    judge_still_points,
    scales_of,
    tolerance_at,
)
from engine.function.plateau import on_plateau
from engine.program.function import Function

FEW: Final = 16  # variables up to which plain numbers are faster than arrays
RECHECK_FACTOR: Final = 1.25  # how much later a point on a plateau is judged again


class Watch:
    """Judges the points of a racer that still move, after each step."""

    def __init__(
        self, objective: Function, starts: Floats, gradient: Floats, lo: Floats, hi: Floats, *, noisy: bool
    ) -> None:
        self.objective = objective
        self.noisy = noisy
        self.starts = starts
        self.scales: Scales = scales_of(objective, starts, gradient, lo, hi)
        self.recheck = np.zeros(len(starts), np.int64)
        self.outside = np.zeros(len(starts), np.int64)
        self._single()

    def _single(self) -> None:
        """What `_one_is_fine` compares with, should only one start be left."""
        if len(self.starts) == 1:
            self.least = float(self.scales.tolerance[0])
            self.least2 = self.least * self.least  # ∞ if it must: then arrays judge
            self.center, self.near = self.scales.center[0], self.scales.near[0]
            inner = float(self.near.min())
            self.inner2 = inner * inner  # so near to the centre it is inside in each variable
            self.low = (self.scales.center[0] - self.scales.near[0]).tolist()
            self.high = (self.scales.center[0] + self.scales.near[0]).tolist()

    def keep(self, keep: NDArray[np.bool_]) -> None:
        """Forget the starts that are over."""
        self.starts, self.scales = self.starts[keep], self.scales.of(keep)
        self.recheck, self.outside = self.recheck[keep], self.outside[keep]
        self._single()

    def codes(self, t: int, points: Moving, last: bool) -> NDArray[np.int8] | None:
        """A code for each point, or None when all go on."""
        theta, value, gradient, _, _ = points
        if len(theta) == 1 and self._one_is_fine(theta[0], value.item(), gradient[0]):
            return None
        slope = length(gradient)
        inside = np.asarray((np.abs(theta - self.scales.center) <= self.scales.near).all(axis=-1))
        # Comparisons with NaN are false: an undefined point is never here.
        here = (slope < np.inf) & (np.abs(value) < np.inf) & inside
        if (here & (slope > self.scales.tolerance)).all():
            return None
        codes = np.zeros(len(theta), np.int8)
        if here.all():
            self.outside = np.zeros(len(theta), np.int64)
        else:
            self._lost(codes, t, points, inside, last)
        self._still(codes, t, points, slope, last)
        return codes if codes.any() else None

    def _one_is_fine(self, theta: Floats, value: float, gradient: Floats) -> bool:
        """The test of `codes` for a single point (d,), in plain numbers: far faster than in arrays."""
        if len(gradient) > FEW:
            if not (self.least2 < gradient.dot(gradient) < math.inf and abs(value) < math.inf):
                return False
            way = theta - self.center
            return bool(way.dot(way) < self.inner2 or (np.abs(way) <= self.near).all())
        slope = math.hypot(*gradient.tolist())
        if not (self.least < slope < math.inf and abs(value) < math.inf):
            return False
        return all(low <= x <= high for low, x, high in zip(self.low, theta.tolist(), self.high, strict=True))

    def _lost(
        self,
        codes: NDArray[np.int8],
        t: int,
        points: Moving,
        inside: NDArray[np.bool_],
        last: bool,
    ) -> None:
        theta, value, gradient = points[:3]
        kink = np.isfinite(value) & ~np.isfinite(gradient).all(axis=-1) & np.isfinite(theta).all(axis=-1)
        for row in np.flatnonzero(kink):
            one = slice(row, row + 1)
            codes[one] = judge_still_points(self.objective, theta[one], gradient[one], self.scales.widths)
            codes[one][codes[one] != CONVERGED] = GO_ON
        undefined = (~np.isfinite(value) | ~np.isfinite(gradient).all(axis=-1)) & (codes != CONVERGED)
        self.outside = np.where(inside, 0, self.outside + 1)
        far = (np.abs(theta - self.scales.center) > self.scales.far).any(axis=-1)
        lost = undefined | far | (self.outside >= (1 if last else OUTSIDE_PATIENCE))
        if lost.any():
            codes[lost] = judge_lost_points(points.of(lost), self.starts[lost], t, self.scales.of(lost))

    def _still(
        self,
        codes: NDArray[np.int8],
        t: int,
        points: Moving,
        slope: Floats,
        last: bool,
    ) -> None:
        theta, value, gradient, step, start_value = points
        still = (slope <= self.scales.tolerance) & np.isfinite(value) & (codes == GO_ON)
        if self.noisy:  # a noisy run only passes through a point of small slope
            return
        still &= (np.abs(step) <= SHORT_STEP * self.scales.widths).all(axis=-1)
        if not last:
            still &= t >= self.recheck
        which = np.flatnonzero(still)
        steep = which[slope[which] > GRADIENT_TOLERANCE]  # small beside the start, but perhaps not here
        if len(steep):
            widths = self.scales.widths
            early = steep[slope[steep] > tolerance_at(self.objective, theta[steep], widths)]
            self.recheck[early] = int(t * RECHECK_FACTOR) + 1
            which = np.setdiff1d(which, early)
        if len(which):
            codes[which] = judge_still_points(
                self.objective, theta[which], gradient[which], self.scales.widths
            )
            # Where L never fell and is flat all around, there is no telling whether it is lower elsewhere.
            level = which[(value[which] == start_value[which]) & (slope[which] == 0)]
            codes[level[on_plateau(self.objective, theta[level], PROBE_REACH * self.scales.widths)]] = LEVEL
            waiting = which[codes[which] == GO_ON]
            self.recheck[waiting] = int(t * RECHECK_FACTOR) + 10
