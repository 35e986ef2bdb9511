"""Series written out term by term, and the bounds on what a formula may ask for.

Any thread; stdlib and msgspec only.
"""

import math
from collections.abc import Callable, Collection, Mapping

import msgspec

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.errors import MAX_EXPONENT, MAX_FACTORIAL, MAX_LEVELS, MAX_NODES, MAX_TERMS, FormulaError
from engine.formula.functions import CONSTANTS
from engine.formula.names import name_key


def number(value: int, span: ast.Span) -> Node:
    """A whole number as a node."""
    return ast.Number(str(value), span) if value >= 0 else ast.Neg(ast.Number(str(-value), span), span)


def constant_value(node: Node) -> float | None:
    """The value of arithmetic without variables; None if it has any, or functions; ±inf when too large."""
    match node:
        case ast.Number(text=text):
            return float(text)
        case ast.Constant(name=name):
            return CONSTANTS[name].value
        case ast.Neg(operand=inner):
            value = constant_value(inner)
            return None if value is None else -value
        case ast.Add(terms=parts) | ast.Mul(factors=parts):
            known: list[float] = []
            for part in parts:
                value = constant_value(part)
                if value is None:
                    return None
                known.append(value)
            return math.fsum(known) if isinstance(node, ast.Add) else math.prod(known)
        case ast.Div(numerator=left, denominator=right) | ast.Pow(base=left, exponent=right):
            a, b = constant_value(left), constant_value(right)
            if a is None or b is None:
                return None
            try:
                value = a / b if isinstance(node, ast.Div) else a**b
            except OverflowError:
                return math.inf
            except ZeroDivisionError:
                return math.nan
            return value if isinstance(value, float) else math.nan
        case ast.Call(function="factorial", args=(argument,)):
            count = constant_value(argument)
            if count is None or math.isnan(count):
                return count
            return math.inf if count > MAX_FACTORIAL else math.gamma(count + 1) if count >= 0 else math.nan
        case _:
            return None


class _Expander:
    """Writes series out; at most MAX_TERMS terms of each, and MAX_NODES of all together.

    Args:
        spell: the spelling of the variables x_1, x_2, … made. keep: whether sums whose terms are of the same
            variables stay as they are.
    """

    def __init__(self, spell: Callable[[str], str], keep: bool = False) -> None:
        self.spell = spell
        self.keep = keep
        self.terms = 0

    def expand(self, node: Node, values: Mapping[str, int]) -> Node:
        match node:
            case ast.Index(name=name, span=span):
                return number(values[name], span) if name in values else node
            case ast.Indexed(base=base, index=index, span=span):
                at = self.whole(self.expand(index, values), index.span)
                return ast.Variable(self.spell(f"{base}_{at}"), span)
            case ast.Series(kind="sum", lo=lo, hi=hi) if self.keep and _is_uniform(node):
                inner = {name: at for name, at in values.items() if name != node.index}
                body = self.expand(node.body, inner)
                return msgspec.structs.replace(
                    node, lo=self.expand(lo, values), hi=self.expand(hi, values), body=body
                )
            case ast.Series():
                return self.series(node, values)
            case ast.Mul(factors=factors, span=span) if any(isinstance(each, ast.Index) for each in factors):
                written = [self.expand(each, values) for each in factors]
                kept = [
                    each
                    for each, was in zip(written, factors, strict=True)
                    if not (isinstance(was, ast.Index) and isinstance(each, ast.Number) and each.text == "1")
                ]
                return msgspec.structs.replace(ast.mul(*kept), span=span)  # sin(x), not sin(1x)
            case _:
                return ast.rebuild(node, lambda child: self.expand(child, values))

    def series(self, node: ast.Series, values: Mapping[str, int]) -> Node:
        lo = self.whole(self.expand(node.lo, values), node.lo.span)
        hi = self.whole(self.expand(node.hi, values), node.hi.span)
        count = max(hi - lo + 1, 0)
        self.terms += count
        if count > MAX_TERMS:
            raise FormulaError(
                message("This sum has too many terms"),
                node.span,
                message("At most {limit} terms", limit=MAX_TERMS),
            )
        if self.terms > MAX_NODES:
            raise too_long(node.span)
        terms = [self.expand(node.body, {**values, node.index: i}) for i in range(lo, hi + 1)]
        whole = ast.add(*terms) if node.kind == "sum" else ast.mul(*terms)
        return msgspec.structs.replace(whole, span=node.span)

    def whole(self, node: Node, span: ast.Span) -> int:
        value = constant_value(node)
        if value is None:
            raise FormulaError(
                message("The bounds of a sum must be numbers"),
                span,
                message("Write for example sum(i=1..3, …)"),
            )
        if not math.isfinite(value) or value != round(value) or abs(value) > 10**6:
            raise FormulaError(message("The bounds of a sum must be whole numbers"), span)
        return round(value)


