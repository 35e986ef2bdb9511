"""Paths from arrays."""

import numpy as np
import pytest

from gui.contour.paths import as_dense_as_curved, lines_path, polyline, simplified, within_reach


def elements(path):
    return [
        (path.elementAt(k).type.name, path.elementAt(k).x, path.elementAt(k).y)
        for k in range(path.elementCount())
    ]


def test_lines_are_joined_as_asked():
    points = np.array([[0, 0], [1, 2], [5, 5], [6, 7]], dtype=float)
    path = lines_path(points, np.array([False, True, False, True]))
    assert [kind for kind, _, _ in elements(path)] == [
        "MoveToElement",
        "LineToElement",
        "MoveToElement",
        "LineToElement",
    ]
    assert elements(path)[3][1:] == (6, 7)
    assert lines_path(np.empty((0, 2)), np.empty(0, dtype=bool)).isEmpty()


def test_a_line_is_interrupted_where_it_is_not_finite():
    path = polyline(np.array([[0, 0], [1, 1], [np.nan, 2], [3, 3], [4, np.inf], [5, 5], [6, 6]]))
    assert [kind[0] for kind, _, _ in elements(path)] == ["M", "L", "M", "M", "L"]


def test_simplified_keeps_ends_and_drops_what_lies_on_one_spot():
    points = np.array([[0, 0], [0.1, 0.1], [0.2, 0], [5, 5], [5.01, 5.01]])
    assert simplified(points, 1.0).tolist() == [[0, 0], [5, 5], [5.01, 5.01]]


def test_a_smooth_line_needs_few_points():
    angle = np.linspace(0, 2 * np.pi, 400)
    circle = 200 * np.column_stack([np.cos(angle), np.sin(angle)])
    few = as_dense_as_curved(circle, 0.15)
    assert 20 < len(few) < 100
    assert few[[0, -1]].tolist() == circle[[0, -1]].tolist()
    middles = 0.5 * (few[1:] + few[:-1])
    assert 200 - np.hypot(*middles.T).min() < 0.3
    straight = np.column_stack([np.arange(50.0), np.arange(50.0)])
    assert len(as_dense_as_curved(straight, 0.15)) == 2
    corner = np.concatenate([straight, straight[-1] + np.column_stack([np.arange(1, 50), np.zeros(49)])])
    assert straight[-1].tolist() in as_dense_as_curved(corner, 0.15).tolist()


def test_far_points_are_cut_along_their_way():
    cut = within_reach(np.array([[0.0, 0.0], [1e9, 2e9]]), 100.0)
    assert cut[:2] == pytest.approx(np.array([[0, 0], [50, 100]]))
    # A divergent run jumps from side to side: the line between crosses the picture.
    cut = within_reach(np.array([[-1e12, -1e12], [1e12, 1e12]]), 100.0)
    assert cut[:2] == pytest.approx(np.array([[-100, -100], [100, 100]]), abs=1e-3)
    assert len(within_reach(np.array([[1e9, 0], [1e9, 5]]), 100.0)) == 0
    assert len(within_reach(np.array([[1e9, 1e9], [np.nan, 5], [np.inf, 0]]), 100.0)) == 0
    near = np.array([[0.0, 1.0], [2.0, 3.0]])
    assert within_reach(near, 100.0) is near
