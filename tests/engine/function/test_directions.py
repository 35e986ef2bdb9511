"""Directions: principal components against NumPy's SVD and the theory of random walks, filters by hand, the
leading curvature against a dense Hessian."""

import numpy as np
import pytest

from engine.function.directions import curved, filter_normalised, orthonormal, principal, random_pair
from engine.function.objective import Objective
from engine.program.function import dense_hessian
from tests.engine.networks.labs import bound, lab_of
from tests.engine.networks.torch_cases import CASES


@pytest.mark.parametrize(("n", "d"), [(40, 7), (12, 30), (500, 20)])
def test_principal_components_are_those_of_the_svd(n, d):
    points = np.random.default_rng(n).standard_normal((n, d)) * np.geomspace(1.0, 1e-2, d) + 3.0
    found = principal(points)
    _, sizes, ways = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    assert found.shares == pytest.approx(sizes[:2] ** 2 / (sizes**2).sum(), rel=1e-9)
    assert np.abs(np.abs(found.ways @ ways[:2].T) - np.eye(2)).max() < 1e-7
    assert np.abs(found.ways @ found.ways.T - np.eye(2)).max() < 1e-12
    assert (found.ways @ (points[-1] - points[0]) >= 0).all()


def test_a_long_random_walk_alone_has_61_and_15_percent():
    """Antognini & Sohl-Dickstein 2018: of k components 6/(π²k²) each, in many dimensions."""
    walk = np.cumsum(np.random.default_rng(5).standard_normal((400, 3000)), axis=0)
    shares = principal(walk).shares
    assert shares == pytest.approx([6 / np.pi**2, 6 / np.pi**2 / 4], abs=0.01)
    assert [round(100 * share) for share in shares] == pytest.approx([61, 15], abs=1)


def test_a_path_of_many_points_is_thinned_and_one_that_stands_has_none():
    t = np.linspace(0.0, 1.0, 20_001)[:, None]
    found = principal(np.concatenate([t, 2 * t, t**2], axis=1))
    assert 0.99 < found.shares.sum() <= 1.0 + 1e-12
    assert principal(np.full((9, 4), 0.3)) is None
    assert principal(np.full((3, 4), np.nan)) is None


def test_points_on_a_line_have_one_component_and_any_second_direction():
    way = np.array([1.0, 2.0, 2.0, 0.0]) / 3.0
    found = principal(np.arange(5.0)[:, None] * way)
    assert found.ways[0] == pytest.approx(way)
    assert found.shares == pytest.approx([1.0, 0.0], abs=1e-12)
    assert found.ways[1] @ way == pytest.approx(0.0, abs=1e-12)


def test_a_huge_path_does_not_overflow():
    found = principal(np.array([[0.0, 0.0, 0.0], [3e200, 4e200, 0.0], [6e200, 8e200, 1e190]]))
    assert found.ways[0] == pytest.approx([0.6, 0.8, 0.0], abs=1e-9)


def test_each_filter_is_as_long_as_that_of_the_weights():
    draw, theta = np.random.default_rng(1).standard_normal((2, 9))
    filters = [np.array([0, 1]), np.array([2, 3]), np.array([6, 7, 8])]  # 4 and 5 are biases
    found = filter_normalised(draw, theta, filters)
    for each in filters:
        wanted = draw[each] / np.linalg.norm(draw[each]) * np.linalg.norm(theta[each])
        assert found[each] == pytest.approx(wanted)
    assert found[[4, 5]].tolist() == [0.0, 0.0]


def test_random_directions_span_those_that_were_normalised():
    theta = np.arange(1.0, 7.0)
    filters = [np.arange(0, 3), np.arange(3, 6)]
    pair, norm = random_pair(np.random.default_rng(2), theta, filters)
    first, second = (
        filter_normalised(draw, theta, filters) for draw in np.random.default_rng(2).standard_normal((2, 6))
    )
    assert norm == pytest.approx(np.linalg.norm(theta))  # as all of θ is in filters
    assert pair.ways[0] == pytest.approx(first / np.linalg.norm(first))
    assert np.linalg.matrix_rank(np.stack([*pair.ways, second]), tol=1e-9) == 2
    nothing, _ = random_pair(np.random.default_rng(2), np.zeros(6), filters)
    assert np.abs(nothing.ways @ nothing.ways.T - np.eye(2)).max() < 1e-12


def test_what_lies_along_another_direction_is_passed_over():
    x, y = np.eye(2, 4)
    pair = orthonormal(np.zeros(4), 2 * x, -x * 1e-9, np.full(4, np.nan), x + 1e-3 * y)
    assert pair.used == (1, 4)
    assert np.abs(pair.ways - np.stack([x, y])).max() < 1e-12
    assert orthonormal(x, 5 * x) is None


@pytest.fixture(scope="module")
def network() -> tuple[Objective, np.ndarray]:
    case = next(each for each in CASES if "tanh" in each.network)
    objective, setup = bound(lab_of(case))
    return objective, setup.starts[0]


def test_the_curvature_is_that_of_the_dense_hessian(network):
    objective, theta = network
    found = curved(objective, theta)
    values, vectors = np.linalg.eigh(dense_hessian(objective, theta))
    gradient = objective.gradient(theta)
    assert found.pair.used == (0, 1)
    assert found.eigenvalues == pytest.approx(values[[-1, 0]], rel=1e-6, abs=1e-9)
    assert found.pair.ways[0] == pytest.approx(gradient / np.linalg.norm(gradient))
    across = vectors[:, -1] - (vectors[:, -1] @ found.pair.ways[0]) * found.pair.ways[0]
    across /= np.linalg.norm(across)
    assert abs(across @ found.pair.ways[1]) == pytest.approx(1.0, abs=1e-5)


class Bowl:
    """½ xᵀHx."""

    rows = 1
    dimension = 4

    def gradient(self, theta):
        return theta * np.array([1.0, 5.0, 3.0, 2.0])

    def curvature(self, theta, directions):
        return directions * np.array([1.0, 5.0, 3.0, 2.0])


def test_at_the_bottom_both_ends_of_the_spectrum_stand_in():
    found = curved(Bowl(), np.zeros(4))
    assert found.pair.used == (1, 2)
    assert np.abs(np.abs(found.pair.ways) - np.eye(4)[[1, 0]]).max() < 1e-6


def test_a_gradient_along_the_leading_eigenvector_gives_way():
    found = curved(Bowl(), np.array([0.0, 2.0, 0.0, 0.0]))
    assert found.pair.used[0] == 0 and found.pair.used[1] == 2
