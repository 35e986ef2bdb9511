"""What the benchmarks yield, and how they time."""

import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Final

Row = tuple[str, float, str, float | None] | tuple[str, float, str, float, str]
"""(what, ours, peer, theirs), in ms or in a unit that is said; "" and None where none does the same."""

GOAL: Final = "the goal"
"""The peer of what no other program does: what we want to stay below."""


def times_ms(act: Callable[[int], object], repeats: int) -> list[float]:
    """How long act(0), act(1), … take."""
    times = []
    for k in range(repeats):
        began = time.perf_counter()
        act(k)
        times.append(1e3 * (time.perf_counter() - began))
    return times


def median_ms(act: Callable[[int], object], repeats: int = 30) -> float:
    return statistics.median(times_ms(act, repeats))


def best_ms(act: Callable[[int], object], repeats: int = 3) -> float:
    return min(times_ms(act, repeats))


def peak_mb(act: Callable[[], object]) -> float:
    """The most memory that act() takes at a time, in 10⁶ bytes."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
