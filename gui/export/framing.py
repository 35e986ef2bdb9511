"""The eye's distance at which the whole box fills its part of an exported picture. Pure; any thread.

A camera that the user has moved nearer or aside is left as it is; one that was only turned is fitted, because
the parts of an exported picture have other proportions than the window's view.
"""

import itertools
import math
from typing import Final

import numpy as np
from msgspec.structs import replace

from engine.document.lab import Camera
from gui.export.film import camera_at
from gui.export.spec import CameraPath
from gui.surface.box_map import FLOOR_Z, HALF_HEIGHT
from gui.surface.camera import eye, panned, pixel_size, project

# px at scale 1: around everything; how far the texts of the axes reach out of the box.
MARGIN_PX: Final = 6.0
TICK_PX: Final = (30.0, 18.0)  # across, down: the numbers at either end of an axis
NAME_PX: Final = (50.0, 50.0)  # a name of one letter, beyond the numbers
LETTER_PX: Final = 10.0  # across, of those 50
HEIGHTS_PX: Final = 38.0  # the numbers of the heights, on the left
ROUNDS: Final = 12
ORBIT_VIEWS: Final = 24

CORNERS: Final = np.array(list(itertools.product((-1.0, 1.0), (-1.0, 1.0), (FLOOR_Z, HALF_HEIGHT))))


def framed(
    camera: Camera,
    path: CameraPath,
    size_px: tuple[float, float],
    scale: float,
    name_px: float = LETTER_PX,
) -> Camera:
    """`camera` so far away that all of the box is seen along the whole `path`, as large as it can be.

    name_px: the width of the longer name of the horizontal axes, px at scale 1.
    """
    home = Camera()
    if (camera.distance, camera.center, camera.fov_deg) != (home.distance, home.center, home.fov_deg):
        return camera
    margin = MARGIN_PX * scale
    if min(size_px) < 5 * NAME_PX[0] * scale:  # there is no room to read anything
        scale = margin = 0.0
    middle = np.array(size_px) / 2
    turning = path == "orbit"
    if turning:
        camera = replace(camera, center=(0.0, 0.0, camera.center[2]))
    for _ in range(ROUNDS):
        low, high = _extent(camera, path if turning else "still", size_px, scale, name_px)
        nearer = max((high - low) / (2 * (middle - margin)))
        camera = replace(camera, distance=float(camera.distance * nearer))
        low, high = _extent(camera, path if turning else "still", size_px, scale, name_px)
        dx, dy = middle - (low + high) / 2
        if turning:
            raised = dy * pixel_size(camera, size_px) / max(math.cos(math.radians(camera.elevation_deg)), 0.2)
            camera = replace(camera, center=(0.0, 0.0, camera.center[2] + float(raised)))
        else:
            camera = panned(camera, float(dx), float(dy), size_px)
    return camera


def _extent(
    camera: Camera, path: CameraPath, size_px: tuple[float, float], scale: float, name_px: float
) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest coordinates of the box and its texts, px, along the path."""
    shares = np.linspace(0, 1, ORBIT_VIEWS) if path == "orbit" else [0.0]
    seen = [_outline(camera_at(path, camera, (), float(u)), size_px, scale, name_px) for u in shares]
    points = np.concatenate(seen)
    return np.nanmin(points, axis=0), np.nanmax(points, axis=0)


def _outline(camera: Camera, size_px: tuple[float, float], scale: float, name_px: float) -> np.ndarray:
    """The corners of the box and how far the texts beside its near edges reach, px, (n, 2)."""
    corners = project(CORNERS, camera, size_px)[:, :2]
    toward = eye(camera)
    near_x, near_y = (1.0 if toward[0] > 0 else -1.0), (1.0 if toward[1] > 0 else -1.0)
    middle = project(np.array([0.0, 0.0, FLOOR_Z]), camera, size_px)[:2]
    texts = []
    name = (NAME_PX[0] + max(name_px - LETTER_PX, 0.0), NAME_PX[1])
    for reach, along in ((name, 0.0), (TICK_PX, -0.9), (TICK_PX, 0.9)):
        places = np.array([[along, near_y, FLOOR_Z], [near_x, along, FLOOR_Z]])
        at = project(places, camera, size_px)[:, :2]
        away = (at - middle) / np.maximum(np.linalg.norm(at - middle, axis=1, keepdims=True), 1e-9)
        texts.append(at + away * scale * np.array(reach))
    heights = corners[np.nanargmin(corners[:, 0])] - (HEIGHTS_PX * scale, 0.0)
    return np.concatenate([corners, *texts, heights[np.newaxis]])
