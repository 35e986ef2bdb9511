"""The pieces optimizers are made of: pure (init, update) pairs over immutable states, and their chaining.

A piece maps a direction u (first the gradient) to the next one; the last piece of a chain yields Δθ. All
arrays are float64 of shape (s, d), one row a start, so that one call moves any number of starts. A state is
a tuple of arrays with the same leading axis, possibly nested; nothing is ever written into.
Any thread; numpy only.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.i18n import Message
from engine.program.function import Function

State = tuple[Any, ...]
TermRole = Literal["gradient", "momentum", "direction", "update", "scale", "scalar"]


class TermSpec(Struct, frozen=True, kw_only=True):
    """One named quantity that a piece computes at every step, and how it is written.

    Attributes:
        key: its name in the rules of later terms. symbol: its LaTeX. name: for people.
        rule: the right-hand side as LaTeX with references in brackets: [m] a term of this step, [m-] the
            same term one step before, [beta1] a setting, [t] the number of the step (from 1), [theta] the
            point the step starts from, [eta] the learning rate of the step.
        first_rule: the rule of the very first step, where it differs.
        initial: the value of [m-] in the first step.
        spelled: whether numbers can be put into the rule; not for a search or an inverse.
    """

    key: str
    symbol: str
    name: Message
    rule: str
    role: TermRole = "scale"
    first_rule: str | None = None
    initial: float = 0.0
    spelled: bool = True


class Moment(NamedTuple):
    """Where a step is taken.

    Attributes:
        t: the number of steps taken before this one, from 0.
        lr: η of this step, its schedule applied; an array (s, 1) where starts have rates of their own.
        theta, value, gradient: (s, d), (s,), (s, d): the point, L and the gradient the step may use there.
        function: L itself, for methods that look further than the gradient.
    """

    t: int
    lr: Any
    theta: Floats
    value: Floats
    gradient: Floats
    function: Function


class Step(NamedTuple):
    """What a piece answers.

    Attributes:
        u: the new direction, (s, d). terms: one array per TermSpec, (s, d), or (s, 1) for scalars.
        evaluations: evaluations of L or its gradient spent beyond the one at theta, (s,); None for none.
        reached: L and its gradient where the step leads, (s,) and (s, d), where the piece knows them.
    """

    u: Floats
    state: State
    terms: tuple[Floats, ...] = ()
    evaluations: NDArray[np.int64] | None = None
    reached: tuple[Floats, Floats] | None = None


class Transform(NamedTuple):
    """A pure pair: init(theta) → state; update(u, state, moment) → Step. `terms` describes Step.terms."""

    init: Callable[[Floats], State]
    update: Callable[[Floats, State, Moment], Step]
    terms: tuple[TermSpec, ...] = ()


def stateless(update: Callable[[Floats, Moment], Step], terms: tuple[TermSpec, ...] = ()) -> Transform:
    """A piece that remembers nothing."""
    return Transform(lambda theta: (), lambda u, state, moment: update(u, moment), terms)


def from_zero(count: int) -> Callable[[Floats], State]:
    """The init of a piece that remembers `count` arrays of the shape of θ, at first zeros."""

    def init(theta: Floats) -> State:
        return (np.zeros_like(theta),) * count

    return init


IDENTITY = stateless(lambda u, moment: Step(u, ()))
"""The piece that changes nothing; a chain leaves it out."""


def chain(*pieces: Transform) -> Transform:
    """The pieces one after the other: each gets the direction the one before it made.

    >>> half = stateless(lambda u, moment: Step(u / 2, ()))
    >>> moment = Moment(0, 0.1, np.zeros((1, 2)), np.zeros(1), np.array([[4.0, 8.0]]), None)
    >>> both = chain(half, half)
    >>> both.update(moment.gradient, both.init(moment.theta), moment).u.tolist()
    [[1.0, 2.0]]
    """
    pieces = tuple(piece for piece in pieces if piece is not IDENTITY) or (IDENTITY,)
    if len(pieces) == 1:
        return pieces[0]
    updates = tuple(piece.update for piece in pieces)

    def init(theta: Floats) -> State:
        return tuple(piece.init(theta) for piece in pieces)

    def update(u: Floats, state: State, moment: Moment) -> Step:
        states: list[State] = []
        terms: tuple[Floats, ...] = ()
        evaluations: NDArray[np.int64] | None = None
        for piece_update, piece_state in zip(updates, state, strict=True):
            u, new_state, new_terms, spent, _ = piece_update(u, piece_state, moment)
            states.append(new_state)
            terms += new_terms
            if spent is not None:
                evaluations = spent if evaluations is None else evaluations + spent
        return Step(u, tuple(states), terms, evaluations)

    return Transform(init, update, tuple(term for piece in pieces for term in piece.terms))


def leaves(state: State) -> list[NDArray[Any]]:
    """The arrays of a state, in order.

    >>> [part.tolist() for part in leaves(((), (np.ones(1), (np.zeros(1),))))]
    [[1.0], [0.0]]
    """
    return [leaf for part in state for leaf in (leaves(part) if isinstance(part, tuple) else [part])]


def refilled(state: State, parts: Sequence[NDArray[Any]]) -> State:
    """A state like `state`, with `parts` as its leaves."""
    left = iter(parts)

    def refill(part: Any) -> Any:
        return tuple(map(refill, part)) if isinstance(part, tuple) else next(left)

    return tuple(map(refill, state))


def rows(state: State, keep: NDArray[Any]) -> State:
    """The state of some of the starts only; `keep` is an index or a mask over the leading axis."""
    return tuple(rows(part, keep) if isinstance(part, tuple) else part[keep] for part in state)
