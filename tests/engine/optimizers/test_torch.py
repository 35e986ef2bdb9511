"""First-order methods against PyTorch: a table of its numbers always, PyTorch itself where there is one."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.forks import forked
from engine.descent.loop import descend
from engine.optimizers import parse_spec
from tests.engine.functions import oracle, setup_of

FORKED_AT, SLOWER = 30, 0.25  # as in make_torch_table
HERE = Path(__file__).parent
TABLE = json.loads((HERE / "torch_table.json").read_text(encoding="utf-8"))


def path_of(text: str, spec: str, start, steps: int) -> np.ndarray:
    function = oracle(text)
    (run,) = descend(function, setup_of(function, [start]), [parse_spec(spec)], steps=steps, stop=False)
    return run.points


def assert_equal_paths(ours, theirs):
    """To 1e-9 of the size of each point."""
    size = np.maximum(np.linalg.norm(theirs, axis=-1, keepdims=True), 1e-6)
    assert np.abs((ours - theirs) / size).max() < 1e-9


@pytest.mark.parametrize(
    ("text", "spec", "points"), TABLE["rows"], ids=[f"{r[1]} {r[0]}" for r in TABLE["rows"]]
)
def test_equals_the_table_of_torch(text, spec, points):
    path = path_of(text, spec, points[0], TABLE["steps"][-1])
    assert_equal_paths(path[TABLE["steps"]], np.array(points))


@pytest.mark.parametrize(("text", "spec", "points"), TABLE["forks"], ids=[row[1] for row in TABLE["forks"]])
def test_a_fork_with_another_rate_equals_torch_with_another_rate(text, spec, points):
    parent = parse_spec(spec)
    slower = replace(parent.optimizer, lr=parent.optimizer.lr * SLOWER)
    # torch's ASGD takes one more step of the old rate; ours goes by the new one at once.
    forked_at = FORKED_AT + spec.startswith("asgd")
    branch = replace(forked(parent, forked_at), optimizer=slower)
    function = oracle(text)
    steps = TABLE["steps"]
    (run,) = descend(function, setup_of(function, [points[0]]), [branch], steps=steps[-1], stop=False)
    assert_equal_paths(run.points[steps], np.array(points))


def test_rprop_begins_with_the_rate_of_the_first_step_as_in_torch():
    waves, start = "sin(x)*cos(y) + (x**2 + y**2)/20", (2.5, 1.5)
    warmed = path_of(waves, "rprop(lr=0.4, schedule=warmup(steps=4, start=0.25))", start, 50)
    assert np.array_equal(warmed, path_of(waves, "rprop(lr=0.1)", start, 50))


def test_every_method_of_torch_is_in_the_table():
    named = {row[1].partition("(")[0] for row in TABLE["rows"]}
    assert named >= {"gd", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "nadam", "radam", "adamax"}
    assert named >= {"rprop", "asgd"}


@pytest.mark.foreign
def test_equals_torch_live():
    pytest.importorskip("torch")
    spec = importlib.util.spec_from_file_location("make_torch_table", HERE / "make_torch_table.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    text, function, start = maker.FUNCTIONS["waves"]
    for case, method, arguments in maker.CASES:
        theirs = np.array(maker.trajectory(function, start, method, arguments))
        assert_equal_paths(path_of(text, case, start, maker.STEPS), theirs)
