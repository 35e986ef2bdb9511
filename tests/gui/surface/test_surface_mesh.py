"""Which cells are drawn, how the edge of a domain is found, and where things are in the box."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Display
from gui.drawing.thinning import nodes
from gui.surface.box_map import FLOOR_Z, HALF_HEIGHT, BoxMap
from gui.surface.lines import line_data
from gui.surface.mesh import pooled, triangles
from gui.surface.rim import edge_distance, filled, refined
from gui.surface.rim_mesh import rim_mesh
from gui.surface.ticks import height_ticks, plane_ticks
from tests.gui.fields import (
    LOG,
    bowl,
    constant,
    half_sphere,
    himmelblau,
    log_edge,
    make_field,
    pole_line,
    pole_point,
    rosenbrock,
    step,
    waves,
)


def test_the_triangles_of_a_grid_cover_it_once() -> None:
    cells = triangles(4, 3).reshape(-1, 3)
    assert len(cells) == 2 * 3 * 2
    place = np.stack([np.arange(12) % 4, np.arange(12) // 4], axis=-1)
    corners = place[cells]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    areas = 0.5 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
    assert np.abs(areas).sum() == pytest.approx(6.0)
    assert len(np.unique(np.sign(areas))) == 1


@pytest.mark.parametrize(("n", "stride"), [(401, 3), (401, 4), (2, 5), (200, 3), (512, 4)])
def test_a_thinned_grid_reaches_both_ends(n: int, stride: int) -> None:
    kept = nodes(n, stride)
    assert kept[0] == 0 and kept[-1] == n - 1
    assert (np.diff(kept) >= 1).all() and (np.diff(kept) <= stride).all()


@pytest.mark.parametrize("make", [bowl, himmelblau, rosenbrock, waves, constant, half_sphere, pole_point])
def test_a_continuous_surface_is_not_torn(make) -> None:
    assert BoxMap(make(n=201)).torn is None


def test_steep_waves_are_not_torn_where_they_are_sampled_well() -> None:
    assert BoxMap(waves(20.0, n=401)).torn is None


@pytest.mark.parametrize("n", [200, 201])
def test_a_surface_is_torn_along_its_pole_and_nowhere_else(n: int) -> None:
    torn = BoxMap(pole_line(n=n)).torn
    if n % 2:  # the pole lies on a column of samples, which are undefined: nothing to tear
        assert torn is None or torn[:, [0, 50, 150]].sum() == 0
        return
    assert torn is not None
    assert torn[:, 99].all()
    assert torn.sum() == torn[:, 99].sum()


def test_a_step_is_a_gap() -> None:
    field = step(n=200)
    torn = BoxMap(field).torn
    assert torn is not None
    assert 0.9 * 199 < torn.sum() < 3.2 * 199


def test_samples_too_coarse_to_know_tear_nothing() -> None:
    rng = np.random.default_rng(1)
    noise = rng.random((80, 80))
    field = replace(bowl(n=80), z=noise, fx=0 * noise, fy=0 * noise, z_lo=0.0, z_hi=1.0)
    box_map = BoxMap(field)
    assert box_map.undersampled
    assert box_map.torn is None
    assert not BoxMap(bowl(n=80)).undersampled


def test_a_wave_too_fine_for_the_samples_is_noticed_though_nothing_is_torn() -> None:
    assert BoxMap(waves(50.0, n=401)).undersampled
    assert not BoxMap(waves(20.0, n=401)).undersampled


def test_a_torn_cell_is_torn_in_the_thinned_grid() -> None:
    cells = np.zeros((10, 11), dtype=bool)
    cells[7, 9] = True
    thin = pooled(cells, 3)
    assert thin.shape == (len(nodes(11, 3)) - 1, len(nodes(12, 3)) - 1)
    assert thin[2, 3] and thin.sum() == 1


def test_the_distance_to_the_edge_has_the_sign_of_the_mask() -> None:
    finite = half_sphere(n=101).finite
    distance = edge_distance(finite)
    assert ((distance > 0) == finite).all()


def test_the_edge_of_the_domain_is_found_between_the_samples() -> None:
    field = half_sphere(n=81)
    box_map = BoxMap(field)

    distance, heights = refined(field, box_map.heights, root, lambda z: z / 3)
    step_x = field.x[1] - field.x[0]
    j = 40  # the row through the middle
    inside = np.flatnonzero(field.finite[j])[-1]
    share = distance[j, inside] / (distance[j, inside] - distance[j, inside + 1])
    assert field.x[inside] + share * step_x == pytest.approx(3.0, abs=0.02 * step_x)
    # Continued so that the surface is at the rim's height, 0, on the rim.
    at_rim = (1 - share) * heights[j, inside] + share * heights[j, inside + 1]
    assert at_rim == pytest.approx(0.0, abs=0.03)


def root(points):
    """The function of `half_sphere`."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(9 - points[:, 0] ** 2 - points[:, 1] ** 2)


