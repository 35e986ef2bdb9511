"""Shared by all tests: how many examples a property is tried on, and the child process that derives, of which
one serves all tests of a process, since it takes a second to start.

`make test` tries the same few examples every time; `make fuzz` (--hypothesis-profile=thorough) many, and new
ones.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from engine.solving.stages import Solver
from engine.symbolic import Deriver

settings.register_profile(
    "fast", max_examples=50, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("thorough", settings.get_profile("fast"), max_examples=1000, derandomize=False)
settings.load_profile("fast")


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
