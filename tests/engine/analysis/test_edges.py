"""Extremes on the edge of the drawn range or of the domain, against closed forms."""

import math

import numpy as np
import pytest

from engine.document.lab import Lab, Variable
from engine.solving.stages import Request


def edges_of(solver, text, **ranges):
    variables = {name: Variable(lo=lo, hi=hi) for name, (lo, hi) in ranges.items()}
    *_, solution = solver.solve(Request(0, Lab(formula=text, variables=variables, steps=1)))
    return {edge.extreme: edge for edge in solution.analysis.edges}


@pytest.mark.parametrize(
    ("text", "extreme", "of", "point", "value", "reached"),
    [
        ("x^2 + y", "least", "range", (0.0, -5.0), -5.0, True),
        ("(x - pi/7)^2 + y", "least", "range", (math.pi / 7, -5.0), -5.0, True),
        ("x^2 - y^2", "greatest", "range", None, 25.0, True),
        ("x", "greatest", "range", (5.0,), 5.0, True),
        ("sqrt(x)", "least", "domain", (0.0,), 0.0, True),
        ("ln(x)", "least", "domain", (0.0,), -math.inf, False),
        ("1/x", "greatest", "pole", (0.0,), math.inf, False),
        ("sqrt(4 - x^2 - y^2)", "least", "domain", None, 0.0, True),
    ],
)
def test_extremes_on_edges(solver, text, extreme, of, point, value, reached):
    edge = edges_of(solver, text)[extreme]
    assert edge.of == of and edge.reached is reached
    assert edge.value == pytest.approx(value, abs=1e-6)
    if point is not None:
        assert edge.point == pytest.approx(np.array(point), abs=1e-7)


def test_a_limit_that_is_no_value_is_said(solver):
    edge = edges_of(solver, "x ln(x)", x=(-0.2, 0.3))["greatest"]
    assert edge.of == "domain" and edge.reached is False
    assert edge.value == pytest.approx(0.0, abs=1e-12) and edge.point.tolist() == [0.0]


def test_inside_there_is_no_edge(solver):
    assert edges_of(solver, "sin(x) cos(y)") == {}
    assert edges_of(solver, "x^2 + y^2 + z x") == {}
    assert edges_of(solver, "f(x, y) = 3") == {}
