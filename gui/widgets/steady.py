"""A label whose text changes with every frame and that leaves the layout alone while it fits."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class SteadyLabel(QWidget):
    """One or more lines of text. GUI thread.

    A QLabel asks for a new layout of the whole window whenever its text is set, and so for a second painting
    of it; this one asks only when its text does not fit, or takes fewer or more lines.

    Attributes:
        label: the QLabel inside, to be given its look; its text is set by `setText`.
    """

    def __init__(self, parent: QWidget | None = None, *, wrap: bool = False) -> None:
        super().__init__(parent)
        self.label = QLabel(self)
        self.label.setWordWrap(wrap)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self._needed = self._needs()

    def text(self) -> str:
        return self.label.text()

    def setText(self, text: str) -> None:
        if text != self.label.text():
            self.label.setText(text)

    def sizeHint(self) -> QSize:
        return self.label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.label.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return self.label.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self.label.heightForWidth(width)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # from the label: its text or its font is another
            self._ask()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.label.setGeometry(self.rect())
        self._needed = self._needs()
        super().resizeEvent(event)

    def _ask(self) -> None:
        needed = self._needs()
        if needed != self._needed:
            self._needed = needed
            self.updateGeometry()

    def _needs(self) -> tuple[int, bool]:
        """The height, and whether the width does not do."""
        if self.label.wordWrap():
            return self.label.heightForWidth(self.width()), False
        hint = self.label.sizeHint()
        return hint.height(), hint.width() > self.width()
