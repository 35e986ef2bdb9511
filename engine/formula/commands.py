"""LaTeX's commands that are no functions: fractions, roots, binomials, braces with labels, environments.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.i18n import message
from engine.formula import ast, calls, complaints, pieces, words
from engine.formula.ast import Node
from engine.formula.header import decoration
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser


def command(parser: Parser) -> Node:
    """A value that begins with a command."""
    token = parser.token
    match token.text:
        case "frac" | "dfrac" | "tfrac" | "cfrac":
            parser.position += 1
            over = argument(parser, token)
            under = argument(parser, token)
            if (
                complaints.is_d(over, 2)
                and complaints.is_d(under, 3)
                and isinstance(under, ast.Mul)
                and not parser.partial
            ):
                raise complaints.no_derivatives(parser, (token.start, parser.tokens[parser.position - 1].end))
            return ast.Div(over, under, (token.start, parser.tokens[parser.position - 1].end))
        case "binom" | "dbinom" | "tbinom":
            parser.position += 1
            args = (argument(parser, token), argument(parser, token))
            return ast.Call("binom", args, (token.start, parser.tokens[parser.position - 1].end), token.span)
        case "boxed" | "underbrace" | "overbrace":
            parser.position += 1
            inner = argument(parser, token)
            named = token.text != "boxed" and parser.token.kind in ("_", "^") and parser.peek().kind == "{"
            if named:  # what the brace is labelled with
                parser.position = calls.split(parser, parser.position + 1)[1] + 1
            return inner
        case "sqrt":
            return calls.tex_root(parser)
        case "begin":
            return pieces.environment(parser)
        case text if decoration(text) is not None:
            return words.variable(parser)
        case "":
            raise parser.fail(message("A command is expected after \\"), token.span)
        case _:
            raise parser.fail(message("{sign} cannot stand here", sign="\\" + token.text), token.span)


def argument(parser: Parser, command: Token) -> Node:
    """What a LaTeX command takes: a group in braces, or the one sign that follows (\\frac12)."""
    token = parser.token
    if token.kind == "{":
        return pieces.as_value(parser.bracketed())
    if token.kind == "number" and token.text[:2].isdigit() and len(token.text) > 1:
        head = Token("number", token.text[0], token.start, token.start + 1)
        tail = Token("number", token.text[1:], token.start + 1, token.end)
        parser.tokens[parser.position : parser.position + 1] = [head, tail]
    elif token.kind == "word" and len(token.text) > 1 and words.is_letters(parser, token.text):
        head = Token("word", token.text[0], token.start, token.start + 1)
        kind = "word" if token.text[1].isalpha() else "number"
        tail = Token(kind, token.text[1:], token.start + 1, token.end)
        parser.tokens[parser.position : parser.position + 1] = [head, tail]
    if not parser.can_begin(token):
        if parser.partial:
            return parser.hole()
        example = {"sqrt": r"\sqrt{x}", "binom": r"\binom{5}{2}"}.get(command.text, r"\frac{1}{2}")
        raise parser.fail(
            message("{name} needs something in braces here", name="\\" + command.text),
            command.span,
            message("Write for example {example}", example=example),
        )
    return pieces.as_value(parser.primary())
