"""The surface: every pixel coloured, lined and lit by the shader; only heights were ever uploaded."""

from typing import Any

import numpy as np
from OpenGL import GL

from engine.base.round_numbers import nice_ticks
from engine.document.lab import Display
from gui.drawing.thinning import nodes
from gui.surface.box_map import BoxMap
from gui.surface.drawing import Drawable, Shot, blended_state, opaque_state, rgb, rgba
from gui.surface.gl import Buffer, Device, Texture, Value
from gui.surface.heights import HeightTextures
from gui.surface.mesh import pooled, triangles
from gui.surface.rim_mesh import RimMesh, rim_mesh
from gui.theme import Theme

LINE_PX = 1.15
WIRE_LINES = 40


class SurfaceDrawable(Drawable):
    """Draws what its HeightTextures hold."""

    def __init__(self, textures: HeightTextures) -> None:
        super().__init__()
        self._textures = textures
        self._indices: dict[int, Buffer] = {}
        self._rims: dict[int, tuple[RimMesh, Texture]] = {}

    def _make(self, device: Device) -> None:
        self._indices, self._rims = {}, {}
        self._array = device.vertex_array()

    def draw(self, device: Device, shot: Shot, display: Display) -> None:
        """Opaque, or at an opacity below 1 from far to near."""
        box_map = self._textures.map
        if box_map is None or not box_map.field.finite.any() or display.opacity <= 0.0:
            return
        self._renew(device)
        uniforms = self._textures.bind(device, shot.thin)
        ny, nx = box_map.field.z.shape
        columns, rows = len(nodes(nx, shot.stride)), len(nodes(ny, shot.stride))
        if self._textures.has_edges:
            uniforms |= self._bind_nodes(device, box_map, shot.stride)
        indices = self._index_buffer(device, box_map, columns, rows, shot.stride)

        defines = ["EDGES"] if self._textures.has_edges else []
        if box_map.field.clipped or self._textures.has_edges:  # at an edge it may fall without end
            defines.append("CLIPPED")
        translucent = display.opacity < 1.0 or display.wire
        if display.wire or display.grid_lines:
            defines.append("GRID")
        if display.wire:
            defines.append("WIRE")
        program = device.program("surface.vert", "surface.frag", *defines)
        if translucent:
            blended_state()
            GL.glDepthMask(True)
        else:
            opaque_state()
        # Near to far spares hidden pixels; far to near lets translucent ones be seen through.
        torn = self._textures.has_edges or box_map.torn is not None
        toward = shot.basis[2] if shot.camera.orthographic else shot.eye
        uniforms |= {
            "u_matrix": shot.matrix,
            "u_columns": columns,
            "u_rows": rows,
            "u_stride": shot.stride,
            "u_thinned": float(shot.stride > shot.thin),
            "u_flip_x": int((toward[0] > 0) != translucent) if not torn else 0,
            "u_flip_y": int((toward[1] > 0) != translucent) if not torn else 0,
            "u_opacity": display.opacity,
            "u_under": (0.90, 0.93, 1.0),
            **line_uniforms(shot.theme, display.isolines, shot.scale),
            **_grid_uniforms(box_map, display, shot.theme),
            **shot.lighting,
        }
        program.use(uniforms)
        GL.glBindVertexArray(self._array)
        indices.bind()
        GL.glDrawElements(GL.GL_TRIANGLES, indices.count, GL.GL_UNSIGNED_INT, None)

    def _index_buffer(self, device: Device, box_map: BoxMap, columns: int, rows: int, stride: int) -> Buffer:
        """All cells but the torn ones and those where f is not defined; kept for each stride."""
        if stride not in self._indices:
            self._indices[stride] = Buffer(device, "triangles", GL.GL_ELEMENT_ARRAY_BUFFER)
        buffer = self._indices[stride]
        GL.glBindVertexArray(self._array)
        edges = self._rims[stride][0] if self._textures.has_edges else None
        size = f"{columns} × {rows}"
        if self._stale(f"triangles{stride}", size, box_map.torn, edges):
            cells = triangles(columns, rows)
            kept = None if box_map.torn is None else ~pooled(box_map.torn, stride)
            if edges is not None:
                kept = edges.kept if kept is None else kept & edges.kept
            if kept is not None:
                cells = cells.reshape(-1, 6)[kept.ravel()].ravel()
            buffer.upload(cells)
        return buffer

    def _bind_nodes(self, device: Device, box_map: BoxMap, stride: int) -> dict[str, Value]:
        """The nodes moved to the edge of f's domain; kept for each stride."""
        value = self._textures.defined
        if stride not in self._rims or self._stale(f"nodes{stride}", box_map, value):
            self._stale(f"nodes{stride}", box_map, value)
            edges = rim_mesh(box_map, stride, value)
            texture = (
                self._rims[stride][1] if stride in self._rims else Texture(device, "nodes", smooth=False)
            )
            texture.upload(edges.nodes)
            self._rims[stride] = (edges, texture)
        return {"u_nodes": self._rims[stride][1].bind(4)}


def line_uniforms(theme: Theme, shown: bool, scale: float) -> dict[str, Value]:
    return {
        "u_line_px": LINE_PX * scale if shown else 0.0,
        "u_line_dark": rgba(theme.line, 0.62),
        "u_line_light": rgba("#ffffff", 0.66),
        "u_pixel": scale,
    }


def _grid_uniforms(box_map: BoxMap, display: Display, theme: Theme) -> dict[str, Value]:
    if display.wire:
        spacing = 2.0 / WIRE_LINES
        return {"u_grid": (-1.0, spacing, -1.0, spacing), "u_grid_color": (0.0, 0.0, 0.0, 1.0)}
    if not display.grid_lines:
        return {}
    x, dx = _grid_steps(box_map.field.x, box_map, 0)
    y, dy = _grid_steps(box_map.field.y, box_map, 1)
    return {"u_grid": (x, dx, y, dy), "u_grid_color": (*rgb(theme.line), 0.35)}


def _grid_steps(samples: Any, box_map: BoxMap, axis: int) -> tuple[float, float]:
    """A grid line and the distance to the next, in the box, at half the distance of the ticks."""
    ticks = nice_ticks(float(samples[0]), float(samples[-1]), 12)
    if len(ticks) < 2:
        return (0.0, 4.0)
    points = np.zeros((2, 2))
    points[:, axis] = ticks[:2]
    places = box_map.plane(points)[:, axis]
    return (float(places[0]), float(places[1] - places[0]))
