"""How heights are shown: the robust range, the level lines, and the linear or logarithmic scale.

A pole or a steep rim must not flatten the interesting part, and a bounded peak must not be cut off. Both
views, the colour bar and every export take their colours and heights from here.
Any thread; numpy and msgspec only.
"""

import functools
import math
from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike

from engine.base.arrays import Floats, Singles
from engine.base.round_numbers import (
    MINUS,
    TickLabels,
    format_distinct,
    format_ticks,
    nice_step,
    nice_ticks,
    round_to,
)
from engine.document.lab import Display
from engine.function.sampled import Field

LevelRule = Literal["linear", "quantile", "log"]
Range = tuple[float, float]

LONG_TAIL: Final = 4.0  # how many spreads of the bulk (5 % to 95 %) an end may lie beyond it
HEADROOM: Final = 1.5  # spreads of the bulk that stay in sight of an end that is cut
SAMPLES: Final = 40_000  # are enough for quantiles
STEADY_STEPS: Final = 5  # about so many round steps make a range whose ends are round
HUGEST: Final = 8e307  # differences of two such numbers are still finite
BOTTOM_HEAVY: Final = 0.16  # median of the relative height, below which lines are laid logarithmically
PLATEAU: Final = 1e-4  # relative height below which half of the picture is no valley but a plain
LOG_SUGGESTED: Final = 0.15
FLIPS: Final = 1 / 3  # turns of f a sample: six samples for each wave
VISIBLE: Final = 0.02  # of the range: a finer ripple is not seen at all


def robust_range(z: Floats, cut_low: Callable[[], bool], cut_high: Callable[[], bool]) -> Range:
    """The range to draw of the finite values `z`, shape (n,): all of it, unless an end is worth cutting.

    Args:
        cut_low, cut_high: asked only of an end with a long tail: is it a pole or a rim, and no bounded peak?

    Returns:
        (z_lo, z_hi), finite, z_lo < z_hi; around a constant, an interval of the order of one.
    """
    if z.size == 0:
        return (0.0, 1.0)
    lo, hi = _within_reach(float(z.min())), _within_reach(float(z.max()))
    if hi - lo <= 1e-13 * max(abs(lo), abs(hi)):
        half = 0.5 * max(1.0, abs(lo) / 10)
        return (lo - half, lo + half)
    q05, q95 = (float(q) for q in np.clip(np.quantile(thinned(z), (0.05, 0.95)), lo, hi))
    spread = q95 - q05
    if spread <= 0.0:
        return (lo, hi)
    z_lo, z_hi = lo, hi
    if (q05 - lo) / LONG_TAIL > spread and cut_low():
        z_lo = q05 - HEADROOM * spread
    if (hi - q95) / LONG_TAIL > spread and cut_high():
        z_hi = q95 + HEADROOM * spread
    if (z_lo, z_hi) == (lo, hi):
        return (lo, hi)
    _, exponent = nice_step(z_hi - z_lo, 10)
    step = float(f"1e{exponent}")
    return (
        lo if z_lo == lo else round_to(z_lo - 5 * step, exponent + 1),
        hi if z_hi == hi else round_to(z_hi + 5 * step, exponent + 1),
    )


def steady_range(own: Range) -> Range:
    """`own` with its ends rounded outwards, so that slices that differ little have the same range.

    While a slice follows a run, its range changes with every frame; colours, heights and level lines must
    not. What a slice looks like hangs on nothing but itself: it is the same in a film, in a still, and
    whichever way the playhead came.

    >>> steady_range((0.013, 6.41)), steady_range((0.011, 6.02)), steady_range((-0.31, 0.27))
    ((0.0, 8.0), (0.0, 8.0), (-0.4, 0.4))
    """
    lo, hi = own
    mantissa, exponent = nice_step(hi - lo, STEADY_STEPS)
    step = float(f"{mantissa}e{exponent}")
    low, high = (
        round_to(math.floor(lo / step) * step, exponent),
        round_to(math.ceil(hi / step) * step, exponent),
    )
    return (low, high) if math.isfinite(high - low) else own


