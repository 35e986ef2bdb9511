"""Why did it do that: the sentences, the local model of the step, the critical points."""

from typing import get_args

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.analysis.findings import Analysis, CriticalPoint, Family, Kind
from engine.base.i18n import message
from gui.contour.critical_layer import kind_path
from gui.panels.critical_points import MARK_PX, paint_kind
from gui.panels.diagnosis import Diagnosis
from gui.store import Store
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME, Quadratic, solved_store, two_racers


@pytest.fixture
def store(qapp: object) -> Store:
    return solved_store(two_racers(20), objective=Quadratic((2.0, 30.0)))


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> Diagnosis:
    return shown(qtbot, Diagnosis(store, THEME), 980, 200)


def test_the_run_and_its_outcome_are_explained(panel: Diagnosis, store: Store) -> None:
    assert panel.outcome.text() == "Converged"
    assert panel.explanation.text() == "Converged to a minimum in 20 steps."
    assert "η = 0.1" in panel._racer.text()
    store.set_view(selected_run=1)
    assert "η = 0.45" in panel._racer.text()


def test_the_local_model_has_the_eigenvalues_the_condition_and_the_limit(panel: Diagnosis) -> None:
    assert panel.eigenvalues.tex == r"\lambda_{1} = 2,\quad \lambda_{2} = 30"
    assert panel.condition.tex.endswith("= 15")
    assert "0.06667" in panel.limit.tex
    # η = 0.1 is above 2/30: it is shown in the colour of danger.
    assert r"\textcolor{danger}{\eta = 0.1}" in panel.limit.tex
    assert "bowl" in panel.verdict.text()


def test_it_follows_the_playhead_by_whole_steps(panel: Diagnosis, store: Store) -> None:
    store.set_view(t_steps=3.0)
    assert panel._step_title.text() == "At step 3"
    calls = []
    objective = store.solution.objective  # type: ignore[union-attr]
    turn = objective.curvature  # type: ignore[union-attr]
    objective.curvature = lambda theta, ways: calls.append(theta) or turn(theta, ways)  # type: ignore
    for t_steps in (3.2, 3.6, 3.9, 4.0):
        store.set_view(t_steps=t_steps)
    assert len(calls) == 1
    assert panel._step_title.text() == "At step 4"


def test_critical_points_are_listed_and_a_click_points_at_them(
    qtbot: QtBot, panel: Diagnosis, store: Store
) -> None:
    points = (
        CriticalPoint(np.array([1.0, 2.0]), 3.0, "saddle", np.array([-1.0, 4.0])),
        CriticalPoint(np.array([1e-17, -2.0]), -1.0, "minimum", np.array([1.0, 2.0])),
    )
    family = Family(np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0]]), 0.5, "minimum")
    analysis = Analysis(
        critical_points=points, families=(family,), diagnosis=(message("A saddle: η < 2/λ_max."),)
    )
    assert store.solution is not None
    store.accept(replace(store.solution, analysis=analysis))
    model = panel.critical.model()
    table = [[model.index(i, j).data() for j in range(4)] for i in range(3)]
    assert table == [
        ["minimum", "a whole curve of them", "0.5", "–"],
        ["minimum", "(0, −2)", "−1", "1, 2"],
        ["saddle", "(1, 2)", "3", "−1, 4"],
    ]
    assert panel.sentences.text() == "A saddle: η &lt; 2/λ<sub>max</sub>."
    box = panel.critical.visualRect(model.index(2, 1))
    qtbot.mouseClick(panel.critical.viewport(), LEFT, pos=box.center())
    assert store.view.hover == (1.0, 2.0)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_marks_are_those_of_the_map(qapp: object, kind: Kind) -> None:
    image = QImage(32, 32, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_kind(painter, kind, QPointF(16, 16), QColor("black"))
    painter.end()
    inked = {(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).lightness() < 128}
    bounds = kind_path(kind).boundingRect()
    assert len(inked) > 10
    assert min(x for x, _ in inked) == pytest.approx(16 + MARK_PX * bounds.left(), abs=1.5)
    assert max(y for _, y in inked) + 1 == pytest.approx(16 + MARK_PX * bounds.bottom(), abs=1.5)
    corner = (16 + round(0.7 * MARK_PX), 16 + round(0.7 * MARK_PX))
    assert (kind, corner in inked) not in {("saddle", False), ("undecided", True), ("neither", True)}


def test_an_undefined_hessian_says_so(panel: Diagnosis, store: Store) -> None:
    store.options["objective"] = Quadratic((np.nan, 1.0))  # type: ignore[attr-defined]
    store.edit(formula="x")
    assert "not defined" in panel.verdict.text()
    assert not panel.eigenvalues.isVisible()


def test_it_stands_without_a_solution(qtbot: QtBot) -> None:
    panel = Diagnosis(Store(), THEME)
    qtbot.addWidget(panel)
    assert panel.outcome.text() == ""


@pytest.mark.parametrize(
    ("curvatures", "said"),
    [
        ((0.0, 0.0), "does not curve"),
        ((-1.0, -2.0), "dome"),
        ((-1.0, 2.0), "saddle"),
        ((0.0, 3.0), "valley"),
        ((1e15, 1e-5), "valley"),
    ],
)
def test_every_shape_is_said(
    panel: Diagnosis, store: Store, curvatures: tuple[float, float], said: str
) -> None:
    store.options["objective"] = Quadratic(curvatures)  # type: ignore[attr-defined]
    store.edit(formula="x")
    assert said in panel.verdict.text()


def test_the_local_ellipse_is_switched_here_and_in_the_menu(panel: Diagnosis, store: Store) -> None:
    assert not panel.ellipse.isChecked()
    panel.ellipse.click()
    assert store.lab.display.local_ellipse
    store.undo()
    assert not panel.ellipse.isChecked()
    store.edit_display(local_ellipse=True)
    assert panel.ellipse.isChecked() and "pᵀHp" in panel.ellipse.toolTip()


def test_what_is_still_worked_out_says_so(panel: Diagnosis, store: Store) -> None:
    solution = store.solution
    assert solution is not None
    store.accept(replace(solution, stage="descend", analysis=None))
    assert panel._patience.isActive()
    panel._patience.timeout.emit()
    assert panel.sentences.isVisible() and "being worked out" in panel.sentences.text()
    store.accept(replace(solution, stage="analyse", analysis=None))
    assert not panel._patience.isActive() and not panel.sentences.isVisible()
