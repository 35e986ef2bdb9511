"""The mathematics of Nablascope: formulas, derivatives, fields, descent. Never imports Qt or GL."""

import os

# Matrices here are as small as the number of variables. A pool of threads for them would only take the second
# core at start-up, where the symbolic child needs it. NumPy reads this when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
