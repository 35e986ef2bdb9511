"""The racers, driven as a person would: rates, methods, settings."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.base.i18n import message
from engine.document.lab import Lab
from engine.document.setup import Problem
from engine.optimizers import METHODS, SCHEDULES, Racer
from gui.panels.racers import Racers
from gui.panels.results import Results
from gui.store import Store
from tests.gui.driving import LEFT, retype, shown
from tests.gui.panels.fakes import THEME


@pytest.fixture
def racers(qtbot: QtBot, store: Store) -> Racers:
    return shown(qtbot, Racers(store, THEME), 360, 900)


def rates(store: Store) -> list[float]:
    return [racer.optimizer.lr for racer in store.lab.racers]  # type: ignore[union-attr]


def test_a_typed_rate_is_in_the_lab_and_on_the_slider(qtbot: QtBot, racers: Racers, store: Store) -> None:
    retype(qtbot, racers.cards[0].rate, "0.25")
    assert rates(store) == [0.25, 0.45]
    assert racers.cards[0].rate_slider.number == 0.25
    store.undo()
    assert rates(store) == [0.1, 0.45]
    assert racers.cards[0].rate.text() == "0.1"


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
    qtbot: QtBot, racers: Racers, store: Store, typed: str, said: str
) -> None:
    field = racers.cards[0].rate
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
    qtbot: QtBot, racers: Racers, store: Store
) -> None:
    slider = racers.cards[0].rate_slider
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


def test_every_method_of_the_catalogue_can_be_chosen_and_has_its_form(racers: Racers, store: Store) -> None:
    for tag, method in METHODS.items():
        racers.cards[0].method_choice.chosen.emit(method)
        assert type(store.lab.racers[0].optimizer) is method, tag
        assert racers.cards[0].method is method
    assert {key for key, _ in racers.cards[0].method_choice.options} == set(METHODS.values())


def test_the_rate_is_kept_when_the_method_changes(racers: Racers, store: Store) -> None:
    racers.cards[0].method_choice.chosen.emit(METHODS["adam"])
    assert rates(store)[0] == 0.1


def test_the_form_edits_the_settings_of_the_method(qtbot: QtBot, racers: Racers, store: Store) -> None:
    racers.cards[0].method_choice.chosen.emit(METHODS["adam"])
    card = racers.cards[0]
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


def test_a_schedule_has_its_own_form(qtbot: QtBot, racers: Racers, store: Store) -> None:
    card = racers.cards[0]
    qtbot.mouseClick(card.settings, LEFT)
    card.schedule_choice.chosen.emit(SCHEDULES["step"])
    assert type(store.lab.racers[0].schedule) is SCHEDULES["step"]
    retype(qtbot, card.schedule_form.editors["gamma"], "0.5")
    assert store.lab.racers[0].schedule.gamma == 0.5  # type: ignore[union-attr]


def test_racers_are_added_duplicated_hidden_and_removed(qtbot: QtBot, racers: Racers, store: Store) -> None:
    racers.add.click()
    assert len(racers.cards) == len(store.lab.racers) == 3
    assert type(store.lab.racers[2].optimizer) is METHODS["adam"]
    qtbot.mouseClick(racers.cards[0].duplicate, LEFT)
    # At the end, so that every other racer keeps its colour.
    assert rates(store)[:2] == [0.1, 0.45]
    assert store.lab.racers[3] == store.lab.racers[0]
    qtbot.mouseClick(racers.cards[1].enabled, LEFT)
    assert not store.lab.racers[1].enabled
    for _ in range(3):
        qtbot.mouseClick(racers.cards[-1].remove, LEFT)
    assert len(racers.cards) == 1
    assert not racers.cards[0].remove.isEnabled()
    assert len(store.lab.racers) == 1


def test_a_name_is_shown_in_the_results(qtbot: QtBot, racers: Racers, store: Store) -> None:
    qtbot.mouseClick(racers.cards[0].settings, LEFT)
    retype(qtbot, racers.cards[0].name, "slow")
    results = Results(store, THEME)
    qtbot.addWidget(results)
    model = results.table.model()
    assert model.index(0, 0).data() == "slow"
    assert model.index(1, 0).data() == "gd 0.45"


def test_opening_another_lab_shows_its_racers(racers: Racers, store: Store) -> None:
    adam = Racer(optimizer=METHODS["adam"](lr=0.02))
    store.load(Lab(racers=(adam,), steps=7, stop=False))
    assert len(racers.cards) == 1
    assert racers.cards[0].rate.value == 0.02


def test_a_rule_of_ones_own_opens_where_it_is_written_and_marks_what_is_wrong(
    racers: Racers, store: Store
) -> None:
    racers.cards[0].method_choice.chosen.emit(METHODS["rule"])
    card = racers.cards[0]
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


def test_a_rule_that_is_not_right_yet_leaves_the_last_right_one_on_screen(
    qtbot: QtBot, racers: Racers, store: Store
) -> None:
    racers.cards[0].method_choice.chosen.emit(METHODS["rule"])
    card = racers.cards[0]
    QApplication.processEvents()
    keep, update = card.form.editors["keep"], card.form.editors["update"]
    retype(qtbot, keep, "b = 0.9 b + g, c = g")
    right = store.lab.racers[0].optimizer
    assert right.keep == "b = 0.9 b + g, "  # type: ignore[union-attr]  # where it was right last
    said = card.form.problems["keep"].text()
    assert "b = 0.9 b + g; c = g" in said and "last right one" in said
    card._edit("noise", noise=0.25)  # something else of the racer
    assert keep.text() == "b = 0.9 b + g, c = g" and "last right one" in card.form.problems["keep"].text()
    # A name that is used before it is kept waits for it.
    retype(qtbot, keep, right.keep)  # type: ignore[union-attr]
    retype(qtbot, update, "-eta d")
    assert store.lab.racers[0].optimizer == replace(right, update="-eta ")
    retype(qtbot, keep, "d = 0.5 d + g")
    assert store.lab.racers[0].optimizer == replace(right, keep="d = 0.5 d + g", update="-eta d")
    assert not card.form.problems["update"].text() and not card.form.problems["keep"].text()
    retype(qtbot, keep, "d = ")
    store.undo()
    assert keep.text() == store.lab.racers[0].optimizer.keep != "d = "  # type: ignore[union-attr]
