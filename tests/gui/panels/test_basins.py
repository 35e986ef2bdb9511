"""The window of the basin map, with maps that are made up at once."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.base.cancellation import CancelCheck
from engine.descent.basins import BasinMap
from gui.panels.basin_maps import BasinQuestion, SettingsPlane, StartsPlane
from gui.panels.basin_picture import BASIN_COLORS, PictureAxis, colored
from gui.panels.basins import BasinWindow
from gui.store import Store
from tests.gui.driving import LEFT, retype
from tests.gui.panels.fakes import THEME, Quadratic


def halves(question: BasinQuestion, cancelled: CancelCheck) -> Iterator[BasinMap]:
    """The left half reaches one minimum, the right another; the uppermost row diverges."""
    for n in (question.n // 4, question.n):
        labels = np.zeros((n, n), np.int16)
        labels[:, n // 2 :] = 1
        labels[-1] = 2
        yield BasinMap(
            labels=labels,
            steps=np.full((n, n), 7, np.int32),
            minima=(np.array([-3.0, 0.0]), np.array([3.0, 8e-7])),  # found by a run, as far as it went
            others=("diverged",),
            progress=1.0 if n == question.n else 0.25,
        )


def recording(asked: list[BasinQuestion]) -> Callable[[BasinQuestion, CancelCheck], Iterator[BasinMap]]:
    """`halves`, which writes down what it is asked."""

    def compute(question: BasinQuestion, cancelled: CancelCheck) -> Iterator[BasinMap]:
        asked.append(question)
        yield from halves(question, cancelled)

    return compute


@pytest.fixture
def open_window(qtbot: QtBot, store: Store) -> Iterator[Callable[..., BasinWindow]]:
    windows: list[BasinWindow] = []

    def make(compute: object = halves) -> BasinWindow:
        window = BasinWindow(store, THEME, None, compute)  # type: ignore[arg-type]
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(window)
        windows.append(window)
        window.show()
        return window

    yield make
    for window in windows:
        window.close()


def test_it_draws_as_soon_as_it_opens(qtbot: QtBot, open_window: Callable[..., BasinWindow]) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    image = window.picture.image
    assert image is not None and image.width() == image.height() == 256
    assert not window.cancel.isEnabled()
    # One colour a minimum, shaded by the steps; row 0 is below.
    left, right = image.pixelColor(10, 128), image.pixelColor(240, 128)
    assert left.hue() == pytest.approx(QColor(BASIN_COLORS[0]).hue(), abs=3)
    assert left != right
    assert image.pixelColor(10, 0) != left


def test_the_legend_has_the_shares(qtbot: QtBot, open_window: Callable[..., BasinWindow]) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    texts = [label.text() for label in window._legend.findChildren(QLabel)]
    assert "minimum (−3, 0)" in texts and "minimum (3, 0)" in texts and "diverged" in texts
    assert "49.8 %" in texts


def test_hovering_says_where_the_run_ends(qtbot: QtBot, open_window: Callable[..., BasinWindow]) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    at = window.picture.to_pixel(-2.0, 1.0)
    qtbot.mouseMove(window.picture, QPoint(round(at.x()), round(at.y())))
    qtbot.waitUntil(lambda: bool(window.readout.text()))
    assert "minimum (−3, 0) after 7 steps" in window.readout.text()


def test_a_click_replays_the_run_of_the_pixel(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    at = window.picture.to_pixel(-2.0, 1.0)
    qtbot.mouseClick(window.picture, LEFT, pos=QPoint(round(at.x()), round(at.y())))
    start = store.lab.starts[0]
    assert start["x"] == pytest.approx(-2.0, abs=0.05)
    assert start["y"] == pytest.approx(1.0, abs=0.05)


def test_two_settings_can_be_varied(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    asked: list[BasinQuestion] = []
    window = open_window(recording(asked))
    window.kind.setFocus()
    qtbot.keyClick(window.kind, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(asked) and isinstance(asked[-1].plane, SettingsPlane))
    plane = asked[-1].plane
    assert isinstance(plane, SettingsPlane)
    assert (plane.across, plane.up) == ("lr", "momentum")
    assert plane.x.log and not plane.y.log
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    at = window.picture.to_pixel(0.1, 0.5)
    qtbot.mouseClick(window.picture, LEFT, pos=QPoint(round(at.x()), round(at.y())))
    optimizer = store.lab.racers[0].optimizer
    assert optimizer.lr == pytest.approx(0.1, rel=0.05)  # type: ignore[union-attr]
    assert optimizer.momentum == pytest.approx(0.5, abs=0.02)  # type: ignore[union-attr]


def test_a_bad_range_is_not_drawn(qtbot: QtBot, open_window: Callable[..., BasinWindow]) -> None:
    window = open_window()
    window.kind.chosen.emit("settings")
    window.kind.set_key("settings")
    window._on_kind_chosen()
    axis = window.axes[0]
    retype(qtbot, axis.hi, "0.0001")
    assert "ends before" in axis.problem.text()
    assert axis.axis is None


def test_it_can_be_stopped_and_a_new_question_replaces_the_old(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    given_up: list[bool] = []

    def slow(question: BasinQuestion, cancelled: CancelCheck) -> Iterator[BasinMap]:
        yield next(halves(question, cancelled))
        while not cancelled():
            pass
        given_up.append(True)

    window = open_window(slow)
    qtbot.waitUntil(lambda: window.progress.value() == 250)
    assert window.cancel.isEnabled()
    qtbot.mouseClick(window.cancel, LEFT)
    qtbot.waitUntil(lambda: bool(given_up))
    assert not window.cancel.isEnabled()
    assert window.picture.image is not None  # as far as it had come


def test_a_map_that_fails_is_at_its_end(
    qtbot: QtBot, open_window: Callable[..., BasinWindow], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(question: BasinQuestion, cancelled: CancelCheck) -> Iterator[BasinMap]:
        yield next(halves(question, cancelled))
        raise ValueError("no map")

    window = open_window(broken)
    assert window.cancel.isEnabled()
    qtbot.waitUntil(lambda: not window.cancel.isEnabled())
    qtbot.waitUntil(lambda: "no map" in caplog.text)
    assert window.progress.value() == 250


def test_a_change_of_the_lab_draws_it_anew(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    asked: list[BasinQuestion] = []
    window = open_window(recording(asked))
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    assert isinstance(asked[-1].plane, StartsPlane)
    before = len(asked)
    store.edit(steps=9)
    qtbot.waitUntil(lambda: len(asked) > before, timeout=3000)
    assert asked[-1].steps == 9


def test_the_picture_has_row_0_below() -> None:
    labels = np.array([[0, 0], [1, 0]])
    image = colored([QColor("#ff0000"), QColor("#0000ff")], labels, np.zeros((2, 2)))
    assert image.pixelColor(0, 0) == QColor("#0000ff")
    assert image.pixelColor(0, 1) == QColor("#ff0000")


def test_a_logarithmic_axis_goes_there_and_back() -> None:
    axis = PictureAxis("x", 1e-3, 10.0, log=True)
    assert axis.at(0.5) == pytest.approx(0.1)
    assert axis.fraction(0.1) == pytest.approx(0.5)
    assert axis.ticks(4) == pytest.approx([1e-3, 1e-2, 0.1, 1.0, 10.0])


def test_the_engine_draws_it_on_its_own_thread(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    window = open_window(None)
    window.resolution.set_key(64)
    window.draw()
    qtbot.waitUntil(lambda: window.progress.value() == 1000, timeout=20_000)
    texts = [label.text() for label in window._legend.findChildren(QLabel)]
    assert "minimum (0, 0)" in texts and "100 %" in texts


def test_one_axis_is_too_few_for_a_map_of_starts(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    store.options["objective"] = Quadratic((2.0,), ("x",))  # type: ignore[attr-defined]
    store.edit(formula="x^2")
    window = open_window()
    assert "two axes" in window.problem.text()


def test_the_thread_ends_with_a_window_that_is_never_closed(qtbot: QtBot, store: Store) -> None:
    given_up: list[bool] = []
    started: list[bool] = []

    def endless(question: BasinQuestion, cancelled: CancelCheck) -> Iterator[BasinMap]:
        started.append(True)
        while not cancelled():
            pass
        given_up.append(True)
        yield from ()

    parent = QWidget()
    BasinWindow(store, THEME, parent, endless).show()
    qtbot.waitUntil(lambda: bool(started))
    parent.deleteLater()
    qtbot.waitUntil(lambda: bool(given_up))


def test_a_clicked_start_leaves_the_map_and_is_as_exact_as_a_pixel(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    asked: list[BasinQuestion] = []
    window = open_window(recording(asked))
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    before = len(asked)
    at = window.picture.to_pixel(-2.0, 1.0)
    qtbot.mouseClick(window.picture, LEFT, pos=QPoint(round(at.x()), round(at.y())))
    start = store.lab.starts[0]
    assert all(value == round(value, 2) for value in start.values())
    assert not window._settle.isActive() and len(asked) == before
    store.edit(seed=3)
    assert window._settle.isActive()


def test_a_clicked_pair_of_settings_leaves_the_map(
    qtbot: QtBot, store: Store, open_window: Callable[..., BasinWindow]
) -> None:
    window = open_window()
    window.kind.set_key("settings")
    window.kind.chosen.emit("settings")
    qtbot.waitUntil(lambda: window.progress.value() == 1000)
    at = window.picture.to_pixel(0.1, 0.5)
    qtbot.mouseClick(window.picture, LEFT, pos=QPoint(round(at.x()), round(at.y())))
    assert store.lab.racers[0].optimizer.lr != 0.1 and not window._settle.isActive()  # type: ignore[union-attr]
    store.edit(starts=({"x": 1.0, "y": 1.0},))
    assert window._settle.isActive()
