"""The whole window, driven as a person would."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from engine.base.paths import EXAMPLES
from engine.document.carried import carried_line
from engine.document.lab import Camera, Lab, Variable
from engine.document.labfile import read, write
from gui.about import show_keys
from gui.app import Session
from gui.i18n import set_language
from gui.main_window import MINIMUM_SIZE_PX
from gui.panels.data_table import DataTable
from gui.panels.derivatives import DerivativesPanel, PartialRow
from gui.panels.diagnosis import Diagnosis
from gui.panels.no_minimum import NoMinimum
from gui.panels.note import Note
from gui.panels.racer_card import RacerCard
from gui.panels.whole_runs import WholeRuns
from tests.gui.windows import in_front, solved


def test_it_opens_on_the_bowl(session: Session) -> None:
    store = session.store
    assert store is not None
    solution = store.solution
    assert solution is not None
    assert solution.setup is not None
    assert [(axis.name, axis.lo, axis.hi) for axis in solution.setup.axes] == [("x", -5, 5), ("y", -5, 5)]
    assert solution.runs[0].points[0].tolist() == [4, 3]
    assert solution.derivation is not None
    assert [partial.text for partial in solution.derivation.partials] == ["2x", "2y"]
    assert "Nablascope" in session.window.windowTitle()


def test_typing_a_formula_renews_everything_and_a_wrong_one_keeps_the_picture(
    session: Session, qtbot: QtBot
) -> None:
    store = session.store
    assert store is not None
    field = session.window.editor.field
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "x^2+3xy+y^2")
    qtbot.waitUntil(lambda: store.lab.formula == "x^2+3xy+y^2")
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert store.solution is not None
    assert store.solution.derivation is not None
    assert [partial.text for partial in store.solution.derivation.partials] == ["2x + 3y", "3x + 2y"]
    good = store.solution.field
    qtbot.keyClicks(field, "+")
    qtbot.waitUntil(lambda: store.lab.formula == "x^2+3xy+y^2+")
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert store.solution.fatal
    assert store.solution.field is good


def test_what_is_new_is_laid_out_before_anything_is_painted(session: Session, qtbot: QtBot) -> None:
    """Else a frame in between shows the old rows, and new words cut to the width of the old ones."""
    store, bridge = session.store, session._bridge
    assert store is not None
    assert bridge is not None
    store.edit(formula="x^2")
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    panel = session.window.findChild(DerivativesPanel)
    section = session.window._column.section("derivatives")
    assert section is not None
    title = section._label
    seen: list[tuple[bool, str, tuple[str, ...]]] = []

    def look() -> None:
        rows = tuple(row.variable for row in panel.findChildren(PartialRow) if row.isVisible())
        seen.append((title.width() >= title.sizeHint().width(), title.text(), rows))

    bridge.solved.connect(look, Qt.ConnectionType.QueuedConnection)
    store.edit(formula="x^2 + y^2")
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    qtbot.waitUntil(lambda: len(seen) > 2)
    bridge.solved.disconnect(look)
    assert seen[-1] == (True, "Partial derivatives", ("x", "y"))
    assert set(seen[:-1]) <= {seen[-1], (True, "Derivative", ("x",))}


def test_new_cards_have_their_room_at_once(session: Session, qtbot: QtBot) -> None:
    store, bridge = session.store, session._bridge
    assert store is not None
    assert bridge is not None
    cards: list[int] = []
    squeezed: list[tuple[int, int]] = []

    def look() -> None:
        shown = [card for card in session.window.findChildren(RacerCard) if card.isVisible()]
        sizes = [(card.height(), card.minimumSizeHint().height()) for card in shown]
        cards.append(len(shown))
        squeezed.extend((height, least) for height, least in sizes if height < least)

    for changed in (store.lab_changed, bridge.solved):
        changed.connect(look, Qt.ConnectionType.QueuedConnection)
    store.load(read(EXAMPLES / "12-race.nabla"))
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    qtbot.waitUntil(lambda: len(cards) > 3)
    for changed in (store.lab_changed, bridge.solved):
        changed.disconnect(look)
    assert cards[-1] == 4
    assert squeezed == []


def test_space_plays_and_the_arrows_step(session: Session, qtbot: QtBot) -> None:
    store, player = session.store, session.player
    assert store is not None
    assert player is not None
    window = session.window
    window.activateWindow()
    window.surface.setFocus()
    qtbot.waitUntil(lambda: window.surface.hasFocus())
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert store.view.t_steps == 1
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert store.view.playing
    qtbot.waitUntil(lambda: store.view.t_steps > 1.2)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not store.view.playing


@pytest.mark.parametrize(
    "name", ["09-pole", "10-logarithm", "13-three-variables", "14-neural-network", "15-one-variable"]
)
def test_a_lab_is_shown_in_every_pane(session: Session, qtbot: QtBot, name: str) -> None:
    store = session.store
    assert store is not None
    store.load(read(EXAMPLES / f"{name}.nabla"))
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    assert store.solution is not None
    assert not store.solution.fatal
    store.set_view(t_steps=3.5)
    assert not session.window.grab().isNull()


def test_a_bad_lab_is_refused_with_a_reason_and_nothing_is_lost(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("gui.files.warn", lambda parent, title, text: told.append(text))
    path = tmp_path / "bad.nabla"
    path.write_text('{"formula": 3}')
    assert session.window.files is not None
    assert session.store is not None
    before = session.store.lab
    assert not session.window.files.load(path)
    assert "formula" in told[0]
    assert session.store.lab is before


def test_saving_and_opening_gives_the_same_lab(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    store, files = session.store, session.window.files
    assert store is not None
    assert files is not None
    store.edit(formula="x^2 + 5y^2")
    files.path = tmp_path / "a.nabla"
    assert session.window.isWindowModified()
    assert files.save()
    assert not session.window.isWindowModified()
    assert read(files.path).formula == "x^2 + 5y^2"
    other = tmp_path / "b.nabla"
    write(Lab(formula="x y"), other)
    assert files.load(other)
    assert store.lab.formula == "x y"
    assert "b" in session.window.windowTitle()


def test_what_was_typed_this_moment_counts_when_the_window_is_closed(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, store = session.window, session.store
    assert store is not None and window.files is not None
    found: list[str] = []
    monkeypatch.setattr(window.files, "may_discard", lambda: bool(found.append(store.lab.formula)))
    window.editor.field.selectAll()
    window.editor.field.insert("x^2 + 3y^2")
    assert not window.close()
    assert found == ["x^2 + 3y^2"]


def test_another_language_builds_the_window_anew_on_the_same_document(session: Session, qtbot: QtBot) -> None:
    store = session.store
    assert store is not None
    store.edit(formula="x y")
    qtbot.waitUntil(lambda: solved(session), timeout=30_000)
    session.window.language_chosen.emit("ko")
    assert session.store is store
    with qtbot.waitSignal(session.window.filled, timeout=30_000):
        pass
    assert session.window.menuBar().actions()[0].text() == "파일(&F)"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "취소"
    assert store.lab.formula == "x y"
    session.window.language_chosen.emit("en")
    with qtbot.waitSignal(session.window.filled, timeout=30_000):
        pass


def test_the_projector_makes_it_larger_and_back(session: Session, qtbot: QtBot) -> None:
    projector = next(
        action
        for menu in session.window.menuBar().findChildren(QMenu)
        for action in menu.actions()
        if action.text().startswith("Projector")
    )
    assert session.store is not None
    session.store.set_view(playing=True, loop=True)
    with qtbot.waitSignal(session.window.projector_chosen):
        projector.trigger()
    assert session.window.theme.scale > 1
    with qtbot.waitSignal(session.window.filled, timeout=30_000):
        pass
    assert session.store.view.playing, "the lesson goes on"
    session.store.set_view(playing=False, loop=False)
    field = session.window.editor.field
    assert field.viewport().height() >= field.fontMetrics().height() - 2, "letters are not cut"
    session.window.projector_chosen.emit(False)
    assert session.window.theme.scale == 1
    with qtbot.waitSignal(session.window.filled, timeout=30_000):
        pass


def test_views_are_saved_for_films_and_forgotten(session: Session) -> None:
    store = session.store
    assert store is not None
    actions = {
        action.text(): action
        for menu in session.window.findChildren(QMenu)
        for action in menu.actions()
        if "view" in action.text()
    }
    actions["Save this view for films"].trigger()
    first = store.view.camera
    store.set_view(camera=Camera(elevation_deg=80))
    actions["Save this view for films"].trigger()
    assert store.lab.views == (first, Camera(elevation_deg=80))
    actions["Forget the saved views"].trigger()
    assert store.lab.views == ()


def test_a_range_without_width_is_told_above_the_views(session: Session, qtbot: QtBot) -> None:
    store = session.store
    assert store is not None
    notice = session.window.notice
    store.edit(variables={"x": Variable(lo=5, hi=5)})
    qtbot.waitUntil(lambda: not notice.isHidden())
    assert "x" in notice.text()
    store.edit(variables={})
    qtbot.waitUntil(notice.isHidden)


def test_another_look_dresses_the_same_window(session: Session) -> None:
    window = session.window
    window.theme_chosen.emit("light")
    assert session.window is window
    assert window.theme.name == "light"
    window.theme_chosen.emit("dark")


def test_tab_reads_the_window_and_lights_the_title_of_a_view(session: Session, qtbot: QtBot) -> None:
    window = session.window
    assert session.store is not None
    window.raise_()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.editor.field.setFocus()
    visited: list[QWidget | None] = []
    while not visited or (visited[-1] is not window.contour and len(visited) < 100):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
    assert window.surface in visited
    title = window._panes[1].title
    assert title.property("role") == "focused"
    camera = session.store.view.camera
    qtbot.keyClick(window.contour, Qt.Key.Key_Right)  # pans; the film stays
    assert session.store.view.t_steps == 0
    window.surface.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.surface, Qt.Key.Key_Right)
    assert session.store.view.camera != camera
    assert title.property("role") == "section"
    window.contour.reset_view()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_keys_are_listed(session: Session, language: str) -> None:
    set_language(language)  # type: ignore[arg-type]
    show_keys(session.window)
    page = next(each for each in session.window.findChildren(QTextBrowser) if each.isVisible())
    assert "Ctrl+S" in page.toPlainText()
    page.window().close()


def test_a_saddle_is_told_before_anyone_presses_play_and_a_click_says_why(
    session: Session, qtbot: QtBot
) -> None:
    window, store = session.window, session.store
    assert store is not None
    told = window.findChild(NoMinimum)
    store.edit(formula="x^2 + 3xy + y^2")
    qtbot.waitUntil(lambda: told.isVisible(), timeout=20_000)
    assert "falls without end" in told.toolTip()
    in_front(window, "step")
    qtbot.mouseClick(told, Qt.MouseButton.LeftButton)
    assert isinstance(window._drawer.pages.currentWidget(), Diagnosis)
    store.edit(formula="x^2 + y^2")
    qtbot.waitUntil(lambda: not told.isVisible(), timeout=20_000)
    in_front(window, "step")


def test_what_is_said_above_the_views_is_whole_in_the_smallest_window(session: Session, qtbot: QtBot) -> None:
    window, store = session.window, session.store
    assert store is not None
    size = window.size()
    window.resize(*MINIMUM_SIZE_PX)
    store.edit(formula="(x - 8)^2 + y^2")
    buttons = [window.findChild(NoMinimum), window.findChild(WholeRuns)]
    qtbot.waitUntil(lambda: all(button.isVisible() for button in buttons), timeout=20_000)
    qtbot.waitUntil(lambda: all(button.width() >= button.sizeHint().width() for button in buttons))
    store.edit(formula="x^2 + y^2")
    window.resize(size)


def test_a_lab_that_has_something_to_say_says_it_first(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    window = session.window
    assert window.files is not None
    in_front(window, "curves")
    plain = tmp_path / "plain.nabla"
    write(Lab(), plain)
    assert window.files.load(plain)
    assert window.front == "curves"
    assert window.files.load(EXAMPLES / "04-rosenbrock.nabla", example=True)
    note = window._drawer.pages.currentWidget()
    assert isinstance(note, Note)
    assert "narrow" in note.text.toPlainText()
    in_front(window, "step")
    size = window.size()
    window.resize(*MINIMUM_SIZE_PX)
    bar = window._column.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    assert window.files.load(plain)
    assert bar.value() == 0  # the formula is in sight
    window.resize(size)


def test_labs_and_tables_are_dropped_on_the_window(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    window, store = session.window, session.store
    assert store is not None

    def drop(path: Path) -> bool:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        place, copy = QPoint(20, 20), Qt.DropAction.CopyAction
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        entered = QDragEnterEvent(place, copy, data, buttons, keys)
        entered.ignore()
        QApplication.sendEvent(window, entered)
        if entered.isAccepted():
            QApplication.sendEvent(window, QDropEvent(QPointF(place), copy, data, buttons, keys))
        return entered.isAccepted()

    lab, table = tmp_path / "A.NABLA", tmp_path / "points.csv"
    write(Lab(formula="mean((w x - y)^2)"), lab)
    table.write_text("x,y\n1,2\n2,3\n")
    picture = tmp_path / "picture.svg"
    picture.write_bytes(b"<svg><metadata>" + carried_line(Lab(formula="x^2 + 7")) + b"</metadata></svg>")
    assert drop(picture)
    assert store.lab.formula == "x^2 + 7"
    assert window.path is None  # a picture is not saved over by its lab
    assert drop(lab)
    assert store.lab.formula == "mean((w x - y)^2)"
    assert drop(table)
    qtbot.waitUntil(lambda: store.lab.data is not None)
    assert store.lab.data is not None
    assert store.lab.data.columns == ("x", "y")
    assert isinstance(window._drawer.pages.currentWidget(), DataTable)
    assert not drop(tmp_path / "picture.jpg")
    in_front(window, "step")
