"""What stands beside the views of an exported picture: formula, worked step, curve of f, caption.

Each is a function of the Solution and the step, painted into a rectangle; lengths are in units of the
composition. GUI thread, or the main thread of a command.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from engine.i18n import Language, translate
from engine.levels import format_tick, nice_ticks
from engine.marks import shape_of
from engine.optimizers.naming import racer_title
from engine.results import curve_of, curve_range
from engine.solution import Run, Solution
from engine.writers.latex import function_symbol, partial_symbol
from gui.export.worked import worked_formulas
from gui.i18n import capitalized
from gui.theme import FONT_FAMILY, Theme, run_color
from gui.typeset import Layout, layout_tex, typeset
from gui.widgets.swatch import shape_path

RADIUS: Final = 0.5
PADDING: Final = 0.8
FORMULA_EM: Final = 1.55
STEP_EM: Final = 1.25
LEAST_STEP_EM: Final = 0.86  # a step that would be smaller is spelled out less
GAP_EM: Final = 1.8
LINE_GAP_EM: Final = 0.45
SMALLEST_PX: Final = 4.0
MARK: Final = 0.42  # radius of a run's mark in the caption
SHRINK: Final = 0.72  # words of a caption may be so much smaller before they are cut
WORD_EM: Final = 0.92
MARK_EM: Final = 1.2  # from a mark to its name
NAME_GAP_EM: Final = 1.2  # between a name and the next mark
SMALL_EM: Final = 0.78
MOST_DECADES: Final = (
    20.0  # of a logarithmic axis, up or down from the start: beyond, a curve leaves the chart
)
LOG_RANGE: Final = 300.0  # f falls by more than this factor: a logarithmic axis shows it
CURVE_POINTS: Final = 2000
FAR: Final = 50.0  # heights of the chart beyond its edge where a point may lie: painters lose larger numbers
MOST_CURVES: Final = 60  # of a swarm of starts only so many are drawn


def paint_card(painter: QPainter, rect: QRectF, unit: float, theme: Theme) -> None:
    """The rounded ground of a card."""
    painter.setPen(QPen(theme.color("border"), max(unit / 18, 1.0)))
    painter.setBrush(theme.color("card"))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS * unit, RADIUS * unit)


def word_font(size_px: float, *, strong: bool = False) -> QFont:
    """The face of words at `size_px`, its digits of one width so that numbers do not tremble."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(max(round(size_px), 1))
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def paint_formula(painter: QPainter, rect: QRectF, unit: float, theme: Theme, solution: Solution) -> None:
    """f and its partial derivatives, in as few lines as they need."""
    derivation = solution.derivation
    if derivation is None:
        return
    pieces = [f"{function_symbol(solution)} = {derivation.value.latex}"]
    for name, partial in zip(derivation.variables, derivation.partials, strict=True):
        pieces.append(f"{partial_symbol(solution, name)} = {partial.latex}")
    _Flow(rect, FORMULA_EM * unit, pieces, first_alone=True).paint(painter, theme)


