"""The least and the greatest value where it is no critical point: on the edge of the drawn range or of the
domain of f, at a pole, or at a jump.

Any thread; numpy only.
"""

from typing import Final

import numpy as np
from msgspec import Struct

from engine.analysis.compass import descended
from engine.analysis.findings import Edge, Extreme, Where
from engine.analysis.landscape import Landscape
from engine.analysis.ridges import followed
from engine.base.arrays import Floats
from engine.document.setup import Setup
from engine.function.sampled import Field

SEEDS: Final = 12  # samples that a search begins from; over data, where values cost, FEW
FEW: Final = 2
ALONG: Final = 4  # of which the lowest are followed along a bent edge
HALVINGS: Final = 60  # of the way to an edge
DIGITS: Final = (1, 3, 5, 7)  # of a place that may be a round number
NEAR: Final = 1e-15  # widths from the border
NEAR_ROUND: Final = 1e-10  # widths from a round number: the same place
ABOUT: Final = 0.02  # of how f varies around: a few directions tell no more
ON_THE_WAY: Final = 0.02  # widths from a place that a search was on the way to
REACHES: Final = (1e-3, 1e-6, 1e-9)  # widths: how near one looks at a place
RING, CLOSELY = 61, 10_000  # directions
FADES: Final = (
    0.9  # a bounded function changes by less than this share of its last change, a thousandth nearer
)
THICK: Final = 0.1  # of a ring that is undefined: an edge of the domain, and no pole
STAYS: Final = 0.95  # a continuous function varies by less than this share, a thousandth nearer
SEEN: Final = 1e-3  # of how f varies at REACHES[0], and
ROUNDING: Final = 1e-11  # of f: less than that is no jump
SAME: Final = 1e-6  # of the range of the samples
TIED: Final = 1e-12  # the same, of two places that are equally low
OUTSIDE: Final = (1e-4, 1e-3, 1e-2)  # widths beyond the range


class _Spot(Struct, frozen=True):
    """Around a place: `lows`, (3,), sign·f where it is lowest on the rings REACHES; `undefined`, (3,), the
    share of each that has no value; `spans`, (3,), how much f varies on them."""

    lows: Floats
    undefined: Floats
    spans: Floats


@np.errstate(all="ignore")
def edges(
    landscape: Landscape, setup: Setup, field: Field, low: float = np.inf, high: float = -np.inf
) -> tuple[Edge, ...]:
    """The least and the greatest value of f over what is drawn, unless it has them at a place inside, around
    which it is continuous: then that is a minimum or a maximum. Of d drawn variables, and no other free ones.

    Args:
        low, high: the lowest minimum and the highest maximum that are known.
    """
    if not field.finite.any() or field.z_min == field.z_max or len(setup.descended) != len(setup.drawn):
        return ()
    sides: tuple[tuple[Extreme, float], ...] = (("least", 1.0), ("greatest", -1.0))
    known = {"least": low <= field.z_min, "greatest": high >= field.z_max}
    found = [_edge(landscape, setup, field, extreme, sign) for extreme, sign in sides if not known[extreme]]
    return tuple(edge for edge in found if edge is not None)


@np.errstate(all="ignore")
def minimum_between(landscape: Landscape, inside: Floats, outside: Floats) -> tuple[Floats, float] | None:
    """Where f ends on the way from a place (d,) with a value to one without, and f there, if it is not less
    anywhere around; None if it is, or falls below every bound."""
    for _ in range(HALVINGS):
        middle = 0.5 * inside + 0.5 * outside
        if np.isfinite(landscape.value(middle)):
            inside = middle
        else:
            outside = middle
    place = _rounded(landscape, inside[None], 1.0, DIGITS[2:])[0] + 0.0
    spot = _looked_at(landscape, place, 1.0)
    here = float(landscape.value(place))
    lowest = here <= spot.lows.min() + SAME * float(spot.spans[0])
    return (place, here) if lowest and not _unbounded(spot) and np.isfinite(here) else None


