"""What can be dragged on the map: the starts, and of the slices point, lines and dial. GUI thread."""

from typing import Literal

from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt

from engine.base.round_numbers import round_to
from engine.document.setup import Setup
from engine.solving.moving import starts_with
from gui.contour.cursor_layer import pixel_decimals
from gui.contour.dial import direction_at
from gui.contour.scene import ContourScene
from gui.contour.slice_layer import Grip
from gui.contour.viewport import Viewport
from gui.store import Store


class Dragging:
    """Turns a drag into edits of the Lab, each of which undoes as one.

    Attributes:
        start: the index of the start that is being dragged, or None; slice_grip: what of the slices is.
    """

    def __init__(self, store: Store, scene: ContourScene, initiator: object) -> None:
        self._store = store
        self._scene = scene
        self._initiator = initiator
        self._at = (0.0, 0.0)
        self.start: int | None = None
        self.slice_grip: Grip | None = None

    @property
    def active(self) -> bool:
        return self.start is not None or self.slice_grip is not None

    @property
    def place(self) -> tuple[float, float]:
        """Where what is dragged is, in the data."""
        return self._at

    def grab(self, at: QPointF, view: Viewport) -> bool:
        """Take hold of what lies at `at`, px; False if nothing does."""
        self._at = view.data(at)
        self.start = self._scene.starts.nearest(at, view, self._scene.look)
        if self.start is None and not self._scene.is_graph:
            self.slice_grip = self._scene.slices.grip(at, view, self._scene.look)
        return self.active

    def drag(self, at: QPointF, view: Viewport) -> None:
        """Move it to `at`."""
        if self.slice_grip == "direction":
            self._turn(at, view)
            return
        x, y = self._at = self._on_grid(*view.data(at), view)
        if self.start is not None:
            self.follow()
            self._set_start(self.start, x, y, quality="draft")
        elif self.slice_grip is not None:
            self._move_slice(x, y)

    def drop(self, at: QPointF, view: Viewport) -> None:
        """Let go of it at `at`."""
        if self.start is not None:
            x, y = self._on_grid(*view.data(at), view)
            self._set_start(self.start, x, y, quality="full")
        self.start = self.slice_grip = None
        self._store.end_merge()

    def follow(self) -> None:
        """Show the dragged start under the mouse, whatever the last solution says."""
        if self.start is not None:
            self._scene.starts.move(self.start, *self._at)

    def put_start(self, at: QPointF, view: Viewport) -> None:
        """Put the first start at `at`."""
        self._set_start(0, *self._on_grid(*view.data(at), view), quality="full")
        self._store.end_merge()

    def nudge_start(self, dx_px: float, dy_px: float, setup: Setup, view: Viewport) -> None:
        """Move the first start by some pixels; nudges in a row undo as one."""
        at = view.point_px(*self._scene.plane.coordinates_of(setup.starts[0]))
        x, y = self._on_grid(*view.data(QPointF(at.x() + dx_px, at.y() + dy_px)), view)
        self._set_start(0, x, y, quality="full")

    def cursor_shape(self, at: QPointF, view: Viewport) -> Qt.CursorShape:
        """What the mouse shows of it at `at`."""
        shapes = Qt.CursorShape
        if not view.rect.contains(at):
            return shapes.ArrowCursor
        if self._scene.starts.hovered is not None:
            return shapes.OpenHandCursor
        grip = None if self._scene.is_graph else self._scene.slices.grip(at, view, self._scene.look)
        if grip == "horizontal":
            return shapes.SizeVerCursor
        if grip == "vertical":
            return shapes.SizeHorCursor
        return shapes.OpenHandCursor if grip in ("point", "direction") else shapes.CrossCursor

    def _on_grid(self, x: float, y: float, view: Viewport) -> tuple[float, float]:
        """(x, y) within the domain, rounded to what a pixel can tell apart."""
        home = self._scene.home
        if home is None:
            return x, y
        rounded = [
            min(max(round_to(value, -decimals), lo), hi)
            for value, decimals, (lo, hi) in zip((x, y), pixel_decimals(view), home, strict=True)
        ]
        return rounded[0], rounded[1]

    def _move_slice(self, x: float, y: float) -> None:
        """Move the point of the slices, or only the variable that the dragged line holds."""
        point = self._scene.slices.point
        if point is None:
            return
        if self.slice_grip == "horizontal":
            x = point[0]
        elif self.slice_grip == "vertical":
            y = point[1]
        chosen = replace(self._store.lab.slice, point=(x, y))
        # Never a draft: a slice is shown at once, and needs nothing of the engine thread.
        self._store.edit(slice=chosen, merge_key="slice point", initiator=self._initiator)

    def _turn(self, at: QPointF, view: Viewport) -> None:
        """Let the hand of the dial point to `at`."""
        slices = self._scene.slices
        if slices.point is None:
            return
        direction = direction_at(at, view.point_px(*slices.point), view, slices.gradient)
        if direction is not None:
            chosen = replace(self._store.lab.slice, direction_deg=direction)
            self._store.edit(slice=chosen, merge_key="slice direction", initiator=self._initiator)

    def _set_start(self, index: int, x: float, y: float, *, quality: Literal["draft", "full"]) -> None:
        store, solution = self._store, self._store.solution
        if solution is None or solution.setup is None or index >= len(store.lab.starts):
            return
        starts = starts_with(store.lab, solution.setup, self._scene.plane, index, (x, y))
        store.edit(starts=starts, merge_key="start", quality=quality, initiator=self._initiator)
