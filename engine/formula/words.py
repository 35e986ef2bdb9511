"""What a run of letters means: a function, a constant, a variable with its index, or a product of letters.

The rules, in this order: a declared name; a function or constant of the table; the name of a Greek letter;
one letter with its digits; two letters, multiplied; letters glued to a function (sinx). Else three
or more letters is an error with a suggestion. Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.base.i18n import message
from engine.formula import ast, calls, complaints, keywords, pieces, series
from engine.formula.functions import FUNCTIONS, constant_named, function_named
from engine.formula.header import decoration, read_index, read_name
from engine.formula.names import GREEK, name_key, parts_of
from engine.formula.shorthands import NUMBERS, SHORTHANDS, WRAPPERS
from engine.formula.statistics import STATISTICS, extreme, reduces_rows
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser

_LONGEST_PRODUCT = 12
_LONGEST_GLUED = 24
_OTHER_WORDS = frozenset({"cost", "sing", "tang"})
# Letters that are taken for variables when they are glued to a function.
_COMMON = "xyzturvwabpq"
_SERIES = frozenset(["sum", "prod", "product", "Sum", "Product", "SUM", "PROD"])
# Read by rules of their own where a bracket follows; capitals ignored.
_SPECIAL = SHORTHANDS.keys() | {
    "sum", "add", "plus", "total", "prod", "product", "mul", "multiply", "times", "piecewise", "cases",
    "select", "which", "mean", "average", "where", "if", "ifelse", "iff", "boole", "indicator", "logical_and",
    "logical_or", "logical_not", "fsum", "sumsq", "merge", "ifs",
}  # fmt: skip
_SPECIAL |= STATISTICS.keys()


def is_letters(parser: Parser, word: str) -> bool:
    """Whether `word` is single letters and digits side by side, as LaTeX takes it: \frac xy, \frac x2."""
    meant = parser.scope.declares(word) or word.rstrip("0123456789") in GREEK or word.lower() in _SPECIAL
    return not meant and function_named(word) is None and constant_named(word) is None


def _letter(word: str) -> bool:
    letters = word.rstrip("0123456789")
    return len(letters) == 1 or letters in GREEK


def word(parser: Parser) -> ast.Node:
    """The value that begins with the word at the parser's place."""
    token = parser.token
    text = token.text
    following = parser.peek()
    applied = following.kind in ("(", "[")
    if parser.scope.declares(text) or (text in parser.scope.indices) or _declared_in_parts(parser):
        return variable(parser)
    special = text in _SERIES or (applied and text.lower() in _SPECIAL)
    if special and not (text == "if" and pieces.then_follows(parser)):
        return keywords.keyword(parser)
    if applied and reduces_rows(parser):
        return extreme(parser)
    if applied and text in WRAPPERS:
        parser.position += 1
        return parser.bracketed()
    if text == "I" and applied and _condition_inside(parser):
        parser.position += 1
        return pieces.indicator(parser, token)
    if text == "if":
        return pieces.then_choice(parser)
    if text in complaints.STRAY and not parser.partial:
        raise parser.unexpected()
    if text == parser.header.name and applied:
        raise parser.fail(message("{name} cannot stand in its own formula", name=text), token.span)
    if text in ("True", "False", "true", "false"):
        raise parser.fail(message("{name} is not a value here", name=text), token.span)
    spec = function_named(text)
    if text == "beta" and applied and len(calls.split(parser, parser.position + 1)[0]) != 2:
        return variable(parser)
    if spec is not None and not (text in GREEK and not applied) and not _index_follows(parser, text):
        return calls.call(parser, spec)
    if text in NUMBERS:
        return keywords.number(parser)
    constant = constant_named(text)
    if constant is not None:
        parser.position += 1
        if text == "PI" and parser.token.kind == "(" and parser.peek().kind == ")":
            parser.position += 2  # as spreadsheets write it
        return ast.Constant(constant.name, token.span)
    if _letter(text):
        return letter(parser)
    return _split(parser, token)


def _declared_in_parts(parser: Parser) -> bool:
    """study_hours, where it is declared or names a column: words joined as Python joins them."""
    name, ahead = parser.token.text, 1
    while parser.peek(ahead).kind == "_" and parser.peek(ahead + 1).kind in ("word", "letter", "number"):
        name = f"{name}_{parser.peek(ahead + 1).text}"
        ahead += 2
    return ahead > 1 and parser.scope.declares(name)


_APPLIED_LETTERS = {"Γ": "gamma", "Φ": "normcdf", "σ": "sigmoid"}


_BIG_LETTERS = {"Σ": "sum", "Π": "product"}


