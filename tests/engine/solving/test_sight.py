"""The chosen axes as planes: of a network and of a formula, against NumPy by hand."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.axes import (
    LeadingCurvature,
    LineBetweenEnds,
    PrincipalComponents,
    RandomDirections,
    TwoVariables,
    axes_of_text,
)
from engine.document.lab import Data, Lab
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.program.function import dense_hessian
from engine.solving.moving import starts_with
from engine.solving.section import plane_at, section
from engine.solving.sight import NoPlane, moves_with_playhead, plane_of, sight_at
from engine.solving.stages import Request, Solver
from engine.solving.timeline import frame_at
from engine.solving.trust import held_of

XOR = Data(columns=("a", "b", "y"), rows=((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)))
LAB = Lab(
    data=XOR,
    network=Network(inputs=2, layers=(Layer(3, "tanh"), Layer(1)), loss=Loss()),
    racers=(parse_spec("adam(lr=0.05)"), parse_spec("gd(lr=0.3)")),
    steps=40,
    stop=False,
)
TILTED = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=30)
CHOICES = ("random(seed=3)", "pca", "curvature", "line")


@pytest.fixture(scope="module")
def solution(deriver):
    *_, solution = Solver(deriver).solve(Request(1, LAB))
    return solution


def chosen(solution, axes, t=0.0, run=0):
    """The solution with other axes, its plane at a moment, and the frame."""
    if isinstance(axes, str):
        axes = axes_of_text(axes)
    other = replace(solution, lab=replace(solution.lab, axes=axes))
    frame = frame_at(other, t)
    return other, plane_at(other, frame, run), frame


@pytest.mark.parametrize("text", CHOICES)
def test_the_field_is_the_loss_over_the_plane_with_its_slopes(solution, text):
    other, plane, _ = chosen(solution, text, 7.0)
    field = section(other, plane, "moving")
    ways = plane.directions.ways
    assert np.abs(ways @ ways.T - np.eye(2)).max() < 1e-12
    assert (field.x[0], field.x[-1]) == (plane.axes[0].lo, plane.axes[0].hi)
    h = 1e-5
    for i, j in ((3, 50), (40, 11)):
        at = plane.theta(field.x[i], field.y[j])
        assert field.z[j, i] == pytest.approx(loss_by_hand(at))
        slopes = [(loss_by_hand(at + h * way) - loss_by_hand(at - h * way)) / (2 * h) for way in ways]
        assert (field.fx[j, i], field.fy[j, i]) == pytest.approx(tuple(slopes), rel=1e-5, abs=1e-8)


def loss_by_hand(theta):
    """The mean squared error of 2-3tanh-1 on xor."""
    w, b, u, c = theta[:6].reshape(3, 2), theta[6:9], theta[9:12], theta[12]
    rows = np.array(XOR.rows)
    return np.mean((np.tanh(rows[:, :2] @ w.T + b) @ u + c - rows[:, 2]) ** 2)


@pytest.mark.parametrize("text", CHOICES)
def test_all_paths_fit_into_its_ranges(solution, text):
    other, plane, _ = chosen(solution, text)
    for run in other.runs if text != "curvature" else other.runs[:1]:
        places = plane.coordinates(run.points)
        for axis, low, high in zip(plane.axes, places.min(axis=0), places.max(axis=0), strict=True):
            assert axis.lo <= low and high <= axis.hi
    wide, high = (axis.hi - axis.lo for axis in plane.axes)
    assert 0.4 < wide / high < 2.5


def test_principal_components_go_through_the_end_and_say_their_shares(solution):
    run = solution.runs[0]
    _, plane, _ = chosen(solution, "pca")
    apart = run.points - run.points.mean(axis=0)
    _, sizes, ways = np.linalg.svd(apart, full_matrices=False)
    assert np.abs(np.abs(plane.directions.ways @ ways[:2].T) - np.eye(2)).max() < 1e-6
    assert plane.coordinates_of(run.points[-1]) == (0.0, 0.0) and plane.distance(run.points[-1]) == 0.0
    shares = sizes**2 / (sizes**2).sum()
    assert held_of(plane, run).shares == pytest.approx(tuple(shares[:2]), rel=1e-9)
    assert plane.axes[0].title.render() == f"PC 1 ({100 * shares[0]:.2g} %)"
    away = run.points[0] - run.points[-1]
    rest = away - (ways[:2] @ away) @ ways[:2]
    assert float(plane.distance(run.points[0])) == pytest.approx(np.linalg.norm(rest), rel=1e-6)


def test_random_directions_leave_biases_and_normalise_each_row(solution):
    _, plane, _ = chosen(solution, "random(seed=3)")
    first = plane.directions.ways[0]
    assert not first[[6, 7, 8, 12]].any()
    end = solution.runs[0].points[-1]
    rows = [slice(0, 2), slice(2, 4), slice(4, 6), slice(9, 12)]
    ratios = [np.linalg.norm(first[row]) / np.linalg.norm(end[row]) for row in rows]
    assert ratios == pytest.approx([ratios[0]] * 4)
    assert plane.axes[0].hi >= 1.0 / ratios[0]  # ±1 of the paper, in the unit of the weights
    _, again, _ = chosen(solution, "random(seed=3)")
    _, other, _ = chosen(solution, "random(seed=4)")
    assert again.is_of(plane) and not other.is_of(plane)
    assert np.array_equal(other.directions.center, end)


def test_a_line_holds_both_ends_and_the_first_start(solution):
    _, plane, _ = chosen(solution, "line")
    a, b = solution.runs[0].points[-1], solution.runs[1].points[-1]
    assert plane.coordinates_of(a) == (0.0, 0.0)
    assert plane.coordinates_of(b) == pytest.approx((np.linalg.norm(b - a), 0.0), abs=1e-9)
    assert plane.distance([a, b, solution.runs[0].points[0]]) == pytest.approx([0.0] * 3, abs=1e-9)
    assert [axis.title.render() for axis in plane.axes] == ["run 1 → run 2", "start of run 1"]


def test_the_curvature_is_that_at_the_playhead(solution):
    other, plane, frame = chosen(solution, "curvature", 5.5)
    at = frame.markers[0].position
    assert np.array_equal(plane.origin, at) and plane.coordinates_of(at) == (0.0, 0.0)
    gradient = other.objective.gradient(at)
    assert plane.directions.ways[0] == pytest.approx(gradient / np.linalg.norm(gradient))
    values = np.linalg.eigvalsh(dense_hessian(other.objective, at))
    assert plane.axes[1].title.render() == f"curvature {values[-1]:.3g}"


@pytest.mark.parametrize("kind", [RandomDirections, PrincipalComponents, LeadingCurvature])
def test_it_goes_through_the_point_that_is_chosen(solution, kind):
    points = solution.runs[0].points
    for through, point in (("start", points[0]), ("end", points[-1]), ("playhead", points[9])):
        other, plane, _ = chosen(solution, kind(through=through), 9.0)
        assert float(plane.distance(point)) == pytest.approx(0.0, abs=1e-12)
        assert moves_with_playhead(other.lab) == (through == "playhead")
    if kind is not LeadingCurvature:  # the paths stay where they are while the plane moves
        assert chosen(solution, kind(), 3.0)[1].is_of(plane)


def test_a_sight_is_known_again_without_its_plane(solution):
    other, _, frame = chosen(solution, "pca", 4.0)
    sight = sight_at(other, frame, 0)
    assert sight.plane is None and sight.same_as(sight_at(other, frame_at(other, 9.0), 0))
    assert not sight.same_as(sight_at(other, frame, 1))
    own = sight_at(solution, frame, 0)
    assert own.plane is not None and not sight.same_as(own)


@pytest.mark.parametrize(
    ("lab", "axes", "said"),
    [
        (TILTED, LineBetweenEnds(), "there is no run 2"),
        (replace(TILTED, racers=TILTED.racers * 2), LineBetweenEnds(), "end at the same point"),
        (replace(TILTED, steps=0), PrincipalComponents(), "does not move"),
        (replace(TILTED, formula="ln(x-9)+y^2+z^2"), LeadingCurvature(), "no curvature"),
    ],
)
def test_axes_that_make_no_plane_say_why(solver, lab, axes, said):
    *_, solution = solver.solve(Request(1, replace(lab, axes=axes)))
    with pytest.raises(NoPlane, match=said):
        plane_at(solution, frame_at(solution, 0.0), 0)


def test_of_a_formula_all_letters_are_one_filter(solver):
    *_, solution = solver.solve(Request(1, replace(TILTED, axes=RandomDirections())))
    plane = plane_at(solution, frame_at(solution, 0.0), 0)
    field = section(solution, plane, "moving")
    x, y, z = np.moveaxis(plane.moved(plane.origin, np.stack(np.meshgrid(field.x, field.y), axis=-1)), -1, 0)
    assert np.abs(field.z - (x**2 + y**2 + (z - x) ** 2)).max() < 1e-9
    assert np.all(np.abs(plane.directions.ways) > 1e-3)  # no letter is left out


def test_two_variables_have_one_plane_whatever_is_chosen(solver):
    *_, solution = solver.solve(Request(1, Lab(axes=PrincipalComponents())))
    assert plane_at(solution, frame_at(solution, 3.0), 0) is solution.field.plane
    assert isinstance(sight_at(solution, None, 0).axes, TwoVariables)


def test_a_start_is_moved_along_the_directions(solution):
    other, plane, _ = chosen(solution, "pca")
    starts = starts_with(other.lab, other.setup, plane, 0, (1.0, -0.5))
    theta = np.array([starts[0][name] for name in other.setup.descended])
    assert plane.coordinates_of(theta) == pytest.approx((1.0, -0.5))
    assert plane.away(theta) == pytest.approx(plane.away(other.setup.starts[0]))
    assert starts_with(other.lab, other.setup, plane, 1, (0.0, 0.0)) == other.lab.starts
    own = solution.field.plane
    assert starts_with(solution.lab, solution.setup, own, 0, (1.0, 2.0)) == (
        {own.axes[0].name: 1.0, own.axes[1].name: 2.0},
    )


def test_a_plane_that_is_cancelled_is_not_made(solution):
    from engine.base.cancellation import Cancelled

    other = replace(solution, lab=replace(solution.lab, axes=LeadingCurvature()))
    with pytest.raises(Cancelled):
        plane_of(other, sight_at(other, frame_at(other, 0.0), 0), lambda: True)
