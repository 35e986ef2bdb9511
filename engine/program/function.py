"""The door: what optimizers, stopping rules, analysis and basins may ask of a function.

Any thread; numpy only.
"""

from typing import Protocol

from engine.base.arrays import Floats


class Function(Protocol):
    """What a method may ask of L: all broadcast over leading axes of theta, (…, d)."""

    def value(self, theta: Floats, /) -> Floats: ...

    def gradient(self, theta: Floats, /) -> Floats: ...

    def hessian(self, theta: Floats, /) -> Floats: ...

    def value_and_gradient(self, theta: Floats, /) -> tuple[Floats, Floats]: ...
