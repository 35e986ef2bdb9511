"""A claim: a sentence about the function, and what proves it. All that analysis says passes here.

One sample proves nothing of a function: at a tie it has the slope of a convention, on a pole a value that is
rounding, and beside every sample there is another. Any thread; no numpy.
"""

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from engine.base.i18n import Message

# Of how many places at least a claim must be proved: about a point from itself and both sides of it, about
# the whole function, or a search, from many; what is known of the task itself, as a bound, needs none.
Ground = Literal["around", "everywhere", "search", "task"]
FEWEST: Final[dict[Ground, int]] = {"around": 3, "everywhere": 32, "search": 32, "task": 0}


class Evidence(Struct, frozen=True):
    """What a claim was measured by.

    Attributes:
        ground: what it speaks of. places: different ones at which f was asked, and agreed.
    """

    ground: Ground
    places: int

    @property
    def holds(self) -> bool:
        return self.places >= FEWEST[self.ground]


KNOWN: Final = Evidence("task", 0)


class Claim(Struct, frozen=True):
    """A sentence and its evidence."""

    sentence: Message
    evidence: Evidence


def said(claims: Iterable[Claim]) -> tuple[Message, ...]:
    """The sentences of the claims that are proved.

    >>> from engine.base.i18n import message
    >>> say = message("f is constant: every point is stationary, and descent does not move.")
    >>> [len(said([Claim(say, Evidence("everywhere", places))])) for places in (1, 64)]
    [0, 1]
    """
    return tuple(claim.sentence for claim in claims if claim.evidence.holds)
