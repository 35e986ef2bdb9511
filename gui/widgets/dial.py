"""A small dial for a direction in the plane, counter-clockwise from the right. GUI thread."""

import math
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QDial, QSizePolicy, QWidget

SIZE_PX: Final = 48
SNAP_DEG: Final = 2.5
SNAP_HERE_DEG: Final = 6.0  # so small a dial is turned more coarsely
TURN: Final = 360


def snapped(angle_deg: float, steepest_deg: float | None, within_deg: float = SNAP_DEG) -> float:
    """`angle_deg` as a hand chooses it, in [0, 360): whole degrees, or along, against or across the steepest.

    Args:
        steepest_deg: the direction of ∇f, which attracts together with its quarter turns; None for none.
    """
    if steepest_deg is not None:
        turned = (angle_deg - steepest_deg + 45.0) % 90.0 - 45.0
        if abs(turned) <= within_deg:
            return (angle_deg - turned) % TURN
    return round(angle_deg) % float(TURN)


class DirectionDial(QDial):
    """A QDial of 360 positions, so that keyboard and screen readers work; its look is painted.

    Signals:
        value_dragged(float): degrees, while the user turns it, by any means.
        drag_ended(): the mouse or key was released.
    """

    value_dragged = Signal(float)
    drag_ended = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._degrees = 0.0
        self._steepest: float | None = None
        self._steepest_color = QColor()
        self.setRange(0, TURN - 1)
        self.setWrapping(True)
        self.setPageStep(15)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.actionTriggered.connect(self._on_action_triggered)

    @property
    def degrees(self) -> float:
        return self._degrees

    def set_degrees(self, degrees: float) -> None:
        """Show a direction from outside."""
        if degrees != self._degrees:
            self._degrees = degrees
            self.setValue(round(degrees) % TURN)
            self.setAccessibleDescription(f"{degrees:.0f}°")
            self.update()

    def set_steepest(self, degrees: float | None, color: QColor) -> None:
        """Mark the direction of ∇f, in `color`; None where there is none."""
        if (degrees, color) != (self._steepest, self._steepest_color):
            self._steepest, self._steepest_color = degrees, color
            self.update()

    def _turn_to(self, degrees: float) -> None:
        if degrees != self._degrees:
            self.set_degrees(degrees)
            self.value_dragged.emit(degrees)

    def _on_action_triggered(self, _action: int) -> None:
        self._turn_to(float(self.sliderPosition() % TURN))

    def _follow(self, at: QPointF) -> None:
        across, up = at.x() - self.width() / 2, self.height() / 2 - at.y()
        if across or up:
            self._turn_to(snapped(math.degrees(math.atan2(up, across)), self._steepest, SNAP_HERE_DEG))

    # Qt's

    def sizeHint(self) -> QSize:
        return QSize(SIZE_PX, SIZE_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._follow(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._follow(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.drag_ended.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.drag_ended.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = QPalette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = QPointF(self.width() / 2, self.height() / 2)
            radius = min(self.width(), self.height()) / 2 - 7
            rim = colors.color(QPalette.ColorRole.Mid)
            painter.setPen(QPen(rim, 3))
            painter.setBrush(colors.color(QPalette.ColorRole.Base))
            painter.drawEllipse(middle, radius, radius)
            if self._steepest is not None and self.isEnabled():
                painter.setPen(
                    QPen(self._steepest_color, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
                )
                painter.drawLine(
                    QLineF(self._at(middle, self._steepest, 4), self._at(middle, self._steepest, radius - 5))
                )
                painter.drawPoint(self._at(middle, self._steepest, radius + 4.5))
            accent = colors.color(QPalette.ColorRole.Highlight) if self.isEnabled() else rim
            knob = self._at(middle, self._degrees, radius)
            painter.setPen(QPen(accent, 2))
            painter.drawLine(QLineF(middle, knob))
            if self.hasFocus():
                ring = QColor(accent)
                ring.setAlphaF(0.3)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(ring)
                painter.drawEllipse(knob, 7, 7)
            painter.setPen(QPen(accent, 2))
            painter.setBrush(colors.color(QPalette.ColorRole.Base))
            painter.drawEllipse(knob, 4.5, 4.5)

    @staticmethod
    def _at(middle: QPointF, degrees: float, radius: float) -> QPointF:
        angle = math.radians(degrees)
        return QPointF(middle.x() + radius * math.cos(angle), middle.y() - radius * math.sin(angle))
