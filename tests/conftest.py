"""Shared by all tests: how many examples a property is tried on, and the child process that derives, of which
one serves all tests of a process, since it takes a second to start.

`make test` tries the same few examples every time; `make fuzz` (--hypothesis-profile=thorough) many, and new
ones. And no stage fails behind a test's back: the boundary that keeps a failure from the other stages would
hide it here too.
"""

import logging
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from engine.function.field import EFFORTS, Effort
from engine.solving import stages
from engine.solving.stages import Solver
from engine.symbolic import Deriver

settings.register_profile(
    "fast", max_examples=50, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("thorough", settings.get_profile("fast"), max_examples=1000, derandomize=False)
settings.load_profile("fast")

FINE: Final = EFFORTS["full"]
EFFORTS["full"] = Effort(most=101, least=41, work=1e6)


@pytest.fixture(scope="module")
def fine() -> Iterator[None]:
    """Functions are sampled as finely as for a user: a third of all the time of tests would go there, and how
    finely matters to few, as golden pictures."""
    coarse, EFFORTS["full"] = EFFORTS["full"], FINE
    yield
    EFFORTS["full"] = coarse


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


class Failures(logging.Handler):
    """Keeps what is said of stages that failed."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(self.format(record))


@pytest.fixture(autouse=True)
def no_stage_fails(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test in which one did, unless the test is marked `a_stage_fails`."""
    failures, level = Failures(), stages.log.level
    stages.log.addHandler(failures)
    stages.log.setLevel(logging.INFO)
    yield
    stages.log.removeHandler(failures)
    stages.log.setLevel(level)
    if request.node.get_closest_marker("a_stage_fails") is None:
        assert not failures.told, failures.told[0]
