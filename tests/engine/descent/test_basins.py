"""Basin maps: every pixel is the end of its own run; coarse first; cancellable."""

import numpy as np
import pytest

from engine.base.cancellation import Cancelled
from engine.descent.basins import pixel_centers, setting_maps, start_maps
from engine.descent.loop import advance, descend
from engine.descent.motion import Motion
from engine.document.setup import Axis, Setup
from engine.function.plane import Directions, Plane
from engine.optimizers import METHODS, parse_spec
from tests.engine.functions import HIMMELBLAU, oracle, setup_of

MINIMA = np.array([[3, 2], [-2.805118, 3.131313], [-3.779310, -3.283186], [3.584428, -1.848127]])


def ending(function, setup: Setup, spec: str, start, steps: int):
    (run,) = descend(function, setup_of(function, [start]), [parse_spec(spec)], steps=steps)
    return run


def test_every_pixel_is_the_end_of_its_own_run():
    function = oracle(HIMMELBLAU)
    setup = setup_of(function)
    racer = parse_spec("gd(lr=0.01)")
    *_, last = start_maps(function, setup, racer, shape=(20, 30), steps=300)
    assert last.progress == 1.0
    assert last.labels.shape == last.steps.shape == (20, 30)
    assert len(last.minima) == 4
    x, y = pixel_centers(-5, 5, 30), pixel_centers(-5, 5, 20)
    for j, i in [(0, 0), (3, 27), (19, 29), (10, 14), (11, 2)]:
        run = ending(function, setup, "gd(lr=0.01)", (x[i], y[j]), 300)
        assert last.steps[j, i] == run.steps
        assert np.allclose(last.minima[last.labels[j, i]], run.points[-1], atol=1e-4)
    assert {tuple(np.round(m, 2)) for m in last.minima} == {tuple(np.round(m, 2)) for m in MINIMA}


def test_pictures_are_coarse_first_and_always_whole():
    function = oracle(HIMMELBLAU)
    pictures = list(
        start_maps(function, setup_of(function), parse_spec("gd(lr=0.01)"), shape=(64, 64), steps=200)
    )
    assert [picture.progress for picture in pictures][:2] == [1 / 256, 1 / 64]
    assert all((picture.labels >= 0).all() for picture in pictures)
    agreement = [(picture.labels == pictures[-1].labels).mean() for picture in pictures]
    assert agreement[0] > 0.5
    assert agreement[2:] == sorted(agreement[2:])
    assert agreement[-1] == 1.0


def test_runs_that_reach_no_minimum_are_named():
    function = oracle("x**2 - y**2")
    *_, last = start_maps(function, setup_of(function), parse_spec("gd(lr=0.1)"), shape=(9, 9), steps=200)
    assert last.minima == ()
    named = [last.others[label] for label in last.labels[:, 4]]
    assert named == ["diverged"] * 4 + ["stalled_at_saddle"] + ["diverged"] * 4


def test_known_minima_keep_their_place_and_runs_near_one_count():
    function = oracle(HIMMELBLAU)
    maps = start_maps(
        function,
        setup_of(function),
        parse_spec("adam(lr=0.3)"),
        shape=(16, 16),
        steps=120,
        minima=tuple(MINIMA),
    )
    *_, last = maps
    assert np.array_equal(last.minima[:4], MINIMA)
    assert (last.labels < 4).mean() > 0.9


@pytest.mark.parametrize("spec", ["gd", "adam"])
def test_a_map_over_two_settings_equals_single_runs(spec):
    function = oracle("x**2 + 4*y**2")
    setup = setup_of(function)
    rates = pixel_centers(0.01, 1.0, 7, log=True)
    name = "momentum" if spec == "gd" else "beta1"
    shares = pixel_centers(0.0, 0.95, 5)
    *_, last = setting_maps(function, setup, parse_spec(spec), ("lr", rates), (name, shares), steps=80)
    assert last.labels.shape == (5, 7)
    for j, i in [(0, 0), (4, 6), (2, 3), (0, 6)]:
        run = ending(
            function, setup, f"{spec}(lr={float(rates[i])!r}, {name}={float(shares[j])!r})", (4.0, 3.0), 80
        )
        assert last.steps[j, i] == run.steps
    assert any(outcome == "diverged" for outcome in last.others) == (spec == "gd")


