"""Sums and products: +, −, ·, /, remainders, and factors side by side.

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node, as_value
from engine.formula.reader import FACTOR, POWER, PRODUCT, SUM, Reader


def sign(reader: Reader, power: int) -> tuple[Node, int]:
    """+x and −x. In front of a sum the sign takes in the whole first term: −x² is −(x²)."""
    if power <= SUM:
        return _terms(reader, [], reader.token.start), SUM
    front = reader.advance()
    inner = as_value(reader.deeper(reader.read, FACTOR))
    return (ast.Neg(inner, (front.start, inner.span[1])) if front.kind == "-" else inner), FACTOR


def added(reader: Reader, first: Node, start: int) -> Node:
    """Terms joined by + and −."""
    return _terms(reader, [first], start)


def _terms(reader: Reader, terms: list[Node], start: int) -> Node:
    while reader.token.kind in ("+", "-"):
        sign = reader.advance()
        term = reader.read(PRODUCT)
        if sign.kind == "-":
            term = as_value(term)
            term = ast.Neg(term, (sign.start, term.span[1]))
        terms.append(term)
    if len(terms) == 1:
        return terms[0]
    return ast.Add(tuple(map(as_value, terms)), (start, terms[-1].span[1]))


def multiplied(reader: Reader, first: Node, _start: int) -> Node:
    """Factors joined by ·, / or nothing at all, from left to right: 1/2x is (1/2)·x."""
    factors = [first]
    while True:
        token = reader.token
        if token.kind == "*":
            reader.position += 1
            factors.append(reader.read(FACTOR))
        elif token.kind in ("/", "//"):
            factors = [_quotient(reader, factors)]
        elif _is_remainder(reader):
            over = _product(factors)
            reader.position += 1
            under = reader.read(PRODUCT if token.kind == "command" else FACTOR)
            factors = [ast.Call("mod", (over, under), (over.span[0], under.span[1]), token.span)]
        elif token.kind == "|" and isinstance(factors[-1], ast.CONDITIONS):
            return _product(factors)  # (x < 0) | (y < 0)
        elif reader.starts_factor():
            if token.kind == "number" and reader.before.kind == "number":
                raise complaints.two_numbers(reader.before, token)
            factors.append(reader.read(POWER))
        else:
            return _product(factors)


def _product(factors: list[Node]) -> Node:
    if len(factors) == 1:
        return factors[0]
    return ast.Mul(tuple(map(as_value, factors)), (factors[0].span[0], factors[-1].span[1]))


def _is_remainder(reader: Reader) -> bool:
    """Whether %, mod or \\bmod stands here as a sign."""
    token = reader.token
    if token.kind == "command":
        return token.text in ("bmod", "mod")
    return token.kind == "%" or (reader.at_word("mod") and not reader.starts_factor())


def _quotient(reader: Reader, factors: list[Node]) -> Node:
    """The product of `factors` over the next one."""
    line = reader.advance()
    if (
        not reader.partial
        and not reader.scope.declares("d")
        and complaints.is_derivative(factors, reader.token)
    ):
        begin = factors[-1 if complaints.is_d(factors[-1], 1) else -2].span[0]
        raise complaints.derivatives((begin, reader.token.end))
    over = _product(factors)
    under = reader.read(FACTOR)
    if reader.starts_factor() and not reader.token.spaced and reader.before.kind not in (")", "]", "}"):
        reader.scope.read_as(  # 1/2x and 1/xy
            message(
                "Read from left to right: only {part} is below the line; write brackets for more",
                part=reader.text_of(under.span),
            )
        )
    quotient = ast.Div(as_value(over), as_value(under), (over.span[0], under.span[1]))
    if line.kind == "/":
        return quotient
    if isinstance(over, ast.Number) and isinstance(under, ast.Number):
        reader.scope.read_as(message("// between two numbers is read as a fraction"))  # Julia's
        return quotient
    reader.scope.read_as(message("// is read as a quotient rounded down"))
    return ast.Call("floor", (quotient,), quotient.span, line.span)
