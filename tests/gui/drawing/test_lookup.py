"""Values between samples, for pictures that are finer than these."""

import numpy as np

from gui.drawing.lookup import resampled


def test_between_the_samples_a_plane_stays_a_plane():
    y, x = np.meshgrid(np.linspace(0, 1, 5), np.linspace(0, 1, 7), indexing="ij")
    fine = resampled(3 * x - 2 * y, (40, 60))
    assert fine.shape == (40, 60)
    at_y, at_x = np.meshgrid((np.arange(40) + 0.5) / 40, (np.arange(60) + 0.5) / 60, indexing="ij")
    np.testing.assert_allclose(fine, 3 * at_x - 2 * at_y, atol=1e-5)
    np.testing.assert_array_equal(resampled(np.full((1, 1), 2.0), (3, 2)), np.full((3, 2), 2.0))