def lay_levels(
    z: Floats, z_lo: float, z_hi: float, count: int, rule: Literal["auto", "linear", "quantile", "log"]
) -> tuple[Floats, LevelRule]:
    """About `count` round levels, increasing, strictly within (z_lo, z_hi), for the finite values `z`.

    "linear" lays them evenly; "log" at 1, 2, 5, 10, 20, … above the bottom, close around a minimum;
    "quantile" so that equal areas lie between them; "auto" takes the first whose picture is not empty
    in its largest part.
    """
    shown = thinned(z[(z >= z_lo) & (z <= z_hi)])
    if shown.size == 0 or float(shown.max()) - float(shown.min()) <= 1e-13 * float(np.abs(shown).max()):
        return np.empty(0), "linear" if rule == "auto" else rule
    if rule == "auto":
        middle = (float(np.median(shown)) - z_lo) / (z_hi - z_lo)
        if min(middle, 1 - middle) < PLATEAU:
            rule = "linear"
        else:
            # Distances from a bottom that is not zero make less round numbers: worth it only in need.
            valley = BOTTOM_HEAVY if _log_base(z_lo, z_hi) == 0.0 else BOTTOM_HEAVY / 2
            rule = "log" if middle < valley else "quantile" if middle > 1 - valley else "linear"
    if rule == "log":
        levels = _log_levels(shown, z_lo, z_hi, count)
    elif rule == "quantile":
        levels = _quantile_levels(shown, count)
    else:
        levels = nice_ticks(z_lo, z_hi, round(1.5 * count))
    return levels[(levels > z_lo) & (levels < z_hi)], rule


def log_offset(field: Field, z_lo: float, z_hi: float) -> float:
    """The power of ten o that makes log10(z − z_lo + o) show as much of the bottom as the samples know of it.

    A narrow valley falls between the samples, so their values along its floor jump by up to the slope times
    their distance; a smaller offset would draw these jumps as teeth.
    """
    inside = field.finite & (field.z >= z_lo) & (field.z <= z_hi)
    above = field.z[inside].astype(np.float64) - z_lo
    if not above.size:
        return 1.0
    deep = float(np.quantile(thinned(above), 0.01))
    bottom = inside & (field.z <= z_lo + deep)
    dx, dy = field.x[1] - field.x[0], field.y[1] - field.y[0]
    with np.errstate(all="ignore"):
        jumps = np.abs(field.fx[bottom] * dx) + np.abs(field.fy[bottom] * dy)
    jump = float(np.median(jumps)) if jumps.size else 0.0
    exponent = math.floor(math.log10(max(deep, (z_hi - z_lo) * 1e-6, 1e-300)))
    if 0.0 < jump < 0.01 * (z_hi - z_lo):
        exponent = max(exponent, math.ceil(math.log10(jump)))
    return float(f"1e{exponent}")


def suggested_z_scale(field: Field) -> Literal["linear", "log"]:
    """ "log" where most of the picture lies in the lowest part of its range, as with Rosenbrock's valley."""
    values = thinned(field.z[field.finite])
    values = values[(values >= field.z_lo) & (values <= field.z_hi)]
    if values.size == 0 or field.z_min < field.z_lo:
        return "linear"
    middle = (float(np.median(values)) - field.z_lo) / (field.z_hi - field.z_lo)
    return "log" if middle < LOG_SUGGESTED else "linear"


def height_of(field: Field, z: ArrayLike) -> Floats:
    """Where the values `z`, any shape, lie in the drawn range: 0 at z_lo, 1 at z_hi, beyond where clipped.

    On the logarithmic scale it goes on along its tangent below z_lo. NaN stays NaN.
    """
    values = np.asarray(z, dtype=np.float64)
    with np.errstate(all="ignore"):
        u: Floats = (values - field.z_lo) / (field.z_hi - field.z_lo)
        if field.log_offset is not None:
            ratio = (field.z_hi - field.z_lo) / field.log_offset
            scaled = np.where(u > 0, np.log1p(np.maximum(u, 0) * ratio), u * ratio)
            u = scaled / math.log1p(ratio)
    return u


