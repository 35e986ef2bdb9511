"""Learning-rate schedules: a factor of η for every step, t = 0, 1, 2, …

The names, the numbers and what they mean are those of torch.optim.lr_scheduler, but for two things: each is
flat once it is over (PyTorch's one-cycle climbs again on the call after its end), and none touches the
momentum. The one that looks at the losses is in `engine.optimizers.plateau`. Any thread; msgspec only.
"""

import math
import re
from typing import Annotated, ClassVar, Final, Literal

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.optimizers.method import described

MOST_MILESTONES: Final = 50
Length = Annotated[int, described("number of steps", "T", log=True, ge=1, le=1_000_000)]


class ScheduleBase(Struct, frozen=True, kw_only=True, tag_field="schedule", forbid_unknown_fields=True):
    """A schedule; its tag is its name in a spec, `gd(lr=0.1, schedule=cosine(steps=100))`.

    Class attributes: title: for people. formula: η_t as LaTeX. note: what people may not expect.
    """

    title: ClassVar[Message]
    formula: ClassVar[str]
    note: ClassVar[Message | None] = None

    def factor(self, t: int) -> float:
        """What η is multiplied by in the step from point t to t + 1; dimensionless, ≥ 0."""
        raise TypeError(f"{type(self).__name__} has no factor")  # only the concrete schedules are ever made

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        """Settings that cannot be used: (field, what is wrong)."""
        return ()


class Timed(ScheduleBase, frozen=True, kw_only=True):
    """One whose factor depends on the step alone; η may rise evenly before it begins.

    Source: torch.optim.lr_scheduler.LinearLR, then this one, joined by SequentialLR.
    """

    warmup: Annotated[
        int, described("steps of an even rise before it begins; 0 for none", "w", ge=0, le=1_000_000)
    ] = 0
    warmup_start: Annotated[float, described("share of η that the rise begins with", r"\rho", gt=0, le=1)] = (
        0.1
    )

    def factor(self, t: int) -> float:
        if t < self.warmup:
            return rising(self.warmup_start, t, self.warmup)
        return self.share(t - self.warmup)

    def share(self, t: int) -> float:
        """The factor, t counted from the end of the warm-up."""
        raise TypeError(f"{type(self).__name__} has no share")


