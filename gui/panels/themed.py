"""A window of its own that follows the look of the application. GUI thread."""

from PySide6.QtWidgets import QDialog

from gui.theme import Theme


class ThemedWindow(QDialog):
    """Found by its class by whoever opened it, without the import of what it shows."""

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of `theme`; what is painted in the palette's follows by itself."""
        self.update()
