"""The variables: roles, ranges, held values; and what bad numbers do."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.base.i18n import message
from engine.document.lab import Lab, Variable
from engine.document.setup import Problem, resolve
from engine.formula import parse
from engine.solving.solution import Solution
from gui.panels.variables import Variables
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME, Quadratic, solved_store


@pytest.fixture
def store(qapp: object) -> Store:
    objective = Quadratic((2.0, 2.0, 1.0), ("x", "y", "w"))
    lab = Lab(formula="x^2 + y^2 + z w^2/2")
    return solved_store(lab, objective=objective, held={"z": 2.0})


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> Variables:
    return shown(qtbot, Variables(store, THEME), 360, 300)


def test_every_variable_has_a_row_by_its_role(panel: Variables) -> None:
    assert list(panel.rows) == ["x", "y", "w", "z"]
    assert [row.role.key for row in panel.rows.values()] == ["horizontal", "vertical", "free", "held"]
    assert panel.rows["x"].lo.isVisible() and not panel.rows["x"].slider.isVisible()
    assert panel.rows["z"].slider.isVisible() and not panel.rows["z"].lo.isVisible()
    assert not panel.rows["w"].lo.isVisible() and not panel.rows["w"].slider.isVisible()


def test_a_typed_range_is_in_the_lab_and_undone_as_one(qtbot: QtBot, panel: Variables, store: Store) -> None:
    retype(qtbot, panel.rows["x"].hi, "12.5")
    assert store.lab.variables["x"].hi == 12.5
    store.undo()
    assert store.lab.variables == {}
    assert panel.rows["x"].hi.text() == "5"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("abc", "not a number"), ("1e999", "too large"), ("", "Enter a number"), ("--3", "not a number")],
)
def test_a_bad_number_says_so_beside_its_field_and_nothing_is_lost(
    qtbot: QtBot, panel: Variables, store: Store, typed: str, said: str
) -> None:
    field = panel.rows["x"].hi
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said in panel.rows["x"].problem.text()
    assert panel.rows["x"].problem.isVisible()
    assert field.text() == typed
    assert field.property("invalid")
    assert store.solution.setup.axes[0].hi == 5.0  # not 1e99, which was good only on the way to 1e999
    # A new solution, for another reason, leaves the text as it was typed.
    store.edit(steps=50)
    assert field.text() == typed
    retype(qtbot, field, "3")
    assert not panel.rows["x"].problem.isVisible()
    assert store.lab.variables["x"].hi == 3.0


def test_what_the_engine_finds_is_shown_beside_the_field(panel: Variables, store: Store) -> None:
    wrong = Problem("variables.x.hi", message("The range of {name} has no width.", name="x"))
    store.options["problems"] = (wrong,)  # type: ignore[attr-defined]
    store.edit(variables={"x": Variable(lo=2.0, hi=2.0)})
    assert panel.rows["x"].problem.text() == "The range of x has no width."
    assert not panel.rows["y"].problem.isVisible()
    store.options["problems"] = ()  # type: ignore[attr-defined]
    store.edit(variables={"x": Variable(lo=2.0, hi=3.0)})
    assert not panel.rows["x"].problem.isVisible()


def test_the_slider_solves_in_draft_while_dragged_and_in_full_at_rest(
    qtbot: QtBot, panel: Variables, store: Store
) -> None:
    slider = panel.rows["z"].slider
    store.qualities.clear()  # type: ignore[attr-defined]
    y = slider.height() // 2
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() // 2, y))
    qtbot.mouseMove(slider, QPoint(slider.width() // 4, y))
    assert set(store.qualities) == {"draft"}  # type: ignore[attr-defined]
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() // 4, y))
    assert store.qualities[-1] == "full"  # type: ignore[attr-defined]
    held = store.lab.variables["z"].value
    assert held is not None and -5.0 < held < 0.0
    assert panel.rows["z"].value.value == held
    store.undo()
    assert store.lab.variables == {}


def test_the_slider_is_moved_by_keys(qtbot: QtBot, panel: Variables, store: Store) -> None:
    slider = panel.rows["z"].slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert store.lab.variables["z"].value == pytest.approx(2.1)


def test_taking_a_taken_axis_exchanges_the_roles(panel: Variables, store: Store) -> None:
    panel.rows["y"].role.chosen.emit("horizontal")
    roles = {name: choice.role for name, choice in store.lab.variables.items()}
    assert roles == {"x": "vertical", "y": "horizontal"}


def test_a_free_variable_can_be_held_and_keeps_the_axes(panel: Variables, store: Store) -> None:
    panel.rows["w"].role.chosen.emit("held")
    roles = {name: choice.role for name, choice in store.lab.variables.items()}
    assert roles == {"x": "horizontal", "y": "vertical", "w": "held"}


def solved_by_the_rule(formula: str) -> Store:
    """A store whose setup is the engine's own."""
    store = Store(Lab(formula=formula))
    parsed = parse(formula)

    def solve(revision: int, lab: Lab, _quality: str) -> None:
        setup, _ = resolve(lab, parsed)
        store.accept(Solution(revision=revision, lab=lab, stage="analyse", formula=parsed, setup=setup))

    store.solve_requested.connect(solve)
    store.request_solve()
    return store