def _condition_inside(parser: Parser) -> bool:
    """Whether a comparison stands in the brackets after the present word."""
    close = calls.split(parser, parser.position + 1)[1]
    inside = parser.tokens[parser.position + 2 : close]
    return any(token.kind in ("<", "<=", ">", ">=", "=", "!=") for token in inside)


def letter(parser: Parser) -> ast.Node:
    """A Greek letter: a variable; or Γ(…), Φ(…) and σ(…), where it is not a variable elsewhere.

    Σ and Π before an index with its bounds are the signs ∑ and ∏.
    """
    kind = _BIG_LETTERS.get(parser.token.text)
    if kind is not None and parser.peek().kind == "_" and parser.peek(4).kind == "=":
        return series.big_operator(parser)
    if kind is not None and parser.peek().kind == "(" and parser.peek(3).kind == "=":
        return series.series(parser, "sum" if kind == "sum" else "product")
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
    letters = token.text.rstrip("0123456789")
    digits = token.text[len(letters) :]
    parts = _parts(parser, letters, digits)
    if parts is None and token.text.lower() in _SPECIAL and not parser.partial:
        raise parser.fail(message("{name} needs brackets around its arguments", name=token.text), token.span)
    short = _short_of_function(parser, letters) if len(token.text) == 2 else None
    if parts is None or short is not None:
        raise complaints.unknown_name(parser, token, letters, short)
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


def _short_of_function(parser: Parser, letters: str) -> str | None:
    """The function that `letters`, two before a bracket, lack one letter of: sn(x) is hardly s·n·x.

    None where the letters, or one that is used elsewhere too, are sooner variables: ab(x + 1), mx(1 − x).
    """
    following = parser.peek()
    if following.kind != "(" or following.spaced:
        return None
    others = (*parser.tokens[: parser.position], *parser.tokens[parser.position + 1 :])
    elsewhere = {
        letter for other in others if other.kind == "word" and len(other.text) < 3 for letter in other.text
    }
    if set(letters) <= set(_COMMON) or set(letters) & (elsewhere | parser.scope.declared | set("xyz")):
        return None
    for name in FUNCTIONS:
        if len(name) == 3 and name[0] == letters[0] and letters in (name[:2], name[0] + name[2]):
            return name
    return None


def _parts(parser: Parser, letters: str, digits: str) -> list[str] | None:
    if letters == "of":
        return None
    if len(letters) == 2 and not (letters in ("ln", "lg") and digits):
        if constant_named(letters) is None:
            return [letters[0], letters[1] + digits]
        return [letters, *([digits] if digits else [])]
    if constant_named(letters) is not None and digits:
        return [letters, digits]
    if letters.startswith("pi") and not digits and set(letters[2:]) <= set(_COMMON) and len(letters) <= 4:
        return ["pi", *letters[2:]]  # 2pix
    if function_named(letters) is not None and digits:
        return [letters, digits]  # sin2x
    declared = {key for key in parser.scope.declared if len(key) == 1} or set("xyz")
    coefficient = len(letters) > 2 and set(letters[1:]) <= set("xyz")  # bxy in ax² + bxy + cy²
    if len(letters) <= _LONGEST_PRODUCT and (coefficient or set(letters) <= declared):
        return [*letters[:-1], letters[-1] + digits]
    if len(letters) == 3 and letters[2] == "e" and parser.peek().kind == "^":
        return list(letters)  # axe^x
    if len(letters) > _LONGEST_GLUED or letters in _OTHER_WORDS:
        return None
    return _glued(letters, digits, declared | set(_COMMON), parser.peek().kind == "(")


