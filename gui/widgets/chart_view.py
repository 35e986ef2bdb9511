"""ChartView: a widget for one chart. What does not change is painted once, the playhead above it each time.

So a move of the playhead costs a blit and a few markers, whatever the length of the curves. GUI thread.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from gui.drawing.chart import Chart
from gui.drawing.look import Look
from gui.style import zoom
from gui.theme import LIGHT, Theme


class ChartView(QWidget):
    """One chart, which the class derived from it makes for the size it has.

    Signals:
        pressed(float): the user points at this step, with the button down.
        hovered(object, object): (step, what is near there) under the mouse, or (None, None).

    Attributes:
        pictures_painted: how often the curves were.
    """

    pressed = Signal(float)
    hovered = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = Look(LIGHT, zoom())
        self.playhead: float | None = None
        self._made: Chart | None = None
        self._hover_step: float | None = None
        self._pixmap: QPixmap | None = None
        self.pictures_painted = 0
        self.setMinimumSize(160, 80)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def make_chart(self, rect: QRectF) -> Chart:
        """The chart in `rect`."""
        raise NotImplementedError

    def paint_below(self, painter: QPainter, chart: Chart) -> None:
        """What is painted once, with the curves."""
        chart.paint(painter, self.devicePixelRatioF())

    def paint_markers(self, painter: QPainter, chart: Chart) -> None:
        """What moves with the playhead."""

    def near(self, at: QPointF, chart: Chart) -> tuple[float, object]:
        """The step under a place, and what is near there, or None."""
        return chart.step_under(at.x()), None

    @property
    def chart(self) -> Chart:
        if self._made is None:
            self._made = self.make_chart(QRectF(self.rect()))
        return self._made

    def set_theme(self, theme: Theme) -> None:
        self.look = Look(theme, zoom())
        self.changed()

    def move_playhead(self, t_steps: float) -> None:
        """To this step; nothing else is touched."""
        self.playhead = t_steps
        self.update()

    def changed(self) -> None:
        """The chart is to be made and painted anew."""
        self._made = None
        self._pixmap = None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 150)

    def paintEvent(self, event: QPaintEvent) -> None:
        chart = self.chart
        if self._pixmap is None:
            self._pixmap = self._paint_picture(chart)
            self.pictures_painted += 1
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = self.look.theme
            if self._hover_step is not None:
                chart.paint_step(painter, self._hover_step, theme.color("muted", 0.8), Qt.PenStyle.DashLine)
            if self.playhead is not None and chart.traces:
                chart.paint_step(painter, self.playhead, theme.color("accent"), Qt.PenStyle.SolidLine)
                self.paint_markers(painter, chart)

    def _paint_picture(self, chart: Chart) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.look.theme.card))
        with QPainter(picture) as painter:
            self.paint_below(painter, chart)
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            step, found = self.near(event.position(), self.chart)
            self.pressed.emit(step if found is not None else self.chart.step_under(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pressed.emit(self.chart.step_under(event.position().x()))
            return
        self._hover_step, found = self.near(event.position(), self.chart)
        self.update()
        self.hovered.emit(self._hover_step, found)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover_step = None
        self.update()
        self.hovered.emit(None, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.changed()
