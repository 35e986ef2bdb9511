"""Batches: which rows, how many steps, when a run ends."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.cancellation import Cancelled
from engine.descent.batches import Batches, steps_of
from engine.descent.forks import forked
from engine.descent.loop import descend
from engine.document.lab import Lab
from engine.document.network import Training
from engine.document.setup import Setup, resolve
from engine.formula import parse
from engine.function.objective import Objective
from engine.optimizers import parse_spec

ROWS = 50
X = np.linspace(-1, 1, ROWS)
TABLE = {"x": X, "y": np.sin(3 * X)}


@pytest.fixture
def line() -> tuple[Objective, Setup]:
    formula = parse("mean((a x + b - y)^2)", data=("x", "y"))
    setup, _ = resolve(Lab(formula=formula.text, starts=({"a": 2.0, "b": -1.0},)), formula)
    assert setup is not None
    return Objective.bind(formula, setup.held, TABLE), setup


def batches(objective: Objective, batch: int, seed: int = 0, *, shuffle: bool = True) -> Batches:
    found = Batches.of(objective, ROWS, Training(batch=batch, shuffle=shuffle), seed)
    assert found is not None
    return found


def by_hand(start: np.ndarray, rows: list[np.ndarray], lr: float) -> list[np.ndarray]:
    """Gradient descent on a, b over the rows of each step."""
    points = [start]
    for chosen in rows:
        a, b = points[-1]
        residual = a * X[chosen] + b - TABLE["y"][chosen]
        slope = 2 * np.array([np.mean(residual * X[chosen]), np.mean(residual)])
        points.append(points[-1] - lr * slope)
    return points


@pytest.mark.parametrize("batch", [1, 7, 32])
@pytest.mark.parametrize("shuffle", [False, True])
def test_each_step_descends_over_its_rows(line, batch: int, shuffle: bool) -> None:
    objective, setup = line
    plan = batches(objective, batch, shuffle=shuffle)
    rows = [batches(objective, batch, shuffle=shuffle).rows_of(k) for k in range(60)]
    (run,) = descend(objective, setup, (parse_spec("gd(lr=0.1)"),), steps=60, batches=plan)
    np.testing.assert_allclose(run.points, by_hand(setup.starts[0], rows, 0.1), rtol=1e-12)
    np.testing.assert_allclose(run.values, objective.value(run.points), rtol=0)
    assert run.batch_values is not None and run.batch_values.shape == (60,)
    for k in (0, 13, 59):
        expected = objective.on(rows[k]).value(run.points[k])
        assert run.batch_values[k] == pytest.approx(float(expected), rel=1e-13)
    assert run.evaluations[-1] == 61  # one a batch, the last point's too


def test_an_epoch_goes_through_every_row_once_and_each_has_its_order(line) -> None:
    plan = batches(line[0], 16, seed=5)
    epochs = [[plan.rows_of(k) for k in range(4 * e, 4 * e + 4)] for e in range(3)]
    for epoch in epochs:
        assert [len(rows) for rows in epoch] == [16, 16, 16, 2]
        assert sorted(np.concatenate(epoch)) == list(range(ROWS))
    assert not np.array_equal(np.concatenate(epochs[0]), np.concatenate(epochs[1]))
    again, other = batches(line[0], 16, seed=5), batches(line[0], 16, seed=6)
    assert np.array_equal(again.rows_of(9), plan.rows_of(9))  # whatever was asked before
    assert not np.array_equal(other.rows_of(9), plan.rows_of(9))


def test_all_rows_at_once_are_no_batches(line) -> None:
    for batch in (None, ROWS, 1000):
        assert Batches.of(line[0], ROWS, Training(batch=batch), 0) is None


@pytest.mark.parametrize(
    ("batch", "rows", "steps"),
    [(None, 50, 3), (99, 50, 3), (32, 50, 6), (1, 50, 150), (7, 7, 3)],
)
def test_epochs_are_steps(batch: int | None, rows: int, steps: int) -> None:
    assert steps_of(Training(batch=batch, epochs=3), rows) == steps


def test_only_overflow_ends_a_run_by_batches(line) -> None:
    objective, setup = line
    plan = batches(objective, 10)
    calm, wild = descend(
        objective,
        setup,
        (parse_spec("gd(lr=0.5)"), parse_spec("gd(lr=10)")),
        steps=2000,
        batches=plan,
    )
    assert calm.outcome == "max_steps" and calm.steps == 2000
    assert wild.outcome == "diverged" and wild.steps < 2000 and np.isfinite(wild.points).all()
    (gone,) = descend(objective, setup, (parse_spec("gd(lr=10)"),), steps=2000, stop=False, batches=plan)
    assert gone.steps == 2000


def test_evaluations_count_batches(line) -> None:
    objective, setup = line
    (run,) = descend(
        objective, setup, (parse_spec("gd(lr=0.1)"),), steps=100, budget=21, batches=batches(objective, 10)
    )
    assert run.steps == 20 and run.evaluations[-1] == 21


def test_a_forked_run_goes_on_in_the_same_epoch(line) -> None:
    objective, setup = line
    racer = parse_spec("gd(lr=0.1, momentum=0.9)")
    branch = replace(forked(racer, 7), optimizer=racer.optimizer)
    whole, parted = descend(objective, setup, (racer, branch), steps=30, batches=batches(objective, 16))
    np.testing.assert_array_equal(whole.points, parted.points)


def test_the_rows_to_test_on_are_measured_and_not_descended(line) -> None:
    objective, setup = line
    train, test = objective.on(np.arange(40)), objective.on(np.arange(40, 50))
    (plain,) = descend(train, setup, (parse_spec("gd(lr=0.1)"),), steps=20)
    (run,) = descend(train, setup, (parse_spec("gd(lr=0.1)"),), steps=20, tested=test)
    assert run.test_values is not None
    np.testing.assert_array_equal(run.points, plain.points)
    np.testing.assert_array_equal(run.test_values, test.value(run.points))


def test_a_run_by_batches_can_be_cancelled(line) -> None:
    objective, setup = line
    with pytest.raises(Cancelled):
        descend(
            objective,
            setup,
            (parse_spec("gd(lr=0.1)"),),
            steps=2000,
            batches=batches(objective, 1),
            cancelled=lambda: True,
        )
