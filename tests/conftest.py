"""Shared by all tests: the child process that derives takes a second to start, so one serves all of a process
of tests."""

from collections.abc import Iterator

import pytest

from engine.solving.stages import Solver
from engine.symbolic import Deriver


class Lasting(Deriver):
    """Outlives whoever closes it: a bridge, a command."""

    def close(self) -> None:
        pass

    def end(self) -> None:
        super().close()


@pytest.fixture(scope="session")
def deriver() -> Iterator[Deriver]:
    made = Lasting()
    yield made
    made.end()


@pytest.fixture
def solver(deriver: Deriver) -> Solver:
    """One that has solved nothing yet."""
    return Solver(deriver)
