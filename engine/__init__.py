"""The mathematics of Nablascope: formulas, derivatives, fields, descent. Never imports Qt or GL."""

import ctypes
import os
import sys
from typing import Final

# Matrices here are as small as the number of variables. A pool of threads for them would only take the second
# core at start-up, where the symbolic child needs it. NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_TRIM_THRESHOLD: Final = -1  # of malloc.h
_MMAP_THRESHOLD: Final = -3


def _keep_freed_memory() -> None:
    """Let glibc keep what a step gives back, a few arrays of some 100 KB, for the next step.

    Else it returns it to the system, which hands it out again page by page: of Adam on 50,000 weights that
    is two thirds of the time.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 8 << 20)
        mallopt(_TRIM_THRESHOLD, 64 << 20)


_keep_freed_memory()
