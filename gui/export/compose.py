"""The composition of an exported picture: which part stands where, at any size. Pure; any thread.

The surface and the map, or one of them, have compositions of their own: wide (16:9), square and tall (9:16).
Other views are panels of one size or nearly, in rows or columns between the formula and the words. Everything
is measured in a unit of 1/36 of the shorter side: a preview at a tenth of the size is the same picture.
"""

from typing import Final

from msgspec import Struct
from PySide6.QtCore import QRectF

from gui.export.arranging import arranged
from gui.export.spec import BOTH, CARDS, Card, View

ASPECTS: Final[dict[View, float]] = {
    "surface": 1.1,
    "contour": 1.1,
    "prediction": 1.1,
    "fit": 1.3,
    "network": 1.5,
    "curves": 1.8,
}
PLANES: Final[frozenset[View]] = frozenset({"surface", "contour", "prediction"})
HEAD_UNITS: Final = 1.8  # above a view in a panel, for its name
LEAST_PX: Final = 300.0  # a view at scale 1 is at least so wide and high
WIDE: Final = 1.2  # width over height from which the views stand side by side
TALL: Final = 0.8


class Composition(Struct, frozen=True, kw_only=True):
    """Where everything is, px. What is not shown has no rectangle.

    Attributes:
        unit: of the text: an em of ordinary words is 1 unit.
        surface, contour, prediction, fit, network, curves: the views.
        formula, step, curve, caption: the cards.
        panels: the frames around the views, where they are others than surface and contour alone.
    """

    unit: float
    surface: QRectF | None = None
    contour: QRectF | None = None
    prediction: QRectF | None = None
    fit: QRectF | None = None
    network: QRectF | None = None
    curves: QRectF | None = None
    formula: QRectF | None = None
    step: QRectF | None = None
    curve: QRectF | None = None
    caption: QRectF | None = None
    panels: dict[View, QRectF] = {}


def suiting(views: tuple[View, ...]) -> tuple[Card, ...]:
    """The cards beside `views`: a film of a training tells its steps by the network itself."""
    return CARDS if set(views) <= set(BOTH) else ("formula", "caption")


def compose(size_px: tuple[int, int], views: tuple[View, ...], cards: tuple[Card, ...]) -> Composition:
    """Lay out a picture of `size_px` with the given views, at least one, and cards."""
    width, height = size_px
    unit = min(width, height) / 36
    margin = 1.2 * unit
    body = QRectF(margin, margin, width - 2 * margin, height - 2 * margin)
    aspect = width / height
    shown = set(cards)
    if not shown:
        body = QRectF(0, 0, width, height)
    parts: dict[str, QRectF] = {}
    if "caption" in shown:
        lines = 2 if aspect >= WIDE else 3
        parts["caption"], body = _from_bottom(body, lines * unit, 0.6 * unit)
    panels: dict[View, QRectF] = {}
    if set(views) == set(BOTH):
        arrange = _both_wide if aspect >= WIDE else _both_square if aspect > TALL else _both_tall
        parts.update(arrange(body, unit, shown))
    elif views in (("surface",), ("contour",)):
        parts.update((_one_wide if aspect >= WIDE else _one_tall)(body, unit, shown, views[0]))
    else:
        parts.update(_around(body, unit, shown, aspect))
        frames = arranged(parts.pop("views"), {view: ASPECTS[view] for view in views}, 0.6 * unit)
        panels = {view: _whole(frame) for view, frame in frames.items()}
        parts.update({view: _within(frame, view, unit) for view, frame in panels.items()})
    return Composition(unit=unit, panels=panels, **{name: _whole(rect) for name, rect in parts.items()})


def _around(body: QRectF, unit: float, shown: set[Card], aspect: float) -> dict[str, QRectF]:
    """The formula above and step and curve below, and what is left between them for the "views"."""
    parts: dict[str, QRectF] = {}
    if "formula" in shown:
        height = 2.6 if aspect >= WIDE else 3.6 if aspect > TALL else 5.0
        parts["formula"], body = _from_top(body, height * unit, 0.5 * unit)
    if shown & {"step", "curve"}:
        below, body = _from_bottom(body, 6.6 * unit, 0.6 * unit)
        parts.update(_step_and_curve(below, unit, shown, 0.0))
    parts["views"] = body
    return parts


def _within(frame: QRectF, view: View, unit: float) -> QRectF:
    """The view in its panel: surfaces and map under their name."""
    if view not in PLANES:
        return frame
    edge = 0.3 * unit
    return frame.adjusted(edge, HEAD_UNITS * unit, -edge, -edge)


def _both_wide(body: QRectF, unit: float, shown: set[Card]) -> dict[str, QRectF]:
    """The formula above, the views side by side, step and curve below them."""
    parts: dict[str, QRectF] = {}
    if "formula" in shown:
        parts["formula"], body = _from_top(body, 3.6 * unit, 0.0)
    if shown & {"step", "curve"}:
        below, body = _from_bottom(body, 6.6 * unit, 0.2 * unit)
        parts.update(_step_and_curve(below, unit, shown, body.height()))
    contour_width = min(body.height() * 1.28, 0.48 * body.width())
    parts["contour"], parts["surface"] = _from_right(body, contour_width, 0.6 * unit)
    return parts