@pytest.mark.parametrize("stride", [1, 3])
def test_the_mesh_ends_on_the_edge_of_the_domain(stride: int) -> None:
    field = half_sphere(n=121)
    mesh = rim_mesh(BoxMap(field), stride, root)
    x = np.interp(mesh.nodes[..., 0], np.arange(121), field.x)
    y = np.interp(mesh.nodes[..., 1], np.arange(121), field.y)
    corners = np.zeros(mesh.nodes.shape[:2], dtype=bool)
    for dj in (0, 1):
        for di in (0, 1):
            corners[dj : dj + mesh.kept.shape[0], di : di + mesh.kept.shape[1]] |= mesh.kept
    radius = np.hypot(x, y)[corners]
    assert radius.max() == pytest.approx(3.0, abs=1e-4)
    rim = np.isclose(np.hypot(x, y), 3.0, atol=1e-4) & corners
    assert rim.sum() > 20
    assert np.abs(mesh.nodes[..., 2][rim]).max() < 0.02, "at the height that f has there"
    cell = (field.x[1] - field.x[0]) ** 2 * stride**2
    assert mesh.kept.sum() * cell == pytest.approx(np.pi * 9, rel=0.15)


def test_an_undefined_column_at_a_pole_is_no_bridge() -> None:
    """With an odd number of samples the pole of 1/x lies on a column of them."""

    def value(points):
        with np.errstate(divide="ignore"):
            return 1 / points[:, 0] + np.sin(points[:, 1]) / 2

    field = pole_line(n=201)
    assert not field.finite[:, 100].any()
    mesh = rim_mesh(BoxMap(field), 1, value)
    heights = mesh.nodes[..., 2]
    bridges = mesh.kept & (np.minimum(heights[:-1, :-1], heights[:-1, 1:]) < 0) & (
        np.maximum(heights[:-1, :-1], heights[:-1, 1:]) > 1
    )  # fmt: skip
    assert not bridges.any()
    assert mesh.kept[:, :99].all() and mesh.kept[:, 102:].all()


def test_a_surface_that_falls_without_end_at_its_edge_reaches_it() -> None:
    def value(points):
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.log(points[:, 0]) + points[:, 1] ** 2 / 4

    mesh = rim_mesh(BoxMap(log_edge(n=200)), 1, value)
    assert mesh.kept[:, 99].all() and not mesh.kept[:, :99].any()
    assert (mesh.nodes[:, 99, 2] < 0).all(), "below what is drawn"


def test_without_the_function_the_edge_lies_between_the_samples() -> None:
    mesh = rim_mesh(BoxMap(half_sphere(n=61)), 1, None)
    assert mesh.kept.any() and not mesh.kept.all()
    assert np.isfinite(mesh.nodes).all()


def test_holes_near_the_edge_are_filled_and_far_ones_are_level() -> None:
    u = np.full((40, 40), np.nan, dtype=np.float32)
    u[:, :20] = 0.5
    full = filled(u)
    assert np.isfinite(full).all()
    assert full[10, 22] == pytest.approx(0.5)
    assert full[10, 39] == 0.0


