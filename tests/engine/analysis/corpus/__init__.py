"""Functions, and what is true of each: `by_hand` and `exact.json`, which `make` writes with sympy."""
