"""Directions around a point: unit vectors in pairs, of many variables no more of them."""

import numpy as np
import pytest

from engine.function.plateau import directions


@pytest.mark.parametrize(("d", "count"), [(1, 2), (2, 16), (3, 102), (64, 2176), (65, 32), (5000, 32)])
def test_directions_are_units_in_pairs(d: int, count: int) -> None:
    ring = directions(d, 16)
    assert ring.shape == (count, d)
    assert np.linalg.norm(ring, axis=1) == pytest.approx(1.0)
    assert ring.sum(axis=0) == pytest.approx(0.0, abs=1e-12)
