"""What may stand in front of a formula: "f(x, y) =", "L(w_1, w_2) :=", "lambda x, y:", "(x, y) ->".

Any thread; stdlib and msgspec only.
"""

from collections.abc import Sequence

from msgspec import Struct

from engine.formula.errors import FormulaError
from engine.formula.functions import constant_named, function_named
from engine.formula.names import DECORATIONS, GREEK, name_key
from engine.formula.tokens import Token
from engine.i18n import message


class Header(Struct, frozen=True):
    """The name of a formula, the variables it declares, and how many tokens that took."""

    name: str | None = None
    variables: tuple[str, ...] = ()
    length: int = 0


_GIVES = ("=", ":=", "->", "=>")


def read_header(tokens: Sequence[Token]) -> Header:
    """The Header of a formula; an empty one if there is none.

    Raises:
        FormulaError: a variable declared twice.
    """
    if tokens[0].kind == "word" and tokens[0].text in ("lambda", "def"):
        return _python(tokens)
    if tokens[0].text in ("min", "max") and tokens[1].kind == "_":
        after = read_index(tokens, 2)[1]  # \min_{x, y} in front of what is to be minimised
        return Header(length=after)
    names = _name_list(tokens, 0)
    if names is not None and tokens[names[1]].kind in ("->", "=>"):
        return _checked(tokens, None, names[0], names[1] + 1)
    name, position = _read_title(tokens, 0)
    if name is None:
        return Header()
    if tokens[position].kind in ("=", ":="):
        if function_named(name) is not None:
            return Header()
        lambda_at = position + 1
        if tokens[lambda_at].text == "lambda":
            inner = _python(tokens[lambda_at:])
            return Header(name, inner.variables, lambda_at + inner.length)
        arrow = _name_list(tokens, lambda_at)
        if arrow is not None and tokens[arrow[1]].kind in ("->", "=>"):
            return _checked(tokens, name, arrow[0], arrow[1] + 1)
        following = read_header(tokens[position + 1 :])  # z = f(x, y) = …
        if following.variables:
            return Header(following.name or name, following.variables, position + 1 + following.length)
        return Header(name, (), position + 1)
    if tokens[position].kind == ":":  # f: (x, y) -> …
        position += 1
        listed = _name_list(tokens, position)
        if listed is None or tokens[listed[1]].kind not in ("->", "=>"):
            return Header()
    names = _name_list(tokens, position)
    if names is None or tokens[names[1]].kind not in _GIVES:
        return Header()
    return _checked(tokens, name, names[0], names[1] + 1)


def _read_title(tokens: Sequence[Token], position: int) -> tuple[str | None, int]:
    """The name of the whole at `position`: a variable's name or any other word ("loss")."""
    name, after = read_name(tokens, position)
    if name is None and tokens[position].kind == "word" and function_named(tokens[position].text) is None:
        return tokens[position].text, position + 1
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
        variable, after = read_name(tokens, position)
        if variable is None:
            break
        variables.append(variable)
        position = after
        if tokens[position].kind != ",":
            break
        position += 1
    if bracketed:
        if tokens[position].kind != ")":
            return Header()
        position += 1
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
        name, position = read_name(tokens, position + 1)
        if name is None:
            return None
        names.append(name)
        if tokens[position].kind == "_" and close == "]":
            position += 1  # the blank of Wolfram's f[x_]
        if tokens[position].kind == close:
            return names, position + 1
        if tokens[position].kind not in (",", ";"):
            return None


def read_name(tokens: Sequence[Token], position: int) -> tuple[str | None, int]:
    """A single variable's name at `position` ("x", "w_1", "w_{12}", "\\hat{y}") and where it ends."""
    token = tokens[position]
    if token.kind == "command" and decoration(token.text) is not None:
        mark = decoration(token.text)
        inner = position + 1
        braced = tokens[inner].kind == "{"
        name, after = read_name(tokens, inner + braced)
        if name is None or (braced and tokens[after].kind != "}"):
            return None, position
        return f"{name}_{mark}", after + braced
    if token.kind == "letter" or (
        token.kind == "word" and (len(token.text.rstrip("0123456789")) == 1 or _is_greek_word(token.text))
    ):
        name = token.text
    else:
        return None, position
    position += 1
    while tokens[position].kind == "_" and not tokens[position].spaced:
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
    if token.kind != "{":
        return None, position
    parts: list[str] = []
    position += 1
    while tokens[position].kind in ("number", "word", "letter", ","):
        if tokens[position].kind != ",":
            if not tokens[position].text.isalnum():
                return None, position
            parts.append(tokens[position].text)
        position += 1
    if tokens[position].kind != "}" or not parts:
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
