"""FormulaLabel: the one widget for all typeset text of the app.

Its colours are the palette's, so it needs no telling when the theme changes; the tokens "text", "muted",
"accent", "danger", "success", "warning" may colour terms. GUI thread.
"""

import re
from typing import Final, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QScrollBar, QSizePolicy, QWidget

from gui.i18n import language, tr
from gui.style import zoom
from gui.timing import single_shot
from gui.typeset import copying
from gui.typeset.layout import Layout, layout_tex, layout_text, text_face
from gui.typeset.picture import speech
from gui.typeset.scrolling import BAR_PX, fade_edges, scroll_sideways, set_range

Overflow = Literal["scroll", "wrap", "shrink"]
PADDING_PX: Final = 2.0
LEAST_SHRINK: Final = 0.6
SPEECH_DELAY_MS: Final = 250
_COLOR = re.compile(r"\\textcolor\{[^}]*\}\{")
_SWITCH = re.compile(r"\{\\color\{[^}]*\}")
_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+$")
_ROLES: Final = {
    "text": QPalette.ColorRole.Text,
    "muted": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Highlight,
    "danger": QPalette.ColorRole.LinkVisited,
}


def palette_color(palette: QPalette, token: str) -> QColor:
    """The colour that `token` names in formulas; the text's for one that is not known."""
    return palette.color(_ROLES.get(token, QPalette.ColorRole.Text))


