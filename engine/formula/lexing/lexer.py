"""Characters → tokens: which rule reads the next of them.

LaTeX commands that only mean a sign become that sign here, so the grammar sees one notation.
Any thread; stdlib only.
"""

from collections.abc import Mapping

from engine.base.i18n import message
from engine.formula.errors import MAX_CHARACTERS, MAX_DIGITS, MAX_TOKENS, FormulaError
from engine.formula.lexing import latex, plain
from engine.formula.lexing.scanner import Scanner
from engine.formula.lexing.signs import (
    DIGIT_RUN,
    DIGITS,
    FRACTIONS,
    NEXT_LINE,
    PASSED_FIRST,
    PASSED_OVER,
    RADICALS,
    SHAPE,
    SUBSCRIPTS,
    SUPERSCRIPTS,
)
from engine.formula.names import GREEK_LETTERS, GREEK_VARIANTS
from engine.formula.tokens import Token


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
    return _all(Scanner(source, lenient))


def _all(scanner: Scanner) -> list[Token]:
    tokens, source = scanner.tokens, scanner.source
    length = len(scanner.text)
    while scanner.position < length:
        place = scanner.position
        try:
            _next(scanner)
        except FormulaError as error:
            if not scanner.lenient:
                raise
            scanner.position = place
            meant = (
                1  # characters that the complaint is about, else a long number is read once from each digit
            )
            while place + meant < length and scanner.place(meant + 1)[1] <= error.span[1]:
                meant += 1
            scanner.emit("hole", scanner.text[place : place + min(meant, 200)], meant)
        if len(tokens) > MAX_TOKENS:
            raise FormulaError(
                message("The formula is too long: it has more than {limit} signs", limit=MAX_TOKENS),
                (tokens[-1].start, len(source)),
                message("Shorten it"),
            )
    end = len(source.rstrip())
    tokens.append(Token("end", "", end, max(len(source), end), scanner.spaced))
    return tokens


def _next(scanner: Scanner) -> None:
    text, position = scanner.text, scanner.position
    character = text[position]
    if character.isspace() or position in scanner.passed:
        if character in "\r\n" and scanner.tokens and _parts_lines(text, position):
            scanner.put("line", "", position, position + 1)
        scanner.skip_to(position + 1)
    elif character in DIGITS or (character == "." and text[position + 1 : position + 2] in DIGITS):
        plain.number(scanner)
    elif character in PASSED_FIRST and (passed := PASSED_OVER.match(text, position)) is not None:
        scanner.skip_to(passed.end())
    elif character.isascii() and character.isalpha():
        plain.word(scanner)
    elif character == "\\":
        latex.command(scanner)
    elif character in "$▒" or (character == "~" and plain.tilde_is_space(scanner)):
        scanner.skip_to(position + 1)
    elif character == "#" and plain.comment(scanner):
        pass
    elif character in SUPERSCRIPTS:
        _raised(scanner)
    elif character in SUBSCRIPTS:
        _shifted(scanner, "_", SUBSCRIPTS)
    elif character in FRACTIONS:
        plain.fraction(scanner, *FRACTIONS[character])
    elif character == "π":
        scanner.emit("word", "pi", 1)
    elif character in GREEK_LETTERS or character in GREEK_VARIANTS:
        letter = GREEK_VARIANTS.get(character, character)
        digits = DIGIT_RUN.match(text, position + 1)
        run = digits.group() if digits else ""
        scanner.emit("letter", letter + run, 1 + len(run))
    else:
        plain.sign(scanner)


def _parts_lines(text: str, position: int) -> bool:
    """Whether the end of a line at `position` may part two lines, by what is behind it or before it."""
    if NEXT_LINE.match(text, position):
        return True
    begin = max(text.rfind(sign, 0, position) for sign in "\r\n;") + 1
    return SHAPE.fullmatch(text, begin, position) is not None


def _raised(scanner: Scanner) -> None:
    """Superscripts: a power, or the index of the root that they stand before (³√x)."""
    index = SUPERSCRIPTS[scanner.text[scanner.position]]
    if not scanner.after_value and index.isalnum() and scanner.text.startswith("√", scanner.position + 1):
        scanner.emit(RADICALS.get(index, "√"), index, 2)
    else:
        _shifted(scanner, "^", SUPERSCRIPTS)


def _shifted(scanner: Scanner, sign: str, letters: Mapping[str, str]) -> None:
    """A run of superscripts or subscripts: the sign ^ or _ and the run as plain text in braces."""
    text, position = scanner.text, scanner.position
    stop = position
    while stop < len(text) and text[stop] in letters:
        stop += 1
        if stop - position > MAX_DIGITS:
            raise FormulaError(message("This number has too many digits"), scanner.place(stop - position))
    plain_run = "".join(letters[character] for character in text[position:stop])
    start, end = scanner.place(len(plain_run))
    if not any(map(str.isalnum, plain_run)):
        raise FormulaError(
            message("{sign} cannot stand here", sign=text[position:stop]),
            (start, end),
            message("A number, a variable or ( is expected here"),
        )
    inner = _all(Scanner(plain_run))[:-1]
    if sign == "^":
        inner = [part for token in inner for part in _powered(token)]
    scanner.tokens += [
        Token(sign, sign, start, end, scanner.spaced),
        Token("{", "{", start, start),
        *(Token(token.kind, token.text, start + token.start, min(start + token.end, end)) for token in inner),
        Token("}", "}", end, end),
    ]
    scanner.spaced = False
    scanner.position = stop


def _powered(token: Token) -> list[Token]:
    """Of superscripts: a letter and the digits right after it, as its power. e⁻ˣ² is e^(−x²)."""
    letter = token.text.rstrip("0123456789")
    if token.kind not in ("word", "letter") or letter == token.text:
        return [token]
    middle = token.start + len(letter)
    digits = Token("number", token.text[len(letter) :], middle, token.end)
    return [Token(token.kind, letter, token.start, middle), Token("^", "^", middle, middle), digits]
