"""A Solution as text for other programs: CSV, Python, LaTeX, TikZ. Pure functions; any thread."""

from engine.writers.csv_table import to_csv
from engine.writers.latex import to_latex
from engine.writers.network_latex import to_network_latex
from engine.writers.network_tikz import network_tikz
from engine.writers.python_script import to_python
from engine.writers.tikz import to_tikz
from engine.writers.training_script import training_script

__all__ = [
    "network_tikz",
    "to_csv",
    "to_latex",
    "to_network_latex",
    "to_python",
    "to_tikz",
    "training_script",
]
