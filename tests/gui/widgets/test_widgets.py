"""The shared widgets, driven by mouse and keyboard, and painted."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.document.marks import RUN_SHAPES
from gui.style import apply_theme
from gui.theme import DARK, LIGHT
from gui.widgets import (
    Choice,
    Collapsible,
    ElidedLabel,
    FlowLayout,
    IconButton,
    Mark,
    NumberField,
    ProblemLabel,
    Segmented,
    ValueSlider,
    icon,
    icon_names,
    shape_path,
)
from gui.widgets.icons import paint_icon
from tests.gui.driving import LEFT, shown


def ink(image: QImage) -> int:
    """How many pixels are painted."""
    return sum(
        image.pixelColor(x, y).alpha() > 20 for x in range(image.width()) for y in range(image.height())
    )


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_paints_within_its_square(qapp: QApplication, name: str) -> None:
    image = QImage(48, 48, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_icon(painter, name, image.rect().toRectF(), QColor("black"))
    painter.end()
    assert 40 < ink(image) < 1400
    border = [image.pixelColor(x, y).alpha() for x in range(48) for y in (0, 47)]
    border += [image.pixelColor(x, y).alpha() for y in range(48) for x in (0, 47)]
    assert max(border) == 0


def test_an_icon_is_painted_anew_at_each_size(qapp: QApplication) -> None:
    small, large = icon("play").pixmap(16, 16), icon("play").pixmap(64, 64)
    assert (small.width(), large.width()) == (16, 64)
    assert ink(large.toImage()) > 10 * ink(small.toImage())


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon("unicorn")


@pytest.mark.parametrize("shape", RUN_SHAPES)
def test_marker_shapes_fill_their_circle(qapp: QApplication, shape: str) -> None:
    box = shape_path(shape).boundingRect()
    assert 1.2 < box.width() <= 2.01 and 1.2 < box.height() <= 2.01


# Number fields


def test_a_field_reports_each_good_number_and_keeps_the_last(qtbot: QtBot) -> None:
    field = NumberField(1.0, gt=0)
    qtbot.addWidget(field)
    seen: list[object] = []
    field.value_edited.connect(seen.append)
    field.selectAll()
    qtbot.keyClicks(field, "0.25x")
    assert seen == [0.2, 0.25]
    assert field.value == 0.25
    assert field.problem == ""  # a moment of patience
    qtbot.waitUntil(lambda: "not a number" in field.problem, timeout=2000)
    assert field.text() == "0.25x"
    assert seen == [0.2, 0.25, 1.0]  # what was good only on the way was never meant
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert (field.value, field.problem) == (0.25, "")


def test_a_comma_is_a_decimal_point_where_it_can_be_nothing_else(qtbot: QtBot) -> None:
    field = NumberField(3.0)
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, "0,1")
    assert (field.value, field.text()) == (0.1, "0,1")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (field.value, field.text()) == (0.1, "0.1")  # what was read is shown
    field.selectAll()
    qtbot.keyClicks(field, "1,234")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.problem == "Is it 1234 or 1.234? Write it without a comma"
    assert (field.value, field.text()) == (0.1, "1,234")


def test_the_focus_leaving_ends_the_patience(qtbot: QtBot) -> None:
    field, label = NumberField(1.0, gt=0), QLabel()
    problem = ProblemLabel([field])
    for widget in (field, label, problem):
        qtbot.addWidget(widget)
    field.selectAll()
    qtbot.keyClicks(field, "0")
    QApplication.sendEvent(field, QFocusEvent(QEvent.Type.FocusOut))
    assert problem.text() == "Must be greater than 0"
    assert field.accessibleDescription() == problem.text()


def test_escape_takes_back_what_was_typed(qtbot: QtBot) -> None:
    field = NumberField(3.0)
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.problem
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "3"
    assert field.problem == ""


@pytest.mark.parametrize(
    ("value", "key", "after"),
    [
        (0.1, Qt.Key.Key_Up, 0.11),
        (0.1, Qt.Key.Key_Down, 0.09),
        (250.0, Qt.Key.Key_Up, 260.0),
        (0.0, Qt.Key.Key_Up, 0.1),
    ],
)
def test_arrow_keys_nudge_the_number(qtbot: QtBot, value: float, key: Qt.Key, after: float) -> None:
    field = NumberField(value)
    qtbot.addWidget(field)
    qtbot.keyClick(field, key)
    assert field.value == pytest.approx(after)


def test_a_nudge_stays_within_the_bounds(qtbot: QtBot) -> None:
    field = NumberField(100, ge=0, le=100, integer=True)
    qtbot.addWidget(field)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value == 100
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value == 90


def test_an_optional_field_may_be_empty(qtbot: QtBot) -> None:
    field = NumberField(None, optional=True)
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "4")
    assert field.value == 4.0
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    assert field.value is None and field.problem == ""


def test_a_new_value_from_outside_replaces_even_a_bad_text(qtbot: QtBot) -> None:
    field = NumberField(3.0)
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.set_value(3.0)
    assert field.text() == "abc"
    field.set_value(8.0)
    assert (field.text(), field.problem) == ("8", "")


# Sliders


def test_a_slider_snaps_to_its_marks_and_moves_by_keys(qtbot: QtBot) -> None:
    slider = ValueSlider(1e-3, 1e3, 1.0, log=True)
    slider.set_marks([Mark(0.0625, "limit", danger_above=True)])
    qtbot.addWidget(slider)
    slider.resize(300, 42)
    slider.show()
    assert slider.fraction_of(1.0) == pytest.approx(0.5)
    track = slider._track()
    x = track.left() + slider.fraction_of(0.0625) * track.width() + 2
    qtbot.mouseClick(slider, LEFT, pos=QPoint(round(x), 28))
    assert slider.number == 0.0625
    slider.set_number(1.0)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.number > 1.0
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert slider.number == pytest.approx(1e-3)


def test_a_value_from_outside_is_not_reported(qtbot: QtBot) -> None:
    slider = ValueSlider(0.0, 1.0, 0.5)
    qtbot.addWidget(slider)
    seen: list[float] = []
    slider.value_dragged.connect(seen.append)
    slider.set_number(0.123456)
    assert (slider.number, seen) == (0.123456, [])


@pytest.mark.parametrize("widget", [lambda: ValueSlider(0, 1, 0.5), lambda: Choice([(1, "a"), (2, "b")])])
def test_the_wheel_scrolls_the_panel_not_the_value(qtbot: QtBot, widget: object) -> None:
    control: QWidget = widget()  # type: ignore[operator]
    qtbot.addWidget(control)
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(control, event)
    assert not event.isAccepted()


# The others


def test_segments_are_chosen_by_mouse_and_keys(qtbot: QtBot) -> None:
    segments = Segmented([("a", "first"), ("b", "second"), ("c", "third")])
    qtbot.addWidget(segments)
    segments.resize(segments.sizeHint())
    segments.show()
    with qtbot.waitSignal(segments.chosen) as caught:
        qtbot.mouseClick(segments, LEFT, pos=QPoint(segments.width() - 10, 12))
    assert caught.args == ["c"]
    qtbot.keyClick(segments, Qt.Key.Key_Left)
    assert segments.key == "b"
    assert segments.accessibleDescription() == "second"


def test_a_section_folds(qtbot: QtBot) -> None:
    section = Collapsible("More", expanded=False)
    qtbot.addWidget(section)
    inside = QLabel("inside")
    section.body.addWidget(inside)
    section.show()
    assert not inside.isVisible()
    qtbot.mouseClick(section.arrow, LEFT)
    assert inside.isVisible() and section.expanded
    qtbot.keyClick(section.arrow, Qt.Key.Key_Left)
    assert not inside.isVisible()
    qtbot.keyClick(section.arrow, Qt.Key.Key_Right)
    assert inside.isVisible()
    qtbot.mouseClick(section.head, LEFT)
    assert not inside.isVisible()


def test_what_stands_beside_a_title_is_there_while_the_section_is_open(qtbot: QtBot) -> None:
    section = Collapsible("More", role="title")
    button = QPushButton("Add")
    section.add_beside(button)
    shown(qtbot, section, 300, 60)
    assert button.isVisible()
    assert button.geometry().right() > 200
    section.set_expanded(False)
    assert not button.isVisible()


def test_the_focus_leaves_what_is_folded_away_for_the_arrow(qtbot: QtBot) -> None:
    section = Collapsible("More")
    field = QLineEdit()
    section.body.addWidget(field)
    shown(qtbot, section, 300, 80)
    section.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    section.set_expanded(False)
    assert section.arrow.hasFocus()


def test_a_flow_wraps(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    flow = FlowLayout(host, spacing_px=4)
    buttons = [IconButton("plus", str(i), size_px=30) for i in range(10)]
    for button in buttons:
        flow.addWidget(button)
    assert flow.heightForWidth(340) == 30
    assert flow.heightForWidth(170) == 64
    host.resize(170, 100)
    host.show()
    assert buttons[5].y() == 34 and buttons[5].x() == 0


def test_a_cut_label_tells_the_rest_in_its_tooltip(qtbot: QtBot) -> None:
    label = shown(qtbot, ElidedLabel("a rather long description of a setting"), 60, 20)
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    assert label.toolTip() == ""


def test_the_theme_can_change_while_widgets_are_shown(qtbot: QtBot) -> None:
    button = IconButton("play", "Play")
    qtbot.addWidget(button)
    button.show()
    light = button.grab().toImage()
    apply_theme(DARK)
    try:
        assert button.grab().toImage() != light
    finally:
        apply_theme(LIGHT)


def test_a_choice_has_room_for_its_longest_label_but_needs_less(qtbot: QtBot) -> None:
    choice = Choice([(1, "a"), (2, "a label of a considerable length")], "x")
    qtbot.addWidget(choice)
    longest = choice.fontMetrics().horizontalAdvance(choice.itemText(1))
    assert choice.sizeHint().width() > longest + 16
    assert choice.minimumSizeHint().width() < longest


def test_the_list_of_a_choice_is_rounded_and_cuts_no_label(qtbot: QtBot) -> None:
    choice = shown(qtbot, Choice([(1, "a"), (2, "a label of a considerable length")], "x"), 60, 28)
    choice.showPopup()
    popup = choice.view().window()
    assert popup is not choice.window()
    assert not popup.mask().contains(QPoint(0, 0))
    assert popup.mask().contains(popup.rect().center())
    assert popup.width() > choice.fontMetrics().horizontalAdvance(choice.itemText(1))
    choice.hidePopup()
