"""What a run of letters means: a function, a constant, a variable with its index, or a product of letters.

The rules, in this order: a declared name; a name with rules of its own; a function or constant of the table;
the name of a Greek letter; one letter with its digits; two letters, multiplied; letters glued to a function
(sinx). Else three or more letters is an error with a suggestion. Any thread; stdlib and msgspec only.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node
from engine.formula.constructs import series, shorthand
from engine.formula.constructs.brackets import bracketed
from engine.formula.constructs.calls import call
from engine.formula.constructs.choices import if_then, then_follows
from engine.formula.constructs.conditions import bracketed_condition, indicator
from engine.formula.constructs.glued import factors_of, short_of_function
from engine.formula.constructs.operators import OPERATORS
from engine.formula.constructs.statistics import extreme, reduces_rows
from engine.formula.constructs.variables import variable
from engine.formula.errors import FormulaError
from engine.formula.functions import FUNCTIONS, constant_named, function_named
from engine.formula.names import GREEK, parts_of
from engine.formula.reader import Reader
from engine.formula.shorthands import NUMBERS, WRAPPERS
from engine.formula.tokens import COMPARISONS, Token, parts

_CUSTOMARY: Final = frozenset("xyzuvwt")
_LONGEST_NAME: Final = 40  # tokens of a name in parts: study_hours_per_week
_APPLIED_LETTERS: Final = {"Γ": "gamma", "Φ": "normcdf", "σ": "sigmoid"}
_BIG_LETTERS: Final[dict[str, Callable[[Reader], Node]]] = {"Σ": series.summed, "Π": series.multiplied}


def number(reader: Reader) -> Node:
    """A number; and 1_{x > 0}."""
    token = reader.advance()
    if token.text == "1" and reader.token.kind == "_" and reader.peek().kind == "{":
        reader.position += 1
        return bracketed_condition(reader, token)
    return ast.Number(token.text, token.span)


def word(reader: Reader) -> Node:
    """The value that begins with the word at the reader's place."""
    token = reader.token
    text = token.text
    applied = reader.peek().kind in ("(", "[")
    if reader.scope.declares(text) or text in reader.scope.indices or _declared_in_parts(reader):
        return variable(reader)
    if (applied or text in OPERATORS) and not (text == "if" and then_follows(reader)):
        construct = reader.grammar.words.get(text.lower())
        if construct is not None:
            return construct(reader)
    if applied and reduces_rows(reader):
        return extreme(reader)
    if applied and text in WRAPPERS:
        reader.position += 1
        return bracketed(reader)
    if applied and text == "I" and _condition_inside(reader):
        return indicator(reader)
    if text == "if":
        return if_then(reader)
    _refuse(reader, applied)
    if text == "beta" and applied and len(parts(reader.tokens, reader.position + 1)[0]) != 2:
        return variable(reader)
    spec = function_named(text)
    if spec is not None and (applied or text not in GREEK):
        return call(reader, spec)
    if text in NUMBERS:
        return shorthand.number(reader)
    constant = constant_named(text)
    if constant is not None:
        if reader.peek().kind == "_":
            return variable(reader)  # e_1 and π_1 are variables
        _note_constant(reader, constant.name)
        reader.position += 1
        if text == "PI" and reader.token.kind == "(" and reader.peek().kind == ")":
            reader.position += 2  # as spreadsheets write it
        return ast.Constant(constant.name, token.span)
    letters = text.rstrip("0123456789")
    if len(letters) == 1 or letters in GREEK:
        return letter(reader)
    return _product(reader)


def _refuse(reader: Reader, applied: bool) -> None:
    """Refuse words that never are a value.

    Raises:
        FormulaError: it is one of them.
    """
    token = reader.token
    if token.text in complaints.STRAY and not reader.partial:
        raise reader.unexpected()
    if token.text == reader.header.name and applied:
        raise FormulaError(message("{name} cannot stand in its own formula", name=token.text), token.span)
    if token.text in ("True", "False", "true", "false"):
        raise FormulaError(message("{name} is not a value here", name=token.text), token.span)


def _declared_in_parts(reader: Reader) -> bool:
    """study_hours, where it is declared or names a column: words joined as Python joins them."""
    name, ahead = reader.token.text, 1
    while (
        ahead < _LONGEST_NAME
        and reader.peek(ahead).kind == "_"
        and reader.peek(ahead + 1).kind in ("word", "letter", "number")
    ):
        name = f"{name}_{reader.peek(ahead + 1).text}"
        ahead += 2
    return ahead > 1 and reader.scope.declares(name)


