"""A training is seen while it goes on, held and taken up again; nobody who does not ask sees it in parts."""

from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.cancellation import Cancelled
from engine.document.datasets import MADE
from engine.document.lab import Lab
from engine.document.network import Layer, Loss, Network, Training
from engine.optimizers import parse_spec
from engine.solving import descending
from engine.solving.descending import Progress
from engine.solving.solution import Solution
from engine.solving.stages import Request, Solver

MOONS = MADE["moons"].data()
LAB = Lab(
    data=MOONS,
    network=Network(
        inputs=2, layers=(Layer(4, "tanh"), Layer(1)), targets=("c",), loss=Loss("bce_with_logits")
    ),
    training=Training(batch=16, split=0.7),
    racers=(parse_spec("adam(lr=0.05)"), parse_spec("gd(lr=0.1)")),
    steps=150,
)
LIVE = Request(3, LAB, live=True)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part is shown."""
    monkeypatch.setattr(descending, "EVERY_S", 0.0)
    monkeypatch.setattr(descending, "NUMBERS_A_SECOND", np.inf)
    monkeypatch.setattr("engine.solving.stages.FIRST_S", 0.0)


@pytest.fixture(scope="module")
def whole(deriver) -> Iterator[Solution]:
    *_, solution = Solver(deriver).solve(Request(1, LAB))
    yield solution


def same_runs(a: Solution, b: Solution) -> None:
    for run, other in zip(a.runs, b.runs, strict=True):
        for name in ("points", "values", "gradients", "batch_values", "test_values"):
            n = len(getattr(run, name))
            np.testing.assert_array_equal(getattr(run, name), getattr(other, name)[:n])


def test_the_runs_grow_and_the_last_are_those_that_nobody_watched(
    solver: Solver, whole: Solution, at_once: None
) -> None:
    solutions = [each for each in solver.solve(LIVE) if each.stage != "derive"]
    parts = [each for each in solutions if each.descending is not None]
    steps = [each.descending.step for each in parts if each.descending is not None]
    assert len(parts) >= 5 and steps == sorted(steps)
    for part in parts:
        assert part.descending == Progress(part.descending.step, 150)
        assert all(run.going and run.steps == part.descending.step for run in part.runs)
        assert part.runs[0].explanation.text.startswith("Not there yet")
        same_runs(part, whole)
    assert solutions[-1].complete and solutions[-1].descending is None
    same_runs(solutions[-1], whole)
    assert [run.steps for run in solutions[-1].runs] == [150, 150]
    assert not any(run.going for run in solutions[-1].runs)
    assert solutions[-1].runs[0].explanation == whole.runs[0].explanation
    assert all(each.descending is None for each in Solver(solver.deriver).solve(replace(LIVE, live=False)))


def test_it_is_held_where_it_is_and_gone_on_with_from_there(
    solver: Solver, whole: Solution, at_once: None
) -> None:
    asked = iter(range(10_000))
    *_, held = solver.solve(LIVE, held=lambda: next(asked) > 2)
    assert held.complete and held.descending is not None and held.descending.held
    step = held.descending.step
    assert 0 < step < 150 and all(run.steps == step for run in held.runs)
    assert held.runs[0].explanation.render("en").startswith("Not there yet after")
    assert len(held.runs[0].explanation.render("en")) > 100, "with its reasons"
    # Another look at it does not let it go on.
    coloured = replace(LIVE, lab=replace(LAB, display=replace(LAB.display, colormap="magma")))
    *_, again = solver.solve(coloured, held=lambda: True)
    assert again.descending == held.descending and again.lab.display.colormap == "magma"
    parts = [each for each in solver.solve(LIVE) if each.stage != "derive"]
    assert parts[0].descending is not None and parts[0].descending.step > step, "from there"
    same_runs(parts[-1], whole)
    assert parts[-1].descending is None
    *_, first = solver.solve(LIVE, held=lambda: True)
    assert first.descending is None, "what is over cannot be held"


def test_another_request_in_the_midst_of_it_loses_no_step(
    solver: Solver, whole: Solution, at_once: None
) -> None:
    seen: list[int] = []

    def solve_until(parts: int) -> None:
        for solution in solver.solve(LIVE, cancelled=lambda: len(seen) >= parts):
            if solution.stage != "derive":
                assert solution.descending is not None
                seen.append(solution.descending.step)

    for parts in (2, 4, 6):
        with pytest.raises(Cancelled):
            solve_until(parts)
    assert seen == sorted(set(seen)) and len(seen) == 6
    *_, solution = solver.solve(LIVE)
    same_runs(solution, whole)
    # Another training begins at its own start.
    *_, other = solver.solve(replace(LIVE, lab=replace(LAB, seed=1)), held=lambda: True)
    assert other.descending is not None and other.descending.step == 0