def expand(node: Node, spell: Callable[[str], str] = str) -> Node:
    """`node` with every Series written out; `spell` gives the spelling of the variables x_1, x_2, … made.

    Raises:
        FormulaError: bounds that are no whole numbers, or more than MAX_TERMS terms.
    """
    if not any(isinstance(part, ast.Series | ast.Indexed | ast.Index) for part in ast.walk(node)):
        return node
    return _Expander(spell).expand(node, {})


def with_sums(node: Node, variables: Collection[str]) -> Node:
    """`node` as `expand` writes it out, but for sums of terms in the same variables: Σ i x², not Σ x_i.

    Args:
        variables: those of the formula, as it spells them.
    """
    spellings = {name_key(name): name for name in variables}
    return _Expander(lambda name: spellings.get(name_key(name), name), keep=True).expand(node, {})


def _is_uniform(node: Node) -> bool:
    """Whether nothing in a series has an index that is computed, and no product runs in it."""
    return not any(
        isinstance(part, ast.Indexed) or (isinstance(part, ast.Series) and part.kind != "sum")
        for part in ast.walk(node)
    )


def too_long(span: ast.Span) -> FormulaError:
    """What to say of sums that have too many terms together."""
    return FormulaError(message("The formula is too long when its sums are written out"), span)


def check_bounds(node: Node) -> None:
    """Refuse what would be too large to compute with.

    Raises:
        FormulaError: a power, factorial, depth or size beyond the bounds of `engine.formula.errors`.
    """
    found: list[Node] = []
    stack: list[tuple[Node, int]] = [(node, 1)]
    while stack:
        current, level = stack.pop()
        found.append(current)
        if level > MAX_LEVELS:
            raise FormulaError(message("The formula is nested too deeply"), current.span)
        if len(found) > MAX_NODES:
            raise too_long(node.span)
        stack.extend((child, level + 1) for child in ast.children(current))
    for part in found:  # not before it is known to be small
        _check_node(part)


def _check_node(node: Node) -> None:
    if isinstance(node, ast.Pow):
        exponent = constant_value(node.exponent)
        if exponent is not None and abs(exponent) > MAX_EXPONENT:
            raise FormulaError(
                message("This exponent is too large"),
                node.exponent.span,
                message("Exponents go up to {limit}", limit=MAX_EXPONENT),
            )
    if isinstance(node, ast.Pow | ast.Mul | ast.Div):
        value = constant_value(node)
        if value is not None and math.isinf(value):
            raise FormulaError(message("This number is too large"), node.span)
    if isinstance(node, ast.Call) and node.function in ("factorial", "gamma"):
        value = constant_value(node.args[0])
        if value is not None and value > MAX_FACTORIAL:
            raise FormulaError(
                message("This factorial is too large"),
                node.span,
                message("Factorials go up to {limit}!", limit=MAX_FACTORIAL),
            )
