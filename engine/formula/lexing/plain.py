"""Numbers, words and signs as they are typed → tokens.

Any thread; stdlib only.
"""

import math
import re

from engine.base.i18n import message
from engine.formula.errors import MAX_DIGITS, FormulaError
from engine.formula.functions import constant_named, function_named
from engine.formula.lexing.scanner import Scanner
from engine.formula.lexing.signs import (
    ALONE,
    ARRAY_MODULES,
    ARRAY_NAMES,
    COMMAND_SIGNS,
    COMMENT,
    CONTINUATION,
    DIGIT_RUN,
    DOTTED,
    DOTTED_LETTERS,
    DOTTED_SIGNS,
    FORTRAN_DOUBLE,
    LETTER_VARIANTS,
    LONE_SIGN,
    LONG_SIGNS,
    MAXIMA_CONSTANT,
    MEMBER,
    MODULES,
    NOT_A_NOT,
    NUMBER,
    OPENERS,
    OTHER_BASE,
    PYTHON_WORD,
    QUOTED,
    SAME,
    SHORT_SIGNS,
    SIGNS,
    STYLED_WORD,
    WORD,
)
from engine.formula.lexing.strays import lone_point, unknown
from engine.formula.shorthands import NUMBERS, SHORTHANDS
from engine.formula.tokens import STEPS, Token


def number(scanner: Scanner) -> None:
    """A decimal number.

    Raises:
        FormulaError: it is too long, too large or too small, or not decimal.
    """
    text, position = scanner.text, scanner.position
    if scanner.kind_before == "_":
        run = DIGIT_RUN.match(text, position)
        if run is not None and run.group():
            scanner.emit("number", run.group(), len(run.group()))
            return
    match = NUMBER.match(text, position)
    assert match is not None
    mantissa, exponent = match.group(1).replace("_", ""), match.group(2)
    length = len(match.group())
    if sum(map(str.isdigit, mantissa)) > MAX_DIGITS:
        raise FormulaError(
            message("This number has too many digits"),
            scanner.place(length),
            message("At most {limit} digits", limit=MAX_DIGITS),
        )
    if exponent is not None and len(exponent) > 5:
        raise FormulaError(message("This number is too large or too small"), scanner.place(length))
    if "." in mantissa and exponent is None and FORTRAN_DOUBLE.match(text, match.end()):
        length += 2
    normal = mantissa if exponent is None else f"{mantissa}e{int(exponent)}"
    value = float(normal)
    if math.isinf(value) or (value == 0.0 and mantissa.strip("0.")):
        raise FormulaError(message("This number is too large or too small"), scanner.place(length))
    if value == 0.0 and OTHER_BASE.match(text, position) and not _in_a_shape(scanner):
        raise FormulaError(message("Numbers are written in decimal here"), scanner.place(length + 1))
    scanner.emit("number", normal, length)


def _in_a_shape(scanner: Scanner) -> bool:
    """Whether the rows of a matrix are said here, W_1: 0x2, whose 0 is refused with the other sizes."""
    tokens = scanner.tokens
    if not tokens or tokens[-1].kind != ":" or tokens[0].text in ("lambda", "def"):
        return False
    depth = sum(STEPS.get(token.kind, 0) for token in tokens)
    return depth == 0 and all(token.kind != "?" for token in tokens)


def word(scanner: Scanner) -> None:
    """A run of letters with the digits after it, without the module in front: np.sin is sin."""
    text = scanner.text
    modules = MODULES.match(text, scanner.position)
    if modules is not None:
        scanner.position = modules.end()
        name = WORD.match(text, scanner.position)
        if modules.group().endswith(ARRAY_MODULES) and name is not None and name.group() in ARRAY_NAMES:
            scanner.emit("word", ARRAY_NAMES[name.group()], len(name.group()))
            return
    dotted = DOTTED.match(text, scanner.position)
    if dotted is not None and dotted.group() in DOTTED_SIGNS:
        kind = DOTTED_SIGNS[dotted.group()]
        scanner.emit(kind, kind, len(dotted.group()))
        return
    if dotted is not None and dotted.group() in DOTTED_LETTERS:
        scanner.emit("letter", DOTTED_LETTERS[dotted.group()], len(dotted.group()))
        return
    python = PYTHON_WORD.match(text, scanner.position)
    if python is not None and _is_name(python.group()):
        scanner.emit("word", python.group(), len(python.group()))
        return
    match = WORD.match(text, scanner.position)
    assert match is not None
    found = match.group()
    if found in LETTER_VARIANTS:
        scanner.emit("letter", LETTER_VARIANTS[found], len(found))
        return
    if scanner.kind_before == "_" and not found[-1].isalpha():
        found = found.rstrip("0123456789")  # x_1y is x_1 y, and x_ab is x with the index ab
    scanner.emit("word", found, len(found))


