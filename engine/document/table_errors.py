"""What is said of a table that cannot be used. Any thread; no Qt."""

from engine.base.i18n import Message, message
from engine.document.lab import MAX_COLUMNS, MAX_ROWS


class DataError(Exception):
    """A table that cannot be used; `message` says where and why."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


class MissingError(DataError):
    """A value is missing, and rows without one were not to be left out."""


def too_large() -> DataError:
    """What to say of a table beyond the limits of a Lab."""
    return DataError(
        message(
            "The table is too large: at most {rows} rows and {columns} columns.",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )
