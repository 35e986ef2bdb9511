"""The network drawn with its numbers: one function for the window, films and vector files. GUI thread.

An edge is as wide as its weight is large, blue and whole above 0, orange and dashed below. A neuron is filled
by its activation in the same two colours. It stands on a card, whose colour everything faint is mixed with.
"""

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from engine.base.round_numbers import format_tick
from gui.drawing.look import Look
from gui.drawing.lookup import discs, signed_table
from gui.i18n import tr
from gui.network.layout import NAME_GAP_PX, NAME_PX, Column, NetworkLayout
from gui.network.picture import Edge, NetworkPicture, Neuron, Part, number, place
from gui.theme import chain_color, ink_on, mixed, sign_color
from gui.typeset import typeset

NUMBER_PX: Final = 11.0
SMALL_PX: Final = 9.5
DIM: Final = 0.16  # what is left of an edge beside the lit path
DIM_NEURON: Final = 0.45
FULL_PX: Final = 4.0  # wide, where an edge has its full colour
LIT: Final = 0.8  # of the colour, at least, on the lit path
LIT_PX: Final = 1.8
ALONG: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.25)  # an edge, where its number may stand
FINEST: Final = 4.0  # dots a pixel of a map, at most
HALO: Final = 0.42
FAINTEST: Final = 0.34  # of the colour of the weakest edge
DASH_PX: Final = (9.0, 5.0)
MOST_PLATES: Final = 4  # numbers on the edges of the lit path into one layer
MAP_FROM_PX: Final = 9.0  # the radius from which a map is worth drawing
FILL: Final = 0.78  # of the sign's colour, in a neuron at the full activation
LEAST_FOR_DELTA_PX: Final = 8.0


