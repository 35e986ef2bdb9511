"""tr(): the window's texts in the user's language. GUI thread."""

import contextlib
from collections.abc import Iterator

from engine.base.i18n import Language, Message, translate

_language: Language = "en"


def set_language(language: Language) -> None:
    """Choose the language of every text made from now on; the window is then built anew."""
    global _language
    _language = language


def language() -> Language:
    return _language


@contextlib.contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Texts in `language` meanwhile: a film may be in another one than the window."""
    before = _language
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def tr(text: str | Message, /, **values: object) -> str:
    """`text`, written in English, in the user's language, with its {placeholders} filled."""
    if isinstance(text, Message):
        return text.render(_language)
    return translate(text, _language, **values)


def capitalized(text: str) -> str:
    """`text` as the beginning of a line. Letters of Greek are symbols: θ is not Θ."""
    return text[:1].upper() + text[1:] if text[:1].isascii() else text
