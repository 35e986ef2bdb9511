"""Where the drawn slice lies, in words: the values of the variables that are not drawn, and how far the run
is from it. The same over the views and in an export. Any thread."""

from typing import Final

from engine.base.arrays import Floats
from engine.base.i18n import Language, translate
from engine.base.round_numbers import format_tick
from engine.document.setup import Setup
from engine.formula.names import name_text
from engine.function.plane import Plane

FEW: Final = 4  # values that are named where there is little room
MANY: Final = 60  # and where there is much


def values_text(plane: Plane, setup: Setup, most: int = FEW) -> str:
    """ "z = 1.23, w = −0.5, …": what is the same all over the slice, the first `most` of it."""
    hidden = plane.hidden
    shown = [
        f"{name_text(setup.descended[i])} = {format_tick(float(plane.origin[i]), 3)}" for i in hidden[:most]
    ]
    return ", ".join([*shown, "…"] if len(hidden) > most else shown)


def slice_text(plane: Plane, setup: Setup, language: Language, most: int = FEW) -> str:
    """What the slice is, for a caption; empty where nothing is hidden."""
    if not plane.hidden:
        return ""
    return translate("Slice at {values}", language, values=values_text(plane, setup, most))


def distance_text(plane: Plane, position: Floats, language: Language) -> str:
    """How far a run's point is from the slice."""
    distance = float(plane.distance(position))
    return translate("the run is {distance} away", language, distance=format_tick(distance, 3))
