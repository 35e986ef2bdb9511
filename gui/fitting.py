"""Windows that open no larger than the screen. GUI thread."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from gui.style import zoom

FRAME: Final = QSize(16, 48)  # what the system may draw around a window


def fit_on_screen(window: QWidget, wish: QSize) -> None:
    """Give `window` the size it wishes, larger with the letters; or of what its screen has free."""
    window.resize((wish * zoom()).boundedTo(window.screen().availableGeometry().size() - FRAME))
