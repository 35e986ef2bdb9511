"""What a run of letters means: a function, a constant, a variable with its index, or a product of letters.

The rules, in this order: a declared name; a function or constant of the table; the name of a Greek letter;
one letter with its digits; two letters, multiplied; letters glued to a function (sinx). Else three
or more letters is an error with a suggestion. Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.formula import ast, calls, pieces
from engine.formula.functions import FUNCTIONS, constant_named, function_named, suggestion
from engine.formula.header import decoration, read_index, read_name
from engine.formula.names import GREEK, name_key, parts_of
from engine.formula.tokens import Token
from engine.i18n import message

if TYPE_CHECKING:
    from engine.formula.grammar import Parser

_LETTERS_DIGITS = re.compile(r"([^\W\d_]+)(\d*)$")
_LONGEST_PRODUCT = 12
_SPECIAL = frozenset(
    [
        "sum",
        "Sum",
        "prod",
        "product",
        "Product",
        "piecewise",
        "Piecewise",
        "cases",
        "mean",
        "Mean",
        "average",
        "where",
        "If",
        "if",
        "select",
        "pow",
        "Pow",
        "Power",
        "power",
        "square",
        "Plus",
        "Times",
        "Rational",
        "Divide",
        "Subtract",
    ]
)


def known(parser: Parser, word: str) -> bool:
    """Whether `word` as a whole has a meaning."""
    return (
        parser.scope.declares(word) or word in _SPECIAL or function_named(word) is not None or _letter(word)
    )


def _letter(word: str) -> bool:
    letters = word.rstrip("0123456789")
    return len(letters) == 1 or letters in GREEK


def word(parser: Parser) -> ast.Node:
    """The value that begins with the word at the parser's place."""
    token = parser.token
    text = token.text
    following = parser.peek()
    applied = following.kind in ("(", "[")
    if parser.scope.declares(text) or (text in parser.scope.indices):
        return variable(parser)
    series = text in ("sum", "prod", "product", "Sum", "Product")
    if text in _SPECIAL and (applied or series) and not (text == "if" and pieces.then_follows(parser)):
        return calls.special(parser)
    if text == "if":
        return pieces.then_choice(parser)
    if text == parser.header.name and applied:
        raise parser.fail(message("{name} cannot stand in its own formula", name=text), token.span)
    if text in ("True", "False", "true", "false"):
        raise parser.fail(message("{name} is not a value here", name=text), token.span)
    spec = function_named(text)
    if text == "beta" and applied and len(calls.split(parser, parser.position + 1)[0]) != 2:
        return variable(parser)
    if spec is not None and not (text in GREEK and not applied) and not _index_follows(parser, text):
        return calls.call(parser, spec)
    constant = constant_named(text)
    if constant is not None:
        parser.position += 1
        return ast.Constant(constant.name, token.span)
    if _letter(text):
        return letter(parser)
    return _split(parser, token)


_APPLIED_LETTERS = {"Γ": "gamma", "Φ": "normcdf", "σ": "sigmoid"}


def letter(parser: Parser) -> ast.Node:
    """A Greek letter: a variable; or Γ(…), Φ(…) and σ(…), where it is not a variable elsewhere."""
    own = parts_of(parser.token.text)
    name = _APPLIED_LETTERS.get(own[0]) if not own[1] else None
    if name is None or parser.peek().kind != "(" or parser.scope.declares(parser.token.text):
        return variable(parser)
    tokens = parser.tokens
    for position, other in enumerate(tokens[:-1]):
        if (
            other.kind in ("letter", "word")
            and parts_of(other.text) == own
            and tokens[position + 1].kind != "("
        ):
            return variable(parser)
    if name != "gamma":
        parser.scope.read_as(message("{letter}(…) is read as the function {name}", letter=own[0], name=name))
    return calls.call(parser, FUNCTIONS[name])


def _index_follows(parser: Parser, text: str) -> bool:
    """beta_1 and gamma_2 are variables; log_2 is the logarithm."""
    return text in GREEK and parser.peek().kind == "_"


def _split(parser: Parser, token: Token) -> ast.Node:
    """Read glued letters as a product, if they are one; the parts replace the token."""
    match = _LETTERS_DIGITS.match(token.text)
    assert match is not None
    letters, digits = match.groups()
    parts = _parts(parser, letters, digits)
    if parts is not None and parser.peek().kind == "(" and len(parts) > 1:
        glued = any(len(part) > 1 and function_named(part) is not None for part in parts[:-1])
        parts = None if glued else parts  # sinus(x) is not sin(u s)·(x)
    if parts is None:
        near = None if parser.partial else suggestion(letters)
        hint = (
            message("Did you mean {name}?", name=near)
            if near
            else message(
                "For a product, put spaces or · between the letters: {example}",
                example=" ".join(letters[:12]),
            )
        )
        raise parser.fail(message("Unknown name {name}", name=letters[:40]), token.span, hint)
    pieces_found: list[Token] = []
    at = token.start
    single = token.end - token.start == len(token.text)
    for part in parts:
        end = at + len(part) if single else token.end
        kind = "number" if part.isdigit() else "word"
        pieces_found.append(Token(kind, part, at, end, token.spaced and not pieces_found))
        at = end if single else at
    parser.tokens[parser.position : parser.position + 1] = pieces_found
    return parser.primary()


