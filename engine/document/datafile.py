"""Tables as people have them → Data, whose columns a loss function names. Any thread; never Qt."""

import codecs
import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.base.oldfile import UnreadableError, read_whole
from engine.document.classes import coded, listed
from engine.document.column_names import default_names, names_for
from engine.document.lab import MAX_COLUMNS, MAX_ROWS, Data

MAX_BYTES: Final = 20_000_000
MAX_HEADER: Final = 100  # characters of the file's own words for a column
MOST_RENAMED: Final = 6
NUMBER: Final = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d++)?")  # in linear time
GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(?P<fraction>\.\d+)?")  # 1,234 or 1,234.5
DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
# A number in another notation: to be told of, not to be taken for a class.
STRANGE_NUMBER: Final = re.compile(r"[+-]?(?=[.,' ]*+\d)[\d.,' ]++([eE][+-]?\d++)?[ %]*+")
# What stands for a value that is not there: with pandas, R, spreadsheets, and in the tables of UCI.
MISSING: Final = frozenset(
    ["", "NA", "<NA>", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "-nan", "-NaN", "NULL", "null", "None", "?"]
)

Missing = Literal["refuse", "drop"]


class DataError(Exception):
    """A table that cannot be used; `message` says where and why."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


class MissingError(DataError):
    """A value is missing, and rows without one were not to be left out."""


class Table(Struct, frozen=True):
    """A table as it was read, and sentences to show of what was left out on the way."""

    data: Data
    notes: tuple[Message, ...] = ()


class Line(Struct, frozen=True):
    """A line with something in it: its number, its entries up to the last that is not empty, and how many
    there are with the empty ones."""

    number: int
    entries: list[str]
    written: int


def read_csv(path: Path, missing: Missing = "refuse") -> Table:
    """Read a CSV file.

    Raises:
        DataError: see `parse_table` and `read_text`.
    """
    return parse_table(read_text(path), missing=missing)


def read_text(path: Path) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark, or the code page that Excel writes in Korea.

    Raises:
        DataError: a file that is missing, unreadable, larger than MAX_BYTES, no plain file or no text.
    """
    try:
        return _decoded(read_whole(path, MAX_BYTES))
    except UnreadableError as error:
        raise DataError(error.message) from error
    except UnicodeDecodeError as error:
        raise DataError(message("“{name}” is not text in UTF-8.", name=path.name)) from error


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949")


def parse_table(text: str, names: Sequence[str] = (), missing: Missing = "refuse") -> Table:
    """The table in `text`, separated by tabs, semicolons, commas or spaces (as pasted from a spreadsheet).

    Where tabs or semicolons separate, 1,5 is one and a half. A first line with a number in it has no names:
    the columns take those of `names` if they are as many; else they are x_1, x_2, …, y, as are those that a
    formula cannot name. A column without any number is one of classes. A first column without a name that
    only numbers or names the rows, as pandas and R write it, is left out.

    Args:
        missing: what is done with a row in which a value is missing: left out, and it is said; or refused.

    Raises:
        MissingError: a value is missing, and `missing` is "refuse".
        DataError: no rows, a ragged row, no number in a column of numbers, or too much of it.
    """
    if len(text) > MAX_BYTES:
        raise _too_large()
    lines = _lines(text)
    if not lines:
        raise DataError(message("The table is empty."))
    comma = _writes_decimal_commas(lines)
    first = lines[0]
    count = max(min(len(line.entries), first.written) for line in lines)
    if any(not math.isnan(_number(entry, comma)) for entry in first.entries):
        header = list(names) if len(names) == count else default_names(count)
    else:
        lines = lines[1:]
        header = [" ".join(name.split()) for name in first.entries] + [""] * (count - len(first.entries))
    if len(lines) > MAX_ROWS:
        raise _too_large()
    if not lines:
        raise DataError(message("The table has names but no numbers."))
    return _table(header, [(line.number, _padded(line, count)) for line in lines], comma, missing)


def table_of(columns: Sequence[str], rows: Sequence[Sequence[float | str | None]], missing: Missing) -> Table:
    """The table of rows that are values already, as a request gives them; None where one is missing.

    Raises:
        DataError: as for `parse_table`.
    """
    if not rows:
        raise DataError(message("The table is empty."))
    if len(rows) > MAX_ROWS or len(columns) > MAX_COLUMNS:
        raise _too_large()
    lines = [
        Line(
            number,
            ["" if each is None else each if isinstance(each, str) else repr(each) for each in row],
            len(row),
        )
        for number, row in enumerate(rows, 1)
    ]
    return _table(columns, [(line.number, _padded(line, len(columns))) for line in lines], False, missing)


def described(data: Data) -> list[Message]:
    """Sentences that say what its columns are called here, and which classes they hold."""
    notes = []
    if data.headers:
        pairs = [f"{own[:20]} → {name}" for name, own in data.headers.items()]
        shown = ", ".join(pairs[:MOST_RENAMED]) + (", …" if len(pairs) > MOST_RENAMED else "")
        notes.append(message("A formula names the columns with letters: {pairs}.", pairs=shown))
    notes += [
        message(
            "{name} holds {count} classes: {classes}.", name=name, count=len(names), classes=listed(names)
        )
        for name, names in data.classes.items()
    ]
    return notes


