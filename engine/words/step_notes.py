"""What is special about a step: a warm-up, a first step, a rule that changes on its way.

Any thread; numpy only.
"""

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from engine.descent.forks import part_at
from engine.descent.run import Run
from engine.optimizers.schedules import Timed, WarmUp
from engine.optimizers.shaping import GRADIENT_TERM


def step_notes(run: Run, step: int) -> tuple[Message, ...]:
    """Sentences on the step from point `step` to the next; none where it is like every other.

    Raises:
        IndexError: the run has no such step.
    """
    if not 0 <= step < run.steps:
        raise IndexError(f"the run has no step {step}")
    part, step = part_at(run, step)
    return tuple(note for note in (_of_schedule(part, step), _of_rule(part, step)) if note is not None)


def _of_rule(run: Run, step: int) -> Message | None:
    optimizer = run.racer.optimizer
    keys = [spec.key for spec in (GRADIENT_TERM, *optimizer.transform().terms)]
    if len(keys) != len(run.terms):
        return None

    def term(key: str, count: int) -> Floats:
        return np.asarray(run.terms[keys.index(key)].values[count - 1 + run.rule_from])

    return optimizer.remark(step + 1 - run.rule_from, term)


def _of_schedule(run: Run, step: int) -> Message | None:
    schedule, t = run.racer.schedule, step - run.schedule_from
    rise = schedule.steps if isinstance(schedule, WarmUp) else 0
    rise = schedule.warmup if isinstance(schedule, Timed) else rise
    share = format_tick(100 * run.factor(step), 3)
    if t < rise:
        return message(
            "Warm-up, step {step} of {steps}: η is {share} % of what is set.",
            step=t + 1,
            steps=rise,
            share=share,
        )
    if run.factors is not None and t > 0 and run.factors[step] < run.factors[step - 1]:
        return message(
            "The loss had not become better for too long: from this step on η is {share} % of what is set.",
            share=share,
        )
    return None
