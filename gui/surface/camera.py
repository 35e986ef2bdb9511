"""Where the eye is and what it sees: pure functions of engine.document.lab.Camera. Any thread; numpy only.

The box that is looked at is [−1, 1]² × [−HALF_HEIGHT, HALF_HEIGHT]. Pixels are counted from the upper left
corner of the view, y downwards, as Qt does, and may be logical or physical: only the ratio to `size` counts.
"""

import math
from typing import Final, Literal

import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from engine.document.lab import Camera

Floats = NDArray[np.float64]
Size = tuple[float, float]
Pixel = tuple[float, float]
ViewName = Literal["home", "top", "front", "side"]

FIT_ASPECT: Final = 1.12  # in narrower views the eye's angle is widened so that the box still fits
DISTANCE: Final = (0.4, 40.0)
REACH: Final = 2.2  # everything drawn lies within this distance of the middle of the box
PAN_LIMIT: Final = 3.0

HOME: Final = Camera()


def preset(name: ViewName, camera: Camera) -> Camera:
    """`camera` moved to a named view; the lens stays, except that home resets everything.

    The top view has x to the right and y upwards, as the contour map has.
    """
    if name == "home":
        return replace(HOME, orthographic=camera.orthographic, fov_deg=camera.fov_deg)
    azimuth, elevation = {"top": (-90.0, 90.0), "front": (-90.0, 0.0), "side": (0.0, 0.0)}[name]
    center = (0.0, 0.0, 0.0) if name == "top" else HOME.center
    return replace(
        camera, azimuth_deg=azimuth, elevation_deg=elevation, center=center, distance=HOME.distance
    )


def basis(camera: Camera) -> Floats:
    """The rows right, up and backward (towards the eye) of the eye, shape (3, 3), orthonormal."""
    azimuth, elevation = math.radians(camera.azimuth_deg), math.radians(camera.elevation_deg)
    ca, sa, ce, se = math.cos(azimuth), math.sin(azimuth), math.cos(elevation), math.sin(elevation)
    return np.array([[-sa, ca, 0.0], [-se * ca, -se * sa, ce], [ce * ca, ce * sa, se]])


def eye(camera: Camera) -> Floats:
    """The eye's place, shape (3,)."""
    return np.asarray(np.asarray(camera.center) + camera.distance * basis(camera)[2])


def view_matrix(camera: Camera) -> Floats:
    """From the box to the eye's coordinates, (4, 4), to be multiplied with columns."""
    matrix = np.eye(4)
    rows = basis(camera)
    matrix[:3, :3] = rows
    matrix[:3, 3] = -rows @ eye(camera)
    return matrix


def half_extent(camera: Camera, size: Size) -> tuple[float, float]:
    """Half the width and height of what is seen, at distance 1 (perspective) or everywhere (orthographic)."""
    aspect = size[0] / size[1]
    half = math.tan(math.radians(camera.fov_deg) / 2) * max(1.0, FIT_ASPECT / aspect)
    if camera.orthographic:
        half *= camera.distance
    return half * aspect, half


