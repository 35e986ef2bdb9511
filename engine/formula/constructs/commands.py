"""LaTeX's commands that are no functions: each by its own construct, and those that only frame a value.

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula.ast import Node
from engine.formula.constructs.arguments import tex_argument
from engine.formula.errors import FormulaError
from engine.formula.reader import Reader
from engine.formula.tokens import parts


def command(reader: Reader) -> Node:
    """A value that begins with a command.

    Raises:
        FormulaError: the command begins none.
    """
    token = reader.token
    construct = reader.grammar.commands.get(token.text)
    if construct is not None:
        return construct(reader)
    if not token.text:
        raise FormulaError(message("A command is expected after \\"), token.span)
    raise FormulaError(message("{sign} cannot stand here", sign="\\" + token.text), token.span)


def framed(reader: Reader) -> Node:
    """\\boxed{x}."""
    return tex_argument(reader, reader.advance())


def braced(reader: Reader) -> Node:
    """\\underbrace{x}_{what it is called} and \\overbrace{x}^{…}."""
    inner = framed(reader)
    if reader.token.kind in ("_", "^") and reader.peek().kind == "{":
        reader.position = parts(reader.tokens, reader.position + 1)[1] + 1
    return inner
