"""Forked runs share their first steps with the run they were forked from, to the last bit."""

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.forks import forked, part_at
from engine.descent.loop import descend
from engine.descent.run import Run
from engine.document.setup import Axis, Setup
from engine.optimizers import METHODS, SCHEDULES, Racer
from engine.words.step_text import worked_step

GD, ADAM = METHODS["gd"], METHODS["adam"]


class Bowl:
    """f = x² + 4y²."""

    variables = ("x", "y")

    def value(self, theta):
        return theta[..., 0] ** 2 + 4 * theta[..., 1] ** 2

    def gradient(self, theta):
        return theta * np.array([2.0, 8.0])

    def value_and_gradient(self, theta):
        return self.value(theta), self.gradient(theta)

    dimension = 2

    def while_wanted(self, cancelled):
        return self

    def curvature(self, theta, directions):
        return directions * np.array([2.0, 8.0])


def runs_of(
    *racers: Racer, steps: int = 20, stop: bool = False, starts=((4.0, 3.0),), budget: int | None = None
) -> tuple[Run, ...]:
    box = (np.array([-5.0, -5.0]), np.array([5.0, 5.0]))
    setup = Setup(
        variables=("x", "y"),
        axes=(Axis("x", -5, 5), Axis("y", -5, 5)),
        descended=("x", "y"),
        held={},
        held_range={},
        starts=np.array(starts),
        lo=box[0],
        hi=box[1],
    )
    return descend(Bowl(), setup, racers, steps=steps, stop=stop, budget=budget)


def test_a_fork_goes_on_from_the_step_by_its_own_rule() -> None:
    parent = Racer(optimizer=GD(lr=0.05))
    branch = replace(forked(parent, 8), optimizer=GD(lr=0.2))
    one, other = runs_of(parent, branch)
    assert np.array_equal(one.points[:9], other.points[:9])
    expected = other.points[8] - 0.2 * Bowl().gradient(other.points[8])
    assert other.points[9] == pytest.approx(expected)
    assert other.steps == one.steps == 20
    assert other.racer is branch
    assert np.array_equal(other.values, Bowl().value(other.points))
    assert np.array_equal(other.evaluations, np.arange(1, 22))


def test_an_unchanged_fork_of_a_rule_without_memory_is_the_same_run() -> None:
    parent = Racer(optimizer=GD(lr=0.05))
    one, other = runs_of(parent, forked(parent, 8))
    assert np.array_equal(one.points, other.points)


def test_a_fork_of_a_fork_keeps_both() -> None:
    first = Racer(optimizer=GD(lr=0.05))
    second = replace(forked(first, 8), optimizer=ADAM(lr=0.3))
    third = replace(forked(second, 12), optimizer=GD(lr=0.01))
    assert [leg.steps for leg in third.legs] == [8, 4]
    earlier = forked(second, 5)
    assert [leg.steps for leg in earlier.legs] == [5]
    assert earlier.legs[0].optimizer == first.optimizer
    two, three = runs_of(second, third)
    assert np.array_equal(two.points[:13], three.points[:13])
    assert not np.array_equal(two.points[13], three.points[13])


def test_each_step_has_the_terms_of_the_rule_that_made_it() -> None:
    branch = replace(forked(Racer(optimizer=GD(lr=0.05)), 8), optimizer=ADAM(lr=0.3))
    (run,) = runs_of(branch)
    symbols = [term.symbol for term in run.terms]
    assert "m" in symbols
    assert all(len(term.values) == run.steps for term in run.terms)
    m = run.terms[symbols.index("m")].values
    assert np.isnan(m[:8]).all() and np.isfinite(m[8:]).all()
    part, step = part_at(run, 7)
    assert (step, part.racer.optimizer) == (7, GD(lr=0.05))
    assert part_at(run, 8) == (run, 8)


def test_starts_that_end_before_the_fork_are_left_as_they_are() -> None:
    branch = replace(forked(Racer(optimizer=GD(lr=0.1)), 100), optimizer=GD(lr=0.01))
    runs = runs_of(branch, steps=200, stop=True, starts=((4.0, 3.0), (0.0, 0.0)))
    assert [run.start_index for run in runs] == [0, 1]
    assert runs[1].steps == 0 and runs[1].outcome == "converged"


def test_a_fork_beyond_the_budget_is_the_parent() -> None:
    parent = Racer(optimizer=GD(lr=0.05))
    branch = replace(forked(parent, 50), optimizer=GD(lr=0.2))
    one, other = runs_of(parent, branch, steps=20)
    assert np.array_equal(one.points, other.points)


def test_a_forked_racer_is_written_and_read() -> None:
    branch = replace(forked(Racer(optimizer=GD(lr=0.05), schedule=SCHEDULES["step"]()), 8), name="b")
    assert msgspec.json.decode(msgspec.json.encode(branch), type=Racer) == branch


