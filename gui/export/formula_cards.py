"""The formula with its partial derivatives, and the worked step: formulas in rows, as large as they fit.

GUI thread, or the main thread of a command.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from engine.base.i18n import Language, translate
from engine.descent.run import Run
from engine.document.network_text import network_lines
from engine.optimizers.naming import racer_title
from engine.solving.solution import Solution
from engine.words.model_text import loss_latex, model_latex
from engine.words.rule_text import rule_latex
from engine.writers.latex import function_symbol, partial_symbol
from gui.export.cards import PADDING, SMALL_EM, STEP_EM, WORD_EM, fitted_font, paint_card, word_font
from gui.export.worked import worked_formulas
from gui.i18n import capitalized
from gui.theme import Theme
from gui.typeset import Layout, layout_tex

FORMULA_EM: Final = 1.55
LEAST_STEP_EM: Final = 0.86  # a step that would be smaller is spelled out less
GAP_EM: Final = 1.8
LINE_GAP_EM: Final = 0.45
SMALLEST_PX: Final = 4.0


def paint_formula(painter: QPainter, rect: QRectF, unit: float, theme: Theme, solution: Solution) -> None:
    """f and its partial derivatives, in as few lines as they need; of a network itself, its loss and the rule
    by which it learns."""
    pieces = _pieces(solution)
    if pieces:
        _Flow(rect, FORMULA_EM * unit, pieces, first_alone=True).paint(painter, theme)


def _pieces(solution: Solution) -> list[str]:
    network, derivation = solution.lab.network, solution.derivation
    if network is not None and solution.examples is not None:
        rules = {rule_latex(run.racer.optimizer)[-1:] for run in solution.runs}
        names = solution.examples.names
        return [
            model_latex(network, names),
            *network_lines(network)[1:],
            loss_latex(network.loss, network.penalty),
            *(rules.pop() if len(rules) == 1 else ()),
        ]
    if derivation is None:
        return []
    pieces = [f"{function_symbol(solution)} = {derivation.value.latex}"]
    for name, partial in zip(derivation.variables, derivation.partials, strict=True):
        if partial is None:
            continue
        pieces.append(f"{partial_symbol(solution, name)} = {partial.short or partial.latex}")
    return pieces


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
        painter.setFont(fitted_font(name, inner.right() - x, SMALL_EM * unit))
        painter.setPen(theme.color("muted"))
        name = QFontMetricsF(painter.font()).elidedText(name, Qt.TextElideMode.ElideRight, inner.right() - x)
        painter.drawText(QPointF(x, baseline), name)
        if run.steps:
            formulas = self._formulas(min(step, run.steps - 1))[self._version]
            _Flow(self._body, self._em, formulas).paint(painter, theme)
