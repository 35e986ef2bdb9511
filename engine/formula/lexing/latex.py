"""LaTeX's commands → tokens: those that only mean a sign, a letter or a space become that sign here.

So the grammar sees one notation, and only the commands that it must read itself. Any thread; stdlib only.
"""

import re

from engine.base.i18n import message
from engine.formula.errors import FormulaError
from engine.formula.functions import function_named, suggestion
from engine.formula.lexing.scanner import Scanner
from engine.formula.lexing.signs import (
    BRACES,
    COMMAND,
    COMMAND_SIGNS,
    COMMAND_SPACES,
    COMMAND_VARIANTS,
    DELIMITER,
    DIGIT_RUN,
    GROUP,
    HANGUL,
    KNOWN_COMMANDS,
    LETTER_VARIANTS,
    LOOKS,
    NAMED_LETTER,
    NESTED_PIECES,
    ONE_COMMAND,
    OTHERWISE,
    PIECES_BRACE,
    PLAIN_WORDS,
    SIDES,
    TEXT_COMMANDS,
    WORD_COMMANDS,
    WORD_INSIDE,
)
from engine.formula.lexing.strays import expectation
from engine.formula.names import GREEK
from engine.formula.tokens import Token


def command(scanner: Scanner) -> None:
    """The command at the scanner's place.

    Raises:
        FormulaError: it is unknown, or cannot be computed.
    """
    match = COMMAND.match(scanner.text, scanner.position)
    assert match is not None
    name, length = match.group(1).rstrip("*"), len(match.group())
    name = COMMAND_VARIANTS.get(name, name)
    if _with_what_follows(scanner, name):
        return
    if not match.group(1) and scanner.text[:-1].endswith((".", ")", "}")):
        scanner.skip_to(scanner.position + length)  # a space of LaTeX, whose space was cut off
    elif name in ("left", "right"):
        _delimiter(scanner, name, length)
    elif name in COMMAND_SPACES:
        scanner.skip_to(scanner.position + length)
    elif name in COMMAND_SIGNS:
        kind = COMMAND_SIGNS[name]
        scanner.emit(kind, SIDES.get(name, "") if kind in ("|", "‖") else kind, length)
    elif name in LOOKS:
        braces = BRACES.match(scanner.text, scanner.position + length)
        scanner.position = braces.end() if braces else scanner.position + length
    elif name in WORD_COMMANDS:
        _words(scanner, name, length)
    elif name in ("pi", "varpi"):
        scanner.emit("word", "pi", length)
    elif name in GREEK or name in LETTER_VARIANTS:
        digits = DIGIT_RUN.match(scanner.text, match.end())
        argument = scanner.kind_before == "command"  # \frac\theta2
        run = digits.group() if digits and not argument else ""
        scanner.emit("letter", LETTER_VARIANTS.get(name, name) + run, length + len(run))
    elif name in KNOWN_COMMANDS or name == "":
        scanner.emit("command", name, length)
    elif name in ("e", "ell", "R"):
        scanner.emit("word", name[-1], length)
    elif name in ("argmin", "argmax"):
        scanner.emit("word", name, length)
    elif name in ("top", "intercal"):
        raise FormulaError(
            message("Transposes are not part of a formula: every letter is a number"),
            scanner.place(length),
            message("Write the products out: {example}", example="w_1 x_1 + w_2 x_2"),
        )
    elif function_named(name) is not None:
        scanner.emit("word", name, length)
    elif name in ("lim", "limsup", "liminf"):
        raise FormulaError(message("{sign} cannot be computed here", sign=name), scanner.place(length))
    else:
        near = None if scanner.lenient else suggestion(name)
        raise FormulaError(
            message("Unknown command {name}", name="\\" + name),
            scanner.place(length),
            message("Did you mean {name}?", name="\\" + near) if near else None,
        )


def _with_what_follows(scanner: Scanner, name: str) -> bool:
    """Read a command that means something of its own before what follows it; False if it does not."""
    text, position = scanner.text, scanner.position
    if PIECES_BRACE.match(text, position):  # a brace before an array, closed by \right.
        scanner.emit("command", "pieces", text.index("\\begin", position) - position)
        return True
    if name == "begin" and (nested := NESTED_PIECES.match(text, position)) is not None:
        scanner.passed.update(range(nested.end("inner"), nested.end()))
        scanner.position = nested.start("inner")
        return True
    if name == "[" and (letter := NAMED_LETTER.match(text, position)) is not None:
        word = letter[1].lower()
        if word in GREEK or letter[1] == "Pi":
            scanner.emit("word" if letter[1] == "Pi" else "letter", word, letter.end() - position)
            return True
    if name == "," and text.startswith("\\,.\\,", position):
        scanner.emit("*", "*", 5)  # sympy's ldot
        return True
    return False


def _delimiter(scanner: Scanner, name: str, length: int) -> None:
    """\\left or \\right: the sign after it is a bracket; a point stands for none."""
    match = DELIMITER.match(scanner.text, scanner.position + length)
    assert match is not None
    if match["sign"] in (None, "."):
        scanner.skip_to(match.end())
    else:
        kind = "|" if match["sign"] in ("|", "\\vert") else "‖"
        scanner.emit(kind, SIDES[name], match.end() - scanner.position)


def _words(scanner: Scanner, name: str, length: int) -> None:
    """\\text{if }, \\operatorname{ReLU}, \\mathbf w: the words inside, as plain words."""
    group = GROUP.match(scanner.text, scanner.position + length)
    if group is None:
        scanner.skip_to(scanner.position + length)
        return
    braced = group["braced"] is not None
    inner, base = group["braced" if braced else "letter"], group.start("braced" if braced else "letter")
    if OTHERWISE.fullmatch(inner):
        place = scanner.place(group.end() - scanner.position)
        scanner.tokens.append(Token("word", "otherwise", *place, True))
        scanner.skip_to(group.end())
    elif HANGUL.search(inner):
        scanner.skip_to(group.end())
    elif name == "mathbb" and inner == "E":
        raise expectation(scanner, group.end() - scanner.position)
    elif PLAIN_WORDS.fullmatch(inner):
        for found in WORD_INSIDE.finditer(inner):
            text = re.sub(r"\\.", "", found.group())  # \operatorname{arg\,min} is one word
            kind = "number" if text.isdigit() else "," if text == "," else "word"
            scanner.put(kind, text, base + found.start(), base + found.end())
            scanner.spaced = True
        scanner.skip_to(group.end())
    else:  # markup or signs inside: read them as if they stood free
        free = name in TEXT_COMMANDS or ONE_COMMAND.fullmatch(inner) is not None
        scanner.position = base - (braced and not free)
        if braced and free:
            scanner.passed.add(group.end() - 1)
