"""Which rows of a table are trained on, and which are kept to test on. Any thread; numpy only."""

import numpy as np
from numpy.typing import NDArray

from engine.base.i18n import message
from engine.base.streams import stream
from engine.document.setup import Problem

Rows = NDArray[np.intp]


def split_rows(count: int, share: float | None, seed: int) -> tuple[Rows, Rows] | Problem:
    """The rows to train on, `share` of `count`, drawn by seed, and those to test on; each in order.

    >>> train, test = split_rows(10, 0.8, seed=0)
    >>> len(train), len(test), sorted([*train, *test]) == list(range(10))
    (8, 2, True)
    """
    if share is None:
        return np.arange(count), np.arange(0)
    kept = round(share * count)
    if not 0 < kept < count:
        return Problem(
            "training.split",
            message(
                "Of {count} rows a share of {share} leaves none to train on, or none to test on.",
                count=count,
                share=f"{share:g}",
            ),
            hint=message("Add rows, or choose another share."),
        )
    order = stream(seed, "split").permutation(count)
    return np.sort(order[:kept]), np.sort(order[kept:])
