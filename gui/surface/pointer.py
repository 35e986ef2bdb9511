"""What the mouse does on the surface: the hovered point, and starts that can be dragged. GUI thread."""

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt

from engine.levels import round_to
from gui.surface.picking import nearest, pick

if TYPE_CHECKING:
    from gui.store import Store
    from gui.surface.scene import SurfaceScene
    from gui.surface.view import SurfaceView

GRAB_PX: Final = 12.0
DIGITS: Final = 3  # of the axis: a start is not put more exactly than this by hand


class Pointer:
    """Turns the mouse's places into edits of the store."""

    def __init__(self, store: "Store", scene: "SurfaceScene", view: "SurfaceView") -> None:
        self._store, self._scene, self._view = store, scene, view
        self._dragged: int | None = None
        self._last: tuple[float, float] | None = None

    @property
    def dragging(self) -> bool:
        return self._dragged is not None

    def hover(self, at: QPointF) -> None:
        point = self._pick(at)
        self._store.set_view(hover=point, initiator=self._view)
        over = self._start_at(at)
        self._view.setCursor(
            Qt.CursorShape.OpenHandCursor if over is not None else Qt.CursorShape.ArrowCursor
        )
        if self._scene.hovered_start != over:
            self._scene.hovered_start = over
            self._view.update()

    def leave(self) -> None:
        self._store.set_view(hover=None, initiator=self._view)
        self._scene.hovered_start = None
        self._view.update()

    def press(self, at: QPointF) -> None:
        self._dragged = self._start_at(at)
        self._last = None
        if self._dragged is not None:
            self._view.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._store.set_view(hover=None, initiator=self._view)

    def drag(self, at: QPointF) -> None:
        point = self._pick(at)
        if point is not None and self._dragged is not None:
            self._last = point
            self._set_start(self._dragged, point, "draft")

    def release(self, at: QPointF) -> None:
        self.drag(at)
        if self._last is not None and self._dragged is not None:
            self._set_start(self._dragged, self._last, "full")
            self._store.end_merge()
        self._dragged = None
        self._view.setCursor(Qt.CursorShape.OpenHandCursor)

    def double_click(self, at: QPointF) -> None:
        """Put the start of the selected run here."""
        point = self._pick(at)
        if point is None:
            return
        run = self._store.selected_run
        self._set_start(run.start_index if run is not None else 0, point, "full")
        self._store.end_merge()

    def _pick(self, at: QPointF) -> tuple[float, float] | None:
        """Data coordinates under the mouse."""
        box_map = self._scene.map
        if box_map is None:
            return None
        hit = pick((at.x(), at.y()), box_map, self._store.view.camera, self._view.size_logical)
        if hit is None:
            return None
        x, y = box_map.data(hit[:2])
        return (float(x), float(y))

    def _start_at(self, at: QPointF) -> int | None:
        places = self._scene.start_places()
        return nearest((at.x(), at.y()), places, self._store.view.camera, self._view.size_logical, GRAB_PX)

    def _set_start(self, index: int, point: tuple[float, float], quality: Literal["draft", "full"]) -> None:
        solution, lab = self._store.solution, self._store.lab
        if solution is None or solution.setup is None or self._scene.map is None or index >= len(lab.starts):
            return
        axes = solution.setup.axes
        moved = {
            axis.name: _rounded(value, axis.hi - axis.lo) for axis, value in zip(axes, point, strict=False)
        }
        starts = list(lab.starts)
        starts[index] = {**starts[index], **moved}
        self._store.edit(starts=tuple(starts), merge_key="start", quality=quality, initiator=self._view)


def _rounded(value: float, span: float) -> float:
    """`value` to what the mouse can tell apart."""
    exponent = int(np.floor(np.log10(span))) - DIGITS
    return round_to(value, exponent)
