"""Which samples of a grid a coarser picture of it takes. Any thread; numpy only."""

import numpy as np
from numpy.typing import NDArray


def nodes(n: int, stride: int) -> NDArray[np.intp]:
    """The samples, of `n`, that a grid thinned to every `stride`-th has; the last is always among them."""
    count = -(-(n - 1) // stride) + 1
    return np.minimum(np.arange(count) * stride, n - 1)
