"""The worked step: it follows the playhead, its lines light their arrows, and it is copied as LaTeX."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.document.lab import Lab
from engine.optimizers import METHODS, Racer
from engine.solving.stages import solve
from engine.symbolic import Deriver
from gui.panels.worked_step import WorkedStep
from gui.store import Store
from gui.theme import DARK, term_color
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME, solved_store, two_racers


@pytest.fixture
def store(qapp: object) -> Store:
    return solved_store(two_racers(5))


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> WorkedStep:
    return shown(qtbot, WorkedStep(store, THEME), 900, 200)


def formulas(panel: WorkedStep) -> str:
    return "\n".join(line.formula.tex for line in panel.lines)


def test_the_numbers_are_those_of_the_step(panel: WorkedStep) -> None:
    # x² + y² from (4, 3) with η = 0.1: g = (8, 6), the step (−0.8, −0.6), to (3.2, 2.4).
    text = formulas(panel)
    for number in ("8", "6", "-0.8", "-0.6", "3.2", "2.4"):
        assert number in text
    assert panel.title.text() == "step 0 → 1"
    for line in panel.lines:
        assert line.formula.error is None


def test_it_follows_the_playhead_both_ways(panel: WorkedStep, store: Store) -> None:
    first = formulas(panel)
    store.set_view(t_steps=2.4)
    assert panel.title.text() == "step 2 → 3"
    assert formulas(panel) != first
    store.set_view(t_steps=0.9)
    assert formulas(panel) == first


def test_at_the_end_the_last_step_stays_with_the_outcome(panel: WorkedStep, store: Store) -> None:
    store.set_view(t_steps=5.0)
    assert panel.title.text() == "step 4 → 5"
    assert panel.ending.text() == "converged"
    assert THEME.success in panel.ending.styleSheet()
    store.set_view(t_steps=4.5)
    assert panel.ending.text() == ""


def test_a_click_on_a_line_lights_its_arrow_and_a_second_takes_it_back(
    qtbot: QtBot, panel: WorkedStep, store: Store
) -> None:
    line = panel.lines[0]
    qtbot.mouseClick(line, LEFT)
    assert store.view.highlighted_term == line.symbol
    assert line.lit
    qtbot.mouseClick(line, LEFT)
    assert store.view.highlighted_term is None
    assert not line.lit
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert store.view.highlighted_term == line.symbol


def test_lines_have_the_colours_of_their_arrows(panel: WorkedStep) -> None:
    gradient = panel.lines[0]
    assert term_color("gradient", THEME).name() in gradient.formula.tex
    panel.set_theme(DARK)
    assert term_color("gradient", DARK).name() in gradient.formula.tex


def test_the_step_is_copied_as_latex_without_colours(qtbot: QtBot, panel: WorkedStep) -> None:
    qtbot.mouseClick(panel.copy, LEFT)
    text = QGuiApplication.clipboard().text()
    assert text.startswith(r"\begin{aligned}")
    assert "textcolor" not in text
    assert text.count("\\text{") == len(panel.lines)


def test_another_run_is_chosen(panel: WorkedStep, store: Store) -> None:
    panel.runs.chosen.emit(1)
    assert store.view.selected_run == 1
    assert "3.6" in formulas(panel)  # 0.45 · 8
    store.set_view(selected_run=0)
    assert panel.runs.key == 0


def test_while_playing_it_is_written_a_few_times_a_second(
    qtbot: QtBot, panel: WorkedStep, store: Store
) -> None:
    first = formulas(panel)
    store.set_view(playing=True)
    store.set_view(t_steps=3.0)
    assert formulas(panel) == first
    qtbot.waitUntil(lambda: panel.title.text() == "step 3 → 4", timeout=2000)
    store.set_view(playing=False)


def test_a_hidden_panel_is_written_when_it_is_shown(qtbot: QtBot, store: Store) -> None:
    panel = WorkedStep(store, THEME)
    qtbot.addWidget(panel)
    store.set_view(t_steps=2.0)
    assert panel.lines == []
    panel.show()
    assert panel.title.text() == "step 2 → 3"


def test_a_run_of_no_steps_has_no_lines(qtbot: QtBot) -> None:
    panel = WorkedStep(solved_store(Lab(steps=0)), THEME)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.lines == []
    assert not panel.copy.isEnabled()


def test_long_names_and_titles_are_whole_where_there_is_room(qtbot: QtBot, deriver: Deriver) -> None:
    lab = Lab(racers=(Racer(optimizer=METHODS["adam"](lr=0.0123)),), steps=5)
    store = Store(lab)
    store.accept(solve(lab, deriver))
    panel = shown(qtbot, WorkedStep(store, THEME), 900, 260)
    names = [line.name for line in panel.lines]
    assert any("bias-corrected" in name.text() for name in names)
    for name in names:
        assert name.width() >= name.fontMetrics().horizontalAdvance(name.text())
    title = panel.runs.fontMetrics().horizontalAdvance(panel.runs.currentText())
    assert panel.runs.width() > title + 30
