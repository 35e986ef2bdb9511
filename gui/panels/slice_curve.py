"""SliceCurve: one section of the surface as a plot, whose point and secant can be dragged. GUI thread."""

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.base.round_numbers import format_tick, round_to
from engine.formula.names import name_latex
from engine.function.field import Curve, Secant
from gui.contour.curve_scene import CurveStyle, curve_ranges, curve_viewport, paint_curve
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.theme import Theme, secant_color, slice_color
from gui.typeset import typeset

HEADER_PX: Final = 24.0
TITLE_PX: Final = 15.0
GRIP_PX: Final = 14.0


class SliceCurve(QWidget):
    """f along one variable with its tangent, and a secant if there is one.

    Signals:
        point_dragged(float): the variable's value under the mouse; step_dragged(float): the secant's h.
        drag_ended(): the button was released.
    """

    point_dragged = Signal(float)
    step_dragged = Signal(float)
    drag_ended = Signal()

    def __init__(self, along: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.along = along
        self._look = Look(theme, theme.scale)
        self.curve: Curve | None = None
        self.secant: Secant | None = None
        self._other: tuple[str, float] | None = None
        self._dragged: str | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 96)

    def sizeHint(self) -> QSize:
        return QSize(320, 170)

    def set_theme(self, theme: Theme) -> None:
        self._look = Look(theme, theme.scale)
        self.update()

    def set_curve(self, curve: Curve, secant: Secant | None, held: tuple[str, float] | None) -> None:
        """Show `curve`; `held` is the name and value of the variable that it holds."""
        self.curve, self.secant, self._other = curve, secant, held
        self.setAccessibleName(self._spoken())
        self.update()

    @property
    def viewport(self) -> Viewport | None:
        if self.curve is None:
            return None
        area = QRectF(0, self._look.px(HEADER_PX) - self._look.px(16), self.width(), 0)
        area.setBottom(self.height())
        return curve_viewport(area, self._look, curve_ranges(self.curve))

    def numbers(self) -> list[tuple[str, str]]:
        """(TeX, number) of the slope, and of the difference quotient."""
        curve = self.curve
        if curve is None:
            return []
        name = name_latex(curve.name)
        slope = ("f'" if self._other is None else f"f_{{{name}}}", format_tick(curve.derivative))
        if self.secant is None:
            return [slope]
        first = f"{name}+h"
        if self._other is None:
            quotient = rf"\tfrac{{f({first})-f({name})}}{{h}}"
        else:
            held = name_latex(self._other[0])
            ends = (first, held), (name, held)
            if self.along == "vertical":
                ends = (held, first), (held, name)
            there, here = (f"f({a},{b})" for a, b in ends)
            quotient = rf"\tfrac{{{there}-{here}}}{{h}}"
        return [slope, (quotient, format_tick(self.secant.quotient))]

    def _spoken(self) -> str:
        return ", ".join(f"{tex} = {number}" for tex, number in self.numbers())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            look = self._look
            painter.fillRect(self.rect(), look.theme.color("panel"))
            view, curve = self.viewport, self.curve
            if view is None or curve is None:
                return
            color = slice_color(self.along, look.theme)
            paint_curve(painter, view, look, curve, CurveStyle(color, named=False), self.secant)
            painter.setFont(look.readout_font)
            x = view.rect.left()
            baseline = look.px(17)
            for k, (tex, number) in enumerate(self.numbers()):
                ink = look.theme.color("text") if k == 0 else secant_color(look.theme)
                picture = typeset(tex, look.px(TITLE_PX), display=False)
                picture.paint(painter, QPointF(x, baseline), ink)
                x += picture.width + look.px(5)
                painter.setPen(ink)
                text = f"= {number}"
                painter.drawText(QPointF(x, baseline), text)
                x += look.readout_metrics.horizontalAdvance(text) + look.px(18)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        view, curve = self.viewport, self.curve
        if view is None or curve is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._dragged = "step" if self._on_step(event.position(), view, curve) else "point"
        self._drag(event.position(), view, curve)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        view, curve = self.viewport, self.curve
        if view is None or curve is None:
            return
        if self._dragged is None:
            step = self._on_step(event.position(), view, curve)
            point = self._near(event.position(), view, curve.here, curve.value)
            self.setCursor(Qt.CursorShape.SizeHorCursor if step or point else Qt.CursorShape.ArrowCursor)
            return
        self._drag(event.position(), view, curve)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._dragged = None
            self.drag_ended.emit()

    def _drag(self, at: QPointF, view: Viewport, curve: Curve) -> None:
        value, _ = view.data(at)
        value = min(max(value, float(curve.s[0])), float(curve.s[-1]))
        value = round_to(value, -math.ceil(math.log10(view.px_per_x)))
        here = curve.here
        if self._dragged == "step":
            self.step_dragged.emit(value - here)
        elif value != here:
            self.point_dragged.emit(value)

    def _on_step(self, at: QPointF, view: Viewport, curve: Curve) -> bool:
        secant = self.secant
        if secant is None or not self._near(at, view, secant.s, secant.value):
            return False
        # Where both lie together, the one that is nearer counts.
        here = view.point_px(curve.here, curve.value)
        there = view.point_px(secant.s, secant.value)
        return abs(there.x() - at.x()) <= abs(here.x() - at.x())

    def _near(self, at: QPointF, view: Viewport, s: float, f: float) -> bool:
        if not (math.isfinite(s) and math.isfinite(f)):
            return False
        here = view.point_px(s, f)
        return math.hypot(here.x() - at.x(), here.y() - at.y()) <= self._look.px(GRIP_PX)
