"""A field of plain text whose placeholder makes way for the letters an input method composes. GUI thread."""

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QPlainTextEdit


class PlainText(QPlainTextEdit):
    """Qt paints the placeholder behind composed Hangul, since the document is still empty."""

    _placeholder = ""

    def setPlaceholderText(self, text: str) -> None:
        self._placeholder = text
        super().setPlaceholderText("" if self.composing else text)

    @property
    def composing(self) -> bool:
        """Whether an input method holds letters that are not committed yet."""
        return bool(self.textCursor().block().layout().preeditAreaText())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self.setPlaceholderText(self._placeholder)
        self.viewport().update()
