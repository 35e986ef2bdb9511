"""Films and stills of a network: loss plane, fit, drawing and curves at their moment, in either language."""

import itertools

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.datasets import MADE
from engine.document.lab import Data, Lab, Training
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.stages import solve
from engine.solving.steady import steady_in
from engine.words.overfitting import overfitting
from gui import i18n
from gui.exit_codes import EXIT_BAD_INPUT
from gui.export.errors import ExportError
from gui.export.formula_cards import _pieces
from gui.export.scene import ExportScene
from gui.export.spec import BOTH, TRAINING, Spec
from gui.export.views import views_of
from gui.network.filling import filled_fit
from gui.network.fit import CurveFit, RegionFit
from tests.gui.export.test_export_films import rgb

SIZE = (640, 360)
STEPS = 40


@pytest.fixture(scope="module")
def trained(deriver):
    network = Network(
        inputs=2, layers=(Layer(3, "tanh"), Layer(1)), targets=("c",), loss=Loss("bce_with_logits")
    )
    data = MADE["xor"].data()
    racers = (parse_spec("adam(lr=0.1)"),)
    lab = Lab(data=data, network=network, racers=racers, steps=STEPS, training=Training(split=0.3))
    return solve(lab, deriver)


def changed(part, one, other):
    """The share of the pixels of a part that differ."""
    box = np.s_[int(part.top()) : int(part.bottom()), int(part.left()) : int(part.right())]
    return float((one[box] != other[box]).any(axis=-1).mean())


def test_a_film_of_a_network_has_all_four_unless_told_otherwise(trained, solution):
    assert views_of(trained, Spec()) == TRAINING
    assert views_of(trained, Spec(views=("fit",))) == ("fit",)
    assert views_of(solution, Spec()) == BOTH
    for view in ("fit", "network", "prediction"):
        with pytest.raises(ExportError, match=view) as caught:
            views_of(solution, Spec(views=(view,)))
        assert caught.value.code == EXIT_BAD_INPUT


def test_every_part_moves_with_the_playhead(context, trained):
    scene = ExportScene(trained, Spec(row=3), SIZE, quality="draft")
    start, middle, again = (rgb(scene.draw(t, 0.0)) for t in (0.0, 17.5, 0.0))
    parts = scene.composition
    for part in (parts.surface, parts.fit, parts.network):
        assert changed(part, start, middle) > 0.05
    assert 0.0 < changed(parts.curves, start, middle) < 0.05  # the playhead alone
    assert changed(parts.formula, start, middle) == 0.0
    assert (start == again).all()
    scene.close()


@pytest.mark.parametrize("size", [(640, 360), (360, 360), (270, 480)])
@pytest.mark.parametrize("views", [("fit",), ("curves", "network"), ("contour", "prediction", *TRAINING)])
def test_every_shape_has_a_picture(context, trained, size, views):
    views = tuple(dict.fromkeys(views))
    scene = ExportScene(trained, Spec(views=views, language="ko"), size)
    image = rgb(scene.draw(9.5, 0.0))
    panels = scene.composition.panels
    assert set(panels) == set(views)
    for panel in panels.values():
        assert len(np.unique(image[int(panel.top()) : int(panel.bottom()), int(panel.center().x())])) > 2
    for one, other in itertools.combinations(panels.values(), 2):
        assert not one.intersects(other)
    scene.close()


def test_the_plane_goes_through_the_runs_point_coarsely_in_a_film(qapp, trained):
    views = ("contour", "fit", "network", "curves")
    for quality, finest in (("draft", 61), ("full", 401)):
        scene = ExportScene(trained, Spec(views=views), SIZE, quality=quality)
        scene.draw(float(STEPS), 0.0)
        field, end = scene.contour.field, trained.runs[0].points[-1]
        assert field.plane.origin.tolist() == end.tolist()
        x, y = end[list(field.plane.drawn)]
        near = trained.objective.value(field.plane.theta(x, y))
        assert near == pytest.approx(trained.runs[0].values[-1])
        assert len(field.x) <= finest
        assert scene._cut() == "slice through the run's point"
    staying = replace(trained, lab=replace(trained.lab, display=replace(trained.lab.display, follow=False)))
    scene = ExportScene(staying, Spec(views=views), SIZE)
    scene.draw(float(STEPS), 0.0)
    assert scene.contour.field.plane.origin.tolist() == trained.runs[0].points[0].tolist()
    assert scene._cut() == "slice through the start"


