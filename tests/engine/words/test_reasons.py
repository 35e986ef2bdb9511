"""What is said of a run: the numbers that matter, and nothing of rounding."""

import pytest

from engine.base.korean import with_particles
from engine.document.lab import Lab, Variable
from engine.optimizers import GradientDescent, Racer, parse_spec
from engine.solving.stages import solve
from engine.symbolic import Deriver

FILLED_IN = r"\begin{cases}\frac{x^3}{x^2+y^2}&x^2+y^2\ne 0\\0&\text{otherwise}\end{cases}"
Start = tuple[float, float]


def said(deriver: Deriver, formula: str, lr: float, start: dict[str, float], steps: int = 100) -> str:
    drawn = {"x": Variable(lo=-5, hi=5), "y": Variable(lo=-5, hi=5)}
    racer = Racer(optimizer=GradientDescent(lr=lr))
    lab = Lab(formula=formula, variables=drawn, racers=(racer,), starts=(start,), steps=steps)
    return solve(lab, deriver).runs[0].explanation.render("en")


def test_a_minimum_is_named_without_the_way_that_is_left(deriver: Deriver) -> None:
    assert "to the minimum f = 0 at x = 0, y = 0." in said(deriver, "x^2+y^2", 0.1, {"x": 4, "y": 3})
    assert "f = 3 at x = 1, y = 0." in said(deriver, "(x-1)^2+y^2+3", 0.1, {"x": 4, "y": 3})
    # What is small but not nothing stays.
    assert "f = 10⁻⁸ at x = 0.001, y = 0." in said(deriver, "(x-0.001)^2+y^2+10^-8", 0.1, {"x": 4, "y": 3})


def test_a_bent_valley_is_a_valley_and_a_saddle_a_saddle(deriver: Deriver) -> None:
    rosenbrock = "(1-x)^2 + 100(y-x^2)^2"
    assert "creeps along a narrow valley" in said(deriver, rosenbrock, 0.001, {"x": -1.5, "y": 2}, steps=500)
    assert "coming down from a saddle" in said(deriver, "cos x + y^2", 0.05, {"x": 0.01, "y": 1}, steps=40)


@pytest.mark.parametrize(
    ("formula", "start", "words"),
    [
        (
            "x+sqrt(x)+y^2",
            (4, 0),
            ["Left the domain", "minimum on the edge of the domain: f = 0 at x = 0, y = 0"],
        ),
        ("ln(x)+y^2", (0.05, 0), ["Left the domain"]),
        ("sqrt(x)+y^2", (0, 0), ["already a minimum.", "on the edge of the domain"]),
        ("sqrt(x^2+y^2)^2", (0, 0), ["already a minimum: the slope there is 0"]),
        ("exp(-sqrt(x^2+y^2)^2)", (0, 0), ["no minimum: at x = 0, y = 0 the slope fades to 0"]),
        ("|x|+|y|", (4, 3), ["has come to the minimum f = 0 at x = 0, y = 0", "kink"]),
        ("x|x|+y^2", (4, 3), ["no minimum: at x = 0, y = 0"]),
        (FILLED_IN, (0, 0), ["the slope of f there is (1, 0)"]),
        ("x^4+y^2", (0, 0), ["already a minimum", "minimum is flat"]),
    ],
)
def test_edges_kinks_and_what_is_no_minimum(
    deriver: Deriver, formula: str, start: Start, words: list[str]
) -> None:
    told = said(deriver, formula, 0.1, dict(zip("xy", start, strict=True)), steps=2000)
    for word in words:
        assert word in told
    assert ("minimum on the edge" in told) is ("minimum on the edge" in " ".join(words))


def test_a_steep_start_makes_no_minimum_flat(deriver: Deriver) -> None:
    """The eigenvalues are 2 and 5.78 where it ends, and 10¹⁰ where it begins."""
    lab = Lab(formula="x^2+y^2+exp(5x)", racers=(parse_spec("newton"),), starts=({"x": 4, "y": 3},))
    told = solve(lab, deriver).runs[0].explanation.render("en")
    assert "to the minimum f = 0.294 at x = −0.3779, y = 0." in told and "flat" not in told


def test_particles_fit_the_sound_before_them() -> None:
    for text, right in (
        ("η = 1.1이(가)", "η = 1.1이"),
        ("(x = 0, y = 2)은(는)", "(x = 0, y = 2)는"),
        ("θ₁을(를)", "θ₁을"),
        ("10⁻⁷(으)로", "10⁻⁷으로"),
        ("7(으)로", "7로"),
        ("x와 y 그리고 n과(와)", "x와 y 그리고 n과"),
        ("안장점은(는) 극소값이(가)", "안장점은 극소값이"),
        ("“Adam”은(는)", "“Adam”은(는)"),
    ):
        assert with_particles(text) == right
