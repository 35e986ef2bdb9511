"""The rows of a table as balls at their own heights, each with a line to the surface of what is predicted."""

from typing import Final

import numpy as np

from engine.solving.prediction import Prediction
from gui.drawing.rows import PAPER, drawn_rows
from gui.surface.balls import SOLIDS, Balls, ball_rows
from gui.surface.box_map import HALF_HEIGHT, BoxMap
from gui.surface.drawing import Shot
from gui.surface.gl import Device
from gui.surface.lines import Lines, line_data

ROW_PX: Final = 4.5
MANY_PX: Final = 2.6
MANY: Final = 300  # of more rows the balls are small, and without lines
LINE_PX: Final = 1.3
HIDDEN: Final = 0.4


class RowBalls:
    """Draws the rows of a Prediction over its surface."""

    def __init__(self) -> None:
        self._balls = Balls("rows")
        self._lines = Lines("residuals")
        self._key: tuple[object, ...] = ()

    def set(self, prediction: Prediction | None, box_map: BoxMap | None) -> None:
        """Show the rows of `prediction` in the box of its Field."""
        if (prediction, box_map) == self._key:
            return
        self._key = (prediction, box_map)
        self._balls.rows, self._lines.data = ball_rows(0), None
        if prediction is None or box_map is None:
            return
        shown = drawn_rows(prediction, box_map.field, prediction.solution.lab.display.colormap)
        places = np.column_stack([box_map.plane(shown.places[:, :2]), box_map.level(shown.places[:, 2])])
        with np.errstate(invalid="ignore"):
            seen = (np.abs(places) <= (1.0, 1.0, HALF_HEIGHT + 0.04)).all(axis=1)
        places = places[seen]
        rows = ball_rows(len(places))
        rows["ball"][:, :3] = places
        rows["ball"][:, 3] = ROW_PX if len(places) <= MANY else MANY_PX
        rows["normal"] = (0.0, 0.0, 1.0, SOLIDS["o"])
        rows["color"][:, :3], rows["rim"][:, :3] = shown.fills[seen], shown.rims[seen]
        rows["color"][:, 3] = rows["rim"][:, 3] = 255
        self._balls.rows = rows
        if len(places) <= MANY:
            feet = box_map.surface_at(places[:, :2])
            ends = np.stack([places, feet], axis=1)
            self._lines.data = line_data((each, (*PAPER, 255)) for each in ends)

    def draw(self, device: Device, shot: Shot) -> None:
        self._balls.draw(device, shot, hidden=True, opacity=HIDDEN, rim_px=1.0)
        self._lines.draw(device, shot, LINE_PX, opacity=0.35, hidden=True)
        self._lines.draw(device, shot, LINE_PX, opacity=0.8)
        self._balls.draw(device, shot, lift=0.002, rim_px=1.0)
