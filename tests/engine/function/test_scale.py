"""Heights on the linear and the logarithmic scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.document.lab import Display
from engine.function.field import sample
from engine.function.sampled import Field
from engine.function.scale import (
    bar_ticks,
    height_of,
    heights,
    label_levels,
    restyled,
    robust_range,
    slopes,
    suggested_z_scale,
    undersampled,
    value_at,
)
from tests.engine.numpy_objective import NumpyObjective, box, himmelblau, rosenbrock


def field_of(f, setup=None, **looks):
    return sample(NumpyObjective(f), setup or box(), Display(**looks), resolution=(41, 31))


@pytest.mark.parametrize("z_scale", ["linear", "log"])
def test_heights_run_from_zero_to_one_and_back(z_scale):
    field = field_of(himmelblau, z_scale=z_scale)
    assert height_of(field, [field.z_lo, field.z_hi]) == pytest.approx([0, 1])
    between = np.linspace(0, 1, 7)
    assert height_of(field, value_at(field, between)) == pytest.approx(between)
    assert np.nanmin(heights(field)) == 0 and np.nanmax(heights(field)) == pytest.approx(1)


def test_log_heights_are_the_documented_ones():
    field = field_of(rosenbrock, z_scale="log")
    offset = field.log_offset
    assert offset is not None
    z = np.array([field.z_lo, 1.0, 100.0, field.z_hi])
    logs = np.log10(z - field.z_lo + offset)
    expected = (logs - logs[0]) / (logs[-1] - logs[0])
    assert height_of(field, z) == pytest.approx(expected, abs=1e-12)
    assert height_of(field, field.z_lo - 1) < 0


@pytest.mark.parametrize("z_scale", ["linear", "log"])
def test_slopes_are_the_derivatives_of_the_heights(z_scale):
    field = field_of(lambda x, y: (x + 6) ** 2 + 3 * y, box((-5, 5), (0, 2)), z_scale=z_scale)
    ux, uy = slopes(field)
    u = height_of(field, field.z)
    numeric_y, numeric_x = np.gradient(u, 1 / 30, 1 / 40)
    inner = (slice(2, -2), slice(2, -2))
    assert ux[inner] == pytest.approx(numeric_x[inner], rel=0.02, abs=0.01)
    assert uy[inner] == pytest.approx(numeric_y[inner], rel=0.02, abs=0.01)


def test_undefined_is_nan_and_huge_stays_finite():
    field = field_of(lambda x, y: np.where(x > 0, 1e300 * x, np.nan))
    u = heights(field)
    assert u.dtype == np.float32
    assert np.isnan(u[:, 0]).all() and np.nanmax(u) == 1
    assert all(np.isfinite(s[field.finite]).all() for s in slopes(field))


def test_log_is_suggested_for_valleys_only():
    assert suggested_z_scale(field_of(rosenbrock)) == "log"
    assert suggested_z_scale(field_of(lambda x, y: x**2 + y**2)) == "linear"
    assert suggested_z_scale(field_of(lambda x, y: np.sin(x))) == "linear"
    assert suggested_z_scale(field_of(lambda x, y: x * np.nan)) == "linear"


def test_ticks_of_the_colour_bar_are_round_on_both_scales():
    assert bar_ticks(field_of(lambda x, y: x**2 + y**2), 5).tolist() == [0, 10, 20, 30, 40, 50]
    ticks = bar_ticks(field_of(rosenbrock, z_scale="log"))
    assert ticks[0] == 0
    assert {f"{tick:.0e}"[0] for tick in ticks[1:]} <= {"1", "2", "3", "5"}


def test_level_labels_stay_short():
    huge = label_levels(field_of(lambda x, y: 1e300 * x))
    assert huge.note == "×10³⁰⁰"
    assert max(map(len, huge.labels)) <= 4
    far = label_levels(field_of(lambda x, y: x, box((1e6, 1e6 + 1), (0, 1))))
    assert far.note == "+10⁶"
    assert "7.5" in label_levels(field_of(lambda x, y: x**2 + y**2)).labels


def test_a_wave_too_fine_for_the_grid_is_noticed():
    def wave(k, tilt=0.0):
        return sample(
            NumpyObjective(
                lambda x, y: np.sin(k * x) + tilt * y,
                lambda x, y: k * np.cos(k * x),
                lambda x, y: 0 * x + tilt,
            ),
            box(),
            Display(),
        )

    assert not undersampled(wave(5))
    assert not undersampled(wave(35))
    assert undersampled(wave(50))  # five samples for each wave
    assert undersampled(wave(50, tilt=1.0))
    assert not undersampled(wave(50, tilt=1000.0))  # the ripple is not seen
    assert undersampled(wave(500))
    assert undersampled(wave(2 * np.pi / 0.025))  # every sample is 0
    assert not undersampled(field_of(lambda x, y: 1 / (x**2 + y**2)))
    assert not undersampled(field_of(lambda x, y: np.sign(x)))


NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=64)


@given(
    arrays(np.float64, (5, 7), elements=NUMBERS),
    st.sampled_from(["auto", "linear", "quantile", "log"]),
    st.sampled_from(["linear", "log"]),
    st.booleans(),
)
def test_any_samples_have_a_range_levels_and_heights(z, levels, z_scale, cut):
    finite = np.isfinite(z)
    values = z[finite]
    bare = Field(
        x=np.linspace(0, 1, 7),
        y=np.linspace(0, 1, 5),
        z=z,
        fx=z,
        fy=z,
        finite=finite,
        z_lo=0.0,
        z_hi=1.0,
        z_min=float(values.min()) if values.size else np.nan,
        z_max=float(values.max()) if values.size else np.nan,
        levels=np.empty(0),
        level_rule="linear",
        clipped=False,
    )
    low_high = robust_range(values, lambda: cut, lambda: cut)
    field = restyled(bare, Display(levels=levels, z_scale=z_scale), low_high)
    assert np.isfinite([field.z_lo, field.z_hi]).all() and field.z_lo < field.z_hi
    assert (np.diff(field.levels) > 0).all()
    assert ((field.levels > field.z_lo) & (field.levels < field.z_hi)).all()
    u = heights(field)
    assert np.isfinite(u[finite]).all() and np.isnan(u[~finite]).all()
    assert all(part.dtype == np.float32 for part in slopes(field))
    assert len(label_levels(field).labels) == len(field.levels)
    assert np.isfinite(bar_ticks(field)).all()
    suggested_z_scale(field)
    undersampled(field)