class FormulaLabel(QWidget):
    """A typeset formula, or a text with $formulas$ in it.

    Args:
        tex: the formula. size_px: its em.
        overflow: what happens to a formula wider than the label: "scroll" it sideways, "wrap" it at its
            operators (and scroll what still does not fit), or "shrink" it (to 60 %, then scroll).
        selectable: a click or the Tab key selects it, for copying.

    Signals:
        clicked: with the left button, before any selecting.
    """

    clicked = Signal()

    def __init__(
        self,
        tex: str = "",
        parent: QWidget | None = None,
        *,
        size_px: float = 18.0,
        overflow: Overflow = "scroll",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        selectable: bool = True,
    ) -> None:
        super().__init__(parent)
        self._source = ""
        self._mixed = False
        self._plain: str | None = None
        self._size_px = size_px * zoom()
        self._overflow: Overflow = overflow
        self._align = align
        self._color_token = "text"
        self._selected = False
        self._opacity = 1.0
        self._layout: Layout | None = None
        self._layout_width = -1.0
        self._held: tuple[str, Layout] | None = None
        self._bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self._bar.setFixedHeight(BAR_PX)
        self._bar.setSingleStep(20)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.hide()
        self._bar.valueChanged.connect(self.update)
        self._height = 0
        # Words are not made for what changes at every frame.
        self._speech = single_shot(self, SPEECH_DELAY_MS, self._name_in_words)
        self._selectable = selectable
        if selectable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_tex(tex)

    # What is shown

    def set_tex(self, tex: str, *, plain: str | None = None) -> None:
        """Show the formula `tex`; `plain` is what "Copy as plain text" gives, its words if left out."""
        self._set(tex, False, plain)

    def set_text(self, text: str, *, plain: str | None = None) -> None:
        """Show `text`, in which $…$ are formulas; it wraps at words."""
        self._set(text, True, plain)

    def _set(self, source: str, mixed: bool, plain: str | None) -> None:
        self._plain = plain
        if (source, mixed) == (self._source, self._mixed):
            return
        self._source, self._mixed = source, mixed
        wraps = self.hasHeightForWidth()
        vertical = QSizePolicy.Policy.Preferred if wraps else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        policy.setHeightForWidth(wraps)
        self.setSizePolicy(policy)
        self._forget_layout()
        self._bar.setValue(0)
        self._speech.start()

    @property
    def tex(self) -> str:
        """The LaTeX (or the mixed text) shown."""
        return self._source

    @property
    def mixed(self) -> bool:
        return self._mixed

    def speech(self) -> str:
        """What a screen reader says, in the user's language."""
        if not self._mixed:
            return speech(self._source, language()) if self._source else ""
        parts = self._source.split("$")
        return "".join(speech(part, language()) if i % 2 else part for i, part in enumerate(parts))

    def _name_in_words(self) -> None:
        self.setAccessibleName(self.speech())

    def set_color(self, token: str) -> None:
        """Draw in the colour of a token ("muted", "danger"…) or a literal "#rrggbb"."""
        self._color_token = token
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """Fade the formula: 1 is opaque. For what is about to be replaced."""
        if opacity != self._opacity:
            self._opacity = opacity
            self.update()

    @property
    def opacity(self) -> float:
        return self._opacity

    @property
    def error(self) -> str | None:
        """Why the source is shown instead of the formula, else None."""
        return self._laid_out(self._room()).error

    # Geometry

    def _forget_layout(self) -> None:
        self._layout = None
        self.updateGeometry()
        self._update_bar()
        self.update()

    def _room(self, width: float | None = None) -> float:
        return max(1.0, (self.width() if width is None else width) - 2 * PADDING_PX)

    def _make_layout(self, room: float | None) -> Layout:
        if self._mixed:
            return layout_text(self._source, text_face(self._size_px), self._size_px, room)
        return self._typeset(self._source, room)

    def _typeset(self, tex: str, room: float | None) -> Layout:
        if self._overflow == "wrap":
            return layout_tex(tex, self._size_px, room)
        layout = layout_tex(tex, self._size_px)
        if self._overflow == "shrink" and room is not None and layout.width > room:
            shrink = max(LEAST_SHRINK, room / layout.width)
            layout = layout_tex(tex, self._size_px * shrink)
        return layout

    def _laid_out(self, room: float) -> Layout:
        if self._layout is None or self._layout_width != room:
            self._layout = self._make_layout(room)
            self._layout_width = room
        return self._layout

    def hold_height(self, tex: str) -> None:
        """Be at least as high as the formula `tex` would be, whatever is shown from now on."""
        if self._held is None or self._held[0] != tex:
            self._held = tex, self._typeset(tex, None)
            self._forget_layout()

    def sizeHint(self) -> QSize:
        layout = self._make_layout(None)
        height = layout.height if self.hasHeightForWidth() else self._needed_height()
        return _outer(layout.width, height)

    def minimumSizeHint(self) -> QSize:
        layout = self._laid_out(self._room())
        return _outer(min(layout.width, 3.0 * self._size_px), self._needed_height())

    def _needed_height(self) -> float:
        """In the present width, with the bar if it takes one."""
        layouts = [self._laid_out(self._room()), *([self._held[1]] if self._held else [])]
        bar = BAR_PX if any(map(self._overflows, layouts)) else 0
        return max(each.height for each in layouts) + bar

    def hasHeightForWidth(self) -> bool:
        return self._mixed or self._overflow == "wrap"

    def heightForWidth(self, width: int) -> int:
        layout = self._make_layout(self._room(width))
        bar = BAR_PX if layout.width > self._room(width) + 0.5 else 0
        return _outer(layout.width, layout.height + bar).height()

    def _overflows(self, layout: Layout) -> bool:
        return layout.width > self._room() + 0.5

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_bar()

    def _update_bar(self) -> None:
        layout = self._laid_out(self._room())
        overflow = self._overflows(layout)
        height = self.minimumSizeHint().height()
        if height != self._height:  # the layout above may think of another width
            self._height = height
            self.updateGeometry()
        set_range(self._bar, layout.width - self._room() if overflow else 0.0, self._room())
        self._bar.setGeometry(0, self.height() - BAR_PX, self.width(), BAR_PX)

    def _origin(self, layout: Layout) -> QPointF:
        """The top left corner of the layout in the widget."""
        overflow = self._overflows(layout)
        free = self._room() - layout.width
        x = PADDING_PX
        if overflow:
            x -= self._bar.value()
        elif self._align & Qt.AlignmentFlag.AlignHCenter:
            x += free / 2
        elif self._align & Qt.AlignmentFlag.AlignRight:
            x += free
        height = self.height() - (BAR_PX if overflow else 0)
        return QPointF(x, max(PADDING_PX, (height - layout.height) / 2))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        layout = self._laid_out(self._room())
        at = self._origin(layout)
        with QPainter(self) as painter:
            if self._selected:
                color = self.palette().color(QPalette.ColorRole.Highlight)
                color.setAlphaF(0.22 if self.hasFocus() else 0.12)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                box = QRectF(at.x(), at.y(), layout.width, layout.height)
                painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 4, 4)
            painter.setOpacity(self._opacity)
            layout.paint(painter, at, self._color(self._color_token), self._color)
            painter.setOpacity(1.0)
            if self._overflows(layout):
                card = self.palette().color(QPalette.ColorRole.Base)
                fade_edges(painter, self.size(), self._bar, card)

    def _color(self, token: str) -> QColor:
        if token.startswith("#"):
            return QColor(token)
        return palette_color(self.palette(), token)

    # Selecting, copying, scrolling

    def set_selected(self, selected: bool) -> None:
        """Highlight the formula as selected."""
        if selected != self._selected:
            self._selected = selected
            self.update()

    @property
    def selected(self) -> bool:
        return self._selected

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()
            if self._selectable:
                self.set_selected(True)
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.set_selected(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.set_selected(False)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_latex()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.set_selected(True)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._bar.maximum() > 0:
            step = 40 if event.key() == Qt.Key.Key_Right else -40
            self._bar.setValue(self._bar.value() + step)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.setAccepted(scroll_sideways(self._bar, event))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.copy_menu().exec(event.globalPos())

    def copy_menu(self) -> QMenu:
        """The menu of ways to copy."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy as LaTeX"), self.copy_latex)
        menu.addAction(tr("Copy as plain text"), self.copy_plain)
        menu.addAction(tr("Copy as picture"), self.copy_picture)
        return menu

    def copy_latex(self) -> None:
        """Put the LaTeX on the clipboard, without the app's colours."""
        copying.copy_text(without_colors(self._source))

    def copy_plain(self) -> None:
        """Put the plain text on the clipboard."""
        copying.copy_text(self._plain if self._plain is not None else self.speech())

    def copy_picture(self) -> None:
        """Put a picture on the clipboard, black on transparent, as SVG and as PNG."""
        layout = self._make_layout(None)
        copying.copy_picture(layout, QColor("#000000"), lambda token: QColor("#000000"))


def _outer(width: float, height: float) -> QSize:
    return QSize(int(width + 2 * PADDING_PX + 0.999), int(height + 2 * PADDING_PX + 0.999))


def without_colors(tex: str) -> str:
    """`tex` without its \\textcolor{…}{…} wrappers and \\color{…} switches.

    >>> without_colors(r"\\textcolor{accent}{x_{1}}+y")
    'x_{1}+y'
    """
    tex = _SWITCH.sub(r"{", tex)
    while match := _COLOR.search(tex):
        depth, end = 1, match.end()
        while end < len(tex) and depth:
            if tex[end] == "\\":
                end += 2
                continue
            depth += (tex[end] == "{") - (tex[end] == "}")
            end += 1
        body = tex[match.end() : end - 1 if depth == 0 else end]
        rest = tex[end:]
        gap = " " if _ENDS_IN_COMMAND.search(body) and rest[:1].isalpha() else ""
        tex = tex[: match.start()] + body + gap + rest
    return tex
