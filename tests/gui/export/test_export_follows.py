"""Films and stills draw the slice through the run's point at their moment, as the window does."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.axes import LeadingCurvature, LineBetweenEnds, PrincipalComponents
from engine.document.lab import Display, Lab
from engine.function.field import EFFORTS
from engine.solving.stages import solve
from engine.solving.timeline import frame_at
from engine.solving.trust import held_of
from gui.drawing.whereabouts import percent
from gui.export.errors import ExportError
from gui.export.scene import ExportScene
from gui.export.spec import BOTH, Spec
from tests.gui.export.test_export_films import rgb

TILTED = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=30)
SMALL = (320, 240)


@pytest.fixture(scope="module")
def tilted(deriver):
    return solve(TILTED, deriver)


@pytest.mark.parametrize("t_steps", [0.0, 3.25, 30.0])
def test_each_picture_has_the_slice_of_its_moment(qapp, tilted, t_steps):
    scene = ExportScene(tilted, Spec(views=("contour",)), SMALL)
    scene.draw(t_steps, 0.0)
    field, at = scene.contour.field, frame_at(tilted, t_steps).markers[0].position
    x, y = np.meshgrid(field.x, field.y)
    assert np.abs(field.z - (x**2 + y**2 + (at[2] - x) ** 2)).max() < 1e-12
    assert len(field.x) == EFFORTS["full"].most


def test_a_film_is_the_same_forwards_and_backwards(context, tilted):
    scene = ExportScene(tilted, Spec(views=BOTH), SMALL, quality="draft")
    forwards = [rgb(scene.draw(t, 0.0)) for t in (0.0, 4.0, 9.5)]
    backwards = [rgb(scene.draw(t, 0.0)) for t in (9.5, 4.0, 0.0)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        assert (one == other).all()
    assert (forwards[1] != forwards[2]).any(axis=-1).mean() > 0.05  # the map itself, not the marker alone
    scene.close()


def test_who_stays_at_the_start_has_one_slice(qapp, tilted):
    staying = replace(tilted, lab=replace(tilted.lab, display=Display(follow=False)))
    scene = ExportScene(staying, Spec(views=("contour",)), SMALL)
    scene.draw(9.5, 0.0)
    assert scene.contour.field is tilted.field


def test_the_caption_says_which_slice_it_is(qapp, tilted):
    scene = ExportScene(tilted, Spec(views=("contour",)), SMALL)
    z = tilted.runs[0].points[4, 2]
    assert scene._slice_words(4) == f"Slice at z = {z:.3g}"


# Axes that are directions


@pytest.fixture(scope="module")
def components(tilted):
    return replace(tilted, lab=replace(tilted.lab, axes=PrincipalComponents()))


def test_a_plane_through_the_end_is_sampled_once(qapp, components):
    scene = ExportScene(components, Spec(views=("contour",)), SMALL)
    first = rgb(scene.draw(0.0, 0.0))
    field = scene.contour.field
    assert (rgb(scene.draw(9.5, 0.0)) != first).any()
    assert scene.contour.field is field
    at = field.plane.moved(field.plane.origin, np.stack(np.meshgrid(field.x, field.y), axis=-1))
    x, y, z = np.moveaxis(at, -1, 0)
    assert np.abs(field.z - (x**2 + y**2 + (z - x) ** 2)).max() < 1e-9
    assert scene.contour.axes[0].title is not None


def test_one_that_follows_has_the_plane_of_each_moment(qapp, tilted):
    lab = replace(tilted.lab, axes=LeadingCurvature())
    scene = ExportScene(replace(tilted, lab=lab), Spec(views=("contour",)), SMALL, quality="draft")
    for t_steps in (0.0, 3.25, 9.0):
        scene.draw(t_steps, 0.0)
        at = frame_at(tilted, t_steps).markers[0].position
        assert np.array_equal(scene.contour.field.plane.origin, at)


def test_the_caption_says_how_far_to_trust_it(qapp, components):
    scene = ExportScene(components, Spec(views=("contour",)), SMALL)
    said = scene._slice_words(4)
    held = held_of(scene.contour.plane, components.runs[0])
    assert said.startswith(f"the plane holds {percent(held.share)} of the path · the run is ")


def test_axes_that_make_no_plane_are_an_error_of_the_export(qapp, tilted):
    alone = replace(tilted, lab=replace(tilted.lab, axes=LineBetweenEnds()))
    with pytest.raises(ExportError, match="there is no run 2"):
        ExportScene(alone, Spec(views=("contour",)), SMALL)
