"""The arrays that rooms hand each other. Any thread; numpy only."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
