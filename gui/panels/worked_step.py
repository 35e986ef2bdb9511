"""The worked step: the update of the selected run at the playhead, typeset with its numbers. GUI thread."""

from typing import Final

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from engine.descent.run import Run
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from engine.words.step_text import StepLine, step_latex, worked_step
from gui.i18n import capitalized, language, tr
from gui.panels.catalogue import numbered, run_title
from gui.panels.panel import Panel
from gui.panels.results import OUTCOME_TOKENS, ending_of
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme, term_color
from gui.timing import single_shot
from gui.typeset import FormulaLabel
from gui.typeset.copying import copy_text
from gui.widgets import Choice, ElidedLabel, IconButton, SteadyLabel, Swatch

FORMULA_PX: Final = 16.0
NAME_PX: Final = 152
WIDEST_NAME_PX: Final = 280
WHILE_PLAYING_MS: Final = 80  # nobody reads faster
MOST_CHOICES: Final = 200
WIDEST_CHOICE_PX: Final = 520
ARROW_ROLES: Final = frozenset({"gradient", "momentum", "direction", "update"})


class TermLine(QFrame):
    """One term: its colour, its name, and its rule, numbers and result.

    Signals:
        clicked(str): the symbol of the term.
    """

    clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbol = ""
        self._color: QColor | None = None
        self._lit = False
        self._hovered = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 8, 3)
        row.setSpacing(8)
        self.name = ElidedLabel()
        self.name.setFixedWidth(NAME_PX)
        self.name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.formula = FormulaLabel(size_px=FORMULA_PX, overflow="wrap", selectable=False)
        self.formula.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self.name)
        row.addWidget(self.formula, 1)

    def show_line(self, line: StepLine, theme: Theme) -> None:
        self.symbol = line.symbol
        self._color = term_color(line.role, theme) if line.role in ARROW_ROLES else None
        self.name.setText(capitalized(tr(line.name)))
        set_role(self.name, "muted")
        color = self._color.name() if self._color else "text"
        left = rf"\textcolor{{{color}}}{{{line.left}}}" if self._color else line.left
        self.formula.set_tex(f"{left} = {line.tex}")
        self.setAccessibleName(f"{tr(line.name)}: {self.formula.speech()}")
        self.setToolTip(tr("Click to emphasise its arrow") if self._color else "")
        self.update()

    def set_lit(self, lit: bool) -> None:
        if lit != self._lit:
            self._lit = lit
            self.update()

    @property
    def lit(self) -> bool:
        return self._lit

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self.symbol)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self.symbol)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self._hovered = event.type() == QEvent.Type.Enter
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            colors = QPalette()
            box = QRectF(self.rect())
            if self._lit or self._hovered:
                fill = (
                    QColor(self._color)
                    if self._color and self._lit
                    else colors.color(QPalette.ColorRole.AlternateBase)
                )
                fill.setAlphaF(0.16 if self._lit and self._color else 1.0)
                painter.setBrush(fill)
                painter.drawRoundedRect(box, 8, 8)
            if self._color:
                painter.setBrush(self._color)
                painter.drawRoundedRect(QRectF(3, 5, 3, box.height() - 10), 1.5, 1.5)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(colors.color(QPalette.ColorRole.Highlight))
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)


