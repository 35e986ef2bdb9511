"""Characters → tokens: one tokenizer for plain text, Unicode, LaTeX, Python and Wolfram notation.

LaTeX commands that only mean a sign become that sign here, so the parser sees one notation.
Any thread; stdlib only.
"""

import re
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from engine.formula.ast import Span
from engine.formula.errors import MAX_CHARACTERS, MAX_DIGITS, MAX_TOKENS, FormulaError
from engine.formula.functions import function_named, suggestion
from engine.formula.names import GREEK, GREEK_LETTERS, GREEK_VARIANTS
from engine.formula.signs import (
    ACCENTS,
    COMMAND_SIGNS,
    COMMAND_SPACES,
    DIGITS,
    FRACTIONS,
    JAMO,
    KNOWN_COMMANDS,
    LETTER_VARIANTS,
    LONG_SIGNS,
    MODULES,
    NUMBER,
    PYTHON_WORD,
    SAME,
    SHORT_SIGNS,
    SIGNS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    WORD,
    WORD_COMMANDS,
)
from engine.i18n import message


class Token(Struct, frozen=True):
    """One token.

    Attributes:
        kind: "number", "word" (a run of letters with the digits that follow it), "letter" (a Greek letter,
            never a function), "command" (of LaTeX, without its backslash), "end", or the sign itself.
        text: normalised; for "|" it is "open" or "close" where LaTeX says which.
        spaced: white space stands before it.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False

    @property
    def span(self) -> Span:
        return (self.start, self.end)


class _Lexer:
    def __init__(self, source: str, lenient: bool = False) -> None:
        self.source = source
        self.lenient = lenient
        self.tokens: list[Token] = []
        self.text, self.at = _normalised(source)
        self.position = 0
        self.spaced = False

    def run(self) -> list[Token]:
        length = len(self.text)
        while self.position < length:
            place = self.position
            try:
                self.step()
            except FormulaError:
                if not self.lenient:
                    raise
                self.position = place
                self.emit("hole", self.text[place], 1)
            if len(self.tokens) > MAX_TOKENS:
                start = self.tokens[-1].start
                raise FormulaError(
                    message("The formula is too long: it has more than {limit} signs", limit=MAX_TOKENS),
                    (start, len(self.source)),
                    message("Shorten it"),
                )
        end = len(self.source.rstrip())
        self.tokens.append(Token("end", "", end, max(len(self.source), end), self.spaced))
        return self.tokens

    def emit(self, kind: str, text: str, length: int) -> None:
        start, end = self.place(length)
        self.tokens.append(Token(kind, text, start, end, self.spaced))
        self.spaced = False
        self.position += length

    def place(self, length: int) -> Span:
        return self.at[self.position], self.at[self.position + length]

    def step(self) -> None:
        text, position = self.text, self.position
        character = text[position]
        if character.isspace():
            self.position += 1
            self.spaced = True
        elif character in DIGITS or (character == "." and text[position + 1 : position + 2] in DIGITS):
            self.number()
        elif character.isascii() and character.isalpha():
            self.word()
        elif character == "\\":
            self.command()
        elif character == "$":
            self.position += 1
            self.spaced = True
        elif character in SUPERSCRIPTS:
            self.raised()
        elif character in SUBSCRIPTS:
            self.lowered()
        elif character in FRACTIONS:
            self.fraction(*FRACTIONS[character])
        elif character == "π":
            self.emit("word", "pi", 1)
        elif character in GREEK_LETTERS or character in GREEK_VARIANTS:
            letter = GREEK_VARIANTS.get(character, character)
            digits = re.compile(r"[0-9]*").match(text, position + 1)
            run = digits.group() if digits else ""
            self.emit("letter", letter + run, 1 + len(run))
        else:
            self.sign()

    def number(self) -> None:
        match = NUMBER.match(self.text, self.position)
        assert match is not None
        if self.tokens and self.tokens[-1].kind == "_":
            run = re.compile(r"[0-9]+").match(self.text, self.position)
            if run is not None:
                self.emit("number", run.group(), len(run.group()))
                return
        mantissa, exponent = match.groups()
        length = len(match.group())
        if exponent is not None and "*^" not in match.group() and match.group()[len(mantissa)] == "e":
            # "2e" is a factor 2 times e unless digits follow: the regular expression has seen to that.
            pass
        if sum(map(str.isdigit, mantissa)) > MAX_DIGITS or len(exponent or "") > 5:
            raise FormulaError(
                message("This number has too many digits"),
                self.place(length),
                message("At most {limit} digits", limit=MAX_DIGITS),
            )
        if exponent is not None and abs(int(exponent)) > 400:
            raise FormulaError(message("This number is too large or too small"), self.place(length))
        normal = mantissa if exponent is None else f"{mantissa}e{int(exponent)}"
        self.emit("number", normal, length)

    def word(self) -> None:
        modules = MODULES.match(self.text, self.position)
        if modules is not None:
            self.position = modules.end()
        python = PYTHON_WORD.match(self.text, self.position)
        if python is not None and function_named(python.group()) is not None:
            self.emit("word", python.group(), len(python.group()))
            return
        match = WORD.match(self.text, self.position)
        assert match is not None
        word = match.group()
        if self.tokens and self.tokens[-1].kind == "_":
            # x_1y is x_1 y, and x_ab is x with the index ab
            word = word.rstrip("0123456789") if not word[-1:].isalpha() else word
        self.emit("word", word, len(word))

    def raised(self) -> None:
        self.shifted("^", SUPERSCRIPTS)

    def lowered(self) -> None:
        self.shifted("_", SUBSCRIPTS)

    def shifted(self, sign: str, letters: Mapping[str, str]) -> None:
        """A run of superscripts or subscripts: the sign ^ or _ and the run as plain text in braces."""
        run = self.position
        while run < len(self.text) and self.text[run] in letters:
            run += 1
            if run - self.position > MAX_DIGITS:
                raise FormulaError(
                    message("This number has too many digits"), self.place(run - self.position)
                )
        plain = "".join(letters[c] for c in self.text[self.position : run])
        self.emit(sign, sign, 0)
        self.bracketed(plain, len(plain))

    def bracketed(self, plain: str, length: int) -> None:
        """Emit `plain`, which stands for `length` characters here, in braces."""
        start, end = self.place(length)
        inner = [t for t in _Lexer(plain).run() if t.kind != "end"]
        self.tokens.append(Token("{", "{", start, start))
        self.tokens.extend(Token(t.kind, t.text, start + t.start, min(start + t.end, end)) for t in inner)
        self.tokens.append(Token("}", "}", end, end))
        self.position += length

    def fraction(self, over: int, under: int) -> None:
        start, end = self.place(1)
        spaced = self.spaced
        if self.tokens and self.tokens[-1].kind == "number":
            raise FormulaError(
                message("A sign is missing between two numbers"),
                (self.tokens[-1].start, end),
                message("Write + or · between them"),
            )
        parts = (("(", "("), ("number", str(over)), ("/", "/"), ("number", str(under)), (")", ")"))
        self.tokens.extend(Token(kind, text, start, end, spaced) for kind, text in parts)
        self.spaced = False
        self.position += 1

    def sign(self) -> None:
        text, position = self.text, self.position
        character = text[position]
        for long in LONG_SIGNS:
            if text.startswith(long, position):
                if long == "||":
                    break
                kind = SAME.get(long, long)
                self.emit(kind, long, len(long))
                return
        if character in SIGNS:
            kind = SIGNS[character]
            self.emit(kind, kind, 1)
        elif character in SHORT_SIGNS:
            self.emit(character, "" if character == "|" else character, 1)
        else:
            self.unknown(character)

    def unknown(self, character: str) -> None:
        span = self.place(1)
        shown = self.source[span[0] : span[1]] or character
        if character in JAMO or "가" <= character <= "힣":
            latin = JAMO.get(character)
            raise FormulaError(
                message("{sign} is not part of a formula", sign=shown),
                span,
                message("Did you mean {name}? Switch the keyboard to English", name=latin)
                if latin
                else message("Switch the keyboard to English"),
            )
        if character == "." and not self.text[self.position + 1 :].strip(" \t\r\n$\\])"):
            self.position += 1  # the full stop after a displayed formula
            return
        if character == ".":
            raise FormulaError(message("A point stands alone here"), span, message("Write numbers as 0.5"))
        if character == "@":
            raise FormulaError(message("Matrix products are not part of the language"), span)
        if not character.isprintable():
            shown = f"U+{ord(character):04X}"
        raise FormulaError(message("{sign} is not part of a formula", sign=shown), span)

    def command(self) -> None:
        match = re.compile(r"\\([A-Za-z]+\*?|.?)", re.DOTALL).match(self.text, self.position)
        assert match is not None
        name, length = match.group(1).rstrip("*"), len(match.group())
        if name in ("left", "right"):
            self.delimiter(name, length)
        elif name in COMMAND_SPACES:
            self.position += length
            self.spaced = True
        elif name in COMMAND_SIGNS:
            kind = COMMAND_SIGNS[name]
            side = {"lvert": "open", "rvert": "close", "lVert": "open", "rVert": "close"}.get(name, "")
            self.emit(kind, side if kind in ("|", "‖") else kind, length)
        elif name in ("tag", "label"):
            braces = re.compile(r"\s*\{[^{}]*\}").match(self.text, self.position + length)
            self.position = braces.end() if braces else self.position + length
        elif name in WORD_COMMANDS:
            self.words_of(length)
        elif name == "pi" or name == "varpi":
            self.emit("word", "pi", length)
        elif name in GREEK or name in LETTER_VARIANTS:
            greek = LETTER_VARIANTS.get(name, name)
            self.emit("letter", greek, length)
        elif name in KNOWN_COMMANDS:
            self.emit("command", name, length)
        elif name == "e":
            self.emit("word", "e", length)
        elif function_named(name) is not None:
            self.emit("word", name, length)
        elif name == "":
            self.emit("command", "", length)
        else:
            span = self.place(length)
            near = None if self.lenient else suggestion(name)
            raise FormulaError(
                message("Unknown command {name}", name="\\" + name),
                span,
                message("Did you mean {name}?", name="\\" + near) if near else None,
            )

    def delimiter(self, side: str, length: int) -> None:
        """\\left or \\right: the sign after it is a bracket; a point stands for none."""
        rest = re.compile(r"\s*").match(self.text, self.position + length)
        place = rest.end() if rest else self.position + length
        word = {"left": "open", "right": "close"}[side]
        if self.text.startswith(".", place):
            self.position = place + 1
            self.spaced = True
        elif self.text.startswith(("|", "\\vert", "\\|", "\\Vert"), place):
            if self.text.startswith("|", place):
                kind, width = "|", 1
            else:
                kind, width = ("|", 5) if self.text.startswith("\\vert", place) else ("‖", 2)
                width = 5 if self.text.startswith("\\Vert", place) else width
            self.emit(kind, word, place + width - self.position)
        else:
            self.position = place
            self.spaced = True

    def words_of(self, length: int) -> None:
        """\\text{if }, \\operatorname{ReLU}, \\mathbf w: the words inside, as plain words."""
        match = re.compile(r"\s*(?:\{([^{}]*)\}|([A-Za-z]))").match(self.text, self.position + length)
        if match is None:
            self.position += length
            self.spaced = True
            return
        group = 1 if match.group(1) is not None else 2
        inner = re.sub(r"\\[,;:!> ]|~", "", match.group(group))
        base = match.start(group)
        if "\\" in inner or not re.fullmatch(r"[\sA-Za-z0-9,.]*", inner):
            self.position = base  # markup or signs inside: read them as if they stood free, in braces
            if group == 1:
                self.position -= 1
            return
        if inner == match.group(group):
            words = [
                (w.group(), base + w.start(), base + w.end())
                for w in re.finditer(r"log1p|[A-Za-z]+[0-9]*|[0-9]+|,", inner)
            ]
        else:
            words = [(inner, base, match.end(group))] if inner.strip() else []
        for text, start, end in words:
            kind = "number" if text.isdigit() else "," if text == "," else "word"
            self.tokens.append(Token(kind, text, self.at[start], self.at[end], self.spaced))
            self.spaced = True
        self.position = match.end()
        self.spaced = True


def _normalised(source: str) -> tuple[str, list[int]]:
    """Full-width and styled letters as plain ones; and for each character its place in the source."""
    characters: list[str] = []
    places: list[int] = []
    kept = SUPERSCRIPTS.keys() | SUBSCRIPTS.keys() | FRACTIONS.keys() | SIGNS.keys() | JAMO.keys()
    for place, character in enumerate(source):
        if character.isascii() or character in kept or character in GREEK_LETTERS:
            plain = character
        elif unicodedata.category(character) == "Cf":
            continue  # zero-width marks, byte order marks
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


def tokenize(source: str, lenient: bool = False) -> list[Token]:
    """The tokens of `source`, the last of kind "end". lenient: what has no meaning is a token "hole".

    Raises:
        FormulaError: more than MAX_CHARACTERS or MAX_TOKENS, or a character without meaning.
    """
    if len(source) > MAX_CHARACTERS:
        raise FormulaError(
            message("The formula is too long: it has {count} characters", count=len(source)),
            (MAX_CHARACTERS, len(source)),
            message("At most {limit} characters", limit=MAX_CHARACTERS),
        )
    return _Lexer(source, lenient).run()
