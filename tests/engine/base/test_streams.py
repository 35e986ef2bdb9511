"""Random numbers by seed and purpose."""

import numpy as np

from engine.base.streams import stream


def test_a_stream_is_the_same_each_time_and_another_for_each_purpose_and_seed() -> None:
    first = stream(7, "start").standard_normal(5)
    assert np.array_equal(first, stream(7, "start").standard_normal(5))
    for other in (stream(8, "start"), stream(7, "noise")):
        assert not np.isclose(first, other.standard_normal(5)).any()


def test_noise_is_numpy_s_own_stream_as_in_exported_scripts() -> None:
    assert np.array_equal(stream(3, "noise").random(4), np.random.default_rng(3).random(4))


def test_starts_are_numpy_s_pcg64_spawned_once() -> None:
    child = np.random.SeedSequence(3).spawn(2)[1]
    assert np.array_equal(stream(3, "start").random(4), np.random.Generator(np.random.PCG64(child)).random(4))
