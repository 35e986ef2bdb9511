"""What analysis finds: critical points, families of them, sentences. Frozen; compared by identity.
Any thread; no Qt.
"""

from typing import Literal

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message

Extreme = Literal["least", "greatest"]
Kind = Literal["minimum", "maximum", "saddle", "degenerate"]


class CriticalPoint(Struct, frozen=True, eq=False):
    """A zero of the gradient. point: (d,); eigenvalues of the Hessian, ascending: (d,)."""

    point: Floats
    value: float
    kind: Kind
    eigenvalues: Floats

    @property
    def at_kink(self) -> bool:
        """Whether it is an extreme where L has no gradient."""
        return bool(np.isnan(self.eigenvalues).all())


class Family(Struct, frozen=True, eq=False):
    """A continuum of critical points (a valley floor, a circle of minima, a plateau).

    Attributes:
        points: some of them, (m, d), m ≥ 1: along a curve in its order, of a region only a central one.
        region: it fills a part of the box, where L is constant, and is no curve.
    """

    points: Floats
    value: float
    kind: Kind
    region: bool = False


class Edge(Struct, frozen=True, eq=False, kw_only=True):
    """The least or the greatest value where it lies on an edge of the drawn range, or of the domain of f.

    Attributes:
        point: (d,). value: f there, or its limit; ±∞ where f has no bound.
        reached: whether f has it there; None: not known.
    """

    extreme: Extreme
    of: Literal["range", "domain"]
    point: Floats
    value: float
    reached: bool | None


class Analysis(Struct, frozen=True, eq=False, kw_only=True):
    """What can be said of the function before anyone presses play.

    Attributes:
        critical_points: isolated ones in the domain box.
        families: continua of critical points.
        edges: extremes that lie on an edge, so that they need not be critical points.
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
