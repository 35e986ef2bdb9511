"""A small turning arc: something is being worked out. GUI thread."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.i18n import tr

FRAME_MS: Final = 40
STEP_DEG: Final = 24


class Spinner(QWidget):
    """Keeps its place while it is at rest, so that nothing moves when it appears."""

    def __init__(self, parent: QWidget | None = None, *, size_px: int = 16) -> None:
        super().__init__(parent)
        self._size_px = size_px
        self._angle_deg = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._turn)

    @property
    def spinning(self) -> bool:
        return self._timer.isActive()

    def set_spinning(self, spinning: bool) -> None:
        if spinning == self.spinning:
            return
        if spinning:
            self._timer.start()
        else:
            self._timer.stop()
        self.setAccessibleName(tr("Working…") if spinning else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._size_px, self._size_px)

    def _turn(self) -> None:
        self._angle_deg = (self._angle_deg - STEP_DEG) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.spinning:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            pen = QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.0)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            painter.drawArc(box, self._angle_deg * 16, 270 * 16)
