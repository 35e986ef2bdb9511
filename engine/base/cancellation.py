"""How long work is stopped: it asks `cancelled()` now and then, and raises Cancelled when told to."""

from collections.abc import Callable

CancelCheck = Callable[[], bool]


class Cancelled(Exception):
    """The work was given up because nobody wants its result any more."""


class Relay:
    """A check that asks another one, which changes: work that goes on through several requests asks the one
    of the moment.

    >>> relay = Relay()
    >>> relay()
    False
    >>> relay.asked = lambda: True
    >>> relay()
    True
    """

    def __init__(self) -> None:
        self.asked: CancelCheck = never

    def __call__(self) -> bool:
        return self.asked()


Progress = Callable[[float], None]


def unwatched(share: float) -> None:
    """The Progress of work that nobody watches; it is told which share is done, from 0 to 1."""


def never() -> bool:
    """The CancelCheck of work that nobody cancels."""
    return False
