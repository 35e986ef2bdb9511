"""Why did it do that? The outcome of the run, the local model at the step, and the landscape. GUI thread."""

import html
import re
from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.analysis import LocalModel, local_model
from engine.base.i18n import Message
from engine.descent.run import Run
from engine.function.local_shape import local_shape
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from engine.words.step_text import number_latex
from gui.i18n import capitalized, tr
from gui.panels.catalogue import racer_title
from gui.panels.critical_points import CriticalPoints, cleaned
from gui.panels.panel import Panel
from gui.panels.results import OUTCOME_TOKENS, ending_of
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.timing import single_shot
from gui.typeset import FormulaLabel
from gui.widgets import ElidedLabel, Swatch

WIDE_PX: Final = 640
PATIENCE_MS: Final = 300  # before it is said that something is still worked out
MOST_EIGENVALUES: Final = 6
_INDEX: Final = re.compile(r"\b([^\W\d_])_([A-Za-z0-9]+)")


def shape_sentence(model: LocalModel) -> str:
    """What the Hessian says about the neighbourhood."""
    return {
        "undefined": tr("The Hessian is not defined here."),
        "bowl": tr("The surface curves upwards in every direction: a bowl."),
        "dome": tr("The surface curves downwards in every direction: a dome."),
        "saddle": tr("It curves upwards in one direction and downwards in another: saddle-shaped here."),
        "valley": tr("It curves upwards across and is flat along: a valley."),
        "ridge": tr("It curves downwards across and is flat along: a ridge."),
        "flat": tr("The surface does not curve here at all."),
    }[local_shape(model.eigenvalues)]


