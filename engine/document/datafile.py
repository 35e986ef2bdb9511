"""Tables as people have them → Data, whose columns a loss function names. Any thread; never Qt."""

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from engine.base.cancellation import CancelCheck, Progress, never, unwatched
from engine.base.i18n import Message, message
from engine.base.oldfile import UnreadableError, read_whole
from engine.document.cells import MISSING, STRANGE_NUMBER, Cells, looks_like_a_number, writes_decimal_commas
from engine.document.classes import coded, listed
from engine.document.column_names import default_names, names_for
from engine.document.lab import MAX_COLUMNS, MAX_ROWS, Data
from engine.document.table_errors import DataError, MissingError, too_large
from engine.document.table_text import Line, Text, decoded, lines_of
from engine.document.workbook import WORKBOOKS, lines_of_workbook

MAX_BYTES: Final = 20_000_000
MAX_HEADER: Final = 100  # characters of the file's own words for a column
MOST_RENAMED: Final = 6
TABLES: Final = (".csv", ".tsv", ".txt", *WORKBOOKS)  # what a file of a table is called

Missing = Literal["refuse", "drop"]


class Table(Struct, frozen=True):
    """A table as it was read, and sentences to show of what was left out on the way."""

    data: Data
    notes: tuple[Message, ...] = ()


def read_table(
    path: Path,
    missing: Missing = "refuse",
    cancelled: CancelCheck = never,
    progress: Progress = unwatched,
) -> Table:
    """Read a file: text with separated columns in UTF-8, UTF-16 or cp949; or a workbook, its first sheet.

    Raises:
        DataError: a file that is missing, unreadable, larger than MAX_BYTES, no plain file or no table; see
            `parse_table`.
        Cancelled: `cancelled` became true.
    """
    try:
        content = read_whole(path, MAX_BYTES)
    except UnreadableError as error:
        raise DataError(error.message) from error
    if path.suffix.lower() in WORKBOOKS:
        return _of_lines(lines_of_workbook(path, content, cancelled), (), missing)
    try:
        text = decoded(content)
    except UnicodeDecodeError as error:
        raise DataError(message("“{name}” is not text in UTF-8.", name=path.name)) from error
    return parse_table(text, (), missing, cancelled, progress)


def parse_table(
    text: str,
    names: Sequence[str] = (),
    missing: Missing = "refuse",
    cancelled: CancelCheck = never,
    progress: Progress = unwatched,
) -> Table:
    """The table in `text`, separated by tabs, semicolons, bars, commas or spaces: a file's, or pasted.

    Where others than commas separate, 1,5 is one and a half. A first line with a number in it has no names:
    the columns take those of `names` if they are as many, or of a remark in front of it; else they are x_1,
    x_2, …, y, as are those that a formula cannot name. A column without any number is one of classes. A first
    column without a name that only numbers or names the rows, as pandas and R write it, is left out.

    Args:
        missing: what is done with a row in which a value is missing: left out, and it is said; or refused.

    Raises:
        MissingError: a value is missing, and `missing` is "refuse".
        DataError: no rows, a ragged row, no number in a column of numbers, or too much of it.
        Cancelled: `cancelled` became true.
    """
    if len(text) > MAX_BYTES:
        raise too_large()
    return _of_lines(lines_of(text, cancelled, progress), names, missing)


def _of_lines(text: Text, names: Sequence[str], missing: Missing) -> Table:
    lines, notes = text.lines, list(text.notes)
    if not lines:
        raise DataError(message("The table is empty."))
    cells = Cells(writes_decimal_commas(entry for line in lines for entry in line.entries))
    first = lines[0]
    count = max(min(len(line.entries), first.written) for line in lines)
    if any(not math.isnan(cells.number(entry)) for entry in first.entries):
        remark = re.split(r"\s*[,;\t|]\s*|\s+", text.comment)
        if len(names) == count:
            header = list(names)
        elif len(remark) == count and text.comment:
            header = remark
            said = ", ".join(remark)[:80]
            notes.append(message("The columns are named in the last remark: {names}.", names=said))
        else:
            header = default_names(count)
    else:
        lines = lines[1:]
        header = [" ".join(name.split()) for name in first.entries] + [""] * (count - len(first.entries))
    if len(lines) > MAX_ROWS:
        raise too_large()
    if not lines:
        raise DataError(message("The table has names but no numbers."))
    table = _table(header, [(line.number, _padded(line, count)) for line in lines], cells, missing)
    return replace(table, notes=(*notes, *table.notes))


def table_of(columns: Sequence[str], rows: Sequence[Sequence[float | str | None]], missing: Missing) -> Table:
    """The table of rows that are values already, as a request gives them; None where one is missing.

    Raises:
        DataError: as for `parse_table`.
    """
    if not rows:
        raise DataError(message("The table is empty."))
    if len(rows) > MAX_ROWS or len(columns) > MAX_COLUMNS:
        raise too_large()
    lines = [
        Line(
            number,
            ["" if each is None else each if isinstance(each, str) else repr(each) for each in row],
            len(row),
        )
        for number, row in enumerate(rows, 1)
    ]
    return _table(
        columns, [(line.number, _padded(line, len(columns))) for line in lines], Cells(False), missing
    )


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


def _table(header: Sequence[str], rows: list[tuple[int, list[str]]], cells: Cells, missing: Missing) -> Table:
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
                [_finite(entry, cells, line, name) for line, entry in zip(lines, entries, strict=True)]
            )
        else:
            codes, classes[name] = coded([" ".join(entry.split()) for entry in entries])
            values.append(codes)
    headers = {
        name: own[:MAX_HEADER] for name, own in zip(names, written, strict=True) if own and own != name
    }
    data = Data(columns=names, rows=tuple(zip(*values, strict=True)), headers=headers, classes=classes)
    return Table(data, (*notes, *cells.notes()))


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


def _finite(entry: str, cells: Cells, line: int, name: str) -> float:
    value = cells.number(entry, line, name)
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