def _glued(letters: str, digits: str, variables: set[str], applied: bool) -> list[str] | None:
    """Functions and variables run together: sinx, xsiny, xln; None if that is not what it is.

    Args:
        variables: the letters that may stand for one. applied: an opening bracket follows.
    """

    def split(at: int, run: int) -> list[str] | None:
        if at == len(letters):
            return []
        for stop in range(len(letters), at + 1, -1):
            word = letters[at:stop]
            spec = function_named(word) if len(word) > 2 or word == "ln" else None
            last = stop == len(letters)
            if word == "pi" or (spec is not None and (spec.bare or spec.name == "log" or (last and applied))):
                rest = split(stop, 0)
                if rest is not None:
                    return [word, *rest]
        if run < 2 and letters[at] in variables:
            rest = split(at + 1, run + 1)
            if rest is not None:
                return [letters[at], *rest]
        return None

    parts = split(0, 0)
    if parts is None or not any(len(part) > 1 and part != "pi" for part in parts):
        return None
    function_last = len(parts[-1]) > 1
    if applied and not function_last:
        return None  # sinus(x) is not sin(u s)·(x)
    if digits and function_last:
        return [*parts, digits]
    return [*parts[:-1], parts[-1] + digits]


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
        base, _, last = name.rpartition("_")
        if last in parser.scope.indices:  # \hat{y}_i and \hat{y_i} in a sum over i
            end = parser.tokens[after - 1].end
            return ast.Indexed(base, ast.Index(last, (end - 1, end)), (token.start, end))
        if last in parser.scope.row_indices:
            return named(parser, base, (token.start, parser.tokens[after - 1].end))
        return _indexed(parser, name, token)
    _note_power_of_ten(parser)
    parser.position += 1
    name = token.text
    if name in parser.scope.indices:
        return ast.Index(name, token.span)
    if _element_follows(parser):
        return _element(parser, name, token)
    raised = _raised_index(parser)
    if raised is not None:
        parser.position += 6
        end = parser.tokens[parser.position - 1].end
        if raised in parser.scope.row_indices:
            return named(parser, name, (token.start, end))
        return named(parser, f"{name}_{raised}", (token.start, end))
    return _indexed(parser, name, token)


def _indexed(parser: Parser, name: str, token: Token) -> ast.Node:
    """The variable `name`, which began with `token`, with the index that follows, if there is one."""
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
    if parser.token.kind not in ("{", "(", "word", "letter"):
        if parser.partial:
            return ast.Indexed(name, parser.hole(), (token.start, parser.tokens[lowered - 1].end))
        raise parser.fail(
            message("An index is expected after _"),
            parser.token.span,
            message("Write for example {example}", example="x_1"),
        )
    node = parser.bracketed() if parser.token.kind in ("{", "(") else parser.primary()
    span = (token.start, parser.tokens[parser.position - 1].end)
    if not parser.partial and not any(isinstance(part, ast.Index) for part in ast.walk(node)):
        raise parser.fail(
            message("This index is not a name or a number"),
            node.span,
            message("Write for example {example}", example="x_1"),
        )
    return ast.Indexed(name, pieces.as_value(node), span)


def _note_power_of_ten(parser: Parser) -> None:
    """3x10^5: say that x10 is a variable."""
    before = parser.tokens[parser.position - 1] if parser.position else None
    times = parser.token.text == "x10" and parser.peek().kind == "^"
    if times and before is not None and before.kind == "number" and not parser.token.spaced:
        parser.scope.read_as(message("x10 is read as a variable; for a power of ten write × or ·"))


def _element_follows(parser: Parser) -> bool:
    """Whether the brackets here, right after a letter, hold an index: x[0], x[i + 1]; x(1) of MATLAB."""
    handle = parser.header.handle and parser.token.kind == "("
    if not (handle or parser.token.kind == "[") or parser.token.spaced:
        return False
    parts, close = calls.split(parser, parser.position)
    inside = parser.tokens[parser.position + 1 : close]
    alone = len(inside) == 1 and inside[0].kind == "number" and inside[0].text.isdigit()
    return len(parts) == 1 and (alone or any(token.text in parser.scope.indices for token in inside))


def _element(parser: Parser, name: str, token: Token) -> ast.Node:
    """x[0] and x[i + 1], as Python and Wolfram write x_0 and x_{i+1}."""
    opened = parser.advance()
    node, end = parser.until({"[": "]", "(": ")"}[opened.kind], opened)
    span = (token.start, end)
    if isinstance(node, ast.Number):
        return named(parser, f"{name}_{node.text}", span)
    return ast.Indexed(name, node, span)


def _raised_index(parser: Parser) -> str | None:
    """The 1 of w^{(1)} and w^{[1]}, and the i of x^{(i)} over the rows, as lectures number things."""
    found = [parser.peek(ahead) for ahead in range(6)]
    kinds = [token.kind for token in found]
    if kinds[:2] != ["^", "{"] or kinds[2::2] not in (["(", ")"], ["[", "]"]) or kinds[5] != "}":
        return None
    index = found[3].text
    return index if index.isdigit() or index in parser.scope.row_indices else None


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
    if token.text in _SERIES or (token.text.lower() in _SPECIAL and parser.peek().kind in ("(", "[")):
        return True
    if function_named(token.text) is not None and token.text not in GREEK:
        return True
    letters = token.text.rstrip("0123456789")
    parts = _parts(parser, letters, token.text[len(letters) :]) if len(token.text) > 2 else None
    return parts is not None and len(parts[0]) > 1 and function_named(parts[0]) is not None
