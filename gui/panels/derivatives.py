"""The derivatives: each partial typeset, with its value where the marker is, the gradient and the Hessian.

Of many variables, those by the drawn ones and by another one that is chosen from a list, which is written out
when somebody looks at it. While a new formula is worked out the old one stays, faded. Nothing is computed
here: expressions come from the Solution's derivation, numbers from its objective. GUI thread.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.base.arrays import Floats
from engine.base.round_numbers import without_dust
from engine.base.vectors import length
from engine.formula.names import name_latex, name_text
from engine.function.limits import shown_gradient
from engine.program.function import DENSE, dense_hessian
from engine.solving.solution import Solution
from engine.solving.stages import SECOND
from engine.symbolic import Derivation, Expression
from gui.drawing.reading import sizes
from gui.editor.spinner import Spinner
from gui.i18n import tr
from gui.panels.panel import Panel
from gui.store import Change, Store
from gui.style import set_role, zoom
from gui.theme import Theme
from gui.timing import single_shot
from gui.typeset import FormulaLabel
from gui.widgets import Choice, Collapsible, SteadyLabel, show_number

PATIENCE_MS: Final = 150  # before the old derivatives are faded
FADED: Final = 0.4
SIZE_PX: Final = 17.0
VALUE_PX: Final = 104  # for "= −1.234×10⁻¹⁵"
LONGEST: Final = -1.234e-15
MOST_ROWS: Final = 4  # of more variables, only some have a row
SEARCHED: Final = 12  # a list of more is searched by typing


def partial_latex(name: str, variables: tuple[str, ...], variable: str) -> str:
    """∂f/∂x, or df/dx for the only variable."""
    d = r"\partial " if len(variables) > 1 else "d"
    return rf"\frac{{{d}{name_latex(name)}}}{{{d}{name_latex(variable)}}}"


def point_text(point: Iterable[float], names: tuple[str, ...] = ()) -> str:
    """A point in round brackets, four digits each; "x = 4" for the only variable."""
    numbers = [show_number(float(value)) for value in point]
    if len(names) == 1:
        return f"{name_text(names[0])} = {numbers[0]}"
    return f"({', '.join(numbers)})"


class PartialRow(QWidget):
    """One partial derivative: the equation, its value, and the way to its derivation.

    The value stands beside a short equation and below a long one: what it says has no part in that, so that
    nothing moves while the film plays.
    """

    def __init__(self, variable: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.variable = variable
        self._beside: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(1, round(VALUE_PX * zoom()))
        self.formula = FormulaLabel(overflow="wrap", size_px=SIZE_PX)
        self.how = QPushButton(tr("How?"))
        set_role(self.how, "link")
        self.how.setAccessibleName(tr("How? The derivation with respect to {name}", name=variable))
        self.how.setToolTip(tr("Derive it rule by rule"))
        self.how.setCursor(Qt.CursorShape.PointingHandCursor)
        self.whole = QPushButton()
        set_role(self.whole, "link")
        self.whole.setCursor(Qt.CursorShape.PointingHandCursor)
        self.whole.clicked.connect(self._on_whole_asked)
        self.whole.hide()
        self._left, self._expression, self._is_whole = "", Expression("", ""), False
        self.value = SteadyLabel(elide=Qt.TextElideMode.ElideRight)
        set_role(self.value.label, "muted")
        self.value.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def show_partial(self, left: str, expression: Expression) -> None:
        self._is_whole = self._is_whole and self._expression.text == expression.text
        self._left, self._expression = left, expression
        short = expression.short and not self._is_whole
        self.formula.set_tex(
            f"{left} = {expression.short if short else expression.latex}", plain=expression.text
        )
        self.whole.setText(tr("{count} more terms", count=expression.left_out) if short else tr("Show less"))
        self.whole.setVisible(bool(expression.short))
        self._arrange()

    def _on_whole_asked(self) -> None:
        """Show a long derivative whole, or shortened again."""
        self._is_whole = not self._is_whole
        self.show_partial(self._left, self._expression)

    def show_waiting(self, left: str) -> None:
        """The equation, while its right side is being written."""
        self._left, self._expression, self._is_whole = left, Expression("", ""), False
        self.whole.hide()
        self.formula.set_tex(rf"{left} = \dots", plain="…")
        self._arrange()

    def show_value(self, value: float | None) -> None:
        """The number at the marker; None for a variable that is held."""
        if value is None:
            self.value.setText(tr("{name} is held constant", name=name_text(self.variable)))
        else:
            self.value.setText(f"= {show_number(value)}" if np.isfinite(value) else tr("undefined"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        taken = round(VALUE_PX * zoom()) + self.how.sizeHint().width() + 2 * self._grid.horizontalSpacing()
        beside = self.formula.sizeHint().width() + taken <= self.width()
        if beside == self._beside:
            return
        self._beside = beside
        for widget in (self.formula, self.value, self.whole, self.how):
            self._grid.removeWidget(widget)
        if beside:
            self._grid.addWidget(self.formula, 0, 0)
            self._grid.addWidget(self.value, 0, 1)
        else:
            self._grid.addWidget(self.formula, 0, 0, 1, 3)
            self._grid.addWidget(self.value, 1, 0, 1, 2)
        self._grid.addWidget(self.whole, 2, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(self.how, 0 if beside else 1, 2)


class DerivativesPanel(Panel):
    """The derivatives of the store's formula."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._derivation: Derivation | None = None
        self._shown: tuple[object, ...] = ()
        self._name = "f"
        self._rows: list[PartialRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        self.spinner = Spinner()
        self.place = SteadyLabel(elide=Qt.TextElideMode.ElideRight)
        self.place.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_role(self.place.label, "muted")
        self.beside_title = (self.spinner, self.place)
        self._partials = QVBoxLayout()
        self._partials.setSpacing(4)
        column.addLayout(self._partials)
        self._another: str | None = None  # whose partial the last row is
        self.chooser = QWidget()
        line = QHBoxLayout(self.chooser)
        line.setContentsMargins(0, 2, 0, 0)
        line.setSpacing(8)
        by = QLabel(tr("By another variable:"))
        set_role(by, "muted")
        self.picker = Choice(name=tr("Variable of the derivative"))
        self.picker.chosen.connect(self._on_another_chosen)
        line.addWidget(by)
        line.addWidget(self.picker)
        line.addStretch(1)
        self.gradient_value = SteadyLabel(elide=Qt.TextElideMode.ElideMiddle)
        self.gradient_value.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.gradient_value)
        self.hessian_section = Collapsible(tr("Gradient and Hessian"), expanded=False)
        self.gradient = FormulaLabel(overflow="scroll", size_px=SIZE_PX)
        self.hessian = FormulaLabel(overflow="scroll", size_px=SIZE_PX)
        self.hessian_value = FormulaLabel(overflow="scroll", size_px=SIZE_PX - 1)
        self.hessian_value.set_color("muted")
        for label in (self.gradient, self.hessian, self.hessian_value):
            self.hessian_section.body.addWidget(label)
        self.hessian_section.toggled.connect(self._refresh_values)
        column.addWidget(self.hessian_section)
        self._too_many = QLabel()
        self._too_many.setWordWrap(True)
        set_role(self._too_many, "muted")
        column.addWidget(self._too_many)
        self._empty = QLabel(tr("The derivatives appear here."))
        set_role(self._empty, "muted")
        column.addWidget(self._empty)

        self._patience = single_shot(self, PATIENCE_MS, self._show_waiting)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._on_solution_changed)
        store.frame_changed.connect(self._refresh_values)
        store.view_changed.connect(self._on_view_changed)
        self._show_derivation()
        if store.solution is not None:
            self._on_solution_changed(store.solution)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, super().minimumSizeHint().height())

    # What the store says

    def _on_lab_changed(self, change: Change) -> None:
        if "formula" in change and not self._patience.isActive():
            self._patience.start()

    def _on_solution_changed(self, solution: Solution) -> None:
        setup = solution.setup
        shown = (solution.derivation, setup.axes if setup else (), setup.descended if setup else ())
        if shown != self._shown:
            self._shown, self._derivation = shown, solution.derivation
            self._name = (solution.formula.name if solution.formula else None) or "f"
            self._show_derivation()
        failed = any(problem.place == "formula" and problem.fatal for problem in solution.problems)
        self._patience.stop()
        self.spinner.set_spinning(False)
        self._fade(failed)
        self._refresh_values()

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._refresh_values()

    def _show_waiting(self) -> None:
        self.spinner.set_spinning(True)
        self._fade(True)

    def _fade(self, faded: bool) -> None:
        opacity = FADED if faded else 1.0
        for label in (*(row.formula for row in self._rows), self.gradient, self.hessian):
            label.set_opacity(opacity)
        for widget in (*(row.value for row in self._rows), self.gradient_value):
            widget.setEnabled(not faded)
        for row in self._rows:
            row.how.setEnabled(not faded)

    # Showing

    def _show_derivation(self) -> None:
        derivation = self._derivation
        self._empty.setVisible(derivation is None)
        variables = derivation.variables if derivation else ()
        several = len(variables) > 1
        self.gradient_value.setVisible(several)
        self.hessian_section.setVisible(derivation is not None)
        self._offer(variables)
        self._arrange_rows(variables)
        if derivation is None:
            self._too_many.hide()
            return
        self._show_partials(derivation)
        self.setWindowTitle(tr("Partial derivatives") if several else tr("Derivative"))
        self.gradient.setVisible(several)
        name = name_latex(self._name)
        free = self._free(variables)
        known = [derivation.written[(i,)] for i in free if (i,) in derivation.written]
        self._show_count(len(free))
        if several and len(known) == len(free):
            column = r"\\".join(expression.short or expression.latex for expression in known)
            plain = ", ".join(expression.text for expression in known)
            self.gradient.set_tex(
                rf"\nabla {name} = \begin{{pmatrix}}{column}\end{{pmatrix}}", plain=f"({plain})"
            )
        entries = derivation.rows(free)
        self.hessian.setVisible(entries is not None)
        if entries is None:
            return
        rows = r"\\".join("&".join(entry.short or entry.latex for entry in line) for line in entries)
        texts = ", ".join("[" + ", ".join(entry.text for entry in line) + "]" for line in entries)
        matrix = rf"\begin{{pmatrix}}{rows}\end{{pmatrix}}"
        second = rf"\frac{{d^{{2}}{name}}}{{d{name_latex(variables[0])}^{{2}}}}" if variables else "H"
        self.hessian_section.set_title(tr("Gradient and Hessian") if several else tr("Second derivative"))
        if several:
            self.hessian.set_tex(f"H = {matrix}", plain=f"[{texts}]")
        elif variables:
            entry = entries[0][0]
            self.hessian.set_tex(f"{second} = {entry.short or entry.latex}", plain=entry.text)

    def _show_partials(self, derivation: Derivation) -> None:
        """The equations; what has not been written yet is asked for, once it is looked at."""
        folded = len(derivation.variables) > MOST_ROWS
        for row in self._rows:
            expression = derivation.written.get((derivation.variables.index(row.variable),))
            left = partial_latex(self._name, derivation.variables, row.variable)
            if expression is not None:
                row.show_partial(left, expression)
            elif folded:
                row.show_waiting(left)
                if self.isVisible():
                    self._store.look_at(row.variable)
            row.setVisible(expression is not None or folded)

    def _drawn(self) -> tuple[str, ...]:
        solution = self._store.solution
        axes = solution.setup.axes if solution is not None and solution.setup is not None else ()
        return tuple(axis.name for axis in axes)

    def _free(self, variables: tuple[str, ...]) -> list[int]:
        """The places of those whose gradient and Hessian are shown: of many, the ones that vary."""
        solution = self._store.solution
        setup = solution.setup if solution is not None else None
        if len(variables) <= MOST_ROWS or setup is None or setup.variables != variables:
            return list(range(len(variables)))
        return [variables.index(name) for name in setup.descended]

    def _show_count(self, free: int) -> None:
        """In the place of a gradient and a Hessian that nobody could read, how large they are."""
        few = free <= SECOND
        self.hessian_section.setVisible(few)
        self._too_many.setVisible(not few)
        if not few:
            self._too_many.setText(
                tr(
                    "The gradient has {count} entries and the Hessian {count} × {count}: they are written "
                    "out for up to {most} variables.",
                    count=free,
                    most=SECOND,
                )
            )

    def _offer(self, variables: tuple[str, ...]) -> None:
        """The variables that have no row of their own, in the list; the chosen one stays if it is there."""
        drawn = self._drawn()
        others = [name for name in variables if name not in drawn] if len(variables) > MOST_ROWS else []
        self.chooser.setVisible(bool(others))
        if self._another not in others:
            self._another = others[0] if others else None
        if [key for key, _ in self.picker.options] != others:
            self.picker.set_searchable(len(others) > SEARCHED)
            self.picker.set_options([(name, name_text(name)) for name in others])
        self.picker.set_key(self._another)

    def _on_another_chosen(self, name: object) -> None:
        self._another = str(name)
        self._show_derivation()
        self._refresh_values()

    def _arrange_rows(self, variables: tuple[str, ...]) -> None:
        """One row for each variable or, of many, for the drawn ones and below the list for the chosen one."""
        wanted = variables
        if self._another is not None:
            wanted = (*(name for name in self._drawn() if name in variables), self._another)
        if [row.variable for row in self._rows] != list(wanted):
            self._make_rows(wanted)

    def _make_rows(self, variables: tuple[str, ...]) -> None:
        """The rows of variables that stay are kept: to make one takes longer than all else here."""
        self._partials.removeWidget(self.chooser)
        left = {row.variable: row for row in self._rows}
        for row in self._rows:
            self._partials.removeWidget(row)
        self._rows = [left.pop(name) if name in left else self._made_row(name) for name in variables]
        for row in left.values():
            row.hide()
            row.deleteLater()
        for row in self._rows:
            if row.variable == self._another:
                self._partials.addWidget(self.chooser)
            self._partials.addWidget(row)

    def _made_row(self, variable: str) -> PartialRow:
        row = PartialRow(variable)
        row.how.clicked.connect(lambda: self.explain(variable))
        return row

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._derivation is not None:
            self._show_partials(self._derivation)
        self._refresh_values()

    def _position(self, solution: Solution) -> Floats | None:
        """Where the selected run's marker is; the first start before anything ran."""
        frame = self._store.frame
        if frame is not None and frame.markers:
            index = min(self._store.view.selected_run, len(frame.markers) - 1)
            return frame.markers[index].position
        if solution.setup is not None and len(solution.setup.starts):
            start: Floats = solution.setup.starts[0]
            return start
        return None

    def _refresh_values(self, *_: object) -> None:
        """The numbers at the marker. Skipped while nobody sees them."""
        solution = self._store.solution
        if solution is None or not self.isVisible():
            return
        position = self._position(solution)
        objective, setup = solution.objective, solution.setup
        ready = (
            position is not None
            and objective is not None
            and setup is not None
            and self._derivation is not None
            and setup.variables == self._derivation.variables
            and len(position) == len(setup.descended)
        )
        if not ready:
            for row in self._rows:
                row.value.setText("")
            self.gradient_value.setText("")
            self.place.setText("")
            return
        assert position is not None and objective is not None and setup is not None
        gradient = shown_gradient(objective, position)
        known = sizes(solution)
        if known is not None:
            gradient = np.array([*map(without_dust, gradient.tolist(), known[1].tolist())])
        values = dict(zip(setup.descended, gradient, strict=True))
        point = point_text(position, setup.descended)
        for row in self._rows:
            value = values.get(row.variable)
            row.show_value(None if value is None else float(value))
        self.place.setText(tr("at {point}", point=point))
        self.gradient_value.setText(self._gradient_text(gradient))
        if self.hessian_section.expanded and objective.dimension <= DENSE:
            self._show_hessian_value(dense_hessian(objective, position))

    def _gradient_text(self, gradient: Floats) -> str:
        nabla = f"∇{self._name}"
        if not np.isfinite(gradient).all():
            return f"{nabla}: {tr('undefined')}"
        norm = f"|{nabla}| = {show_number(float(length(gradient)))}"
        if len(gradient) > MOST_ROWS:
            return f"{norm} ({tr('all {count}', count=len(gradient))})"
        return f"{nabla} = {point_text(gradient)}, {norm}"

    def _show_hessian_value(self, hessian: Floats) -> None:
        """Its height is that of the longest numbers, so that nothing moves while they change."""
        self.hessian_value.hold_height(_matrix_latex(np.full_like(hessian, LONGEST)))
        if np.isfinite(hessian).all():
            self.hessian_value.set_tex(_matrix_latex(hessian))
        else:
            self.hessian_value.set_tex(rf"\text{{{tr('undefined')}}}")

    # How?

    def explain(self, variable: str) -> None:
        """Open the rule-by-rule derivation of ∂f/∂variable."""
        solution = self._store.solution
        if solution is None or solution.formula is None or self._derivation is None:
            return
        from gui.editor.explanation import ExplanationDialog

        shown = {
            name: partial.text
            for name, partial in zip(self._derivation.variables, self._derivation.partials, strict=True)
            if partial is not None
        }
        dialog = ExplanationDialog(solution.formula, variable, shown, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()


def _matrix_latex(matrix: Floats) -> str:
    """= the matrix of numbers, or the number."""
    rows = r"\\".join("&".join(_number_latex(value) for value in line) for line in matrix)
    return rf"= \begin{{pmatrix}}{rows}\end{{pmatrix}}" if len(matrix) > 1 else f"= {rows}"


def _number_latex(value: float) -> str:
    """A number of at most four digits, powers of ten as such."""
    return show_number(float(value)).replace("−", "-")
