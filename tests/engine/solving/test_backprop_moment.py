"""The shares of the rows sum up to the gradient that the run was made with; the lines have its numbers."""

import pytest

from engine.document.datasets import MADE
from engine.document.lab import Lab, Training
from engine.document.network import Layer, Loss, Network, Penalty
from engine.optimizers import parse_spec
from engine.solving.backprop_moment import backprop
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.solving.training_moment import training_moment
from engine.symbolic import Deriver
from engine.words.backprop_text import WeightPlace


def solved(deriver: Deriver, batch: int | None, *, reduction: str = "mean", kind: str = "l2") -> Solution:
    network = Network(
        inputs=2,
        layers=(Layer(3, "tanh"), Layer(2, "leaky_relu"), Layer(1, "sigmoid")),
        targets=(MADE["clouds"].data().columns[-1],),
        loss=Loss("mse", reduction=reduction),  # type: ignore[arg-type]
        penalty=Penalty(kind, 0.01),  # type: ignore[arg-type]
    )
    training = Training(batch=batch, shuffle=True, split=0.75)
    lab = Lab(
        data=MADE["clouds"].data(),
        network=network,
        training=training,
        racers=(parse_spec("sgd(lr=0.1)"),),
        steps=12,
    )
    return solve(lab, deriver)


@pytest.mark.parametrize(
    "batch, reduction, kind", [(None, "mean", "l2"), (7, "mean", "l1"), (None, "sum", "l2")]
)
def test_the_shares_come_to_the_gradient_of_the_step(
    deriver: Deriver, batch: int | None, reduction: str, kind: str
) -> None:
    solution = solved(deriver, batch, reduction=reduction, kind=kind)
    run, step = solution.runs[0], 10
    moment = training_moment(solution, run, run.points[step], step, row=3)
    assert moment is not None and moment.updates is not None
    flat = run.gradients[step]  # over the batch of the step
    places = [
        *(WeightPlace(0, i, j) for i in range(3) for j in range(2)),
        *(WeightPlace(0, i) for i in range(3)),
        *(WeightPlace(1, i, j) for i in range(2) for j in range(3)),
        *(WeightPlace(1, i) for i in range(2)),
        *(WeightPlace(2, 0, j) for j in range(2)),
        WeightPlace(2, 0),
    ]
    for k, place in enumerate(places):
        found = backprop(solution, moment, run.points[step], step, place)
        assert found is not None and found.shares is not None
        assert found.shares.gradient == pytest.approx(flat[k], rel=1e-12, abs=1e-15)
        assert found.shares.update == pytest.approx(-0.1 * flat[k], rel=1e-9, abs=1e-15)
        assert len(found.rows) == len(found.shares.each) == (5 if batch else 75)  # 75 = 10 · 7 + 5
        assert [line.kind for line in found.lines][-3:] == ["product", "batch", "update"]


def test_a_row_of_the_test_is_in_no_batch_and_a_strange_place_has_no_lines(deriver: Deriver) -> None:
    solution = solved(deriver, None)
    run = solution.runs[0]
    assert solution.examples is not None
    row = int(solution.examples.test[0])
    moment = training_moment(solution, run, run.points[12], 12, row)
    assert moment is not None
    last = backprop(solution, moment, run.points[12], 12, WeightPlace(0, 1, 0))
    assert last is not None and last.shares is not None
    assert last.shares.place is None and last.shares.update is None
    assert backprop(solution, moment, run.points[12], 12, WeightPlace(0, 3, 0)) is None
    assert backprop(solution, moment, run.points[12], 12, WeightPlace(3, 0, 0)) is None