class WorkedStep(Panel):
    """The rule in symbols, with numbers, and the result: a line a term, in the order of the computation."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._theme = theme
        self._shown: tuple[int, int] | None = None
        self._run: Run | None = None
        self.lines: list[TermLine] = []
        self.setAccessibleName(tr("Worked step"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(4, 0, 0, 0)
        head.setSpacing(6)
        self._swatch = Swatch(0, size_px=16)
        self.runs = Choice((), tr("Run"))
        set_role(self.runs, "flat")
        self.runs.setMaximumWidth(WIDEST_CHOICE_PX)
        self.runs.chosen.connect(lambda index: store.set_view(selected_run=index))
        self.title = SteadyLabel()
        set_role(self.title.label, "section")
        self.ending = QLabel()
        set_role(self.ending, "value")
        self.copy = IconButton("copy", tr("Copy the step as LaTeX"))
        self.copy.clicked.connect(lambda: copy_text(self.latex()))
        for widget in (self._swatch, self.runs, self.title, self.ending):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.copy)
        column.addLayout(head)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self._list = QVBoxLayout(inner)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._empty = QLabel(tr("There is no step to show."))
        set_role(self._empty, "muted")
        self._list.addWidget(self._empty)
        self._list.addStretch(1)
        scroll.setWidget(inner)
        column.addWidget(scroll, 1)
        self._later = single_shot(self, WHILE_PLAYING_MS, self._refresh)

        store.solution_changed.connect(self._on_solution_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        self._on_solution_changed(store.solution)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._shown = None
        self._refresh()

    def latex(self) -> str:
        """The step as an aligned LaTeX environment, in the user's language."""
        if self._run is None or self._shown is None or not self.lines:
            return ""
        step = min(self._shown[1], self._run.steps - 1)
        return step_latex(self._run, step, language(), self._variables())

    def _variables(self) -> tuple[str, ...]:
        setup = self._store.solution.setup if self._store.solution else None
        return setup.descended if setup else ()

    # Refreshing

    def _on_solution_changed(self, solution: Solution | None) -> None:
        runs = solution.runs if solution else ()
        options: list[tuple[object, str]] = [
            (index, run_title(run, numbered=numbered(runs))) for index, run in enumerate(runs[:MOST_CHOICES])
        ]
        if options != self.runs.options:
            self.runs.set_options(options)
        self._shown = None
        self._refresh_soon()

    def _on_frame_changed(self, _frame: Frame) -> None:
        self._refresh_soon()

    def _refresh_soon(self) -> None:
        """At once, but for a moment that is soon over."""
        if not self._store.moving:
            self._refresh()
        elif not self._later.isActive():
            self._later.start()

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & {"selected_run", "playing", "held"}:
            self._refresh()
        if "highlighted_term" in change:
            self._light()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        """Write the step at the playhead, if it is another one than is shown."""
        if not self.isVisible():
            self._shown = None
            return
        run = self._store.selected_run
        self.copy.setEnabled(run is not None and run.steps > 0)
        self._swatch.setVisible(run is not None)
        self.runs.setVisible(run is not None)
        if run is None:
            self._write(())
            self.title.setText("")
            self.ending.setText("")
            return
        reached = min(int(self._store.shown_steps + 1e-9), run.steps)
        step = min(reached, run.steps - 1)
        key = (id(run), reached)
        if key == self._shown and run is self._run:
            return
        self._shown, self._run = key, run
        self._swatch.set_mark(run.mark)
        self.runs.set_key(min(self._store.view.selected_run, len(self.runs.options) - 1))
        self.title.setText(tr("step {step} → {next}", step=step, next=step + 1) if run.steps else "")
        self.ending.setText(ending_of(run) if reached == run.steps else "")
        self.ending.setStyleSheet(f"color: {getattr(self._theme, OUTCOME_TOKENS[run.outcome])}")
        self._write(worked_step(run, step, self._variables()) if run.steps else ())

    def _write(self, lines: tuple[StepLine, ...]) -> None:
        while len(self.lines) < len(lines):
            line = TermLine()
            line.clicked.connect(self._on_line_clicked)
            self._list.insertWidget(len(self.lines), line)
            self.lines.append(line)
        while len(self.lines) > len(lines):
            line = self.lines.pop()
            line.hide()
            self._list.removeWidget(line)
            line.deleteLater()
        for widget, content in zip(self.lines, lines, strict=True):
            widget.show_line(content, self._theme)
        longest = max((widget.name.sizeHint().width() for widget in self.lines), default=0)
        for widget in self.lines:
            widget.name.setFixedWidth(min(max(longest + 4, NAME_PX), WIDEST_NAME_PX))
        self._empty.setVisible(not lines)
        self._light()

    def _light(self) -> None:
        for line in self.lines:
            line.set_lit(line.symbol == self._store.view.highlighted_term)

    def _on_line_clicked(self, symbol: str) -> None:
        """Emphasise the arrow of the term; a second click takes it back."""
        same = self._store.view.highlighted_term == symbol
        self._store.set_view(highlighted_term=None if same else symbol)
