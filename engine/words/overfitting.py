"""Over-fitting in a sentence, where a run has it. Any thread; numpy only."""

from typing import Final

import numpy as np

from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from engine.descent.run import Run

WORTH_SAYING: Final = 0.02  # of the least test loss: a rise of less is no over-fitting


def overfitting(run: Run) -> Message | None:
    """That the test loss has risen since its least while the training loss fell; None where it did not."""
    test, train = run.test_values, run.values
    if test is None or not np.isfinite(test).any() or not np.isfinite((test[-1], train[-1])).all():
        return None
    step = int(np.where(np.isfinite(test), test, np.inf).argmin())
    least, last = float(test[step]), float(test[-1])
    if last - least <= WORTH_SAYING * abs(least) or not train[-1] < train[step]:
        return None
    return message(
        "Over-fitting: the test loss was least at step {step} ({least}) and rose to {last}, "
        "while the training loss fell from {before} to {after}.",
        step=step,
        least=format_tick(least, 3),
        last=format_tick(last, 3),
        before=format_tick(float(train[step]), 3),
        after=format_tick(float(train[-1]), 3),
    )
