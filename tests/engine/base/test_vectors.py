"""Lengths, directions and eigenvalues beyond the range of squares."""

import math

import numpy as np
import pytest

from engine.base.vectors import eigensystem, eigenvalues, length, unit


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1.0, 1e200, 1e307])
def test_lengths_of_any_size(scale):
    vectors = np.array([[3.0, 4.0], [0.0, -1.0], [-5.0, 12.0]]) * scale
    expected = [math.hypot(*row) for row in vectors]
    assert length(vectors).tolist() == pytest.approx(expected, rel=1e-15 if scale > 1e-300 else 1e-3, abs=0)
    if scale > 1e-300:
        assert unit(vectors)[0].tolist() == pytest.approx([0.6, 0.8], rel=1e-15)


def test_one_coordinate_that_overflows_takes_no_other_with_it():
    assert unit([-np.inf, 3.0]).tolist() == [-1.0, 0.0]
    assert unit([np.inf, -np.inf]).tolist() == pytest.approx([0.5**0.5, -(0.5**0.5)])
    assert length([np.inf, 3.0]) == np.inf
    assert np.isnan(length([np.nan, 3.0])) and np.isnan(unit([np.nan, 3.0])).all()
    assert unit([0.0, 0.0]).tolist() == [0.0, 0.0]
    assert length(np.zeros((0, 2))).shape == (0,)


def test_an_undefined_matrix_does_not_spoil_the_others():
    matrices = np.array([[[2.0, 3.0], [3.0, 2.0]], [[np.nan, 0.0], [0.0, 1.0]], [[np.inf, 0.0], [0.0, 1.0]]])
    assert eigenvalues(matrices)[0].tolist() == pytest.approx([-1.0, 5.0])
    assert np.isnan(eigenvalues(matrices)[1:]).all()
    assert np.isfinite(eigensystem(matrices)[1]).all()
