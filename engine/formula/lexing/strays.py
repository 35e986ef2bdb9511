"""What to say of characters that are no part of a formula.

Any thread; stdlib only.
"""

import unicodedata

from engine.base.i18n import message
from engine.formula.errors import FormulaError
from engine.formula.lexing.scanner import Scanner
from engine.formula.lexing.signs import HANGUL_RUN, JAMO, KOREAN_WORDS, LOOKALIKES


def unknown(scanner: Scanner) -> FormulaError:
    """What to say of the character here, which has no meaning."""
    character = scanner.text[scanner.position]
    if character == "𝔼":
        return expectation(scanner, 1)
    if character in JAMO or "가" <= character <= "힣":
        return _korean(scanner, character)
    span = scanner.place(1)
    shown = scanner.source[slice(*span)] or character
    hint = None
    if character in LOOKALIKES:
        shown = f"{shown} (U+{ord(character):04X})"
        hint = message("It looks like {name}, but is another letter", name=LOOKALIKES[character])
    elif not character.isprintable() or unicodedata.combining(character):
        shown = f"U+{ord(character):04X}"
    return FormulaError(message("{sign} is not part of a formula", sign=shown), span, hint)


def _korean(scanner: Scanner, character: str) -> FormulaError:
    """Of Hangul: the sign that a word means, the key of a letter, or how to get to Latin letters."""
    span = scanner.place(1)
    shown = scanner.source[slice(*span)] or character
    latin = JAMO.get(character)
    hint = message("Switch the keyboard to English")
    if latin is not None:
        hint = message("Did you mean {name}? Switch the keyboard to English", name=latin)
    run = HANGUL_RUN.match(scanner.text, scanner.position)
    if run is not None:
        word = next((name for name in KOREAN_WORDS if run.group().startswith(name)), "")
        span = scanner.place(len(word or run.group()))
        shown = (word or run.group())[:20]
        if word:
            hint = message("Write {sign}", sign=KOREAN_WORDS[word])
    return FormulaError(message("{sign} is not part of a formula", sign=shown), span, hint)


def expectation(scanner: Scanner, length: int) -> FormulaError:
    """What to say of the next `length` characters, an 𝔼."""
    return FormulaError(
        message("Expected values are not part of a formula"),
        scanner.place(length),
        message("Write the mean out, or load data and use mean(…)"),
    )


def lone_point(scanner: Scanner) -> FormulaError:
    """What to say of a point that belongs to no number."""
    product = scanner.after_value and scanner.text[scanner.position + 1 : scanner.position + 2].isalpha()
    hint = message("For a product write ·") if product else message("Write numbers as 0.5")
    return FormulaError(message("A point stands alone here"), scanner.place(1), hint)
