"""Texts for people, in English and in every language that has a file.

A text is written in English where it is used; `resources/i18n/ko.po` has its Korean, and another .po file
beside it is another language. Anything that is made on one thread and shown on another, or shown in a
language not known yet, travels as a `Message`.
Any thread; stdlib and msgspec only.
"""

import functools
from typing import Final

from msgspec import Struct

from engine.base.korean import with_particles
from engine.base.paths import RESOURCES
from engine.base.po import header_of, read_po

Language = str
"""The code of a language: "en", or the name of a file in CATALOGS, "ko"."""
CATALOGS: Final = RESOURCES / "i18n"
MOST_QUOTED: Final = 80  # letters of what somebody wrote, in what is said of it


@functools.cache
def catalog(language: Language) -> dict[str, str]:
    """Every text of `language` by its English original; empty for English itself."""
    known = language in languages() and language != "en"
    entries = read_po(CATALOGS / f"{language}.po") if known else {}
    entries.pop("", None)  # what the file says of itself
    return entries


@functools.cache
def languages() -> dict[Language, str]:
    """The languages there are, by their codes, each by the name it calls itself."""
    found = {"en": "English"}
    for path in sorted(CATALOGS.glob("*.po")):
        found[path.stem] = header_of(path).get("X-Language-Name", path.stem)
    return found


def translate(text: str, language: Language, /, **values: object) -> str:
    """`text` in `language`, its {placeholders} filled; the English where no translation is known."""
    template = catalog(language).get(text, text)
    if not values:
        return template
    filled = template.format(**values)
    return with_particles(filled) if language == "ko" else filled


class Message(Struct, frozen=True):
    """A sentence for the user, in no language yet.

    Build it with `message()`. A value may be a Message itself, and is then rendered in the same language.
    """

    text: str
    values: dict[str, "str | int | float | Message"] = {}

    def render(self, language: Language = "en") -> str:
        filled = {
            name: value.render(language) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return translate(self.text, language, **filled)


def message(text: str, /, **values: "str | int | float | Message") -> Message:
    """A Message of the English `text` with its {placeholders}: message("Unknown name {name}", name="q")."""
    return Message(text, values)


def quoting(text: Message) -> Message:
    """`text` with at most MOST_QUOTED letters of each value: who reads a refusal wants to reach its end."""
    values = {
        name: quoting(value)
        if isinstance(value, Message)
        else f"{value[: MOST_QUOTED - 1]}…"
        if isinstance(value, str) and len(value) > MOST_QUOTED
        else value
        for name, value in text.values.items()
    }
    return Message(text.text, values)
