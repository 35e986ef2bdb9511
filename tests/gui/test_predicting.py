"""The prediction in the place of the loss: at the playhead, coarse while it moves, fine at rest; and back."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engine.document.datasets import MADE
from engine.document.lab import Lab
from engine.document.network import Layer, Loss, Network
from engine.function.field import DRAFT_RESOLUTION, MOVING_RESOLUTION
from engine.optimizers import parse_spec
from engine.solving.prediction import Prediction
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.symbolic import Deriver
from gui.contour.view import ContourView
from gui.predicting import Predicting
from gui.slice_strip import SliceStrip
from gui.store import Store
from gui.surface.view import SurfaceView
from gui.theme import DARK

NETWORK = Network(inputs=2, layers=(Layer(3, "tanh"), Layer(1)), targets=("c",), loss=Loss("bce_with_logits"))
LAB = Lab(data=MADE["xor"].data(), network=NETWORK, racers=(parse_spec("adam(lr=0.1)"),), steps=40)


@pytest.fixture(scope="module")
def trained(deriver: Deriver) -> Solution:
    return solve(LAB, deriver)


@pytest.fixture
def made(qtbot: QtBot, trained: Solution) -> Iterator[tuple[Store, Predicting]]:
    store = Store(LAB)
    predicting = Predicting(store)
    store.accept(replace(trained, revision=store.revision))
    yield store, predicting
    predicting.close()


def fine(qtbot: QtBot, store: Store) -> Prediction:
    """The prediction at rest."""

    def is_fine() -> bool:
        field = store.prediction.solution.field if store.prediction else None
        return field is not None and len(field.x) == DRAFT_RESOLUTION

    qtbot.waitUntil(is_fine, timeout=10_000)
    assert store.prediction is not None
    return store.prediction


def test_it_follows_the_playhead_and_goes_again(qtbot: QtBot, made: tuple[Store, Predicting]) -> None:
    store, _ = made
    sizes: list[int] = []
    store.prediction_changed.connect(lambda found: sizes.append(len(found.solution.field.x) if found else 0))
    store.set_view(plane="prediction")
    start = fine(qtbot, store)
    assert sizes[0] == MOVING_RESOLUTION and sizes[-1] == DRAFT_RESOLUTION
    store.set_view(t_steps=40.0)
    qtbot.waitUntil(lambda: store.prediction is not start)
    end = fine(qtbot, store)
    at = store.solution.runs[0].points[-1]  # type: ignore[union-attr]
    assert end.predictor.function.value([0.2, 0.9]) == pytest.approx(_by_hand(at, 0.2, 0.9))
    store.set_view(plane="loss")
    assert store.prediction is None and sizes[-1] == 0


def _by_hand(theta: np.ndarray, a: float, b: float) -> float:
    hidden = np.tanh(theta[:6].reshape(3, 2) @ [a, b] + theta[6:9])
    return float(1 / (1 + np.exp(-(theta[9:12] @ hidden + theta[12]))))


def test_another_lab_shows_its_loss(qtbot: QtBot, made: tuple[Store, Predicting], deriver: Deriver) -> None:
    store, _ = made
    store.set_view(plane="prediction")
    fine(qtbot, store)
    store.edit(network=None, data=None)
    store.accept(replace(solve(store.lab, deriver), revision=store.revision))
    assert store.view.plane == "loss" and store.prediction is None


def test_both_views_show_it_and_nothing_of_the_lab_is_moved(
    qtbot: QtBot, made: tuple[Store, Predicting]
) -> None:
    store, _ = made
    contour, surface = ContourView(store, DARK), SurfaceView(store, DARK)
    for view in (contour, surface):
        qtbot.addWidget(view)
        view.resize(420, 340)
        view.show()
    loss = contour.scene.whole_field
    store.set_view(plane="prediction")
    found = fine(qtbot, store)
    field = found.solution.field
    assert contour.scene.field is field and surface.scene.map is not None and surface.scene.map.field is field
    assert [axis.name for axis in contour.scene.axes] == ["x_1", "x_2"]
    store.set_view(hover=(0.5, 0.5))
    assert contour.reading is not None
    assert contour.reading.f == pytest.approx(float(found.predictor.function.value([0.5, 0.5])))
    qtbot.waitUntil(lambda: surface.scene.device is not None, timeout=10_000)
    contour.grab()
    before = store.lab
    for view in (contour, surface):
        middle = QPoint(view.width() // 2, view.height() // 2)
        qtbot.mouseMove(view, middle)
        qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=middle)
    store.set_view(t_steps=3.0)
    assert store.lab is before
    store.set_view(plane="loss")
    assert contour.scene.whole_field is loss and contour.scene.rows.prediction is None
    assert surface.scene.map.field is loss and contour.scene.frame is store.frame


def test_the_strip_switches(qtbot: QtBot, made: tuple[Store, Predicting]) -> None:
    store, _ = made
    strip = SliceStrip(store)
    qtbot.addWidget(strip)
    assert not strip.plane.isHidden() and not strip.settings.isHidden() and strip.output.isHidden()
    strip.plane.chosen.emit("prediction")
    fine(qtbot, store)
    assert strip.settings.isHidden() and strip.plane.key == "prediction"
    assert strip.where.text().startswith("ŷ over x₁ and x₂ at step 0")
