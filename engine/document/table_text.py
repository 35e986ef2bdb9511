"""The text of a table → its lines and their entries, whatever separates them. Any thread; no Qt."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from msgspec import Struct

from engine.base.cancellation import CancelCheck, Cancelled, Progress
from engine.base.i18n import Message, message
from engine.document import lab
from engine.document.table_errors import DataError, too_large

SEPARATORS: Final = "\t;|,"  # those that a text hardly holds come first
_EMPTY_LINES: Final = 10  # times as many as rows: they take time and say nothing
_LOOKED_AT: Final = 50_000  # characters from which the separator is chosen
_LINES_LOOKED_AT: Final = 30
_ASKED_EVERY: Final = 2000  # lines
_SAYS_SEPARATOR: Final = re.compile(r'"?sep=(?P<sign>[^"\r\n]|\\t)"?\s*', re.IGNORECASE)
_QUOTED: Final = re.compile(r'(?:^|(?<=[\t;|,\n]))[ \t]*"[^"]*"', re.MULTILINE)
_COMMENT: Final = re.compile(
    r"\s*#(?![\t;|,]|\s*$|N/?A\b|REF!|DIV/0|VALUE!|NAME\?|NUM!|NULL!)"
)  # "#,x,y" is a header


class Line(Struct, frozen=True):
    """A line with something in it: its number, its entries up to the last that is not empty, and how many
    there are with the empty ones."""

    number: int
    entries: list[str]
    written: int


class Text(Struct, frozen=True):
    """The lines of a table, and sentences of what was passed over. comment: the last one before them."""

    lines: list[Line]
    notes: tuple[Message, ...] = ()
    comment: str = ""


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with or without its mark, or the code page of Excel in Korea.

    Raises:
        UnicodeDecodeError: it is none of these.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    head = content[:400]
    for encoding, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        zeros = head[place::2].count(0)
        if len(head) > 3 and zeros > len(head) // 5 and head[1 - place :: 2].count(0) == 0:
            return content.decode(encoding)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp949")


def lines_of(text: str, cancelled: CancelCheck, progress: Progress) -> Text:
    """Every line that has any entry.

    Raises:
        DataError: the limits are passed, and nothing is read beyond them; or a line is no part of a table.
        Cancelled: `cancelled` became true.
    """
    if text.count("\n") + text.count("\r") > _EMPTY_LINES * lab.MAX_ROWS:
        raise too_large()
    source = io.StringIO(text, newline=None)  # every kind of line end
    notes: list[Message] = []
    said = _SAYS_SEPARATOR.fullmatch(text[:40].partition("\n")[0].partition("\r")[0])
    passed = 0
    if said is not None:
        source.readline()
        passed = 1
        notes.append(message("The line {line} only says what separates the columns.", line=said[0].strip()))
    comments: list[str] = []
    written = _without_comments(map(_plain, source), comments)
    if said is None:
        separator = _separator(text)
    else:
        separator = "\t" if said["sign"] == "\\t" else said["sign"]
    if separator == " ":
        written = (" ".join(line.split()) for line in written)
    elif separator == "|":
        written = (_within_bars(line) for line in written)
    watched = _watched(written, len(text), cancelled, progress)
    lines = _entries(watched, separator, passed)
    if comments:
        notes.append(
            message("Lines that begin with # are remarks: {count} passed over.", count=len(comments))
        )
    return Text(lines, tuple(notes), comments[-1] if comments else "")


def _watched(lines: Iterable[str], length: int, cancelled: CancelCheck, progress: Progress) -> Iterator[str]:
    """The lines; now and then it is asked whether they are still wanted, and told how far they are."""
    passed = 0
    for count, line in enumerate(lines):
        if count % _ASKED_EVERY == 0:
            if cancelled():
                raise Cancelled
            progress(min(passed / length, 1.0))
        passed += len(line)
        yield line


def _entries(written: Iterable[str], separator: str, passed: int) -> list[Line]:
    reader = csv.reader(written, delimiter=separator)
    lines: list[Line] = []
    try:
        for row in reader:
            entries = [entry.strip() for entry in row]
            while entries and not entries[-1]:
                entries.pop()
            if len(entries) > lab.MAX_COLUMNS or len(lines) > lab.MAX_ROWS:
                raise too_large()
            if entries:
                lines.append(Line(reader.line_num + passed, entries, len(row)))
    except csv.Error as error:
        raise DataError(
            message("Line {line} is not part of a table.", line=reader.line_num + passed)
        ) from error
    return lines


def _separator(text: str) -> str:
    """What parts the entries: the first sign that is equally often in each line, else the first there is."""
    head = _QUOTED.sub("", _plain(text[:_LOOKED_AT].replace("\r\n", "\n").replace("\r", "\n")))
    some = (line for line in head.splitlines() if line.strip() and not _COMMENT.match(line))
    lines = list(islice(some, _LINES_LOOKED_AT))
    if len(text) > _LOOKED_AT and len(lines) > 1:
        lines = lines[: max(1, len(lines) - 1)]  # the last one may be cut off
    if not lines:
        return " "
    for sign in SEPARATORS:
        counts = {line.count(sign) for line in lines if not _is_rule(line)}
        if len(counts) == 1 and counts != {0}:
            return sign
    return next((sign for sign in SEPARATORS if sign in lines[0]), " ")


def _plain(line: str) -> str:
    """A line with full-width digits, commas and signs as plain ones."""
    return line if line.isascii() else unicodedata.normalize("NFKC", line).replace("−", "-")


def _without_comments(lines: Iterable[str], comments: list[str]) -> Iterator[str]:
    """The lines, remarks as empty ones, so that lines are counted right; the remarks go into `comments`."""
    for line in lines:
        if "#" in line and _COMMENT.match(line):
            comments.append(line.strip().lstrip("#").strip())
            yield "\n"
        else:
            yield line


def _is_rule(line: str) -> bool:
    """Whether it is the line below the header of Markdown's tables."""
    return "--" in line and not line.strip("|:+- \t\r\n")


def _within_bars(line: str) -> str:
    """A line of Markdown's tables without its outer bars; the rule below the header as an empty line."""
    if _is_rule(line):
        return "\n"
    inner = line.strip()
    return inner.removeprefix("|").removesuffix("|") + "\n"
