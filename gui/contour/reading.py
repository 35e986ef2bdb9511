"""What can be read at one point of the map: f and its gradient there. Any thread."""

import math
from dataclasses import dataclass

import numpy as np

from engine.solution import Floats, Solution


@dataclass(frozen=True)
class Reading:
    """f and its partials at (x, y); NaN where undefined."""

    x: float
    y: float
    f: float
    fx: float
    fy: float

    @property
    def steepness(self) -> float:
        """|∇f|."""
        return math.hypot(self.fx, self.fy)

    @property
    def direction_deg(self) -> float:
        """Of ∇f, counter-clockwise from the horizontal axis, in [0, 360); NaN for a zero gradient."""
        if not (self.steepness > 0 and math.isfinite(self.steepness)):
            return math.nan
        return math.degrees(math.atan2(self.fy, self.fx)) % 360.0


def read_at(solution: Solution, x: float, y: float, hidden: Floats | None = None) -> Reading | None:
    """The exact numbers of the solution's function at (x, y).

    Args:
        hidden: (d,), where the variables are that are not drawn; default the first start.
    """
    objective, setup = solution.objective, solution.setup
    if objective is None or setup is None:
        return None
    theta = np.array(setup.starts[0] if hidden is None else hidden, dtype=np.float64)
    drawn = setup.drawn
    theta[drawn[0]] = x
    if len(drawn) > 1:
        theta[drawn[1]] = y
    with np.errstate(all="ignore"):
        value = float(objective.value(theta))
        gradient = np.asarray(objective.gradient(theta), dtype=np.float64)
    fy = float(gradient[drawn[1]]) if len(drawn) > 1 else 0.0
    return Reading(x, y, value, float(gradient[drawn[0]]), fy)
