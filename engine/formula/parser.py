"""Text → Ast."""

from collections.abc import Collection

from msgspec import Struct


class Formula(Struct, frozen=True):
    """A parsed formula: its text, its variables in order, its name if it was given one ("f(x, y) = …")."""

    text: str
    ast: object
    variables: tuple[str, ...]
    name: str | None = None


def parse(text: str, *, data: Collection[str] = ()) -> Formula:
    raise NotImplementedError
