"""All optimizers there are, by name; and a Racer: one of them, how it is fed, and how it is shown.

Any thread; msgspec only.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from engine.base.i18n import Message, message
from engine.optimizers.adam import Adam, AdamW
from engine.optimizers.adam_kin import Adamax, NAdam, RAdam
from engine.optimizers.adaptive import Adadelta, Adagrad, RMSprop
from engine.optimizers.conjugate import ConjugateGradient, LineSearchDescent
from engine.optimizers.custom import CustomRule
from engine.optimizers.gradient_descent import GradientDescent, Lion, SignDescent
from engine.optimizers.method import Method, described, fields_of, tag_of
from engine.optimizers.newton import Newton, TrustRegion
from engine.optimizers.plateau import Plateau
from engine.optimizers.quasi_newton import BFGS, LBFGS
from engine.optimizers.resilient import ASGD, Rprop
from engine.optimizers.schedules import (
    Constant,
    Cosine,
    Cyclic,
    Exponential,
    InverseTime,
    MultiStep,
    OneCycle,
    Polynomial,
    ScheduleBase,
    StepDecay,
    WarmRestarts,
    WarmUp,
)

Optimizer = (
    GradientDescent
    | Adagrad
    | RMSprop
    | Adadelta
    | Adam
    | AdamW
    | NAdam
    | RAdam
    | Adamax
    | Rprop
    | ASGD
    | SignDescent
    | Lion
    | LineSearchDescent
    | ConjugateGradient
    | Newton
    | TrustRegion
    | BFGS
    | LBFGS
    | CustomRule
)
METHODS: Final[dict[str, type[Method]]] = {tag_of(method): method for method in Optimizer.__args__}
"""Every method by its tag."""

GROUPS: Final[tuple[tuple[Message, tuple[type[Method], ...]], ...]] = (
    (message("First order"), (GradientDescent, ASGD, SignDescent, Lion)),
    (
        message("First order, adaptive"),
        (Adagrad, RMSprop, Adadelta, Adam, AdamW, NAdam, RAdam, Adamax, Rprop),
    ),
    (message("Line search"), (LineSearchDescent, ConjugateGradient)),
    (message("Second order"), (Newton, TrustRegion, BFGS, LBFGS)),
    (message("Your own"), (CustomRule,)),
)
"""The methods by what they use of L, in the order in which they are listed."""

Schedule = (
    Constant
    | StepDecay
    | MultiStep
    | Exponential
    | Polynomial
    | InverseTime
    | Cosine
    | WarmRestarts
    | OneCycle
    | Cyclic
    | WarmUp
    | Plateau
)
SCHEDULES: Final[dict[str, type[ScheduleBase]]] = {tag_of(kind): kind for kind in Schedule.__args__}
"""Every schedule by its tag, in the order in which they are listed."""


class Leg(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a forked racer did before: so many steps by this rule."""

    optimizer: Optimizer
    schedule: Schedule = Constant()
    steps: Annotated[int, Meta(ge=1, le=1_000_000)]


class Racer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One competitor: an optimizer, how its gradient and its rate are shaped, and how it is shown.

    Attributes:
        name: "" for the name that `label` makes.
        schedule: how η changes with the steps.
        noise: standard deviation of the Gaussian noise added to every partial derivative, seeded by the
            Lab's seed: the same noise for every racer and start, so that a race is fair.
        clip_norm: the gradient is shortened to this length if it is longer; 0 does not clip.
        legs: of a forked racer, what it does before its own rule takes over.
        mark: its colour and shape, which it keeps while others come and go; None for the first free one
            (`engine.document.marks`).
    """

    optimizer: Optimizer = GradientDescent(lr=0.1)
    name: Annotated[str, Meta(max_length=200)] = ""
    enabled: bool = True
    schedule: Schedule = Constant()
    noise: Annotated[
        float, described("noise in the gradient: its standard deviation", r"\sigma", log=True, ge=0, le=1e6)
    ] = 0.0
    clip_norm: Annotated[
        float,
        described("longest gradient: a longer one is cut to it; 0 for any", "c", log=True, ge=0, le=1e12),
    ] = 0.0
    legs: Annotated[tuple[Leg, ...], Meta(max_length=16)] = ()
    mark: Annotated[int, Meta(ge=0, le=63)] | None = None


class FieldProblem(Struct, frozen=True):
    """A setting out of its bounds. field: its path, "optimizer.lr"."""

    field: str
    message: Message


def problems_of(racer: Racer) -> tuple[FieldProblem, ...]:
    """What is wrong with a racer's own rule and numbers; empty when it can run. Its legs are not judged.

    >>> problems_of(Racer(optimizer=GradientDescent(lr=0.0)))[0].message.render()
    'lr (learning rate) must be greater than 0; it is 0.'
    """
    found = _out_of_bounds(racer)
    found += _out_of_bounds(racer.optimizer, "optimizer.")
    found += _out_of_bounds(racer.schedule, "schedule.")
    found += [FieldProblem("optimizer." + name, text) for name, text in racer.optimizer.conflicts()]
    found += [FieldProblem("schedule." + name, text) for name, text in racer.schedule.conflicts()]
    return tuple(found)


def _out_of_bounds(part: Struct, prefix: str = "") -> list[FieldProblem]:
    found = []
    for field in fields_of(type(part)):
        problem = field.problem(getattr(part, field.name))
        if problem is not None:
            found.append(FieldProblem(prefix + field.name, problem))
    return found
