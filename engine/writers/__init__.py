"""A Solution as text for other programs: CSV, Python, LaTeX, TikZ. Pure functions; any thread."""

from engine.writers.csv_table import to_csv
from engine.writers.latex import to_latex
from engine.writers.python_script import to_python
from engine.writers.tikz import to_tikz
from engine.writers.training_script import training_script

__all__ = ["to_csv", "to_latex", "to_python", "to_tikz", "training_script"]
