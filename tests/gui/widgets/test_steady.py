"""A label that changes with every frame leaves the layout alone as long as its text fits."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets import SteadyLabel
from tests.gui.driving import shown


class Requests(QObject):
    """Counts the layouts asked of a widget."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def in_a_window(qtbot: QtBot, label: SteadyLabel, width_px: int) -> tuple[Requests, QWidget]:
    window = QWidget()
    column = QVBoxLayout(window)
    column.addWidget(label)
    column.addStretch(1)
    shown(qtbot, window, width_px, 120)
    QApplication.processEvents()
    return Requests(window), window


def test_a_text_that_fits_moves_nothing(qtbot: QtBot) -> None:
    label = SteadyLabel()
    label.setText("= 17.00 at (4, 3)")
    requests, _window = in_a_window(qtbot, label, 400)
    for k in range(5):
        label.setText(f"= {k}.5 at (4, {k})")
        QApplication.processEvents()
    assert requests.count == 0
    assert label.text() == label.label.text() == "= 4.5 at (4, 4)"
    assert label.label.size() == label.size()


def test_a_text_that_does_not_fit_gets_room(qtbot: QtBot) -> None:
    label = SteadyLabel()
    requests, _window = in_a_window(qtbot, label, 120)
    label.setText("= 17.123456789 at (4.123456789, 3.123456789)")
    qtbot.waitUntil(lambda: label.width() >= label.label.sizeHint().width())
    assert requests.count > 0


def test_what_does_not_fit_is_cut_and_moves_nothing(qtbot: QtBot) -> None:
    label = SteadyLabel(elide=Qt.TextElideMode.ElideMiddle)
    label.setText("∇f = (1, 2), |∇f| = 2.236")
    requests, window = in_a_window(qtbot, label, 190)
    before = label.geometry()
    assert label.label.text() == label.text()
    long = "∇f = (1.234, 2.345, 3.456, 4.567, 5.678), |∇f| = 8.457"
    label.setText(long)
    QApplication.processEvents()
    assert requests.count == 0
    assert label.geometry() == before
    assert label.text() == label.toolTip() == long
    assert "…" in label.label.text()
    assert label.label.text().endswith("8.457")
    window.resize(600, 120)
    qtbot.waitUntil(lambda: label.label.text() == long)
    assert label.toolTip() == ""