def value_at(field: Field, height: ArrayLike) -> Floats:
    """The inverse of `height_of`, for heights from 0 to 1."""
    u = np.asarray(height, dtype=np.float64)
    span = field.z_hi - field.z_lo
    if field.log_offset is not None:
        ratio = span / field.log_offset
        u = np.expm1(u * math.log1p(ratio)) / ratio
    return np.asarray(field.z_lo + u * span)


def heights(field: Field) -> Singles:
    """`height_of` every sample, shape (ny, nx), float32; NaN where undefined."""
    u = np.where(field.finite, height_of(field, field.z), np.nan)
    return np.clip(u, -1e30, 1e30).astype(np.float32)


def slopes(field: Field) -> tuple[Singles, Singles]:
    """The partial derivatives of `heights` for axes that run from 0 to 1: (∂u/∂x̂, ∂u/∂ŷ), float32."""
    span = field.z_hi - field.z_lo
    with np.errstate(all="ignore"):
        stretch: Floats | float = 1.0 / span
        if field.log_offset is not None:
            ratio = span / field.log_offset
            u = np.maximum((field.z - field.z_lo) / span, 0)
            stretch = ratio / ((1 + u * ratio) * math.log1p(ratio) * span)
        along_x = field.fx * stretch * (field.x[-1] - field.x[0])
        along_y = field.fy * stretch * (field.y[-1] - field.y[0])
    limit = 1e18  # its square is a float32 too
    return (
        np.clip(along_x, -limit, limit).astype(np.float32),
        np.clip(along_y, -limit, limit).astype(np.float32),
    )


def steepness(field: Field) -> Floats:
    """|∇f| at every sample, shape (ny, nx); NaN where undefined."""
    with np.errstate(all="ignore"):
        steep = np.hypot(field.fx, field.fy)
    return np.where(field.finite & np.isfinite(steep), steep, np.nan)


def steepest(steep: Floats, share: float = 0.98) -> float:
    """The |∇f| that only a small part of the picture exceeds: what a picture of it is scaled by; ≥ 0.

    Args:
        steep: of `steepness`, or a part of it. share: of the picture that is less steep.
    """
    known = thinned(steep[np.isfinite(steep)])
    return float(np.quantile(known, share)) if known.size else 0.0


@functools.lru_cache(maxsize=4)  # both views ask, whenever they paint
def undersampled(field: Field) -> bool:
    """Whether f varies too fast from sample to sample for its true shape to be seen.

    That is where it changes by half of its range from one sample to the next in half of the picture, or is a
    wave of fewer than six samples, whose crests are missed by more than a tenth and so seem to come and go.
    Judged by the exact gradient: samples alone cannot tell a fine wave from a coarse one.
    """
    dx = (field.x[-1] - field.x[0]) / (len(field.x) - 1)
    dy = (field.y[-1] - field.y[0]) / (len(field.y) - 1)
    with np.errstate(all="ignore"):
        change = np.hypot(field.fx[::3, ::3] * dx, field.fy[::3, ::3] * dy) / (field.z_hi - field.z_lo)
    known = change[field.finite[::3, ::3] & ~np.isnan(change)]
    if not known.size:
        return False
    if float(np.median(known)) > 0.5:
        return True
    height = field.z_hi - field.z_lo
    return _flips(field.fx[::3], dx, height) > FLIPS or _flips(field.fy[:, ::3].T, dy, height) > FLIPS


def _flips(slopes: Floats, step: float, height: float) -> float:
    """The share of neighbours along the last axis of (n, m) between which f turns, by what can be seen."""
    with np.errstate(all="ignore"):
        before, after = slopes[:, :-1], slopes[:, 1:]
        turns = (before < 0) != (after < 0)
        seen = (np.abs(before) + np.abs(after)) * abs(step) > VISIBLE * height
    return float((turns & seen & np.isfinite(before) & np.isfinite(after)).mean())


