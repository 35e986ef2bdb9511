"""Learning-rate schedules: a factor of η for every step, t = 0, 1, 2, …

Any thread; msgspec only.
"""

import math
from typing import Annotated, ClassVar

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.optimizers.method import described

Length = Annotated[int, described("number of steps", "T", log=True, ge=1, le=1_000_000)]


class ScheduleBase(Struct, frozen=True, kw_only=True, tag_field="schedule", forbid_unknown_fields=True):
    """A schedule; its tag is its name in a spec, `gd(lr=0.1, schedule=cosine(steps=100))`.

    Class attributes: title: for people. formula: η_t as LaTeX.
    """

    title: ClassVar[Message]
    formula: ClassVar[str]

    def factor(self, t: int) -> float:
        """What η is multiplied by in the step from point t to t + 1; dimensionless, ≥ 0."""
        raise TypeError(f"{type(self).__name__} has no factor")  # only the concrete schedules are ever made


class Constant(ScheduleBase, frozen=True, kw_only=True, tag="constant"):
    """η stays.

    >>> Constant().factor(7)
    1.0
    """

    title = message("Constant")
    formula = r"\eta_t = \eta"

    def factor(self, t: int) -> float:
        return 1.0


class StepDecay(ScheduleBase, frozen=True, kw_only=True, tag="step"):
    """η falls by a factor every so many steps. Source: torch.optim.lr_scheduler.StepLR.

    >>> [StepDecay(every=2, gamma=0.5).factor(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    title = message("Step decay")
    formula = r"\eta_t = \eta\,\gamma^{\lfloor t / T \rfloor}"

    every: Length = 30
    gamma: Annotated[float, described("factor at each fall", r"\gamma", gt=0, le=1)] = 0.1

    def factor(self, t: int) -> float:
        return float(self.gamma ** (t // self.every))


class Exponential(ScheduleBase, frozen=True, kw_only=True, tag="exponential"):
    """η falls by the same factor each step. Source: torch.optim.lr_scheduler.ExponentialLR.

    >>> [Exponential(gamma=0.5).factor(t) for t in range(3)]
    [1.0, 0.5, 0.25]
    """

    title = message("Exponential decay")
    formula = r"\eta_t = \eta\,\gamma^{t}"

    gamma: Annotated[float, described("factor of each step", r"\gamma", gt=0, le=1)] = 0.99

    def factor(self, t: int) -> float:
        return float(self.gamma**t)


class Cosine(ScheduleBase, frozen=True, kw_only=True, tag="cosine"):
    """η follows half a cosine down to its floor, and stays there.

    Source: Loshchilov & Hutter 2017, "SGDR", arXiv:1608.03983, without restarts.

    >>> [round(Cosine(steps=2).factor(t), 6) for t in range(4)]
    [1.0, 0.5, 0.0, 0.0]
    """

    title = message("Cosine")
    formula = r"\eta_t = \eta\,\bigl(\phi + \tfrac{1-\phi}{2}(1 + \cos\tfrac{\pi t}{T})\bigr)"

    steps: Length = 100
    floor: Annotated[float, described("share of η that is left at the end", r"\phi", ge=0, le=1)] = 0.0

    def factor(self, t: int) -> float:
        way = min(t, self.steps) / self.steps
        return self.floor + (1.0 - self.floor) * 0.5 * (1.0 + math.cos(math.pi * way))


class WarmUp(ScheduleBase, frozen=True, kw_only=True, tag="warmup"):
    """η rises evenly to its full value in T steps, and stays. Source: Goyal et al. 2017, arXiv:1706.02677.

    >>> [WarmUp(steps=4).factor(t) for t in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    title = message("Warm-up")
    formula = r"\eta_t = \eta\,\min(1, \tfrac{t+1}{T})"

    steps: Length = 10

    def factor(self, t: int) -> float:
        return min(1.0, (t + 1) / self.steps)


class InverseTime(ScheduleBase, frozen=True, kw_only=True, tag="inverse"):
    """η falls like 1/t, so that steps still add up to infinity. Source: Robbins & Monro 1951.

    >>> [InverseTime(decay=1.0).factor(t) for t in range(4)]
    [1.0, 0.5, 0.3333333333333333, 0.25]
    """

    title = message("1/t decay")
    formula = r"\eta_t = \dfrac{\eta}{1 + \kappa t}"

    decay: Annotated[float, described("speed of the decay", r"\kappa", log=True, ge=0, le=1e3)] = 0.01

    def factor(self, t: int) -> float:
        return 1.0 / (1.0 + self.decay * t)


class Cyclic(ScheduleBase, frozen=True, kw_only=True, tag="cyclic"):
    """η goes up and down between its floor and its full value in a triangle of period T.

    Source: Smith 2017, "Cyclical Learning Rates", arXiv:1506.01186 ("triangular").

    >>> [Cyclic(period=4, floor=0.0).factor(t) for t in range(5)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    title = message("Cyclic")
    formula = r"\eta_t = \eta\,\bigl(\phi + (1-\phi)(1 - |2s - 1|)\bigr),\quad s = \tfrac{t \bmod T}{T}"

    period: Annotated[int, described("steps of one cycle", "T", log=True, ge=2, le=1_000_000)] = 40
    floor: Annotated[float, described("share of η at the bottom", r"\phi", ge=0, le=1)] = 0.1

    def factor(self, t: int) -> float:
        phase = (t % self.period) / self.period
        return self.floor + (1.0 - self.floor) * (1.0 - abs(2.0 * phase - 1.0))


Schedule = Constant | StepDecay | Exponential | Cosine | WarmUp | InverseTime | Cyclic
SCHEDULES: dict[str, type[ScheduleBase]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (Constant, StepDecay, Exponential, Cosine, WarmUp, InverseTime, Cyclic)
}
