"""The eye's distance at which the whole box fills its part of an exported picture. Pure; any thread.

A camera that the user has moved nearer or aside is left as it is; one that was only turned is fitted, because
the parts of an exported picture have other proportions than the window's view.
"""

import itertools
import math
from typing import Final

import numpy as np
from msgspec.structs import replace

from engine.lab import Camera
from gui.export.film import camera_at
from gui.export.spec import CameraPath
from gui.surface.box_map import FLOOR_Z, HALF_HEIGHT
from gui.surface.camera import panned, pixel_size, project

# Room for the numbers and names of the axes, px at scale 1: left, top, right, bottom.
ROOM_PX: Final = (40.0, 10.0, 34.0, 34.0)
ROUNDS: Final = 12
ORBIT_VIEWS: Final = 24

CORNERS: Final = np.array(list(itertools.product((-1.0, 1.0), (-1.0, 1.0), (FLOOR_Z, HALF_HEIGHT))))


def framed(camera: Camera, path: CameraPath, size_px: tuple[float, float], scale: float) -> Camera:
    """`camera` so far away that all of the box is seen along the whole `path`, as large as it can be."""
    home = Camera()
    if (camera.distance, camera.center, camera.fov_deg) != (home.distance, home.center, home.fov_deg):
        return camera
    left, top, right, bottom = (room * scale for room in ROOM_PX)
    width, height = size_px[0] - left - right, size_px[1] - top - bottom
    if width < 0.2 * size_px[0] or height < 0.2 * size_px[1]:
        left = top = right = bottom = 0.0
        width, height = size_px
    turning = path == "orbit"
    if turning:
        camera = replace(camera, center=(0.0, 0.0, camera.center[2]))
    for _ in range(ROUNDS):
        low, high = _extent(camera, path if turning else "still", size_px)
        camera = replace(camera, distance=float(camera.distance * max((high - low) / (width, height))))
        low, high = _extent(camera, path if turning else "still", size_px)
        dx, dy = np.array([left + width / 2, top + height / 2]) - (low + high) / 2
        if turning:
            raised = dy * pixel_size(camera, size_px) / max(math.cos(math.radians(camera.elevation_deg)), 0.2)
            camera = replace(camera, center=(0.0, 0.0, camera.center[2] + float(raised)))
        else:
            camera = panned(camera, float(dx), float(dy), size_px)
    return camera


def _extent(camera: Camera, path: CameraPath, size_px: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest coordinates of the box in the picture, px, along the path."""
    shares = np.linspace(0, 1, ORBIT_VIEWS) if path == "orbit" else [0.0]
    seen = [project(CORNERS, camera_at(path, camera, (), float(u)), size_px)[:, :2] for u in shares]
    points = np.concatenate(seen)
    return np.nanmin(points, axis=0), np.nanmax(points, axis=0)
