"""Solution → the lines of text that `solve` prints for a person. Any thread."""

from collections.abc import Iterable, Iterator

from engine.analysis.findings import Kind
from engine.base.i18n import Language, Message, message, translate
from engine.base.round_numbers import format_tick
from engine.descent.run import Outcome
from engine.document.classes import listed
from engine.document.network_text import loss_text, network_text
from engine.document.roles import summed_up
from engine.document.starts import drawn_by
from engine.optimizers import format_spec
from engine.solving.solution import Solution

KINDS: dict[Kind, Message] = {
    "minimum": message("minimum"),
    "maximum": message("maximum"),
    "saddle": message("saddle point"),
    "neither": message("flat point, neither minimum nor maximum nor saddle"),
    "undecided": message("critical point of undecided kind"),
}
OUTCOME_NAMES: dict[Outcome, Message] = {
    "converged": message("converged"),
    "diverged": message("diverged"),
    "left_domain": message("left the domain"),
    "max_steps": message("step limit"),
    "stalled_at_saddle": message("stuck"),
    "stalled_on_plateau": message("stuck on a plateau"),
}
MOST_NUMBERS = 12  # of a point that is printed


def summary(solution: Solution, language: Language = "en") -> str:
    """The function, its partials, its critical points and its runs, for a Solution without fatal problem."""
    setup, derivation = solution.setup, solution.derivation
    assert setup and derivation
    if solution.examples is not None:
        return "\n".join((*_of_network(solution, language), *_of_runs(solution, language)))
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
    return "\n".join((*lines, *_of_runs(solution, language)))


def _of_network(solution: Solution, language: Language) -> Iterator[str]:
    """What it is, what goes in and what should come out."""
    network, examples, setup = solution.lab.network, solution.examples, solution.setup
    assert network and examples and setup
    yield network_text(network)
    yield translate(
        "{count} weights, from {inputs} to {targets}; loss {loss} over {rows} rows.",
        language,
        count=network.parameters,
        inputs=", ".join(examples.names),
        targets=", ".join(examples.targets),
        loss=loss_text(network.loss),
        rows=len(examples.train),
    )
    if examples.classes is not None:
        yield translate("Classes: {names}.", language, names=listed(examples.classes))


def _of_runs(solution: Solution, language: Language) -> Iterator[str]:
    few = solution.setup is not None and len(solution.setup.descended) <= MOST_NUMBERS
    for run in solution.runs:
        outcome = OUTCOME_NAMES[run.outcome].render(language)
        way = f"{_point(run.points[0])} → {_point(run.points[-1])}, " if few else ""
        tested = "" if run.test_values is None else f" ({format_tick(float(run.test_values[-1]))})"
        yield (
            f"{format_spec(run.racer)}: {way}"
            f"n = {run.steps}, f = {format_tick(float(run.values[-1]))}{tested}: {outcome}"
        )
        yield f"    {run.explanation.render(language)}"
    yield from (problem.message.render(language) for problem in solution.problems)


def _point(values: Iterable[float]) -> str:
    return f"({', '.join(format_tick(float(value)) for value in values)})"
