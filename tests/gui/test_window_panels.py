"""The panels of the window, as a person puts them away and looks at them while the film plays."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QMenu, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from engine.base.paths import EXAMPLES
from engine.document.lab import Lab, PanelState
from engine.document.labfile import read
from engine.optimizers import parse_spec
from gui.app import Session
from gui.main_window import LEVELS, MINIMUM_SIZE_PX, MainWindow
from gui.panels.data_table import DataTable
from gui.panels.derivatives import DerivativesPanel
from gui.panels.legend import Legend
from gui.panels_menu import PanelsMenu
from gui.widgets import Collapsible
from tests.gui.windows import in_front, solved

CONTROL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
SMALL_SCREEN = (1366, 697)  # of 768: a task bar of 40 and a title of 31


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> MainWindow:
    """In front, so that its keys work; with its panels as they come."""
    window = session.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    in_front(window, "step")
    window.surface.setFocus()
    return window


def section(window: MainWindow, key: str) -> Collapsible:
    found = window._column.section(key)
    assert found is not None
    return found


def entry(window: MainWindow, text: str, menu: QMenu | None = None) -> None:
    """Choose an entry of the menu of the panels, as one does after opening it."""
    menu = menu or window.findChild(PanelsMenu)
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == text).trigger()


def in_sight(window: MainWindow, widget: QWidget) -> bool:
    """Whether the whole of `widget` is seen without scrolling."""
    box = QRect(widget.mapTo(window, QPoint()), widget.size())
    return widget.isVisible() and window.rect().contains(box) and not widget.visibleRegion().isEmpty()


def geometry(window: MainWindow) -> dict[QWidget, QRect]:
    """Where everything is that is seen in the column; but for the bars that a long matrix scrolls by."""
    return {
        widget: QRect(widget.mapTo(window, QPoint()), widget.size())
        for widget in window._column.findChildren(QWidget)
        if widget.isVisible() and not isinstance(widget, QScrollBar)
    }


def test_a_key_folds_a_panel_and_opens_it_again(session: Session, window: MainWindow, qtbot: QtBot) -> None:
    store = session.store
    assert store is not None
    variables = section(window, "variables")
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert not variables.expanded
    assert store.lab.panels == {"variables": "folded"}
    qtbot.keyClick(window, Qt.Key.Key_2, CONTROL)
    assert variables.expanded
    assert store.lab.panels == {}
    store.undo()
    assert not variables.expanded
    store.undo()
    assert variables.expanded
    assert not store.can_undo


def test_the_arrow_of_a_panel_is_worked_by_mouse_and_keys(
    session: Session, window: MainWindow, qtbot: QtBot
) -> None:
    store = session.store
    assert store is not None
    optimizers = section(window, "optimizers")
    qtbot.mouseClick(optimizers.head, Qt.MouseButton.LeftButton)
    assert store.lab.panels == {"optimizers": "folded"}
    optimizers.arrow.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(optimizers.arrow.hasFocus)
    qtbot.keyClick(optimizers.arrow, Qt.Key.Key_Right)
    assert optimizers.expanded
    assert store.view.t_steps == 0, "the film stays where it is"
    qtbot.keyClick(optimizers.arrow, Qt.Key.Key_Left)
    assert store.lab.panels == {"optimizers": "folded"}


def test_a_panel_is_hidden_by_the_menu_and_had_back_by_its_key(
    session: Session, window: MainWindow, qtbot: QtBot
) -> None:
    starts = section(window, "starts")
    assert starts.isVisible()
    entry(window, "Starting points")
    assert not starts.isVisible()
    assert session.store is not None
    assert session.store.lab.panels == {"starts": "hidden"}
    qtbot.keyClick(window, Qt.Key.Key_5, CONTROL | SHIFT)
    assert starts.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_5, CONTROL | SHIFT)
    assert not starts.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_5, CONTROL)
    assert starts.isVisible() and starts.expanded


def test_a_card_goes_with_the_last_of_its_panels(window: MainWindow) -> None:
    card = section(window, "variables").parentWidget()
    assert card is not None and card.accessibleName() == "Function"
    entry(window, "Partial derivatives")
    assert card.isVisible()
    entry(window, "Variables")
    assert not card.isVisible()


def test_the_menu_ticks_what_is_shown_and_what_is_open(window: MainWindow, qtbot: QtBot) -> None:
    menu = window.findChild(PanelsMenu)

    def ticked(entries: QMenu) -> set[str]:
        entries.aboutToShow.emit()
        return {action.text() for action in entries.actions() if action.isChecked()}

    fold = next(action.menu() for action in menu.actions() if action.menu() is not None)
    everything = ticked(menu)
    assert {"Partial derivatives", "Results", "Step", "Note"} <= everything
    menu.aboutToShow.emit()
    assert "Results" not in ticked(fold), "it comes folded"
    assert {"Partial derivatives", "Step"} <= ticked(fold)
    assert "Curves" not in ticked(fold)
    entry(window, "Curves")
    assert ticked(menu) == everything - {"Curves"}
    qtbot.keyClick(window, Qt.Key.Key_2, ALT)  # has it back, in front
    assert ticked(menu) == everything
    assert {"Curves"} <= ticked(fold)


def test_a_key_brings_a_tab_to_the_front_and_folds_the_drawer(window: MainWindow, qtbot: QtBot) -> None:
    drawer = window._drawer
    height, views = drawer.height(), window.surface.height()
    qtbot.keyClick(window, Qt.Key.Key_5, ALT)
    assert isinstance(drawer.pages.currentWidget(), DataTable)
    assert window.front == "data"
    qtbot.keyClick(window, Qt.Key.Key_5, ALT)
    qtbot.waitUntil(lambda: window.surface.height() > views + 100)
    assert drawer.height() < 50
    assert drawer.tabs.isVisible()
    assert not drawer.pages.isVisible()
    at = drawer.tabs.tabRect(0).center()
    qtbot.mouseClick(drawer.tabs, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: drawer.height() == height)
    assert window.front == "step"
    assert window.surface.height() == views


def test_a_hidden_tab_leaves_no_gap_and_the_drawer_goes_with_the_last(window: MainWindow) -> None:
    tabs = window._drawer.tabs
    entry(window, "Slice")
    rects = [tabs.tabRect(i) for i in range(tabs.count()) if tabs.isTabVisible(i)]
    assert [left.right() + 1 for left in rects[:-1]] == [right.left() for right in rects[1:]]
    for text in ("Step", "Curves", "Why?", "Data", "Note"):
        entry(window, text)
    assert not window._drawer.isVisible()
    entry(window, "Why?")
    assert window._drawer.isVisible()
    assert window.front == "why"


def test_the_whole_column_folds_and_opens(session: Session, window: MainWindow, qtbot: QtBot) -> None:
    store = session.store
    assert store is not None
    qtbot.keyClick(window, Qt.Key.Key_0, CONTROL)
    assert not any(section(window, key).expanded for key in ("derivatives", "variables", "starts"))
    qtbot.keyClick(window, Qt.Key.Key_0, CONTROL)
    assert section(window, "variables").expanded
    assert section(window, "results").expanded


def test_what_is_put_away_is_saved_with_the_lab(session: Session, window: MainWindow, qtbot: QtBot) -> None:
    store = session.store
    assert store is not None
    away: dict[str, PanelState] = {"derivatives": "hidden", "drawer": "folded", "of another version": "open"}
    store.load(Lab(panels={**away, "optimizers": "folded"}))
    assert not section(window, "derivatives").isVisible()
    assert not section(window, "optimizers").expanded
    assert window._drawer.is_folded
    qtbot.keyClick(window, Qt.Key.Key_4, CONTROL)
    assert store.lab.panels == away
    store.load(Lab())
    assert section(window, "derivatives").isVisible()
    qtbot.waitUntil(lambda: not window._drawer.is_folded and window._drawer.height() > 100)


def test_folding_draws_no_view_anew(session: Session, window: MainWindow, qtbot: QtBot) -> None:
    """Not even for a moment in the draft that shows what moves."""
    qtbot.waitUntil(lambda: not window.surface._moving and window.surface.scene.refined, timeout=20_000)
    box_map = window.surface.scene.map
    qtbot.keyClick(window, Qt.Key.Key_1, CONTROL)
    qtbot.waitUntil(lambda: solved(session))
    assert not window.surface._moving
    assert window.surface.scene.map is box_map


def test_a_revealed_panel_is_scrolled_to(window: MainWindow, qtbot: QtBot) -> None:
    size = window.size()
    window.resize(*MINIMUM_SIZE_PX)
    results = section(window, "results")
    qtbot.waitUntil(lambda: not in_sight(window, results))
    qtbot.keyClick(window, Qt.Key.Key_6, CONTROL)
    qtbot.waitUntil(lambda: results.expanded and in_sight(window, results))
    window.resize(size)


LABS = {
    "bowl": Lab(),
    "diverging": Lab(racers=(parse_spec("gd(lr=1.5)"),), steps=60, stop=False),
    "undefined": Lab(
        formula="x log x + y^2", racers=(parse_spec("gd(lr=0.4)"),), starts=({"x": 0.4, "y": 3.0},)
    ),
    "race": read(EXAMPLES / "12-race.nabla"),
    "weights": read(EXAMPLES / "14-neural-network.nabla"),
}


@pytest.mark.parametrize("name", LABS)
def test_nothing_in_the_column_moves_while_the_film_plays(
    session: Session, window: MainWindow, qtbot: QtBot, name: str
) -> None:
    store, player = session.store, session.player
    assert store is not None
    assert player is not None
    store.load(LABS[name])
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    panel = window.findChild(DerivativesPanel)
    panel.hessian_section.set_expanded(True)
    for _ in range(LEVELS):
        QApplication.processEvents()
    before = geometry(window)
    texts = set()
    for step in range(0, player.end_steps + 1, max(player.end_steps // 20, 1)):
        store.set_view(t_steps=float(step))
        window._lay_out()  # all that was asked for, and no painting
        assert geometry(window) == before
        texts.add(panel.gradient_value.text())
    assert len(texts) > 5, "the numbers did change"
    panel.hessian_section.set_expanded(False)


def test_playing_moves_nothing_either(session: Session, window: MainWindow, qtbot: QtBot) -> None:
    store = session.store
    assert store is not None
    before = geometry(window)
    seen = []
    store.frame_changed.connect(lambda _frame: seen.append(geometry(window)))
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: store.view.t_steps > 6 and len(seen) > 5, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert all(each == before for each in seen)


def test_on_a_small_screen_the_outcome_is_in_sight_while_one_looks_at_the_views(
    session: Session, window: MainWindow, qtbot: QtBot
) -> None:
    store, size = session.store, window.size()
    assert store is not None
    window.resize(*SMALL_SCREEN)
    legend = window.findChild(Legend)
    store.set_view(t_steps=0.0)
    qtbot.waitUntil(lambda: window.width() == SMALL_SCREEN[0] and bool(legend.shown))
    chip = legend.shown[0]
    assert chip.outcome.startswith("converged · step 73")
    assert in_sight(window, chip)
    assert not chip.reached
    qtbot.keyClick(window, Qt.Key.Key_End)
    assert chip.reached
    starts = section(window, "starts")
    qtbot.waitUntil(lambda: in_sight(window, starts))  # with the budget; at the bottom of the column
    window.resize(size)
