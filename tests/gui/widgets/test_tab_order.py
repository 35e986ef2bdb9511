"""Tab goes as one reads, not as the widgets were made."""

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.tab_order import next_in_reading_order


def test_tab_goes_as_one_reads(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    fields = {name: QLineEdit(name) for name in "fedcba"}  # made in another order than shown
    fields["b"].setMinimumHeight(60)
    right, hidden, off = QPushButton("right"), QPushButton("hidden"), QPushButton("off")
    columns = QHBoxLayout(window)
    left = QVBoxLayout()
    grid = QGridLayout()
    for index, name in enumerate("abcd"):
        grid.addWidget(fields[name], index // 2, index % 2)
    left.addLayout(grid)
    inner = QWidget()
    rows = QVBoxLayout(inner)
    for widget in (fields["e"], QLabel("no"), hidden, off, fields["f"]):
        rows.addWidget(widget)
    left.addWidget(inner)
    columns.addLayout(left)
    columns.addWidget(right)
    hidden.hide()
    off.setEnabled(False)
    window.resize(400, 300)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()

    seen = []
    fields["a"].setFocus()
    for _ in range(7):
        target = next_in_reading_order(window, forwards=True)
        assert target is not None
        target.setFocus()
        seen.append(target.text())  # type: ignore[attr-defined]
    assert set(seen) == {*"abcdef", "right"}
    assert "".join(text for text in seen if text != "right") == "bcdefa"
    backwards = next_in_reading_order(window, forwards=False)
    assert backwards is not None
    assert backwards.text() != "b"  # type: ignore[attr-defined]
