"""CSV → Data: the table whose columns a loss function names. Any thread; never Qt."""

import codecs
import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.document.lab import Data
from engine.formula import FormulaError, parse

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 100
NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(?P<fraction>\.\d+)?")  # 1,234 or 1,234.5
DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")


class DataError(Exception):
    """A table that cannot be used; `message` says where and why."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


class Table(Struct, frozen=True):
    """A table as it was read, and (name in the file, name taken) of columns that a formula cannot name so."""

    data: Data
    renamed: tuple[tuple[str, str], ...] = ()


def read_csv(path: Path) -> Data:
    """Read a CSV file: a header of column names, then rows of numbers.

    Raises:
        DataError: see `parse_table` and `read_text`; also a name that a formula cannot use.
    """
    table = parse_table(read_text(path))
    for name, _ in table.renamed:
        raise DataError(
            message("“{name}” cannot name a column: the first line needs names like x_1, x_2, y.", name=name)
        )
    return table.data


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark, or the code page that Excel writes in Korea.

    Raises:
        DataError: a file that is missing, unreadable, larger than MAX_BYTES or no text.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(message("“{name}” is too large for a data table.", name=path.name))
        return _decoded(path.read_bytes())
    except OSError as error:
        raise DataError(
            message("“{name}” cannot be read: {detail}.", name=path.name, detail=error.strerror or str(error))
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(message("“{name}” is not text in UTF-8.", name=path.name)) from error


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949")


def parse_table(text: str, names: Sequence[str] = ()) -> Table:
    """The table in `text`, separated by tabs, semicolons, commas or spaces (as pasted from a spreadsheet).

    Where tabs or semicolons separate, 1,5 is one and a half. A first line with a number in it has no names:
    the columns take those of `names` if they are as many; else they are x_1, x_2, …, y, as are those that a
    formula cannot name.

    Raises:
        DataError: no numbers, a name twice, a ragged row, an entry that is no number, or too much of it.
    """
    if len(text) > MAX_BYTES:
        raise _too_large()
    lines = _lines(text)
    if not lines:
        raise DataError(message("The table is empty."))
    comma = _writes_decimal_commas(lines)
    first = [_number(entry, comma) for entry in lines[0][1]]
    if not all(math.isnan(value) for value in first):
        names = names if len(names) == len(first) else _default_names(len(first))
        lines.insert(0, (0, list(names)))
    if len(lines) - 1 > MAX_ROWS:
        raise _too_large()
    written = lines[0][1]
    if len(set(written)) < len(written):
        raise DataError(message("Two columns of the table have the same name."))
    if len(lines) < 2:
        raise DataError(message("The table has names but no numbers."))
    columns = _usable(written)
    renamed = tuple((old, new) for old, new in zip(written, columns, strict=True) if old != new)
    rows = tuple(_row(number, row, columns, comma) for number, row in lines[1:])
    return Table(Data(columns=columns, rows=rows), renamed)


def inline_table(columns: Sequence[str], rows: Sequence[Sequence[float]]) -> Data:
    """A table given as numbers, by name of its columns.

    Raises:
        DataError: a name twice or one that no formula can use, a ragged row, or too much of it.
    """
    if len(rows) > MAX_ROWS or len(columns) > MAX_COLUMNS:
        raise _too_large()
    if not columns or not rows:
        raise DataError(message("The table is empty."))
    if len(set(columns)) < len(columns):
        raise DataError(message("Two columns of the table have the same name."))
    for name in columns:
        if not can_name_a_column(name):
            raise DataError(message("A formula cannot name a column “{name}”.", name=name[:40]))
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise DataError(
                message(
                    "Row {row} has {found} numbers; the table has {expected} columns.",
                    row=number,
                    found=len(row),
                    expected=len(columns),
                )
            )
    return Data(columns=tuple(columns), rows=tuple(map(tuple, rows)))


def can_name_a_column(name: str) -> bool:
    """Whether a formula can name a column so."""
    try:
        return bool(name) and parse(f"mean({name})", data=(name,)).columns == (name,)
    except FormulaError:
        return False


def _usable(written: Sequence[str]) -> tuple[str, ...]:
    """The names, but where a formula cannot use one its default, or the next x_i that is free."""
    good = [name for name in written if can_name_a_column(name)]
    taken = set(good)
    columns = []
    for name, default in zip(written, _default_names(len(written)), strict=True):
        if name not in good:
            free = (default, *(f"x_{index}" for index in range(1, 2 * len(written) + 1)))
            name = next(each for each in free if each not in taken)
            taken.add(name)
        columns.append(name)
    return tuple(columns)


def write_table(data: Data) -> str:
    """The table as a spreadsheet takes it, names first; `parse_table` reads it back to the same numbers."""
    rows = [data.columns, *([repr(value).removesuffix(".0") for value in row] for row in data.rows)]
    return "".join("\t".join(row) + "\n" for row in rows)


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """(number of the line, entries) of every line that has any; empty entries at its end do not count.

    Raises:
        DataError: the limits are passed, and nothing is read beyond them; or a line is no part of a table.
    """
    head = next((line for line in io.StringIO(text) if line.strip()), "")
    separator = max("\t;,", key=head.count)
    written: Iterable[str] = map(_plain, io.StringIO(text))
    if separator not in head:
        written, separator = (" ".join(line.split()) for line in written), " "
    reader = csv.reader(written, delimiter=separator)
    lines: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            entries = [entry.strip() for entry in row]
            while entries and not entries[-1]:
                entries.pop()
            if len(entries) > MAX_COLUMNS or len(lines) > MAX_ROWS:
                raise _too_large()
            if entries:
                lines.append((reader.line_num, entries))
    except csv.Error as error:
        raise DataError(message("Line {line} is not part of a table.", line=reader.line_num)) from error
    return lines


def _plain(line: str) -> str:
    """A line with full-width digits and signs as plain ones."""
    return line if line.isascii() else unicodedata.normalize("NFKC", line).replace("−", "-")


def _too_large() -> DataError:
    return DataError(
        message(
            "The table is too large: at most {rows} rows and {columns} columns.",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )


def _default_names(count: int) -> list[str]:
    if count <= 2:
        return ["x", "y"][:count]
    return [*(f"x_{index}" for index in range(1, count)), "y"]


def _writes_decimal_commas(lines: list[tuple[int, list[str]]]) -> bool:
    """Whether some entry can only be read so: 1,5 and 0,125 but not 1,234."""
    entries = (entry for _, line in lines for entry in line if "," in entry)
    return any(DECIMAL_COMMA.fullmatch(entry) and not GROUPED.fullmatch(entry) for entry in entries)


def _number(entry: str, decimal_comma: bool) -> float:
    """NaN for what is no number."""
    if decimal_comma:
        entry = "" if "." in entry else entry.replace(",", ".")
    elif "," in entry and (grouped := GROUPED.fullmatch(entry)) and grouped["fraction"]:
        entry = entry.replace(",", "")
    return float(entry) if NUMBER.fullmatch(entry) else math.nan


def _row(number: int, row: list[str], columns: tuple[str, ...], decimal_comma: bool) -> tuple[float, ...]:
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
        value = _number(entry, decimal_comma)
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