def _condition_inside(reader: Reader) -> bool:
    """Whether a comparison stands in the brackets after the present word."""
    close = parts(reader.tokens, reader.position + 1)[1]
    return any(token.kind in COMPARISONS for token in reader.tokens[reader.position + 2 : close])


def letter(reader: Reader) -> Node:
    """A Greek letter: a variable; or Γ(…), Φ(…) and σ(…), where it is not a variable elsewhere.

    Σ and Π before an index with its bounds are the signs ∑ and ∏.
    """
    text = reader.token.text
    following = reader.peek().kind
    equals = {"_": 4, "(": 3}.get(following)  # how far on: Σ_{i=…}, Σ(i=…)
    if text in _BIG_LETTERS and equals is not None and reader.peek(equals).kind == "=":
        return _BIG_LETTERS[text](reader)
    own = parts_of(text)
    name = _APPLIED_LETTERS.get(own[0]) if not own[1] else None
    if name is None or following != "(" or reader.scope.declares(text):
        if text == "f" and not reader.scope.declares(text):
            reader.scope.read_as(message("f is read as a variable; what is called f is written f(x, y) = …"))
        return variable(reader)
    for other, after in zip(reader.tokens, reader.tokens[1:], strict=False):
        if other.kind in ("letter", "word") and parts_of(other.text) == own and after.kind != "(":
            return variable(reader)
    if name != "gamma":
        reader.scope.read_as(message("{letter}(…) is read as the function {name}", letter=own[0], name=name))
    return call(reader, FUNCTIONS[name])


def _product(reader: Reader) -> Node:
    """Read glued letters as a product, if they are one; the factors replace the token."""
    token = reader.token
    factors = factors_of(token.text, reader.scope.declared, reader.peek())
    letters = token.text.rstrip("0123456789")
    if factors is None and token.text.lower() in reader.grammar.words and not reader.partial:
        raise FormulaError(message("{name} needs brackets around its arguments", name=token.text), token.span)
    short = _short_of_function(reader, letters) if len(token.text) == 2 else None
    if factors is not None and not reader.partial:
        _ask_about(reader, factors)
        if len(factors) == 2 and factors[0] == factors[1]:  # AsciiMath's xx and bb
            product = "·".join(factors)
            reader.scope.read_as(message("{word} is read as {product}", word=token.text, product=product))
    if factors is None or short is not None:
        raise complaints.unknown_name(token, letters, short, reader.partial)
    single = token.end - token.start == len(token.text)  # each letter is one of the source's
    found: list[Token] = []
    at = token.start
    for part in factors:
        end = at + len(part) if single else token.end
        kind = "number" if part.isdigit() else "word"
        found.append(Token(kind, part, at, end, token.spaced and not found))
        at = end if single else at
    reader.tokens[reader.position : reader.position + 1] = found
    return reader.primary()


def _ask_about(reader: Reader, factors: list[str]) -> None:
    """Refuse letters in front of a function that are used nowhere else: arsech is hardly a·r·sech.

    Raises:
        FormulaError: one of them is no customary variable either.
    """
    token = reader.token
    at = next((at for at, part in enumerate(factors) if len(part) > 1 and function_named(part)), 0)
    if all(
        part in _CUSTOMARY or part in reader.short_words or reader.scope.declares(part)
        for part in factors[:at]
    ):
        return
    raise complaints.glued_name(token, factors)


def _note_constant(reader: Reader, name: str) -> None:
    """Say once that e is Euler's number, where nothing shows that its writer knows."""
    if name == "e" and not reader.powers_of_e:
        reader.scope.read_as(
            message(
                "{letter} is read as Euler's number 2.718…; for a variable write f({letter}, …) =",
                letter=reader.token.text,
            )
        )


def _short_of_function(reader: Reader, letters: str) -> str | None:
    """The function that `letters`, two before a bracket, lack one letter of, if it is no product."""
    following = reader.peek()
    if following.kind != "(" or following.spaced:
        return None
    used = (reader.short_words - Counter(reader.token.text)).keys()
    return short_of_function(letters, used | reader.scope.declared)
