"""The model that was typed, beside the function that is descended."""

import numpy as np
import pytest

from engine.document.lab import Data, Lab
from engine.solving.stages import Request, Solver
from engine.writers.json_report import report

ROWS = ((1.0, 2.0, 5.0), (2.0, 0.0, 4.5), (3.0, 1.0, 8.0), (0.0, 1.0, 1.0))
TABLE = Data(columns=("x_1", "x_2", "y"), rows=ROWS)


@pytest.fixture
def solver():
    solver = Solver()
    yield solver
    solver.close()


def answer(solver: Solver, formula: str) -> dict:
    *_, solution = solver.solve(Request(revision=1, lab=Lab(formula=formula, data=TABLE, steps=400)))
    return report(solution)


def test_a_model_stands_beside_its_loss(solver: Solver) -> None:
    found = answer(solver, r"\hat y = w_1 x_1 + w_2 x_2")
    assert found["formula"]["text"] == "mean((w_1 x_1 + w_2 x_2 - y)^2)"
    assert found["model"] == {
        "text": "y_hat = w_1 x_1 + w_2 x_2",
        "latex": r"\hat{y} = w_{1}x_{1}+w_{2}x_{2}",
        "parts": [],
    }
    table = np.array(ROWS)
    best = np.linalg.lstsq(table[:, :2], table[:, 2], rcond=None)[0]
    assert found["runs"][0]["points"][-1] == pytest.approx(best, abs=1e-5)
    point = np.array(found["at_start"]["point"])
    gradient = 2 * table[:, :2].T @ (table[:, :2] @ point - table[:, 2]) / len(table)
    assert found["at_start"]["gradient"] == pytest.approx(gradient, rel=1e-12)


def test_parts_are_told_in_the_order_of_the_chain(solver: Solver) -> None:
    found = answer(solver, "L = mean((a - y)^2) where a = tanh(z), z = w x_1 + b")
    assert found["formula"]["text"] == "mean((tanh(w x_1 + b) - y)^2)"
    assert found["model"]["text"] == "L = mean((a - y)^2)"
    assert found["model"]["parts"] == [
        {"name": "z", "text": "z = w x_1 + b", "latex": "z = w x_{1}+b"},
        {"name": "a", "text": "a = tanh(z)", "latex": r"a = \tanh z"},
    ]


def test_an_ordinary_formula_has_no_model(solver: Solver) -> None:
    found = answer(solver, "mean((w x_1 - y)^2)")
    assert "model" not in found and found["formula"]["text"] == "mean((w x_1 - y)^2)"
