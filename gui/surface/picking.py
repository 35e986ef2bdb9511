"""Which point of the surface is seen at a pixel: a line of sight against the field of heights.

Pure functions; any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.document.lab import Camera
from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.camera import Pixel, Size, project, ray

Floats = NDArray[np.float64]

STEPS: Final = 1200  # along the line of sight: about the cells it passes
BISECTIONS: Final = 24
CLOSE: Final = 1e-3  # of the box: farther from the surface, a change of side was a jump
PLANE_SLACK: Final = 1e-9
CLEAR: Final = 0.04  # of the box: what is nearer to a point than that does not hide it
SIGHT_STEPS: Final = 160  # from a point to the eye


def pick(pixel: Pixel, box_map: BoxMap, camera: Camera, size: Size) -> Floats | None:
    """The point of the box, (3,), where the surface is seen at `pixel`; None where it is not.

    Parts beyond the drawn range of heights are not seen, so the line of sight passes through them.
    """
    origin, direction = ray(pixel, camera, size)
    span = _span_inside(origin, direction, HALF_HEIGHT + PLANE_SLACK)
    if span is None:
        return None
    s = np.linspace(*span, STEPS)
    points = origin + s[:, None] * direction
    above = points[:, 2] - box_map.surface_at(points[:, :2])[:, 2]
    with np.errstate(invalid="ignore"):
        changes = np.flatnonzero(above[:-1] * above[1:] <= 0.0)
    for k in changes:
        hit = _bisected(box_map, origin, direction, float(s[k]), float(s[k + 1]), float(above[k]))
        if hit is not None and abs(hit[2]) <= HALF_HEIGHT + CLOSE:
            return hit
    return None


def pick_plane(pixel: Pixel, camera: Camera, size: Size, axis: int, place: float) -> Floats | None:
    """The point of the box, (3,), where coordinate `axis` is `place`; None if parallel or behind."""
    origin, direction = ray(pixel, camera, size)
    if abs(direction[axis]) < 1e-6:
        return None
    s = (place - origin[axis]) / direction[axis]
    return None if s < 0 else np.asarray(origin + s * direction)


def nearest(pixel: Pixel, places: Floats, camera: Camera, size: Size, reach_px: float) -> int | None:
    """Which of `places`, (n, 3), is drawn within `reach_px` of the pixel, nearest first."""
    if not len(places):
        return None
    seen = project(places, camera, size)[:, :2]
    away = np.nan_to_num(np.hypot(*(seen - np.asarray(pixel)).T), nan=np.inf)
    best = int(np.argmin(away))
    return best if away[best] <= reach_px else None


def seen(places: Floats, box_map: BoxMap, camera: Camera, size: Size) -> NDArray[np.bool_]:
    """Which of `places` on the surface, (n, 3), it does not hide from the eye: (n,)."""
    pixels = project(places, camera, size)[:, :2]
    in_sight = np.isfinite(pixels).all(axis=1)
    lines = np.full((len(places), SIGHT_STEPS, 3), np.nan)
    for k in np.flatnonzero(in_sight):
        toward = -ray((float(pixels[k, 0]), float(pixels[k, 1])), camera, size)[1]
        span = _span_inside(places[k], toward, HALF_HEIGHT + PLANE_SLACK)
        if span is not None and span[1] > CLEAR:
            lines[k] = places[k] + np.linspace(CLEAR, span[1], SIGHT_STEPS)[:, None] * toward
    above = lines[..., 2] - box_map.height_at(lines[..., :2]) * 2.0 * HALF_HEIGHT + HALF_HEIGHT
    with np.errstate(invalid="ignore"):
        crossed = (above[:, :-1] * above[:, 1:] < 0.0).any(axis=1)
    return np.asarray(in_sight & ~crossed)


def _span_inside(origin: Floats, direction: Floats, half_height: float) -> tuple[float, float] | None:
    """From where to where, in its length, a line is inside the box and before the eye."""
    reach = np.array([1.0, 1.0, half_height])
    start, end = 0.0, np.inf
    for k in range(3):
        if abs(direction[k]) < 1e-12:
            if abs(origin[k]) > reach[k]:
                return None
            continue
        a, b = sorted(((-reach[k] - origin[k]) / direction[k], (reach[k] - origin[k]) / direction[k]))
        start, end = max(start, float(a)), min(end, float(b))
    return (start, end) if start < end else None


def _bisected(
    box_map: BoxMap, origin: Floats, direction: Floats, lo: float, hi: float, above: float
) -> Floats | None:
    side = above > 0
    point, gap = origin, np.inf
    for _ in range(BISECTIONS):
        middle = 0.5 * (lo + hi)
        point = origin + middle * direction
        gap = float(point[2] - box_map.surface_at(point[:2])[2])
        if not np.isfinite(gap):
            return None
        lo, hi = (middle, hi) if (gap > 0) == side else (lo, middle)
    return point if abs(gap) < CLOSE else None
