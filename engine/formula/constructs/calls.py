"""Functions applied: sin 2x, sin^2 x, sin^{-1} x, log_2 x, log[2](x), max(x, y).

Any thread; stdlib and msgspec only.
"""

from typing import Final

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Branch, Node, Span, as_value
from engine.formula.constructs.arguments import arguments, components, tex_argument
from engine.formula.constructs.bars import indexed_norm
from engine.formula.constructs.brackets import bracketed
from engine.formula.constructs.glued import factors_of
from engine.formula.constructs.operators import OPERATORS
from engine.formula.constructs.powers import exponent
from engine.formula.errors import FormulaError
from engine.formula.functions import FUNCTIONS, FunctionSpec, function_named
from engine.formula.names import GREEK
from engine.formula.reader import POWER, Reader
from engine.formula.tokens import CLOSES, Token, parts

INVERSES: Final = {
    "sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot", "sec": "arcsec", "csc": "arccsc",
    "sinh": "arsinh", "cosh": "arcosh", "tanh": "artanh", "coth": "arcoth",
    "sech": "arsech", "csch": "arcsch",
}  # fmt: skip


def call(reader: Reader, spec: FunctionSpec) -> Node:
    """The function at the reader's place with its power, base and arguments."""
    head = reader.advance()
    base: Node | None = None
    power: Node | None = None
    while reader.token.kind in ("_", "^"):
        if reader.advance().kind == "_":
            base = _base(reader)
        else:
            power = exponent(reader)
    if reader.token.kind == "'":
        raise reader.unexpected()
    if spec.name == "log" and base is None and reader.token.kind == "[" and _is_base(reader):
        base, _ = reader.until("]", reader.advance())
    args, end = _applied_to(reader, spec, head)
    _note_other_notations(reader, spec, args)
    name, args = _with_base(spec.name, base, args)
    span = (head.start, end)
    if name == "step" and len(args) == 2:
        return _step_with_middle(*args, span)
    if _is_minus_one(power) and name in INVERSES:
        name, power = INVERSES[name], None
        reader.scope.read_as(
            message(
                "{name} to the power −1 is read as the inverse function {inverse}",
                name=spec.name,
                inverse=name,
            )
        )
    node: Node = checked(reader, FUNCTIONS[name], args, span, head)
    if isinstance(node, ast.Call) and name == "norm":
        node = indexed_norm(reader, node)
    return node if power is None else ast.Pow(node, power, span)


def _note_other_notations(reader: Reader, spec: FunctionSpec, args: tuple[Node, ...]) -> None:
    """Say how root(3, x) and frac(x)(y) are read, which mean other things in Typst and AsciiMath."""
    if spec.name == "root" and len(args) == 2:
        number, other = isinstance(args[0], ast.Number), isinstance(args[1], ast.Number)
        if number and not other:
            index, radicand = (reader.text_of(arg.span) for arg in args)
            reader.scope.read_as(
                message(
                    "root({index}, {radicand}) is the root of {index}; that of {radicand} is "
                    "root({radicand}, {index})",
                    index=index,
                    radicand=radicand,
                )
            )
    if spec.name == "frac" and reader.token.kind == "(" and not reader.token.spaced:
        reader.scope.read_as(message("frac(x) is read as the fractional part; for a fraction write x/y"))


def _base(reader: Reader) -> Node:
    """The base of a logarithm: log_2, log_{10}, log_b."""
    token = reader.token
    if token.kind in ("{", "("):
        return as_value(bracketed(reader))
    if token.kind == "number" or (token.kind in ("word", "letter") and len(token.text) == 1):
        return reader.primary()
    if token.kind in ("word", "letter"):
        return tex_argument(reader, token)
    raise complaints.no_index(token.span)


def _with_base(name: str, base: Node | None, args: tuple[Node, ...]) -> tuple[str, tuple[Node, ...]]:
    """The function `name` and its arguments, where `base` stands below its name: log_2 x is log(x, 2).

    Raises:
        FormulaError: the function has no base.
    """
    if base is None:
        return "atan2" if name == "arctan" and len(args) == 2 else name, args
    if name in ("log", "ln"):
        return "log", (*args, base)
    if name == "arctan" and isinstance(base, ast.Number) and base.text == "2":
        return "atan2", args
    raise FormulaError(message("{name} takes no index", name=name), base.span)


def _is_base(reader: Reader) -> bool:
    """Whether this is Maple's log[2](x)."""
    inside, close = parts(reader.tokens, reader.position)
    return len(inside) == 1 and reader.tokens[close + 1].kind == "("


def _applied_to(reader: Reader, spec: FunctionSpec, head: Token) -> tuple[tuple[Node, ...], int]:
    """The arguments here, in brackets or without, and where they end.

    Raises:
        FormulaError: there are none, or the function needs brackets around them.
    """
    opened = reader.token
    if opened.kind in CLOSES:
        args = arguments(reader, spec.arity[1] != 1 or spec.name in ("log", "arctan"))
        if opened.kind == "[" and len(args) == 2 and spec.name in ("log", "arctan"):
            args = (args[1], args[0])  # Wolfram's Log[b, x] and ArcTan[x, y]
        return args, reader.before.end
    if spec.arity == (1, 1) or spec.name in ("log", "max", "min"):
        if not reader.partial:
            _check_bare(reader, spec, head)
        argument = bare_argument(reader)
        if reader.token.kind == "," and spec.arity != (1, 1) and not reader.partial:
            raise complaints.needs_brackets(spec, head)  # max x, y
        return (argument,), argument.span[1]
    if reader.partial:
        return (reader.hole(),), head.end
    raise complaints.needs_brackets(spec, head)


