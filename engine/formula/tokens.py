"""Characters → tokens: one tokenizer for plain text, Unicode, LaTeX, Python and Wolfram notation.

LaTeX commands that only mean a sign become that sign here, so the parser sees one notation.
Any thread; stdlib only.
"""

import math
import re
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from engine.base.i18n import message
from engine.formula.ast import Span
from engine.formula.errors import MAX_CHARACTERS, MAX_DIGITS, MAX_TOKENS, FormulaError
from engine.formula.functions import constant_named, function_named, suggestion
from engine.formula.names import GREEK, GREEK_LETTERS, GREEK_VARIANTS
from engine.formula.shorthands import NUMBERS, SHORTHANDS
from engine.formula.signs import (
    ACCENTS,
    ALONE,
    ARRAY_MODULES,
    ARRAY_NAMES,
    COMMAND,
    COMMAND_SIGNS,
    COMMAND_SPACES,
    COMMAND_VARIANTS,
    COMMENT,
    CONTINUATION,
    DIGIT_RUN,
    DIGITS,
    ENDERS,
    FORTRAN_DOUBLE,
    FRACTIONS,
    HANGUL,
    HANGUL_RUN,
    JAMO,
    KEPT,
    KNOWN_COMMANDS,
    KOREAN_WORDS,
    LETTER_VARIANTS,
    LONE_SIGN,
    LONG_SIGNS,
    LOOKALIKES,
    LOOKS,
    MAXIMA_CONSTANT,
    MEMBER,
    MODULES,
    NAMED_LETTER,
    NESTED_PIECES,
    NOT_A_NOT,
    NUMBER,
    ONE_COMMAND,
    OPENERS,
    OTHER_BASE,
    OTHERWISE,
    OVERRIDES,
    PASSED_FIRST,
    PASSED_OVER,
    PIECES_BRACE,
    PLAIN_WORDS,
    PYTHON_WORD,
    QUOTED,
    RADICALS,
    SAME,
    SET_APART,
    SHORT_SIGNS,
    SIGNS,
    STYLED_WORD,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    TEXT_COMMANDS,
    WORD,
    WORD_COMMANDS,
    WORD_INSIDE,
)


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
        self.passed: set[int] = set()  # places of braces that close a \\text{…} and say nothing

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
        start, end = self.at[self.position], self.at[self.position + length]
        return start, end if end > start or not length else start + 1  # a letter that became several

    def step(self) -> None:
        text, position = self.text, self.position
        character = text[position]
        if character.isspace() or position in self.passed:
            self.position += 1
            self.spaced = True
        elif character in DIGITS or (character == "." and text[position + 1 : position + 2] in DIGITS):
            self.number()
        elif character in PASSED_FIRST and (passed := PASSED_OVER.match(text, position)) is not None:
            self.position, self.spaced = passed.end(), True
        elif character.isascii() and character.isalpha():
            self.word()
        elif character == "\\":
            self.command()
        elif character in "$▒" or (character == "~" and self.spaces()):
            self.position += 1
            self.spaced = True
        elif character == "#" and self.comment():
            pass
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
            digits = DIGIT_RUN.match(text, position + 1)
            run = digits.group() if digits else ""
            self.emit("letter", letter + run, 1 + len(run))
        else:
            self.sign()

    def number(self) -> None:
        match = NUMBER.match(self.text, self.position)
        assert match is not None
        if self.tokens and self.tokens[-1].kind == "_":
            run = DIGIT_RUN.match(self.text, self.position)
            if run is not None and run.group():
                self.emit("number", run.group(), len(run.group()))
                return
        mantissa, exponent = match.group(1).replace("_", ""), match.group(2)
        length = len(match.group())
        if sum(map(str.isdigit, mantissa)) > MAX_DIGITS:
            raise FormulaError(
                message("This number has too many digits"),
                self.place(length),
                message("At most {limit} digits", limit=MAX_DIGITS),
            )
        if exponent is not None and len(exponent) > 5:
            raise FormulaError(message("This number is too large or too small"), self.place(length))
        if "." in mantissa and exponent is None and FORTRAN_DOUBLE.match(self.text, match.end()):
            length += 2
        normal = mantissa if exponent is None else f"{mantissa}e{int(exponent)}"
        value = float(normal)
        if math.isinf(value) or (value == 0.0 and mantissa.strip("0.")):
            raise FormulaError(message("This number is too large or too small"), self.place(length))
        if value == 0.0 and OTHER_BASE.match(self.text, self.position):
            raise FormulaError(message("Numbers are written in decimal here"), self.place(length + 1))
        self.emit("number", normal, length)

    def word(self) -> None:
        modules = MODULES.match(self.text, self.position)
        if modules is not None:
            self.position = modules.end()
            name = WORD.match(self.text, self.position)
            if modules.group().endswith(ARRAY_MODULES) and name is not None and name.group() in ARRAY_NAMES:
                self.emit("word", ARRAY_NAMES[name.group()], len(name.group()))
                return
        python = PYTHON_WORD.match(self.text, self.position)
        if python is not None and _is_name(python.group()):
            self.emit("word", python.group(), len(python.group()))
            return
        match = WORD.match(self.text, self.position)
        assert match is not None
        word = match.group()
        if self.tokens and self.tokens[-1].kind == "_":
            # x_1y is x_1 y, and x_ab is x with the index ab
            word = word.rstrip("0123456789") if not word[-1:].isalpha() else word
        self.emit("word", word, len(word))

    def comment(self) -> bool:
        """Pass a remark of Python, "# …" at the end of a line; False if it is none."""
        match = COMMENT.match(self.text, self.position)
        if match is None or not (self.spaced or not self.tokens):
            return False
        if any(token.text.lower() == "cases" for token in self.tokens):
            return False  # the next row of Hangul's equations
        self.position = match.end()
        return True

    def spaces(self) -> bool:
        """Whether the ~ here is the space of LaTeX, and not the sign for not."""
        before = self.tokens[-1].kind if self.tokens else ""
        negates = self.text.startswith("(", self.position + 1)
        after_value = before in ENDERS or (before in ("+", "-", "*", "/") and not negates)
        apart = self.spaced and self.text[self.position + 1 : self.position + 2].isspace()
        different = self.text.startswith("~=", self.position) or (apart and before in ENDERS)  # y ~ x of R
        return not different and (after_value or NOT_A_NOT.match(self.text, self.position) is not None)

    def raised(self) -> None:
        """Superscripts: a power, or the index of the root that they stand before (³√x)."""
        index = SUPERSCRIPTS[self.text[self.position]]
        begins = not self.tokens or self.tokens[-1].kind not in ENDERS
        if begins and index.isalnum() and self.text.startswith("√", self.position + 1):
            self.emit(RADICALS.get(index, "√"), index, 2)
        else:
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
        if not any(map(str.isalnum, plain)):
            raise FormulaError(
                message("{sign} cannot stand here", sign=self.text[self.position : run]),
                self.place(run - self.position),
                message("A number, a variable or ( is expected here"),
            )
        self.tokens.append(Token(sign, sign, *self.place(len(plain)), self.spaced))
        self.spaced = False
        start, end = self.place(len(plain))
        inner = _Lexer(plain).run()[:-1]
        if sign == "^":
            inner = [part for token in inner for part in _powered(token)]
        self.tokens.append(Token("{", "{", start, start))
        self.tokens.extend(Token(t.kind, t.text, start + t.start, min(start + t.end, end)) for t in inner)
        self.tokens.append(Token("}", "}", end, end))
        self.position += len(plain)

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
        long = LONG_SIGNS.match(text, position)
        lone = LONE_SIGN.match(text, position) if character == "{" else None
        quoted = QUOTED.match(text, position) if character in '"“”' else None
        if long is not None:
            self.long_sign(long.group())
        elif quoted is not None:  # the words of AsciiMath and Typst
            self.passed.add(quoted.end() - 1)
            self.position, self.spaced = position + 1, True
        elif lone is not None and self.stands_alone(lone):
            self.passed.add(lone.start("close"))
            self.position += 1
        elif character in "{〖" and self.styled_word():
            pass
        elif character == "%" and self.maxima_constant():
            self.position += 1
        elif character in SIGNS:
            kind = SIGNS[character]
            self.emit(kind, kind, 1)
        elif character in SHORT_SIGNS:
            self.emit(character, "" if character == "|" else character, 1)
        else:
            self.unknown(character)

    def stands_alone(self, lone: re.Match[str]) -> bool:
        """Whether braces around one sign only change the space beside it: {=}, but not x^{+} and x_{*}."""
        raised = bool(self.tokens) and self.tokens[-1].kind in ("^", "_")
        return not raised and (lone["name"] is None or COMMAND_SIGNS.get(lone["name"], "(") in ALONE)

    def long_sign(self, sign: str) -> None:
        continued = CONTINUATION.match(self.text, self.position)
        if continued is not None:
            self.position, self.spaced = continued.end(), True
        else:
            self.emit(SAME.get(sign, sign), sign, len(sign))

    def styled_word(self) -> bool:
        """Pass {\\rm ReLU} and Word's 〖sin〗 as a word; False if there is none."""
        styled = STYLED_WORD.match(self.text, self.position)
        if styled is None:
            return False
        start, end = self.at[styled.start("word")], self.at[styled.end("word")]
        self.tokens.append(Token("word", styled["word"], start, end, self.spaced))
        self.position, self.spaced = styled.end(), True
        return True

    def maxima_constant(self) -> bool:
        """Whether the % here belongs to Maxima's %pi or %e, and is no remainder."""
        begins = not self.tokens or self.tokens[-1].kind in OPENERS
        return begins and MAXIMA_CONSTANT.match(self.text, self.position) is not None

    def unknown(self, character: str) -> None:
        if character == "𝔼":
            raise self.no_expectation(1)
        span = self.place(1)
        shown = self.source[span[0] : span[1]] or character
        if character in JAMO or "가" <= character <= "힣":
            run = HANGUL_RUN.match(self.text, self.position)
            word = next((name for name in KOREAN_WORDS if run and run.group().startswith(name)), "")
            latin = JAMO.get(character)
            if run is not None:
                span = self.place(len(word or run.group()))
                shown = (word or run.group())[:20]
            if word:
                raise FormulaError(
                    message("{sign} is not part of a formula", sign=shown),
                    span,
                    message("Write {sign}", sign=KOREAN_WORDS[word]),
                )
            raise FormulaError(
                message("{sign} is not part of a formula", sign=shown),
                span,
                message("Did you mean {name}? Switch the keyboard to English", name=latin)
                if latin
                else message("Switch the keyboard to English"),
            )
        if character in LOOKALIKES:
            raise FormulaError(
                message("{sign} is not part of a formula", sign=f"{shown} (U+{ord(character):04X})"),
                span,
                message("It looks like {name}, but is another letter", name=LOOKALIKES[character]),
            )
        if character == "." and not self.text[self.position + 1 :].strip(" \t\r\n$\\])"):
            self.position += 1  # the full stop after a displayed formula
            return
        if character == "." and self.text.startswith(".(", self.position) and self.tokens[-1:]:
            self.position += 1  # Julia's sin.(x)
            return
        if MEMBER.match(self.text, self.position) and self.tokens[-1:] and self.tokens[-1].kind in ENDERS:
            self.emit("member", ".", 1)
            return
        if character == ".":
            between = self.tokens[-1:] and self.tokens[-1].kind in ENDERS
            product = bool(between) and self.text[self.position + 1 : self.position + 2].isalpha()
            hint = message("For a product write ·") if product else message("Write numbers as 0.5")
            raise FormulaError(message("A point stands alone here"), span, hint)
        if not character.isprintable() or unicodedata.combining(character):
            shown = f"U+{ord(character):04X}"
        raise FormulaError(message("{sign} is not part of a formula", sign=shown), span)

    def no_expectation(self, length: int) -> FormulaError:
        return FormulaError(
            message("Expected values are not part of a formula"),
            self.place(length),
            message("Write the mean out, or load data and use mean(…)"),
        )

    def command(self) -> None:
        match = COMMAND.match(self.text, self.position)
        assert match is not None
        name, length = match.group(1).rstrip("*"), len(match.group())
        name = COMMAND_VARIANTS.get(name, name)
        letter = NAMED_LETTER.match(self.text, self.position) if name == "[" else None
        nested = NESTED_PIECES.match(self.text, self.position) if name == "begin" else None
        if PIECES_BRACE.match(self.text, self.position):  # a brace before an array, closed by \\right.
            self.emit("command", "pieces", self.text.index("\\begin", self.position) - self.position)
        elif nested is not None:
            self.passed.update(range(nested.end("inner"), nested.end()))
            self.position = nested.start("inner")
        elif letter is not None and (letter[1].lower() in GREEK or letter[1] == "Pi"):
            kind = "word" if letter[1] == "Pi" else "letter"
            self.emit(kind, letter[1].lower(), letter.end() - self.position)
        elif name == "," and self.text.startswith("\\,.\\,", self.position):
            self.emit("*", "*", 5)  # sympy's ldot
        elif name in ("left", "right"):
            self.delimiter(name, length)
        elif name in COMMAND_SPACES:
            self.position += length
            self.spaced = True
        elif name in COMMAND_SIGNS:
            kind = COMMAND_SIGNS[name]
            side = {"lvert": "open", "rvert": "close", "lVert": "open", "rVert": "close"}.get(name, "")
            self.emit(kind, side if kind in ("|", "‖") else kind, length)
        elif name in LOOKS:
            braces = re.compile(r"\s*\{[^{}]*\}").match(self.text, self.position + length)
            self.position = braces.end() if braces else self.position + length
        elif name in WORD_COMMANDS:
            self.words_of(name, length)
        elif name == "pi" or name == "varpi":
            self.emit("word", "pi", length)
        elif name in GREEK or name in LETTER_VARIANTS:
            greek = LETTER_VARIANTS.get(name, name)
            digits = DIGIT_RUN.match(self.text, match.end())
            argument = bool(self.tokens) and self.tokens[-1].kind == "command"  # \frac\theta2
            run = digits.group() if digits and not argument else ""
            self.emit("letter", greek + run, length + len(run))
        elif name in KNOWN_COMMANDS:
            self.emit("command", name, length)
        elif name in ("e", "ell"):
            self.emit("word", name[-1], length)
        elif name in ("argmin", "argmax"):
            self.emit("word", name, length)
        elif name in ("top", "intercal"):
            raise FormulaError(
                message("Transposes are not part of a formula: every letter is a number"),
                self.place(length),
                message("Write the products out: {example}", example="w_1 x_1 + w_2 x_2"),
            )
        elif function_named(name) is not None:
            self.emit("word", name, length)
        elif name == "":
            self.emit("command", "", length)
        elif name in ("lim", "limsup", "liminf"):
            raise FormulaError(message("{sign} cannot be computed here", sign=name), self.place(length))
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

    def words_of(self, name: str, length: int) -> None:
        """\\text{if }, \\operatorname{ReLU}, \\mathbf w: the words inside, as plain words."""
        match = re.compile(r"\s*(?:\{([^{}]*)\}|([A-Za-z]))").match(self.text, self.position + length)
        if match is None:
            self.position += length
            self.spaced = True
            return
        group = 1 if match.group(1) is not None else 2
        inner, base = match.group(group), match.start(group)
        if OTHERWISE.fullmatch(inner) or HANGUL.search(inner):
            if OTHERWISE.fullmatch(inner):
                self.tokens.append(Token("word", "otherwise", *self.place(match.end() - self.position), True))
            self.position, self.spaced = match.end(), True
            return
        if name in ("mathbb", "Bbb") and inner == "E":
            raise self.no_expectation(match.end() - self.position)
        if not PLAIN_WORDS.fullmatch(inner):
            self.position = base  # markup or signs inside: read them as if they stood free
            if group == 1 and (name in TEXT_COMMANDS or ONE_COMMAND.fullmatch(inner)):
                self.passed.add(match.end() - 1)
            elif group == 1:
                self.position -= 1  # in braces
            return
        for found in WORD_INSIDE.finditer(inner):
            text = re.sub(r"\\.", "", found.group())  # \operatorname{arg\,min} is one word
            kind = "number" if text.isdigit() else "," if text == "," else "word"
            start, end = self.at[base + found.start()], self.at[base + found.end()]
            self.tokens.append(Token(kind, text, start, end, self.spaced))
            self.spaced = True
        self.position = match.end()
        self.spaced = True


def _powered(token: Token) -> list[Token]:
    """Of superscripts: a letter and the digits right after it, as its power. e⁻ˣ² is e^(−x²)."""
    letter = token.text.rstrip("0123456789")
    if token.kind not in ("word", "letter") or letter == token.text:
        return [token]
    middle = token.start + len(letter)
    digits = Token("number", token.text[len(letter) :], middle, token.end)
    return [Token(token.kind, letter, token.start, middle), Token("^", "^", middle, middle), digits]


def _is_name(word: str) -> bool:
    """Whether a word with underscores in it is one that is known as a whole."""
    return (
        word.lower() in SHORTHANDS
        or word in ("logical_and", "logical_or", "logical_not")
        or word in NUMBERS
        or function_named(word) is not None
        or constant_named(word) is not None
    )


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
