"""How racers are told apart: each has a mark, a number that stands for a colour and a shape.

The same in both views, the curves, the tables, films, pictures, scripts and TeX. Any thread; loads nothing
that the window's first picture would have to wait for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

if TYPE_CHECKING:
    from engine.optimizers import Racer

# After Okabe & Ito 2008, chosen and ordered to stand out on viridis and on both looks, the first four told
# apart by the colour-blind too; each with its own marker shape. None is white, as the critical points are.
RUN_COLORS: Final = ("#ff4d3d", "#d633ff", "#5cc8ff", "#ffa62b", "#f49ac8", "#1a1a1a", "#3d7bff", "#c9a0ff")
RUN_SHAPES: Final = ("o", "s", "t", "d", "p", "h", "star", "+")  # pyqtgraph's names


def color_of(mark: int) -> str:
    """The colour of a mark, #rrggbb."""
    return RUN_COLORS[mark % len(RUN_COLORS)]


def shape_of(mark: int) -> str:
    """The marker shape of a mark: the second cue beside its colour."""
    return RUN_SHAPES[(mark + mark // len(RUN_SHAPES)) % len(RUN_SHAPES)]


def marked(racers: Sequence[Racer]) -> tuple[Racer, ...]:
    """The racers, each with a mark of its own: one that has none takes the first that is free.

    >>> from engine.optimizers import Racer
    >>> [racer.mark for racer in marked([Racer(), Racer(mark=0), Racer(), Racer(mark=0)])]
    [1, 0, 2, 3]
    """
    kept: dict[int, int] = {}  # mark → the first racer that claims it
    for index, racer in enumerate(racers):
        if racer.mark is not None:
            kept.setdefault(racer.mark, index)
    free = iter(mark for mark in range(len(racers) + len(kept)) if mark not in kept)
    return tuple(
        racer if racer.mark is not None and kept[racer.mark] == index else replace(racer, mark=next(free))
        for index, racer in enumerate(racers)
    )
