"""What an optimizer can be told: one frozen Struct a method, its fields typed, bounded and described."""

from typing import Annotated

from msgspec import Meta, Struct


class GradientDescent(Struct, frozen=True, kw_only=True, tag="gd", tag_field="method"):
    """Gradient descent: θ ← θ − η ∇L."""

    lr: Annotated[float, Meta(gt=0, le=1e6, description="learning rate η")] = 0.001


Optimizer = GradientDescent


class Racer(Struct, frozen=True, kw_only=True):
    """One competitor: an optimizer, and how it is shown."""

    optimizer: Optimizer = GradientDescent(lr=0.1)
    name: str = ""
    enabled: bool = True
