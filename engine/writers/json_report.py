"""Solution → the JSON object that `solve --json` prints. Any thread; numpy only."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from engine.analysis.findings import Analysis
from engine.base.arrays import Floats
from engine.base.vectors import eigenvalues
from engine.document.setup import Setup
from engine.formula import Formula, to_latex, to_text
from engine.formula.models import as_equations
from engine.function.objective import Objective
from engine.optimizers import format_spec
from engine.program.function import DENSE, dense_hessian
from engine.solving.solution import Solution
from engine.symbolic import Derivation

MOST_POINT_NUMBERS: Final = 200  # numbers of a point that is printed at each step
MOST_SECOND: Final = 12  # free variables whose Hessian is written out


def report(solution: Solution) -> dict[str, Any]:
    """The contract's object for a Solution without a fatal problem; every non-finite number is None.

    What is too large to print, or could not be had, is None, and the reason stands under "omitted".
    """
    formula, setup, objective = solution.formula, solution.setup, solution.objective
    assert formula and setup and objective and solution.derivation
    omitted: dict[str, str] = {}
    answer = {
        **_formula(formula),
        "variables": list(setup.variables),
        "constants": dict(setup.held),
        "roles": {name: {"role": each.role, "reason": each.ground} for name, each in setup.roles.items()},
        "starts": {
            "order": list(setup.descended),
            "normal": None if setup.start_seed is None else {"mean": 0, "std": 1, "seed": setup.start_seed},
        },
        "partials": _partials(solution.derivation, omitted),
        "hessian": _hessian(solution.derivation, setup, omitted),
        "at_start": _at_start(objective, setup.starts[0], omitted),
        **_found(solution, omitted),
        "runs": _runs(solution, omitted),
    }
    return {**answer, "omitted": omitted} if omitted else answer


def _formula(formula: Formula) -> dict[str, Any]:
    """The function that is descended, and beside it the lines that it was typed as, if they are a model."""
    model = formula.model
    if model is None:
        return {"formula": {"text": formula.text, "latex": to_latex(formula.ast)}}
    *parts, result = ({"text": to_text(line), "latex": to_latex(line)} for line in as_equations(model.lines))
    return {
        "formula": {"text": to_text(formula.ast), "latex": to_latex(formula.ast)},
        "model": {
            **result,
            "parts": [{"name": line.name, **part} for line, part in zip(model.parts, parts, strict=True)],
        },
    }


def _partials(derivation: Derivation, omitted: dict[str, str]) -> dict[str, Any] | None:
    pairs = zip(derivation.variables, derivation.partials, strict=True)
    found = {name: {"text": each.text, "latex": each.latex} for name, each in pairs if each is not None}
    if derivation.variables and len(found) < len(derivation.variables):
        omitted["partials"] = "not all of them could be written out, or there are too many variables"
        return None
    return found


def _hessian(derivation: Derivation, setup: Setup, omitted: dict[str, str]) -> list[list[str]] | None:
    if len(setup.descended) > MOST_SECOND:
        omitted["hessian"] = f"written out up to {MOST_SECOND} free variables"
        return None
    rows = derivation.rows([derivation.variables.index(name) for name in setup.descended])
    if rows is None:
        omitted["hessian"] = "not all second derivatives could be written out"
        return None
    return [[entry.text for entry in row] for row in rows]


def _at_start(objective: Objective, start: Floats, omitted: dict[str, str]) -> dict[str, Any]:
    matrix = dense_hessian(objective, start) if objective.dimension <= DENSE else None
    if matrix is None:
        omitted["at_start.hessian"] = f"computed up to {DENSE} free variables"
        omitted["at_start.eigenvalues"] = omitted["at_start.hessian"]
    return {
        "point": plain(start),
        "value": plain(objective.value(start)),
        "gradient": plain(objective.gradient(start)),
        "hessian": None if matrix is None else plain(matrix),
        "eigenvalues": None if matrix is None else plain(eigenvalues(matrix)),
    }


def _found(solution: Solution, omitted: dict[str, str]) -> dict[str, Any]:
    """What analysis found."""
    analysis = solution.analysis
    if analysis is None:
        omitted["critical_points"] = "the analysis did not end in time"
        analysis = Analysis()
    return {
        "critical_points": [
            {
                "point": plain(point.point),
                "value": plain(point.value),
                "kind": point.kind,
                "eigenvalues": plain(point.eigenvalues),
            }
            for point in analysis.critical_points
        ],
        "curves": [
            {"points": plain(family.points), "value": plain(family.value), "kind": family.kind}
            for family in analysis.families
        ],
        "kinks": [
            {"point": plain(point.point), "value": plain(point.value), "kind": point.kind}
            for point in analysis.critical_points
            if point.at_kink
        ],
        "search": {
            "variables": len(solution.setup.descended) if solution.setup else 0,
            "found": len(analysis.critical_points),
            "cap": analysis.cap,
            "gave_up": analysis.gave_up.render("en") if analysis.gave_up else None,
        },
    }


def _runs(solution: Solution, omitted: dict[str, str]) -> list[dict[str, Any]]:
    small = solution.setup is None or len(solution.setup.descended) <= MOST_POINT_NUMBERS
    if not small:
        reason = f"printed up to {MOST_POINT_NUMBERS} numbers a step"
        omitted |= {"runs.points": reason, "runs.gradients": reason}
    return [
        {
            "optimizer": format_spec(run.racer),
            "start": plain(run.points[0]),
            "steps": run.steps,
            "outcome": run.outcome,
            **({"points": plain(run.points)} if small else {}),
            "values": plain(run.values),
            **({"gradients": plain(run.gradients)} if small else {}),
        }
        for run in solution.runs
    ]


def plain(values: ArrayLike) -> Any:
    """Numbers of any shape as nested lists of floats, with None in place of NaN and infinities."""
    return _plain(np.asarray(values, dtype=np.float64).tolist())


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else None
