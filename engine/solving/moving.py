"""A start that is put somewhere in the drawn plane, as choices of the Lab. Any thread; numpy only."""

from typing import Final

from engine.document.lab import Lab, Point
from engine.document.setup import Setup
from engine.function.plane import Plane

MOST: Final = 5_000  # numbers that a start of a lab is written down with


def starts_with(
    lab: Lab, setup: Setup, plane: Plane, index: int, place: tuple[float, float]
) -> tuple[Point, ...]:
    """The starts of `lab`, one of them moved to `place` along the axes of `plane`; across them it stays.

    As they are where there is no such start, or where to say its place would take more than MOST numbers.
    """
    starts = list(lab.starts)
    if index >= min(len(starts), len(setup.starts)) or len(plane.axes) != plane.count:
        return lab.starts
    if plane.directions is None:
        moved = dict(zip((axis.name for axis in plane.axes), place, strict=False))
    elif len(setup.descended) > MOST:
        return lab.starts
    else:
        theta = plane.moved(setup.starts[index], place)
        moved = dict(zip(setup.descended, theta.tolist(), strict=True))
    starts[index] = {**starts[index], **moved}
    return tuple(starts)