def write_table(data: Data) -> str:
    """The table as a spreadsheet takes it, names first; `parse_table` reads it back to the same."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter="\t", lineterminator="\n")
    writer.writerow(data.columns)
    classes = [data.classes.get(name) for name in data.columns]
    for row in data.rows:
        writer.writerow(
            repr(value).removesuffix(".0") if names is None else names[int(value)]
            for value, names in zip(row, classes, strict=True)
        )
    return target.getvalue()


def _lines(text: str) -> list[Line]:
    """Every line that has any entry.

    Raises:
        DataError: the limits are passed, and nothing is read beyond them; or a line is no part of a table.
    """
    head = re.sub(r'"[^"]*"', "", next((line for line in io.StringIO(text) if line.strip()), ""))
    separator = max("\t;,", key=head.count)
    written: Iterable[str] = map(_plain, io.StringIO(text))
    if separator not in head:
        written, separator = (" ".join(line.split()) for line in written), " "
    reader = csv.reader(written, delimiter=separator)
    lines: list[Line] = []
    try:
        for row in reader:
            entries = [entry.strip() for entry in row]
            while entries and not entries[-1]:
                entries.pop()
            if len(entries) > MAX_COLUMNS or len(lines) > MAX_ROWS:
                raise _too_large()
            if entries:
                lines.append(Line(reader.line_num, entries, len(row)))
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


def _writes_decimal_commas(lines: list[Line]) -> bool:
    """Whether some entry can only be read so: 1,5 and 0,125 but not 1,234."""
    entries = (entry for line in lines for entry in line.entries if "," in entry)
    return any(DECIMAL_COMMA.fullmatch(entry) and not GROUPED.fullmatch(entry) for entry in entries)


def _number(entry: str, decimal_comma: bool) -> float:
    """NaN for what is no number."""
    if decimal_comma:
        entry = "" if "." in entry else entry.replace(",", ".")
    elif "," in entry and (grouped := GROUPED.fullmatch(entry)) and grouped["fraction"]:
        entry = entry.replace(",", "")
    return float(entry) if NUMBER.fullmatch(entry) else math.nan


def looks_like_a_number(entry: str) -> bool:
    """Whether a text is, or was meant as, a number or a missing value, and so cannot name a class."""
    return entry in MISSING or STRANGE_NUMBER.fullmatch(entry) is not None


def _padded(line: Line, count: int) -> list[str]:
    """The entries of a line, `count` of them, empty where nothing stands between two separators."""
    if len(line.entries) > count or line.written < count:
        raise DataError(
            message(
                "Line {line} has {found} entries; the first line has {expected}.",
                line=line.number,
                found=len(line.entries) if len(line.entries) > count else line.written,
                expected=count,
            )
        )
    return line.entries + [""] * (count - len(line.entries))


def _table(header: Sequence[str], rows: list[tuple[int, list[str]]], comma: bool, missing: Missing) -> Table:
    """The table of the entries of each (number of the line, row), all of one length."""
    columns = [[row[place] for _, row in rows] for place in range(len(header))]
    notes = []
    kept = [place for place, name in enumerate(header) if name or not MISSING.issuperset(columns[place])]
    if _only_names_rows(header, columns, kept):
        kept.remove(0)
        notes.append(message("The first column only numbers the rows: it is left out."))
    if not kept:
        raise DataError(message("The table is empty."))
    written = [header[place] for place in kept]
    names = names_for(written)
    columns = [columns[place] for place in kept]
    whole = [place for place in range(len(rows)) if all(column[place] not in MISSING for column in columns)]
    if len(whole) < len(rows):
        notes.append(_left_out(names, columns, [line for line, _ in rows], len(whole), missing))
    values: list[Sequence[float]] = []
    classes = {}
    for name, column in zip(names, columns, strict=True):
        entries = [column[place] for place in whole]
        if any(map(looks_like_a_number, entries)):
            lines = (rows[place][0] for place in whole)
            values.append(
                [_finite(entry, comma, line, name) for line, entry in zip(lines, entries, strict=True)]
            )
        else:
            codes, classes[name] = coded([" ".join(entry.split()) for entry in entries])
            values.append(codes)
    headers = {
        name: own[:MAX_HEADER] for name, own in zip(names, written, strict=True) if own and own != name
    }
    data = Data(columns=names, rows=tuple(zip(*values, strict=True)), headers=headers, classes=classes)
    return Table(data, tuple(notes))


def _only_names_rows(header: Sequence[str], columns: list[list[str]], kept: list[int]) -> bool:
    """Whether the first column has no name and is another whole number or text in each row."""
    if kept[:1] != [0] or header[0] or not any(header):
        return False
    first = columns[0]
    plain = all(entry.isdecimal() or not STRANGE_NUMBER.fullmatch(entry) for entry in first)
    return plain and len(set(first)) == len(first)


def _left_out(
    names: Sequence[str], columns: list[list[str]], lines: list[int], whole: int, missing: Missing
) -> Message:
    """What is said of the rows in which a value is missing.

    Raises:
        DataError: they are to be refused, or no other is left.
    """
    line, name = next(
        (line, name)
        for line, *entries in zip(lines, *columns, strict=True)
        for name, entry in zip(names, entries, strict=True)
        if entry in MISSING
    )
    if missing == "refuse":
        raise MissingError(message("Line {line}, column {name}: the value is missing.", line=line, name=name))
    if not whole:
        raise DataError(
            message("Every row of the table lacks a value, the first one in column {name}.", name=name)
        )
    return message(
        "Rows left out because a value is missing: {count}, the first in line {line}, column {name}.",
        count=len(lines) - whole,
        line=line,
        name=name,
    )


def _finite(entry: str, comma: bool, line: int, name: str) -> float:
    value = _number(entry, comma)
    if not math.isfinite(value):
        raise DataError(
            message(
                "Line {line}, column {name}: “{entry}” is not a number.",
                line=line,
                name=name,
                entry=entry[:40],
            )
        )
    return value
