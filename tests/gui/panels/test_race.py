"""The race, driven as a person would: racers, rates, starts, budget, results."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.base.i18n import message
from engine.document.lab import Lab
from engine.document.setup import Problem
from engine.optimizers import METHODS, SCHEDULES, Racer
from gui.panels.race import Race
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME, solved_store


@pytest.fixture
def race(qtbot: QtBot, store: Store) -> Race:
    return shown(qtbot, Race(store, THEME), 360, 900)


def rates(store: Store) -> list[float]:
    return [racer.optimizer.lr for racer in store.lab.racers]  # type: ignore[union-attr]


def test_a_typed_rate_is_in_the_lab_and_on_the_slider(qtbot: QtBot, race: Race, store: Store) -> None:
    retype(qtbot, race.cards[0].rate, "0.25")
    assert rates(store) == [0.25, 0.45]
    assert race.cards[0].rate_slider.number == 0.25
    store.undo()
    assert rates(store) == [0.1, 0.45]
    assert race.cards[0].rate.text() == "0.1"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("abc", "not a number"),
        ("0", "greater than 0"),
        ("-0.1", "greater than 0"),
        ("1e308", "at most"),
        ("nan", "not a number"),
    ],
)
def test_a_bad_rate_is_answered_beside_its_field_and_nothing_is_lost(
    qtbot: QtBot, race: Race, store: Store, typed: str, said: str
) -> None:
    field = race.cards[0].rate
    retype(qtbot, field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said in field.problem
    assert field.text() == typed
    # Not the number that was good on the way ("1e3" of "1e308").
    assert rates(store) == [0.1, 0.45]
    store.edit(steps=33)
    assert field.text() == typed
    assert said in field.problem


def test_the_slider_is_logarithmic_and_marks_the_stability_limit(
    qtbot: QtBot, race: Race, store: Store
) -> None:
    slider = race.cards[0].rate_slider
    assert [mark.value for mark in slider.marks] == [1.0]  # 2 / λ_max of x² + y²
    assert slider.fraction_of(0.1) - slider.fraction_of(0.01) == pytest.approx(
        slider.fraction_of(0.01) - slider.fraction_of(0.001)
    )
    store.qualities.clear()  # type: ignore[attr-defined]
    y = slider.height() - 14
    x = round(slider._track().left() + slider.fraction_of(1.0) * slider._track().width())
    qtbot.mousePress(slider, LEFT, pos=QPoint(x, y))
    assert rates(store)[0] == 1.0  # it snaps to the mark
    assert store.qualities == ["draft"]  # type: ignore[attr-defined]
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(x, y))
    assert store.qualities[-1] == "full"  # type: ignore[attr-defined]


def test_every_method_of_the_catalogue_can_be_chosen_and_has_its_form(race: Race, store: Store) -> None:
    for tag, method in METHODS.items():
        race.cards[0].method_choice.chosen.emit(method)
        assert type(store.lab.racers[0].optimizer) is method, tag
        assert race.cards[0].method is method
    assert race.cards[0].method_choice.count() == len(METHODS)


def test_the_rate_is_kept_when_the_method_changes(race: Race, store: Store) -> None:
    race.cards[0].method_choice.chosen.emit(METHODS["adam"])
    assert rates(store)[0] == 0.1


def test_the_form_edits_the_settings_of_the_method(qtbot: QtBot, race: Race, store: Store) -> None:
    race.cards[0].method_choice.chosen.emit(METHODS["adam"])
    card = race.cards[0]
    qtbot.mouseClick(card.settings, LEFT)
    QApplication.processEvents()  # the new form is laid out
    retype(qtbot, card.form.editors["beta1"], "0.5")
    assert store.lab.racers[0].optimizer.beta1 == 0.5  # type: ignore[union-attr]
    qtbot.mouseClick(card.form.editors["amsgrad"], LEFT)
    assert store.lab.racers[0].optimizer.amsgrad  # type: ignore[union-attr]
    retype(qtbot, card.form.editors["beta2"], "1.5")
    qtbot.keyClick(card.form.editors["beta2"], Qt.Key.Key_Return)
    assert "less than 1" in card.form.problems["beta2"].text()
    assert card.form.problems["beta2"].isVisible()


def test_a_schedule_has_its_own_form(qtbot: QtBot, race: Race, store: Store) -> None:
    card = race.cards[0]
    qtbot.mouseClick(card.settings, LEFT)
    card.schedule_choice.chosen.emit(SCHEDULES["step"])
    assert type(store.lab.racers[0].schedule) is SCHEDULES["step"]
    retype(qtbot, card.schedule_form.editors["gamma"], "0.5")
    assert store.lab.racers[0].schedule.gamma == 0.5  # type: ignore[union-attr]


def test_racers_are_added_duplicated_hidden_and_removed(qtbot: QtBot, race: Race, store: Store) -> None:
    qtbot.mouseClick(race.add, LEFT)
    assert len(race.cards) == len(store.lab.racers) == 3
    assert type(store.lab.racers[2].optimizer) is METHODS["adam"]
    qtbot.mouseClick(race.cards[0].duplicate, LEFT)
    # At the end, so that every other racer keeps its colour.
    assert rates(store)[:2] == [0.1, 0.45]
    assert store.lab.racers[3] == store.lab.racers[0]
    qtbot.mouseClick(race.cards[1].enabled, LEFT)
    assert not store.lab.racers[1].enabled
    for _ in range(3):
        qtbot.mouseClick(race.cards[-1].remove, LEFT)
    assert len(race.cards) == 1
    assert not race.cards[0].remove.isEnabled()
    assert len(store.lab.racers) == 1


def test_a_name_is_shown_in_the_results(qtbot: QtBot, race: Race, store: Store) -> None:
    qtbot.mouseClick(race.cards[0].settings, LEFT)
    retype(qtbot, race.cards[0].name, "slow")
    model = race.results.model()
    assert model.index(0, 0).data() == "slow"
    assert model.index(1, 0).data() == "gd 0.45"


def test_the_results_say_steps_value_distance_and_outcome(race: Race) -> None:
    model = race.results.model()
    row = [model.index(0, column).data() for column in range(model.columnCount())]
    # f falls from 25 by 0.8² a step: below a thousandth after 16.
    assert row[1] == "16/20"
    assert row[4] == "converged"
    assert "Converged" in model.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)


def test_a_row_of_the_results_selects_the_run(qtbot: QtBot, race: Race, store: Store) -> None:
    table = race.results
    box = table.visualRect(table.model().index(1, 1))
    qtbot.mouseClick(table.viewport(), LEFT, pos=box.center())
    assert store.view.selected_run == 1
    store.set_view(selected_run=0)
    assert table.currentIndex().row() == 0


def test_starts_are_typed_added_and_removed(qtbot: QtBot, race: Race, store: Store) -> None:
    starts = race.starts
    assert [field.value for field in starts.rows[0].fields.values()] == [4.0, 3.0]
    retype(qtbot, starts.rows[0].fields["x"], "-1/2")
    assert store.lab.starts == ({"x": -0.5, "y": 3.0},)
    qtbot.mouseClick(starts.add, LEFT)
    assert store.lab.starts[1] == {"x": 0.5, "y": -3.0}
    assert len(starts.rows) == 2
    qtbot.mouseClick(starts.rows[0].remove, LEFT)
    assert store.lab.starts == ({"x": 0.5, "y": -3.0},)
    assert not starts.rows[0].remove.isEnabled()


def test_a_start_outside_the_domain_says_so_beside_it(race: Race, store: Store) -> None:
    outside = Problem("starts.0.y", message("outside"), hint=message("Move it."), fatal=False)
    store.options["problems"] = (outside,)  # type: ignore[attr-defined]
    store.edit(starts=({"x": 1.0, "y": 99.0},))
    assert race.starts.rows[0].problem.text() == "outside. Move it."
    assert race.starts.rows[0].fields["y"].value == 99.0


def test_many_starts_are_counted_not_listed(qtbot: QtBot) -> None:
    store = solved_store(Lab(starts=tuple({"x": i / 10, "y": 1.0} for i in range(60)), steps=3))
    race = Race(store, THEME)
    qtbot.addWidget(race)
    assert len(race.starts.rows) == 24
    assert race.starts._more.text() == "and 36 more starts"


@pytest.mark.parametrize(("typed", "said"), [("1.5", "whole"), ("-1", "at least 0"), ("2e6", "at most")])
def test_a_bad_number_of_steps_says_so(qtbot: QtBot, race: Race, store: Store, typed: str, said: str) -> None:
    retype(qtbot, race.steps, typed)
    qtbot.keyClick(race.steps, Qt.Key.Key_Return)
    assert said in race.steps_problem.text()
    assert race.steps.text() == typed


def test_opening_another_lab_shows_its_racers(race: Race, store: Store) -> None:
    adam = Racer(optimizer=METHODS["adam"](lr=0.02))
    store.load(Lab(racers=(adam,), steps=7, stop=False))
    assert len(race.cards) == 1
    assert race.cards[0].rate.value == 0.02
    assert race.steps.value == 7
    assert not race.stop.isChecked()


def test_a_run_that_is_still_being_solved_stays_selected(race: Race, store: Store) -> None:
    store.set_view(selected_run=2)  # of a racer that was just added
    assert store.view.selected_run == 2
    assert race.results.currentIndex().row() == 1
    store.edit(racers=(*store.lab.racers, Racer()))
    assert store.view.selected_run == 2
    assert race.results.currentIndex().row() == 2


def test_with_the_selected_run_gone_another_is_selected(race: Race, store: Store) -> None:
    store.edit(racers=(*store.lab.racers, Racer()))
    store.set_view(selected_run=2)
    store.undo()
    assert store.view.selected_run == 1


def test_the_budget_counts_steps_or_gradients(qtbot: QtBot, race: Race, store: Store) -> None:
    race.unit.chosen.emit("evaluations")
    assert (store.lab.steps, store.lab.evaluations) == (20, 20)
    retype(qtbot, race.steps, "35")
    assert (store.lab.steps, store.lab.evaluations) == (35, 35)
    store.undo()
    store.undo()
    assert store.lab.evaluations is None
    assert race.unit.key == "steps"


def test_a_rule_of_ones_own_opens_where_it_is_written_and_marks_what_is_wrong(
    race: Race, store: Store
) -> None:
    race.cards[0].method_choice.chosen.emit(METHODS["rule"])
    card = race.cards[0]
    assert card.expanded
    wrong = Problem(
        "racers.0.optimizer.update",
        message("The formula is not finished"),
        hint=message("Until then this one does not run."),
        fatal=False,
    )
    assert store.solution is not None
    store.accept(replace(store.solution, revision=store.revision, problems=(wrong,)))
    said = card.form.problems["update"].text()
    assert said == "The formula is not finished. Until then this one does not run."
    assert card.form.editors["update"].property("invalid")
    store.accept(replace(store.solution, revision=store.revision, problems=()))
    assert not card.form.editors["update"].property("invalid")