class Diagnosis(Panel):
    """Side by side where there is room: the run, the step, the landscape."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._theme = theme
        self._shown_at: tuple[int, int] | None = None
        self._patience = single_shot(self, PATIENCE_MS, self._say_working)
        self.setAccessibleName(tr("Why did it do that?"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(scroll)
        inner = QWidget()
        scroll.setWidget(inner)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(12, 8, 12, 8)
        self._columns.setSpacing(24)

        run = self._column(tr("This run"))
        head = QHBoxLayout()
        head.setSpacing(6)
        self._swatch = Swatch(0, size_px=16)
        self._racer = ElidedLabel()
        head.addWidget(self._swatch)
        head.addWidget(self._racer, 1)
        run.addLayout(head)
        self.outcome = QLabel()
        set_role(self.outcome, "value")
        run.addWidget(self.outcome)
        self.explanation = _paragraph()
        run.addWidget(self.explanation)
        run.addStretch(1)

        step = self._column("")
        self._step_title = self._titles[-1]
        self.eigenvalues = FormulaLabel(size_px=15.0)
        self.condition = FormulaLabel(size_px=15.0)
        self.limit = FormulaLabel(size_px=15.0)
        self.verdict = _paragraph()
        step.addWidget(self.verdict)
        for label in (self.eigenvalues, self.condition, self.limit):
            step.addWidget(label)
        self.ellipse = QCheckBox(tr("Draw it as the local ellipse"))
        self.ellipse.toggled.connect(lambda on: store.edit_display(local_ellipse=on))
        step.addWidget(self.ellipse)
        step.addStretch(1)

        landscape = self._column(tr("The function"), stretch=4)
        self.sentences = _paragraph()
        landscape.addWidget(self.sentences)
        self.critical = CriticalPoints(store, theme)
        landscape.addWidget(self.critical, 1)
        landscape.addStretch(0)

        store.solution_changed.connect(self._on_solution_changed)
        store.view_changed.connect(self._on_view_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.lab_changed.connect(self._on_lab_changed)
        self._show_ellipse()
        self._on_solution_changed(store.solution)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.critical.set_theme(theme)
        self._show_run()

    _titles: list[QLabel]

    def _column(self, title: str, stretch: int = 3) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        label = QLabel(title)
        set_role(label, "section")
        column.addWidget(label)
        self._titles = [*getattr(self, "_titles", []), label]
        self._columns.addLayout(column, stretch)
        return column

    # Refreshing

    def _on_solution_changed(self, solution: Solution | None) -> None:
        analysis = solution.analysis if solution else None
        self.sentences.setText("<br>".join(map(_rich, analysis.diagnosis)) if analysis else "")
        self.sentences.setVisible(bool(self.sentences.text()))
        if solution is not None and not analysis and not solution.complete and not solution.fatal:
            self._patience.start()
        else:
            self._patience.stop()
        self.critical.show_solution(solution)
        self._show_run()
        self._show_ellipse()
        self._shown_at = None
        self._show_step()

    def _say_working(self) -> None:
        """What takes longer than a moment says so: over many rows the analysis takes seconds."""
        self.sentences.setText(tr("What can be said of the function is being worked out…"))
        self.sentences.show()

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._show_run()
            self._show_step()

    def _on_frame_changed(self, _frame: Frame) -> None:
        self._show_step()

    def _on_lab_changed(self, change: Change) -> None:
        if "display" in change:
            self._show_ellipse()

    def _show_ellipse(self) -> None:
        """The switch as the lab has it, with what it draws of this function."""
        self.ellipse.setChecked(self._store.lab.display.local_ellipse)
        setup = self._store.solution.setup if self._store.solution else None
        lines = [
            tr("At the marker of this run, in both views: the points p around it where pᵀHp is the same."),
            tr("Its axes are the eigenvectors of H, with lengths in proportion to 1/√|λ|."),
            tr("It is a hyperbola where H has eigenvalues of both signs, parallel lines where one is 0."),
        ]
        if setup is not None and len(setup.variables) > 2:
            names = ", ".join(axis.name for axis in setup.axes)
            lines.append(tr("H is the block of {names}; the other variables stay as they are.", names=names))
        self.ellipse.setToolTip("\n".join(lines))
        self.ellipse.setVisible(setup is not None and len(setup.drawn) == 2)

    def _show_run(self) -> None:
        run = self._store.selected_run
        self._swatch.setVisible(run is not None)
        if run is None:
            for label in (self._racer, self.outcome, self.explanation):
                label.setText("")
            return
        self._swatch.set_mark(run.mark)
        self._racer.setText(racer_title(run.racer))
        self.outcome.setText(capitalized(ending_of(run)))
        color = getattr(self._theme, OUTCOME_TOKENS[run.outcome])
        self.outcome.setStyleSheet(f"color: {color}")
        self.explanation.setText(_rich(run.explanation))

    def _show_step(self) -> None:
        """The local model changes with the whole step, not with every frame."""
        if not self.isVisible():
            self._shown_at = None
            return
        run, solution = self._store.selected_run, self._store.solution
        if run is None or solution is None or solution.objective is None:
            self._show_model(None, None)
            return
        step = min(int(self._store.shown_steps + 1e-9), run.steps)
        key = (id(run), step)
        if key == self._shown_at:
            return
        self._shown_at = key
        self._step_title.setText(tr("At step {step}", step=step))
        fits = run.points.shape[1] == len(solution.setup.descended) if solution.setup else False
        self._show_model(local_model(solution.objective, run.points[step]) if fits else None, run)

    def _show_model(self, model: LocalModel | None, run: Run | None) -> None:
        defined = model is not None and bool(np.isfinite(model.eigenvalues).all())
        for label in (self.eigenvalues, self.condition, self.limit):
            label.setVisible(defined)
        self.verdict.setText(shape_sentence(model) if model else "")
        if model is None or not defined:
            return
        shown = [
            rf"\lambda_{{{i + 1}}} = {number_latex(cleaned(float(value), model.eigenvalues))}"
            for i, value in enumerate(model.eigenvalues[:MOST_EIGENVALUES])
        ]
        self.eigenvalues.set_tex(r",\quad ".join(shown))
        # Beside an eigenvalue that is shown as 0 a finite quotient would be a riddle.
        smallest = float(np.abs(model.eigenvalues).min())
        told = bool(np.isfinite(model.condition) and cleaned(smallest, model.eigenvalues))
        if told:
            ratio = r"|\lambda|_{\max}/|\lambda|_{\min}"
            self.condition.set_tex(rf"\kappa = {ratio} = {number_latex(model.condition)}")
        self.condition.setVisible(told)
        rate = getattr(run.racer.optimizer, "lr", None) if run else None
        parts = []
        if np.isfinite(model.limit):
            parts.append(rf"2/\lambda_{{\max}} = {number_latex(model.limit)}")
        if rate is not None:
            stable = None
            if run is not None and np.isfinite(model.limit):
                stable = run.racer.optimizer.stability_limit(float(model.eigenvalues[-1]))
            over = stable is not None and rate > stable
            eta = rf"\eta = {number_latex(float(rate))}"
            parts.append(rf"\textcolor{{danger}}{{{eta}}}" if over else eta)
        self.limit.set_tex(r",\quad ".join(parts))
        self.limit.setVisible(bool(parts))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_step()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE_PX
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
            self._columns.setSpacing(24 if wide else 12)


def _rich(sentence: Message) -> str:
    """The sentence as HTML, its λ_max with a true index."""
    return _INDEX.sub(r"\1<sub>\2</sub>", html.escape(tr(sentence)))


def _paragraph() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMinimumWidth(120)
    return label
