"""Tables that ship: made by seed, or measured by others (resources/data, with source and licence).

Where classes are made, c is 0 or 1 and changes from row to row, so that a batch in order has some of each.
Any thread; no Qt.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.paths import DATA
from engine.document.datafile import read_table
from engine.document.lab import Data

DIGITS: Final = 4  # after the point: a table is to be read
TURNS: Final = 1.25  # of an arm of the spiral


class Made(Struct, frozen=True):
    """A table made by seed.

    Attributes:
        title: what it is called. rows, noise: how many and how scattered they are unless told otherwise.
        make: (rows, noise, seed) → the table; noise is a standard deviation, 0 for none.
    """

    title: Message
    rows: int
    noise: float
    make: Callable[[int, float, int], Data]

    def data(self, rows: int | None = None, noise: float | None = None, seed: int = 0) -> Data:
        """The table; the same for the same arguments, on any machine."""
        return self.make(self.rows if rows is None else rows, self.noise if noise is None else noise, seed)


class Measured(Struct, frozen=True):
    """A table of resources/data: what it is called, who measured it, under which licence it is shared."""

    title: Message
    source: str
    licence: str
    file: str

    def data(self) -> Data:
        """The table.

        Raises:
            DataError: the file is missing.
        """
        return read_table(DATA / self.file).data


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _data(columns: tuple[str, ...], *values: Floats) -> Data:
    rows = np.column_stack(values).round(DIGITS) + 0.0  # no −0
    return Data(columns=columns, rows=tuple(map(tuple, rows.tolist())))


def _classes(rows: int) -> Floats:
    return (np.arange(rows) % 2).astype(np.float64)


def _scattered(x: Floats, y: Floats, c: Floats, noise: float, generator: np.random.Generator) -> Data:
    dx, dy = noise * generator.standard_normal((2, len(c)))
    return _data(("x_1", "x_2", "c"), x + dx, y + dy, c)


def line(rows: int, noise: float, seed: int) -> Data:
    """y = 2x + 1 and noise, x in [−2, 2]."""
    generator = _generator(seed)
    x = generator.uniform(-2, 2, rows)
    return _data(("x", "y"), x, 2 * x + 1 + noise * generator.standard_normal(rows))


def sine(rows: int, noise: float, seed: int) -> Data:
    """y = sin x and noise, x in [−π, π]."""
    generator = _generator(seed)
    x = generator.uniform(-np.pi, np.pi, rows)
    return _data(("x", "y"), x, np.sin(x) + noise * generator.standard_normal(rows))


def clouds(rows: int, noise: float, seed: int) -> Data:
    """Two round clouds, about (−1, −1) and (1, 1)."""
    c = _classes(rows)
    return _scattered(2 * c - 1, 2 * c - 1, c, noise, _generator(seed))


def xor(rows: int, noise: float, seed: int) -> Data:
    """The corners of a square: c is 1 where one of x_1 and x_2 is 1, and not both."""
    c = _classes(rows)
    x = np.arange(rows) // 2 % 2
    return _scattered(x.astype(np.float64), np.abs(x - c), c, noise, _generator(seed))


def circles(rows: int, noise: float, seed: int) -> Data:
    """Two rings about 0, of the radii 1 (c = 1) and 2."""
    generator, c = _generator(seed), _classes(rows)
    angle, radius = generator.uniform(0, 2 * np.pi, rows), 2 - c
    return _scattered(radius * np.cos(angle), radius * np.sin(angle), c, noise, generator)


def moons(rows: int, noise: float, seed: int) -> Data:
    """Two half rings of radius 1 that reach into each other, about (0, 0) and, turned over, (1, 1/2)."""
    generator, c = _generator(seed), _classes(rows)
    angle, side = generator.uniform(0, np.pi, rows), 1 - 2 * c
    return _scattered(c + side * np.cos(angle), c / 2 + side * np.sin(angle), c, noise, generator)


def spiral(rows: int, noise: float, seed: int) -> Data:
    """Two arms that wind about 0, opposite to each other, the radius growing with the angle up to 2."""
    generator, c = _generator(seed), _classes(rows)
    along = np.sqrt(generator.uniform(0.01, 1, rows))  # as dense outside as inside
    angle = 2 * np.pi * TURNS * along + np.pi * c
    return _scattered(2 * along * np.cos(angle), 2 * along * np.sin(angle), c, noise, generator)


MADE: Final[dict[str, Made]] = {
    "line": Made(message("A line"), 50, 0.4, line),
    "sine": Made(message("A sine"), 50, 0.1, sine),
    "clouds": Made(message("Two clouds"), 100, 0.6, clouds),
    "xor": Made(message("Exclusive or"), 4, 0.0, xor),
    "circles": Made(message("Circles"), 100, 0.1, circles),
    "moons": Made(message("Two moons"), 100, 0.1, moons),
    "spiral": Made(message("A spiral"), 200, 0.03, spiral),
}

MEASURED: Final[dict[str, Measured]] = {
    "iris": Measured(message("Irises"), "R. A. Fisher, 1936", "CC BY 4.0", "iris.csv"),
    "penguins": Measured(
        message("Penguins"), "K. B. Gorman, T. D. Williams, W. R. Fraser, 2014", "CC0", "penguins.csv"
    ),
}
