"""Losses against steps and epochs: the least test loss, the parts of the rows, the playhead."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.drawing.look import Look
from gui.network.losses import LossCurve, LossPicture, LossPlot, least, loss_chart, paint_losses, value_at
from gui.theme import DARK, LIGHT, Theme, projected
from tests.gui.driving import LEFT, hover, shown
from tests.gui.golden import rgb

RECT = QRectF(0, 0, 420, 200)
STEPS = np.arange(0.0, 101.0, 10.0)
TRAIN = LossCurve(values=np.exp(-np.arange(101) / 30))
TEST = LossCurve(values=0.3 + (STEPS / 100 - 0.4) ** 2, steps=STEPS, part="test")
PICTURE = LossPicture(shown="loss", curves=(TRAIN, TEST))


def drawn(picture: LossPicture, theme: Theme = LIGHT, rect: QRectF = RECT, t: float | None = None) -> QImage:
    image = QImage(round(rect.width()), round(rect.height()), QImage.Format.Format_RGB32)
    image.fill(QColor(theme.card))
    painter = QPainter(image)
    paint_losses(painter, rect, picture, Look(theme, theme.scale), t_steps=t)
    painter.end()
    return image


def test_the_least_loss_is_found_between_values_that_are_none() -> None:
    assert least(TEST) == (40.0, pytest.approx(0.3))
    assert least(LossCurve(values=np.array([np.nan, 3.0, 2.0, 2.0, np.inf]))) == (2.0, 2.0)
    assert least(LossCurve(values=np.array([np.nan]))) is None


def test_the_least_test_loss_is_ringed(qapp: object) -> None:
    at = loss_chart(RECT, PICTURE, Look(LIGHT)).spot(40.0, 0.3)
    assert at is not None
    image = drawn(PICTURE)
    assert image.pixelColor(round(at.x()), round(at.y())) == QColor(LIGHT.card), "hollow"
    rim = [image.pixelColor(round(at.x()) + dx, round(at.y())) for dx in (-5, -4, 4, 5)]
    assert min(color.green() for color in rim) < 140
    train = drawn(LossPicture(shown="loss", curves=(TRAIN,)))
    assert train.pixelColor(round(at.x()), round(at.y())) == QColor(LIGHT.card), "no curve is there"


def test_the_last_value_that_was_taken_holds_until_the_next() -> None:
    assert value_at(TEST, 39.0) == pytest.approx(0.3 + 0.01)
    assert value_at(TEST, 40.0) == pytest.approx(0.3)
    assert value_at(TRAIN, 500.0) == TRAIN.values[100]
    assert value_at(LossCurve(values=np.array([1.0]), steps=np.array([5.0])), 4.0) is None


def test_an_accuracy_is_drawn_from_none_to_all(qapp: object) -> None:
    curve = LossCurve(values=np.array([0.5, 0.6]))
    chart = loss_chart(RECT, LossPicture(shown="accuracy", curves=(curve,), scale="log"), Look(LIGHT))
    assert chart.range[0] <= 0.0 < 1.0 <= chart.range[1]
    assert chart.scale == "linear"


def test_a_rate_that_is_warmed_up_from_nothing_is_all_seen(qapp: object) -> None:
    curve = LossCurve(values=np.concatenate((np.linspace(0, 0.1, 10), np.full(90, 0.1))))
    low, high = loss_chart(RECT, LossPicture(shown="rate", curves=(curve,)), Look(LIGHT)).range
    assert low < 0.0 < 0.1 < high < 0.12


def test_steps_are_counted_in_epochs_where_there_are_some(qapp: object) -> None:
    by_step = drawn(LossPicture(shown="loss", curves=(TRAIN,)))
    by_epoch = drawn(LossPicture(shown="loss", curves=(TRAIN,), epoch=10.0))
    area = loss_chart(RECT, PICTURE, Look(LIGHT)).area
    top, bottom = round(area.top()), round(area.bottom())
    same = rgb(by_step)[top:bottom] == rgb(by_epoch)[top:bottom]
    assert same.all(), "the curve stays where it is"
    assert (rgb(by_step)[bottom + 4 :] != rgb(by_epoch)[bottom + 4 :]).any(), "its axis does not"


def test_the_playhead_stands_on_every_curve(qapp: object) -> None:
    chart = loss_chart(RECT, PICTURE, Look(LIGHT))
    image = drawn(PICTURE, t=80.0)
    for curve in (TRAIN, TEST):
        value = value_at(curve, 80.0)
        assert value is not None
        at = chart.spot(80.0, value)
        assert at is not None
        color = image.pixelColor(round(at.x()), round(at.y()))
        hollow = curve.part == "test"
        assert (color == QColor(LIGHT.card)) == hollow


@pytest.mark.parametrize("theme", [LIGHT, DARK, projected(LIGHT)], ids=["light", "dark", "projector"])
@pytest.mark.parametrize("size", [(700, 400), (340, 260), (170, 100)])
def test_nothing_is_cut_off(qapp: object, theme: Theme, size: tuple[int, int]) -> None:
    picture = LossPicture(shown="loss", curves=(TRAIN, TEST), scale="log", epoch=10.0)
    image = rgb(drawn(picture, theme, QRectF(0, 0, *size)))
    card = np.array(QColor(theme.card).getRgb()[:3])
    for border in (image[0], image[-1], image[:, 0], image[:, -1]):
        assert (border == card).all()


def test_a_move_of_the_playhead_paints_no_curve_and_a_click_seeks(qtbot: QtBot) -> None:
    plot = shown(qtbot, LossPlot(), 420, 200)
    plot.set_theme(LIGHT)
    plot.set_picture(PICTURE)
    before, painted = plot.grab().toImage(), plot.pictures_painted
    plot.move_playhead(30.0)
    assert plot.grab().toImage() != before
    assert plot.pictures_painted == painted
    at = plot.chart.spot(60.0, float(TRAIN.values[60]))
    assert at is not None
    with qtbot.waitSignal(plot.pressed) as pressed:
        qtbot.mouseClick(plot, LEFT, pos=QPoint(round(at.x()), 120))
    assert pressed.args == [pytest.approx(60.0, abs=0.5)]
    with qtbot.waitSignal(plot.hovered) as hovered:
        hover(plot, QPoint(round(at.x()), 120))
    assert hovered.args == [60, "training rows 0.1353   test rows 0.34"]


def test_without_values_there_are_axes_only(qapp: object) -> None:
    empty = LossCurve(values=np.full(4, np.nan), part="test")
    for picture in (LossPicture(shown="loss", curves=()), LossPicture(shown="loss", curves=(empty,))):
        drawn(picture, t=1.0)
        drawn(LossPicture(shown="loss", curves=picture.curves, scale="log"))
