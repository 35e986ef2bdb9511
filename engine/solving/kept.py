"""The last result of each stage, kept as long as its inputs stay the same. For one thread at a time."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import msgspec
import numpy as np

from engine.document.setup import Setup

T = TypeVar("T")


class Kept:
    """What stages came to, by the name of the stage; a key holds all that a result hangs on."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Hashable, Any]] = {}

    def get(self, stage: str, key: Hashable) -> Any:
        """The kept result of `stage` if its inputs are the same, else None."""
        kept = self._made.get(stage)
        return kept[1] if kept is not None and _same(kept[0], key) else None

    def get_or(self, stage: str, key: Hashable, make: Callable[[], T]) -> T:
        """The kept result of `stage` if its inputs are the same, else a new one."""
        kept = self._made.get(stage)
        if kept is not None and _same(kept[0], key):
            return kept[1]  # type: ignore[no-any-return]
        return self.keep(stage, key, make())

    def keep(self, stage: str, key: Hashable, made: T) -> T:
        self._made[stage] = (key, made)
        return made

    def drop(self, stage: str) -> None:
        del self._made[stage]


def _same(a: Hashable, b: Hashable) -> bool:
    """Equality of keys that may hold arrays inside Structs (a Setup)."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, Setup) and isinstance(b, Setup):
        return all(
            np.array_equal(getattr(a, name), getattr(b, name))
            if isinstance(getattr(a, name), np.ndarray)
            else getattr(a, name) == getattr(b, name)
            for name in msgspec.structs.asdict(a)
        )
    return type(a) is type(b) and a == b
