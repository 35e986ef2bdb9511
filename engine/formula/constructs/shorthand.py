"""Names that stand for a short formula: exp2(x) is 2^x, M_LN2 is ln(2).

Any thread; stdlib and msgspec only.
"""

import itertools
from collections.abc import Mapping
from typing import Final

import msgspec

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node
from engine.formula.constructs.arguments import arguments
from engine.formula.errors import FormulaError
from engine.formula.lexing import tokenize
from engine.formula.reader import Reader
from engine.formula.shorthands import NUMBERS, SHORTHANDS
from engine.formula.tokens import Token

# How large a formula that a name stands for may become: its arguments may stand in it several times.
_MAX_WRITTEN: Final = 1000
_TREES: Final[dict[str, Node]] = {}  # of the formulas that were met


def number(reader: Reader) -> Node:
    """C's M_LN2 and the like, written out."""
    head = reader.advance()

    def placed(node: Node) -> Node:
        return msgspec.structs.replace(ast.rebuild(node, placed), span=head.span)

    return placed(_tree(reader, head.text, NUMBERS))


def shorthand(reader: Reader) -> Node:
    """The formula that another system's name stands for, on the arguments here."""
    head = reader.advance()
    return written_out(reader, head, arguments(reader, True))


def written_out(reader: Reader, head: Token, args: tuple[Node, ...]) -> Node:
    """The formula that the shorthand `head` stands for, on `args`.

    Raises:
        FormulaError: too few or too many of them, or the formula becomes too long.
    """
    span = (min(head.start, args[0].span[0]), reader.before.end)
    values = dict(zip("xyz", args, strict=False))
    body = _tree(reader, head.text.lower(), SHORTHANDS)
    used = {part.name for part in ast.walk(body) if isinstance(part, ast.Variable)}
    if len(args) != len(used):
        example = f"{head.text}({', '.join('xyz'[: len(used)])})"
        hint = message("Write for example {example}", example=example)
        raise complaints.wrong_count(head.text, str(len(used)), len(args), span, hint)

    def filled(node: Node) -> Node:
        if isinstance(node, ast.Variable):
            return values[node.name]
        return msgspec.structs.replace(ast.rebuild(node, filled), span=span)

    whole = filled(body)
    if sum(1 for _ in itertools.islice(ast.walk(whole), _MAX_WRITTEN)) < _MAX_WRITTEN:
        return whole
    if reader.partial:
        return ast.Hole(head.text, span)
    raise FormulaError(message("The formula is too long when {name} is written out", name=head.text), span)


def _tree(reader: Reader, name: str, formulas: Mapping[str, str]) -> Node:
    """The tree of `formulas[name]`, read once."""
    if name not in _TREES:
        _TREES[name] = Reader(tokenize(formulas[name]), reader.grammar).either()
    return _TREES[name]