def bar_ticks(field: Field, n: int = 6) -> Floats:
    """Round numbers within [z_lo, z_hi], well spread over its scale, for the colour bar and the z axis."""
    if field.log_offset is None:
        return nice_ticks(field.z_lo, field.z_hi, n)
    base = _log_base(field.z_lo, field.z_hi)
    first = math.ceil(math.log10(field.log_offset))
    ticks = _per_decade(base, first, math.floor(math.log10(field.z_hi - base)), n)
    if base == 0.0:
        ticks = np.unique(np.append(ticks, 0.0))
    return ticks[(ticks >= field.z_lo) & (ticks <= field.z_hi)]


def label_levels(field: Field) -> TickLabels:
    """The levels of `field` as texts; on an even scale with a common factor or offset if that is shorter."""
    texts = format_distinct(field.levels)
    if field.level_rule == "linear" and any(len(text.strip(MINUS)) > 6 or "×" in text for text in texts):
        return format_ticks(field.levels)
    return TickLabels(texts)


def restyled(field: Field, display: Display, base_range: Range) -> Field:
    """`field` with the z range, levels and scale that `display` asks for; nothing is sampled."""
    z_lo, z_hi = base_range
    asked = display.z_range
    if asked is not None and all(map(math.isfinite, asked)) and asked[0] < asked[1]:
        z_lo, z_hi = asked
    values = field.z[field.finite]
    levels, rule = lay_levels(values, z_lo, z_hi, display.level_count, display.levels)
    return replace(
        field,
        z_lo=z_lo,
        z_hi=z_hi,
        levels=levels,
        level_rule=rule,
        clipped=bool(values.size) and (field.z_min < z_lo or field.z_max > z_hi),
        log_offset=log_offset(field, z_lo, z_hi) if display.z_scale == "log" else None,
    )


def thinned(values: Floats) -> Floats:
    """At most SAMPLES of `values`, shape (n,), evenly taken."""
    # An odd stride does not fall into step with the rows of a square grid.
    return values[:: max(1, values.size // SAMPLES) | 1] if values.size > SAMPLES else values


def _within_reach(value: float) -> float:
    return min(max(value, -HUGEST), HUGEST)


def _log_levels(values: Floats, z_lo: float, z_hi: float, count: int) -> Floats:
    base = _log_base(z_lo, z_hi)
    deepest = max(float(np.quantile(values, 0.002)) - base, (z_hi - base) * 1e-12)
    first, last = math.floor(math.log10(deepest)), math.floor(math.log10(z_hi - base))
    levels = _per_decade(base, first, last, count)
    return levels[levels - base >= deepest / 2]


def _log_base(z_lo: float, z_hi: float) -> float:
    """What logarithmic distances are measured from: zero where z_lo is as good as zero, else z_lo."""
    return 0.0 if 0 <= z_lo < z_hi / 30 else z_lo


def _per_decade(base: float, first: int, last: int, n: int) -> Floats:
    """base + m·10^e for e from `first` to `last`, with as many m in a decade as give about `n`."""
    decades = last - first + 1
    mantissas: tuple[float, ...] = (1.0,)
    for choice in ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0, 3.0)):
        if len(choice) * decades <= 1.5 * n:
            mantissas = choice
            break
    stride = max(1, math.ceil(decades / (1.5 * n)))
    levels = [
        # Around a base that is not zero, the sum is rounded to the place of the distance.
        round_to(base + float(f"{m}e{e}"), e - (m == 1.5))
        for e in range(first, last + 1, stride)
        for m in mantissas
    ]
    return np.unique(np.array(levels))


def _quantile_levels(values: Floats, count: int) -> Floats:
    return _rounded(np.unique(np.quantile(values, (np.arange(count) + 0.5) / count)))


def _rounded(values: Floats) -> Floats:
    """Each of the increasing `values` rounded as far as its neighbours allow."""
    if values.size < 2:
        return values
    gaps = np.diff(values)
    room = np.minimum(np.append(gaps, np.inf), np.insert(gaps, 0, np.inf))
    rounded = [
        round_to(float(value), math.floor(math.log10(gap)) if gap > 0 else -300)
        for value, gap in zip(values, room, strict=True)
    ]
    return np.unique(np.array(rounded))