def _edge(landscape: Landscape, setup: Setup, field: Field, extreme: Extreme, sign: float) -> Edge | None:
    seeds = _lowest_samples(landscape, setup, field, sign)
    spacing = 1.0 / (len(field.x) - 1)
    places = descended(landscape, seeds, spacing, sign, clipped=True)
    places = _rounded(landscape, np.concatenate([places, seeds]), sign)
    if landscape.d == 2 and not field.finite.all():  # along a bent edge, where a search is stuck
        lowest = places[np.argsort(sign * landscape.value(places))[:ALONG]]
        places = np.concatenate([places, followed(landscape, lowest, sign)])
        places = places[landscape.inside(places, 0.0)]
    values = sign * landscape.value(places)
    low = values <= float(np.nanmin(values)) + TIED * (field.z_max - field.z_min)
    low &= ~np.isnan(values)
    found: tuple[Floats, _Spot, Where] | None = None
    for place in places[low][np.argsort(values[low], kind="stable")] + 0.0:
        looked = _placed(landscape, place, sign)
        if looked is None:
            return None
        if found is None or (found[2] == "range" and looked[2] != "range"):
            found = looked
    if found is None:
        return None
    place, spot, where = found
    if np.isinf(landscape.function.value(place)) and where == "domain" and np.isnan(spot.spans).any():
        return None
    value, reached = _value(landscape, place, spot, where, field, sign)
    falls = where == "range" and _falls_outside(landscape, place, sign)
    return Edge(
        extreme=extreme,
        of=where,
        point=place,
        value=value,
        reached=reached,
        beyond=falls,
        places=int(field.finite.sum()),
    )


def _placed(landscape: Landscape, place: Floats, sign: float) -> tuple[Floats, _Spot, Where] | None:
    """On what edge a place lies where the search has ended, or the round place that it was on the way to."""
    for digits in DIGITS:
        at = _round(landscape, place, digits)
        close = landscape.distance(at, place) <= (NEAR_ROUND if digits == DIGITS[-1] else ON_THE_WAY)
        spot = _looked_at(landscape, at, sign)
        around = max(float(spot.spans[0]), abs(float(spot.lows[0] - spot.lows[2])))
        if close and spot.lows[2] <= sign * landscape.value(place) + ABOUT * around:
            where = _where(landscape, at, spot)
            if where in ("domain", "pole", "jump"):
                return at, spot, where
    spot = _looked_at(landscape, place, sign)
    where = _where(landscape, place, spot)
    return None if where is None else (place, spot, where)


def _lowest_samples(landscape: Landscape, setup: Setup, field: Field, sign: float) -> Floats:
    """The lowest samples of sign·f that are not beside each other, (k, d)."""
    values = np.where(field.finite, sign * field.z, np.inf)
    if len(setup.drawn) == 1:
        values = values[:1]
    padded = np.pad(values, 1, constant_values=np.inf)
    rows, columns = values.shape
    dips = np.isfinite(values)
    for j, i in np.ndindex(3, 3):
        dips &= values <= padded[j : j + rows, i : i + columns]
    j, i = np.nonzero(dips)
    best = np.argsort(values[j, i], kind="stable")[: SEEDS if landscape.function.rows == 1 else FEW]
    seeds = np.empty((len(best), landscape.d))
    for axis, ticks, k in zip(setup.drawn, (field.x, field.y), (i, j), strict=False):
        seeds[:, axis] = ticks[k[best]]
    return seeds


def _round(landscape: Landscape, places: Floats, digits: int) -> Floats:
    """Places (…, d) with so many digits beside the box, in the box."""
    unit = 10.0 ** (np.floor(np.log10(landscape.widths)) - digits)
    whole = np.round(places / unit)
    return np.clip(np.where(unit < 1, whole / np.round(1.0 / unit), whole * unit), landscape.lo, landscape.hi)


def _rounded(landscape: Landscape, places: Floats, sign: float, digits: tuple[int, ...] = DIGITS) -> Floats:
    """Each place (m, d), moved to the round numbers beside it where sign·f is no greater there."""
    for count in digits:
        moved = _round(landscape, places, count)
        for axis in (None, *range(landscape.d)):
            candidate = moved if axis is None else places.copy()
            if axis is not None:
                candidate[:, axis] = moved[:, axis]
            better = sign * landscape.value(candidate) <= sign * landscape.value(places)
            places = np.where(better[:, None], candidate, places)
    return places


