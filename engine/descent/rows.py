"""The rows of a run, one a step: an array, or what is read like one where they are not all kept.

Any thread; numpy only.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, never


class Rows(Protocol):
    """Numbers of each step, (n, w). An array is one; so is `Replayed`.

    Read `rows[k]`, (w,), or `rows[first:last]`; of columns `rows[:, [i, j]]`. All of them at once, with
    `np.asarray`, is for who writes them down.
    """

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: Any, /) -> Any: ...


class Source(Protocol):
    """Where rows are made again.

    Attributes:
        kept_steps: those from which others are made, ascending: the rows that come soonest.
    """

    @property
    def kept_steps(self) -> NDArray[np.intp]: ...

    def row(self, step: int, cancelled: CancelCheck = never) -> Floats:
        """That of a step, (w,).

        Raises:
            Cancelled: `cancelled` said so.
        """

    def at_hand(self, step: int) -> bool:
        """Whether it need not be made again."""


class Kept(NamedTuple):
    """What of the rows needs not be made again.

    Attributes:
        columns: their numbers. way: (n, k), these columns of every row. whole: some rows, by their step.
    """

    columns: tuple[int, ...]
    way: Floats
    whole: Mapping[int, Floats]

    @classmethod
    def nothing(cls, count: int, whole: Mapping[int, Floats] = MappingProxyType({})) -> "Kept":
        """No column of `count` rows, but perhaps some rows."""
        return cls((), np.empty((count, 0)), whole)


class Replayed:
    """Rows that are made again when they are asked for, the same to the last bit."""

    def __init__(self, source: Source, shape: tuple[int, int], kept: Kept) -> None:
        self.shape = shape
        self.source, self.kept = source, kept
        self._place = np.full(shape[1], -1, np.intp)  # of each column in the way
        self._place[list(kept.columns)] = np.arange(len(kept.columns))
        self.all_kept = len(kept.columns) == shape[1]

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.asarray(self[:], dtype=dtype)

    def __getitem__(self, index: Any) -> Any:
        """As of an array of this shape; of `rows[steps, columns]` one of both is a slice or a number."""
        steps, columns = index if isinstance(index, tuple) else (index, slice(None))
        place = self._place[columns]
        if self.all_kept or (np.size(place) and np.all(place >= 0)):
            return self.kept.way[steps][..., place]
        if np.ndim(steps) == 0 and not isinstance(steps, slice):
            return self._row(int(steps))[columns]
        chosen = np.arange(len(self))[steps].tolist()
        empty = np.empty((0, self.shape[1]))[:, columns]
        return np.array([self._row(step)[columns] for step in chosen]) if chosen else empty

    def at_hand(self, step: int) -> bool:
        """Whether the row of `step` need not be made again."""
        return self.all_kept or step in self.kept.whole or self.source.at_hand(step)

    def prepare(self, step: int, cancelled: CancelCheck) -> None:
        """Make the row of `step`, and have it at hand.

        Raises:
            Cancelled: `cancelled` said so.
        """
        if not self.at_hand(step):
            self.source.row(step, cancelled)

    def _row(self, step: int) -> Floats:
        step = step + len(self) if step < 0 else step
        if not 0 <= step < len(self):
            raise IndexError(f"there are {len(self)} rows, and no row {step}")
        whole = self.kept.whole.get(step)
        return whole if whole is not None else self.source.row(step)


def is_kept(rows: Rows) -> bool:
    """Whether no row need ever be made again."""
    return not isinstance(rows, Replayed) or rows.all_kept


def kept_steps(rows: Rows) -> NDArray[np.intp]:
    """The steps whose rows come soonest, ascending: all of an array."""
    if not isinstance(rows, Replayed):
        return np.arange(len(rows))
    return rows.source.kept_steps[rows.source.kept_steps < len(rows)]


def spread_steps(rows: Rows, count: int) -> NDArray[np.intp]:
    """Up to `count` steps from the first to the last, ascending, whose rows come soon."""
    kept = kept_steps(rows)
    if kept[-1] < len(rows) - 1:
        kept = np.append(kept, len(rows) - 1)
    return np.asarray(kept[np.unique(np.linspace(0, len(kept) - 1, count).round().astype(np.intp))])


def some(rows: Rows, most: int) -> Floats:
    """At most `most` of the rows, (n, w), evenly apart and none that has to be made again: the first and the
    last among them."""
    return np.asarray(rows[spread_steps(rows, most)])


def spliced(first: Rows, count: int, second: Rows) -> Rows:
    """The first `count` rows of `first` and then those of `second`."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.concatenate([first[:count], second])
    columns = next(rows.kept.columns for rows in (second, first) if isinstance(rows, Replayed))
    shape = (count + len(second), second.shape[1])
    kept = Kept.nothing(shape[0])
    if columns:
        drawn = list(columns)
        kept = Kept(columns, np.concatenate([first[:count, drawn], second[:, drawn]]), kept.whole)
    return Replayed(_Spliced(first, count, second), shape, kept)


class _Spliced(NamedTuple):
    """The Source of rows that follow each other."""

    first: Rows
    joint: int
    second: Rows

    @property
    def kept_steps(self) -> NDArray[np.intp]:
        early = kept_steps(self.first)
        return np.concatenate([early[early < self.joint], self.joint + kept_steps(self.second)])

    def row(self, step: int, cancelled: CancelCheck = never) -> Floats:
        rows, step = self._part(step)
        if isinstance(rows, Replayed):
            rows.prepare(step, cancelled)
        return np.asarray(rows[step])

    def at_hand(self, step: int) -> bool:
        rows, step = self._part(step)
        return not isinstance(rows, Replayed) or rows.at_hand(step)

    def _part(self, step: int) -> tuple[Rows, int]:
        return (self.first, step) if step < self.joint else (self.second, step - self.joint)
