"""The contour map: a scene of small layers that any painter can draw, and the widget that shows it.

`ContourScene` knows no widget and no store, so the exporter draws with the same code. It paints with QPainter
directly: everything that does not move is kept as one picture, and a marker is drawn over it.
"""
