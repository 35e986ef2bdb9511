"""What the benchmarks yield, and how they time."""

import statistics
import time
from collections.abc import Callable

Row = tuple[str, float, str, float | None]
"""(what, ours in ms, peer, peer's ms); "" and None where nothing else does the same."""


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