@pytest.fixture
def constants(qtbot: QtBot, qapp: object) -> Variables:
    return shown(qtbot, Variables(solved_by_the_rule("a x^2 + b y^2 + z"), THEME), 340, 320)


def roles_in(panel: Variables) -> dict[str, object]:
    return {name: row.role.key for name, row in panel.rows.items()}


BY_RULE = {"a": "held", "b": "held", "x": "horizontal", "y": "vertical", "z": "free"}


def test_what_letters_were_taken_for_is_said(constants: Variables) -> None:
    assert roles_in(constants) == BY_RULE
    assert constants.notes.text.text() == "Held constant beside x, y, z: a, b."
    assert constants.rows["a"]._label.toolTip() == "A constant beside x, y, z."
    assert constants.rows["a"].role.accessibleDescription() == "A constant beside x, y, z."
    assert "by custom" in constants.rows["x"]._label.toolTip()


def test_one_click_lets_a_letter_go_and_holds_it(qtbot: QtBot, constants: Variables) -> None:
    lock = constants.rows["a"].lock
    assert (lock.icon_name, lock.toolTip()) == ("lock", "Let a vary")
    qtbot.mouseClick(lock, LEFT)
    assert roles_in(constants) == BY_RULE | {"a": "free"}
    assert (lock.icon_name, lock.toolTip()) == ("unlock", "Hold a constant")
    assert constants.notes.text.text() == "Held constant beside a, x, y, z: b."
    qtbot.mouseClick(lock, LEFT)
    assert roles_in(constants) == BY_RULE
    qtbot.mouseClick(constants.rows["y"].lock, LEFT)
    assert roles_in(constants) == BY_RULE | {"y": "held", "z": "vertical"}


def test_one_click_chooses_for_all(qtbot: QtBot, constants: Variables) -> None:
    notes = constants.notes
    assert not notes.as_usual.isEnabled()
    qtbot.mouseClick(notes.all_free, LEFT)
    assert roles_in(constants) == BY_RULE | {"a": "free", "b": "free"}
    assert not notes.all_free.isEnabled() and not notes.text.isVisible()
    qtbot.mouseClick(notes.all_held, LEFT)
    assert roles_in(constants) == BY_RULE | {"z": "held"}
    assert not notes.all_held.isEnabled()
    qtbot.mouseClick(notes.as_usual, LEFT)
    assert roles_in(constants) == BY_RULE
    constants._store.undo()
    assert roles_in(constants) == BY_RULE | {"z": "held"}


def test_where_every_letter_is_drawn_there_is_nothing_to_choose(qtbot: QtBot, qapp: object) -> None:
    panel = shown(qtbot, Variables(solved_by_the_rule("x^2 + y^2"), THEME), 340, 200)
    assert not panel.notes.isVisible()


def test_the_range_of_a_free_variable_can_be_opened(qtbot: QtBot, constants: Variables) -> None:
    row = constants.rows["z"]
    assert not row.lo.isVisible()
    qtbot.mouseClick(row.range_button, LEFT)
    retype(qtbot, row.hi, "2")
    solution = constants._store.solution
    assert solution is not None and solution.setup is not None
    assert solution.setup.hi.tolist() == [5.0, 5.0, 2.0]


def test_rows_come_and_go_with_the_formula(panel: Variables, store: Store) -> None:
    x_row = panel.rows["x"]
    store.options.update(objective=Quadratic((1.0, 1.0), ("x", "t")), held={})  # type: ignore[attr-defined]
    store.edit(formula="x^2 + t^2")
    assert list(panel.rows) == ["x", "t"]
    assert panel.rows["x"] is x_row


def test_the_last_solution_keeps_its_rows_while_the_formula_is_wrong(panel: Variables, store: Store) -> None:
    last = store.solution
    assert last is not None
    wrong = Problem("formula", message("no"), (0, 1))
    store.revision += 1
    store.accept(replace(last, revision=store.revision, setup=None, problems=(wrong,)))
    assert list(panel.rows) == ["x", "y", "w", "z"]


def test_a_range_that_cannot_be_solved_stays_as_it_was_typed(
    qtbot: QtBot, panel: Variables, store: Store
) -> None:
    wrong = Problem("variables.y.hi", message("The range of {name} has no width.", name="y"))

    def refuse(revision: int, lab: Lab, _quality: str) -> None:
        """As the engine does: the last good setup is carried over."""
        assert store.solution is not None
        store.accept(replace(store.solution, revision=revision, lab=lab, problems=(wrong,)))

    store.solve_requested.disconnect()
    store.solve_requested.connect(refuse)
    retype(qtbot, panel.rows["y"].hi, "-5")
    qtbot.keyClick(panel.rows["y"].hi, Qt.Key.Key_Return)
    assert panel.rows["y"].hi.text() == "-5"
    assert panel.rows["y"].problem.text() == "The range of y has no width."
    panel.rows["x"].role.chosen.emit("held")
    assert panel.rows["x"].role.key == "held"


def test_ranges_are_in_line_whatever_the_variables_were_before(qtbot: QtBot, panel: Variables) -> None:
    held, drawn = panel.rows["z"], panel.rows["x"]
    held._role = "vertical"
    held._arrange()
    qtbot.waitUntil(lambda: abs(held.lo.width() - drawn.lo.width()) <= 1)
    assert abs(held.hi.x() - drawn.hi.x()) <= 1