def rising(start: float, t: int, steps: int) -> float:
    """The share of η on the even way from `start` to all of it.

    >>> [rising(0.25, t, 3) for t in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    return start + (1.0 - start) * min(t, steps) / steps


class Constant(ScheduleBase, frozen=True, kw_only=True, tag="constant"):
    """η stays.

    >>> Constant().factor(7)
    1.0
    """

    title = message("Constant")
    formula = r"\eta_t = \eta"

    def factor(self, t: int) -> float:
        return 1.0


class StepDecay(Timed, frozen=True, kw_only=True, tag="step"):
    """η falls by a factor every so many steps. Source: torch.optim.lr_scheduler.StepLR.

    >>> [StepDecay(every=2, gamma=0.5).factor(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    title = message("Step decay")
    formula = r"\eta_t = \eta\,\gamma^{\lfloor t / T \rfloor}"

    every: Length = 30
    gamma: Annotated[float, described("factor at each fall", r"\gamma", gt=0, le=1)] = 0.1

    def share(self, t: int) -> float:
        return float(self.gamma ** (t // self.every))


class MultiStep(Timed, frozen=True, kw_only=True, tag="multistep"):
    """η falls by a factor at each of the named steps. Source: torch.optim.lr_scheduler.MultiStepLR.

    >>> [MultiStep(milestones="2, 3", gamma=0.5).factor(t) for t in range(5)]
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """

    title = message("Multi-step decay")
    formula = r"\eta_t = \eta\,\gamma^{\#\{i \,:\, t_i \le t\}}"

    milestones: Annotated[str, described("steps at which η falls, with commas: 30, 60, 90")] = "30, 60, 90"
    gamma: Annotated[float, described("factor at each fall", r"\gamma", gt=0, le=1)] = 0.1

    @property
    def steps(self) -> tuple[int, ...]:
        """The milestones; empty where the text is none."""
        words = re.split(r"[\s,;]+", self.milestones.strip(" ,;[]()"))
        good = all(word.isascii() and word.isdigit() and len(word) <= 7 for word in words)
        return tuple(map(int, words)) if good and len(words) <= MOST_MILESTONES else ()

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        if self.steps:
            return ()
        said = message(
            "“{found}” is not a list of at most {most} steps; write whole numbers with commas: {example}.",
            found=self.milestones,
            most=MOST_MILESTONES,
            example="30, 60, 90",
        )
        return (("milestones", said),)

    def share(self, t: int) -> float:
        return float(self.gamma ** sum(step <= t for step in self.steps))


class Exponential(Timed, frozen=True, kw_only=True, tag="exponential"):
    """η falls by the same factor each step. Source: torch.optim.lr_scheduler.ExponentialLR.

    >>> [Exponential(gamma=0.5).factor(t) for t in range(3)]
    [1.0, 0.5, 0.25]
    """

    title = message("Exponential decay")
    formula = r"\eta_t = \eta\,\gamma^{t}"

    gamma: Annotated[float, described("factor of each step", r"\gamma", gt=0, le=1)] = 0.99

    def share(self, t: int) -> float:
        return float(self.gamma**t)


class Polynomial(Timed, frozen=True, kw_only=True, tag="polynomial"):
    """η falls to 0 in T steps by a power of the way that is left.

    Source: torch.optim.lr_scheduler.PolynomialLR.

    >>> [Polynomial(steps=4, power=2.0).factor(t) for t in range(6)]
    [1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0]
    """

    title = message("Polynomial decay")
    formula = r"\eta_t = \eta\,\bigl(1 - \min(1, \tfrac{t}{T})\bigr)^{p}"

    steps: Length = 100
    power: Annotated[float, described("power of what is left of the way", "p", gt=0, le=100)] = 1.0

    def share(self, t: int) -> float:
        return float((1.0 - min(t, self.steps) / self.steps) ** self.power)


class Cosine(Timed, frozen=True, kw_only=True, tag="cosine"):
    """η follows half a cosine down to its floor, and stays there.

    Source: Loshchilov & Hutter 2017, "SGDR", arXiv:1608.03983, without restarts.

    >>> [round(Cosine(steps=2).factor(t), 6) for t in range(4)]
    [1.0, 0.5, 0.0, 0.0]
    """

    title = message("Cosine")
    formula = r"\eta_t = \eta\,\bigl(\phi + \tfrac{1-\phi}{2}(1 + \cos\tfrac{\pi t}{T})\bigr)"

    steps: Length = 100
    floor: Annotated[float, described("share of η that is left at the end", r"\phi", ge=0, le=1)] = 0.0

    def share(self, t: int) -> float:
        way = min(t, self.steps) / self.steps
        return self.floor + (1.0 - self.floor) * 0.5 * (1.0 + math.cos(math.pi * way))


class WarmRestarts(Timed, frozen=True, kw_only=True, tag="restarts"):
    """η follows half a cosine down to its floor, and begins again; each round is a multiple of the last.

    Source: Loshchilov & Hutter 2017, "SGDR", arXiv:1608.03983;
    torch.optim.lr_scheduler.CosineAnnealingWarmRestarts (T_0, T_mult, eta_min = floor · η).

    >>> [round(WarmRestarts(first=2, multiple=2).factor(t), 6) for t in range(7)]
    [1.0, 0.5, 1.0, 0.853553, 0.5, 0.146447, 1.0]
    """

    title = message("Cosine with warm restarts")
    formula = (
        r"\eta_t = \eta\,\bigl(\phi + \tfrac{1-\phi}{2}(1 + \cos\tfrac{\pi\,T_{cur}}{T_i})\bigr),\quad"
        r"T_{i+1} = m\,T_i"
    )

    first: Annotated[int, described("steps of the first round", "T_0", log=True, ge=1, le=1_000_000)] = 20
    multiple: Annotated[
        int, described("how many times as long each round is as the last", "m", ge=1, le=100)
    ] = 1
    floor: Annotated[float, described("share of η that is left at the end", r"\phi", ge=0, le=1)] = 0.0

    def share(self, t: int) -> float:
        length = self.first
        if self.multiple == 1:
            t %= length
        while t >= length:
            t -= length
            length *= self.multiple
        return self.floor + (1.0 - self.floor) * 0.5 * (1.0 + math.cos(math.pi * t / length))


class OneCycle(Timed, frozen=True, kw_only=True, tag="onecycle"):
    """η rises from a share of it to all of it, falls far below where it began, and stays there.

    Source: Smith & Topin 2019, arXiv:1708.07120; torch.optim.lr_scheduler.OneCycleLR up to its end: its
    max_lr is our η, its total_steps our steps.

    >>> [round(OneCycle(steps=5, rise=0.4, div_factor=4.0).factor(t), 6) for t in range(7)]
    [0.25, 1.0, 0.750006, 0.250019, 2.5e-05, 2.5e-05, 2.5e-05]
    """

    title = message("One cycle")
    formula = (
        r"\eta_t:\ \tfrac{\eta}{d} \to \eta\ \text{until}\ pT - 1,\quad"
        r"\eta \to \tfrac{\eta}{d\,d_f}\ \text{until}\ T - 1"
    )
    note = message(
        "Ends flat. The momentum stays as you set it: PyTorch cycles it unless cycle_momentum=False."
    )

    steps: Length = 100
    rise: Annotated[float, described("share of the steps in which η rises", "p", ge=0, le=1)] = 0.3
    anneal: Annotated[Literal["cos", "linear"], described("shape of the rise and the fall")] = "cos"
    div_factor: Annotated[
        float, described("how many times smaller than η it begins", "d", log=True, ge=1, le=1e6)
    ] = 25.0
    final_div_factor: Annotated[
        float, described("how many times smaller than its beginning it ends", "d_f", log=True, ge=1, le=1e9)
    ] = 1e4

    def share(self, t: int) -> float:
        t = min(t, self.steps - 1)
        begin, peak, last = 1.0 / self.div_factor, self.rise * self.steps - 1.0, self.steps - 1.0
        end = begin / self.final_div_factor
        if t <= peak:
            return self._between(begin, 1.0, t / peak if peak > 0 else 1.0)
        return self._between(1.0, end, (t - peak) / (last - peak))

    def _between(self, start: float, end: float, way: float) -> float:
        if self.anneal == "linear":
            return start + (end - start) * way
        return end + (start - end) * 0.5 * (1.0 + math.cos(math.pi * way))


class WarmUp(ScheduleBase, frozen=True, kw_only=True, tag="warmup"):
    """η rises evenly from a share of it to all of it in T steps, and stays.

    Source: Goyal et al. 2017, arXiv:1706.02677; torch.optim.lr_scheduler.LinearLR.

    >>> [WarmUp(steps=3, start=0.25).factor(t) for t in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    title = message("Warm-up")
    formula = r"\eta_t = \eta\,\bigl(\rho + (1-\rho)\min(1, \tfrac{t}{T})\bigr)"

    steps: Length = 10
    start: Annotated[float, described("share of η that the rise begins with", r"\rho", gt=0, le=1)] = 0.1

    def factor(self, t: int) -> float:
        return rising(self.start, t, self.steps)


class InverseTime(Timed, frozen=True, kw_only=True, tag="inverse"):
    """η falls like 1/t, so that steps still add up to infinity. Source: Robbins & Monro 1951.

    >>> [InverseTime(decay=1.0).factor(t) for t in range(4)]
    [1.0, 0.5, 0.3333333333333333, 0.25]
    """

    title = message("1/t decay")
    formula = r"\eta_t = \dfrac{\eta}{1 + \kappa t}"

    decay: Annotated[float, described("speed of the decay", r"\kappa", log=True, ge=0, le=1e3)] = 0.01

    def share(self, t: int) -> float:
        return 1.0 / (1.0 + self.decay * t)


class Cyclic(Timed, frozen=True, kw_only=True, tag="cyclic"):
    """η goes up and down between its floor and its full value in a triangle of period T.

    Source: Smith 2017, "Cyclical Learning Rates", arXiv:1506.01186 ("triangular").

    >>> [Cyclic(period=4, floor=0.0).factor(t) for t in range(5)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """

    title = message("Cyclic")
    formula = r"\eta_t = \eta\,\bigl(\phi + (1-\phi)(1 - |2s - 1|)\bigr),\quad s = \tfrac{t \bmod T}{T}"

    note = message("The momentum stays as you set it: PyTorch cycles it unless cycle_momentum=False.")

    period: Annotated[int, described("steps of one cycle", "T", log=True, ge=2, le=1_000_000)] = 40
    floor: Annotated[float, described("share of η at the bottom", r"\phi", ge=0, le=1)] = 0.1

    def share(self, t: int) -> float:
        phase = (t % self.period) / self.period
        return self.floor + (1.0 - self.floor) * (1.0 - abs(2.0 * phase - 1.0))