class _Flow:
    """Formulas one after the other in rows, as large as they fit `rect` up to `em`.

    Args:
        first_alone: where one row is not enough, the first formula has its own.

    Attributes:
        em: the size that fits.
    """

    def __init__(self, rect: QRectF, em: float, pieces: Sequence[str], *, first_alone: bool = False) -> None:
        self._rect = rect
        while True:
            parts = [layout_tex(piece, em, rect.width()) for piece in pieces]
            self._rows = _rows(parts, rect.width(), GAP_EM * em, first_alone)
            self._heights = [_above(row) + _below(row) for row in self._rows]
            self._spare = rect.height() - sum(self._heights) - LINE_GAP_EM * em * (len(self._rows) - 1)
            fits = self._spare >= 0 and max(part.width for part in parts) <= rect.width()
            if fits or em < SMALLEST_PX:
                break
            em *= 0.95
        self.em = em

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draw it, centred vertically."""
        top = self._rect.top() + max(self._spare / 2, 0.0)
        for row, height in zip(self._rows, self._heights, strict=True):
            x, above = self._rect.left(), _above(row)
            for part in row:
                part.paint(painter, QPointF(x, top + above - part.baseline), theme.color("text"))
                x += part.width + GAP_EM * self.em
            top += height + LINE_GAP_EM * self.em


def _above(row: Sequence[Layout]) -> float:
    return max(part.baseline for part in row)


def _below(row: Sequence[Layout]) -> float:
    return max(part.height - part.baseline for part in row)


def _rows(parts: Sequence[Layout], width: float, gap: float, first_alone: bool) -> list[list[Layout]]:
    if sum(part.width + gap for part in parts) - gap <= width:
        return [list(parts)]
    rows: list[list[Layout]] = [[]]
    x = 0.0
    for index, part in enumerate(parts):
        if rows[-1] and (x + part.width > width or (first_alone and index == 1)):
            rows.append([])
            x = 0.0
        rows[-1].append(part)
        x += part.width + gap
    return rows


class StepCard:
    """The worked step of a run: every step in one size and equally far spelled out, so that nothing jumps.

    Args:
        rect: the card. variables: the names of θ's components.
    """

    def __init__(self, rect: QRectF, unit: float, theme: Theme, run: Run, variables: Sequence[str]) -> None:
        self._rect = rect
        self._unit = unit
        self._theme = theme
        self._run = run
        self._variables = variables
        inset = PADDING * unit
        head = QFontMetricsF(word_font(WORD_EM * unit, strong=True)).height() + 0.25 * unit
        self._inner = rect.adjusted(inset, 0.75 * inset, -inset, -0.75 * inset)
        self._body = self._inner.adjusted(0, head, 0, 0)
        self._version, self._em = self._best()

    def _formulas(self, step: int) -> list[list[str]]:
        return worked_formulas(self._run, step, self._variables, self._theme)

    def _best(self) -> tuple[int, float]:
        """The longest version that is large enough in some steps of the run, and the size that fits them."""
        version, em = 0, STEP_EM * self._unit
        last = self._run.steps - 1
        for step in sorted({round(share * last) for share in (0, 0.03, 0.2, 0.6, 1)}) if last >= 0 else ():
            versions = self._formulas(step)
            while True:
                fitting = _Flow(self._body, em, versions[version]).em
                if fitting >= LEAST_STEP_EM * self._unit or version == len(versions) - 1:
                    break
                version, em = version + 1, STEP_EM * self._unit
            em = min(em, fitting)
        return version, em

    def paint(self, painter: QPainter, step: int, language: Language) -> None:
        """The step from `step` to the next; after the end, the last one."""
        unit, theme, run, inner = self._unit, self._theme, self._run, self._inner
        paint_card(painter, self._rect, unit, theme)
        if not run.steps:
            title = translate("No step was taken", language)
        elif step >= run.steps:
            title = translate("After step {n}", language, n=run.steps)
        else:
            title = capitalized(translate("step {step} → {next}", language, step=step, next=step + 1))
        head = word_font(WORD_EM * unit, strong=True)
        metrics = QFontMetricsF(head)
        painter.setFont(head)
        painter.setPen(theme.color("text"))
        baseline = inner.top() + metrics.ascent()
        painter.drawText(QPointF(inner.left(), baseline), title)
        x = inner.left() + metrics.horizontalAdvance(title) + 0.8 * unit
        name = racer_title(run.racer, language)
        painter.setFont(_font_for(name, inner.right() - x, SMALL_EM * unit))
        painter.setPen(theme.color("muted"))
        name = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, inner.right() - x)
        painter.drawText(QPointF(x, baseline), name)
        if run.steps:
            formulas = self._formulas(min(step, run.steps - 1))[self._version]
            _Flow(self._body, self._em, formulas).paint(painter, theme)


class Curve:
    """f against the steps, for every run: the chart once, the playheads for every frame.

    Args:
        rect: the card. solution: its runs are drawn in the colours of their racers.
    """

    def __init__(self, rect: QRectF, unit: float, theme: Theme, solution: Solution) -> None:
        self._rect = rect
        self._unit = unit
        self._theme = theme
        self._runs = solution.runs[:MOST_CURVES]
        curves = [curve_of(run, "value") for run in self._runs]
        low, high = curve_range(curves)
        tops = [float(curve[np.isfinite(curve)].max(initial=-np.inf)) for curve in curves]
        all_cut = bool(tops) and min(tops) > high  # every run blows up: none would be flattened
        self._log = low > 0 and (high / low > LOG_RANGE or all_cut)
        if self._log:
            start = max(float(np.log10(run.values[0])) for run in self._runs)
            low = max(float(np.log10(low)), start - MOST_DECADES)
            high = min(float(np.log10(max(tops))) if all_cut else float(np.log10(high)), start + MOST_DECADES)
        pad = 0.06 * (high - low) or max(abs(high), 1.0) * 0.1
        self._low, self._high = low - pad, high + pad
        self._steps = max((run.steps for run in self._runs), default=0) or 1
        inset = PADDING * unit
        small = QFontMetricsF(word_font(SMALL_EM * unit))
        left = max((small.horizontalAdvance(text) for _, text in self._y_ticks()), default=0.0)
        self._plot = rect.adjusted(
            inset + left + 0.4 * unit,
            0.75 * inset + 1.6 * unit,
            -inset - 0.4 * unit,
            -0.6 * inset - small.height(),
        )

    def paint(self, painter: QPainter, language: Language) -> None:
        """The card, the axes and the whole curves."""
        unit, theme, plot = self._unit, self._theme, self._plot
        paint_card(painter, self._rect, unit, theme)
        inner = self._rect.adjusted(PADDING * unit, 0.75 * PADDING * unit, 0, 0)
        head = typeset("f", STEP_EM * unit, display=False)
        metrics = QFontMetricsF(word_font(WORD_EM * unit, strong=True))
        baseline = inner.top() + metrics.ascent()
        head.paint(painter, QPointF(inner.left(), baseline), theme.color("text"))
        painter.setFont(word_font(SMALL_EM * unit))
        small = QFontMetricsF(painter.font())
        painter.setPen(theme.color("muted"))
        note = translate("against the steps", language)
        if self._log:
            note += ", " + translate("logarithmic", language)
        painter.drawText(QPointF(inner.left() + head.width + 0.5 * unit, baseline), note)
        hairline = QPen(theme.color("grid", 0.35), max(unit / 24, 1.0))
        for y, text in self._y_ticks():
            at = self._y(y)
            painter.setPen(hairline)
            painter.drawLine(QPointF(plot.left(), at), QPointF(plot.right(), at))
            painter.setPen(theme.color("muted"))
            width = small.horizontalAdvance(text)
            painter.drawText(QPointF(plot.left() - 0.4 * unit - width, at + 0.36 * small.ascent()), text)
        for step in nice_ticks(0, self._steps, 5):
            if step != round(step):
                continue
            text = format_tick(float(step))
            at = self._x(float(step)) - small.horizontalAdvance(text) / 2
            painter.drawText(QPointF(at, plot.bottom() + small.ascent() + 0.15 * unit), text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.save()
        painter.setClipRect(self._clip())
        for run in self._runs:
            painter.setPen(_round_pen(self._color(run, 0.4), 0.09 * unit))
            painter.drawPath(self._line(run, float(run.steps)))
        painter.restore()
        for run in self._runs:
            self._paint_exit(painter, run)

    def _paint_exit(self, painter: QPainter, run: Run) -> None:
        """An arrowhead where the curve first leaves the chart: it is cut off and does not end there."""
        place = self.exit_of(run)
        if place is None:
            return
        step, upwards = place
        size = (-0.32 if upwards else 0.32) * self._unit
        x, y = self._x(step), self._plot.top() if upwards else self._plot.bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(run))
        tip = [QPointF(x - size, y), QPointF(x + size, y), QPointF(x, y + 1.4 * size)]
        painter.drawPolygon(QPolygonF(tip))

    def exit_of(self, run: Run) -> tuple[float, bool] | None:
        """At which step the curve first leaves the chart, and whether upwards; None if it stays."""
        with np.errstate(divide="ignore", invalid="ignore"):
            heights = np.log10(run.values) if self._log else np.asarray(run.values, dtype=np.float64)
        out = np.flatnonzero((heights < self._low) | (heights > self._high))
        if not len(out) or out[0] == 0:
            return None
        k = int(out[0])
        before, after = float(heights[k - 1]), float(heights[k])
        upwards = after > self._high
        edge = self._high if upwards else self._low
        share = (edge - before) / (after - before) if np.isfinite(after - before) else 0.0
        return (k - 1 + share, upwards) if np.isfinite(before) else None

    def _clip(self) -> QRectF:
        """What leaves the chart is cut off, but a line along its edge is not."""
        edge = 0.3 * self._unit
        return self._plot.adjusted(-edge, -edge, edge, 0.8 * edge)

    def paint_playheads(self, painter: QPainter, t_steps: float) -> None:
        """The curves as far as the playhead is, and a dot at their ends."""
        unit = self._unit
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._clip())
        for run in self._runs:
            at = min(t_steps, float(run.steps))
            painter.setPen(_round_pen(self._color(run), 0.14 * unit))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._line(run, at))
            tip = self._at(run, at)
            if tip is not None:
                painter.setPen(QPen(self._theme.color("card"), 0.1 * unit))
                painter.setBrush(self._color(run))
                painter.drawEllipse(tip, 0.34 * unit, 0.34 * unit)
        painter.restore()

    def _color(self, run: Run, alpha: float = 1.0) -> QColor:
        color = legible(run_color(run.mark), self._theme)
        color.setAlphaF(alpha)
        return color

    def _line(self, run: Run, until: float) -> QPainterPath:
        path = QPainterPath()
        whole = int(until)
        stride = max(whole // CURVE_POINTS, 1)
        drawing = False
        for step in [*range(0, whole + 1, stride), until]:
            point = self._at(run, float(step))
            if point is None:
                drawing = False
            elif drawing:
                path.lineTo(point)
            else:
                path.moveTo(point)
                drawing = True
        return path

    def _at(self, run: Run, t_steps: float) -> QPointF | None:
        step = min(int(t_steps), run.steps)
        value = float(run.values[step])
        if step < run.steps and t_steps > step:
            value += (t_steps - step) * (float(run.values[step + 1]) - value)
        if self._log:
            value = float(np.log10(value)) if value > 0 else float("nan")
        if not np.isfinite(value):
            return None
        return QPointF(self._x(t_steps), self._y(value))

    def _x(self, step: float) -> float:
        return self._plot.left() + step / self._steps * self._plot.width()

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        share = min(max(share, -FAR), 1.0 + FAR)
        return self._plot.bottom() - share * self._plot.height()

    def _y_ticks(self) -> list[tuple[float, str]]:
        if self._log:
            whole = [float(t) for t in nice_ticks(self._low, self._high, 3) if t == round(t)]
            return [(t, format_tick(10.0**t)) for t in whole]
        return [(float(t), format_tick(float(t))) for t in nice_ticks(self._low, self._high, 3)]


def paint_caption(
    painter: QPainter,
    rect: QRectF,
    unit: float,
    theme: Theme,
    solution: Solution,
    step: int,
    language: Language,
) -> None:
    """The runs by their colours on the left; on the right the step and f, or how the run ended."""
    runs = solution.runs
    metrics = QFontMetricsF(word_font(WORD_EM * unit))
    baseline = rect.center().y() + 0.36 * metrics.ascent()
    x = rect.left()
    right = rect.right()
    if runs:
        lead = runs[0]
        k = min(step, lead.steps)
        painter.setFont(word_font(WORD_EM * unit, strong=True))
        painter.setPen(theme.color("text"))
        strong = QFontMetricsF(painter.font())
        if len(runs) == 1:
            value = f"f = {format_tick(float(lead.values[k]))}"
            painter.drawText(QPointF(right - strong.horizontalAdvance(value), baseline), value)
            right -= max(strong.horizontalAdvance(value), 6.0 * unit) + 1.2 * unit
        painter.setFont(word_font(WORD_EM * unit))
        painter.setPen(theme.color("muted"))
        if len(runs) > 1 or k < lead.steps:
            most = max(run.steps for run in runs)
            text = translate("step {k} of {n}", language, k=min(step, most), n=most)
            right -= metrics.horizontalAdvance(text)
            painter.drawText(QPointF(right, baseline), text)
    room = right - 1.5 * unit - x
    title = solution.lab.title.get(language) or solution.lab.title.get("en", "")
    if len(runs) == 1:
        run = runs[0]
        ended = step >= run.steps
        words = run.explanation.render(language) if ended else title or racer_title(run.racer, language)
        x = _mark(painter, x, rect.center().y(), unit, run, theme)
        painter.setPen(theme.color("text"))
        _paint_words(painter, QRectF(x, rect.top(), max(room - unit, 1.0), rect.height()), unit, words)
        return
    racers = _first_of_each(runs)
    names = [racer_title(run.racer, language) for run in racers]
    em, rows = set_names(names, QSizeF(room, rect.height()), unit)
    metrics = QFontMetricsF(word_font(WORD_EM * em))
    painter.setFont(word_font(WORD_EM * em))
    middle = rect.center().y() - (len(rows) - 1) * 0.5 * metrics.height()
    for row in rows:
        x = rect.left()
        for index in row:
            x = _mark(painter, x, middle, em, racers[index], theme)
            painter.setPen(theme.color("text"))
            painter.drawText(QPointF(x, middle + 0.36 * metrics.ascent()), names[index])
            x += metrics.horizontalAdvance(names[index]) + NAME_GAP_EM * em
        middle += metrics.height()


def set_names(names: Sequence[str], room: QSizeF, unit: float) -> tuple[float, list[list[int]]]:
    """The em of a legend, `unit` or less, and the indices of the names in each of its rows.

    Names for which there is no room at the smallest size are left out.
    """
    for share in (1.0, 0.9, 0.8, SHRINK):
        em = share * unit
        metrics = QFontMetricsF(word_font(WORD_EM * em))
        rows: list[list[int]] = []
        right = room.width() + 1.0
        for index, name in enumerate(names):
            width = metrics.horizontalAdvance(name) + MARK_EM * em
            if right + width > room.width():
                rows.append([])
                right = 0.0
            rows[-1].append(index)
            right += width + NAME_GAP_EM * em
        most = max(int(room.height() / metrics.height()), 1)
        if len(rows) <= most:
            break
    return em, rows[:most]


def _paint_words(painter: QPainter, rect: QRectF, unit: float, words: str) -> None:
    font, lines = set_words(words, rect.size(), WORD_EM * unit)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    baseline = rect.center().y() + 0.36 * metrics.ascent() - (len(lines) - 1) * 0.5 * metrics.height()
    for line in lines:
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(QPointF(rect.left(), baseline), shown)
        baseline += metrics.height()


def set_words(words: str, room: QSizeF, size_px: float) -> tuple[QFont, list[str]]:
    """Sentences on one line, smaller if need be, then on several; of too many the first ones."""
    font = _font_for(words, room.width(), size_px)
    metrics = QFontMetricsF(font)
    most = max(int(room.height() / metrics.height()), 1)
    sentences = words.split(". ")
    while len(lines := _broken(". ".join(sentences), room.width(), metrics)) > most and len(sentences) > 1:
        sentences = [*sentences[:-2], sentences[-2] + "."]
    return font, lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]


def _font_for(words: str, width: float, size_px: float) -> QFont:
    """The face of `words`, smaller down to SHRINK of `size_px` to fit on one line."""
    share = width / max(QFontMetricsF(word_font(size_px)).horizontalAdvance(words), 1.0)
    return word_font(min(max(share, SHRINK), 1.0) * size_px)


def _broken(words: str, width: float, metrics: QFontMetricsF) -> list[str]:
    """The lines of `words`, each no wider than `width` if its words are not."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _first_of_each(runs: Sequence[Run]) -> list[Run]:
    """One run of every racer."""
    found: dict[int, Run] = {}
    for run in runs:
        found.setdefault(run.racer_index, run)
    return list(found.values())


def _mark(painter: QPainter, x: float, y: float, unit: float, run: Run, theme: Theme) -> float:
    """The run's colour and shape; where its name begins."""
    painter.save()
    painter.translate(x + 0.4 * unit, y)
    painter.scale(MARK * unit, MARK * unit)
    painter.setPen(QPen(theme.color("muted"), max(unit / 24, 1.0) / (MARK * unit)))
    painter.setBrush(run_color(run.mark))
    painter.drawPath(shape_path(shape_of(run.mark)))
    painter.restore()
    return x + MARK_EM * unit


def legible(color: QColor, theme: Theme) -> QColor:
    """`color`, darker or lighter where it would vanish on a card of `theme`."""
    light = theme.name == "light"
    lightness = color.lightnessF()
    if light and lightness > 0.82:
        return theme.color("muted")
    if not light and lightness < 0.2:
        return theme.color("muted")
    return QColor(color)


def _round_pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
