"""Solution → the lines of text that `solve` prints for a person. Any thread."""

from collections.abc import Iterable

from engine.analysis.findings import Kind
from engine.base.i18n import Language, Message, message, translate
from engine.base.round_numbers import format_tick
from engine.descent.run import Outcome
from engine.document.roles import summed_up
from engine.document.starts import drawn_by
from engine.optimizers import format_spec
from engine.solving.solution import Solution

KINDS: dict[Kind, Message] = {
    "minimum": message("minimum"),
    "maximum": message("maximum"),
    "saddle": message("saddle point"),
    "degenerate": message("degenerate critical point"),
}
OUTCOME_NAMES: dict[Outcome, Message] = {
    "converged": message("converged"),
    "diverged": message("diverged"),
    "left_domain": message("left the domain"),
    "max_steps": message("step limit"),
    "stalled_at_saddle": message("stuck"),
}


def summary(solution: Solution, language: Language = "en") -> str:
    """The function, its partials, its critical points and its runs, for a Solution without fatal problem."""
    setup, derivation = solution.setup, solution.derivation
    assert setup and derivation
    lines = [f"f({', '.join(derivation.variables)}) = {derivation.value.text}"]
    lines += [
        f"∂f/∂{name} = {partial.text}"
        for name, partial in zip(derivation.variables, derivation.partials, strict=True)
        if partial is not None
    ]
    lines += [f"{name} = {format_tick(value)}" for name, value in setup.held.items()]
    lines += [sentence.render(language) for sentence in summed_up(setup.roles)]
    if len(setup.descended) > 1:
        lines.append(
            translate("Points are in the order {names}.", language, names=", ".join(setup.descended))
        )
    if setup.start_seed is not None:
        lines.append(drawn_by(setup.start_seed).render(language))
    if solution.analysis:
        lines += [
            f"{KINDS[point.kind].render(language)}: {_point(point.point)}, f = {format_tick(point.value)}"
            for point in solution.analysis.critical_points
        ]
        lines += [sentence.render(language) for sentence in solution.analysis.diagnosis]
    for run in solution.runs:
        outcome = OUTCOME_NAMES[run.outcome].render(language)
        lines.append(
            f"{format_spec(run.racer)}: {_point(run.points[0])} → {_point(run.points[-1])}, "
            f"n = {run.steps}, f = {format_tick(float(run.values[-1]))}: {outcome}"
        )
        lines.append(f"    {run.explanation.render(language)}")
    lines += [problem.message.render(language) for problem in solution.problems]
    return "\n".join(lines)


def _point(values: Iterable[float]) -> str:
    return f"({', '.join(format_tick(float(value)) for value in values)})"
