"""Gradients whose squares leave the range of numbers: every method, the norms of its run, the way it goes."""

import numpy as np
import pytest

from engine.analysis.landscape import Landscape
from engine.analysis.newton import solve_gradient
from engine.base.vectors import unit
from engine.descent.loop import descend
from engine.document.lab import Lab
from engine.document.setup import Setup, resolve
from engine.formula import parse
from engine.function.objective import Objective
from engine.optimizers import METHODS, parse_spec
from engine.optimizers.truncated import truncated
from engine.words.results import curve_of

STEEP = float(2000 * 25**199)  # |∇(x² + y²)²⁰⁰| = 400 r · r³⁹⁸ with r = 5
SEARCHING = ("cg", "cg(beta=fr)", "bfgs", "lbfgs", "newton", "newton(damped=true)", "trust_region")


def posed(text: str) -> tuple[Objective, Setup]:
    formula = parse(text)
    setup, _ = resolve(Lab(formula=text, starts=({"x": 4.0, "y": 3.0},)), formula)
    assert setup is not None
    return Objective.bind(formula, setup.held), setup


@pytest.mark.parametrize("text", ["10^200 x + 10^200 y", "(x^2+y^2)^200"])
def test_what_is_kept_of_every_method_is_finite(text: str) -> None:
    objective, setup = posed(text)
    for run in descend(objective, setup, [parse_spec(method) for method in METHODS], steps=20):
        ended = run.outcome == "diverged"
        for rows in (run.points, run.gradients, run.values):
            assert np.isfinite(rows[: -1 if ended else None]).all(), run.racer
        steepness = curve_of(run, "gradient")
        assert np.isfinite(steepness[: -1 if ended else None]).all(), run.racer
        if text.startswith("("):
            assert steepness[0] == pytest.approx(STEEP, rel=1e-11)
        else:
            assert steepness[0] == pytest.approx(np.sqrt(2) * 1e200, rel=1e-14)


@pytest.mark.parametrize("spec", SEARCHING)
def test_who_searches_goes_downhill(spec: str) -> None:
    objective, setup = posed("10^200 x + 10^200 y")
    (run,) = descend(objective, setup, [parse_spec(spec)], steps=2)
    assert unit(run.points[1] - run.points[0]).round(4).tolist() == [-0.7071, -0.7071]
    objective, setup = posed("(x^2+y^2)^200")
    (run,) = descend(objective, setup, [parse_spec(spec)], steps=2)
    assert run.values[1] < run.values[0]
    assert unit(run.points[1] - run.points[0]).round(4).tolist() == [-0.8, -0.6]


def test_the_way_is_that_of_small_numbers() -> None:
    """f = 2⁶⁶⁰ q goes the way of q; conjugate gradients solve a quadratic of two variables in two steps."""
    for spec in ("cg", "cg(beta=fr)", "bfgs", "lbfgs"):
        small, large = (
            descend(*posed(f"{factor} (x^2 + 3 x y + 5 y^2)"), [parse_spec(spec)], steps=2)[0]
            for factor in ("1", "2^660")
        )
        np.testing.assert_allclose(large.points, small.points, rtol=1e-9, atol=1e-9)
        if spec.startswith("cg"):
            np.testing.assert_allclose(large.points[2], [0, 0], atol=1e-6)


class Stiff:
    """½ Σ c k θₖ², of 70 variables."""

    def __init__(self, factor: float) -> None:
        self.scale = factor * np.arange(1.0, 71.0)

    def curvature(self, theta: np.ndarray, directions: np.ndarray) -> np.ndarray:
        return self.scale * directions


def test_so_is_a_truncated_step() -> None:
    theta = np.ones((1, 70))
    for radius in (None, np.array([1e3]), np.array([0.5])):
        small, large = (
            truncated(function, theta, function.scale * theta, radius)[0]
            for function in (Stiff(1.0), Stiff(2.0**660))
        )
        np.testing.assert_allclose(large, small, rtol=1e-9)
        assert radius is None or np.linalg.norm(large) <= radius[0] * (1 + 1e-12)


def test_newtons_search_for_critical_points_sees_steep_places() -> None:
    objective, setup = posed("10^170 ((x-1)^2 + 2 (y+2)^2)")
    found = solve_gradient(Landscape(objective, setup.lo, setup.hi), np.array([[4.0, 3.0], [-3.0, 0.0]]))
    np.testing.assert_allclose(found, [[1, -2], [1, -2]], atol=1e-9)
