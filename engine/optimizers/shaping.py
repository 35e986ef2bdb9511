"""What happens to η and the gradient before the optimizer sees them: schedule, noise, clipping.

Any thread; numpy only.
"""

import copy
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.random import PCG64, Generator

from engine.base.arrays import Floats
from engine.base.i18n import message
from engine.base.streams import stream
from engine.base.vectors import length
from engine.optimizers.catalogue import Racer
from engine.optimizers.plateau import Plateau
from engine.optimizers.schedules import Constant
from engine.optimizers.transform import TermSpec

NOISE_BLOCK: Final = 256  # steps drawn at once

GRADIENT_TERM: Final = TermSpec(
    key="g", symbol="g", name=message("gradient"), role="gradient", rule=r"\nabla f([theta])"
)


class NoiseState(NamedTuple):
    """Where a stream of noise was before it drew the block in use.

    Attributes:
        drawn: the steps that there was noise for. state: of the bit generator.
    """

    drawn: int
    state: Any


class Shaper:
    """The rate and the gradient that the optimizer is given in each step.

    The noise of step t is the same for every start and every racer of the same seed: two paths then differ
    by their rules, not by luck.
    """

    def __init__(self, racer: Racer, d: int, seed: int) -> None:
        self._lr = float(getattr(racer.optimizer, "lr", 1.0))
        self._schedule = None if isinstance(racer.schedule, Constant | Plateau) else racer.schedule
        self._noise = racer.noise
        self._clip = racer.clip_norm
        self._plain = not self._noise and not self._clip
        self._random = stream(seed, "noise") if self._noise else None
        self._block = np.empty((0, d))
        self._drawn = 0  # steps that there is noise for
        self._d = d
        self.noise_state = self._state()

    def resumed(self, noise: NoiseState | None) -> Self:
        """The same where its noise was; steps go on from one that followed."""
        other = copy.copy(self)
        if noise is not None:
            other._random = Generator(PCG64())
            other._random.bit_generator.state = noise.state
            other._drawn = noise.drawn
        return other

    def _state(self) -> NoiseState | None:
        return None if self._random is None else NoiseState(self._drawn, self._random.bit_generator.state)

    def rate(self, t: int) -> float:
        """η of the step from point t to t + 1."""
        return self._lr * self.factor(t)

    def factor(self, t: int) -> float:
        """The share of η that a schedule which looks at no losses leaves in that step."""
        return 1.0 if self._schedule is None else self._schedule.factor(t)

    def shape(self, t: int, gradient: Floats) -> Floats:
        """The gradient (s, d) with the noise of step t, clipped. Steps must come in order.

        The clipping is torch.nn.utils.clip_grad_norm_'s: g·min(1, c/(‖g‖ + 10⁻⁶)).
        """
        if self._plain:
            return gradient
        if self._random is not None:
            while t >= self._drawn:
                self.noise_state = self._state()
                self._block = self._random.standard_normal((NOISE_BLOCK, self._d))
                self._drawn += NOISE_BLOCK
            gradient = gradient + self._noise * self._block[t % NOISE_BLOCK]
        if self._clip:
            norm = length(gradient)[:, None]
            gradient = gradient * np.minimum(1.0, self._clip / (norm + 1e-6))
        return gradient
