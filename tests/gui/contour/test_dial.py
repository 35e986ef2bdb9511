"""The dial of the directional derivative: where the hand points, what is dragged, what is written."""

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from engine.document.lab import Lab, Slice
from gui.contour.dial import RING_PX, direction_at, on_screen, paint_dial, paint_dial_numbers
from gui.contour.view import ContourView
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.store import Store
from gui.theme import DARK, LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL
from tests.gui.driving import drag, shown

# Twice as many pixels a unit along x as along y.
VIEW = Viewport(QRectF(0, 0, 400, 200), -5.0, 5.0, -5.0, 5.0)
MIDDLE = QPointF(200, 100)


@pytest.fixture
def view(qtbot):
    store = Store(Lab(slice=Slice(along=("horizontal",), point=(1.0, 1.0), direction_deg=30.0)))
    widget = shown(qtbot, ContourView(store, LIGHT), 640, 560)
    store.accept(solve_by_hand(BOWL, lab=store.lab))
    widget.repaint()
    return widget


@pytest.mark.parametrize("angle", [0.0, 37.0, 90.0, 199.0, 270.0, 333.0])
def test_the_hand_points_to_the_mouse_in_any_aspect(angle) -> None:
    dx, dy = on_screen(angle, VIEW)
    assert math.hypot(dx, dy) == pytest.approx(1)
    at = QPointF(MIDDLE.x() + RING_PX * dx, MIDDLE.y() + RING_PX * dy)
    assert direction_at(at, MIDDLE, VIEW, None) == pytest.approx(angle)


def test_near_the_gradient_the_hand_points_along_it() -> None:
    gradient = (1.0, math.tan(math.radians(20.4)))

    def pointed(angle: float) -> float | None:
        dx, dy = on_screen(angle, VIEW)
        return direction_at(QPointF(MIDDLE.x() + 50 * dx, MIDDLE.y() + 50 * dy), MIDDLE, VIEW, gradient)

    assert pointed(22.0) == pytest.approx(20.4)
    assert pointed(110.0) == pytest.approx(110.4), "along the level line the derivative is zero"
    assert pointed(199.0) == pytest.approx(200.4)
    assert pointed(60.0) == 60.0
    assert direction_at(MIDDLE, MIDDLE, VIEW, gradient) is None
    assert direction_at(QPointF(250, 100), MIDDLE, VIEW, (0.0, 0.0)) == 0.0


def test_the_knob_is_dragged_around_the_point(view) -> None:
    store = view._store
    port = view.viewport
    middle = port.point_px(1.0, 1.0)

    def on_ring(angle: float) -> QPoint:
        dx, dy = on_screen(angle, port)
        return QPointF(middle.x() + RING_PX * dx, middle.y() + RING_PX * dy).toPoint()

    drag(view, on_ring(30.0), on_ring(80.0), on_ring(140.0))
    assert store.lab.slice.direction_deg == pytest.approx(140, abs=2)
    assert store.lab.slice.point == (1.0, 1.0)
    store.undo()
    assert store.lab.slice.direction_deg == 30.0, "a drag undoes as one"
    # Somewhere on the ring will do too, but not beside it.
    drag(view, on_ring(250.0), on_ring(210.0))
    assert store.lab.slice.direction_deg == pytest.approx(210, abs=2)
    drag(view, middle.toPoint(), middle.toPoint() + QPoint(40, 0))
    assert store.lab.slice.point[0] > 1.2
    assert store.lab.slice.direction_deg == pytest.approx(210, abs=2)


def test_the_gradient_at_the_point_is_known_to_the_dial(view) -> None:
    fx, fy = view.scene.slices.gradient
    assert (fx, fy) == pytest.approx(tuple(BOWL.gradient([1.0, 1.0])))
    view._store.edit(slice=Slice(along=("horizontal",), point=(1.0, 1.0)))
    assert view.scene.slices.gradient is None, "nothing is computed that is not shown"


def test_no_mark_lies_over_its_numbers(view, monkeypatch) -> None:
    painted = []
    scene = view.scene
    for layer, name in ((scene.starts, "paint"), (scene.updates, "paint"), (scene.slices, "paint_numbers")):
        monkeypatch.setattr(layer, name, lambda *_, name=name, layer=layer: painted.append((layer, name)))
    monkeypatch.setattr("gui.contour.scene.paint_marker", lambda *_, **__: painted.append("marker"))
    view._store.set_view(t_steps=2.0)
    view.repaint()
    assert "marker" in painted
    assert painted[-1] == (scene.slices, "paint_numbers")


@pytest.mark.parametrize("gradient", [None, (0.0, 0.0), (1e-300, 0.0), (3.0, -4.0), (1e200, 1e200)])
@pytest.mark.parametrize("middle", [(200.0, 100.0), (1.0, 1.0), (399.0, 199.0)])
def test_it_is_drawn_wherever_the_point_is(qapp, gradient, middle) -> None:
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_dial(painter, QPointF(*middle), 30.0, gradient, VIEW, Look(DARK))
    if gradient is not None:
        paint_dial_numbers(painter, QPointF(*middle), 30.0, gradient, VIEW, Look(DARK))
    painter.end()
    blank = QImage(400, 200, QImage.Format.Format_RGB32)
    blank.fill(0)
    assert image != blank


@pytest.mark.parametrize("direction_deg", [0.0, 20.0, 90.0, 200.0, 340.0])
@pytest.mark.parametrize("middle", [(395, 100), (5, 100), (395, 5), (8, 195), (200, 100)])
def test_no_number_lies_over_the_point_or_the_other(monkeypatch, middle, direction_deg) -> None:
    boxes = []
    monkeypatch.setattr(QPainter, "drawRoundedRect", lambda _, box, *__: boxes.append(QRectF(box)))
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_dial_numbers(painter, QPointF(*middle), direction_deg, (1.0, 0.1), VIEW, Look(DARK))
    painter.end()
    first, second = boxes
    assert not first.intersects(second)
    for box in boxes:
        assert VIEW.rect.contains(box)
        assert not box.contains(QPointF(*middle))
