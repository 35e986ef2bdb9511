"""The local ellipse: a level set of the quadratic form, in a size that fits, whatever the Hessian is."""

import numpy as np
import pytest

from engine.document.lab import Lab
from engine.solving.local_ellipse import LocalEllipse, ellipse_at, local_ellipse
from engine.solving.stages import solve
from engine.symbolic import Deriver

WIDTHS = np.array([10.0, 10.0])


def turned(eigenvalues: tuple[float, float], angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    return turn @ np.diag(eigenvalues) @ turn.T


def form(hessian: np.ndarray, ellipse: LocalEllipse, curve: np.ndarray) -> np.ndarray:
    way = curve - ellipse.point
    return np.einsum("ni,ij,nj->n", way, hessian, way)


@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0])
@pytest.mark.parametrize(
    ("eigenvalues", "conic", "rises", "falls"),
    [
        ((2.0, 2.0), "ellipse", 1, 0),
        ((0.4, 1000.0), "ellipse", 1, 0),
        ((-5.0, -1.0), "ellipse", 0, 1),
        ((-1.0, 5.0), "hyperbola", 2, 2),
        ((-3e-5, 5.0), "hyperbola", 2, 2),
        ((0.0, 5.0), "lines", 2, 0),
        ((-5.0, 0.0), "lines", 0, 2),
        ((1e-300, 4e-300), "ellipse", 1, 0),
        ((-1e300, 1e300), "hyperbola", 2, 2),
    ],
)
def test_the_form_is_the_same_all_along_it(eigenvalues, conic, rises, falls, angle) -> None:
    hessian = turned(eigenvalues, angle)
    ellipse = local_ellipse(hessian, np.array([1.0, -2.0]), WIDTHS)
    assert ellipse is not None and ellipse.conic == conic
    assert (len(ellipse.rises), len(ellipse.falls)) == (rises, falls)
    size = max(map(abs, eigenvalues))
    levels = [form(hessian / size, ellipse, curve) for curve in ellipse.rises]
    levels += [-form(hessian / size, ellipse, curve) for curve in ellipse.falls]
    level = levels[0][0]
    assert level > 0
    for along in levels:
        np.testing.assert_allclose(along, level, rtol=1e-6)
    np.testing.assert_allclose(ellipse.eigenvalues, eigenvalues, rtol=1e-9, atol=1e-9 * size)


@pytest.mark.parametrize("eigenvalues", [(1.0, 9.0), (-4.0, 1.0)])
def test_the_axes_are_eigenvectors_in_the_proportion_of_the_roots(eigenvalues) -> None:
    hessian = turned(eigenvalues, 0.7)
    ellipse = local_ellipse(hessian, np.zeros(2), WIDTHS)
    assert ellipse is not None
    for value, axis in zip(eigenvalues, ellipse.axes, strict=True):
        np.testing.assert_allclose(hessian @ axis, value * axis, atol=1e-12)
    lengths = np.linalg.norm(ellipse.axes, axis=1)
    expected = np.sqrt(abs(eigenvalues[1] / eigenvalues[0]))
    assert lengths[0] / lengths[1] == pytest.approx(expected)


def test_the_saddle_of_the_issue() -> None:
    """x² + 3xy + y²: λ = −1 along (1, −1), λ = 5 along (1, 1)."""
    ellipse = local_ellipse(np.array([[2.0, 3.0], [3.0, 2.0]]), np.zeros(2), WIDTHS)
    assert ellipse is not None and ellipse.conic == "hyperbola"
    assert np.sign(ellipse.axes[0]).tolist() in ([1.0, -1.0], [-1.0, 1.0])
    assert ellipse.axes[1][0] == pytest.approx(ellipse.axes[1][1])


@pytest.mark.parametrize("eigenvalues", [(1.0, 1.0), (1.0, 1e8), (-1e-6, 1.0), (0.0, 1.0), (-2.0, 3.0)])
@pytest.mark.parametrize("widths", [(10.0, 10.0), (4.0, 400.0), (1e-9, 1e-9), (1e200, 1e200)])
def test_it_never_is_a_giant(eigenvalues, widths) -> None:
    ellipse = local_ellipse(turned(eigenvalues, 0.3), np.zeros(2), np.array(widths))
    assert ellipse is not None
    for curve in (*ellipse.rises, *ellipse.falls, *ellipse.axes[:, None]):
        assert np.isfinite(curve).all()
        assert (np.abs(curve) <= 0.3 * np.array(widths)).all()
    extent = max(np.abs(curve / widths).max() for curve in (*ellipse.rises, *ellipse.falls))
    assert extent > 0.05


@pytest.mark.parametrize("entry", [0.0, np.nan, np.inf])
def test_without_a_curvature_there_is_none(entry: float) -> None:
    assert local_ellipse(np.full((2, 2), entry), np.zeros(2), WIDTHS) is None


def test_of_three_variables_it_is_the_block_of_the_drawn_two(deriver: Deriver) -> None:
    """x² + 5y² + 10xz + z², z descended too: H_xy = diag(2, 10), though H itself is indefinite."""
    solution = solve(Lab(formula="x^2+5y^2+10 x z+z^2", others="free", steps=3), deriver)
    ellipse = ellipse_at(solution, solution.runs[0], 2, WIDTHS)
    assert ellipse is not None and ellipse.conic == "ellipse"
    np.testing.assert_allclose(ellipse.eigenvalues, [2.0, 10.0])
    np.testing.assert_allclose(ellipse.point, solution.runs[0].points[2][:2])


def test_of_one_variable_there_is_none(deriver: Deriver) -> None:
    solution = solve(Lab(formula="x^2", steps=3), deriver)
    assert ellipse_at(solution, solution.runs[0], 1, WIDTHS) is None
