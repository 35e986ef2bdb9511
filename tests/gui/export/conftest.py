"""A solved lab and an OpenGL context for every test of the exporter."""

from collections.abc import Iterator

import pytest

from engine.document.lab import Lab
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.symbolic import Deriver
from gui.export.contexts import Context, open_context
from gui.store import Store

LAB = Lab(
    formula="x^2/4 + y^2 + x y/3",
    title={"en": "A bowl", "ko": "그릇"},
    starts=({"x": 4.0, "y": 3.0},),
    racers=(parse_spec("gd(lr=0.3)"),),
    steps=12,
    stop=False,
)


@pytest.fixture(scope="session")
def solution(deriver: Deriver) -> Solution:
    return solve(LAB, deriver)


@pytest.fixture
def store(qapp: object, solution: Solution) -> Store:
    """What the window shows of it."""
    made = Store(LAB)
    assert made.accept(solution)
    return made


@pytest.fixture
def context(qapp: object) -> Iterator[Context]:
    """An OpenGL context of the exporter's, current."""
    made = open_context()
    yield made
    made.close()
