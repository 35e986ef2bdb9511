"""What a person should know of a function before pressing play, in sentences with numbers.

Runs on the engine thread; numpy only.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from engine.analysis.claims import KNOWN, Claim, Evidence, said
from engine.analysis.critical_points import MOST_POINTS
from engine.analysis.edge_text import least_of, of_least
from engine.analysis.findings import CriticalPoint, Edge, Family, Kind
from engine.analysis.quadratic import Quadratic, of_quadratic
from engine.analysis.wording import number, place, stability
from engine.base.i18n import Message, message
from engine.document.setup import Setup

SAME_VALUE: Final = 1e-9  # of the largest critical value: closer values are equal
SHOWN: Final = 3  # points of a sort that get a sentence of their own


def diagnose(
    setup: Setup,
    points: Sequence[CriticalPoint],
    families: Sequence[Family],
    edges: Sequence[Edge],
    quadratic: Quadratic | None,
    gave_up: Message | None = None,
    searched: int = 0,
) -> tuple[Message, ...]:
    """Sentences about the landscape: its minima and what η they bear, or why descent finds none.

    Args:
        gave_up: why there may be more critical points than these. searched: at how many places.
    """
    if quadratic is not None:
        return said(of_quadratic(setup, quadratic, points))
    reason = () if gave_up is None else (Claim(gave_up, KNOWN),)
    if gave_up is not None and not points and not families and not edges:
        return said(reason)
    claims = (
        *reason,
        *_of_minima(setup, points, families, edges, searched, whole=gave_up is None),
        *of_least(setup, edges, points, families),
        *_of_families(setup, families),
        *_of_flat(setup, points),
    )
    return said(claims)


def lacks_minimum(
    points: Sequence[CriticalPoint],
    families: Sequence[Family],
    edges: Sequence[Edge],
    quadratic: Quadratic | None,
) -> bool:
    """Whether it is known that there is none: that a search found none is not enough, f must be seen to fall,
    out of the range or below every bound."""
    kinds = {item.kind for item in points} | {item.kind for item in families}
    if kinds & {"minimum", "undecided"}:
        return False
    if quadratic is not None and quadratic.falls_for_ever:
        return True
    least = least_of(edges)
    return least is not None and (least.beyond or not np.isfinite(least.value) or least.reached is False)


def _around(points: Sequence[CriticalPoint | Family]) -> Evidence:
    """Each of them was compared with places around it."""
    return Evidence("around", min((point.places for point in points), default=0))


def _of_minima(
    setup: Setup,
    points: Sequence[CriticalPoint],
    families: Sequence[Family],
    edges: Sequence[Edge],
    searched: int,
    *,
    whole: bool,
) -> Iterator[Claim]:
    minima = [point for point in points if point.kind == "minimum"]
    if points:
        yield Claim(_counted(points), _around(points))
    elif whole and not families:
        found_none = message("No critical point was found in the drawn range.")
        yield Claim(found_none, Evidence("search", searched))
    if minima:
        yield Claim(_lowest(setup, points, minima, whole=whole), _around(minima))
        if not minima[0].flat:
            yield Claim(_borne(minima), _around(minima))


def _borne(minima: Sequence[CriticalPoint]) -> Message:
    """What η the minima bear."""
    best = minima[0]
    if best.at_kink:
        return message(
            "It sits at a kink, where f has no gradient: the slope does not fade towards it, "
            "so steps of constant η jump across it."
        )
    if not np.isfinite(best.eigenvalues).all():
        return message(
            "The slope fades towards it, but f has no second derivative there, so no bound on η is known."
        )
    if len(minima) > 1 and all((point.eigenvalues > 0).all() for point in minima):
        return _limits(minima)
    return stability(best.eigenvalues)


def _lowest(
    setup: Setup, points: Sequence[CriticalPoint], minima: Sequence[CriticalPoint], *, whole: bool
) -> Message:
    """The value of the lowest of `minima`, which come lowest first, and where; and how many share it."""
    best = minima[0]
    size = max(abs(point.value) for point in points)
    alike = sum(point.value - best.value <= SAME_VALUE * size for point in minima)
    value, where = number(best.value), place(best.point, setup)
    if not whole or len(points) >= MOST_POINTS:
        return message(
            "The lowest of the minima that were found is f = {value} at {place}.", value=value, place=where
        )
    if len(minima) == 1:
        return message("The minimum is f = {value} at {place}.", value=value, place=where)
    if alike == len(minima) == 2:
        return message("Both minima have f = {value}.", value=value)
    if alike == len(minima):
        return message("All {count} minima have f = {value}.", count=alike, value=value)
    if alike > 1:
        return message(
            "The lowest value, f = {value}, belongs to {count} of the minima; one lies at {place}.",
            value=value,
            count=alike,
            place=where,
        )
    return message("The lowest minimum is f = {value} at {place}.", value=value, place=where)


def _limits(minima: Sequence[CriticalPoint]) -> Message:
    """The stable η, which is that of the minimum that a run reaches."""
    limits = [2.0 / float(point.eigenvalues[-1]) for point in minima]
    low, high = number(min(limits)), number(max(limits))
    if low == high:
        return message("Gradient descent is stable at each of them for η < 2/λ_max = {limit}.", limit=low)
    return message(
        "Gradient descent is stable for η < 2/λ_max of the minimum that the run reaches: from {low} at the "
        "sharpest of them to {high} at the widest.",
        low=low,
        high=high,
    )


def _counted(points: Sequence[CriticalPoint]) -> Message:
    """How many points of each kind there are; kinds that do not occur are left out."""
    parts: Message | None = None
    for kind, one in _ONE.items():
        count = sum(point.kind == kind for point in points)
        if count:
            part = message(one) if count == 1 else message(_MANY[kind], count=count)
            parts = part if parts is None else message("{first}, {then}", first=parts, then=part)
    if len(points) >= MOST_POINTS:
        return message(
            "The drawn range holds more than {most} critical points; the lowest minima are listed.",
            most=MOST_POINTS,
        )
    return message("In the drawn range: {counts}.", counts=parts or message("none"))


_ONE: Final[dict[Kind, str]] = {
    "minimum": "1 minimum",
    "saddle": "1 saddle",
    "maximum": "1 maximum",
    "neither": "1 flat point that is neither",
    "undecided": "1 point that could not be decided",
}
_MANY: Final[dict[Kind, str]] = {
    "minimum": "{count} minima",
    "saddle": "{count} saddles",
    "maximum": "{count} maxima",
    "neither": "{count} flat points that are neither",
    "undecided": "{count} points that could not be decided",
}
_FAMILY_TEXTS: Final[dict[Kind, str]] = {
    "minimum": "A whole curve of minima, f = {value}, runs through {place}: descent ends at the point of it "
    "that it reaches first.",
    "maximum": "A whole curve of maxima, f = {value}, runs through {place}.",
    "saddle": "A whole curve of saddles, f = {value}, runs through {place}.",
    "neither": "A whole curve of stationary points, f = {value}, runs through {place}: beyond it f falls on.",
    "undecided": "A whole curve of stationary points, f = {value}, runs through {place}; of what kind they "
    "are is not decided.",
}
_REGION_TEXTS: Final[dict[Kind, str]] = {
    "minimum": "Around {place} lies a flat region of minima: f is {value} all over it and nowhere less "
    "around it, every point of it is stationary, and descent ends where it enters.",
    "undecided": "Around {place} lies a plateau: f is {value} all over it, every point of it is stationary, "
    "and descent does not move there.",
}
_FLAT_TEXTS: Final[dict[Kind, str]] = {
    "minimum": "At ({place}) the Hessian has the eigenvalues {values} and does not decide; the values around "
    "do: f is higher on all sides, a minimum. So flat a one slows every method down.",
    "maximum": "At ({place}) the Hessian has the eigenvalues {values} and does not decide; the values around "
    "do: f is lower on all sides, a maximum.",
    "saddle": "At ({place}) the Hessian has the eigenvalues {values} and does not decide; the values around "
    "do: f falls in some directions and rises in others, a saddle.",
    "neither": "At ({place}) the slope is 0, yet f only falls to one side and rises to the other: neither "
    "a minimum nor a maximum nor a saddle. Descent that comes to it slows down and may stay.",
    "undecided": "({place}): the slope is 0, the Hessian has the eigenvalues {values}, and the values around "
    "differ by no more than rounding; what kind of point it is is not decided.",
}


def _of_families(setup: Setup, families: Sequence[Family]) -> Iterator[Claim]:
    for family in families[:SHOWN]:
        middle = family.points[len(family.points) // 2]
        text = _FAMILY_TEXTS[family.kind]
        if family.region:
            text = _REGION_TEXTS["minimum" if family.kind == "minimum" else "undecided"]
        sentence = message(text, value=number(family.value), place=place(middle, setup))
        yield Claim(sentence, _around([family]))
    if len(families) > SHOWN:
        count = message("There are {count} such curves or regions in all.", count=len(families))
        yield Claim(count, _around(families))


def _of_flat(setup: Setup, points: Sequence[CriticalPoint]) -> Iterator[Claim]:
    for point in [point for point in points if point.flat][:SHOWN]:
        values = ", ".join(number(value) for value in point.eigenvalues)
        sentence = message(_FLAT_TEXTS[point.kind], place=place(point.point, setup), values=values)
        yield Claim(sentence, _around([point]))