def _both_square(body: QRectF, unit: float, shown: set[Card]) -> dict[str, QRectF]:
    """The formula, the surface over the whole width, below it the map beside step and curve."""
    parts: dict[str, QRectF] = {}
    if "formula" in shown:
        parts["formula"], body = _from_top(body, 4.4 * unit, 0.4 * unit)
    side = shown & {"step", "curve"}
    surface_height = 0.5 * body.height()
    parts["surface"], body = _from_top(body, surface_height, 0.6 * unit)
    if not side:
        parts["contour"] = body
        return parts
    parts["contour"], column = _from_left(body, min(body.height() * 1.28, 0.56 * body.width()), 0.8 * unit)
    parts.update(_stack(column, unit, side))
    return parts


def _both_tall(body: QRectF, unit: float, shown: set[Card]) -> dict[str, QRectF]:
    """Everything in one column."""
    parts: dict[str, QRectF] = {}
    if "formula" in shown:
        parts["formula"], body = _from_top(body, 6.6 * unit, 0.6 * unit)
    if "curve" in shown:
        parts["curve"], body = _from_bottom(body, 7.0 * unit, 0.6 * unit)
    if "step" in shown:
        parts["step"], body = _from_bottom(body, 7.6 * unit, 0.6 * unit)
    parts["surface"], parts["contour"] = _from_top(body, 0.5 * body.height(), 0.6 * unit)
    return parts


def _one_wide(body: QRectF, unit: float, shown: set[Card], view: View) -> dict[str, QRectF]:
    """The view, and a column of cards on its right."""
    parts: dict[str, QRectF] = {}
    column = shown & {"formula", "step", "curve"}
    if column:
        share = 0.36 if view == "surface" else 0.42
        right, body = _from_right(body, share * body.width(), 0.8 * unit)
        if "formula" in shown:
            height = 9.0 * unit if len(column) > 1 else right.height()
            parts["formula"], right = _from_top(right, height, 0.6 * unit)
        parts.update(_stack(right, unit, column))
    parts[view] = body
    return parts


def _one_tall(body: QRectF, unit: float, shown: set[Card], view: View) -> dict[str, QRectF]:
    """The formula above the view, step and curve below it."""
    parts: dict[str, QRectF] = {}
    tall = body.height() > 1.3 * body.width()
    if "formula" in shown:
        parts["formula"], body = _from_top(body, (6.6 if tall else 4.4) * unit, 0.5 * unit)
    side = shown & {"step", "curve"}
    if side and tall:
        for card in ("curve", "step"):
            if card in side:
                parts[card], body = _from_bottom(body, 7.6 * unit, 0.6 * unit)
    elif side:
        below, body = _from_bottom(body, 8.0 * unit, 0.6 * unit)
        parts.update(_step_and_curve(below, unit, shown, body.height()))
    parts[view] = body
    return parts


def _step_and_curve(strip: QRectF, unit: float, shown: set[Card], curve_width: float) -> dict[str, QRectF]:
    """The step on the left, the curve on the right."""
    if not {"step", "curve"} <= shown:
        return {("step" if "step" in shown else "curve"): strip}
    width = min(max(curve_width, 0.3 * strip.width()), 0.46 * strip.width())
    curve, step = _from_right(strip, width, 0.8 * unit)
    return {"step": step, "curve": curve}


def _stack(column: QRectF, unit: float, shown: set[Card]) -> dict[str, QRectF]:
    """The step above the curve."""
    if {"step", "curve"} <= shown:
        step, curve = _from_top(column, 0.54 * column.height(), 0.6 * unit)
        return {"step": step, "curve": curve}
    return {card: column for card in ("step", "curve") if card in shown}


def _from_top(rect: QRectF, height: float, gap: float) -> tuple[QRectF, QRectF]:
    """The upper `height` of `rect`, and what is left below a gap."""
    height = min(height, rect.height())
    rest = rect.adjusted(0, min(height + gap, rect.height()), 0, 0)
    return QRectF(rect.left(), rect.top(), rect.width(), height), rest


def _from_bottom(rect: QRectF, height: float, gap: float) -> tuple[QRectF, QRectF]:
    height = min(height, rect.height())
    rest = rect.adjusted(0, 0, 0, -min(height + gap, rect.height()))
    return QRectF(rect.left(), rect.bottom() - height, rect.width(), height), rest


def _from_left(rect: QRectF, width: float, gap: float) -> tuple[QRectF, QRectF]:
    rest = rect.adjusted(min(width + gap, rect.width()), 0, 0, 0)
    return QRectF(rect.left(), rect.top(), width, rect.height()), rest


def _from_right(rect: QRectF, width: float, gap: float) -> tuple[QRectF, QRectF]:
    rest = rect.adjusted(0, 0, -min(width + gap, rect.width()), 0)
    return QRectF(rect.right() - width, rect.top(), width, rect.height()), rest


def scale_in(rect: QRectF, scale: float, least_px: float = LEAST_PX) -> float:
    """`scale` of letters and marks, or less in a small part of the picture: they would leave no room.

    least_px: width and height of a part that has room for them at scale 1.
    """
    return min(scale, rect.width() / least_px, rect.height() / least_px)


def _whole(rect: QRectF) -> QRectF:
    """`rect` on whole pixels, so that what is cached and what is drawn anew fit together exactly."""
    left, top = round(rect.left()), round(rect.top())
    return QRectF(left, top, max(round(rect.right()) - left, 1), max(round(rect.bottom()) - top, 1))
