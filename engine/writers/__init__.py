"""A Solution as text for other programs: CSV, Python, LaTeX, TikZ. Pure functions; any thread."""
