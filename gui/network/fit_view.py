"""FitView: the widget that shows a fit, is asked by clicks, and has its rows dragged. GUI thread."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.drawing.look import Look
from gui.i18n import tr
from gui.network.fit import CurveFit, FitPicture, RegionFit
from gui.network.fit_drawing import fit_viewport, paint_fit, row_at
from gui.theme import LIGHT, Theme


def _far_from(pressed: QPointF, place: QPointF) -> bool:
    """Whether the mouse has gone so far that it drags."""
    return (place - pressed).manhattanLength() >= QApplication.startDragDistance()


class FitView(QWidget):
    """The fit of a model to its rows.

    Signals:
        used(float, float): a click, or a drag beside the rows: data coordinates of the place.
        row_chosen(int): a click on a row.
        row_moved(int, float, float): a row is dragged to there; row_dropped: it was let go.
        row_added(float, float): a double click.
    """

    used = Signal(float, float)
    row_chosen = Signal(int)
    row_moved = Signal(int, float, float)
    row_dropped = Signal()
    row_added = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._picture: FitPicture | None = None
        self._held: int | None = None
        self._pressed: QPointF | None = None  # where the held row was grasped, until it is moved
        self.setMinimumSize(180, 140)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Drawing of the fit"))

    def sizeHint(self) -> QSize:
        return QSize(420, 340)

    def set_theme(self, theme: Theme) -> None:
        self._look = Look(theme, theme.scale)
        self.update()

    def set_picture(self, picture: FitPicture | None) -> None:
        self._picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.theme.color("card"))
            if self._picture is not None:
                paint_fit(painter, QRectF(self.rect()), self._picture, self._look)

    def _data(self, event: QMouseEvent) -> tuple[float, float] | None:
        """Which inputs the mouse points at; None beside the plot, and where the plot is not of inputs."""
        if not isinstance(self._picture, CurveFit | RegionFit):
            return None
        view = fit_viewport(QRectF(self.rect()), self._picture, self._look)
        x, y = view.data(event.position())
        return (x, y) if view.contains(x, y) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._data(event)
        if event.button() != Qt.MouseButton.LeftButton or at is None or self._picture is None:
            return
        self._held = row_at(event.position(), QRectF(self.rect()), self._picture, self._look)
        self._pressed = event.position() if self._held is not None else None
        if self._held is None:
            self.used.emit(*at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._data(event)
        if at is None or self._picture is None:
            return
        if not event.buttons() & Qt.MouseButton.LeftButton:
            near = row_at(event.position(), QRectF(self.rect()), self._picture, self._look)
            self.setCursor(Qt.CursorShape.CrossCursor if near is None else Qt.CursorShape.OpenHandCursor)
        elif self._held is None:
            self.used.emit(*at)
        elif self._pressed is None or _far_from(self._pressed, event.position()):
            self._pressed = None
            self.row_moved.emit(self._held, *at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        if self._pressed is not None:  # it was not moved
            self.row_chosen.emit(held)
        else:
            self.row_dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self._data(event)
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.row_added.emit(*at)
