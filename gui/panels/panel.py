"""What every panel is. GUI thread."""

from PySide6.QtWidgets import QWidget

from gui.theme import Theme


class Panel(QWidget):
    """Gets the store and the theme, and never another panel.

    Its title is that of the registry; one that is not always called the same has a `windowTitle` of its own.

    Attributes:
        beside_title: small widgets for the line of its title, in the column.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.beside_title: tuple[QWidget, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`; what is painted in the palette's follows by itself."""
        self.update()
