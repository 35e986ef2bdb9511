"""The accuracy on the way: of weights whose classes are known by hand."""

import numpy as np

from engine.document.datasets import MADE
from engine.document.lab import Data, Lab, Training
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.accuracy import MOST_POINTS, accuracy_of
from engine.solving.stages import solve
from engine.symbolic import Deriver


def test_the_share_of_the_right_side_of_the_line(deriver: Deriver) -> None:
    data = Data(columns=("x", "c"), rows=tuple((float(x), float(x > 2)) for x in range(-5, 6)))
    network = Network(inputs=1, layers=(Layer(1),), targets=("c",), loss=Loss("bce_with_logits"))
    lab = Lab(data=data, network=network, racers=(parse_spec("adam(lr=0.3)"),), steps=300)
    solution = solve(lab, deriver)
    run = solution.runs[0]
    found = accuracy_of(solution, run)
    assert found is not None and found.test is None
    assert len(found.steps) == MOST_POINTS and found.steps[0] == 0 and found.steps[-1] == run.steps
    x = np.arange(-5, 6)
    for step, share in zip(found.steps.astype(int), found.train, strict=True):
        w, b = run.points[step]
        assert share == np.mean((w * x + b > 0) == (x > 2))
    assert found.train[-1] == 1.0


def test_rows_to_test_on_have_theirs_and_numbers_have_none(deriver: Deriver) -> None:
    data = MADE["moons"].data()
    network = Network(inputs=2, layers=(Layer(1),), targets=(data.columns[-1],), loss=Loss("bce_with_logits"))
    lab = Lab(data=data, network=network, training=Training(split=0.8), steps=5)
    solution = solve(lab, deriver)
    found = accuracy_of(solution, solution.runs[0])
    assert found is not None and found.test is not None
    assert found.steps.tolist() == [0, 1, 2, 3, 4, 5]
    assert set(np.round(found.test * 20, 9) % 1) == {0.0}  # of 20 rows
    line = MADE["line"].data()
    fitted = Network(inputs=1, layers=(Layer(1),), targets=(line.columns[-1],))
    solution = solve(Lab(data=line, network=fitted, steps=2), deriver)
    assert accuracy_of(solution, solution.runs[0]) is None
