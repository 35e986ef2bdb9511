"""What may stand in front of a formula: "f(x, y) =", "L(weight, bias) :=", "lambda x, y:", "(x, y) ->".

Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence

from msgspec import Struct

from engine.base.i18n import message
from engine.formula.errors import FormulaError
from engine.formula.functions import constant_named, function_named
from engine.formula.names import DECORATIONS, GREEK, name_key
from engine.formula.tokens import Token


class Header(Struct, frozen=True):
    """The name of a formula, the variables it declares, and how many tokens that took.

    Attributes:
        cell: it begins with = as in a spreadsheet. handle: it is MATLAB's @(x), where x(1) is x_1.
    """

    name: str | None = None
    variables: tuple[str, ...] = ()
    length: int = 0
    cell: bool = False
    handle: bool = False


_GIVES = ("=", ":=", "->", "=>")
_ARROWS = ("->", "=>")
_GOALS = ("min", "max", "minimize", "minimise", "maximize", "maximise", "argmin", "argmax")
_RESERVED = ("if", "else", "and", "or", "not", "for", "to", "in", "mod", "then", "when", "where", "otherwise")


def read_header(tokens: Sequence[Token]) -> Header:
    """The Header of a formula, with what stands before it; an empty one if there is none.

    Raises:
        FormulaError: a variable declared twice.
    """
    before = _goal(tokens)  # \min_{x, y} in front of what is to be minimised
    if tokens[0].kind == "=" or tokens[0].text == "return":
        before = 1  # as a cell of a spreadsheet, or the end of a Python function
    header = _declaration(tokens[before:])
    length = before + header.length
    handle = any(token.kind == "@" for token in tokens[:length])
    return Header(header.name, header.variables, length, tokens[0].kind == "=", handle)


def _declaration(tokens: Sequence[Token]) -> Header:
    if tokens[0].kind == "word" and tokens[0].text in ("lambda", "def"):
        return _python(tokens)
    arrow = _arrow(tokens, 0)
    if arrow is not None:
        return _checked(tokens, None, *arrow)
    name, position = _read_title(tokens, 0)
    if name is None:
        return Header()
    if tokens[position].kind in ("=", ":=") and tokens[position].text != "==":
        if function_named(name) is not None:
            return Header()
        lambda_at = position + 1
        if tokens[lambda_at].text == "lambda":
            inner = _python(tokens[lambda_at:])
            return Header(name, inner.variables, lambda_at + inner.length)
        arrow = _arrow(tokens, lambda_at)
        if arrow is not None:
            return _checked(tokens, name, *arrow)
        following = _declaration(tokens[position + 1 :])  # z = f(x, y) = …
        if following.variables:
            return Header(following.name or name, following.variables, position + 1 + following.length)
        return Header(name, (), position + 1)
    if tokens[position].kind == ":":  # f: (x, y) -> …
        arrow = _arrow(tokens, position + 1)
        return Header() if arrow is None else _checked(tokens, name, *arrow)
    names = _name_list(tokens, position)
    if names is None or tokens[names[1]].kind not in _GIVES:
        return Header()
    return _checked(tokens, name, names[0], names[1] + 1)


def _goal(tokens: Sequence[Token]) -> int:
    """How many tokens "\\min_{x, y}", "minimize" or "\\underset{x, y}{\\min}" take; 0 if there are none."""
    position = 0
    if tokens[0].kind == "command" and tokens[0].text == "underset":
        while tokens[position].kind not in ("}", "end"):
            position += 1
        position += 2 if tokens[min(position + 1, len(tokens) - 1)].kind == "{" else 1
    if tokens[min(position, len(tokens) - 1)].text not in _GOALS:
        return 0
    following = tokens[position + 1]
    if position:
        return position + 1 + (following.kind == "}")
    if following.kind == "_":
        return read_index(tokens, 2)[1]
    spaced = following.kind not in ("=", ":=") and (following.kind != "(" or following.spaced)
    return 1 if spaced and function_named(tokens[0].text) is None else 0


def _arrow(tokens: Sequence[Token], position: int) -> tuple[list[str], int] | None:
    """The names in "(x, y) ->", "x ->", MATLAB's "@(x, y)" or R's "function(x, y)", and where that ends."""
    if tokens[position].kind == "@" or tokens[position].text == "function":
        return _name_list(tokens, position + 1)
    names = _name_list(tokens, position)
    if names is None:
        single, after = read_name(tokens, position, words=True)
        names = None if single is None else ([single], after)
    return (names[0], names[1] + 1) if names is not None and tokens[names[1]].kind in _ARROWS else None


def _read_title(tokens: Sequence[Token], position: int) -> tuple[str | None, int]:
    """The name of the whole at `position`: a variable's name or any other word ("loss", "study_hours")."""
    name, after = read_name(tokens, position)
    if name is None and tokens[position].kind == "word" and function_named(tokens[position].text) is None:
        return _with_indices(tokens, tokens[position].text, position + 1)
    return name, after


