"""What the mouse does on the surface: the hovered point, starts and slices to be dragged. GUI thread.

It knows the scene, and no more of the widget that shows it than that it is one.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QWidget

from engine.base.round_numbers import round_to
from engine.solving.moving import starts_with
from gui.store import Quality, Store
from gui.surface.camera import Size
from gui.surface.picking import nearest, pick, pick_plane
from gui.surface.scene import SurfaceScene
from gui.surface.slices import AXES, Along, curve_on, secant_place

GRAB_PX: Final = 12.0
GRAB_CURVE_PX: Final = 7.0
DIGITS: Final = 3  # of the axis: nothing is put more exactly than this by hand
Point = tuple[float, float]


class Handle(Struct, frozen=True):
    """Something that can be dragged.

    Attributes:
        kind: "start"; "point": that of the slices; "secant": its second point; "plane": a slice by its curve.
        index: of the start. along: of the slice. height: ẑ in the box where it was grabbed.
    """

    kind: str
    index: int = 0
    along: Along = "horizontal"
    height: float = 0.0


def size_of(widget: QWidget) -> Size:
    """Of a widget, in logical pixels; never empty."""
    return (float(max(widget.width(), 1)), float(max(widget.height(), 1)))


class Pointer:
    """Turns the mouse's places into edits of the store. `view`: shows `scene`, gets the cursor and asks to
    be painted; it is the initiator of the edits."""

    def __init__(self, store: Store, scene: SurfaceScene, view: QWidget) -> None:
        self._store, self._scene, self._view = store, scene, view
        self._held: Handle | None = None
        self._last: QPointF | None = None

    @property
    def dragging(self) -> bool:
        return self._held is not None

    def hover(self, at: QPointF) -> None:
        self._store.set_view(hover=self._pick(at), initiator=self._view)
        handle = self.handle_at(at)
        grabbing = Qt.CursorShape.OpenHandCursor if handle is not None else Qt.CursorShape.ArrowCursor
        self._view.setCursor(grabbing)
        start = handle.index if handle is not None and handle.kind == "start" else None
        if self._scene.hovered_start != start:
            self._scene.hovered_start = start
            self._view.update()

    def leave(self) -> None:
        self._store.set_view(hover=None, initiator=self._view)
        if self._scene.hovered_start is not None:
            self._scene.hovered_start = None
            self._view.update()

    def press(self, at: QPointF) -> None:
        self._held = self.handle_at(at)
        self._last = None
        if self._held is not None:
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._store.set_view(hover=None, initiator=self._view)

    def drag(self, at: QPointF) -> None:
        if self._held is not None and self._move(self._held, at, "draft"):
            self._last = at

    def release(self, at: QPointF) -> None:
        if self._held is not None and (self._move(self._held, at, "full") or self._last is None):
            self._last = None
        if self._held is not None and self._last is not None:
            self._move(self._held, self._last, "full")  # the mouse had left the surface
        self._store.end_merge()
        self._held = None
        self._view.setCursor(Qt.CursorShape.OpenHandCursor)

    def double_click(self, at: QPointF) -> None:
        """Put the start of the selected run here."""
        point = self._pick(at)
        if point is not None:
            run = self._store.selected_run
            self._set_start(run.start_index if run is not None else 0, point, "full")
            self._store.end_merge()

    def handle_at(self, at: QPointF) -> Handle | None:
        """What can be dragged there: points before curves."""
        pixel, camera, size = (at.x(), at.y()), self._store.view.camera, size_of(self._view)
        section, box_map = self._scene.markers.section(), self._scene.map
        if section is not None and box_map is not None:
            second = secant_place(box_map, section)
            if second is not None and nearest(pixel, second[None], camera, size, GRAB_PX) is not None:
                return Handle("secant", along=section.slice.along[0], height=float(second[2]))
            if nearest(pixel, section.place[None], camera, size, GRAB_PX) is not None:
                return Handle("point")
        start = nearest(pixel, self._scene.start_places(), camera, size, GRAB_PX)
        if start is not None:
            return Handle("start", index=start)
        if section is not None and box_map is not None:
            for along in section.slice.along:
                curve = curve_on(box_map, section.place, along)
                k = nearest(pixel, curve, camera, size, GRAB_CURVE_PX)
                if k is not None:
                    return Handle("plane", along=along, height=float(curve[k, 2]))
        return None

    def _move(self, handle: Handle, at: QPointF, quality: Quality) -> bool:
        """Whether there was somewhere to move it to."""
        section, box_map = self._scene.markers.section(), self._scene.map
        if handle.kind in ("start", "point"):
            point = self._pick(at)
            if point is None:
                return False
            if handle.kind == "start":
                self._set_start(handle.index, point, quality)
            else:
                self._set_slice(quality, point=self._rounded(point))
            return True
        if section is None or box_map is None:
            return False
        pixel, camera, size = (at.x(), at.y()), self._store.view.camera, size_of(self._view)
        axis = AXES[handle.along]
        if handle.kind == "plane":
            place = pick_plane(pixel, camera, size, 2, handle.height)
            if place is None:
                return False
            moved = list(section.point)
            moved[1 - axis] = float(box_map.data(np.clip(place[:2], -1.0, 1.0))[1 - axis])
            self._set_slice(quality, point=self._rounded((moved[0], moved[1])))
            return True
        place = pick_plane(pixel, camera, size, 1 - axis, float(section.place[1 - axis]))
        if place is None:
            return False
        there = self._rounded(tuple(box_map.data(np.clip(place[:2], -1.0, 1.0))))
        self._set_slice(quality, h=there[axis] - section.point[axis])
        return True

    def _pick(self, at: QPointF) -> Point | None:
        """Data coordinates under the mouse."""
        box_map = self._scene.map
        if box_map is None:
            return None
        hit = pick((at.x(), at.y()), box_map, self._store.view.camera, size_of(self._view))
        if hit is None:
            return None
        x, y = box_map.data(hit[:2])
        return (float(x), float(y))

    def _rounded(self, point: tuple[float, ...]) -> Point:
        """To what the mouse can tell apart."""
        assert self._scene.map is not None
        field = self._scene.map.field
        digits = [int(np.floor(np.log10(float(np.ptp(axis))))) - DIGITS for axis in (field.x, field.y)]
        return (round_to(point[0], digits[0]), round_to(point[1], digits[1]))

    def _set_start(self, index: int, point: Point, quality: Quality) -> None:
        solution, lab, box_map = self._store.solution, self._store.lab, self._scene.map
        if solution is None or solution.setup is None or box_map is None or index >= len(lab.starts):
            return
        starts = starts_with(lab, solution.setup, box_map.field.plane, index, self._rounded(point))
        self._store.edit(starts=starts, merge_key="start", quality=quality, initiator=self._view)

    def _set_slice(self, quality: Quality, **changes: object) -> None:
        moved = replace(self._store.lab.slice, **changes)
        self._store.edit(slice=moved, merge_key="slice", quality=quality, initiator=self._view)
