"""The chart of f: its axis reaches over the data, and what leaves it says so."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from engine.document.lab import Lab
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.symbolic import Deriver
from gui.export.curve_card import CurveCard
from gui.theme import DARK

RECT = QRectF(0, 0, 400, 200)


def chart(deriver: Deriver, formula: str, *racers: str) -> tuple[CurveCard, Solution]:
    lab = Lab(
        formula=formula, starts=({"x": 4.0, "y": 3.0},), racers=tuple(parse_spec(racer) for racer in racers)
    )
    solution = solve(lab, deriver)
    return CurveCard(RECT, 12.0, DARK, solution), solution


@pytest.mark.parametrize(
    ("formula", "racers"),
    [("x^2 + y^2", ["gd(lr=0.1)"]), ("x^4 - 2x^2", ["gd(lr=0.1)"]), ("x^2 + y^2 + z^2", ["gd(lr=0.1)"])],
)
def test_a_single_curve_is_seen_to_its_end(qapp, deriver, formula, racers):
    """13 decades down, and up beyond every range until it diverged."""
    curve, solution = chart(deriver, formula, *racers)
    (run,) = solution.runs
    shown = [curve._at(run, float(step)) for step in range(run.steps + 1)]
    inside = [point is not None and RECT.contains(point) for point in shown]
    left = curve.exit_of(run)
    assert all(inside) if left is None else all(inside[: int(left[0]) + 1]) and left[1]
    assert sum(inside) >= 3


def test_a_curve_that_is_cut_off_ends_in_an_arrow(qapp, deriver):
    curve, solution = chart(deriver, "x^2 + 3 x y + y^2", "gd(lr=0.1)", "adam(lr=0.01)")
    falling, other = solution.runs
    assert curve.exit_of(other) is None
    left = curve.exit_of(falling)
    assert left is not None and not left[1]
    k = int(left[0])
    low, high = sorted(float(value) for value in falling.values[k : k + 2])
    assert low <= curve._low <= high


def test_no_point_is_too_far_for_a_painter(qapp, deriver):
    curve, solution = chart(deriver, "x^4 - 2x^2", "gd(lr=0.1)", "gd(lr=0.001)")
    run = solution.runs[0]
    assert np.nanmax(run.values) > 1e30
    points = [curve._at(run, float(step)) for step in range(run.steps + 1)]
    assert all(abs(point.y()) < 1e5 for point in points if point is not None)
