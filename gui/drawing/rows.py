"""The rows of a table over the surface of what is predicted: where they are, and their colours. Any thread.

A row has the colour of its own value: it vanishes in the map where the model agrees with it.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.document.lab import Colormap
from engine.function.sampled import Field
from engine.function.scale import height_of
from engine.solving.prediction import Prediction
from gui.drawing.colormaps import color_range, colors_of

MOST: Final = 2000  # that are drawn; of more, each k-th
INK: Final = (12, 16, 24)
PAPER: Final = (255, 255, 255)


class DrawnRows(Struct, frozen=True, eq=False):
    """Attributes: places: (n, 3), the two inputs and the value. fills, rims: (n, 3), uint8."""

    places: Floats
    fills: NDArray[np.uint8]
    rims: NDArray[np.uint8]


def drawn_rows(prediction: Prediction, field: Field, colormap: Colormap) -> DrawnRows:
    """The rows of `prediction` in the colours of `field`; those to test on are hollow."""
    stride = -(-max(len(prediction.rows), 1) // MOST)
    places, test = prediction.rows[::stride], prediction.predictor.test[::stride]
    fills = colors_of(height_of(field, places[:, 2]), colormap, color_range(field, colormap))[:, :3]
    rims = np.where(test[:, None], fills, np.array(PAPER, dtype=np.uint8))
    return DrawnRows(places, np.where(test[:, None], np.array(INK, dtype=np.uint8), fills), rims)
