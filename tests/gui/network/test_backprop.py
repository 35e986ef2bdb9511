"""The worked chain rule in the window: its phases, its colours, and the bars of the rows."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.words.backprop_text import BackpropLine, RowPass, Shares, WeightPlace, backprop_lines
from gui.drawing.look import Look
from gui.network.backprop import BackpropView, lines_of, paint_shares, tinted
from gui.theme import CHAIN_COLORS, DARK, LIGHT, sign_color
from tests.gui.driving import LEFT, shown
from tests.gui.network.fakes import network

SHARES = Shares(each=np.array([0.5, -1.0, 0.0, 2.0]), place=1, update=-0.1)


def lines() -> tuple[BackpropLine, ...]:
    picture = network(2, 3, 1)
    units = picture.units
    row = RowPass(
        row=1,
        inputs=units[0].activations,  # type: ignore[arg-type]
        weights=tuple(each.matrix.values for each in picture.weights),
        biases=tuple(each.bias.values for each in picture.weights),  # type: ignore[union-attr]
        functions=(r"\tanh", ""),
        sums=tuple(each.sums for each in units[1:]),  # type: ignore[misc]
        activations=tuple(each.activations for each in units[1:]),  # type: ignore[misc]
        slopes=(1 - units[1].activations ** 2, np.ones(1)),  # type: ignore[operator]
        deltas=tuple(each.deltas for each in units[1:]),  # type: ignore[misc]
        loss=0.5,
        loss_slopes=units[2].deltas,  # type: ignore[arg-type]
    )
    return backprop_lines(row, WeightPlace(0, 0, 1), SHARES)


def test_every_line_belongs_to_one_phase() -> None:
    whole = lines()
    parts = [lines_of(whole, phase) for phase in ("forward", "backward", "update")]
    assert [line for part in parts for line in part] == list(whole)
    assert all(parts)


def test_roles_get_the_colours_of_the_drawing() -> None:
    tex = tinted(r"\textcolor{delta}{\delta}\,\textcolor{weight}{w} + \textcolor{muted}{x}", LIGHT)
    colors = CHAIN_COLORS["light"]
    delta, weight = (rf"\textcolor{{{colors[role]}}}" for role in ("delta", "weight"))
    assert tex == rf"{delta}{{\delta}}\,{weight}{{w}} + \textcolor{{muted}}{{x}}"


def test_the_view_shows_a_phase_and_the_bars_with_the_batch(qtbot: QtBot) -> None:
    view = shown(qtbot, BackpropView(), 460, 600)
    view.show_lines(lines(), SHARES)
    assert len(view.formulas) == len(lines())
    assert not view.bars.isHidden()
    view.show_lines(lines(), SHARES, "backward")
    assert len(view.formulas) == 3
    assert view.bars.isHidden()
    before = view.formulas
    view.set_theme(DARK)
    assert view.formulas != before, "in the colours of the other theme"


def test_each_row_has_its_bar(qapp: object) -> None:
    image = QImage(208, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    paint_shares(painter, QRectF(0, 0, 208, 60), SHARES, Look(LIGHT))
    painter.end()
    # From −1 to 2 over 52 px; zero is 17 px above the bottom. A row is 50 px wide.
    up = image.pixelColor(4 + 175, 10)
    assert up.blue() > up.red() + 40, "the last row, upwards"
    assert image.pixelColor(4 + 25, 10) == QColor(LIGHT.card), "the first is not so high"
    assert image.pixelColor(4 + 125, 30) == QColor(LIGHT.card), "the third adds nothing"
    assert image.pixelColor(4 + 75, 48) == sign_color(False, LIGHT), "the row itself, in full colour"


def test_a_click_on_a_bar_chooses_its_row(qtbot: QtBot) -> None:
    view = shown(qtbot, BackpropView(), 460, 600)
    view.show_lines(lines(), SHARES)
    rows: list[int] = []
    view.bars.row_chosen.connect(rows.append)
    for share in (0.01, 0.3, 0.99):
        qtbot.mouseClick(view.bars, LEFT, pos=QPoint(round(share * view.bars.width()), 20))
    assert rows == [0, 1, 3]
