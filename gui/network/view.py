"""NetworkView: the widget that shows the drawing of a network and has its parts pointed at. GUI thread."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.drawing.look import Look
from gui.i18n import tr
from gui.network.drawing import paint_network
from gui.network.layout import NetworkLayout
from gui.network.picture import NetworkPicture, Part
from gui.network.telling import said_of, summary
from gui.network.walking import walked
from gui.theme import LIGHT, Theme

_KEYS: Final = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}


class NetworkView(QWidget):
    """A network with its numbers.

    The arrow keys walk from neuron to neuron; with Shift, through the edges that lead into one.

    Signals:
        pointed(object): the Part under the mouse or the keyboard, or None.
        chosen(object): a click on a Part, or Enter; None: on nothing, or Escape.
    """

    pointed = Signal(object)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._picture: NetworkPicture | None = None
        self._layout: NetworkLayout | None = None
        self._part: Part | None = None
        self.setMinimumSize(200, 140)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Drawing of the network"))

    def sizeHint(self) -> QSize:
        return QSize(700, 400)

    def set_theme(self, theme: Theme) -> None:
        self._look = Look(theme, theme.scale)
        self._changed()

    def set_picture(self, picture: NetworkPicture | None) -> None:
        """Show another moment, or another network; what is pointed at stays if it is still there."""
        self._picture = picture
        if picture is None or (self._part is not None and not picture.holds(self._part)):
            self._point(None)
        self._changed()
        self._say()

    @property
    def part(self) -> Part | None:
        """What is pointed at."""
        return self._part

    def at(self, place: QPointF) -> Part | None:
        """The neuron or the edge at a place in the widget."""
        layout = self._laid_out()
        return layout.at(place) if layout is not None else None

    def _laid_out(self) -> NetworkLayout | None:
        if self._layout is None and self._picture is not None:
            self._layout = NetworkLayout(QRectF(self.rect()), self._picture, self._look)
        return self._layout

    def _changed(self) -> None:
        self._layout = None
        self.update()

    def _point(self, part: Part | None) -> None:
        if part != self._part:
            self._part = part
            self._say()
            self.pointed.emit(part)
            self.update()

    def _say(self) -> None:
        """The network, and what is pointed at, for a screen reader."""
        if self._picture is None:
            self.setAccessibleDescription("")
            return
        said = tr(summary(self._picture))
        if self._part is not None:
            said += ". " + tr(said_of(self._picture, self._part))
        self.setAccessibleDescription(said)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.theme.color("card"))
            if self._picture is not None:
                rect = QRectF(self.rect())
                paint_network(
                    painter, rect, self._picture, self._look, pointed=self._part, layout=self._laid_out()
                )

    def resizeEvent(self, event: QEvent) -> None:
        self._changed()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._point(self.at(event.position()))
            self.chosen.emit(self._part)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        layout, key = self._laid_out(), Qt.Key(event.key())
        if layout is None:
            super().keyPressEvent(event)
        elif key in _KEYS:
            edges = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._point(walked(layout, self._part, _KEYS[key], edges=edges))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._part is not None:
            self.chosen.emit(self._part)
        elif key == Qt.Key.Key_Escape and self._part is not None:
            self._point(None)
            self.chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            part = self.at(QPointF(event.pos()))
            said = tr(said_of(self._picture, part)) if part is not None and self._picture is not None else ""
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)
