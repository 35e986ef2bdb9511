"""Solution → the JSON object that `solve --json` prints. Any thread; numpy only."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from engine.analysis.findings import Analysis
from engine.base.arrays import Floats
from engine.base.vectors import eigenvalues
from engine.descent.run import Run
from engine.document.network import Network, scalar_names
from engine.document.network_letters import letters_of
from engine.document.network_setup import Examples, weights_at
from engine.document.network_text import loss_text
from engine.document.setup import Setup
from engine.formula import to_latex, to_text
from engine.formula.models import as_equations
from engine.function.limits import shown_gradient
from engine.function.objective import Objective
from engine.optimizers import format_spec
from engine.program.function import DENSE, dense_hessian
from engine.solving.solution import Solution
from engine.symbolic import Derivation
from engine.writers.csv_table import MOST_POINT_NUMBERS
from engine.writers.numbers import plain
from engine.writers.plane_report import plane_report

MOST_SECOND: Final = 12  # free variables whose Hessian is written out


def report(solution: Solution, *, asked: Sequence[str] = (), batch_losses: bool = False) -> dict[str, Any]:
    """The contract's object for a Solution without a fatal problem; every non-finite number is None.

    Args:
        asked: the variables whose partials are printed; none: all of them, of a network none.
        batch_losses: whether the losses of the batches are printed too.

    What is too large to print, or could not be had, is None, and the reason stands under "omitted".
    """
    formula, setup, objective = solution.formula, solution.setup, solution.objective
    assert formula and setup and objective and solution.derivation
    omitted: dict[str, str] = {}
    answer = {
        **_formula(solution),
        **_network(solution, asked),
        "variables": list(setup.variables),
        "constants": dict(setup.held),
        "roles": {name: {"role": each.role, "reason": each.ground} for name, each in setup.roles.items()},
        "starts": {
            "order": list(setup.descended),
            "normal": None if setup.start_seed is None else {"mean": 0, "std": 1, "seed": setup.start_seed},
        },
        "partials": _partials(solution.derivation, omitted, asked, solution.examples is not None),
        "hessian": _hessian(solution.derivation, setup, omitted, solution.examples is not None),
        "at_start": _at_start(objective, setup.starts[0], omitted),
        **_found(solution, omitted),
        "runs": _runs(solution, omitted, batch_losses),
        **plane_report(solution, omitted),
    }
    return {**answer, "omitted": omitted} if omitted else answer


def _formula(solution: Solution) -> dict[str, Any]:
    """The function that is descended, and beside it the lines that it was typed as, if they are a model."""
    formula = solution.formula
    assert formula and solution.derivation
    if solution.examples is not None:
        return {"formula": {"text": formula.text, "latex": solution.derivation.value.latex}}
    latex, model = to_latex(formula.ast), formula.model
    if model is None:
        return {"formula": {"text": formula.text, "latex": latex}}
    *parts, result = ({"text": to_text(line), "latex": to_latex(line)} for line in as_equations(model.lines))
    return {
        "formula": {"text": to_text(formula.ast), "latex": latex},
        "model": {
            **result,
            "parts": [{"name": line.name, **part} for line, part in zip(model.parts, parts, strict=True)],
        },
    }


def _network(solution: Solution, asked: Sequence[str]) -> dict[str, Any]:
    """What a network is made of, for a Solution of one."""
    network, examples = solution.lab.network, solution.examples
    if network is None or examples is None:
        return {}
    return {
        "network": {
            "inputs": list(examples.names),
            "targets": list(examples.targets),
            "layers": [{"width": each.width, "activation": each.activation} for each in network.layers],
            "parameters": network.parameters,
            "loss": loss_text(network.loss),
            **_scaling(examples),
            "classes": None if examples.classes is None else list(examples.classes),
            **({"letters": _letters(network)} if asked else {}),
        }
    }


def _scaling(examples: Examples) -> dict[str, Any]:
    """By what each input is standardised, if it is."""
    if examples.mean is None or examples.std is None:
        return {}
    return {"scaling": {"mean": plain(examples.mean), "std": plain(examples.std)}}


def _letters(network: Network) -> dict[str, str]:
    """How the partials that were asked for spell the weights."""
    return dict(zip(scalar_names(network.shapes), letters_of(network), strict=True))


def _partials(
    derivation: Derivation, omitted: dict[str, str], asked: Sequence[str], network: bool
) -> dict[str, Any] | None:
    pairs = zip(derivation.variables, derivation.partials, strict=True)
    found = {
        name: {"text": each.text, "latex": each.latex}
        for name, each in pairs
        if each is not None and (not asked or name in asked)
    }
    if network and not asked:
        omitted["partials"] = "of a network only those that are asked for are written out"
    elif network and len(found) < len(asked):
        omitted["partials"] = "this network is too large to be written out as a formula"
    elif len(found) < len(asked or derivation.variables):
        omitted["partials"] = "not all of them could be written out, or there are too many variables"
    return found if asked or "partials" not in omitted else None


def _hessian(
    derivation: Derivation, setup: Setup, omitted: dict[str, str], network: bool
) -> list[list[str]] | None:
    if network:
        omitted["hessian"] = "of a network it is not written out"
        return None
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
        "gradient": plain(shown_gradient(objective, start)),
        "hessian": None if matrix is None else plain(matrix),
        "eigenvalues": None if matrix is None else plain(eigenvalues(matrix)),
    }


def _found(solution: Solution, omitted: dict[str, str]) -> dict[str, Any]:
    """What analysis found."""
    analysis = solution.analysis
    if analysis is None:
        omitted["critical_points"] = "the analysis did not end in time"
        analysis = Analysis()
    setup = solution.setup
    if setup is not None and len(setup.descended) != len(setup.drawn):
        omitted["edges"] = "looked for where every free variable is drawn"
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
        "edges": [
            {
                "point": plain(edge.point),
                "value": plain(edge.value),
                "extreme": edge.extreme,
                "of": edge.of,
                "reached": edge.reached,
                "beyond": edge.beyond,
            }
            for edge in analysis.edges
        ],
        "search": {
            "variables": len(solution.setup.descended) if solution.setup else 0,
            "found": len(analysis.critical_points),
            "cap": analysis.cap,
            "gave_up": analysis.gave_up.render("en") if analysis.gave_up else None,
        },
    }


def _runs(solution: Solution, omitted: dict[str, str], batch_losses: bool) -> list[dict[str, Any]]:
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
            **({"points": plain(np.asarray(run.points))} if small else {}),
            "values": plain(run.values),
            **({"gradients": plain(np.asarray(run.gradients))} if small else {}),
            **_losses(run, batch_losses),
            **_weights(solution, run),
        }
        for run in solution.runs
    ]


def _losses(run: Run, batch_losses: bool) -> dict[str, Any]:
    """Of a run over a table that was gone through in parts, or has rows to test on."""
    found: dict[str, Any] = {}
    if run.batch_values is not None and batch_losses:
        found["batch_losses"] = plain(run.batch_values)
    if run.test_values is not None:
        found["test_losses"] = plain(run.test_values)
    return found


def _weights(solution: Solution, run: Run) -> dict[str, Any]:
    """The losses of a network over all rows to train on, and its weights at the end."""
    network, setup = solution.lab.network, solution.setup
    if network is None or setup is None:
        return {}
    arrays = weights_at(network, setup, run.points[-1]).arrays
    return {"losses": plain(run.values), "weights": {name: plain(array) for name, array in arrays.items()}}
