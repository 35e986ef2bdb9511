"""Workbooks of spreadsheets (XLSX, ODS, XLS) → the lines of their first sheet that has any.

Their formulas are not computed: a cell is the value that was kept with it. Any thread; no Qt.
"""

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any, Final

from engine.base.cancellation import CancelCheck, Cancelled
from engine.base.i18n import message
from engine.document import lab
from engine.document.table_errors import DataError, too_large
from engine.document.table_text import Line, Text

WORKBOOKS: Final = (".xlsx", ".xlsm", ".ods", ".xls")
MAX_UNPACKED: Final = 200_000_000  # bytes of the parts of a workbook, which is a ZIP archive


def lines_of_workbook(path: Path, content: bytes, cancelled: CancelCheck) -> Text:
    """The lines of the first sheet with something in it.

    Raises:
        DataError: it is no workbook, protected, empty, or too large.
        Cancelled: `cancelled` became true.
    """
    _check_size(path, content)
    try:
        from python_calamine import CalamineWorkbook
    except ImportError:
        raise DataError(
            message("Workbooks cannot be read here. Save “{name}” as CSV.", name=path.name)
        ) from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            if cancelled():
                raise Cancelled
            sheet = book.get_sheet_by_name(name)
            if sheet.height and sheet.width:
                return _text(name, len(book.sheet_names), sheet, cancelled)
    except (DataError, Cancelled, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of the reader is no Exception
        raise DataError(
            message("“{name}” is no workbook that can be read. Save it as CSV.", name=path.name)
        ) from error
    raise DataError(message("The table is empty."))


def _text(name: str, sheets: int, sheet: Any, cancelled: CancelCheck) -> Text:
    first = sheet.start[0] if sheet.start is not None else 0
    if sheet.width > lab.MAX_COLUMNS:
        raise too_large()
    lines: list[Line] = []
    for count, row in enumerate(sheet.iter_rows()):
        if count % 2000 == 0 and cancelled():
            raise Cancelled
        entries = [_entry(value) for value in row[-sheet.width :]]
        while entries and not entries[-1]:
            entries.pop()
        if len(lines) > lab.MAX_ROWS:
            raise too_large()
        if entries:
            lines.append(Line(count + 1 + (first if len(row) == sheet.width else 0), entries, sheet.width))
    notes = [message("Of {count} sheets “{name}” is read, the first one.", count=sheets, name=name[:40])]
    return Text(lines, tuple(notes if sheets > 1 else ()))


def _check_size(path: Path, content: bytes) -> None:
    """Refuse an archive that would unpack to more than MAX_UNPACKED.

    Raises:
        DataError: it would, or it is no archive where it should be one.
    """
    if path.suffix.lower() == ".xls" and not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise DataError(
            message("“{name}” is no workbook that can be read. Save it as CSV.", name=path.name)
        ) from error
    if unpacked > MAX_UNPACKED:
        raise too_large()


def _entry(value: Any) -> str:
    """A cell as the text that a CSV file would have."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return str(value)
    return "" if value is None else " ".join(str(value).split())
