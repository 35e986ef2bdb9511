"""What the columns of a table are called, in formulas and by the file itself. Any thread; no Qt."""

from collections.abc import Sequence

from engine.formula import FormulaError, parse
from engine.formula.names import name_key


def can_name_a_column(name: str) -> bool:
    """Whether a formula can name a column so."""
    try:
        return bool(name) and parse(f"mean({name})", data=(name,)).columns == (name,)
    except FormulaError:
        return False


def default_names(count: int) -> list[str]:
    """The names of columns that have none: x_1, x_2, …, y.

    >>> default_names(2), default_names(4)
    (['x', 'y'], ['x_1', 'x_2', 'x_3', 'y'])
    """
    if count <= 2:
        return ["x", "y"][:count]
    return [*(f"x_{index}" for index in range(1, count)), "y"]


def names_for(written: Sequence[str]) -> tuple[str, ...]:
    """A name for each column: its own where a formula can use it, else that of its place, or the next x_i.

    >>> names_for(["sepal length (cm)", "x_1", "키", "x1", "", "species"])
    ('x_2', 'x_1', 'x_3', 'x_4', 'x_5', 'species')
    """
    own: dict[str, int] = {}  # what makes a variable the same → the first column that is called so
    for place, name in enumerate(written):
        if can_name_a_column(name):
            own.setdefault(name_key(name), place)
    taken = set(own)
    names = []
    for place, default in enumerate(default_names(len(written))):
        name = written[place]
        if own.get(name_key(name)) != place:
            free = (default, *(f"x_{index}" for index in range(1, 2 * len(written) + 1)))
            name = next(each for each in free if name_key(each) not in taken)
            taken.add(name_key(name))
        names.append(name)
    return tuple(names)
