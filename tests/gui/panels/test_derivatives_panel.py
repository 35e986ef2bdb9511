"""The derivatives: shown typeset, with the numbers at the marker, faded while the next ones are made."""

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from engine.base.i18n import message
from engine.document.lab import Lab
from engine.document.setup import Problem
from engine.solving.stages import Request, Solver, solve
from gui.editor.explanation import ExplanationDialog
from gui.i18n import set_language
from gui.panels.derivatives import FADED, DerivativesPanel, partial_latex, point_text
from gui.store import Store
from gui.theme import LIGHT
from gui.widgets import show_number
from tests.gui.driving import LEFT, shown

START = ({"x": 4.0, "y": 3.0},)


@pytest.fixture
def store(qapp):
    return Store(Lab(formula="x^2+3xy+y^2", starts=START))


@pytest.fixture
def panel(qtbot, store):
    return shown(qtbot, DerivativesPanel(store, LIGHT), 350, 500)


@pytest.fixture
def solved(deriver):
    """Solves a store's lab and shows it the solution."""
    return lambda store: store.accept(replace(solve(store.lab, deriver), revision=store.revision))


def plain(panel):
    return [row.formula.tex for row in panel._rows]


def test_partials_and_their_values(panel, store, solved):
    solved(store)
    assert plain(panel) == [
        r"\frac{\partial f}{\partial x} = 2x+3y",
        r"\frac{\partial f}{\partial y} = 3x+2y",
    ]
    assert [row.value.text() for row in panel._rows] == ["= 17", "= 18"]
    assert panel.gradient_value.text() == "∇f = (17, 18), |∇f| = 24.76"
    assert panel.place.text() == "at (4, 3)"
    assert all(row.formula.error is None for row in panel._rows)


def test_the_numbers_follow_the_marker(panel, store, solved):
    solved(store)
    store.set_view(t_steps=1.0)
    point = store.frame.markers[0].position
    assert panel.place.text() == f"at {point_text(point)}"
    assert panel._rows[0].value.text() == f"= {show_number(2 * point[0] + 3 * point[1])}"


def test_the_hessian(panel, store, solved):
    solved(store)
    assert r"2&3\\3&2" in panel.hessian.tex
    assert panel.hessian_value.tex == ""  # folded away: not worked out
    panel.hessian_section.set_expanded(True)
    assert r"2&3\\3&2" in panel.hessian_value.tex
    assert panel.hessian_value.error is None


