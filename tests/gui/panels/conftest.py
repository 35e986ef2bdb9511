"""Two racers that are solved at once: what most panels are shown."""

import pytest

from gui.store import Store
from tests.gui.panels.fakes import solved_store, two_racers


@pytest.fixture
def store(qapp: object) -> Store:
    return solved_store(two_racers(20))
