"""Sampling: the function on the drawn grid, and along the lines that show what a partial derivative is.

z[j, i] = f(x[i], y[j]). Any thread; numpy only.
"""

import math
from typing import Any, Final, Literal, NamedTuple, Protocol

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import ArrayLike, DTypeLike, NDArray

from engine.base.arrays import Floats
from engine.document.lab import Display
from engine.document.setup import Axis, Setup
from engine.function.jumps import NOWHERE, jumps
from engine.function.limits import shown_gradient
from engine.function.plane import Plane
from engine.function.poles import CLOSER, around, grows, without_poles
from engine.function.sampled import Field
from engine.function.scale import Range, restyled, robust_range, steady_range
from engine.function.streamlines import descend_lines

FULL_RESOLUTION: Final = 401  # odd: the middle of a symmetric domain is a sample
DRAFT_RESOLUTION: Final = 161
MOVING_RESOLUTION: Final = 61
CURVE_SAMPLES: Final = 1601
FEWEST_CURVE_SAMPLES: Final = 41  # whatever the data
CURVE_WORK: Final = 1e6  # samples × rows
CURVE_FINER: Final = 8  # times as many samples along the graph of one variable as along an axis of a map
LOOKS: Final = 2  # each closer than the last: a sample may be nearer to a pole than a first look comes
KEEP_COLORS: Final = 0.1  # a window that shows this part of the whole range keeps the whole range's colours
Window = tuple[Range, Range]


Quality = Literal["moving", "draft", "full"]


class Effort(NamedTuple):
    """Samples along an axis: at the most and, whatever the data, at the least. work: samples × rows."""

    most: int
    least: int
    work: float


EFFORTS: Final[dict[Quality, Effort]] = {
    "moving": Effort(MOVING_RESOLUTION, 21, 1.4e6),  # of a slice that moves with the playhead
    "draft": Effort(DRAFT_RESOLUTION, 25, 1.8e6),
    "full": Effort(FULL_RESOLUTION, 65, 1.2e7),
}


def resolution_of(quality: Quality, work: float) -> int:
    """How finely to sample a function of so many rows of data (1: of none), so that nobody waits for it.

    Args:
        work: as of `Objective.work`: a row through many weights counts for several.
    """
    most, least, whole = EFFORTS[quality]
    affordable = int(math.sqrt(whole / work)) - 1 | 1
    return min(max(affordable, least), most)


def looks(display: Display) -> tuple[object, ...]:
    """What of a display a Field hangs on; the rest, as colours, needs no new one."""
    return (display.levels, display.level_count, display.z_scale, display.z_range, display.streamlines)


def precision_of(quality: Quality, work: float, *, layered: bool) -> DTypeLike:
    """The numbers to compute in: layers that are seen for a moment, or for which one waits, need no sixteen
    digits. work: as of `resolution_of`."""
    full = EFFORTS["full"]
    waited_for = work * full.least**2 > full.work
    return np.float32 if layered and (quality != "full" or waited_for) else np.float64


