"""Shared by all tests: the child process that derives takes a second to start, so one serves them all."""

from collections.abc import Iterator

import pytest

from engine.solving.stages import Solver
from engine.symbolic import Deriver


@pytest.fixture(scope="session")
def deriver() -> Iterator[Deriver]:
    with Deriver() as made:
        yield made


@pytest.fixture
def solver(deriver: Deriver) -> Solver:
    """One that has solved nothing yet."""
    return Solver(deriver)
