"""A Descent is looked at, interrupted and gone on with, and comes to the very runs that nobody looked at."""

import numpy as np
import pytest

from engine.base.cancellation import Cancelled
from engine.descent.batches import Batches
from engine.descent.forks import forked
from engine.descent.loop import CANCEL_EVERY, Descent, descend
from engine.descent.record import MEMORY
from engine.document.lab import Lab
from engine.document.network import Training
from engine.document.setup import resolve
from engine.formula import parse
from engine.function.objective import Objective
from engine.optimizers import Racer, parse_spec
from tests.engine.functions import HIMMELBLAU, Oracle, oracle, setup_of

STARTS = ((4.0, 3.0), (-3.0, 1.0), (0.1, -0.2))


def same(a, b) -> None:
    """Both runs are equal in every number, or `a` is as far as it has come."""
    n = a.steps
    assert (a.racer, a.racer_index, a.start_index) == (b.racer, b.racer_index, b.start_index)
    for name in ("points", "values", "gradients", "evaluations"):
        np.testing.assert_array_equal(np.asarray(getattr(a, name)), getattr(b, name)[: n + 1])
    for name, rows in (("batch_values", n), ("test_values", n + 1)):
        if getattr(b, name) is not None:
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name)[:rows])
    assert [term.symbol for term in a.terms] == [term.symbol for term in b.terms]
    for mine, other in zip(a.terms, b.terms, strict=True):
        np.testing.assert_array_equal(np.asarray(mine.values), other.values[:n])


@pytest.mark.parametrize("memory", [MEMORY, 30_000])
@pytest.mark.parametrize(
    "racers",
    [
        [parse_spec("gd(lr=0.01)"), parse_spec("adam(lr=0.1)")],
        [
            parse_spec("bfgs()"),
            Racer(optimizer=parse_spec("gd(lr=0.01)").optimizer, noise=0.3, clip_norm=2.0),
        ],
        [forked(forked(parse_spec("adam(lr=0.1)"), 40), 21), parse_spec("gd(lr=1)")],
    ],
)
def test_looking_changes_nothing_and_what_was_seen_stays(racers, memory) -> None:
    """Also where not every step is kept."""
    function = oracle(HIMMELBLAU)
    setup = setup_of(function, STARTS)
    whole = descend(function, setup, racers, steps=100)
    descent = Descent(function, setup, racers, steps=100, memory=memory)
    looks = []
    assert not descent.begun
    while not descent.over:
        descent.go_on()
        looks.append(descent.runs())
    assert len(looks[-1]) == len(whole) == 2 * len(STARTS)
    for runs in looks:
        for run, other in zip(runs, whole, strict=True):
            same(run, other)
            assert run.going == (run.steps < other.steps) or run.steps == other.steps
    assert not any(run.going for run in looks[-1])
    assert [run.outcome for run in looks[-1]] == [run.outcome for run in whole]
    farthest = [max(run.steps for run in runs) for runs in looks]
    assert farthest == sorted(farthest) and max(np.diff(farthest)) <= CANCEL_EVERY


def test_nothing_of_a_run_under_way_is_copied() -> None:
    function = oracle(HIMMELBLAU)
    descent = Descent(function, setup_of(function, STARTS), [parse_spec("gd(lr=0.001)")], steps=10_000)
    for _ in range(5):
        descent.go_on()
    first, second = descent.runs(), descent.runs()
    assert all(np.shares_memory(a.points, b.points) for a, b in zip(first, second, strict=True))


def test_batches_and_rows_to_test_on_are_measured_once_a_point() -> None:
    x = np.linspace(-1, 1, 20)
    formula = parse("mean((a x + b - y)^2)", data=("x", "y"))
    setup, _ = resolve(Lab(formula=formula.text, starts=({"a": 2.0, "b": -1.0},)), formula)
    assert setup is not None

    class Counted(Objective):
        asked = 0

        def value(self, theta):
            Counted.asked += len(np.atleast_2d(theta))
            return super().value(theta)

    function = Objective.bind(formula, setup.held, {"x": x, "y": np.sin(3 * x)})
    tested = Counted.bind(formula, setup.held, {"x": x + 0.1, "y": np.sin(3 * x)})

    def options():
        batches = Batches.of(function, 20, Training(batch=6), 1)
        return {"steps": 100, "batches": batches, "tested": tested}

    (whole,) = descend(function, setup, [parse_spec("gd(lr=0.1)")], **options())
    assert Counted.asked == 101
    descent = Descent(function, setup, [parse_spec("gd(lr=0.1)")], **options())
    while not descent.over:
        descent.go_on()
        (run,) = descent.runs()
        same(run, whole)
    assert Counted.asked == 202 and whole.batch_values is not None


class Interrupted(Oracle):
    """Says Cancelled at the evaluations of these numbers."""

    def __init__(self, at: set[int]) -> None:
        super().__init__(HIMMELBLAU)
        self.at, self.asked, self.done = at, 0, 0

    def value_and_gradient(self, theta):
        self.asked += 1
        if self.asked in self.at:
            raise Cancelled
        self.done += 1
        return super().value_and_gradient(theta)


@pytest.mark.parametrize("spec", ["adam(lr=0.1)", "bfgs()"])
def test_a_step_that_is_interrupted_is_taken_when_it_is_gone_on_with(spec) -> None:
    """No step is lost, and none is taken twice, but for one that had begun."""
    plain, function = Interrupted(set()), Interrupted({1, 2, 9, 10, 20, 90})
    setup = setup_of(plain, STARTS)
    whole = descend(plain, setup, [parse_spec(spec)], steps=80)
    descent, interrupted = Descent(function, setup, [parse_spec(spec)], steps=80), 0
    while not descent.over:
        try:
            descent.go_on()
        except Cancelled:
            interrupted += 1
    for run, other in zip(descent.runs(), whole, strict=True):
        same(run, other)
        assert run.steps == other.steps
    expected = sum(number <= function.asked for number in function.at)
    assert interrupted == expected >= 4
    with pytest.raises(Cancelled):
        descend(Interrupted({3}), setup, [parse_spec(spec)], steps=80)
