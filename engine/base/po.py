"""gettext's .po files: the texts of one language, each beside its English. Any thread; stdlib only.

Only what translators' editors write for us: msgid, msgstr, comments; no plurals, no contexts.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_ENTRY: Final = re.compile(r'(msgid|msgstr)?\s*"((?:[^"\\]|\\.)*)"')
_ESCAPED: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r"}


def read_po(path: Path) -> dict[str, str]:
    """Every translated text by its English; what the file says of itself under "".

    Raises:
        ValueError: a line is none of a .po file; it says which.
    """
    return {english: translated for english, translated in entries_of(path) if translated}


def entries_of(path: Path) -> list[tuple[str, str]]:
    """Pairs of English and translation, "" where that is missing, in the order of the file.

    Raises:
        ValueError: see `read_po`.
    """
    return list(_entries(path.read_text(encoding="utf-8")))


def header_of(path: Path) -> dict[str, str]:
    """What a file says of itself: "Language", "X-Language-Name", …; it stands first, and a space behind it.

    Raises:
        ValueError: see `read_po`.
    """
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    pairs = (line.partition(":") for line in dict(_entries(head)).get("", "").splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _entries(text: str) -> Iterator[tuple[str, str]]:
    parts = {"msgid": "", "msgstr": ""}
    field = ""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _ENTRY.fullmatch(line.strip())
        if match is None or not (match[1] or field):
            raise ValueError(f"line {number} is none of a .po file: {line[:60]}")
        if match[1] == "msgid" and field == "msgstr":
            yield parts["msgid"], parts["msgstr"]
            parts = {"msgid": "", "msgstr": ""}
        field = match[1] or field
        parts[field] += re.sub(r"\\(.)", lambda sign: _ESCAPED.get(sign[1], sign[1]), match[2])
    if field:
        yield parts["msgid"], parts["msgstr"]


def entry_text(english: str, translated: str) -> str:
    """One entry as it stands in a file."""
    return f"msgid {_quoted(english)}\nmsgstr {_quoted(translated)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\r", "\\r")
    lines = escaped.split("\n")
    if len(lines) == 1:
        return f'"{escaped}"'
    inner = [f'"{line}\\n"' for line in lines[:-1]] + ([f'"{lines[-1]}"'] if lines[-1] else [])
    return '""\n' + "\n".join(inner)
