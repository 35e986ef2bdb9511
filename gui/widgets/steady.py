"""A label whose text changes with every frame and that leaves the layout alone."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class SteadyLabel(QWidget):
    """One line of text. GUI thread.

    A QLabel asks for a new layout of the whole window whenever its text is set, and so for a second painting
    of it; this one asks only when its text does not fit. With `elide` it never asks: what does not fit is cut
    there, and the whole is its tooltip.

    Attributes:
        label: the QLabel inside, to be given its look; its text is set by `setText`.
    """

    def __init__(self, parent: QWidget | None = None, *, elide: Qt.TextElideMode | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._elide = elide
        self.label = QLabel(self)
        if elide is not None:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._needed = self._needs()

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._show()

    def sizeHint(self) -> QSize:
        if self._elide is not None:
            return QSize(24, self.label.fontMetrics().height() + 2)
        return self.label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.label.minimumSizeHint() if self._elide is None else self.sizeHint()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # from the label: its text or its font is another
            self._ask()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.label.setGeometry(self.rect())
        self._needed = self._needs()
        self._show()
        super().resizeEvent(event)

    def _show(self) -> None:
        text = self._text
        if self._elide is not None:
            text = self.label.fontMetrics().elidedText(text, self._elide, self.width())
            self.setToolTip("" if text == self._text else self._text)
        if text != self.label.text():
            self.label.setText(text)

    def _ask(self) -> None:
        needed = self._needs()
        if needed != self._needed:
            self._needed = needed
            self.updateGeometry()

    def _needs(self) -> tuple[int, bool]:
        """The height, and whether the width does not do."""
        hint = self.sizeHint()
        return hint.height(), self._elide is None and hint.width() > self.width()
