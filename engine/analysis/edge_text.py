"""What is said of the least value where it is no critical point. Any thread; numpy only."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from engine.analysis.claims import Claim, Evidence
from engine.analysis.findings import CriticalPoint, Edge, Family, Where, values_of
from engine.analysis.wording import number, place
from engine.base.i18n import Message, message
from engine.document.setup import Setup

LOWER: Final = 1e-9  # of a value: a lower one is a digit lower


def least_of(edges: Sequence[Edge]) -> Edge | None:
    """The edge with the least value, if there is one."""
    return next((edge for edge in edges if edge.extreme == "least"), None)


def of_least(
    setup: Setup, edges: Sequence[Edge], points: Sequence[CriticalPoint], families: Sequence[Family]
) -> tuple[Claim, ...]:
    """Where the least value lies, if that is no minimum inside and lower than those that are."""
    edge = least_of(edges)
    if edge is None:
        return ()
    minima = values_of("minimum", points, families)
    lowest = min(minima, default=np.inf)
    if minima and not edge.value < lowest - LOWER * abs(lowest):
        return ()
    sentence = _sentence(setup, edge, alone=not minima)
    return (Claim(sentence, Evidence("search", edge.places)),)


def _sentence(setup: Setup, edge: Edge, *, alone: bool) -> Message:
    where, value = place(edge.point, setup), number(edge.value)
    if not np.isfinite(edge.value):
        return message(_BOUNDLESS[edge.of], place=where)
    if edge.of == "range":
        text = _OUTWARDS if edge.beyond and alone else _LOWER_STILL if not alone else _ON_THE_RIM
        return message(text, value=value, place=where)
    if edge.reached is False:
        return message(_NOT_REACHED[edge.of], value=value, place=where)
    return message(_REACHED[edge.of], value=value, place=where)


_OUTWARDS: Final = (
    "No minimum lies in the drawn range: the lowest value drawn is f = {value} at {place}, "
    "and from there f falls further outside."
)
_ON_THE_RIM: Final = "The lowest value drawn is f = {value} at {place}, on the edge of the drawn range."
_LOWER_STILL: Final = "On the edge of the drawn range f is lower still: f = {value} at {place}."
_BOUNDLESS: Final[dict[Where, str]] = {
    "pole": "f has no least value: at the pole {place} it falls below every bound.",
    "domain": "f has no least value: towards {place}, on the edge of its domain, it falls below every bound.",
    "jump": "f has no least value: at {place} it falls below every bound.",
    "range": "f has no least value: at {place} it falls below every bound.",
}
_REACHED: Final[dict[Where, str]] = {
    "domain": "The least value is f = {value} at {place}, on the edge of the domain of f: beyond it f has no "
    "value, and descent that goes on leaves the domain.",
    "jump": "The least value is f = {value} at {place}, where f jumps, so that no slope leads to it.",
}
_NOT_REACHED: Final[dict[Where, str]] = {
    "domain": "f has no least value: towards {place}, on the edge of its domain, it comes as near to {value} "
    "as one likes without reaching it.",
    "jump": "f has no least value: towards {place}, where it jumps, it comes as near to {value} as one likes "
    "without reaching it.",
}
