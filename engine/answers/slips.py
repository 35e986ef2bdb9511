"""The known slips of a partial derivative: what each would have made of the function, and its sentence.

They are tried in an order in which the more telling name comes first, where two slips give the same answer:
the chain rule's inner factor before the derivative by another variable, that before a forgotten term.
Any thread; no symbolic program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final, Literal

from msgspec import Struct

from engine.answers import missteps as m
from engine.answers.compare import compare, effort
from engine.answers.reading import variables_of
from engine.base.i18n import Message, message
from engine.formula import ast, to_text
from engine.formula.algebra import ZERO, minus, plus
from engine.formula.ast import Node
from engine.formula.differentiate import derivative, substitute
from engine.formula.names import name_text

SlipId = Literal[
    "not_held",
    "other_partial",
    "one_term",
    "sign",
    "power_kept",
    "coefficient_lost",
    "inner_factor_missing",
    "product_of_derivatives",
    "quotient_sign",
    "constant_kept",
    "update_sign",
    "rate_forgotten",
    "evaluated_first",
    "integrated",
]
MOST_TERMS: Final = 6  # of a sum whose parts are left out
MOST_WORK: Final = 12_000  # the effort of all that the slips make
MOST_OTHERS: Final = 4  # variables held constant
PUT_IN: Final = ("0", "1")  # what is put in for the others where no point is known


class Slip(Struct, frozen=True):
    """A slip: its name, and what is said to whom it happened."""

    id: SlipId
    message: Message


class Asked(Struct, frozen=True):
    """What was to be differentiated: a function, by which variable; and where, if at a point.

    tree: expanded, variables by their keys.
    """

    tree: Node
    by: str
    at: Mapping[str, Node] = {}

    @property
    def others(self) -> tuple[str, ...]:
        """The variables that are held constant."""
        return tuple(name for name in variables_of(self.tree) if name != self.by)


Candidate = tuple[Slip, Node]


def find_slip(answer: Node | None, asked: Asked, is_answer: Callable[[Node], bool]) -> Slip | None:
    """The slip that leads to a wrong answer; None if none of them does.

    Args:
        answer: as a function of the variables; None where only a number is known of it.
        is_answer: whether what a slip makes is the answer.
    """
    work = 0
    for source in _SOURCES:
        for slip, tree in source(asked):
            work += effort(tree)
            if work > MOST_WORK:
                return None
            if is_answer(tree):
                return slip
        if source is _sign and answer is not None:
            integrated = _integrated(answer, asked)
            if integrated is not None:
                return integrated
    return None


def _integrated(answer: Node, asked: Asked) -> Slip | None:
    """The slip of an answer whose derivative is the function itself."""
    if asked.by not in variables_of(answer):
        return None
    names = variables_of(answer, asked.tree)
    if compare(derivative(answer, asked.by), asked.tree, names).verdict != "right":
        return None
    said = message(
        "This is an integral: its derivative with respect to {by} is f. "
        "You were to differentiate f with respect to {by}.",
        by=name_text(asked.by),
    )
    return Slip("integrated", said)


def signs_differ() -> Slip:
    """The answer is the right one with the other sign."""
    return Slip("sign", message("The sign is wrong: your answer is the right one times −1."))


def _other_partial(asked: Asked) -> Iterator[Candidate]:
    for other in asked.others:
        said = message(
            "This is the partial derivative with respect to {other}. "
            "You were asked for the one with respect to {by}: hold {other} constant.",
            other=name_text(other),
            by=name_text(asked.by),
        )
        yield Slip("other_partial", said), derivative(asked.tree, other)


def _not_held(asked: Asked) -> Iterator[Candidate]:
    if not asked.others:
        return
    said = message(
        "You differentiated {others} as well. In the partial derivative with respect to {by}, "
        "hold {others} constant, like a number.",
        by=name_text(asked.by),
        others=", ".join(map(name_text, asked.others)),
    )
    slip = Slip("not_held", said)
    right = derivative(asked.tree, asked.by)
    others = asked.others[:MOST_OTHERS]
    for count in range(len(others), 0, -1):
        for chosen in combinations(others, count):
            yield slip, plus(right, *(derivative(asked.tree, other) for other in chosen))
    for misrule in (m.held_terms_differentiated, m.others_differentiated, m.nothing_held):
        for tree in m.missteps(asked.tree, asked.by, misrule):
            yield slip, tree


def _one_term(asked: Asked) -> Iterator[Candidate]:
    tree = asked.tree
    if not isinstance(tree, ast.Add):
        return
    slopes = [derivative(term, asked.by) for term in tree.terms]
    moving = [place for place, slope in enumerate(slopes) if slope != ZERO]
    if not 2 <= len(moving) <= MOST_TERMS:
        return
    for count in range(1, len(moving)):
        for chosen in combinations(moving, count):
            terms = ", ".join(to_text(tree.terms[place]) for place in chosen)
            said = message(
                "You differentiated only {terms}. A sum is differentiated term by term: "
                "each term with {by} in it counts.",
                terms=terms,
                by=name_text(asked.by),
            )
            slip = Slip("one_term", said)
            yield slip, plus(*(slopes[place] for place in chosen))
            kept = (slopes[place] if place in chosen else term for place, term in enumerate(tree.terms))
            yield slip, plus(*kept)


def _constant_kept(asked: Asked) -> Iterator[Candidate]:
    said = message(
        "A term without {by} stayed as it was. It does not change with {by}: its derivative is 0.",
        by=name_text(asked.by),
    )
    slip = Slip("constant_kept", said)
    if asked.by not in variables_of(asked.tree):
        yield slip, asked.tree
    misrules = (m.constants_kept, *map(m.one_constant_kept, range(MOST_TERMS)))
    yield from _made_by(slip, asked, misrules)


def _inner_factor(asked: Asked) -> Iterator[Candidate]:
    said = message(
        "The chain rule’s inner factor is missing: "
        "multiply by the derivative of the inner function with respect to {by}.",
        by=name_text(asked.by),
    )
    yield from _made_by(Slip("inner_factor_missing", said), asked, (m.inner_missing,))


def _power_kept(asked: Asked) -> Iterator[Candidate]:
    said = message(
        "The power was not lowered: the derivative of {power} with respect to {by} is {slope}.",
        power=f"{name_text(asked.by)}ⁿ",
        by=name_text(asked.by),
        slope=f"n {name_text(asked.by)}ⁿ⁻¹",
    )
    yield from _made_by(Slip("power_kept", said), asked, (m.power_kept,))


def _first_power_kept(asked: Asked) -> Iterator[Candidate]:
    said = message(
        "The power was not lowered: the derivative of {by} with respect to {by} is 1.", by=name_text(asked.by)
    )
    yield from _made_by(Slip("power_kept", said), asked, (m.first_power_kept,))


def _coefficient(asked: Asked) -> Iterator[Candidate]:
    power = message(
        "The exponent comes down as a factor, and here it is missing: "
        "the derivative of {power} with respect to {by} is {slope}.",
        power=f"{name_text(asked.by)}ⁿ",
        by=name_text(asked.by),
        slope=f"n {name_text(asked.by)}ⁿ⁻¹",
    )
    yield from _made_by(Slip("coefficient_lost", power), asked, (m.exponent_lost,))
    factor = message("A number in front was lost: a constant factor stays when you differentiate.")
    yield from _made_by(Slip("coefficient_lost", factor), asked, (m.factor_lost, m.both_lost))


def _product(asked: Asked) -> Iterator[Candidate]:
    said = message(
        "The derivative of a product is not the product of the derivatives, nor that of a quotient their "
        "quotient: (u v)′ = u′ v + u v′."
    )
    yield from _made_by(Slip("product_of_derivatives", said), asked, (m.derivatives_multiplied,))


def _half_product(asked: Asked) -> Iterator[Candidate]:
    said = message(
        "The product rule has two terms, and here is only one of them: (u v)′ = u′ v + u v′.",
    )
    yield from _made_by(Slip("one_term", said), asked, [m.one_factor(k) for k in range(4)])


def _quotient(asked: Asked) -> Iterator[Candidate]:
    said = message("In the quotient rule a sign is wrong: (u/v)′ = (u′ v − u v′)/v².")
    yield from _made_by(Slip("quotient_sign", said), asked, (m.quotient_added, m.quotient_turned))


def _sign(asked: Asked) -> Iterator[Candidate]:
    yield signs_differ(), minus(derivative(asked.tree, asked.by))
    said = message("A sign is wrong in one of the terms. Look at minus signs and at (cos u)′ = −sin u · u′.")
    slip = Slip("sign", said)
    yield from _made_by(slip, asked, (m.sign_of_a_rule,))


def _sign_of_a_term(asked: Asked) -> Iterator[Candidate]:
    slip = Slip("sign", message("A sign is wrong in one of the terms."))
    terms = asked.tree.terms if isinstance(asked.tree, ast.Add) else ()
    slopes = [derivative(term, asked.by) for term in terms]
    for place in range(min(len(terms), MOST_TERMS)):
        yield slip, plus(*(minus(slope) if k == place else slope for k, slope in enumerate(slopes)))
    yield from _made_by(slip, asked, (m.sign_of_a_term,))


def _put_in_first() -> Slip:
    said = message(
        "You put numbers in before you differentiated, and a number has derivative 0. "
        "Differentiate first, then put the numbers in."
    )
    return Slip("evaluated_first", said)


def _value_itself(asked: Asked) -> Iterator[Candidate]:
    """At a point, the value of the function: before other slips, which come to the same number by chance."""
    if asked.at:
        yield _put_in_first(), substitute(asked.tree, asked.at)


def _evaluated_first(asked: Asked) -> Iterator[Candidate]:
    slip = _put_in_first()
    yield slip, ZERO
    held: Sequence[Mapping[str, Node]] = [
        {name: ast.Number(text) for name in asked.others} for text in PUT_IN if asked.others
    ]
    known = {name: asked.at[name] for name in asked.others if name in asked.at}
    for values in (known, *held):
        if values:
            yield slip, derivative(substitute(asked.tree, values), asked.by)


def _made_by(slip: Slip, asked: Asked, misrules: Sequence[m.Misrule]) -> Iterator[Candidate]:
    for misrule in misrules:
        for tree in m.missteps(asked.tree, asked.by, misrule):
            yield slip, tree


_SOURCES: Final[tuple[Callable[[Asked], Iterator[Candidate]], ...]] = (
    _value_itself,
    _inner_factor,
    _other_partial,
    _not_held,
    _one_term,
    _constant_kept,
    _power_kept,
    _coefficient,
    _product,
    _quotient,
    _sign,
    _sign_of_a_term,
    _half_product,
    _first_power_kept,
    _evaluated_first,
)