def _check_bare(reader: Reader, spec: FunctionSpec, head: Token) -> None:
    """Refuse a function without an argument, and sin-1 x.

    Raises:
        FormulaError: nothing that it could be applied to follows, or what was sin⁻¹ before it was copied.
    """
    token, after = reader.token, reader.peek()
    glued = token.kind == "-" and not token.spaced and after.text == "1" and not after.spaced
    if glued and spec.name in INVERSES and reader.peek(2).kind in ("(", "word", "letter"):
        raise FormulaError(
            message("Is {sign} the inverse function?", sign=f"{head.text}-1"),
            (head.start, after.end),
            message("Write {sign}", sign=f"{INVERSES[spec.name]}(x)"),
        )
    if token.kind not in ("+", "-") and not reader.starts_factor():
        raise FormulaError(
            message("{name} of what?", name=head.text),
            head.span,
            message("Write for example {example}", example=f"{head.text}(x)"),
        )


def bare_argument(reader: Reader) -> Node:
    """The argument of sin 2x y: the factors that stand side by side, up to a function or a bracket.

    A bracket ends it unless only numbers and constants came before: sin 2(x + y), but sin x (y + 1).
    """
    sign = reader.token
    if sign.kind in ("+", "-"):
        reader.position += 1
        inner = reader.deeper(bare_argument, reader)
        return ast.Neg(inner, (sign.start, inner.span[1])) if sign.kind == "-" else inner
    factors = [as_value(reader.deeper(reader.read, POWER))]
    while reader.starts_factor() and _continues(reader, factors):
        factors.append(as_value(reader.read(POWER)))
    if len(factors) == 1:
        return factors[0]
    span = (factors[0].span[0], factors[-1].span[1])
    if not _are_coefficients(factors[:-1]) or reader.before.spaced:
        reader.scope.read_as(
            message("The function takes in the whole product {part}", part=reader.text_of(span))
        )
    return ast.Mul(tuple(factors), span)


def _continues(reader: Reader, factors: list[Node]) -> bool:
    """Whether what follows is one more factor of a bare argument."""
    token = reader.token
    if token.kind == "letter":
        return True
    if token.kind == "number":
        return not isinstance(factors[-1], ast.Number)
    if token.kind == "word" and not (reader.at_word("e", "E") and reader.peek().kind == "^"):
        return not _starts_function(reader)
    return _are_coefficients(factors)  # sin x e^y is sin(x)·e^y, as with any function


def _are_coefficients(factors: list[Node]) -> bool:
    return all(isinstance(factor, ast.Number | ast.Constant) for factor in factors)


def _starts_function(reader: Reader) -> bool:
    """Whether the word at the reader's place begins with a function, and so ends the argument before it."""
    token = reader.token
    text = token.text
    if reader.scope.declares(text):
        return False
    if text in OPERATORS or (text.lower() in reader.grammar.words and reader.peek().kind in ("(", "[")):
        return True
    if function_named(text) is not None and text not in GREEK:
        return True
    factors = factors_of(text, reader.scope.declared, reader.peek()) if len(text) > 2 else None
    return factors is not None and len(factors[0]) > 1 and function_named(factors[0]) is not None


def checked(reader: Reader, spec: FunctionSpec, args: tuple[Node, ...], span: Span, head: Token) -> Node:
    """The call, if it has as many arguments as the function takes.

    Raises:
        FormulaError: too few or too many.
    """
    fewest, most = spec.arity
    if spec.name == "dot" and len(args) % 2 == 0 and len(args) >= 2:
        most = None
    if reader.partial:
        return ast.Call(spec.name, args + (reader.hole(),) * (fewest - len(args)), span, head.span)
    if len(args) < fewest or (most is not None and len(args) > most):
        wanted = f"{fewest}" if fewest == most else f"{fewest}–{most}" if most is not None else f"≥ {fewest}"
        numbers = [arg.text for arg in args if isinstance(arg, ast.Number)]
        hint = message("Write for example {example}", example=spec.example)
        if most == 1 and len(numbers) == len(args) == 2:
            hint = message("Write decimals with a point: {number}", number=".".join(numbers))
        raise complaints.wrong_count(spec.name, wanted, len(args), span, hint)
    if spec.name == "norm":
        args = components(reader, args)
    return ast.Call(spec.name, args, span, head.span)


def _is_minus_one(power: Node | None) -> bool:
    return isinstance(power, ast.Neg) and isinstance(power.operand, ast.Number) and power.operand.text == "1"


def _step_with_middle(inner: Node, middle: Node, span: Span) -> Node:
    """NumPy's heaviside(x, value at 0): 0 below 0, 1 above, `middle` at 0."""
    zero, one = ast.Number("0", span), ast.Number("1", span)
    below = Branch(zero, ast.Compare((inner, zero), ("<",), span))
    above = Branch(one, ast.Compare((inner, zero), (">",), span))
    return ast.Cases((below, above), middle, span)
