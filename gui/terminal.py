"""Text for a terminal or a pipe whose encoding lacks letters: they are spelled with those that it has."""

import codecs
import io
import sys
import unicodedata
from typing import Final, TextIO

from engine.base.i18n import Language, languages

SPELLED: Final = {
    "∂": "d", "∇": "grad ", "−": "-", "×": "x", "·": "*", "→": "->", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": "~", "√": "sqrt", "∞": "inf", "Σ": "sum", "∠": "angle ", "∈": "in", "°": " deg",
    "λ": "lambda", "Λ": "Lambda", "…": "...", "–": "-", "—": "-", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
_ERRORS: Final = "spelled"


def prepare() -> None:
    """Let standard output and standard error take any text."""
    codecs.register_error(_ERRORS, _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def shown_language(language: Language, stream: TextIO) -> Language:
    """`language`, or English where the stream has none of its letters."""
    try:
        languages().get(language, "").encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return language


def _spell(error: UnicodeError) -> tuple[str, int]:
    """An error handler of codecs: the letters that cannot be written, spelled out."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, start = error.object, error.start
    return "".join(_spelled(text, k) for k in range(start, error.end)), error.end


def _spelled(text: str, k: int) -> str:
    letter = text[k]
    if letter in SPELLED:
        return SPELLED[letter]
    name = unicodedata.name(letter, "")
    if name.startswith("GREEK") and "LETTER" in name:
        return name.split()[-1].lower() if " SMALL " in name else name.split()[-1].capitalize()
    plain = unicodedata.normalize("NFKD", letter).replace("−", "-").encode("ascii", "ignore").decode()
    if not plain:
        return letter.encode("ascii", "backslashreplace").decode()
    mark = _script(letter)  # one before the first of several: ⁻⁷ is ^-7
    return plain if k and mark == _script(text[k - 1]) else mark + plain


def _script(letter: str) -> str:
    kind = unicodedata.decomposition(letter)
    return "^" if kind.startswith("<super>") else "_" if kind.startswith("<sub>") else ""