def test_a_race_says_whose_network_is_drawn(qapp, trained):
    run = trained.runs[0]
    raced = replace(trained, runs=(run, replace(run, racer=parse_spec("gd(lr=0.5)"))))
    drawn = []
    for solution, index in ((trained, 0), (raced, 0), (raced, 1)):
        scene = ExportScene(solution, Spec(views=("network",), run=index), SIZE)
        drawn.append(rgb(scene.draw(0.0, 0.0)))
        assert (scene._training._whose is None) == (solution is trained)
    whose = scene._training._whose
    assert changed(whose, drawn[1], drawn[2]) > 0.01, "another name"


def test_the_surface_of_the_prediction_moves_too(context, trained):
    scene = ExportScene(trained, Spec(views=("prediction", "fit")), SIZE, quality="draft")
    start, end, again = (rgb(scene.draw(t, 0.0)) for t in (0.0, float(STEPS), 0.0))
    assert changed(scene.composition.prediction, start, end) > 0.1
    assert (start == again).all()
    scene.close()


def test_a_model_that_was_typed_has_a_fit(context, deriver):
    rows = tuple((float(a), float(b), float(a - b)) for a in range(4) for b in range(3))
    for formula, kind in (("ŷ = w x + c", CurveFit), ("ŷ = w x + c u", RegionFit)):
        lab = Lab(formula=formula, data=Data(columns=("x", "u", "y"), rows=rows), steps=5)
        solution = solve(lab, deriver)
        assert isinstance(filled_fit(solution, solution.runs[0].points[-1], None), kind)
        scene = ExportScene(solution, Spec(views=("fit", "curves")), SIZE)
        assert len(np.unique(rgb(scene.draw(2.0, 0.0)).reshape(-1, 3), axis=0)) > 20


def test_its_language_is_the_films_and_not_the_windows(qapp, trained):
    english, korean = (
        rgb(ExportScene(trained, Spec(views=("network",), language=language), SIZE).draw(3.0, 0.0))
        for language in ("en", "ko")
    )
    assert (english != korean).any()
    assert i18n.language() == "en"


def test_the_formula_the_loss_and_the_rule_are_typeset(trained):
    model, loss, rule = _pieces(trained)
    assert model.startswith(r"\hat{y} = W_{2}") and loss.startswith("L = ") and r"\Delta\theta" in rule
    twice = replace(trained, runs=(*trained.runs, replace(trained.runs[0], racer=parse_spec("gd(lr=0.1)"))))
    assert len(_pieces(twice)) == 2  # whose rule would it be?


def test_what_is_steady_holds_for_every_moment(trained):
    run, steady = trained.runs[0], steady_in(trained, trained.runs[0])
    assert steady.weight == pytest.approx(np.abs(run.points).max(), rel=0.2)
    low, high = steady.said
    assert -1.0 <= low <= 0.0 and 1.0 <= high <= 2.0


def test_over_fitting_is_the_closing_sentence(qapp, trained, monkeypatch):
    run = trained.runs[0]
    test = np.full(len(run.values), 0.9)
    test[10] = 0.1
    overfitted = replace(trained, runs=(replace(run, test_values=test),))
    assert overfitting(overfitted.runs[0]) is not None
    spec = Spec(views=("curves",), cards=("caption",))
    said, plain = (rgb(ExportScene(each, spec, SIZE).draw(STEPS, 0.0)) for each in (overfitted, trained))
    caption = ExportScene(trained, spec, SIZE).composition.caption
    assert changed(caption, said, plain) > 0.01