class Sampled(Protocol):
    """What sampling needs of an `engine.function.objective.Objective`."""

    def value(self, theta: ArrayLike) -> NDArray[np.float64]: ...

    def gradient(self, theta: ArrayLike) -> NDArray[np.float64]: ...

    def kinks(self, theta: ArrayLike) -> NDArray[np.bool_]: ...

    def on_grid(
        self, x: Any, y: Any, horizontal: int, vertical: int, at: ArrayLike, dtype: Any = ...
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...

    def plane(
        self, origin: ArrayLike, along: ArrayLike, across: ArrayLike, u: Any, v: Any, dtype: Any = ...
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]: ...


def sample(
    objective: Sampled,
    setup: Setup,
    display: Display,
    *,
    plane: Plane | None = None,
    resolution: int | tuple[int, int] = FULL_RESOLUTION,
    window: Window | None = None,
    reference: Field | None = None,
    dtype: DTypeLike = np.float64,
) -> Field:
    """The Field of `objective` over the axes of `plane`, or over a `window` of them.

    Args:
        plane: what is drawn; default the drawn variables of `setup`, through the first start.
        resolution: samples along each axis, or (nx, ny); at least 2. With one axis CURVE_FINER times as
            many, which cost nothing: a crest that is missed is seen on a line.
        window: ((lo, hi), (lo, hi)) to sample instead of the axes, e.g. what a zoomed view shows. With one
            axis the second range is ignored.
        reference: the Field of the whole domain, whose z range the window keeps as long as it shows a
            good part of it, so that colours do not change while panning.
        dtype: as of `precision_of`.

    Returns:
        Float64 throughout. A sample is finite where f is a finite real number.
    """
    plane = plane or Plane.of(setup, setup.starts[0])
    nx, ny = (resolution, resolution) if isinstance(resolution, int) else resolution
    ranges = window or tuple((axis.lo, axis.hi) for axis in plane.axes)
    if plane.count > 1:
        x = _ticks(ranges[0], max(nx, 2))
        y = _ticks(ranges[1], max(ny, 2))
        z, fx, fy = _grid(objective, plane, x, y, dtype)
        breaks = NOWHERE
    else:
        x, y = _ticks(ranges[0], CURVE_FINER * (max(nx, 2) - 1) + 1), np.array([0.0, 1.0])
        curve = _along(objective, plane, plane.origin, 0, x)
        z, fx = (np.repeat(a[None, :], 2, axis=0) for a in (curve.f, curve.slope))
        fy = np.zeros_like(z)
        breaks = curve.breaks
    z, fx, fy = without_poles(x, y, z, fx, fy)
    finite = np.isfinite(z)
    values = z[finite]
    bare = Field(
        x=x,
        y=y,
        z=z,
        fx=fx,
        fy=fy,
        finite=finite,
        z_lo=0.0,
        z_hi=1.0,
        z_min=float(values.min()) if values.size else math.nan,
        z_max=float(values.max()) if values.size else math.nan,
        levels=np.empty(0),
        level_rule="linear",
        clipped=False,
        breaks=breaks,
        plane=plane,
    )
    field = restyled(bare, display, _range_of(objective, bare, reference))
    if display.streamlines and plane.count > 1:
        field = replace(field, streamlines=descend_lines(field))
    return field


def curve_samples(rows: int) -> int:
    """How many samples of a curve of a function of `rows` rows of data nobody waits for.

    >>> [curve_samples(rows) for rows in (1, 2000, 100_000)]
    [1601, 501, 41]
    """
    return min(max(int(CURVE_WORK / rows) | 1, FEWEST_CURVE_SAMPLES), CURVE_SAMPLES)


class Curve(Struct, frozen=True, kw_only=True):
    """f along one axis, all else held: the section that a partial derivative is the slope of.

    Attributes:
        plane, along: of which axis, 0 or 1. name: of the variable, or of the coordinate along a direction.
        s, f, slope: (n,), float64: its values, f there, ∂f/∂s there (exact, not a difference). NaN or
            ±inf where undefined.
        breaks: (k,), the samples after which f jumps.
        point: (d,), where the others are held; at its own value lies the tangent.
        value, derivative: f and ∂f/∂s at the point.
        f_lo, f_hi: the robust range of f to draw.
    """

    plane: Plane
    along: int
    name: str
    s: Floats
    f: Floats
    slope: Floats
    breaks: NDArray[np.intp]
    point: Floats
    value: float
    derivative: float
    f_lo: float
    f_hi: float

    @property
    def here(self) -> float:
        """The value of its variable at the point."""
        return self.plane.coordinates_of(self.point)[self.along]


def slice_curve(
    objective: Sampled,
    plane: Plane,
    point: ArrayLike,
    along: int,
    *,
    span: Range | None = None,
    n: int = CURVE_SAMPLES,
) -> Curve:
    """The section of `objective` through `point`, (d,), along one of the axes of `plane`, 0 or 1.

    Args:
        span: the range of the axis, default the whole.
    """
    where = np.array(point, dtype=np.float64)
    axis: Axis = plane.axes[along]
    s = _ticks(span or (axis.lo, axis.hi), n)
    curve = _along(objective, plane, where, along, s)
    here = _along(objective, plane, where, along, plane.coordinates(where)[along : along + 1])
    values = curve.f[np.isfinite(curve.f)]
    f_lo, f_hi = robust_range(
        values,
        lambda: _edge_or_pole(objective, plane, where, along, s, curve.f, -1.0),
        lambda: _edge_or_pole(objective, plane, where, along, s, curve.f, 1.0),
    )
    return Curve(
        plane=plane,
        along=along,
        name=axis.name,
        s=s,
        f=curve.f,
        slope=curve.slope,
        breaks=curve.breaks,
        point=where,
        value=float(here.f[0]),
        derivative=float(here.slope[0]),
        f_lo=f_lo,
        f_hi=f_hi,
    )


class Secant(Struct, frozen=True):
    """The line through the curve at s and at s + h. quotient: (f(s + h) − f(s)) / h; NaN where undefined."""

    h: float
    s: float
    value: float
    quotient: float


def secant(objective: Sampled, curve: Curve, h: float) -> Secant:
    """The difference quotient of `curve` at its point with step `h`; at h = 0 the derivative itself."""
    s = curve.here
    if h == 0.0:
        return Secant(h, s, curve.value, curve.derivative)
    value = float(_along(objective, curve.plane, curve.point, curve.along, np.array([s + h])).f[0])
    return Secant(h, s + h, value, (value - curve.value) / h)


def directional_derivative(gradient: ArrayLike, direction_deg: float) -> float:
    """∇f · u for the unit vector u at `direction_deg`, counter-clockwise from the horizontal axis.

    >>> round(directional_derivative((3.0, 4.0), 90.0), 12)
    4.0
    """
    fx, fy = (float(g) for g in np.asarray(gradient, dtype=np.float64))
    angle = math.radians(direction_deg)
    return fx * math.cos(angle) + fy * math.sin(angle)


def curve_of(field: Field, point: ArrayLike, value: float, derivative: float) -> Curve:
    """The Field of a function of one drawn variable as a Curve; nothing is sampled.

    Args:
        point: (d,), where the tangent lies; value, derivative: f and its slope there.
    """
    return Curve(
        plane=field.plane,
        along=0,
        name=field.plane.axes[0].name,
        s=field.x,
        f=field.z[0],
        slope=field.fx[0],
        breaks=field.breaks,
        point=np.asarray(point, dtype=np.float64),
        value=value,
        derivative=derivative,
        f_lo=field.z_lo,
        f_hi=field.z_hi,
    )


class _Line(Struct, frozen=True):
    f: Floats
    slope: Floats
    breaks: NDArray[np.intp]


def _along(objective: Sampled, plane: Plane, point: Floats, along: int, s: Floats) -> _Line:
    """f where the coordinate `along` of `point`, (d,), is `s`, (n,); and its slope along this axis."""
    places = np.tile(plane.coordinates(point), (len(s), 1))
    places[:, along] = s
    theta = plane.moved(point, places)
    with np.errstate(all="ignore"):
        f = np.asarray(objective.value(theta), dtype=np.float64)
        slope = plane.along(shown_gradient(objective, theta))[:, along]

    def value(closer: Floats) -> Floats:
        between = np.repeat(places[:1], len(closer), axis=0)
        between[:, along] = closer
        return np.asarray(objective.value(plane.moved(point, between)), dtype=np.float64)

    return _Line(f, slope, jumps(value, s, f, slope))


def _grid(
    objective: Sampled, plane: Plane, x: Floats, y: Floats, dtype: DTypeLike = np.float64
) -> tuple[Floats, Floats, Floats]:
    """f at z[j, i] of the plane, and its slopes along the axes, computed in `dtype`."""
    with np.errstate(all="ignore"):
        if plane.directions is None:
            found = objective.on_grid(x, y, plane.drawn[0], plane.drawn[1], plane.origin, dtype=dtype)
        else:
            ways = plane.directions.ways
            found = objective.plane(plane.theta(0.0, 0.0), ways[0], ways[1], x, y, dtype=dtype)
    z, fx, fy = (np.asarray(a, dtype=np.float64) for a in found)
    return z, fx, fy


def _ticks(span: Range, n: int) -> Floats:
    lo, hi = span
    s = np.linspace(lo, hi, n)
    if lo < 0 < hi and lo == -hi and n % 2:
        s[n // 2] = 0.0  # linspace may miss it by a hair, and a pole or kink often sits there
    return s


def _range_of(objective: Sampled, field: Field, reference: Field | None) -> Range:
    plane = field.plane
    values = field.z[field.finite]
    if plane.count > 1:
        own = robust_range(
            values,
            lambda: _rim_or_pole(objective, field, -1.0),
            lambda: _rim_or_pole(objective, field, 1.0),
        )
    else:
        own = robust_range(
            values,
            lambda: _edge_or_pole(objective, plane, plane.origin, 0, field.x, field.z[0], -1.0),
            lambda: _edge_or_pole(objective, plane, plane.origin, 0, field.x, field.z[0], 1.0),
        )
    if reference is not None and values.size:
        whole = (reference.z_lo, reference.z_hi)
        seen = min(own[1], whole[1]) - max(own[0], whole[0])
        if seen >= KEEP_COLORS * (whole[1] - whole[0]):
            return whole
    return own if plane.whole else steady_range(own)


def _rim_or_pole(objective: Sampled, field: Field, sign: float) -> bool:
    """Whether the top (sign 1) or bottom (−1) of the field is reached only at its rim, or grows when
    looked at more closely; a narrow but bounded peak in the middle is neither."""
    z = np.where(field.finite, sign * field.z, -np.inf)
    ny, nx = z.shape
    j, i = divmod(int(z.argmax()), nx)
    top, usual = float(z[j, i]), float(np.median(sign * field.z[field.finite]))
    inner = z[ny // 7 : ny - ny // 7, nx // 7 : nx - nx // 7]
    if float(inner.max()) - usual < 0.5 * (top - usual):
        return True
    count = min(max(min(nx, ny) // 6, 8), CLOSER)  # where samples cost much, these do too
    x, y = field.x, field.y
    for _ in range(LOOKS):
        x, y = around(x, i, count), around(y, j, count)
        closer = np.nan_to_num(sign * _grid(objective, field.plane, x, y)[0], nan=-np.inf, posinf=-np.inf)
        if grows(closer, top, usual):
            return True
        j, i = divmod(int(closer.argmax()), len(x))
    return False


def _edge_or_pole(
    objective: Sampled, plane: Plane, point: Floats, along: int, s: Floats, f: Floats, sign: float
) -> bool:
    z = np.where(np.isfinite(f), sign * f, -np.inf)
    i = int(z.argmax())
    top, usual = float(z[i]), float(np.median(z[np.isfinite(z)]))
    inner = z[len(z) // 7 : len(z) - len(z) // 7]
    if float(inner.max()) - usual < 0.5 * (top - usual):
        return True
    count = min(max(len(s) // 6, 8), CLOSER)  # where samples cost much, these do too
    return grows(sign * _along(objective, plane, point, along, around(s, i, count)).f, top, usual)