def _looked_at(landscape: Landscape, place: Floats, sign: float) -> _Spot:
    """Looked at in directions at random, none of which runs along an edge by chance; `undefined` also beyond
    the range."""
    points = place + np.array(REACHES)[:, None, None] * landscape.widths * _ring(landscape.d, RING)
    around = sign * landscape.value(points)
    known = np.isfinite(around)
    undefined = np.isnan(around).mean(axis=1)  # what is too large for a number has a value all the same
    known &= ((points >= landscape.lo) & (points <= landscape.hi)).all(axis=-1)
    here = sign * float(landscape.value(place))
    lows = np.where(known, around, np.inf).min(axis=1)
    highs = np.where(known, around, -np.inf).max(axis=1)
    spans = np.maximum(highs, here) - np.minimum(lows, here) if np.isfinite(here) else highs - lows
    return _Spot(lows, undefined, spans)


def _ring(d: int, count: int) -> Floats:
    if d == 1:
        return np.array([[1.0], [-1.0]])
    if d == 2:
        angle = 2.0 * np.pi * (np.arange(count) + 0.137) / count
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    ring = np.random.default_rng(0).standard_normal((count, d))
    return np.asarray(ring / np.linalg.norm(ring, axis=-1, keepdims=True))


def _where(landscape: Landscape, place: Floats, spot: _Spot) -> Where | None:
    """On what kind of edge a place lies; None: inside, where f is continuous."""
    thick = bool((spot.undefined >= THICK).all())
    if thick:
        return "domain"
    if _unbounded(spot):
        return "pole"
    if spot.spans[2] > max(
        STAYS * spot.spans[1], SEEN * spot.spans[0], ROUNDING * abs(float(landscape.value(place)))
    ):
        return "jump"
    border = (place - landscape.lo <= NEAR * landscape.widths) | (
        landscape.hi - place <= NEAR * landscape.widths
    )
    return "range" if border.any() else None


def _unbounded(spot: _Spot) -> bool:
    """Whether f falls ever further, the nearer one looks."""
    first, then = spot.lows[0] - spot.lows[1], spot.lows[1] - spot.lows[2]
    return bool(first > 0 and then > FADES * first)


def _value(
    landscape: Landscape, place: Floats, spot: _Spot, where: Where, field: Field, sign: float
) -> tuple[float, bool | None]:
    """f at the place, or its limit, and whether f has it there."""
    here = float(landscape.value(place))
    span = field.z_max - field.z_min
    if where == "range":
        return here, True
    if _unbounded(spot):
        return -sign * np.inf, False
    if np.isfinite(here) and sign * here <= spot.lows.min() + SAME * min(span, float(spot.spans[0])):
        return here, True
    limit = sign * _limit(spot.lows)
    if where == "jump":
        near = sign * landscape.value(place + REACHES[2] * landscape.widths * _ring(landscape.d, CLOSELY))
        limit = sign * min(sign * limit, float(np.nanmin(near)))
    limit = 0.0 if abs(limit) <= SAME * span else limit
    # Whether a limit is a value too is known where the place is a number that floats have.
    known = where == "jump" or bool((_round(landscape, place, DIGITS[-1]) == place).all())
    return limit, False if known else None


def _limit(lows: Floats) -> float:
    """Where three values at ever nearer rings lead to.

    Source: Aitken's Δ² process, Press et al., "Numerical Recipes", section 5.3.
    """
    first, then = lows[1] - lows[0], lows[2] - lows[1]
    return float(lows[2] - (then * then / (then - first) if then != first else 0.0))


def _falls_outside(landscape: Landscape, place: Floats, sign: float) -> bool:
    """Whether f is lower yet at several places beyond the border of the range that `place` lies on."""
    way = np.where(place <= landscape.lo, -1.0, np.where(place >= landscape.hi, 1.0, 0.0))
    steps = place + np.outer(OUTSIDE, way) * landscape.widths
    values = np.concatenate([[sign * landscape.value(place)], sign * landscape.value(steps)])
    return bool((np.diff(values) < 0).all())
