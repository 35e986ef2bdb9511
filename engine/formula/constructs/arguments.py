"""What a function takes in its brackets, and what a command of LaTeX takes.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence
from typing import Final

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.constructs.brackets import bracketed
from engine.formula.errors import FormulaError
from engine.formula.functions import constant_named, function_named
from engine.formula.names import GREEK, name_key
from engine.formula.reader import Reader
from engine.formula.shorthands import WRAPPERS
from engine.formula.tokens import CLOSES, ENDERS, STEPS, Token, parts

# Of Python's keyword arguments; they stand in the order of our own.
_KEYWORDS: Final = frozenset(["min", "max", "a_min", "a_max", "alpha", "negative_slope", "delta", "base"])


def arguments(reader: Reader, several: bool) -> tuple[Node, ...]:
    """The arguments in the brackets at the reader's place. Lists and vectors among them are flattened."""
    opened = reader.advance()
    close = CLOSES[opened.kind]
    bars, reader.bars = reader.bars, 0
    args: list[Node] = []
    if reader.token.kind == close and not reader.partial:
        raise complaints.nothing_inside(opened, reader.token)
    while True:
        wrapped = several and reader.at_word(*WRAPPERS) and reader.peek(2).kind == "["
        if several:
            reader.position += 2 if wrapped else _keyword(reader)  # np.array([…]); max=1
        vector = several and is_vector(reader)
        if reader.token.kind in (close, ",", ";") and not reader.partial:
            raise FormulaError(
                message("An argument is missing here"),
                (reader.before.start, reader.token.end),
                message("Write it beside the comma, or remove the comma"),
            )
        if vector:
            _separate_row(reader)
            args.extend(arguments(reader, True))
            if wrapped:
                reader.closing(")", opened)
        else:
            args.append(reader.expression())
        separator = reader.token.kind
        if separator != "," and not (several and separator == ";"):
            break
        if separator == "," and isinstance(args[-1], ast.Number) and _digits_around(reader):
            reader.scope.read_as(message("A comma separates arguments; decimals are written with a point"))
        reader.position += 1
    reader.closing(close, opened)
    reader.bars = bars
    return tuple(args)


def _keyword(reader: Reader) -> int:
    """How many tokens a keyword and its = take: "max =", "negative_slope ="; 0 if there is none."""
    width = 3 if reader.peek().kind == "_" else 1
    name = "".join(reader.peek(ahead).text for ahead in range(width))
    return width + 1 if name in _KEYWORDS and reader.peek(width).text == "=" else 0


def _separate_row(reader: Reader) -> None:
    """Put commas into MATLAB's [x y], between values that only stand apart."""
    tokens = reader.tokens
    inside, close = parts(tokens, reader.position)
    if reader.token.kind != "[" or len(inside) > 1:
        return
    depth = 0
    for position in range(close - 1, reader.position + 1, -1):
        before, token = tokens[position - 1], tokens[position]
        depth -= STEPS.get(token.kind, 0)
        ends = before.kind in ENDERS and not function_named(before.text)
        if depth == 0 and ends and token.spaced and token.kind in ("number", "letter", "word", "("):
            tokens.insert(position, Token(",", ",", token.start, token.start))


def _digits_around(reader: Reader) -> bool:
    before, after = reader.before, reader.peek()
    return before.kind == after.kind == "number" and not after.spaced and before.end == reader.token.start


def is_vector(reader: Reader) -> bool:
    """Whether a bracket stands here that holds several values and is a whole argument."""
    tokens, opening = reader.tokens, reader.position
    if tokens[opening].kind not in CLOSES:
        return False
    depth, several = 0, tokens[opening].kind == "["
    for position in range(opening, len(tokens)):
        kind = tokens[position].kind
        depth += STEPS.get(kind, 0)
        if depth == 0:
            return several and tokens[position + 1].kind in (",", ";", ")", "]", "}", "|", "‖")
        several = several or (kind == "," and depth == 1)
    return False


def components(reader: Reader, args: Sequence[Node]) -> tuple[Node, ...]:
    """The arguments of a norm; of L(w_1, w_2) = ‖w‖² they are w_1 and w_2, which make up w."""
    if len(args) == 1 and isinstance(args[0], ast.Variable):
        key, span = name_key(args[0].name), args[0].span
        declared = reader.header.variables
        found = [name for name in declared if name_key(name).startswith(f"{key}_")]
        if found and key not in map(name_key, declared):
            return tuple(ast.Variable(name, span) for name in found)
    return tuple(args)


def tex_argument(reader: Reader, command: Token) -> Node:
    """What a LaTeX command takes: a group in braces, or the one sign that follows (\\frac12)."""
    token = reader.token
    if token.kind == "{":
        return as_value(bracketed(reader))
    if token.kind == "number" and token.text[:2].isdigit() and len(token.text) > 1:
        _take_first(reader, "number")
    elif token.kind == "word" and len(token.text) > 1 and _is_letters(reader, token.text):
        _take_first(reader, "word" if token.text[1].isalpha() else "number")
    if reader.can_begin(token):
        return as_value(reader.primary())
    if reader.partial:
        return reader.hole()
    example = {"sqrt": r"\sqrt{x}", "binom": r"\binom{5}{2}"}.get(command.text, r"\frac{1}{2}")
    raise FormulaError(
        message("{name} needs something in braces here", name="\\" + command.text),
        command.span,
        message("Write for example {example}", example=example),
    )


def _take_first(reader: Reader, kind_of_rest: str) -> None:
    """Part the first character of the present token from the rest of it."""
    token = reader.token
    middle = token.start + 1
    reader.tokens[reader.position : reader.position + 1] = [
        Token(token.kind, token.text[0], token.start, middle),
        Token(kind_of_rest, token.text[1:], middle, token.end),
    ]


def _is_letters(reader: Reader, word: str) -> bool:
    """Whether `word` is single letters and digits side by side, as LaTeX takes it: \\frac xy, \\frac x2."""
    known = word.rstrip("0123456789") in GREEK or word.lower() in reader.grammar.words
    return not (
        known
        or reader.scope.declares(word)
        or function_named(word) is not None
        or constant_named(word) is not None
    )