def test_one_variable_has_an_ordinary_derivative(qtbot, qapp, solved):
    store = Store(Lab(formula="x^3", starts=({"x": 2.0},)))
    panel = DerivativesPanel(store, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    solved(store)
    assert plain(panel) == [r"\frac{df}{dx} = 3x^{2}"]
    assert panel._rows[0].value.text() == "= 12"
    assert panel.place.text() == "at x = 2"
    assert not panel.gradient_value.isVisible()


def test_the_heading_is_of_partials_where_there_are_several_variables(qtbot, qapp, store, solved):
    assert DerivativesPanel(store, LIGHT).windowTitle() == ""  # that of the registry
    set_language("ko")
    panel = DerivativesPanel(store, LIGHT)
    qtbot.addWidget(panel)
    solved(store)
    assert panel.windowTitle() == "편도함수"
    store.edit(formula="x^2")
    solved(store)
    assert panel.windowTitle() == "도함수"


def test_a_held_variable_has_no_number(panel, store, solved):
    store.edit(formula="x^2+y^2+z x", others="held")
    solved(store)
    assert len(panel._rows) == 3
    assert panel._rows[2].value.text() == "z is held constant"


def test_its_own_name(panel, store, solved):
    store.edit(formula="L(w_1, w_2) = w_1^2 w_2")
    solved(store)
    assert plain(panel)[0].startswith(r"\frac{\partial L}{\partial w_{1}}")


def test_the_old_ones_fade_while_waiting(panel, store, solved):
    solved(store)
    store.edit(formula="x^3+y^3")
    assert panel._rows[0].formula.opacity == 1.0  # for a moment nothing moves
    assert panel._patience.isActive()
    panel._patience.timeout.emit()
    assert panel.spinner.spinning
    panel.grab()
    assert panel._rows[0].formula.opacity == FADED
    assert "2x+3y" in plain(panel)[0]
    solved(store)
    assert not panel.spinner.spinning
    assert panel._rows[0].formula.opacity == 1.0
    assert "3x^{2}" in plain(panel)[0]


def test_a_wrong_formula_keeps_the_old_ones_faded(panel, store, solved):
    solved(store)
    old = store.solution
    store.edit(formula="x^2 ++* y")
    problem = Problem("formula", message("wrong"), (5, 6))
    store.accept(replace(old, revision=store.revision, lab=store.lab, stage="parse", problems=(problem,)))
    assert "2x+3y" in plain(panel)[0]
    assert panel._rows[0].formula.opacity == FADED
    assert not panel.spinner.spinning


def test_where_it_is_undefined(panel, store, solved):
    store.edit(formula="1/(x^2+y^2)", starts=({"x": 0.0, "y": 0.0},))
    solved(store)
    assert panel._rows[0].value.text() == "undefined"
    assert panel.gradient_value.text() == "∇f: undefined"
    assert panel.place.text() == "at (0, 0)"


def test_long_derivatives_are_never_clipped(panel, store, solved):
    store.edit(formula="-20e^(-0.2 sqrt((x^2+y^2)/2)) - e^((cos(2pi x)+cos(2pi y))/2)+e+20")
    solved(store)
    for row in panel._rows:
        label = row.formula
        layout = label._laid_out(label._room())
        assert layout.width <= label._room() + 0.5 or label._bar.maximum() > 0
        assert label.height() >= layout.height


def test_a_sum_is_a_sum_and_a_long_one_is_shortened(qtbot, panel, store, solved):
    store.edit(formula="sum(i=1..200, sin(i x) cos(i y)/i^2)")
    solved(store)
    assert r"\sum_{i=1}^{200} \frac{\cos i x\cos i y}{i}" in plain(panel)[0]
    assert not panel._rows[0].whole.isVisible()
    store.edit(formula=" + ".join(f"sin({k} x + y)^2" for k in range(3, 33)))
    solved(store)
    row = panel._rows[0]
    assert "⋯" in row.formula.tex and row.formula.tex.count("cos") == 4
    assert row.whole.text() == "26 more terms" and row.formula.error is None
    qtbot.mouseClick(row.whole, LEFT)
    assert "⋯" not in row.formula.tex and row.formula.tex.count("cos") == 30
    qtbot.mouseClick(row.whole, LEFT)
    assert "⋯" in row.formula.tex


def test_in_korean(qtbot, qapp, store, solved):
    set_language("ko")
    panel = DerivativesPanel(store, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    solved(store)
    assert panel.place.text() == "(4, 3)에서"
    assert panel._rows[0].value.text() == "= 17"


def test_partial_latex():
    assert partial_latex("f", ("x",), "x") == r"\frac{df}{dx}"
    assert partial_latex("L", ("w_1", "b"), "w_1") == r"\frac{\partial L}{\partial w_{1}}"


@pytest.mark.parametrize("formula", ["x^2+3xy+y^2", "e^(-x^2) sin(x y)/(1+x^2+y^2) + x y e^(x-y)"])
def test_nothing_is_squeezed_in_a_short_column(qtbot, store, solved, formula):
    """The column of the window scrolls; it must not press its cards together."""
    column = QWidget()
    layout = QVBoxLayout(column)
    panel = DerivativesPanel(store, LIGHT)
    layout.addWidget(panel)
    layout.addStretch(1)
    scroll = QScrollArea()
    qtbot.addWidget(scroll)
    scroll.setWidget(column)
    scroll.setWidgetResizable(True)
    scroll.resize(340, 120)
    scroll.show()
    store.edit(formula=formula)
    solved(store)
    panel.hessian_section.set_expanded(True)
    qtbot.waitUntil(lambda: column.height() > 200)
    for label in (*(row.formula for row in panel._rows), panel.gradient, panel.hessian, panel.hessian_value):
        qtbot.waitUntil(lambda label=label: label.height() >= label._laid_out(label._room()).height)


def test_how_opens_the_derivation(qtbot, panel, store, solved):
    solved(store)
    panel._rows[1].how.click()
    dialog = panel.findChild(ExplanationDialog)
    assert dialog is not None
    assert dialog.windowTitle().endswith("∂f/∂y")
    dialog.close()


NINE = Lab(formula="(a+b)^2+2c^2+d^4+g e^h+k^2+(x-1)^2+3y^2", others="free", steps=3)


def test_of_many_variables_the_drawn_ones_and_a_chosen_one_have_a_row(qtbot, deriver):
    store = Store(NINE)
    panel = shown(qtbot, DerivativesPanel(store, LIGHT), 350, 500)
    store.accept(replace(solve(store.lab, deriver), revision=store.revision))
    drawn = tuple(axis.name for axis in store.solution.setup.axes)
    assert drawn == ("x", "y")
    assert [row.variable for row in panel._rows] == ["x", "y", "a"]
    assert panel._rows[0].formula.tex == r"\frac{\partial f}{\partial x} = 2x-2"
    assert [key for key, _ in panel.picker.options] == ["a", "b", "c", "d", "g", "h", "k"]
    panel.picker.set_key("d")
    panel.picker.chosen.emit("d")
    assert panel._rows[2].formula.tex == r"\frac{\partial f}{\partial d} = 4d^{3}"
    assert panel.hessian_section.isHidden()
    assert panel._too_many.isVisible() and "9" in panel._too_many.text()
    assert panel.gradient_value.text().endswith("(all 9)")
    assert panel.sizeHint().height() < 400


def test_what_is_not_written_is_asked_for_when_somebody_looks(qtbot, deriver):
    many = Lab(formula="+".join(f"w_{i}^2" for i in range(1, 21)), others="free", steps=1)
    store = Store(many)
    panel = shown(qtbot, DerivativesPanel(store, LIGHT), 350, 500)
    solver = Solver(deriver)

    def answer():
        for solution in solver.solve(Request(store.revision, store.lab, asked=store.asked)):
            store.accept(solution)

    answer()
    assert panel.picker.isEditable()  # searched by typing
    assert all(row.formula.tex.endswith(r"= \dots") for row in panel._rows)
    assert store.asked == (("w_1",), ("w_2",), ("w_3",))
    answer()
    assert panel._rows[2].formula.tex == r"\frac{\partial f}{\partial w_{3}} = 2w_{3}"
    panel.picker.lineEdit().setText("w₁₇" if panel.picker.findText("w₁₇") >= 0 else "w_17")
    panel.picker.lineEdit().editingFinished.emit()
    assert store.asked[-1] == ("w_17",)
    answer()
    assert panel._rows[2].formula.tex == r"\frac{\partial f}{\partial w_{17}} = 2w_{17}"
    panel.picker.lineEdit().setText("nobody")
    panel.picker.lineEdit().editingFinished.emit()
    assert panel.picker.key == "w_17"


def test_rounding_dust_is_shown_as_0(qtbot, deriver):
    lab = Lab(formula="x^2+y^2", starts=({"x": 3.12e-11, "y": 1.0},), steps=1)
    store = Store(lab)
    panel = shown(qtbot, DerivativesPanel(store, LIGHT), 350, 500)
    store.accept(replace(solve(lab, deriver), revision=store.revision))
    assert [row.value.text() for row in panel._rows] == ["= 0", "= 2"]
