"""Line searches, conjugate gradients, Newton, BFGS and trust region against what the book promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.descent.loop import descend
from engine.optimizers import parse_spec
from engine.optimizers.line_search import backtrack, dot, strong_wolfe
from engine.optimizers.newton import _solve_subproblem
from engine.program.function import dense_hessian
from tests.engine.functions import oracle, setup_of

BOWL3 = ("x**2 + 5*y**2 + 20*z**2 + x*y - y*z + x", "x y z")
ROSENBROCK = ("(1 - x)**2 + 100*(y - x**2)**2", "x y")


def run_of(function, spec, start, steps=300, **options):
    (run,) = descend(function, setup_of(function, [start]), [parse_spec(spec)], steps=steps, **options)
    return run


@pytest.mark.parametrize(
    ("spec", "steps"),
    [("newton", 1), ("newton(damped=false, modified=false)", 1), ("cg", 3), ("cg(beta=fr)", 3)],
)
def test_a_quadratic_is_solved_in_the_steps_of_theory(spec, steps):
    function = oracle(*BOWL3)
    run = run_of(function, spec, (4.0, -3.0, 2.0), steps=steps, stop=False)
    minimum = -np.linalg.solve(dense_hessian(function, np.zeros(3)), function.gradient(np.zeros(3)))
    assert np.allclose(run.points[-1], minimum, atol=1e-8)


@pytest.mark.parametrize("spec", ["cg", "bfgs", "lbfgs", "lbfgs(history=2)", "newton", "trust_region"])
def test_rosenbrock_is_solved(spec):
    run = run_of(oracle(*ROSENBROCK), spec, (-1.2, 1.0))
    assert run.outcome == "converged"
    assert run.steps < 60
    assert np.allclose(run.points[-1], 1.0, atol=1e-5)
    assert (np.diff(run.values) <= 1e-12).all()


def test_exact_search_on_a_quadratic_ends_orthogonally_to_the_ray():
    """N&W 2006, section 3.3: consecutive gradients of exact steepest descent are orthogonal."""
    run = run_of(oracle("x**2 + 7*y**2"), "gd_linesearch(search=exact)", (4.0, 1.0), steps=8, stop=False)
    cosines = dot(run.gradients[1:], run.gradients[:-1])
    assert np.abs(cosines).max() < 1e-9


def test_many_starts_at_once_equal_each_alone():
    function = oracle(*ROSENBROCK)
    starts = np.random.default_rng(3).uniform(-2, 2, (9, 2))
    for spec in ("cg", "bfgs", "lbfgs", "newton", "trust_region", "gd_linesearch"):
        together = descend(function, setup_of(function, starts), [parse_spec(spec)], steps=25)
        for start, run in zip(starts, together, strict=True):
            alone = run_of(function, spec, start, steps=25)
            assert run.outcome == alone.outcome
            assert np.allclose(run.points, alone.points, rtol=1e-6, atol=1e-9)
            assert (run.evaluations == alone.evaluations).all()


def test_pure_newton_climbs_to_a_saddle_and_the_modified_one_does_not():
    function = oracle("x**2 - y**2 + y**4/4")
    pure = run_of(function, "newton(damped=false, modified=false)", (1.0, 0.1))
    assert pure.outcome == "stalled_at_saddle"
    modified = run_of(function, "newton", (1.0, 0.1))
    assert modified.outcome == "converged"
    assert np.allclose(modified.points[-1], [0, np.sqrt(2)], atol=1e-5)


@given(st.integers(0, 10_000))
def test_searches_keep_their_conditions(seed):
    random = np.random.default_rng(seed)
    function = oracle("sin(x)*cos(y) + (x**2 + 2*y**2)/9 + exp(-(x-1)**2)")
    theta = random.uniform(-4, 4, (6, 2))
    value, gradient = function.value_and_gradient(theta)
    direction = -gradient * random.uniform(0.01, 5, (6, 1))
    slope = dot(gradient, direction)
    first = random.uniform(0.01, 3, 6)
    for c2 in (0.1, 0.9):
        found = strong_wolfe(function, theta, value, gradient, direction, first, 1e-4, c2)
        reached, there = function.value_and_gradient(theta + found.alpha[:, None] * direction)
        assert (reached <= value + 1e-4 * found.alpha * slope + 1e-14).all()
        assert (np.abs(dot(there, direction)) <= c2 * np.abs(slope) + 1e-12).all()
    found = backtrack(function, theta, value, gradient, direction, first)
    reached = function.value(theta + found.alpha[:, None] * direction)
    assert (reached <= value + 1e-4 * found.alpha * slope + 1e-14).all()


@given(st.integers(0, 10_000), st.booleans())
def test_the_trust_region_subproblem_beats_every_sampled_point(seed, hard):
    random = np.random.default_rng(seed)
    values = np.sort(random.normal(size=(4, 3)), axis=1)
    along = random.normal(size=(4, 3))
    if hard:
        along[:, 0] = 0.0
    radius = random.uniform(0.1, 3, 4)
    q = _solve_subproblem(values, along, radius)
    assert (np.linalg.norm(q, axis=1) <= radius * (1 + 1e-9)).all()
    model = dot(along, q) + 0.5 * dot(values * q, q)
    samples = random.normal(size=(2000, 4, 3))
    samples *= (random.uniform(0, 1, (2000, 4)) * radius / np.linalg.norm(samples, axis=-1))[..., None]
    sampled = dot(along, samples) + 0.5 * dot(values * samples, samples)
    assert (model <= sampled.min(axis=0) + 1e-9).all()


@pytest.mark.parametrize("spec", ["cg(beta=fr)", "lbfgs"])
def test_the_last_digits_of_a_minimum_that_is_not_zero_cost_no_more(spec):
    # Moré, Garbow & Hillstrom 1981, problems 2 and 6: there f differs by less than its own rounding.
    freudenstein = "(-13 + x + ((5 - y)*y - 2)*y)**2 + (-29 + x + ((y + 1)*y - 14)*y)**2"
    jennrich = " + ".join(f"(2 + {2 * i} - exp({i}*x) - exp({i}*y))**2" for i in range(1, 11))
    for text, start, lowest in ((freudenstein, (0.5, -2.0), 48.9842), (jennrich, (0.3, 0.4), 124.3622)):
        function = oracle(text)
        setup = setup_of(function, [start], -100, 100)
        (run,) = descend(function, setup, [parse_spec(spec)], steps=200)
        assert run.outcome == "converged"
        assert run.values[-1] == pytest.approx(lowest, rel=1e-5)
        assert run.evaluations[-1] < 200


@pytest.mark.parametrize("spec", ["gd_linesearch(lr=1)", "gd_linesearch(lr=1, shrink=0.9)", "bfgs", "lbfgs"])
def test_a_search_is_at_home_in_the_whole_range_of_numbers(spec):
    """|∇L| is 6·10²⁸¹ at the start: no step of length 1, and none learnt on the way, is any measure there."""
    run = run_of(oracle("(x**2 + y**2)**200"), spec, (4.0, 3.0), steps=300)
    assert run.values[0] == pytest.approx(25.0**200)
    assert run.values[-1] < 1e-5
    assert run.evaluations[-1] < 3000


def test_a_search_in_vain_is_over_when_its_step_moves_nothing():
    function = Corner()
    theta, gradient = np.array([[0.0, 2.0]]), np.array([[1.0, 1.0]])
    value = function.value(theta)
    found = backtrack(function, theta, value, gradient, np.array([[0.0, -1.0]]), np.ones(1))
    assert found.alpha.tolist() == [0.0]
    assert found.trials.tolist() == [54]  # 2 − 2⁻⁵³ is 2


class Corner:
    """|x| + |y − 2|, which a search cannot leave once it is there; counts its evaluations."""

    variables, dimension, rows, count = ("x", "y"), 2, 1, 0

    def while_wanted(self, cancelled):
        return self

    def value(self, theta):
        return np.abs(theta - [0.0, 2.0]).sum(axis=-1)

    def value_and_gradient(self, theta):
        self.count += 1
        return self.value(theta), np.where(theta < [0.0, 2.0], -1.0, 1.0)

    def curvature(self, theta, directions):
        return np.zeros(np.broadcast_shapes(directions.shape))

    def kinks(self, theta):
        return np.zeros(np.shape(theta)[:-1], bool)


@pytest.mark.parametrize("spec", ["bfgs", "lbfgs"])
def test_a_search_that_was_in_vain_down_the_slope_is_not_made_again(spec):
    corner = Corner()
    setup = setup_of(corner, [(0.0, 2.0)])
    (run,) = descend(corner, setup, [parse_spec(spec)], steps=300, stop=False)
    assert not np.diff(run.points, axis=0).any()
    assert corner.count < 3 * 60 + 2 * 300
