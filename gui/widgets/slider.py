"""A slider over a range of numbers, linear or logarithmic, with marked values on it. GUI thread."""

import math
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QToolTip, QWidget

from gui.widgets.numbers import show_number

STEPS: Final = 1000
HANDLE_PX: Final = 7.0
SNAP_PX: Final = 4.0


class Mark(Struct, frozen=True):
    """A value to show on a slider: a tick with a short label above it, and its explanation as a tooltip.

    Attributes:
        danger_above: the groove is drawn in the colour of danger beyond the value.
    """

    value: float
    label: str = ""
    tip: str = ""
    danger_above: bool = False


class ValueSlider(QSlider):
    """A horizontal slider for floats.

    It is a QSlider of `STEPS` positions, so that keyboard and screen readers work; its look is painted.

    Signals:
        value_dragged(float): while the user moves it, by any means.
        drag_ended(): the mouse or key was released.
    """

    value_dragged = Signal(float)
    drag_ended = Signal()

    def __init__(
        self,
        lo: float,
        hi: float,
        value: float,
        *,
        log: bool = False,
        name: str = "",
        color: QColor | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._lo, self._hi, self._log = lo, hi, log
        self._value = value
        self._marks: tuple[Mark, ...] = ()
        self._color = color
        self.setRange(0, STEPS)
        self.setPageStep(STEPS // 10)
        self.setSingleStep(STEPS // 100)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        if name:
            self.setToolTip(name)
        self._place()
        self.actionTriggered.connect(self._on_action_triggered)

    # The value

    @property
    def number(self) -> float:
        return self._value

    def set_number(self, value: float) -> None:
        """Show a value from outside; one out of the range is shown at its end."""
        if value != self._value:
            self._value = value
            self._place()

    def set_span(self, lo: float, hi: float) -> None:
        if (lo, hi) != (self._lo, self._hi) and lo < hi:
            self._lo, self._hi = lo, hi
            self._place()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self.updateGeometry()
            self.update()

    @property
    def marks(self) -> tuple[Mark, ...]:
        return self._marks

    def set_color(self, color: QColor) -> None:
        self._color = color
        self.update()

    def fraction_of(self, value: float) -> float:
        """Where `value` lies, 0 at the left end, 1 at the right; clamped."""
        if self._log:
            if not value > 0:
                return 0.0
            part = (math.log(value) - math.log(self._lo)) / (math.log(self._hi) - math.log(self._lo))
        else:
            part = (value - self._lo) / (self._hi - self._lo)
        return min(max(part, 0.0), 1.0)

    def _number_at(self, fraction: float) -> float:
        if self._log:
            value = math.exp(math.log(self._lo) + fraction * (math.log(self._hi) - math.log(self._lo)))
        else:
            value = self._lo + fraction * (self._hi - self._lo)
        return self._rounded(value)

    def _rounded(self, value: float) -> float:
        """To three digits, or to a hundredth of the range: what a hand can aim at."""
        if self._log:
            return float(f"{value:.3g}")
        unit = 10.0 ** math.floor(math.log10((self._hi - self._lo) / 100))
        return float(f"{round(value / unit) * unit:.12g}")

    def _place(self) -> None:
        self.setValue(round(self.fraction_of(self._value) * STEPS))  # setSliderPosition would report a move
        self.setAccessibleDescription(show_number(self._value))
        self.update()

    def _drag_to(self, fraction: float) -> None:
        value = self._number_at(min(max(fraction, 0.0), 1.0))
        for mark in self._marks:
            if abs(self.fraction_of(mark.value) - fraction) * self._track().width() <= SNAP_PX:
                value = mark.value
        if value != self._value:
            self._value = value
            self._place()
            self.value_dragged.emit(value)

    def _on_action_triggered(self, _action: int) -> None:
        self._drag_to(self.sliderPosition() / STEPS)

    # Qt's

    @property
    def _labelled(self) -> bool:
        return any(mark.label for mark in self._marks)

    def _track(self) -> QRectF:
        middle = self.height() - 14.0 if self._labelled else self.height() / 2
        return QRectF(HANDLE_PX + 1, middle - 2, self.width() - 2 * HANDLE_PX - 2, 4)

    def _fraction_under(self, x: float) -> float:
        track = self._track()
        return (x - track.left()) / max(track.width(), 1.0)

    def sizeHint(self) -> QSize:
        return QSize(140, 42 if self._labelled else 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._drag_to(self._fraction_under(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_to(self._fraction_under(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.update()
            self.drag_ended.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.drag_ended.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for mark in self._marks:
                x = self._track().left() + self.fraction_of(mark.value) * self._track().width()
                if mark.tip and abs(event.pos().x() - x) <= 8:
                    QToolTip.showText(event.globalPos(), mark.tip, self)
                    return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = QPalette()
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            track = self._track()
            accent = self._color or colors.color(QPalette.ColorRole.Highlight)
            if group == QPalette.ColorGroup.Disabled:
                accent = colors.color(QPalette.ColorRole.Mid)
            painter.setBrush(colors.color(QPalette.ColorRole.Mid))
            painter.drawRoundedRect(track, 2, 2)
            x = track.left() + self.fraction_of(self._value) * track.width()
            for mark in self._marks:
                if mark.danger_above:
                    danger = colors.color(QPalette.ColorRole.BrightText)
                    danger.setAlphaF(0.55)
                    painter.setBrush(danger)
                    left = track.left() + self.fraction_of(mark.value) * track.width()
                    painter.drawRoundedRect(QRectF(left, track.top(), track.right() - left, 4), 2, 2)
            painter.setBrush(accent)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), x - track.left(), 4), 2, 2)
            self._paint_marks(painter, track, colors)
            center = QPointF(x, track.center().y())
            if self.hasFocus():
                ring = colors.color(QPalette.ColorRole.Highlight)
                ring.setAlphaF(0.3)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ring)
                painter.drawEllipse(center, HANDLE_PX + 3, HANDLE_PX + 3)
            painter.setBrush(colors.color(QPalette.ColorRole.Base))
            painter.setPen(QPen(accent, 2))
            painter.drawEllipse(center, HANDLE_PX - 1, HANDLE_PX - 1)

    def _paint_marks(self, painter: QPainter, track: QRectF, colors: QPalette) -> None:
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        for mark in self._marks:
            x = track.left() + self.fraction_of(mark.value) * track.width()
            role = QPalette.ColorRole.BrightText if mark.danger_above else QPalette.ColorRole.PlaceholderText
            painter.setPen(QPen(colors.color(role), 1.5))
            painter.drawLine(QPointF(x, track.top() - 4), QPointF(x, track.bottom() + 4))
            if mark.label:
                width = painter.fontMetrics().horizontalAdvance(mark.label) + 2.0
                left = min(max(x - width / 2, 0.0), self.width() - width)
                painter.drawText(QRectF(left, 0, width, 15), Qt.AlignmentFlag.AlignCenter, mark.label)