def _parts(parser: Parser, letters: str, digits: str) -> list[str] | None:
    if len(letters) == 2:
        if constant_named(letters) is None:
            return [letters[0], letters[1] + digits]
        return [letters, *([digits] if digits else [])]
    if constant_named(letters) is not None and digits:
        return [letters, digits]
    if letters.startswith("pi") and not digits and _letters_only(letters[2:]) and len(letters) <= 4:
        return ["pi", *letters[2:]]  # 2pix
    if function_named(letters) is not None and digits:
        return [letters, digits]  # sin2x
    declared = {key for key in parser.scope.declared if len(key) == 1} or set("xyz")
    if len(letters) <= _LONGEST_PRODUCT and set(letters) <= declared:
        return [*letters[:-1], letters[-1] + digits]
    for length in range(len(letters) - 1, 1, -1):
        spec = function_named(letters[:length])
        rest = letters[length:]
        if spec is not None and spec.bare and length >= 2 and len(rest) <= 2 and _letters_only(rest):
            return [letters[:length], *rest[:-1], rest[-1] + digits]
    for length in (1, 2):
        spec = function_named(letters[length:])
        if spec is not None and len(letters) - length >= 2 and not digits and _letters_only(letters[:length]):
            return [*letters[:length], letters[length:]]
    for head in (letters[:1], letters[:2]):
        tail = _parts_of_tail(letters[len(head) :])
        if tail is not None and _letters_only(head):
            return [*head, *tail[:-1], tail[-1] + digits]
    return None


def _parts_of_tail(letters: str) -> list[str] | None:
    """xsiny: the "siny" of it."""
    for length in range(len(letters) - 1, 2, -1):
        spec = function_named(letters[:length])
        rest = letters[length:]
        if spec is not None and spec.bare and len(rest) <= 2 and _letters_only(rest):
            return [letters[:length], *rest]
    return None


def _letters_only(rest: str) -> bool:
    """Variables that are commonly glued to a function: one of the end of the alphabet, or t, u, r."""
    return all(letter in "xyzturwabpqsv" for letter in rest)


def variable(parser: Parser) -> ast.Node:
    """A variable, data column or running index, with its index if it has one."""
    token = parser.token
    if token.kind == "command" and decoration(token.text) is not None:
        name, after = read_name(parser.tokens, parser.position)
        if name is None:
            raise parser.fail(
                message("{name} stands over a single letter", name="\\" + token.text), token.span
            )
        parser.position = after
        return named(parser, name, (token.start, parser.tokens[after - 1].end))
    parser.position += 1
    name = token.text
    if name in parser.scope.indices:
        return ast.Index(name, token.span)
    if parser.token.kind != "_":
        return named(parser, name + _star(parser), (token.start, parser.tokens[parser.position - 1].end))
    lowered = parser.position + 1
    index, after = read_index(parser.tokens, lowered)
    if index is not None and index in parser.scope.row_indices:
        parser.position = after
        return named(parser, name, (token.start, parser.tokens[after - 1].end))
    while index is not None and index not in parser.scope.indices:
        name, parser.position = f"{name}_{index}", after
        if parser.token.kind != "_":
            return named(parser, name + _star(parser), (token.start, parser.tokens[parser.position - 1].end))
        lowered = parser.position + 1
        index, after = read_index(parser.tokens, lowered)
    parser.position = lowered
    if parser.token.kind not in ("{", "word", "letter"):
        if parser.partial:
            return ast.Indexed(name, parser.hole(), (token.start, parser.tokens[lowered - 1].end))
        raise parser.fail(
            message("An index is expected after _"),
            parser.token.span,
            message("Write for example {example}", example="x_1"),
        )
    node = parser.bracketed() if parser.token.kind == "{" else parser.primary()
    span = (token.start, parser.tokens[parser.position - 1].end)
    if not parser.partial and not any(isinstance(part, ast.Index) for part in ast.walk(node)):
        raise parser.fail(
            message("This index is not a name or a number"),
            node.span,
            message("Write for example {example}", example="x_1"),
        )
    return ast.Indexed(name, pieces.as_value(node), span)


def _star(parser: Parser) -> str:
    """The "_star" of x^* and x^{*}, which it passes; else nothing."""
    kinds = [parser.peek(ahead).kind for ahead in range(4)]
    if kinds == ["^", "{", "*", "}"]:
        parser.position += 4
    elif kinds[:2] == ["^", "*"] and kinds[2] in (")", "]", "}", "+", "-", "end", ","):
        parser.position += 2
    else:
        return ""
    return "_star"


def named(parser: Parser, name: str, span: ast.Span) -> ast.Node:
    """The variable or data column called `name`.

    Raises:
        FormulaError: a column that stands outside mean(…) and sum(…).
    """
    column = parser.scope.data.get(name_key(name))
    if column is None:
        return ast.Variable(parser.scope.spelling(name), span)
    if not parser.scope.aggregates:
        raise parser.fail(
            message("{name} is a column of the data, with a value for each row", name=name),
            span,
            message("Put it inside mean(…) or sum(…), which reduce over the rows"),
        )
    return ast.Column(column, span)


def starts_function(parser: Parser) -> bool:
    """Whether the word at the parser's place begins with a function, and so ends the argument before it."""
    token = parser.token
    if parser.scope.declares(token.text):
        return False
    if token.text in _SPECIAL or (function_named(token.text) is not None and token.text not in GREEK):
        return True
    match = _LETTERS_DIGITS.match(token.text)
    parts = _parts(parser, *match.groups()) if match is not None and len(token.text) > 2 else None
    return parts is not None and function_named(parts[0]) is not None
