"""What stands in the way of a solve without ending it, beside the field where it is mended. Any thread."""

from typing import Final

from msgspec.structs import replace

from engine.base.i18n import message
from engine.descent.record import most_steps
from engine.descent.run import Run
from engine.document.setup import Problem, Setup
from engine.formula import Formula
from engine.function.sampled import Field
from engine.optimizers import Racer, problems_of

NOT_RUN: Final = message("Until then this one does not run.")


def fit_to_run(racers: tuple[Racer, ...]) -> tuple[tuple[Racer, ...], tuple[Problem, ...]]:
    """The racers, those disabled whose settings cannot be used; and what is wrong with these settings."""
    problems: list[Problem] = []
    fit = []
    for index, racer in enumerate(racers):
        found = problems_of(racer) if racer.enabled else ()
        problems += [
            Problem(f"racers.{index}.{each.field}", each.message, hint=NOT_RUN, fatal=False) for each in found
        ]
        for leg in racer.legs if racer.enabled else ():
            earlier = problems_of(Racer(optimizer=leg.optimizer, schedule=leg.schedule))
            problems += [
                Problem(f"racers.{index}", each.message, hint=NOT_RUN, fatal=False) for each in earlier
            ]
            found = (*found, *earlier)
        fit.append(replace(racer, enabled=False) if found else racer)
    return tuple(fit), tuple(problems)


def of_field(field: Field | None, formula: Formula) -> tuple[Problem, ...]:
    """That there is nothing to be drawn."""
    if field is None or field.finite.any():
        return ()
    said = message("This formula has no real value anywhere in the drawn range.")
    hint = message("Choose another range, or check logarithms, roots and divisions.")
    return (Problem("formula", said, (0, len(formula.text)), hint, fatal=False),)


def of_room(
    setup: Setup, racers: tuple[Racer, ...], steps: int, runs: tuple[Run, ...]
) -> tuple[Problem, ...]:
    """That runs end where there is no room for more steps."""
    most = most_steps(setup, racers)
    if steps <= most or all(run.steps != most for run in runs):
        return ()
    said = message("There is room for {most} steps of each run, which end there.", most=most)
    hint = message("Fewer starts, or fewer optimizers at once, leave room for more.")
    return (Problem("steps", said, hint=hint, fatal=False),)
