"""What a point is where the Hessian does not decide: by the values of L around it, at many distances.

Along the directions in which L curves, the way is chosen so that L stays stationary (Lyapunov–Schmidt):
beside (y − x²)(y − 3x²) only a bent way is lower, and no straight one shows it. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.findings import Kind
from engine.analysis.landscape import Landscape
from engine.base.arrays import Floats
from engine.function.plateau import directions

FARTHEST, NEAREST, DISTANCES = 0.1, 1e-5, 17  # widths at which L is looked at, in even ratios
CLEARANCE: Final = 0.25  # of the way to the next critical point
AGREEING: Final = 2  # distances, one after the other, that must tell the same
CORRECTIONS: Final = 5  # steps of Newton's method across the flat directions
AROUND: Final = 48  # directions of two flat ones
KNOWN: Final = 0.75  # of the directions, where L rises in some and falls in others: it is 0 between them
MORE: Final = 40  # a variable, of more flat ones


def kind_by_values(
    landscape: Landscape, point: Floats, flat: NDArray[np.bool_], nearest: float
) -> tuple[Kind, int]:
    """What the critical point (d,) of L is, and by how many places; "undecided" where values tell nothing
    beyond their rounding.

    A saddle falls off and rises to both sides, or on three arcs of a circle; "neither" is what only falls to
    one side and rises to the other, as x³ and x³ + y² do: a small push makes it an ordinary point.

    Args:
        flat: (d,), which eigenvalues of the Hessian vanish, in ascending order. nearest: widths to the next
            critical point.
    """
    curvature = landscape.curvature(point)
    if not np.isfinite(curvature).all():
        flat, curvature = np.ones(landscape.d, bool), np.eye(landscape.d)
    values, vectors = np.linalg.eigh(curvature)
    others = values[~flat]
    if (others > 0).any() and (others < 0).any():
        return "saddle", 2 * len(others)
    ways = directions(int(flat.sum()), AROUND if flat.sum() == 2 else MORE)
    farthest = min(FARTHEST, CLEARANCE * nearest)
    kinds: list[Kind] = []
    for reach in np.geomspace(NEAREST, farthest, DISTANCES) if farthest > NEAREST else ():
        signs = _signs(landscape, point, reach * ways @ vectors[:, flat].T, vectors[:, ~flat])
        kinds.append("undecided" if signs is None else _told(ways, signs, others))
    for k in range(len(kinds) - AGREEING + 1):
        if kinds[k] != "undecided" and len(set(kinds[k : k + AGREEING])) == 1:
            return kinds[k], AGREEING * len(ways)
    return "undecided", DISTANCES * len(ways)


def _signs(landscape: Landscape, point: Floats, steps: Floats, across: Floats) -> Floats | None:
    """−1, 0 or 1: L at the ends of `steps` (n, d) from the point, beside L there; 0 only where it is the
    same to the last digit, NaN where rounding hides it. None where L is undefined.

    Args:
        across: (d, k), the directions in which L curves, along which its stationary place is looked for.
    """
    places = point + steps * landscape.widths
    for _ in range(CORRECTIONS if across.shape[1] else 0):
        slope = landscape.slope(places) @ across
        bend = np.einsum("ji,njk,kl->nil", across, landscape.curvature(places), across)
        if not (np.isfinite(slope).all() and np.isfinite(bend).all()):
            return None
        back = np.einsum("nij,nj->ni", np.linalg.pinv(bend), slope) @ across.T
        places = places - back * landscape.widths
        if not (landscape.distance(places, point) <= 3.0 * np.abs(steps).max()).all():
            return None
    rise = landscape.value(places) - landscape.value(point)
    rounding = 4.0 * np.maximum(landscape.rounding(places), landscape.rounding(point))
    if not np.isfinite(rise).all():
        return None
    return np.where((np.abs(rise) <= rounding) & (rise != 0), np.nan, np.sign(rise))


def _told(ways: Floats, signs: Floats, others: Floats) -> Kind:
    """The kind, by signs (n,) of L in the flat directions `ways` (n, k) and the other eigenvalues, all of a
    sign."""
    known = signs[np.isfinite(signs)]
    if not known.any() or len(known) < KNOWN * len(signs):
        return "undecided"
    one_sided = (known >= 0).all() or (known <= 0).all()
    if one_sided and len(known) < len(signs):
        return "undecided"
    if (signs >= 0).all():
        return "minimum" if (others > 0).all() else "saddle"
    if (signs <= 0).all():
        return "maximum" if (others < 0).all() else "saddle"
    if ways.shape[1] == 1:
        return "neither"
    if ways.shape[1] == 2:
        turns = known[known != 0]
        return "neither" if (turns != np.roll(turns, 1)).sum() == 2 else "saddle"
    opposite = signs[(ways @ ways.T).argmin(axis=1)]
    through = {float(sign) for sign in signs[(signs == opposite) & (signs != 0)]}
    return "saddle" if through == {-1.0, 1.0} or (through and len(others)) else "undecided"