def test_places_in_the_box_are_not_transposed() -> None:
    field = make_field(
        lambda x, y: x + 10 * y, lambda x, y: 1 + 0 * x + 0 * y, lambda x, y: 10 + 0 * x + 0 * y,
        x=(0, 4), y=(-1, 1), n=(31, 17),
    )  # fmt: skip
    box_map = BoxMap(field)
    point = np.array([3.0, 0.25])
    place = box_map.surface_at(box_map.plane(point))
    assert box_map.data(place[:2]) == pytest.approx(point)
    assert place[2] == pytest.approx(float(box_map.level(3.0 + 2.5)))
    # x spans 4 of 24 in value over 2 of the box; y spans 20 of 24.
    slope = box_map.slope_at(place[:2])
    assert slope == pytest.approx((4 / 24 * HALF_HEIGHT, 20 / 24 * HALF_HEIGHT))
    assert box_map.slope_of(5.5, 1.0, 10.0) == pytest.approx(slope)
    normal = box_map.normal_at(place[:2])
    assert normal @ np.array([1, 0, slope[0]]) == pytest.approx(0, abs=1e-6)
    assert normal[2] > 0


def test_outside_of_the_domain_there_is_no_surface() -> None:
    box_map = BoxMap(bowl(n=21))
    assert np.isnan(box_map.surface_at([1.1, 0.0])[2])
    assert np.isnan(box_map.surface_at([np.nan, 0.0])[2])
    assert np.isfinite(box_map.surface_at([[1.0, 1.0], [-1.0, 1.0]])).all()


def test_the_slopes_of_the_logarithmic_scale_are_those_of_what_is_drawn() -> None:
    box_map = BoxMap(rosenbrock(n=401, display=LOG))
    place, h = np.array([0.31, -0.42]), 1e-3
    exact = box_map.slope_at(place)
    for axis in (0, 1):
        d = np.zeros(2)
        d[axis] = h
        rise = box_map.surface_at(place + d)[2] - box_map.surface_at(place - d)[2]
        assert exact[axis] == pytest.approx(rise / (2 * h), rel=0.02, abs=0.01)


def test_thinning_a_smooth_surface_is_harmless_and_a_rough_one_is_not() -> None:
    smooth = dict(BoxMap(bowl(n=401)).thinning_errors)
    rough = dict(BoxMap(waves(20.0, n=401)).thinning_errors)
    assert smooth[4] < 1e-3
    assert rough[2] > 0.05
    assert BoxMap(bowl(n=401)).thinnings(1e-3)[-1] >= 10
    assert BoxMap(waves(50.0, n=401)).thinnings(1e-3) == [1], "coarser ones may alias, and look smooth again"


def test_a_gap_is_not_made_wide_by_thinning() -> None:
    for field in (step(n=401), half_sphere(n=401)):
        assert max(BoxMap(field).thinnings(1.0)) <= 6


def test_a_thinned_map_keeps_both_ends() -> None:
    thin = BoxMap(bowl(n=402)).thinned(4).field
    assert thin.z.shape == thin.finite.shape == (102, 102)
    assert (thin.x[0], thin.x[-1]) == (-5.0, 5.0)
    assert thin.z[-1, -1] == 50.0


def test_ticks_are_round_and_in_the_box() -> None:
    box_map = BoxMap(
        make_field(lambda x, y: x * y, lambda x, y: y + 0 * x, lambda x, y: x + 0 * y, x=(1e6, 1e6 + 1), n=21)
    )
    x = plane_ticks(box_map, 0)
    assert np.abs(x.places).max() <= 1 + 1e-9
    assert x.note
    z = height_ticks(BoxMap(himmelblau(n=101, display=Display(z_scale="log"))))
    assert len(z.places) == len(z.labels) >= 3
    assert (np.diff(z.places) > 0.08).all()
    assert FLOOR_Z < -HALF_HEIGHT


def test_a_point_that_is_not_finite_breaks_a_line() -> None:
    points = np.array([[0, 0, 0], [np.nan, 0, 0], [1, 1, 1]], dtype=float)
    data = line_data([(points, (255, 0, 0, 255))], [[0, 1, 2]])
    assert (data.points[:, 3] < 0).tolist() == [True, False, True, False, True]
    assert np.isfinite(data.points).all()
