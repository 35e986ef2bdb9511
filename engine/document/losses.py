"""The losses of one output as formulas over what is predicted, p, and what the table says, t.

They make a function of a typed model, ŷ = w x + b; those of a network are `engine.function.network`.
Any thread; numpy only.
"""

from typing import Final

from engine.base.i18n import message
from engine.document.lab import Data
from engine.document.network import Loss, LossName
from engine.formula import Formula, FormulaError
from engine.formula.names import name_text

_EACH: Final[dict[LossName, str]] = {
    "mse": "(p - t)^2",
    "l1": "abs(p - t)",
    "huber": "huber(p - t, {delta})",
    "smooth_l1": "huber(p - t, {beta})/{beta}",
    "bce_with_logits": "softplus(p) - p t",
    "hinge_embedding": "piecewise(t = 1: p, p <= 1: 1 - p, 0)",
}
OF_ONE_OUTPUT: Final = tuple(_EACH)
_LABELS: Final[dict[LossName, tuple[float, float]]] = {
    "bce_with_logits": (0.0, 1.0),
    "hinge_embedding": (-1.0, 1.0),
}


def loss_as_formula(loss: Loss) -> str:
    """`loss` as `engine.formula.parse` takes it; mse for one that needs several outputs, see `check_loss`.

    >>> loss_as_formula(Loss("smooth_l1", beta=0.5, reduction="sum"))
    'sum(huber(p - t, 0.5)/0.5)'
    """
    each = _EACH.get(loss.name, _EACH["mse"]).format(delta=_short(loss.delta), beta=_short(loss.beta))
    return f"{loss.reduction}({each})"


def _short(number: float) -> str:
    """Every digit of it, but 1 and not 1.0."""
    return repr(number).removesuffix(".0")


def check_loss(formula: Formula, loss: Loss, data: Data) -> None:
    """Raise a FormulaError where `loss` cannot compare the model that `formula` is with its column."""
    model = formula.model
    if model is None or model.target is None:
        return
    if loss.name not in _EACH:
        raise FormulaError(
            message("{loss} needs an output for each class, and a formula has one output", loss=loss.name),
            model.result.span,
            message("Choose another loss, bce_with_logits for two classes, or a network"),
        )
    labels = _LABELS.get(loss.name)
    place = data.columns.index(model.target)
    if labels is not None and not {row[place] for row in data.rows} <= set(labels):
        raise FormulaError(
            message(
                "{loss} predicts the labels {first} and {second}; the column {name} has others",
                loss=loss.name,
                first=f"{labels[0]:g}",
                second=f"{labels[1]:g}",
                name=name_text(model.target),
            ),
            model.result.span,
            message("Write these two labels there, or choose another loss"),
        )


def takes_classes(formula: Formula, loss: Loss, data: Data) -> str | None:
    """The column of two classes that `formula` predicts as 0 and 1; None if there is none."""
    target = formula.model.target if formula.model is not None else None
    two = target is not None and len(data.classes.get(target, ())) == 2
    return target if two and loss.name == "bce_with_logits" else None
