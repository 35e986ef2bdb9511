"""The local ellipse on the map: where it is, what it says, and how often it is made."""

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from engine.document.lab import Lab
from engine.solving.solution import Solution
from engine.solving.timeline import frame_at
from gui.contour.ellipse_layer import describe_ellipse
from gui.contour.scene import ContourScene
from gui.contour.view import ContourView
from gui.drawing.eigenvalues import eigenvalue_texts
from gui.store import Store
from gui.theme import DARK, LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL, NumpyObjective, box
from tests.gui.driving import shown
from tests.gui.golden import assert_golden, rgb

AREA = QRectF(0, 0, 420, 360)
SHAPES = {
    "ellipse": NumpyObjective(lambda x, y: x**2 + 10 * y**2, lambda x, y: 2 * x, lambda x, y: 20 * y),
    "hyperbola": NumpyObjective(
        lambda x, y: x**2 + 3 * x * y + y**2, lambda x, y: 2 * x + 3 * y, lambda x, y: 3 * x + 2 * y
    ),
    "lines": NumpyObjective(
        lambda x, y: (x + 2 * y) ** 2, lambda x, y: 2 * (x + 2 * y), lambda x, y: 4 * (x + 2 * y)
    ),
    "dome": NumpyObjective(lambda x, y: -2 * x**2 - y**2, lambda x, y: -4 * x, lambda x, y: -2 * y),
}


def draw(solution: Solution, theme=LIGHT, t_steps: float = 1.0) -> tuple[QImage, ContourScene]:
    scene = ContourScene(theme)
    scene.set_solution(solution)
    scene.set_frame(frame_at(solution, t_steps))
    image = QImage(420, 360, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.render(painter, AREA)
    painter.end()
    return image, scene


def solved(shape: str, **looks) -> Solution:
    looks = {"local_ellipse": True, "update_arrows": False, **looks}
    return solve_by_hand(SHAPES[shape], box(start=(1.5, 2.0)), lrs=(0.02,), steps=6, **looks)


def test_golden_local_ellipses(qapp) -> None:
    sheet = QImage(QSize(840, 720), QImage.Format.Format_RGB32)
    painter = QPainter(sheet)
    for k, shape in enumerate(SHAPES):
        image, _ = draw(solved(shape), (LIGHT, DARK)[k % 2])
        painter.drawImage(420 * (k % 2), 360 * (k // 2), image)
    painter.end()
    assert_golden(sheet, "contour-local-ellipses")


@pytest.mark.parametrize("shape", SHAPES)
def test_its_curves_are_seen_where_they_are(qapp, shape: str) -> None:
    plain = rgb(draw(solved(shape, local_ellipse=False))[0])
    image, scene = draw(solved(shape))
    view = scene.viewport(AREA)
    ellipse = scene.ellipse.at(0, 1, view)
    drawn = rgb(image)
    for curve in ellipse.rises:
        spots = [view.point_px(*point).toPoint() for point in curve]
        changed = [np.abs(drawn[s.y(), s.x()] - plain[s.y(), s.x()]).max() > 20 for s in spots]
        assert np.mean(changed) > 0.8
    changed = np.argwhere(np.abs(drawn - plain).max(axis=-1) > 20)
    assert np.ptp(changed, axis=0).max() < 0.75 * min(view.rect.width(), view.rect.height())


def test_it_says_its_eigenvalues_and_what_it_is(qapp) -> None:
    _, scene = draw(solved("hyperbola"))
    view = scene.viewport(AREA)
    ellipse = scene.ellipse.at(0, 1, view)
    assert eigenvalue_texts(ellipse) == ("λ₁ = −1", "λ₂ = 5")
    setup, plane = box(), scene.plane
    text = describe_ellipse(ellipse, setup, plane)
    assert text.startswith("Local hyperbola of the Hessian H at this step")
    assert "Dashed" in text and "block" not in text
    setup = replace(setup, variables=("x", "y", "z"))
    assert "H is the block of x, y" in describe_ellipse(ellipse, setup, plane)
    on_it = view.point_px(*ellipse.rises[0][0])
    assert scene.ellipse.nearest(on_it, 0, 1, view, scene.look) is ellipse
    assert scene.ellipse.nearest(QPointF(view.rect.topLeft()), 0, 1, view, scene.look) is None


def test_lines_have_a_zero(qapp) -> None:
    _, scene = draw(solved("lines"))
    assert eigenvalue_texts(scene.ellipse.at(0, 1, scene.viewport(AREA))) == ("λ₁ = 0", "λ₂ = 10")


def test_in_the_window_it_is_made_anew_once_a_step_and_rebuilds_nothing_else(qtbot) -> None:
    store = Store(Lab())
    view = shown(qtbot, ContourView(store, LIGHT), 500, 420)
    store.accept(solve_by_hand(BOWL))
    view.repaint()
    still = view.still_drawn
    assert view.scene.ellipse.made == 0
    store.edit_display(local_ellipse=True)
    view.repaint()
    assert view.scene.ellipse.made == 1
    for t in (1.0, 1.25, 1.5, 1.75, 2.0):
        store.set_view(t_steps=t)
        view.repaint()
    assert view.scene.ellipse.made == 3
    assert view.still_drawn == still + 1  # the switch itself
