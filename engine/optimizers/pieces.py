"""The small pieces that several optimizers share: weight decay, momentum, the step itself.

Any thread; numpy only.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.optimizers.transform import (
    IDENTITY,
    Moment,
    State,
    Step,
    TermSpec,
    Transform,
    chain,
    from_zero,
    stateless,
)

DIRECTION: Final = message("direction")


def is_off(setting: float | Floats) -> bool:
    """Whether a setting is 0 for every start: a plain 0, and no array of them."""
    return not isinstance(setting, np.ndarray) and setting == 0


def towards(mean: Floats, new: Floats, share: float | Floats) -> Floats:
    """(1 − share)·mean + share·new, exact at both ends, rounded as torch.lerp rounds it.

    >>> towards(np.array([1.0]), np.array([3.0]), 0.25).tolist()
    [1.5]
    """
    if isinstance(share, np.ndarray):
        return np.where(share < 0.5, mean + share * (new - mean), new - (new - mean) * (1.0 - share))
    if share < 0.5:
        return mean + share * (new - mean)
    return new - (new - mean) * (1.0 - share)


def mean_square(mean: Floats, new: Floats, beta: float | Floats) -> Floats:
    """β·mean + (1 − β)·new²: the running mean of squares.

    >>> mean_square(np.array([1.0]), np.array([3.0]), 0.75).tolist()
    [3.0]
    """
    return beta * mean + (1.0 - beta) * new * new


def add_weight_decay(weight_decay: float) -> Transform:
    """Add λθ to the gradient: the gradient of L + λ‖θ‖²/2. With λ = 0, the empty chain.

    Source: torch.optim, `weight_decay` of every optimizer but AdamW.
    """
    if weight_decay == 0:
        return IDENTITY
    term = TermSpec(
        key="d",
        symbol="d",
        name=message("gradient with weight decay"),
        rule=r"[g] + [weight_decay]\,[theta]",
    )

    def update(u: Floats, moment: Moment) -> Step:
        d = u + weight_decay * moment.theta
        return Step(d, (), (d,))

    return stateless(update, (term,))


def after_weight_decay(weight_decay: float, piece: Callable[[str], Transform]) -> Transform:
    """`piece` of the gradient, the term "g"; where there is weight decay of the sum of both, the term "d"."""
    return chain(add_weight_decay(weight_decay), piece("d" if weight_decay else "g"))


def follow_momentum(
    momentum: float | Floats, dampening: float | Floats, nesterov: bool, source: str = "g"
) -> Transform:
    """Replace the direction by the velocity b ← μb + (1 − τ)u; Nesterov's form looks ahead: u + μb.

    As in PyTorch, the first velocity is u itself, whatever τ.

    Args:
        momentum: μ in [0, 1]; 0 leaves the direction alone. dampening: τ. Each may be an array (s, 1).
        source: the key of u's term.

    Source: Sutskever et al. 2013, "On the importance of initialization and momentum"; torch.optim.SGD.

    >>> piece = follow_momentum(0.9, 0.0, False)
    >>> g = np.array([[1.0, -2.0]])
    >>> moment = Moment(0, 0.1, g, g[:, 0], g, None)
    >>> first = piece.update(g, piece.init(g), moment)
    >>> second = piece.update(g, first.state, moment._replace(t=1))
    >>> second.u.round(12).tolist()
    [[1.9, -3.8]]
    """
    if is_off(momentum):
        return IDENTITY
    gain = (
        np.where(momentum == 0, 1.0, 1.0 - dampening) if isinstance(momentum, np.ndarray) else 1.0 - dampening
    )
    share = f"[{source}]" if is_off(dampening) else rf"(1-[dampening])\,[{source}]"
    terms: tuple[TermSpec, ...] = (
        TermSpec(
            key="b",
            symbol="b",
            name=message("velocity"),
            role="momentum",
            rule=rf"[momentum]\,[b-] + {share}",
            first_rule=f"[{source}]",
        ),
    )
    if nesterov:
        terms += (
            TermSpec(
                key="ahead",
                symbol=r"\tilde b",
                name=message("velocity, looked ahead"),
                role="momentum",
                rule=rf"[{source}] + [momentum]\,[b]",
            ),
        )

    def update(u: Floats, state: State, moment: Moment) -> Step:
        (b,) = state
        b = u if moment.t == 0 else momentum * b + gain * u
        if not nesterov:
            return Step(b, (b,), (b,))
        ahead = u + momentum * b
        return Step(ahead, (b,), (b, ahead))

    return Transform(from_zero(1), update, terms)


def descend_by_rate(source: str) -> Transform:
    """Δθ = −ηu. `source` is the key of the term that u is."""
    term = step_term(rf"-[eta]\,[{source}]")

    def update(u: Floats, moment: Moment) -> Step:
        step = -moment.lr * u
        return Step(step, (), (step,))

    return stateless(update, (term,))


def direction_term(rule: str, name: Message = DIRECTION, *, spelled: bool = False) -> TermSpec:
    """p, the way to go, whose length another term decides; `spelled`: its rule can be written in numbers."""
    return TermSpec(key="p", symbol="p", name=name, role="direction", rule=rule, spelled=spelled)


def step_term(rule: str, decoupled_decay: float = 0.0) -> TermSpec:
    """The last term of every method, Δθ; with decoupled weight decay it also pulls θ towards 0."""
    pull = r" - [eta]\,[weight_decay]\,[theta]" if decoupled_decay else ""
    return TermSpec(
        key="step", symbol=r"\Delta\theta", name=message("update"), role="update", rule=rule + pull
    )
