"""Sampling, the robust range, the levels and the slices."""

import math

import numpy as np
import pytest

from engine.document.lab import Display
from engine.formula import parse
from engine.function.field import CURVE_FINER, resolution_of, sample, secant, slice_curve
from engine.function.objective import Objective
from engine.function.plane import Plane
from tests.engine.numpy_objective import BOWL, NumpyObjective, box, himmelblau, rosenbrock

LOPSIDED = NumpyObjective(lambda x, y: x + 10 * y + x * y, lambda x, y: 1 + y, lambda x, y: 10 + x)


def field_of(f, setup=None, **looks):
    return sample(NumpyObjective(f), setup or box(), Display(**looks), resolution=201)


def test_the_more_rows_the_coarser(fine):
    rows = (1, 100, 2000, 100_000)
    sizes = [(resolution_of("draft", each), resolution_of("full", each)) for each in rows]
    assert sizes == [(161, 401), (133, 345), (29, 77), (25, 65)]


def test_z_of_row_j_and_column_i_is_f_of_x_i_and_y_j():
    field = sample(LOPSIDED, box((0, 1), (2, 5)), Display(), resolution=(3, 4))
    assert field.z.shape == field.fx.shape == field.finite.shape == (4, 3)
    assert field.x.tolist() == [0, 0.5, 1]
    assert field.y.tolist() == [2, 3, 4, 5]
    for j, y in enumerate(field.y):
        for i, x in enumerate(field.x):
            assert field.z[j, i] == x + 10 * y + x * y
            assert field.fx[j, i] == 1 + y
            assert field.fy[j, i] == 10 + x


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("1/(x+y)", 60),
        ("1/(x-y)", 60),
        ("x y/(x^2-y^2)", 150),
        ("1/(sin x + sin y)", 150),
        ("tan(x y)", 150),
        ("1/(x+y-1)", 60),
    ],
)
def test_what_rounding_makes_of_a_pole_is_no_value(text, most):
    """The least distance from a pole that a sample has bounds what is drawn; rounding would draw 10¹⁶."""
    objective = Objective.bind(parse(text), {})
    field = sample(objective, box(), Display(), resolution=201)
    assert -most <= field.z_lo < 0 < field.z_hi <= most
    assert max(-field.z_min, field.z_max) < 1e7
    assert field.finite.mean() > 0.98


def test_a_narrow_peak_stays():
    field = field_of(lambda x, y: 1e9 / (1 + 1e8 * ((x - 0.5) ** 2 + y**2)))
    assert field.finite.all() and field.z_max == 1e9


def test_hidden_variables_stay_where_they_are():
    objective = NumpyObjective(lambda a, b, c: a + 10 * b + 100 * c, d=3)
    setup = box()
    hidden = type(setup)(
        variables=("a", "b", "c"),
        axes=(setup.axes[0], setup.axes[1]),
        descended=("x", "b", "y"),
        held={},
        held_range={},
        starts=np.array([[0.0, 7.0, 0.0]]),
        lo=np.full(3, -5.0),
        hi=np.full(3, 5.0),
    )
    field = sample(objective, hidden, Display(), resolution=3)
    assert field.z[0, 2] == 5 + 70 - 500
    assert (
        sample(objective, hidden, Display(), resolution=3, plane=Plane.of(hidden, [0, 1, 0])).z[0, 2]
        == 5 + 10 - 500
    )


def test_one_axis_has_two_equal_rows():
    field = sample(NumpyObjective(lambda x: x**3, d=1), box((-2, 2), None), Display(), resolution=5)
    assert field.z.shape == (2, 4 * CURVE_FINER + 1)
    assert (field.z[0] == field.z[1]).all()
    assert field.z[0, ::CURVE_FINER].tolist() == [-8, -1, 0, 1, 8]
    assert field.fx[0, -1] == pytest.approx(12)
    assert (field.fy == 0).all()


@pytest.mark.parametrize(
    ("f", "setup"),
    [
        (lambda x, y: x**2 + y**2, None),
        (himmelblau, None),
        (rosenbrock, None),
        (rosenbrock, box((-2, 2), (-1, 3))),
        (lambda x, y: np.sin(x) * np.cos(y), None),
        (lambda x, y: x**2 - y**2, None),
        (lambda x, y: np.exp(-50 * (x**2 + y**2)), None),  # a narrow peak is no pole
        (lambda x, y: np.exp(-1000 * (x - y) ** 2), None),  # nor is a ridge a rim
        (lambda x, y: np.sign(x), None),
    ],
)
def test_an_ordinary_function_shows_its_whole_range(f, setup):
    field = field_of(f, setup)
    assert (field.z_lo, field.z_hi) == (field.z_min, field.z_max)
    assert not field.clipped


def test_a_pole_is_cut_where_the_rest_can_be_seen():
    field = field_of(lambda x, y: 1 / (x**2 + y**2))
    assert field.clipped
    assert 0.5 < field.z_hi < 5
    assert field.z_lo == pytest.approx(0.02)
    both = field_of(lambda x, y: 1 / (x * y))
    assert both.z_hi == -both.z_lo < 20


def test_a_steep_rim_is_cut():
    field = field_of(lambda x, y: np.exp(x + y))
    assert field.clipped
    assert field.z_hi < 0.2 * field.z_max
    assert field.z_lo == field.z_min


def test_a_constant_has_a_range_around_it_and_no_levels():
    field = field_of(lambda x, y: 3 + 0 * x)
    assert (field.z_lo, field.z_hi) == (2.5, 3.5)
    assert field.levels.size == 0
    assert field_of(lambda x, y: 1e20 + 0 * x).z_hi > 1e20


