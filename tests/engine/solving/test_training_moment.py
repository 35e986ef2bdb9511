"""A moment of training: the weights at the playhead, what they make of rows and of the plane of inputs."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.datasets import MADE
from engine.document.lab import Data, Lab
from engine.document.network import Layer, Loss, Network
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver
from engine.solving.training_moment import (
    classes_of,
    input_line,
    input_plane,
    network_of,
    predictions,
    taken_for,
    targets_of,
    training_moment,
    weights_at,
)

LINE = Data(columns=("x", "y"), rows=tuple((float(x), 2.0 * x + 1.0) for x in range(-3, 4)))
NEURON = Network(inputs=1, layers=(Layer(1),), targets=("y",))


def solved(solver: Solver, data: Data, network: Network, spec: str, steps: int) -> Solution:
    lab = Lab(data=data, network=network, racers=(parse_spec(spec),), steps=steps)
    *_, solution = solver.solve(Request(0, lab))
    assert not solution.problems
    return solution


def test_a_line_is_learnt_and_its_moment_is_that_of_the_run(solver: Solver) -> None:
    solution = solved(solver, LINE, NEURON, "gd(lr=0.1)", 200)
    (run,) = solution.runs
    end = run.points[-1]
    np.testing.assert_allclose(end, [2.0, 1.0], atol=1e-6)
    moment = training_moment(solution, run, run.points[3], 3, row=0)
    assert moment is not None and moment.updates is not None
    w, b = run.points[3]
    error = w * -3.0 + b - (-5.0)
    assert moment.passes.units[0].item() == pytest.approx(w * -3.0 + b)
    assert moment.passes.deltas[0].item() == pytest.approx(2 * error)
    assert moment.passes.losses.item() == pytest.approx(error**2)
    np.testing.assert_allclose(moment.gradients["0.weight"].ravel(), run.gradients[3][:1])
    np.testing.assert_allclose(moment.updates["0.bias"], -0.1 * run.gradients[3][1:], rtol=1e-12)
    last = training_moment(solution, run, end, run.steps, row=99)
    assert last is not None and last.updates is None and last.row == 6
    line = input_line(solution, weights_at(solution, end), 3)
    assert line is not None
    np.testing.assert_allclose(line[1][0], 2.0 * line[0] + 1.0, atol=1e-5)
    assert input_plane(solution, end, 5) is None


def test_a_plane_of_two_inputs_and_the_classes(solver: Solver) -> None:
    data = MADE["clouds"].data()
    network = Network(inputs=2, layers=(Layer(1),), targets=("c",), loss=Loss("bce_with_logits"))
    solution = solved(solver, data, network, "adam(lr=0.1)", 100)
    theta = solution.runs[0].points[-1]
    plane = input_plane(solution, theta, 7)
    assert plane is not None and plane.outputs.shape == (1, 7, 7)
    w, b = theta[:2], theta[2]
    logit = w[0] * plane.x[5] + w[1] * plane.y[2] + b
    assert plane.outputs[0, 2, 5] == pytest.approx(1 / (1 + np.exp(-logit)))
    found = network_of(solution)
    said = predictions(solution, theta)
    assert found is not None and said is not None
    assert classes_of(*found) == ("0", "1")
    # Of another network of three weights what is shown is not its own until it is solved.
    other = Network(inputs=1, layers=(Layer(1), Layer(1, bias=False)), targets=("c",))
    assert other.parameters == network.parameters
    assert network_of(replace(solution, lab=replace(solution.lab, network=other))) is None
    right = taken_for(network, said) == targets_of(*found)
    assert right.mean() > 0.9


def test_a_formula_trains_no_network(solver: Solver) -> None:
    *_, solution = solver.solve(Request(0, Lab()))
    assert network_of(solution) is None
    assert training_moment(solution, None, np.zeros(2), 0, 0) is None
