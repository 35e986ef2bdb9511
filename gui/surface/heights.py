"""The textures that the surface and the floor share: heights and slopes, colours, level lines."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.document.lab import Display
from engine.function.sampled import Field
from engine.function.scale import height_of
from gui.drawing.colormaps import SIZE, color_range, colormap, colors_of, lightness
from gui.drawing.level_style import index_levels
from gui.surface.box_map import BoxMap
from gui.surface.drawing import Drawable
from gui.surface.gl import Device, Texture, Value
from gui.surface.rim import Defined, edge_distance, filled, refined

LEVEL_TEXELS: Final = 8192
LIGHT_LINES_BELOW: Final = 0.36  # of a colour's lightness
STEEPEST: Final = 1e6  # slopes beyond are no different to the eye


class HeightTextures(Drawable):
    """Uploads what changed, and binds all for a program with `u_field`, `u_colors` and `u_levels`."""

    def __init__(self) -> None:
        super().__init__()
        self.map: BoxMap | None = None
        self._defined: Defined | None = None
        self._display = Display()

    def set_map(self, box_map: BoxMap | None, defined: Defined | None) -> None:
        """Args: defined: f at points of the plane, to find the edge of its domain between the samples."""
        self.map, self._defined = box_map, defined

    @property
    def defined(self) -> Defined | None:
        return self._defined

    def set_display(self, display: Display) -> None:
        self._display = display

    @property
    def has_edges(self) -> bool:
        return self.map is not None and not bool(self.map.field.finite.all())

    def _make(self, device: Device) -> None:
        self._fields: dict[int, Texture] = {}
        self._colors = Texture(device, "colormap")
        self._levels = Texture(device, "levels", smooth=False)

    def bind(self, device: Device, thin: int = 1) -> dict[str, Value]:
        """Upload what is stale and bind; the uniforms that tell so.

        Args:
            thin: only every `thin`-th sample of each axis, kept beside the others: a small texture is read
                much faster by a software renderer.
        """
        assert self.map is not None
        self._renew(device)
        field = self.map.field
        if self._stale(f"heights{thin}", self.map, self._defined):
            if thin not in self._fields:
                self._fields[thin] = Texture(device, "heights")
            self._fields[thin].upload(self._field_texels(self.map.thinned(thin)))
        name = self._display.colormap
        if self._stale("colormap", name):
            self._colors.upload(colormap(name)[None])
        limits = color_range(field, name)
        if self._stale("levels", field, name):  # whether a line is light or dark depends on the colours
            self._levels.upload(self._level_texels(field)[None])
        scale = (SIZE - 1) / SIZE / (limits[1] - limits[0])
        return {
            "u_field": self._fields[thin].bind(0),
            "u_thin": thin,
            "u_size": (float(len(field.x)), float(len(field.y))),
            "u_colors": self._colors.bind(1),
            "u_levels": self._levels.bind(2),
            "u_color_scale": (scale, 0.5 / SIZE - limits[0] * scale),
        }

    def _field_texels(self, box_map: BoxMap) -> NDArray[np.float32]:
        """(ny, nx, 4): height, both slopes of the box, signed distance to where f is undefined, in cells."""
        u = box_map.heights
        texels = np.empty((*u.shape, 4), dtype=np.float32)
        texels[..., 1], texels[..., 2] = box_map.slopes
        texels[..., 3] = 1.0
        if self.has_edges:
            field = box_map.field
            if self._defined is not None:
                distance, u = refined(field, u, self._defined, lambda z: height_of(field, z))
            else:
                distance = edge_distance(field.finite)
            u = filled(u)
            texels[..., 3] = distance
            for k in (1, 2):
                slope = np.where(field.finite, texels[..., k], np.float32(np.nan))
                texels[..., k] = filled(slope)
        np.clip(texels[..., 1:3], -STEEPEST, STEEPEST, out=texels[..., 1:3])
        kinks = np.isnan(texels[..., 1:3])  # defined, but without a slope
        if kinks.any():
            texels[..., 1:3][kinks] = 0.0
        # Far outside of the box only the direction matters; smaller numbers interpolate more kindly.
        texels[..., 0] = np.clip(u, -20.0, 21.0)
        return texels

    def _level_texels(self, field: Field) -> NDArray[np.float32]:
        """(LEVEL_TEXELS, 4): the nearest level's height, 1 for index lines, 1 for light ones, room around."""
        texels = np.zeros((LEVEL_TEXELS, 4), dtype=np.float32)
        texels[:, 0] = -1e6
        heights = height_of(field, field.levels)
        if not heights.size:
            return texels
        from_middle = 2.0 * (np.arange(LEVEL_TEXELS) + 0.5) / LEVEL_TEXELS - 1.0
        at = 0.5 + 0.5 * np.sign(from_middle) * (1.0 - (1.0 - np.abs(from_middle)) ** 4)  # as surface.frag
        nearest = np.searchsorted(0.5 * (heights[1:] + heights[:-1]), at)
        gaps = np.diff(heights)
        room = np.minimum(np.append(gaps, np.inf), np.insert(gaps, 0, np.inf)) if gaps.size else np.ones(1)
        limits = color_range(field, self._display.colormap)
        light = lightness(colors_of(heights, self._display.colormap, limits)) < LIGHT_LINES_BELOW
        texels[:, 0] = heights[nearest]
        texels[:, 1] = index_levels(field)[nearest]
        texels[:, 2] = light[nearest]
        texels[:, 3] = room[nearest]
        return texels