@pytest.mark.parametrize("scale", [1e300, 1e-300])
@pytest.mark.parametrize("z_scale", ["linear", "log"])
def test_huge_and_tiny_ranges(scale, z_scale):
    field = field_of(lambda x, y: scale * (x**2 + y**2), z_scale=z_scale)
    assert field.z_hi == pytest.approx(50 * scale)
    assert field.levels.size > 5
    assert (np.diff(field.levels) > 0).all()


def test_a_far_domain_keeps_its_digits():
    field = field_of(lambda x, y: x + y, box((1e6, 1e6 + 1), (1e6, 1e6 + 1)))
    assert np.ptp(field.z) == 2.0
    assert np.unique(field.z).size > 300
    assert field.levels.size > 5


def test_undefined_samples_are_not_finite_and_do_not_raise():
    half = field_of(lambda x, y: np.log(x) + y**2)
    assert not half.finite[:, half.x <= 0].any()
    assert half.finite[:, half.x > 0].all()
    nowhere = field_of(lambda x, y: x * np.nan)
    assert not nowhere.finite.any()
    assert nowhere.z_lo < nowhere.z_hi
    assert nowhere.levels.size == 0


@pytest.mark.parametrize("rule", ["auto", "linear", "quantile", "log"])
@pytest.mark.parametrize("f", [himmelblau, rosenbrock, lambda x, y: np.sin(x), lambda x, y: 1 / (x * y)])
def test_levels_are_increasing_round_and_inside(rule, f):
    field = field_of(f, levels=rule, level_count=12)
    assert 4 <= field.levels.size <= 24
    assert (np.diff(field.levels) > 0).all()
    assert field.z_lo < field.levels[0] and field.levels[-1] < field.z_hi
    assert all(len(f"{abs(level):.3g}") <= 8 for level in field.levels)
    assert field.level_rule == (rule if rule != "auto" else field.level_rule)


def test_auto_lays_levels_close_around_the_floor_of_a_valley():
    assert field_of(rosenbrock).level_rule == "log"
    assert field_of(himmelblau).level_rule == "log"
    assert field_of(lambda x, y: x**2 + y**2).level_rule == "linear"
    assert field_of(lambda x, y: -rosenbrock(x, y)).level_rule == "quantile"
    assert field_of(lambda x, y: np.exp(-50 * (x**2 + y**2))).level_rule == "linear"


def test_quantile_levels_have_equal_areas_between_them():
    field = field_of(himmelblau, levels="quantile", level_count=10)
    shares = np.histogram(field.z, [-np.inf, *field.levels, np.inf])[0] / field.z.size
    assert shares[1:-1].max() < 0.2


def test_a_range_by_hand_is_kept():
    field = field_of(lambda x, y: x**2 + y**2, z_range=(0, 10))
    assert (field.z_lo, field.z_hi) == (0, 10)
    assert field.clipped
    assert field.levels.max() < 10
    assert field_of(lambda x, y: x, z_range=(1, math.nan)).z_lo == -5


def test_a_window_is_sampled_at_full_resolution_and_keeps_the_colours():
    whole = sample(BOWL, box(), Display())
    near = sample(BOWL, box(), Display(), window=((0, 4), (0, 4)), resolution=101, reference=whole)
    assert near.x[0] == 0 and near.x[-1] == 4 and near.z.shape == (101, 101)
    assert (near.z_lo, near.z_hi) == (whole.z_lo, whole.z_hi)
    deep = sample(
        BOWL, box(), Display(), window=((1, 1 + 1e-5), (1, 1 + 1e-5)), resolution=101, reference=whole
    )
    assert deep.z_hi - deep.z_lo < 1e-4
    assert deep.levels.size > 5


def test_slice_is_the_section_and_its_slope_is_the_partial():
    objective = NumpyObjective(
        lambda x, y: x**2 + 3 * x * y + y**2, lambda x, y: 2 * x + 3 * y, lambda x, y: 3 * x + 2 * y
    )
    setup = box()
    along_x = slice_curve(objective, Plane.of(setup, (2, -1)), (2, -1), 0, n=11)
    assert along_x.name == "x"
    assert along_x.f == pytest.approx(along_x.s**2 - 3 * along_x.s + 1)
    assert along_x.slope == pytest.approx(2 * along_x.s - 3)
    assert (along_x.value, along_x.derivative) == (-1, 1)
    along_y = slice_curve(objective, Plane.of(setup, (2, -1)), (2, -1), 1)
    assert (along_y.value, along_y.derivative) == (-1, 4)


def test_the_secant_turns_into_the_tangent():
    curve = slice_curve(BOWL, Plane.of(box(), (1, 0)), (1, 0), 0)
    assert secant(BOWL, curve, 1.0).quotient == 3
    assert secant(BOWL, curve, -1.0).quotient == 1
    assert secant(BOWL, curve, 1e-3).quotient == pytest.approx(2.001)
    assert secant(BOWL, curve, 0.0).quotient == curve.derivative == 2


def test_a_slice_across_a_pole_is_cut():
    pole = NumpyObjective(lambda x, y: 1 / (x**2 + y**2))
    curve = slice_curve(pole, Plane.of(box(), (1, 0)), (1, 0), 0)
    assert curve.f_hi < 100
    assert slice_curve(BOWL, Plane.of(box(), (1, 0)), (1, 0), 0).f_hi == 25


def test_the_crests_of_a_fine_wave_are_met_on_a_graph() -> None:
    """Else sin 50x looks as if its amplitude came and went."""
    field = sample(
        NumpyObjective(lambda x: np.sin(50 * x), lambda x: 50 * np.cos(50 * x), d=1),
        box((-5, 5), None),
        Display(),
    )
    f = field.z[0]
    crests = f[1:-1][(f[1:-1] > f[:-2]) & (f[1:-1] > f[2:])]
    assert len(crests) in (79, 80)
    assert crests.min() > 0.99