def test_a_map_over_settings_without_the_rate_and_over_whole_numbers():
    function = oracle("x**2 + 4*y**2")
    lbfgs = parse_spec("lbfgs")
    *_, last = setting_maps(
        function,
        setup_of(function),
        lbfgs,
        ("history", np.array([1.0, 2.0])),
        ("c2", np.array([0.5, 0.9])),
        steps=50,
    )
    assert (last.labels == 0).all()
    *_, last = setting_maps(
        function,
        setup_of(function),
        parse_spec("gd_linesearch"),
        ("lr", np.array([0.1, 1.0])),
        ("shrink", np.array([0.5])),
        steps=90,
    )
    assert last.steps[0, 0] != last.steps[0, 1]


STEPS = 40  # of more, small rates of decay make a difference of rounding large
BY_START = {
    name: names
    for name, method in METHODS.items()
    if (names := tuple(sorted(method.by_start & set(method.__struct_fields__))))
}


@pytest.mark.parametrize("method", BY_START)
def test_settings_by_start_move_together_as_they_do_alone(method: str):
    """Each with two values, all pairs in one call; some runs end before others."""
    function = oracle("x**2 + 4*y**2 + x*y")
    setup, names = setup_of(function), BY_START[method]
    values = {"lr": (0.05, 0.4), "momentum": (0.0, 0.8), "dampening": (0.0, 0.3), "eps": (1e-8, 1e-3)}
    chosen = [values.get(name, (0.3, 0.9)) for name in names]
    grid = np.array(np.meshgrid(*chosen)).reshape(len(names), -1)
    starts, varied = np.tile(setup.starts[0], (grid.shape[1], 1)), dict(zip(names, grid, strict=True))
    motion = Motion(function, parse_spec(method), starts, varied=varied)
    together = advance(motion, setup.lo, setup.hi, steps=STEPS)
    for k, numbers in enumerate(grid.T.tolist()):
        settings = ", ".join(f"{name}={number!r}" for name, number in zip(names, numbers, strict=True))
        alone = ending(function, setup, f"{method}({settings})", (4.0, 3.0), STEPS)
        assert together.steps[k] == alone.steps, settings
        np.testing.assert_allclose(together.points[k], alone.points[-1], rtol=1e-6, atol=1e-9)


def test_a_map_without_the_rate_takes_a_call_for_a_row_and_not_for_a_pixel(monkeypatch):
    function = oracle("x**2 + 4*y**2")
    calls = []
    monkeypatch.setattr(
        "engine.descent.basins.advance", lambda *args, **named: calls.append(named) or advance(*args, **named)
    )
    shares, others = pixel_centers(0.0, 0.9, 6), pixel_centers(0.5, 0.9, 4)
    maps = (
        setting_maps(function, setup_of(function), parse_spec(spec), one, other, steps=60)
        for spec, one, other in (
            ("gd(lr=0.05)", ("momentum", shares), ("weight_decay", others / 9)),
            ("adam", ("beta1", shares), ("beta2", others)),
        )
    )
    for each, most in zip(maps, (12, 5), strict=True):
        calls.clear()
        *_, last = each
        assert last.labels.shape == (4, 6)
        assert len(calls) <= most


def test_can_be_cancelled_and_says_what_it_needs():
    function = oracle(HIMMELBLAU)
    with pytest.raises(Cancelled):
        list(
            start_maps(
                function,
                setup_of(function),
                parse_spec("gd"),
                shape=(64, 64),
                steps=9,
                cancelled=lambda: True,
            )
        )
    line = oracle("x**2", "x")
    with pytest.raises(ValueError, match="two drawn"):
        start_maps(line, setup_of(line, [[1.0]]), parse_spec("gd"), shape=(4, 4), steps=9)


def test_a_map_over_directions_has_its_starts_in_their_plane():
    function = oracle(HIMMELBLAU)
    setup = setup_of(function, [[1.0, -2.0]])
    turned = np.array([[0.6, 0.8], [-0.8, 0.6]])
    axes = (Axis("alpha", -5.0, 5.0), Axis("beta", -5.0, 5.0))
    plane = Plane(setup.starts[0], axes=axes, directions=Directions(np.array([0.5, 0.25]), turned))
    racer = parse_spec("gd(lr=0.01)")
    *_, last = start_maps(function, setup, racer, shape=(16, 16), steps=300, plane=plane)
    u = pixel_centers(-5, 5, 16)
    for j, i in [(0, 3), (15, 8), (7, 12)]:
        start = [0.5, 0.25] + u[i] * turned[0] + u[j] * turned[1]
        run = ending(function, setup, "gd(lr=0.01)", start, 300)
        assert last.steps[j, i] == run.steps
        if last.labels[j, i] < len(last.minima):
            assert np.allclose(last.minima[last.labels[j, i]], run.points[-1], atol=1e-4)