def _checked(tokens: Sequence[Token], name: str | None, variables: list[str], length: int) -> Header:
    keys = [name_key(variable) for variable in variables]
    for position, key in enumerate(keys):
        if key in keys[:position]:
            raise FormulaError(
                message("{name} is declared twice", name=variables[position]),
                (tokens[0].start, tokens[length - 1].end),
            )
    return Header(name, tuple(variables), length)


def _python(tokens: Sequence[Token]) -> Header:
    """lambda x, y: … and def f(x, y): return …"""
    position = 1
    name: str | None = None
    bracketed = tokens[0].text == "def"
    if bracketed:
        name, position = _read_title(tokens, 1)
        if tokens[position].kind != "(":
            return Header()
        position += 1
    variables: list[str] = []
    while True:
        variable, after = read_name(tokens, position, words=True)
        if variable is None:
            break
        variables.append(variable)
        position = after
        if bracketed and tokens[position].kind == ":" and tokens[position + 1].kind == "word":
            position += 2  # x: float
        if tokens[position].kind != ",":
            break
        position += 1
    if bracketed:
        if tokens[position].kind != ")":
            return Header()
        position += 1
        if tokens[position].kind == "->" and tokens[position + 1].kind == "word":
            position += 2
    if tokens[position].kind != ":":
        return Header()
    position += 1
    if tokens[position].text == "return":
        position += 1
    return _checked(tokens, name, variables, position)


def _name_list(tokens: Sequence[Token], position: int) -> tuple[list[str], int] | None:
    """The names in "(x, y)" or "[x_, y_]" that begins at `position`, and where it ends."""
    close = {"(": ")", "[": "]"}.get(tokens[position].kind)
    if close is None:
        return None
    names: list[str] = []
    while True:
        name, position = read_name(tokens, position + 1, words=True)
        if name is None:
            return None
        names.append(name)
        if tokens[position].kind == "_" and close == "]":
            position += 1  # the blank of Wolfram's f[x_]
        if tokens[position].kind == close:
            return names, position + 1
        if tokens[position].kind not in (",", ";"):
            return None


def read_name(tokens: Sequence[Token], position: int, words: bool = False) -> tuple[str | None, int]:
    """A single variable's name at `position` ("x", "w_1", "w_{12}", "\\hat{y}") and where it ends.

    Args:
        words: whether it may be any word that is no function: "loss".
    """
    token = tokens[position]
    if token.kind == "command" and decoration(token.text) is not None:
        mark = decoration(token.text)
        inner = position + 1
        braced = tokens[inner].kind == "{"
        name, after = (
            read_name(tokens, inner + braced, words=True) if braced else (_letter(tokens[inner]), inner + 1)
        )
        if name is None or (braced and tokens[after].kind != "}"):
            return None, position
        letter, *indices = name.split("_")
        return _with_indices(tokens, "_".join((letter, str(mark), *indices)), after + braced)
    if token.kind == "letter" or (
        token.kind == "word"
        and (
            len(token.text.rstrip("0123456789")) == 1
            or _is_greek_word(token.text)
            or (words and function_named(token.text) is None and token.text not in _RESERVED)
        )
    ):
        return _with_indices(tokens, token.text, position + 1)
    return None, position


def _letter(token: Token) -> str | None:
    """The letter that `token` is; None if it is anything else."""
    single = token.kind == "word" and (len(token.text) == 1 or _is_greek_word(token.text))
    return token.text if token.kind == "letter" or single else None


def _with_indices(tokens: Sequence[Token], name: str, position: int) -> tuple[str, int]:
    """`name` with the plain indices at `position`, and where they end."""
    while tokens[position].kind == "_":
        parts, after = read_index(tokens, position + 1)
        if parts is None:
            break
        name, position = f"{name}_{parts}", after
    return name, position


def read_index(tokens: Sequence[Token], position: int) -> tuple[str | None, int]:
    """A plain index after "_": digits or letters, or several in braces; None if it is anything else."""
    token = tokens[position]
    if token.kind in ("number", "word", "letter") and token.text.isalnum():
        return token.text, position + 1
    close = {"{": "}", "(": ")"}.get(token.kind)
    if close is None:
        return None, position
    parts: list[str] = []
    position += 1
    while tokens[position].kind in ("number", "word", "letter", ","):
        if tokens[position].kind != ",":
            if not tokens[position].text.isalnum():
                return None, position
            parts.append(tokens[position].text)
        position += 1
    if tokens[position].kind != close or not parts:
        return None, position
    separated = any(tokens[k].kind == "," for k in range(position - len(parts), position))
    return ("_" if separated else "").join(parts), position + 1


def decoration(command: str) -> str | None:
    """The mark a command puts over a letter: "widehat" gives "hat"."""
    plain = {"overline": "bar"}.get(command, command.removeprefix("wide"))
    return plain if plain in DECORATIONS else None


def _is_greek_word(word: str) -> bool:
    letters = word.rstrip("0123456789")
    return letters in GREEK and constant_named(word) is None