def _is_name(name: str) -> bool:
    """Whether a word with underscores in it is one that is known as a whole."""
    return (
        name.lower() in SHORTHANDS
        or name in ("logical_and", "logical_or", "logical_not")
        or name in NUMBERS
        or function_named(name) is not None
        or constant_named(name) is not None
    )


def comment(scanner: Scanner) -> bool:
    """Pass a remark of Python, "# …" at the end of a line; False if it is none."""
    match = COMMENT.match(scanner.text, scanner.position)
    if match is None or not (scanner.spaced or not scanner.tokens):
        return False
    if any(token.text.lower() == "cases" for token in scanner.tokens):
        return False  # the next row of Hangul's equations
    scanner.position = match.end()
    return True


def tilde_is_space(scanner: Scanner) -> bool:
    """Whether the ~ here is the space of LaTeX, and not the sign for not."""
    text, position = scanner.text, scanner.position
    ends = scanner.after_value
    negates = text.startswith("(", position + 1)
    after_value = ends or (scanner.kind_before in ("+", "-", "*", "/") and not negates)
    apart = scanner.spaced and text[position + 1 : position + 2].isspace()
    different = text.startswith("~=", position) or (apart and ends)  # y ~ x of R
    return not different and (after_value or NOT_A_NOT.match(text, position) is not None)


def fraction(scanner: Scanner, over: int, under: int) -> None:
    """½ as (1/2)."""
    start, end = scanner.place(1)
    if scanner.kind_before == "number":
        raise FormulaError(
            message("A sign is missing between two numbers"),
            (scanner.tokens[-1].start, end),
            message("Write + or · between them"),
        )
    parts = (("(", "("), ("number", str(over)), ("/", "/"), ("number", str(under)), (")", ")"))
    scanner.tokens.extend(Token(kind, text, start, end, scanner.spaced) for kind, text in parts)
    scanner.spaced = False
    scanner.position += 1


def sign(scanner: Scanner) -> None:
    """Any other sign.

    Raises:
        FormulaError: it has no meaning.
    """
    text, position = scanner.text, scanner.position
    character = text[position]
    long = LONG_SIGNS.match(text, position)
    lone = LONE_SIGN.match(text, position) if character == "{" else None
    quoted = QUOTED.match(text, position) if character in '"“”' else None
    if long is not None:
        _long_sign(scanner, long.group())
    elif quoted is not None:  # the words of AsciiMath and Typst
        scanner.passed.add(quoted.end() - 1)
        scanner.skip_to(position + 1)
    elif lone is not None and _stands_alone(scanner, lone):
        scanner.passed.add(lone.start("close"))
        scanner.position += 1
    elif character in "{〖" and _styled_word(scanner):
        pass
    elif character == "%" and _maxima_constant(scanner):
        scanner.position += 1
    elif character in SIGNS:
        kind = SIGNS[character]
        scanner.emit(kind, kind, 1)
    elif character in SHORT_SIGNS:
        scanner.emit(character, "" if character == "|" else character, 1)
    elif character == ".":
        _point(scanner)
    else:
        raise unknown(scanner)


def _long_sign(scanner: Scanner, sign: str) -> None:
    continued = CONTINUATION.match(scanner.text, scanner.position)
    if continued is not None:
        scanner.skip_to(continued.end())
    else:
        scanner.emit(SAME.get(sign, sign), sign, len(sign))


def _stands_alone(scanner: Scanner, lone: re.Match[str]) -> bool:
    """Whether braces around one sign only change the space beside it: {=}, but not x^{+} and x_{*}."""
    raised = scanner.kind_before in ("^", "_")
    return not raised and (lone["name"] is None or COMMAND_SIGNS.get(lone["name"], "(") in ALONE)


def _styled_word(scanner: Scanner) -> bool:
    """Pass {\\rm ReLU} and Word's 〖sin〗 as a word; False if there is none."""
    styled = STYLED_WORD.match(scanner.text, scanner.position)
    if styled is None:
        return False
    scanner.put("word", styled["word"], styled.start("word"), styled.end("word"))
    scanner.skip_to(styled.end())
    return True


def _maxima_constant(scanner: Scanner) -> bool:
    """Whether the % here belongs to Maxima's %pi or %e, and is no remainder."""
    begins = not scanner.tokens or scanner.kind_before in OPENERS
    return begins and MAXIMA_CONSTANT.match(scanner.text, scanner.position) is not None


def _point(scanner: Scanner) -> None:
    """A point that belongs to no number: a full stop, Julia's sin.(x), x.pow(2).

    Raises:
        FormulaError: it is none of these.
    """
    text, position = scanner.text, scanner.position
    after = text[position + 1 :].lstrip()
    # The full stop after a displayed formula, or in the last line of cases.
    displayed = not after.strip(" \t\r\n$\\])") or after.startswith(("\\end", "\\\\"))
    if displayed or (scanner.tokens and text.startswith(".(", position)):
        scanner.position += 1
    elif scanner.after_value and MEMBER.match(text, position):
        scanner.emit("member", ".", 1)
    else:
        raise lone_point(scanner)
