"""CSV → Data: the table whose columns a loss function names. Any thread; standard library only."""

import csv
import math
import re
from pathlib import Path
from typing import Final

from engine.i18n import Message, message
from engine.lab import Data

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 100
NAME: Final = re.compile(r"[^\W\d]\w*")


class DataError(Exception):
    """A table that cannot be used; `message` says where and why."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


def read_csv(path: Path) -> Data:
    """Read a CSV file: a header of column names, then rows of numbers.

    Raises:
        DataError: see `parse_csv`; also a file that is missing, unreadable or larger than MAX_BYTES.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(message("“{name}” is too large for a data table.", name=path.name))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(
            message("“{name}” cannot be read: {detail}.", name=path.name, detail=error.strerror or str(error))
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(message("“{name}” is not text in UTF-8.", name=path.name)) from error
    return parse_csv(text)


def parse_csv(text: str) -> Data:
    """The table in `text`, separated by commas, semicolons or tabs (as pasted from a spreadsheet).

    Raises:
        DataError: no header, a name that a formula cannot use, a ragged row, or an entry that is no number.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise DataError(message("The table is empty."))
    separator = max("\t;,", key=lines[0].count)
    rows = list(csv.reader(lines, delimiter=separator))
    columns = tuple(name.strip() for name in rows[0])
    if len(columns) > MAX_COLUMNS or len(rows) - 1 > MAX_ROWS:
        raise DataError(
            message(
                "The table is too large: at most {rows} rows and {columns} columns.",
                rows=MAX_ROWS,
                columns=MAX_COLUMNS,
            )
        )
    for name in columns:
        if not NAME.fullmatch(name):
            raise DataError(
                message(
                    "“{name}” cannot name a column: the first line needs names like x_1, x_2, y.", name=name
                )
            )
    if len(set(columns)) < len(columns):
        raise DataError(message("Two columns of the table have the same name."))
    if len(rows) < 2:
        raise DataError(message("The table has names but no numbers."))
    return Data(
        columns=columns, rows=tuple(_row(number, row, columns) for number, row in enumerate(rows[1:], 2))
    )


def _row(number: int, row: list[str], columns: tuple[str, ...]) -> tuple[float, ...]:
    if len(row) != len(columns):
        raise DataError(
            message(
                "Line {line} has {found} entries; the first line has {expected}.",
                line=number,
                found=len(row),
                expected=len(columns),
            )
        )
    values = []
    for name, entry in zip(columns, row, strict=True):
        try:
            value = float(entry)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise DataError(
                message(
                    "Line {line}, column {name}: “{entry}” is not a number.",
                    line=number,
                    name=name,
                    entry=entry[:40],
                )
            )
        values.append(value)
    return tuple(values)
