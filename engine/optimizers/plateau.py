"""The schedule that looks at the losses: η falls when they no longer do.

Any thread; numpy and msgspec only.
"""

from typing import Annotated, Final, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.i18n import message
from engine.optimizers.method import described
from engine.optimizers.schedules import ScheduleBase

SMALLEST_CUT: Final = 1e-8  # of η: PyTorch's `eps`; a smaller one is not made


class Plateau(ScheduleBase, frozen=True, kw_only=True, tag="plateau"):
    """η falls by a factor once L has not become better for more than so many steps.

    What is looked at before the step from point t is L at the points 0 … t − 1, the loss of each step as a
    training loop has it: `loss.backward(); optimizer.step(); scheduler.step(loss)`.
    With a patience of 10, and L that never changes, the 12th call cuts η:
    the first step with less of it is that from point 12.

    Source: torch.optim.lr_scheduler.ReduceLROnPlateau (mode="min", min_lr = floor · η).
    """

    title = message("Reduce on plateau")
    formula = (
        r"\eta \leftarrow \gamma\,\eta\ \text{after more than}\ P\ \text{steps without}\ "
        r"L < (1-\epsilon)\,L_{best}"
    )
    note = message(
        "It looks at the loss of each step, as scheduler.step(loss) does. The first such loss is the best "
        "so far, so patience 10 first cuts η after 12 of them."
    )

    gamma: Annotated[float, described("factor at each fall", r"\gamma", gt=0, lt=1)] = 0.1
    patience: Annotated[
        int, described("steps without improvement that are let pass", "P", ge=0, le=1_000_000)
    ] = 10
    threshold: Annotated[
        float, described("how much better L must be to count", r"\epsilon", log=True, ge=0, le=1e6)
    ] = 1e-4
    threshold_mode: Annotated[
        Literal["rel", "abs"], described("better by that share of the best loss, or by that amount")
    ] = "rel"
    cooldown: Annotated[
        int, described("steps after a fall in which none is counted", "C", ge=0, le=1_000_000)
    ] = 0
    floor: Annotated[float, described("share of η below which it never falls", r"\phi", ge=0, le=1)] = 0.0


class Watched(NamedTuple):
    """What a Plateau remembers of each start, (s,) each.

    Attributes:
        best: the best loss that counted. bad: steps without a better one. cooling: steps left in which none
            is counted. factor: what η is multiplied by now.
    """

    best: Floats
    bad: NDArray[np.int64]
    cooling: NDArray[np.int64]
    factor: Floats

    @classmethod
    def fresh(cls, s: int) -> Self:
        """Before any loss was seen."""
        zeros = np.zeros(s, dtype=np.int64)
        return cls(np.full(s, np.inf), zeros, zeros, np.ones(s))

    def keep(self, keep: NDArray[np.bool_]) -> Self:
        """Of some of the starts only."""
        return type(self)(self.best[keep], self.bad[keep], self.cooling[keep], self.factor[keep])


def watch(plateau: Plateau, seen: Watched, losses: Floats, lr: Floats | float) -> Watched:
    """What is remembered once the losses (s,) were seen. lr: the rates that it multiplies, (s,) or one.

    >>> seen = Watched.fresh(1)
    >>> for loss in (1.0, 0.5, 0.5, 0.5):
    ...     seen = watch(Plateau(patience=1), seen, np.array([loss]), 1.0)
    >>> seen.factor.tolist()
    [0.1]
    """
    if plateau.threshold_mode == "rel":
        wanted = seen.best * (1.0 - plateau.threshold)
    else:
        wanted = seen.best - plateau.threshold
    better = losses < wanted
    best = np.where(better, losses, seen.best)
    bad = np.where(better, 0, seen.bad + 1)
    resting = seen.cooling > 0
    cooling, bad = np.where(resting, seen.cooling - 1, 0), np.where(resting, 0, bad)
    over = bad > plateau.patience
    lower = np.maximum(seen.factor * plateau.gamma, plateau.floor)
    cut = over & (lr * (seen.factor - lower) > SMALLEST_CUT)
    return Watched(
        best,
        np.where(over, 0, bad),
        np.where(over, plateau.cooldown, cooling),
        np.where(cut, lower, seen.factor),
    )
