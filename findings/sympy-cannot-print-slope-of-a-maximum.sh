#!/usr/bin/env bash
# sympy 1.14.0: lambdify of the derivative of Max of four lines does not come back with NumPy's source, though
# lambdify of Max itself does; given np.heaviside under sympy's own name for the step, it does at once.
#
# Guess, written down before it was run: printing is a walk through the expression. The slope of
# Max(w/2, -w, 3w, 2w), a sum of four constants times steps, is printed in milliseconds, as Max itself is.
# Seen: the NumPy printer rewrites each step as cases, the maximum in its condition too, and simplifies what comes
# out while it makes it: RecursionError. With {"Heaviside": np.heaviside} as the first module nothing is rewritten.
#
# Needs: python3 (3.11 or newer) with venv. Fails if the behaviour changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/python" -m pip install --quiet --disable-pip-version-check sympy==1.14.0 mpmath==1.3.0 numpy==2.4.6
cat > "$work/slope.py" <<'PYTHON'
import sys

import numpy as np
import sympy as sp

w, v = sp.symbols("w v", real=True)
highest = sp.Max(*(a * w for a in (0.5, -1.0, 3.0, 2.0)))
slope = sp.diff(highest, w)
points = np.array([1.0, -1.0])


def numbers(expression, modules):
    """The values at 1 and −1, or the name of what was raised."""
    try:
        return sp.lambdify([w, v], expression, modules)(points, 0.0).tolist()
    except RecursionError as error:
        return type(error).__name__


value = numbers(highest, ["numpy"])
plain = numbers(slope, ["numpy"])
given = numbers(slope, [{"Heaviside": np.heaviside}, "numpy"])
print(f"sympy {sp.__version__}: the maximum {value}, its slope {plain}; with np.heaviside {given}")
sys.exit(not (value == [3.0, 1.0] and plain == "RecursionError" and given == [3.0, -1.0]))
PYTHON
"$work/env/bin/python" "$work/slope.py"