def projection_matrix(camera: Camera, size: Size, shift_px: Pixel = (0.0, 0.0)) -> Floats:
    """From the eye's coordinates to OpenGL's clip space, (4, 4).

    Args:
        shift_px: moves the picture by a part of a pixel, for anti-aliasing.
    """
    half_width, half_height = half_extent(camera, size)
    span = float(np.linalg.norm(eye(camera)))
    near, far = max(span - REACH, 0.02 * camera.distance), span + REACH
    matrix = np.zeros((4, 4))
    if camera.orthographic:
        near = span - REACH - camera.distance  # behind the eye, too
        matrix[0, 0], matrix[1, 1] = 1 / half_width, 1 / half_height
        matrix[2, 2], matrix[2, 3] = -2 / (far - near), -(far + near) / (far - near)
        matrix[3, 3] = 1.0
    else:
        matrix[0, 0], matrix[1, 1] = 1 / half_width, 1 / half_height
        matrix[2, 2], matrix[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
        matrix[3, 2] = -1.0
    shift = np.eye(4)
    shift[0, 3], shift[1, 3] = 2 * shift_px[0] / size[0], -2 * shift_px[1] / size[1]
    return shift @ matrix


def project(points: ArrayLike, camera: Camera, size: Size) -> Floats:
    """Points of the box, (…, 3), to pixels and depth: (…, 3); depth −1 (near) to 1 (far).

    What is behind the eye becomes NaN.
    """
    return projected(points, projection_matrix(camera, size) @ view_matrix(camera), size)


def projected(points: ArrayLike, matrix: Floats, size: Size) -> Floats:
    """The same by a projection that is known, (4, 4)."""
    p = np.asarray(points, dtype=np.float64)
    clip = p @ matrix[:, :3].T + matrix[:, 3]
    w = np.where(clip[..., 3:] > 1e-9, clip[..., 3:], np.nan)
    ndc = clip[..., :3] / w
    return np.stack([(ndc[..., 0] + 1) / 2 * size[0], (1 - ndc[..., 1]) / 2 * size[1], ndc[..., 2]], axis=-1)


def ray(pixel: Pixel, camera: Camera, size: Size) -> tuple[Floats, Floats]:
    """The line of sight through `pixel`: its origin and its unit direction, both (3,)."""
    half_width, half_height = half_extent(camera, size)
    right, up, backward = basis(camera)
    across = (2 * pixel[0] / size[0] - 1) * half_width * right + (
        1 - 2 * pixel[1] / size[1]
    ) * half_height * up
    if camera.orthographic:
        return eye(camera) + across + REACH * backward, -backward
    direction = across - backward
    return eye(camera), direction / np.linalg.norm(direction)


def pixel_size(camera: Camera, size: Size, point: ArrayLike | None = None) -> float:
    """How much of the box one pixel covers at `point`, default the centre of the view."""
    _, half_height = half_extent(camera, size)
    if camera.orthographic:
        return 2 * half_height / size[1]
    depth = camera.distance
    if point is not None:
        depth = max(float((eye(camera) - np.asarray(point)) @ basis(camera)[2]), 1e-3)
    return 2 * half_height * depth / size[1]


def orbited(camera: Camera, azimuth_deg: float, elevation_deg: float) -> Camera:
    """Turned around the centre; the elevation stops at the poles."""
    return replace(
        camera,
        azimuth_deg=_wrapped(camera.azimuth_deg + azimuth_deg),
        elevation_deg=min(max(camera.elevation_deg + elevation_deg, -90.0), 90.0),
    )


def panned(camera: Camera, dx_px: float, dy_px: float, size: Size) -> Camera:
    """Shifted so that the middle of the picture moves by (dx, dy) pixels."""
    right, up, _ = basis(camera)
    unit = pixel_size(camera, size)
    return _centered(camera, np.asarray(camera.center) - unit * (dx_px * right - dy_px * up))


def zoomed(
    camera: Camera, factor: float, cursor: Pixel, size: Size, anchor: ArrayLike | None = None
) -> Camera:
    """`factor` times nearer, the point under the cursor staying under it.

    Args:
        anchor: the point of the box under the cursor, (3,); default on the plane through the centre.
    """
    distance = min(max(camera.distance / factor, DISTANCE[0]), DISTANCE[1])
    nearer = replace(camera, distance=distance)
    if anchor is None:
        origin, direction = ray(cursor, camera, size)
        backward = basis(camera)[2]
        step = float((np.asarray(camera.center) - origin) @ backward / (direction @ backward))
        anchor = origin + step * direction
    point = np.asarray(anchor, dtype=np.float64)
    origin, direction = ray(cursor, nearer, size)
    backward = basis(nearer)[2]
    step = float((point - origin) @ backward / (direction @ backward))
    return _centered(nearer, np.asarray(nearer.center) + point - (origin + step * direction))


def between(a: Camera, b: Camera, share: float) -> Camera:
    """The eye at `share` of the way from `a` to `b`, turning the short way; distances by their ratio."""
    turn = _wrapped(b.azimuth_deg - a.azimuth_deg)
    center = np.asarray(a.center) + share * (np.asarray(b.center) - np.asarray(a.center))
    if share >= 1.0:
        return b
    return Camera(
        azimuth_deg=_wrapped(a.azimuth_deg + share * turn),
        elevation_deg=a.elevation_deg + share * (b.elevation_deg - a.elevation_deg),
        distance=a.distance * (b.distance / a.distance) ** share,
        center=(float(center[0]), float(center[1]), float(center[2])),
        fov_deg=a.fov_deg + share * (b.fov_deg - a.fov_deg),
        orthographic=b.orthographic if share >= 0.5 else a.orthographic,
    )


def _centered(camera: Camera, center: Floats) -> Camera:
    x, y, z = (float(c) for c in np.clip(center, -PAN_LIMIT, PAN_LIMIT))
    return replace(camera, center=(x, y, z))


def _wrapped(degrees: float) -> float:
    """The same direction within (−180, 180]."""
    return 180.0 - (180.0 - degrees) % 360.0
