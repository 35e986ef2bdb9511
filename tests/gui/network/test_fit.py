"""The fit: what is shaded and marked where, what a place in it means, and what the mouse does."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPicture
from pytestqt.qtbot import QtBot

from gui.drawing.look import Look
from gui.network.fit import ConfusionFit, CurveFit, FitPicture, PredictedFit, RegionFit, accuracy, ranges_of
from gui.network.fit_drawing import boundaries, fit_viewport, paint_fit, row_at
from gui.network.fit_view import FitView
from gui.theme import DARK, LIGHT, Theme, class_color, projected
from tests.gui.driving import LEFT, drag, shown
from tests.gui.golden import assert_golden, rgb

RECT = QRectF(0, 0, 420, 320)
X, Y = np.linspace(-2.0, 2.0, 41), np.linspace(-1.0, 1.0, 21)
ROWS = np.array([[-1.0, 0.5], [1.0, -0.5], [0.5, 0.8]])


def drawn(picture: FitPicture, theme: Theme = LIGHT, rect: QRectF = RECT) -> QImage:
    image = QImage(round(rect.width()), round(rect.height()), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.card))
    painter = QPainter(image)
    paint_fit(painter, rect, picture, Look(theme, theme.scale))
    painter.end()
    return image


def color_at(image: QImage, picture: FitPicture, x: float, y: float) -> QColor:
    at = fit_viewport(RECT, picture, Look(LIGHT)).point_px(x, y)
    return image.pixelColor(round(at.x()), round(at.y()))


def two_classes() -> RegionFit:
    """The second class where x + y/4 > 0; the third row is of the first class and on the wrong side."""
    lead = X + 0.25 * Y[:, None]
    values = 1.0 / (1.0 + np.exp(-8.0 * lead))
    return RegionFit(
        names=("x_1", "x_2"),
        x=X,
        y=Y,
        values=values,
        rows=ROWS,
        targets=np.array([0.0, 1.0, 0.0]),
        classes=("no", "yes"),
        predicted=np.array([0.0, 1.0, 1.0]),
    )


def three_classes() -> RegionFit:
    angles = np.radians([90.0, 210.0, 330.0])
    logits = 4.0 * np.array([np.cos(a) * X + np.sin(a) * Y[:, None] for a in angles])
    values = np.exp(logits) / np.exp(logits).sum(axis=0)
    return RegionFit(
        names=("a", "b"),
        x=X,
        y=Y,
        values=values,
        rows=ROWS,
        targets=np.array([0.0, 1.0, 2.0]),
        classes=("p", "q", "r"),
    )


def curve() -> CurveFit:
    x = np.linspace(0.0, 4.0, 101)
    rows = np.array([[1.0, 2.0], [2.0, 3.5], [3.0, 6.0]])
    return CurveFit(
        names=("x", "y"),
        x=x,
        fitted=2.0 * x,
        rows=rows,
        predicted=2.0 * rows[:, 0],
        test=np.array([False, False, True]),
    )


def test_each_side_has_the_colour_of_its_class(qapp: object) -> None:
    picture = two_classes()
    image = drawn(picture)
    left, right = color_at(image, picture, -1.7, 0.0), color_at(image, picture, 1.7, 0.0)
    assert left.red() > left.blue() + 50, "the first class"
    assert right.blue() > right.red() + 50, "the second"


def test_the_line_between_classes_is_where_both_are_equally_likely(qapp: object) -> None:
    line = np.concatenate(boundaries(two_classes()))
    assert np.allclose(line[:, 0] + 0.25 * line[:, 1], 0.0, atol=1e-3)
    three = np.concatenate(boundaries(three_classes()))
    assert np.abs(three).min(axis=0) == pytest.approx([0.0, 0.0], abs=0.1), "they meet in the middle"
    down = three[(three[:, 1] < -0.5)]
    assert np.allclose(down[:, 0], 0.0, atol=1e-6), "between the second and the third: straight down"


def test_a_row_on_the_wrong_side_is_ringed(qapp: object) -> None:
    picture = two_classes()
    image, view = drawn(picture), fit_viewport(RECT, picture, Look(LIGHT))

    def darkest_around(row: int) -> int:
        at = view.point_px(*ROWS[row])
        ring = [at + QPointF(7.2 * np.cos(a), 7.2 * np.sin(a)) for a in np.linspace(0, 6, 24)]
        return min(image.pixelColor(round(p.x()), round(p.y())).lightness() for p in ring)

    assert darkest_around(2) < 90
    assert darkest_around(0) > 120


def test_classes_differ_in_shape_too(qapp: object) -> None:
    picture, rect, look = two_classes(), QRectF(0, 0, 1600, 1200), Look(LIGHT, 12.0)
    image = QImage(1600, 1200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_fit(painter, rect, picture, look)
    painter.end()
    view = fit_viewport(rect, picture, look)

    def filled(row: int, x: float, y: float) -> bool:
        at = view.point_px(*ROWS[row]) + QPointF(x, y)
        color, ink = image.pixelColor(round(at.x()), round(at.y())), class_color(row, LIGHT)
        return abs(color.red() - ink.red()) + abs(color.blue() - ink.blue()) < 20

    right, corner = (32.0, 0.0), (27.0, 27.0)
    assert (filled(0, *right), filled(0, *corner)) == (True, False), "a disc"
    assert (filled(1, *right), filled(1, *corner)) == (False, True), "a square"


def test_a_residual_joins_each_row_with_the_curve(qapp: object) -> None:
    picture = curve()
    image = drawn(picture)
    line = color_at(image, picture, 2.0, 3.75)  # between y = 3.5 and ŷ = 4
    beside = color_at(image, picture, 2.1, 3.7)
    assert line != beside
    assert line.red() > line.blue()


def test_a_curve_that_runs_away_does_not_flatten_the_rows(qapp: object) -> None:
    picture = curve()
    wild = CurveFit(
        names=picture.names,
        x=picture.x,
        fitted=1e9 * picture.x**3,
        rows=picture.rows,
        predicted=picture.predicted,
    )
    assert ranges_of(wild)[1][1] < 10
    drawn(wild)


def test_a_place_is_turned_into_data_and_rows_are_found(qapp: object) -> None:
    picture, look = two_classes(), Look(LIGHT)
    view = fit_viewport(RECT, picture, look)
    assert view.data(view.point_px(0.3, -0.2)) == pytest.approx((0.3, -0.2))
    assert row_at(view.point_px(*ROWS[1]) + QPointF(4, 3), RECT, picture, look) == 1
    assert row_at(view.point_px(-1.8, -0.8), RECT, picture, look) is None


def test_the_confusion_says_its_counts_and_how_many_are_right(qapp: object) -> None:
    picture = ConfusionFit(counts=np.array([[3, 1], [0, 4]]), classes=("a", "b"))
    assert accuracy(picture) == pytest.approx(7 / 8)
    image, view = drawn(picture), fit_viewport(RECT, picture, Look(LIGHT))
    cell = view.rect.width() / 2

    def corner(i: int, j: int) -> int:
        return image.pixelColor(
            round(view.rect.left() + j * cell + 10), round(view.rect.top() + i * cell + 10)
        ).lightness()

    assert corner(1, 1) < corner(0, 0) < corner(0, 1) < corner(1, 0)


@pytest.mark.parametrize("theme", [LIGHT, DARK, projected(DARK)], ids=["light", "dark", "projector"])
@pytest.mark.parametrize("size", [(700, 400), (340, 260), (180, 140)])
def test_nothing_is_cut_off(qapp: object, theme: Theme, size: tuple[int, int]) -> None:
    true = np.array([1.0, 2.0, 4.0])
    pictures = (
        curve(),
        two_classes(),
        three_classes(),
        PredictedFit(name="y", true=true, predicted=true + 0.5),
        ConfusionFit(counts=np.array([[9, 1], [0, 4]]), classes=("a long name of a class", "b")),
    )
    card = np.array(QColor(theme.card).getRgb()[:3])
    for picture in pictures:
        image = rgb(drawn(picture, theme, QRectF(0, 0, *size)))
        for border in (image[0], image[-1], image[:, 0], image[:, -1]):
            assert (border == card).all(), picture


def test_numbers_that_are_none_do_not_stop_the_drawing(qapp: object) -> None:
    nothing = np.full(3, np.nan)
    bad = np.full((21, 41), np.nan)
    rows = np.full((3, 2), np.inf)
    for values, classes in ((bad, ()), (bad, ("a", "b")), (np.stack((bad, bad, bad)), ("a", "b", "c"))):
        drawn(
            RegionFit(names=("a", "b"), x=X, y=Y, values=values, rows=rows, targets=nothing, classes=classes)
        )
    drawn(CurveFit(names=("x", "y"), x=X, fitted=np.full(41, np.nan), rows=rows, predicted=nothing))
    drawn(PredictedFit(name="y", true=nothing, predicted=nothing))
    drawn(ConfusionFit(counts=np.zeros((0, 0), dtype=np.intp), classes=()))
    drawn(PredictedFit(name="y", true=np.empty(0), predicted=np.empty(0)))


def test_the_mouse_uses_the_model_and_moves_and_adds_rows(qtbot: QtBot) -> None:
    view = shown(qtbot, FitView(), 420, 320)
    view.set_theme(LIGHT)
    view.set_picture(two_classes())
    used, moved, added = [], [], []
    view.used.connect(lambda x, y: used.append((x, y)))
    view.row_moved.connect(lambda k, x, y: moved.append((k, x, y)))
    view.row_added.connect(lambda x, y: added.append((x, y)))
    port = fit_viewport(QRectF(view.rect()), two_classes(), Look(LIGHT))
    free, row = port.point_px(-1.5, -0.7).toPoint(), port.point_px(*ROWS[1]).toPoint()
    qtbot.mouseClick(view, LEFT, pos=free)
    assert used == [pytest.approx((-1.5, -0.7), abs=0.02)]
    with qtbot.waitSignal(view.row_dropped):
        drag(view, row, port.point_px(1.5, 0.0).toPoint())
    assert len(used) == 1
    assert moved == [(1, pytest.approx(1.5, abs=0.02), pytest.approx(0.0, abs=0.02))]
    chosen, dropped = [], []
    view.row_chosen.connect(chosen.append)
    view.row_dropped.connect(lambda: dropped.append(True))
    drag(view, row, row + QPoint(1, 0))  # a hand that does not quite rest
    assert (chosen, dropped, len(moved)) == ([1], [], 1)
    qtbot.mouseDClick(view, LEFT, pos=free)
    assert added == [pytest.approx((-1.5, -0.7), abs=0.02)]


def test_a_fit_looks_as_it_did(qapp: object) -> None:
    assert_golden(drawn(three_classes()), "network-fit", far_share=0.03)


def test_rows_are_stamped_as_they_are_drawn_into_a_vector_file() -> None:
    """Half a dot apart at most."""
    picture = two_classes()
    vectors = QPicture()
    painter = QPainter(vectors)
    paint_fit(painter, RECT, picture, Look(LIGHT))
    painter.end()
    replayed = QImage(round(RECT.width()), round(RECT.height()), QImage.Format.Format_RGB32)
    replayed.fill(QColor(LIGHT.card))
    painter = QPainter(replayed)
    painter.drawPicture(0, 0, vectors)
    painter.end()
    stamped = drawn(picture)
    for x, y, target in ((-1.0, 0.5, 0), (1.0, -0.5, 1), (0.5, 0.8, 0)):
        for image in (stamped, replayed):
            assert color_at(image, picture, x, y) == class_color(target, LIGHT)


def test_a_colour_means_the_same_while_a_number_is_learnt() -> None:
    """It is that of a target, not of what is said so far."""
    targets = np.array([0.0, 1.0, 2.0])

    def regions(values: np.ndarray) -> RegionFit:
        return RegionFit(names=("a", "b"), x=X, y=Y, values=values, rows=ROWS, targets=targets)

    flat = np.ones((len(Y), len(X)))
    early, late = regions(flat), regions(np.where(X > 0, 5.0, flat))
    assert color_at(drawn(early), early, -1.9, -0.9) == color_at(drawn(late), late, -1.9, -0.9)
