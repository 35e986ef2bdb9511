"""The typeset formula above the text: shows the caret's place, the selection and the error; a click on a
part of it selects the source. GUI thread.
"""

from math import ceil
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from engine.formula.ast import Span
from gui.editor.places import Places, find_places
from gui.editor.reading import Reading
from gui.editor.wave import paint_wave
from gui.style import zoom
from gui.typeset import Layout, layout_tex, layout_text, palette_color
from gui.typeset.layout import LONG
from gui.typeset.scrolling import BAR_PX, fade_edges, scroll_sideways, set_range

SIZES_PX: Final = (23.0, 20.0, 17.0)
LEAST_HEIGHT_PX: Final = 64
MOST_HEIGHT_PX: Final = 190  # a taller formula is scrolled
_EMPTY: Final = r"f(x, y) = \square"
_PADDING_PX: Final = 10.0


class FormulaPreview(QWidget):
    """Draws a Reading, in the largest size in which none of its lines is broken.

    Signals:
        part_hovered(object): the Span under the mouse, or None. part_clicked(object): of the part clicked.
    """

    part_hovered = Signal(object)
    part_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._layout: Layout | None = None
        self._sizes_px = [size_px * zoom() for size_px in SIZES_PX]
        self._size_px = self._sizes_px[0]
        self._places = Places()
        self._caret: int | None = None
        self._selection: Span | None = None
        self._hovered: Span | None = None
        self._clicked: Span | None = None
        self._error: Span | None = None
        self._height = LEAST_HEIGHT_PX
        self._bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.hide()
        self._bar.valueChanged.connect(self.update)
        self._side_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._side_bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._side_bar.hide()
        self._side_bar.valueChanged.connect(self.update)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    # What is shown

    def set_reading(self, reading: Reading) -> None:
        """Show `reading`."""
        self._reading = reading
        self._hovered = None
        self._lay_out()

    def set_caret(self, caret: int | None, selection: Span | None) -> None:
        """Mark the place of the caret, or of what is selected; None while the text has no focus."""
        if selection is not None and selection[0] == selection[1]:
            selection = None
        if (caret, selection) != (self._caret, self._selection):
            self._caret, self._selection = caret, selection
            self._scroll_to_caret()
            self.update()

    def set_error(self, span: Span | None) -> None:
        """Underline the part of the picture that came from `span`."""
        if span != self._error:
            self._error = span
            self.update()

    @property
    def layout_shown(self) -> Layout | None:
        """The picture; None while there is no formula."""
        return self._layout

    @property
    def places(self) -> Places:
        return self._places

    def _lay_out(self) -> None:
        tex = self._reading.tex if self._reading else ""
        if not tex:
            self._layout, self._places = None, Places()
        else:
            assert self._reading is not None
            self._layout = self._fitting(tex)
            self._places = find_places(self._reading.tree, self._reading.spans, self._layout.regions())
        content = wide = 0.0
        if self._layout is not None:
            wide = max(0.0, self._layout.width - self._room())
            content = self._layout.height + 2 * _PADDING_PX + (BAR_PX if wide else 0)
        height = min(max(ceil(content), LEAST_HEIGHT_PX), MOST_HEIGHT_PX)
        set_range(self._bar, wide, self._room())
        set_range(self._side_bar, max(0.0, content - height), height)
        self._place_bars()
        if height != self._height:
            self._height = height
            self.updateGeometry()
        self._scroll_to_caret()
        self.update()

    def _place_bars(self) -> None:
        self._bar.setGeometry(0, self.height() - BAR_PX, self.width(), BAR_PX)
        self._side_bar.setGeometry(self.width() - BAR_PX, 0, BAR_PX, self.height())

    def _room(self) -> float:
        return max(40.0, self.width() - 2 * _PADDING_PX)

    def _fitting(self, tex: str) -> Layout:
        room = self._room()
        for size_px in self._sizes_px:
            self._size_px = size_px
            layout = layout_tex(tex, size_px, room if len(tex) >= LONG else None)
            if layout.error is not None:  # nested too deeply to be set: the text as it stands
                assert self._reading is not None
                return layout_text(self._reading.text.replace("$", ""), self.font(), self._size_px)
            if layout.width <= room and layout.lines == tex.count("\n") + 1:
                return layout
        return layout_tex(tex, self._size_px, room)

    # Geometry

    def sizeHint(self) -> QSize:
        return QSize(300, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()
        self._place_bars()

    def origin(self) -> QPointF:
        """The top left corner of the picture in the widget."""
        if self._layout is None:
            return QPointF(_PADDING_PX, _PADDING_PX)
        bar = BAR_PX if self._bar.maximum() else 0
        if self._side_bar.maximum():
            y = _PADDING_PX - self._side_bar.value()
        else:
            y = max(_PADDING_PX / 2, (self.height() - bar - self._layout.height) / 2)
        return QPointF(_PADDING_PX - self._bar.value(), y)

    def _scroll_to_caret(self) -> None:
        if self._caret is None or not (self._bar.maximum() or self._side_bar.maximum()):
            return
        line = self._places.caret(self._caret, self._size_px)
        if line is not None:
            self._bar.setValue(round(line.x1() - self._room() / 2))
            self._side_bar.setValue(round(line.center().y() - self.height() / 2))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette = self.palette()
            if self._layout is None:
                faint = palette.color(QPalette.ColorRole.PlaceholderText)
                faint.setAlphaF(0.6)
                empty = layout_tex(_EMPTY, SIZES_PX[0])
                empty.paint(painter, QPointF(_PADDING_PX, (self.height() - empty.height) / 2), faint)
                return
            at = self.origin()
            accent = palette.color(QPalette.ColorRole.Highlight)
            painter.translate(at)
            for span, alpha in ((self._selection, 0.24), (self._hovered, 0.14)):
                if span is not None:
                    self._tint(painter, span, accent, alpha)
            painter.translate(-at)
            foreground = palette.color(QPalette.ColorRole.Text)
            self._layout.paint(painter, at, foreground, lambda token: palette_color(palette, token))
            painter.translate(at)
            if self._error is not None:
                self._underline(painter, self._error, palette.color(QPalette.ColorRole.LinkVisited))
            if self._caret is not None and self._selection is None:
                line = self._places.caret(self._caret, self._size_px)
                if line is not None:
                    pen = QPen(accent, 1.6)
                    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                    painter.setPen(pen)
                    painter.drawLine(line)
            painter.translate(-at)
            fade_edges(painter, self.size(), self._bar, palette.color(QPalette.ColorRole.Base))

    def _tint(self, painter: QPainter, span: Span, color: QColor, alpha: float) -> None:
        tint = QColor(color)
        tint.setAlphaF(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        for box in self._places.boxes(span):
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 4, 4)

    def _underline(self, painter: QPainter, span: Span, color: QColor) -> None:
        """A wavy line under what came from `span`; under its neighbour if nothing did."""
        boxes = self._places.boxes(span) or self._places.boxes(self._places.nearest(span[0]))
        for box in boxes:
            paint_wave(painter, box.left() - 1.0, box.right() + 1.0, box.bottom() + 4.0, color)

    # The mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._places.at(event.position() - self.origin()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def _hover(self, span: Span | None) -> None:
        if span == self._hovered:
            return
        self._hovered = span
        self.setCursor(Qt.CursorShape.ArrowCursor if span is None else Qt.CursorShape.PointingHandCursor)
        self.part_hovered.emit(span)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        span = self._places.at(event.position() - self.origin())
        if span is not None and self._selection is not None and self._clicked is not None:
            inside = self._selection[0] <= span[0] and span[1] <= self._selection[1]
            if inside and self._selection == self._clicked:  # once more: the part around it
                span = self._places.around(self._selection)
        self._clicked = span
        self.part_clicked.emit(span)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the editor's menu

    def wheelEvent(self, event: QWheelEvent) -> None:
        if scroll_sideways(self._bar, event):
            return
        turn = event.angleDelta().y()
        if turn and self._side_bar.maximum():
            self._side_bar.setValue(self._side_bar.value() - turn // 2)
        else:
            event.ignore()
