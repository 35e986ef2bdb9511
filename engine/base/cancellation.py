"""How long work is stopped: it asks `cancelled()` now and then, and raises Cancelled when told to."""

from collections.abc import Callable

CancelCheck = Callable[[], bool]


class Cancelled(Exception):
    """The work was given up because nobody wants its result any more."""


def never() -> bool:
    """The CancelCheck of work that nobody cancels."""
    return False
