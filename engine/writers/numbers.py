"""Numbers for JSON, which has no NaN. Any thread; numpy only."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def plain(values: ArrayLike) -> Any:
    """Numbers of any shape as nested lists of floats, with None in place of NaN and infinities."""
    return _plain(np.asarray(values, dtype=np.float64).tolist())


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else None
