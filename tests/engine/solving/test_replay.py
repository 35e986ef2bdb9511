"""Moments of long runs: the same as of runs that keep every step, and what is at hand."""

from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.cancellation import never
from engine.descent.loop import descend
from engine.document.lab import Lab
from engine.function.plane import Directions, Plane
from engine.optimizers import parse_spec
from engine.solving.replay import at_hand, nearest_kept, prepare
from engine.solving.solution import Solution
from engine.solving.timeline import duration_steps, frame_at, tracks_of
from tests.engine.functions import oracle, setup_of

STARTS = [(4.0, 3.0, 2.0, 1.0), (1.0, -2.0, 0.5, 0.0)]


@pytest.fixture(scope="module")
def pair() -> tuple[Solution, Solution]:
    """Two racers from two starts of four variables, two of them drawn: whole, and as a history."""
    function = oracle("x**2 + 2*y**2 + (z - x)**2 + w**4", "x y z w")
    setup = setup_of(function, STARTS)
    racers = [parse_spec("adam(lr=0.05)"), parse_spec("gd(lr=0.01, momentum=0.9)")]
    run = partial(descend, function, setup, racers, steps=200, stop=False)
    base = Solution(revision=0, lab=Lab(), setup=setup, objective=function)
    return replace(base, runs=run()), replace(base, runs=run(memory=8_000))


def test_a_frame_is_the_same(pair: tuple[Solution, Solution]) -> None:
    whole, thin = pair
    assert not tracks_of(whole).replayed and tracks_of(thin).replayed == (0, 1, 2, 3)
    assert duration_steps(thin) == 200
    everyone, plane = np.arange(4), Plane(np.zeros(whole.runs[0].points.shape[1]), (1, 0))
    for t in (0.0, 17.5, 100.0, 100.25, 200.0):
        one, other = frame_at(whole, t), frame_at(thin, t)
        assert other.places.tobytes() == one.places.tobytes()
        ways = [
            frame.tracks.ways(everyone, np.zeros(4, int), frame.steps, frame.places, plane)
            for frame in (one, other)
        ]
        assert ways[0].tobytes() == ways[1].tobytes()


def test_along_directions_a_way_goes_through_the_kept_points_and_makes_none_again(
    pair: tuple[Solution, Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, thin = pair
    d = whole.runs[0].points.shape[1]
    ways = np.linalg.qr(np.random.default_rng(0).standard_normal((d, 2)))[0].T
    plane = Plane(np.zeros(d), directions=Directions(np.ones(d), ways))
    frame = frame_at(thin, 200.0)
    monkeypatch.setattr("engine.descent.history.History._made", None)
    way = frame.tracks.ways(np.array([1]), np.array([3]), np.array([200]), frame.places[[1]], plane)
    exact = (np.asarray(whole.runs[1].points) - 1.0) @ ways.T
    kept = thin.runs[1].points.source.kept_steps
    kept = kept[kept >= 3]
    assert way[kept - 3, :2] == pytest.approx(exact[kept], abs=1e-12)
    ends = [int(kept[-1]), 200]
    middle = sum(ends) // 2
    assert way[middle - 3, 0] == pytest.approx(np.interp(middle, ends, exact[ends, 0]))
    assert way[-2, :2] == pytest.approx(exact[200])
    assert np.isnan(way[-1]).all()


def test_what_is_at_hand_is_read_without_a_replay(
    pair: tuple[Solution, Solution], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, thin = pair
    assert at_hand(pair[0], 60.5, 0)
    assert not at_hand(thin, 60.5, 0)
    before = nearest_kept(thin, 60.5)
    assert before <= 60 and all(before in run.points.source.kept_steps for run in thin.runs)
    prepare(thin, 60.5, 0, never)
    assert at_hand(thin, 60.5, 0) and at_hand(thin, 61.9, 0) and not at_hand(thin, 110.0, 0)
    monkeypatch.setattr("engine.descent.history.History._made", None)
    frame_at(thin, 60.5)
    for run in thin.runs:  # the arrows and the worked step read these
        for term in run.terms:
            assert np.isfinite(term.values[[59, 60, 61]]).all()
    frame_at(thin, nearest_kept(thin, 50.0))


def test_with_all_variables_drawn_only_the_steps_of_the_selected_one_of_a_swarm_are_needed() -> None:
    function = oracle("x**2 + 2*y**2")
    setup = setup_of(function, np.random.default_rng(0).uniform(-5, 5, (20, 2)))
    runs = descend(function, setup, [parse_spec("adam")], steps=300, stop=False, memory=8_000)
    swarm = Solution(revision=0, lab=Lab(), setup=setup, objective=function, runs=runs)
    assert tracks_of(swarm).whole and len(tracks_of(swarm).replayed) == 20
    assert not at_hand(swarm, 150.0, 3)
    np.testing.assert_array_equal(frame_at(swarm, 150.0).places[:, :2], [run.points[150] for run in runs])
    prepare(swarm, 150.0, 3, never)
    assert at_hand(swarm, 150.0, 3)
    # A run that is over shows no step; its end is there.
    assert at_hand(swarm, 300.0, 3)
