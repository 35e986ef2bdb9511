"""What analysis finds: critical points, families of them, sentences. Frozen; compared by identity.
Any thread; no Qt.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message

Extreme = Literal["least", "greatest"]
Where = Literal["range", "domain", "pole", "jump"]
# "neither": falls to one side and rises to the other. "undecided": values tell nothing beyond their rounding.
Kind = Literal["minimum", "maximum", "saddle", "neither", "undecided"]


class CriticalPoint(Struct, frozen=True, eq=False):
    """A zero of the gradient, or an extreme where there is none.

    Attributes:
        point: (d,). eigenvalues: of the Hessian, ascending, (d,); NaN where it has none.
        at_kink: whether it is an extreme towards which the slope does not fade.
        flat: whether an eigenvalue is 0, so that the kind was decided by the values around.
        places: around it at which L was looked at, and bears the kind out.
    """

    point: Floats
    value: float
    kind: Kind
    eigenvalues: Floats
    at_kink: bool = False
    flat: bool = False
    places: int = 0


class Family(Struct, frozen=True, eq=False):
    """A continuum of critical points (a valley floor, a circle of minima, a plateau).

    Attributes:
        points: some of them, (m, d), m ≥ 1: along a curve in its order, of a region only a central one.
        region: it fills a part of the box, where L is constant, and is no curve.
        places: at which L was looked at, and bears the kind out.
    """

    points: Floats
    value: float
    kind: Kind
    region: bool = False
    places: int = 0


def values_of(kind: Kind, points: Sequence[CriticalPoint], families: Sequence[Family]) -> list[float]:
    """L at those of the points and families that are of this kind."""
    isolated = [point.value for point in points if point.kind == kind]
    return isolated + [family.value for family in families if family.kind == kind]


class Edge(Struct, frozen=True, eq=False, kw_only=True):
    """The least or the greatest value where it is no critical point.

    Attributes:
        of: the border of the drawn range; the edge of the domain of f; a pole or a jump, with values around.
        point: (d,). value: f there, or its limit; ±∞ where f has no bound.
        reached: whether f has it there; None: not known.
        beyond: whether f goes on the same way outside of the drawn range. places: at which f was looked at.
    """

    extreme: Extreme
    of: Where
    point: Floats
    value: float
    reached: bool | None
    beyond: bool = False
    places: int = 0


class Analysis(Struct, frozen=True, eq=False, kw_only=True):
    """What can be said of the function before anyone presses play.

    Attributes:
        critical_points: isolated ones in the domain box.
        families: continua of critical points.
        edges: the least and the greatest value where they are no critical points.
        diagnosis: sentences about the function as a landscape ("no minimum: descent diverges").
        cap: how many critical points are kept at the most; None where none were looked for.
        gave_up: why the search was not made, or not to its end.
        lacks_minimum: there is none in the domain box, so that descent leaves it or falls for ever.
    """

    critical_points: tuple[CriticalPoint, ...] = ()
    families: tuple[Family, ...] = ()
    edges: tuple[Edge, ...] = ()
    diagnosis: tuple[Message, ...] = ()
    lacks_minimum: bool = False
    cap: int | None = None
    gave_up: Message | None = None
