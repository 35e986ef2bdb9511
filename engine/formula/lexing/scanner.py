"""Where the lexer is in the characters of a formula, and the tokens that it has made of them.

Any thread; stdlib only.
"""

import unicodedata

from engine.formula.ast import Span
from engine.formula.lexing.signs import ACCENTS, KEPT, OVERRIDES, SET_APART
from engine.formula.names import GREEK_LETTERS, GREEK_VARIANTS
from engine.formula.tokens import ENDERS, Token


class Scanner:
    """One pass over the characters of `source`.

    Attributes:
        text: the characters, normalised. position: of the next of them. tokens: of those before it.
        spaced: whether white space was passed since the last token.
        passed: places that say nothing, such as the brace that closes a \\text{…}.
        lenient: whether the formula may be unfinished, so that a hint is not worth its time.
    """

    def __init__(self, source: str, lenient: bool = False) -> None:
        self.source = source
        self.lenient = lenient
        self.tokens: list[Token] = []
        self.text, self._places = _normalised(source)
        self.position = 0
        self.spaced = False
        self.passed: set[int] = set()

    @property
    def kind_before(self) -> str:
        """The kind of the last token; nothing if there is none."""
        return self.tokens[-1].kind if self.tokens else ""

    @property
    def after_value(self) -> bool:
        """Whether the last token ends a value."""
        return bool(self.tokens) and self.tokens[-1].kind in ENDERS

    def emit(self, kind: str, text: str, length: int) -> None:
        """The next `length` characters as one token."""
        start, end = self.place(length)
        self.tokens.append(Token(kind, text, start, end, self.spaced))
        self.spaced = False
        self.position += length

    def put(self, kind: str, text: str, begin: int, stop: int) -> None:
        """A token that stands at the characters from `begin` to `stop`, which are not passed by it."""
        self.tokens.append(Token(kind, text, self._places[begin], self._places[stop], self.spaced))

    def skip_to(self, position: int) -> None:
        """Go on at `position`, as after white space."""
        self.position = position
        self.spaced = True

    def place(self, length: int) -> Span:
        """The characters of the source that the next `length` were."""
        start, end = self._places[self.position], self._places[self.position + length]
        return start, end if end > start or not length else start + 1  # a letter that became several


def _normalised(source: str) -> tuple[str, list[int]]:
    """Full-width and styled letters as plain ones; and for each character its place in the source."""
    if source.isascii():
        return source, list(range(len(source) + 1))
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(source):
        if character.isascii() or character in KEPT or character in GREEK_LETTERS:
            plain = character
        elif character in "\ufe0e\ufe0f" or (
            unicodedata.category(character) == "Cf" and character not in OVERRIDES
        ):
            continue  # zero-width marks, byte order marks, the marks of colourful signs
        elif unicodedata.decomposition(character).startswith(SET_APART):
            plain = character  # ① and ᵀ are not 1 and T
        else:
            plain = unicodedata.normalize("NFKC", character)
            plain = "".join(GREEK_VARIANTS.get(c, c) for c in plain)
            letters = unicodedata.normalize("NFD", plain)
            if letters[-1:] in ACCENTS:  # ŷ, and the accent alone after its letter
                plain = letters[:-1] + ACCENTS[letters[-1]]
        characters.extend(plain)
        places.extend([place] * len(plain))
    places.append(len(source))
    return "".join(characters), places
