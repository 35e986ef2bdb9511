"""The points of a racer on their way down, and the step that moves them all; it can be taken up again where
it was, bit for bit.

Any thread, but one motion belongs to one; numpy only.
"""

import copy
from collections.abc import Mapping
from typing import Final, NamedTuple, Self

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.descent.batches import Batches
from engine.descent.forks import Onward
from engine.optimizers import Moment, Racer
from engine.optimizers.shaping import GRADIENT_TERM, NoiseState, Shaper
from engine.optimizers.transform import State, Step, leaves, rows
from engine.program.function import Function


class Checkpoint(NamedTuple):
    """All that the steps from point t on depend on, for the m starts that are still moving.

    Attributes:
        t: steps taken. ids: (m,), which starts. theta: (m, d). state: the optimizer's memory. noise: where
            its stream of random numbers was; which rows a step sees follows from t alone.
    """

    t: int
    ids: NDArray[np.intp]
    theta: Floats
    state: State
    noise: NoiseState | None

    @property
    def numbers(self) -> int:
        """How many it takes to keep it."""
        return self.theta.size + sum(leaf.size for leaf in leaves(self.state))


class Motion:
    """Points of one racer, from starts (s, d), of which m still move.

    Args:
        seed: of the gradient noise. batches: what each step sees, where that is not all of `objective`.
        varied: settings with a number for each start, (s,), in place of the racer's; only those the method
            names in `by_start`. onward: what the later part of a forked run takes over.

    Attributes:
        origin: (s, d), where the runs began; begun: the steps they had taken when this motion starts.
        t: steps taken. ids: (m,), the starts that still move. theta, value, gradient: (m, d), (m,), (m, d).
        terms: of the rule, with the gradient that it is given first.
        used: the gradient that the rule was given for the last step, step: what came of it, (m, d).
    """

    value: Floats
    gradient: Floats

    def __init__(
        self,
        objective: Function,
        racer: Racer,
        starts: Floats,
        *,
        seed: int = 0,
        batches: Batches | None = None,
        varied: Mapping[str, Floats] | None = None,
        onward: Onward | None = None,
    ) -> None:
        s, d = starts.shape
        onward = onward or Onward(origin=starts, begun=0, state=None, rule_from=0, schedule_from=0)
        self.racer = racer
        self.origin, self.begun = onward.origin, onward.begun
        self._of_rule = onward.begun - onward.rule_from
        self._of_schedule = onward.begun - onward.schedule_from
        self._settings = {
            name: np.asarray(each, dtype=np.float64).reshape(s, 1) for name, each in (varied or {}).items()
        }
        self._rates = self._settings.pop("lr", None)
        transform = replace(racer.optimizer, **self._settings).transform()
        self._update = transform.update
        self.terms: Final = (GRADIENT_TERM, *transform.terms)
        self._shaper = Shaper(racer, d, seed)
        self.objective, self._batches = objective, batches
        self.t = 0
        self.ids: NDArray[np.intp] = np.arange(s)
        self.theta = starts.astype(np.float64)
        self.used = self.step = np.zeros_like(self.theta)
        self.state = transform.init(self.theta) if onward.state is None else onward.state
        self._look(self.theta, 0)

    @property
    def batched(self) -> bool:
        """Whether each step sees some of the rows only."""
        return self._batches is not None

    def over(self, objective: Function, batches: Batches | None) -> Self:
        """The same motion over the same function, asked through another door."""
        other = copy.copy(self)
        other.objective, other._batches = objective, batches
        return other

    def checkpoint(self) -> Checkpoint:
        """What `resumed` needs to go on from here."""
        return Checkpoint(self.t, self.ids, self.theta, self.state, self._shaper.noise_state)

    def resumed(self, checkpoint: Checkpoint) -> Self:
        """The same motion where it was at that checkpoint."""
        other = copy.copy(self)
        other.t, other.ids, other.theta, other.state, noise = checkpoint
        other._shaper = self._shaper.resumed(noise)
        other._look(other.theta, other.t)
        return other

    def keep(self, keep: NDArray[np.bool_]) -> None:
        """Go on with some of the points only; keep: (m,)."""
        self.ids, self.theta, self.value = self.ids[keep], self.theta[keep], self.value[keep]
        self.gradient, self.state = self.gradient[keep], rows(self.state, keep)
        if self._rates is not None:
            self._rates = self._rates[keep]
        if self._settings:
            self._settings = {name: each[keep] for name, each in self._settings.items()}
            self._update = replace(self.racer.optimizer, **self._settings).transform().update

    def move(self) -> Step:
        """Take a step; what the rule answered.

        Raises:
            Cancelled: the function was; the step is still to be taken.
        """
        t = self.t
        used = self._shaper.shape(self.begun + t, self.gradient)
        k = self._of_schedule + t
        rate = self._shaper.rate(k) if self._rates is None else self._rates * self._shaper.factor(k)
        moment = Moment(self._of_rule + t, rate, self.theta, self.value, used, self._function)
        answer = self._update(used, self.state, moment)
        theta = self.theta + answer.u
        if self._batches is None:
            self.value, self.gradient = answer.reached or self._evaluate(theta)
        else:
            self._look(theta, t + 1)
        self.used, self.step, self.state = used, answer.u, answer.state
        self.theta, self.t = theta, t + 1
        return answer

    def _look(self, theta: Floats, t: int) -> None:
        """L and its gradient at the points `theta`, over the rows that the step from point t sees."""
        function = self.objective if self._batches is None else self._batches.at(self.begun + t)
        self.value, self.gradient = function.value_and_gradient(theta)
        self._function, self._evaluate = function, function.value_and_gradient