def test_a_budget_of_gradients_is_shared_by_the_legs() -> None:
    branch = replace(forked(Racer(optimizer=GD(lr=0.05)), 8), optimizer=GD(lr=0.01))
    (run,) = runs_of(branch, steps=100, budget=15)
    assert run.evaluations[-1] == 15
    assert run.steps == 14


def by_hand_momentum(rates: list[float]) -> np.ndarray:
    """The heavy ball as a loop of its own: b ← 0.9 b + g, θ ← θ − η b, with an η for each step."""
    theta, b, points = np.array([4.0, 3.0]), np.zeros(2), [np.array([4.0, 3.0])]
    for k, rate in enumerate(rates):
        g = np.array([2.0, 8.0]) * theta
        b = g if k == 0 else 0.9 * b + g
        theta = theta - rate * b
        points.append(theta)
    return np.array(points)


def by_hand_adam(rates: list[float]) -> np.ndarray:
    """Adam as in the paper, with an η for each step."""
    theta, m, v = np.array([4.0, 3.0]), np.zeros(2), np.zeros(2)
    points = [theta]
    for t, rate in enumerate(rates, start=1):
        g = np.array([2.0, 8.0]) * theta
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        theta = theta - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        points.append(theta)
    return np.array(points)


@pytest.mark.parametrize(
    ("before", "after", "by_hand"),
    [
        (GD(lr=0.02, momentum=0.9), GD(lr=0.005, momentum=0.9), by_hand_momentum),
        (ADAM(lr=0.3), ADAM(lr=0.05), by_hand_adam),
    ],
)
def test_another_rate_keeps_the_memory_of_the_rule(before, after, by_hand) -> None:
    branch = replace(forked(Racer(optimizer=before), 7), optimizer=after)
    (run,) = runs_of(branch, steps=30)
    np.testing.assert_allclose(run.points, by_hand([before.lr] * 7 + [after.lr] * 23), rtol=1e-12)
    again = replace(forked(branch, 19), optimizer=before)
    (run,) = runs_of(again, steps=30)
    rates = [before.lr] * 7 + [after.lr] * 12 + [before.lr] * 11
    np.testing.assert_allclose(run.points, by_hand(rates), rtol=1e-12)
    assert run.rule_from == 0


def test_another_method_starts_with_an_empty_memory() -> None:
    branch = replace(forked(Racer(optimizer=GD(lr=0.02, momentum=0.9)), 7), optimizer=ADAM(lr=0.3))
    (run,) = runs_of(branch, steps=8)
    # The first step of Adam is −η sign(g).
    np.testing.assert_allclose(run.points[8] - run.points[7], -0.3 * np.sign(run.gradients[7]), rtol=1e-6)
    assert run.rule_from == 7
    lines = {line.symbol: line for line in worked_step(run, 7)}
    assert r"\left(0,\; 0\right)" in lines["m"].numeric
    assert "0.9^{1}" in lines[r"\hat m"].numeric


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("name", [name for name in METHODS if name != "rule"])
def test_a_fork_that_changes_nothing_is_the_same_run(name: str, stop: bool) -> None:
    parent = Racer(optimizer=METHODS[name](), schedule=SCHEDULES["cosine"](steps=40), noise=0.01)
    one, other = runs_of(parent, forked(forked(parent, 5), 11), steps=30, stop=stop)
    np.testing.assert_array_equal(one.points, other.points)
    assert one.outcome == other.outcome
    for mine, theirs in zip(one.terms, other.terms, strict=True):
        np.testing.assert_array_equal(mine.values, theirs.values)


def test_a_fork_of_many_starts_keeps_each_ones_memory() -> None:
    starts = ((4.0, 3.0), (0.0, 0.0), (1.0, -2.0))
    branch = forked(Racer(optimizer=ADAM(lr=0.3)), 6)
    parents, forks = (
        runs_of(racer, steps=25, stop=True, starts=starts)
        for racer in (Racer(optimizer=ADAM(lr=0.3)), branch)
    )
    for one, other in zip(parents, forks, strict=True):
        np.testing.assert_array_equal(one.points, other.points)


def test_the_worked_step_after_a_new_rate_uses_what_was_kept() -> None:
    racer = Racer(optimizer=GD(lr=0.02, momentum=0.9))
    (run,) = runs_of(replace(forked(racer, 7), optimizer=GD(lr=0.01, momentum=0.9)), steps=12)
    velocity = next(term for term in run.terms if term.symbol == "b").values
    line = next(line for line in worked_step(run, 7) if line.symbol == "b")
    assert line.symbolic == r"\mu\,b_{7} + g_{8}"
    np.testing.assert_allclose(velocity[7], 0.9 * velocity[6] + run.gradients[7], rtol=1e-12)
