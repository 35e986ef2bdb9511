"""The line under an exported picture: the racers, the step, how a run ended.

GUI thread, or the main thread of a command.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from engine.base.i18n import Language, translate
from engine.base.round_numbers import format_tick
from engine.descent.run import Run
from engine.document.marks import shape_of
from engine.optimizers.naming import racer_title
from engine.solving.solution import Solution
from engine.words.overfitting import overfitting
from gui.export.cards import SHRINK, WORD_EM, fitted_font, word_font
from gui.export.svg import broken
from gui.theme import Theme, run_color
from gui.widgets.swatch import shape_path

MARK: Final = 0.42  # radius of a run's mark
MARK_EM: Final = 1.2  # from a mark to its name
NAME_GAP_EM: Final = 1.2  # between a name and the next mark


def paint_caption(
    painter: QPainter,
    rect: QRectF,
    unit: float,
    theme: Theme,
    solution: Solution,
    step: int,
    language: Language,
    *,
    slice_words: str = "",
    rule: bool = False,
) -> None:
    """The runs by their colours on the left; on the right the step and f, or how the run ended.

    Args:
        slice_words: where the variables are that are not drawn, behind the words of the only run.
        rule: name the optimizer of the only run: no other card does.
    """
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
            symbol = "f" if solution.examples is None else "L"
            value = f"{symbol} = {format_tick(float(lead.values[k]))}"
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
        if step >= run.steps:
            words = (overfitting(run) or run.explanation).render(language)
        else:
            named = racer_title(run.racer, language) if rule or not title else ""
            words = " · ".join(filter(None, (title, named)))
        words = " · ".join(filter(None, (words, slice_words)))
        x = paint_mark(painter, x, rect.center().y(), unit, run, theme)
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
            x = paint_mark(painter, x, middle, em, racers[index], theme)
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
    font = fitted_font(words, room.width(), size_px)
    metrics = QFontMetricsF(font)
    most = max(int(room.height() / metrics.height()), 1)
    sentences = words.split(". ")
    while len(lines := broken(". ".join(sentences), room.width(), metrics)) > most and len(sentences) > 1:
        sentences = [*sentences[:-2], sentences[-2] + "."]
    return font, lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]


def _first_of_each(runs: Sequence[Run]) -> list[Run]:
    """One run of every racer."""
    found: dict[int, Run] = {}
    for run in runs:
        found.setdefault(run.racer_index, run)
    return list(found.values())


def paint_mark(painter: QPainter, x: float, y: float, unit: float, run: Run, theme: Theme) -> float:
    """The run's colour and shape; where its name begins."""
    painter.save()
    painter.translate(x + 0.4 * unit, y)
    painter.scale(MARK * unit, MARK * unit)
    painter.setPen(QPen(theme.color("muted"), max(unit / 24, 1.0) / (MARK * unit)))
    painter.setBrush(run_color(run.mark))
    painter.drawPath(shape_path(shape_of(run.mark)))
    painter.restore()
    return x + MARK_EM * unit