def paint_network(
    painter: QPainter,
    rect: QRectF,
    picture: NetworkPicture,
    look: Look,
    *,
    pointed: Part | None = None,
    layout: NetworkLayout | None = None,
) -> None:
    """Draw `picture` into `rect`; the background is the caller's, a card.

    Args:
        pointed: what the mouse or the keyboard is at. layout: of the same rect, picture and look, if at hand.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing = _Drawing(painter, picture, look, layout or NetworkLayout(rect, picture, look), pointed)
    drawing.edges()
    for layer in range(len(picture.units)):
        drawing.layer(layer)
    drawing.deltas()
    drawing.plates()
    drawing.footer()
    painter.restore()


_Lettering = tuple[QFont, QFontMetricsF, int]  # and how many digits


class _Drawing:
    def __init__(
        self,
        painter: QPainter,
        picture: NetworkPicture,
        look: Look,
        layout: NetworkLayout,
        pointed: Part | None,
    ) -> None:
        self.painter, self.picture, self.look, self.layout = painter, picture, look, layout
        self.pointed = pointed
        self.card = QColor(look.theme.card)
        self.full = [units.full for units in picture.units]
        self.taken = [
            QRectF(column.x - column.radius, y - column.radius, 2 * column.radius, 2 * column.radius)
            for column in layout.columns
            for y in column.y.tolist()
        ]  # where no number of an edge goes

    # Edges

    def edges(self) -> None:
        edges, picture, look = self.layout.edges, self.picture, self.look
        if not len(edges.weights):
            return
        lit = self._lit_edges()
        # Equal pens are one call: pens are few, and their widths even.
        quarter = look.px(0.25)
        widths = np.maximum(np.rint(edges.widths / quarter), 1.0) * quarter
        widths = np.where(lit & (picture.chosen is not None), np.maximum(widths, look.px(LIT_PX)), widths)
        pens = np.stack((lit, widths, edges.weights < 0), axis=1)
        kinds, kind = np.unique(pens, axis=0, return_inverse=True)  # the dim ones first, then the thin ones
        for k in range(len(kinds)):
            if kinds[k, 0] and not (k and kinds[k - 1, 0]):
                self._halos()
            self.painter.setPen(self._pen(*kinds[k].tolist()))
            self.painter.drawLines([QLineF(*ends) for ends in edges.ends[kind.ravel() == k].tolist()])

    def _lit_edges(self) -> NDArray[np.bool_]:
        edges = self.layout.edges
        if self.picture.chosen is None:
            return np.ones(len(edges.weights), dtype=bool)
        return np.array([self.picture.lit(edges.edge(k)) for k in range(len(edges.weights))])

    def _pen(self, lit: float, width: float, negative: float) -> QPen:
        share = FAINTEST + (1.0 - FAINTEST) * min(width / self.look.px(FULL_PX), 1.0)
        if self.picture.chosen is not None:
            share = max(share, LIT) if lit else DIM
        pen = QPen(mixed(self.card, sign_color(not negative, self.look.theme), share), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if negative:
            pen.setDashPattern([self.look.px(length) / width for length in DASH_PX])
        return pen

    def _halos(self) -> None:
        """Under what is chosen and what is pointed at."""
        edges, theme = self.layout.edges, self.look.theme
        for part, color in ((self.picture.chosen, theme.warning), (self.pointed, theme.muted)):
            k = edges.find(part) if isinstance(part, Edge) else None
            if k is not None:
                width = float(edges.widths[k]) + self.look.px(9)
                pen = QPen(mixed(self.card, QColor(color), HALO), width)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                self.painter.setPen(pen)
                self.painter.drawLine(QLineF(*edges.ends[k].tolist()))

    # Neurons

    def layer(self, layer: int) -> None:
        column, units, painter = self.layout.columns[layer], self.picture.units[layer], self.painter
        theme, look = self.look.theme, self.look
        if units.title:
            painter.setFont(look.tick_font)
            painter.setPen(theme.color("muted"))
            width = look.tick_metrics.horizontalAdvance(units.title) + 2
            left = min(max(column.x - width / 2, self.layout.rect.left()), self.layout.rect.right() - width)
            box = QRectF(left, self.layout.rect.top() + look.px(4), width, look.tick_metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, units.title)
        maps, written = self._maps(layer), self._lettering(layer)
        for k, (index, y) in enumerate(zip(column.shown, column.y.tolist(), strict=True)):
            neuron, center = Neuron(layer, index), QPointF(column.x, y)
            self._neuron(neuron, center, column, maps[k] if maps else None, written)
        if column.gap is not None:
            self._gap(column)

    def _gap(self, column: Column) -> None:
        """Three dots, and how many neurons they stand for."""
        look, painter = self.look, self.painter
        assert column.gap is not None
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.theme.color("muted"))
        for k in (-1, 0, 1):
            painter.drawEllipse(QPointF(column.x, column.gap + look.px(5 * k)), look.px(1.5), look.px(1.5))
        text = f"+{column.left_out}"
        box = QRectF(
            0, 0, look.inline_metrics.horizontalAdvance(text) + look.px(6), look.inline_metrics.height()
        )
        box.moveCenter(QPointF(column.x + look.px(6) + box.width() / 2, column.gap))
        self._text(box, text, look.inline_font, QColor(look.theme.muted), under=True)

    def _neuron(
        self,
        neuron: Neuron,
        center: QPointF,
        column: Column,
        mapped: QImage | None,
        written: _Lettering | None,
    ) -> None:
        painter, theme, look, radius = self.painter, self.look.theme, self.look, column.radius
        units = self.picture.units[neuron.layer]
        lit = self.picture.lit(neuron)
        share = 1.0 if lit else DIM_NEURON
        activation = number(units.activations, neuron.index)
        fill = self.card
        if activation is not None and mapped is None:
            strength = min(abs(activation) / self.full[neuron.layer], 1.0) * FILL
            fill = mixed(self.card, sign_color(activation >= 0, theme), strength * share)
        rim, width = mixed(self.card, QColor(theme.grid), share), look.px(1.2)
        if neuron == self.pointed:
            painter.setPen(QPen(mixed(self.card, QColor(theme.muted), HALO), look.px(8)))
            painter.drawEllipse(center, radius, radius)
        role = self._role(neuron)
        if role:
            rim, width = chain_color(role, theme), look.px(2.8)
        if mapped is not None:
            if not lit:  # no edge shines through
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self.card)
                painter.drawEllipse(center, radius, radius)
            painter.setOpacity(share)
            painter.drawImage(
                QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius), mapped
            )
            painter.setOpacity(1.0)
        painter.setPen(QPen(rim, width))
        painter.setBrush(fill if mapped is None else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, radius, radius)
        if activation is not None and written is not None:
            self._activation(activation, written, center, fill, mapped is not None, share)
        if neuron.index < len(units.names) and neuron.layer in (0, len(self.picture.units) - 1):
            self._name(units.names[neuron.index], neuron, center, radius, share)

    def _role(self, neuron: Neuron) -> str:
        """Which factor of the chosen weight's derivative a neuron holds."""
        chosen = self.picture.chosen
        if chosen is None:
            return ""
        if neuron == Neuron(chosen.layer + 1, chosen.target):
            return "delta"
        return "activation" if (neuron.layer, neuron.index) == (chosen.layer, chosen.source) else ""

    def _maps(self, layer: int) -> list[QImage]:
        """Round pictures of what each shown neuron does over the inputs; none where there is no room."""
        units, column = self.picture.units[layer], self.layout.columns[layer]
        if units.maps is None or column.radius < self.look.px(MAP_FROM_PX):
            return []
        share = 0.5 + 0.5 * np.nan_to_num(units.maps[list(column.shown)] / self.full[layer], nan=0.0)
        dots = 2.0 * column.radius * min(max(abs(self.painter.deviceTransform().m11()), 1.0), FINEST)
        return discs(share, signed_table(self.look.theme, FILL), round(dots))

    def _lettering(self, layer: int) -> _Lettering | None:
        """The font and the digits with which every activation of a layer fits into its neuron."""
        units, column = self.picture.units[layer], self.layout.columns[layer]
        if units.activations is None:
            return None
        values = units.activations[list(column.shown)].tolist()
        for size, digits in ((NUMBER_PX, 3), (NUMBER_PX, 2), (SMALL_PX, 2)):
            font, metrics = lettering(self.look, size)
            longest = max((format_tick(value, digits) for value in values), key=len)
            if metrics.horizontalAdvance(longest) <= 1.74 * column.radius:
                return font, metrics, digits
        return None

    def _activation(
        self, value: float, written: _Lettering, center: QPointF, fill: QColor, mapped: bool, share: float
    ) -> None:
        """The number in the neuron; on a plate over a map."""
        theme, (font, metrics, digits) = self.look.theme, written
        text = format_tick(value, digits)
        width = metrics.horizontalAdvance(text) + self.look.px(5) if mapped else 0.0
        box = QRectF(0, 0, width, 1.15 * font.pixelSize())
        box.moveCenter(center)
        ink = QColor(theme.text) if mapped else ink_on(fill, theme)
        self._text(box, text, font, mixed(fill if not mapped else self.card, ink, share), under=mapped)

    def deltas(self) -> None:
        """δ beside the neurons, going backward: where there is room, and always after the chosen weight."""
        chosen = self.picture.chosen
        if self.picture.phase != "backward":
            return
        for layer in range(1 if chosen is None else chosen.layer + 1, len(self.picture.units)):
            column = self.layout.columns[layer]
            for index, y in zip(column.shown, column.y.tolist(), strict=True):
                neuron = Neuron(layer, index)
                delta = number(self.picture.units[layer].deltas, index)
                if delta is not None and self.picture.lit(neuron):
                    self._delta(f"δ {format_tick(delta, 3)}", QPointF(column.x, y), column, neuron)

    def _delta(self, text: str, center: QPointF, column: Column, neuron: Neuron) -> None:
        look = self.look
        metrics = look.inline_metrics
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + look.px(6), metrics.height())
        if column.spacing - 2 * column.radius >= 0.8 * box.height():
            box.moveCenter(center + QPointF(0, column.radius + 0.5 * box.height() + look.px(1.5)))
        elif column.radius >= look.px(LEAST_FOR_DELTA_PX) or self._role(neuron):
            box.moveCenter(center + QPointF(column.radius + box.width() / 2 + look.px(2), 0))
        else:
            return
        box.moveRight(min(box.right(), self.layout.rect.right()))
        self.taken.append(box)
        self._text(box, text, look.inline_font, chain_color("delta", look.theme), under=True)

    def _name(self, tex: str, neuron: Neuron, center: QPointF, radius: float, share: float) -> None:
        """Left of an input, right of an output."""
        look = self.look
        name = typeset(tex, look.px(NAME_PX), display=False)
        gap = radius + look.px(NAME_GAP_PX)
        left = center.x() - gap - name.width if neuron.layer == 0 else center.x() + gap
        ink = mixed(self.card, QColor(look.theme.text), share)
        name.paint(self.painter, QPointF(left, center.y() + (name.ascent - name.depth) / 2), ink)

    # Numbers on edges

    def plates(self) -> None:
        """On the chosen edge its weight, and how it changes; on the few edges after it theirs."""
        chosen = self.picture.chosen
        if chosen is None:
            return
        edges, theme = self.layout.edges, self.look.theme
        found = edges.find(chosen)
        if found is not None:
            self._plate(found, self._weight_text(chosen), QColor(theme.text), always=True)
        on = (edges.layer == chosen.layer + 1) & (edges.source == chosen.target)
        after = np.flatnonzero(on).tolist()
        for k in after if len(after) <= MOST_PLATES else ():
            self._plate(k, format_tick(float(edges.weights[k]), 3), chain_color("weight", theme))

    def _weight_text(self, edge: Edge) -> str:
        tensor = self.picture.tensor(edge)
        weight = float(tensor.values[place(edge)])
        update = number(tensor.update, *place(edge))
        if self.picture.phase != "update" or update is None:
            return format_tick(weight, 3)
        return f"{format_tick(weight, 3)} → {format_tick(weight + update, 3)}"

    def _plate(self, k: int, text: str, color: QColor, *, always: bool = False) -> None:
        """A number on its edge, where it covers no other."""
        look, painter = self.look, self.painter
        x0, y0, x1, y1 = self.layout.edges.ends[k].tolist()
        metrics = look.inline_metrics
        box = QRectF(0, 0, metrics.horizontalAdvance(text) + look.px(10), metrics.height() + look.px(3))
        for along in ALONG:
            box.moveCenter(QPointF(x0 + along * (x1 - x0), y0 + along * (y1 - y0)))
            if not any(map(box.intersects, self.taken)):
                break
        else:
            if not always:
                return
        self.taken.append(QRectF(box))
        painter.setPen(QPen(color, look.px(1.2)))
        painter.setBrush(self.card)
        painter.drawRoundedRect(box, look.px(4), look.px(4))
        self._text(box, text, look.inline_font, color, under=False)

    def footer(self) -> None:
        """What widths and strokes mean, and how many edges are left out."""
        look, painter, rect = self.look, self.painter, self.layout.rect
        metrics = look.tick_metrics
        painter.setFont(look.tick_font)
        baseline = rect.bottom() - look.px(6)
        x = rect.left() + look.px(10)
        for positive, text in ((True, "w > 0"), (False, "w < 0")):
            pen = QPen(sign_color(positive, look.theme), look.px(2.6))
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if not positive:
                pen.setDashPattern([2.4, 1.5])
            painter.setPen(pen)
            y = baseline - metrics.xHeight() / 2 - 0.5
            painter.drawLine(QPointF(x, y), QPointF(x + look.px(26), y))
            x += look.px(31)
            painter.setPen(look.theme.color("muted"))
            painter.drawText(QPointF(x, baseline), text)
            x += metrics.horizontalAdvance(text) + look.px(14)
        edges = self.layout.edges
        if edges.drawn < edges.of:
            said = tr("{drawn} of {all} edges", drawn=edges.drawn, all=format_tick(edges.of, 6))
            painter.drawText(
                QPointF(rect.right() - look.px(10) - metrics.horizontalAdvance(said), baseline), said
            )

    def _text(self, box: QRectF, text: str, font: QFont, color: QColor, *, under: bool) -> None:
        painter = self.painter
        if under:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.look.theme.color("card", 0.86))
            painter.drawRoundedRect(box, self.look.px(3), self.look.px(3))
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)


@functools.lru_cache(maxsize=32)
def lettering(look: Look, size_px: float) -> tuple[QFont, QFontMetricsF]:
    """The font of a size, and its measures: both take longer to make than a number to draw."""
    font = look.font(size_px)
    return font, QFontMetricsF(font)
