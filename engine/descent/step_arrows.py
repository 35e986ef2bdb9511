"""The arrows of one step: the update, and the terms of the rule it is made of. Any thread; numpy only."""

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.vectors import length
from engine.descent.run import Run


class StepVector(Struct, frozen=True):
    """One arrow of a step, from the point before it.

    Attributes:
        symbol: of the term, "" for the update; role: which colour draws it.
        vector: (d,), in the unit of the variables.
        strong: it is to be emphasised.
    """

    symbol: str
    role: str
    vector: Floats
    strong: bool


def step_vectors(run: Run, step: int, highlighted: str | None = None) -> tuple[StepVector, ...]:
    """The arrows of the step from `step` to the next point of `run`, the update last; none at its end.

    The terms are shown downhill (−g, −m, a direction p as it is), and where the rule has a momentum or a
    direction, or one of them is highlighted.
    They have no length of their own among the variables: the longest is drawn as long as the update.

    Args:
        highlighted: the symbol of a term; None emphasises the update.
    """
    if step >= run.steps:
        return ()
    here = run.points[step]
    update = run.points[step + 1] - here
    if not np.isfinite(update).all():
        return ()
    terms = [
        (term.symbol, term.role, term.values[step] if term.role == "direction" else -term.values[step])
        for term in run.terms
        if term.role in ("gradient", "momentum", "direction")
        and term.values.shape[1] == len(here)
        and np.isfinite(term.values[step]).all()
    ]
    vectors: list[StepVector] = []
    wanted = any(role != "gradient" for _, role, _ in terms) or any(s == highlighted for s, _, _ in terms)
    longest = max((float(length(vector)) for _, _, vector in terms), default=0.0)
    if wanted and longest > 0:
        scale = float(length(update)) / longest
        vectors = [
            StepVector(symbol, role, vector * scale, symbol == highlighted) for symbol, role, vector in terms
        ]
    named = {term.symbol for term in run.terms if term.role == "update"}
    strong = highlighted is None or highlighted in named
    return (*vectors, StepVector("", "update", update, strong))
