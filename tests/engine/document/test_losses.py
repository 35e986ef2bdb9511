"""The loss of a typed model: the numbers of its definition, and what does not fit its column."""

import numpy as np
import pytest

from engine.document.lab import Data, Lab
from engine.document.losses import loss_as_formula
from engine.document.network import Loss
from engine.document.setup import formula_of
from engine.formula import FormulaError
from engine.function.objective import Objective

X, Y = (0.5, -1.0, 2.0, 3.0), (1.0, 0.0, 1.0, 0.0)
LABELS = (1.0, -1.0, 1.0, -1.0)
TABLE = Data(columns=("x", "y", "s"), rows=tuple(zip(X, Y, LABELS, strict=True)))


def lab(formula: str, loss: Loss, data: Data = TABLE) -> Lab:
    return Lab(formula=formula, loss=loss, data=data)


def huber(gap: np.ndarray, edge: float) -> np.ndarray:
    size = np.abs(gap)
    return np.where(size <= edge, size**2 / 2, edge * (size - edge / 2))


P, T, S = 0.8 * np.array(X), np.array(Y), np.array(LABELS)
WANTED = {
    Loss(): np.mean((P - T) ** 2),
    Loss("l1"): np.mean(np.abs(P - T)),
    Loss("huber", delta=0.5): np.mean(huber(P - T, 0.5)),
    Loss("smooth_l1", beta=0.25): np.mean(huber(P - T, 0.25) / 0.25),
    Loss("bce_with_logits"): np.mean(np.log1p(np.exp(P)) - P * T),
    Loss("hinge_embedding"): np.mean(np.where(S == 1, P, np.maximum(0, 1 - P))),
    Loss("mse", reduction="sum"): np.sum((P - T) ** 2),
}


@pytest.mark.parametrize("loss", WANTED, ids=loss_as_formula)
def test_a_model_has_the_loss_of_the_lab(loss: Loss) -> None:
    target = "s" if loss.name == "hinge_embedding" else "y"
    formula = formula_of(lab(f"{target} = w x", loss))
    columns = {"x": np.array(X), "y": T, "s": S}
    value = Objective.bind(formula, {}, columns).value(np.array([0.8]))
    assert value == pytest.approx(WANTED[loss], rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "loss", "said"),
    [
        ("y = w x", Loss("cross_entropy"), "an output for each class"),
        ("y = w x", Loss("multi_margin"), "an output for each class"),
        ("s = w x", Loss("bce_with_logits"), "labels 0 and 1; the column s"),
        ("y = w x", Loss("hinge_embedding"), "labels -1 and 1; the column y"),
    ],
)
def test_a_loss_that_does_not_fit_says_so(formula: str, loss: Loss, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        formula_of(lab(formula, loss))


def test_the_loss_of_the_lab_is_not_of_what_is_no_model() -> None:
    assert formula_of(lab("mean(w x)", Loss("cross_entropy"))).model is None


def test_two_classes_are_0_and_1() -> None:
    data = Data(columns=("x", "y"), rows=((1.0, 0.0), (2.0, 1.0)), classes={"y": ("no", "yes")})
    assert formula_of(lab("ŷ = w x", Loss("bce_with_logits"), data)).columns == ("x", "y")
    with pytest.raises(FormulaError, match="holds classes"):
        formula_of(lab("ŷ = w x", Loss(), data))
