"""Solution → the JSON object that `solve --json` prints. Any thread; numpy only."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from engine.base.arrays import Floats
from engine.formula import to_latex
from engine.optimizers import format_spec
from engine.solving.solution import Solution


def report(solution: Solution) -> dict[str, Any]:
    """The contract's object for a Solution without a fatal problem; every non-finite number is None."""
    formula, setup = solution.formula, solution.setup
    derivation, objective = solution.derivation, solution.objective
    assert formula and setup and derivation and objective
    index = [derivation.variables.index(name) for name in setup.descended]
    start = setup.starts[0]
    hessian = objective.hessian(start)
    points = solution.analysis.critical_points if solution.analysis else ()
    return {
        "formula": {"text": formula.text, "latex": to_latex(formula.ast)},
        "variables": list(setup.variables),
        "constants": dict(setup.held),
        "roles": {name: {"role": each.role, "reason": each.ground} for name, each in setup.roles.items()},
        "starts": {
            "order": list(setup.descended),
            "normal": None if setup.start_seed is None else {"mean": 0, "std": 1, "seed": setup.start_seed},
        },
        "partials": {
            name: {"text": partial.text, "latex": partial.latex}
            for name, partial in zip(derivation.variables, derivation.partials, strict=True)
        },
        "hessian": [[derivation.hessian[i][j].text for j in index] for i in index],
        "at_start": {
            "point": plain(start),
            "value": plain(objective.value(start)),
            "gradient": plain(objective.gradient(start)),
            "hessian": plain(hessian),
            "eigenvalues": plain(eigenvalues(hessian)),
        },
        "critical_points": [
            {
                "point": plain(point.point),
                "value": plain(point.value),
                "kind": point.kind,
                "eigenvalues": plain(point.eigenvalues),
            }
            for point in points
        ],
        "runs": [
            {
                "optimizer": format_spec(run.racer),
                "start": plain(run.points[0]),
                "steps": run.steps,
                "outcome": run.outcome,
                "points": plain(run.points),
                "values": plain(run.values),
                "gradients": plain(run.gradients),
            }
            for run in solution.runs
        ],
    }


def eigenvalues(hessian: ArrayLike) -> Floats:
    """Of a symmetric matrix (d, d), ascending; NaN where an entry is not finite."""
    matrix = np.asarray(hessian, dtype=np.float64)
    if not np.isfinite(matrix).all():
        return np.full(len(matrix), np.nan)
    return np.asarray(np.linalg.eigvalsh(matrix), dtype=np.float64)


def plain(values: ArrayLike) -> Any:
    """Numbers of any shape as nested lists of floats, with None in place of NaN and infinities."""
    return _plain(np.asarray(values, dtype=np.float64).tolist())


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else None
