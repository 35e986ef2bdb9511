"""What the names in one formula mean: declared variables, spellings, data columns, running indices, readings.

Any thread; stdlib only.
"""

from collections.abc import Collection, Sequence

from engine.base.i18n import Message
from engine.formula.names import name_key


class Scope:
    """The names of one formula while it is parsed."""

    def __init__(self, declared: Sequence[str], data: Collection[str]) -> None:
        self._spellings: dict[str, str] = {name_key(name): name for name in declared}
        self.declared = frozenset(self._spellings)
        self.data = {name_key(name): name for name in data}
        self.indices: list[str] = []
        self.aggregates = 0
        self.row_indices: list[str] = []
        self.row_counts: set[str] = set()
        self.readings: list[Message] = []

    def spelling(self, name: str) -> str:
        """The spelling of a variable at its first place."""
        return self._spellings.setdefault(name_key(name), name)

    def declares(self, word: str) -> bool:
        return name_key(word) in self.declared or name_key(word) in self.data

    def read_as(self, reading: Message) -> None:
        """Note how an ambiguous place was read."""
        if reading not in self.readings:
            self.readings.append(reading)
