"""Ast → sympy and sympy → Ast. Numbers stay exact on the way: 0.1 is 1/10.

Runs in the child process only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import sympy
from sympy import Expr

from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.functions import FUNCTIONS
from engine.formula.names import natural_order
from engine.symbolic import calculus
from engine.symbolic.calculus import COMPARISONS, CONSTRUCTORS, NAMES

MAX_DIGITS_SHOWN = 12


def to_sympy(node: Node, symbols: Mapping[str, Expr]) -> Expr:
    """The expression of an expanded tree; `symbols` has every variable and column by name."""

    def go(inner: Node) -> Expr:
        match inner:
            case ast.Number(text=text):
                return sympy.Rational(Fraction(text))
            case ast.Constant(name=name):
                return {"pi": sympy.pi, "e": sympy.E}[name]
            case ast.Variable(name=name) | ast.Column(name=name):
                return symbols[name]
            case ast.Add(terms=terms):
                return sympy.Add(*map(go, terms))
            case ast.Neg(operand=operand):
                return -go(operand)
            case ast.Mul(factors=factors):
                return sympy.Mul(*map(go, factors))
            case ast.Div(numerator=over, denominator=under):
                return go(over) / go(under)
            case ast.Pow(base=base, exponent=exponent):
                return go(base) ** go(exponent)
            case ast.Call(function=name, args=args):
                return CONSTRUCTORS[FUNCTIONS[name].sympy](*map(go, args))
            case ast.Compare(operands=operands, ops=ops):
                values = list(map(go, operands))
                links = [_comparison(op, a, b) for op, a, b in zip(ops, values, values[1:], strict=False)]
                return links[0] if len(links) == 1 else calculus.AllOf(*links)
            case ast.Logic(op=op, operands=operands):
                joined = {"and": calculus.AllOfOf, "or": calculus.AnyOf, "not": calculus.Not}[op]
                return joined(*map(go, operands))
            case ast.Cases(branches=branches, otherwise=otherwise):
                parts = [part for branch in branches for part in (go(branch.value), go(branch.condition))]
                return calculus.Piece(*parts, calculus.Undefined() if otherwise is None else go(otherwise))
            case ast.Aggregate(kind=kind, body=body):
                return (calculus.mean if kind == "mean" else calculus.rows_sum)(go(body))
        raise TypeError(type(inner).__name__)

    return go(node)


def _comparison(op: str, left: Expr, right: Expr) -> Expr:
    if op in (">", ">="):
        op, left, right = {">": "<", ">=": "<="}[op], right, left
    return COMPARISONS[op](left, right)


class Reader:
    """sympy → Ast as a teacher would order and write it.

    Args:
        symbols: the variables and columns by name. order: the variables in the formula's order.
        decimals: write 0.2 rather than 1/5 where that is exact. logarithm: "log" or "ln".
    """

    def __init__(
        self,
        symbols: Mapping[str, Expr],
        order: Sequence[str],
        columns: Sequence[str] = (),
        decimals: bool = False,
        logarithm: str = "ln",
    ) -> None:
        self.names = {symbol: name for name, symbol in symbols.items()}
        ranked = [*order, *sorted((n for n in symbols if n not in order), key=natural_order)]
        self.order = [symbols[name] for name in ranked]
        self.rank = {symbol: position for position, symbol in enumerate(self.order)}
        self.columns = set(columns)
        self.decimals = decimals
        self.logarithm = logarithm

    def node(self, expression: Expr) -> Node:
        if expression.is_Symbol:
            name = self.names[expression]
            return ast.Column(name) if name in self.columns else ast.Variable(name)
        if expression.is_Rational:
            return self.rational(expression)
        if expression is sympy.pi:
            return ast.Constant("pi")
        if expression is sympy.E:
            return ast.Constant("e")
        if expression.is_Add:
            return self.sum_of(expression)
        if expression.is_Mul:
            return self.product(expression)
        if expression.is_Pow:
            return self.power(expression)
        if isinstance(expression, sympy.exp):
            return ast.Pow(ast.Constant("e"), self.node(expression.args[0]))
        return self.function(expression)

    # Numbers

    def rational(self, value: Expr) -> Node:
        if value < 0:
            return ast.Neg(self.rational(-value))
        if value.q == 1:
            return self.whole(int(value.p))
        if self.decimals:
            text = _decimal(int(value.p), int(value.q))
            if text is not None:
                return ast.Number(text)
        return ast.Div(self.whole(int(value.p)), self.whole(int(value.q)))

    def whole(self, value: int) -> Node:
        text = (
            str(value)
            if value < 10**40
            else f"{value:.17e}"
            if value < 10**300
            else f"1e{len(str(value)) - 1}"
        )
        if len(text) <= 40 and "e" not in text:
            stripped = text.rstrip("0")
            if len(text) - len(stripped) > 6:
                return ast.Number(f"{stripped}e{len(text) - len(stripped)}")
            return ast.Number(text)
        mantissa, _, exponent = text.partition("e")
        return ast.Number(f"{mantissa}e{int(exponent or 0)}")

    # Sums

    def sum_of(self, expression: Expr) -> Node:
        terms = sorted(expression.args, key=self.term_key)
        if len(terms) == 2 and _negative(terms[0]) and not _negative(terms[1]):
            terms.reverse()
        return ast.Add(tuple(self.node(term) for term in terms))

    def term_key(self, term: Expr) -> tuple[object, ...]:
        """Polynomial terms by falling degree, then by the variables' order; functions; numbers last."""
        rest = term.as_coeff_Mul()[1]
        if not rest.free_symbols:
            return (2, 0, (), str(rest))
        powers = rest.as_powers_dict()
        degrees = [0] * len(self.order)
        plain = True
        for base, exponent in powers.items():
            if base.is_Symbol and exponent.is_Integer and exponent > 0:
                degrees[self.rank[base]] = int(exponent)
            elif base.is_Add and exponent.is_Integer and exponent > 0 and base.is_polynomial():
                for symbol in base.free_symbols:
                    degrees[self.rank[symbol]] += int(exponent)
            elif base.free_symbols:
                plain = False
        total = sum(degrees)
        return (
            0 if plain else 1,
            -total if plain else 0,
            tuple(-d for d in degrees),
            sympy.default_sort_key(rest),
        )

    # Products

    def product(self, expression: Expr) -> Node:
        coefficient, rest = expression.as_coeff_Mul()
        if coefficient.is_negative:
            return ast.Neg(self.node(-expression))
        above: list[tuple[tuple[object, ...], Node]] = []
        below: list[tuple[tuple[object, ...], Node]] = []
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sympy.exp) or base is sympy.E:
                above.append((self.factor_key(factor), self.node(factor)))
            elif exponent.is_Rational and exponent.is_negative:
                under = base**-exponent
                below.append((self.factor_key(under), self.node(under)))
            else:
                above.append((self.factor_key(factor), self.node(factor)))
        over = [node for _, node in sorted(above, key=lambda pair: pair[0])]
        under_nodes = [node for _, node in sorted(below, key=lambda pair: pair[0])]
        number = self.rational(coefficient)
        if isinstance(number, ast.Div):
            if not (isinstance(number.numerator, ast.Number) and number.numerator.text == "1" and over):
                over.insert(0, number.numerator)
            under_nodes.insert(0, number.denominator)
        elif coefficient != 1:
            over.insert(0, number)
        numerator = ast.mul(*over)
        return ast.Div(numerator, ast.mul(*under_nodes)) if under_nodes else numerator

    def factor_key(self, factor: Expr) -> tuple[object, ...]:
        base = factor.as_base_exp()[0]
        ranks = sorted(self.rank.get(symbol, 0) for symbol in factor.free_symbols)
        if not ranks:
            kind = 0
        elif base.is_Symbol:
            kind = 1
        elif base.is_Add:
            kind = 2
        elif isinstance(factor, sympy.exp) or base is sympy.E:
            kind = 3
        else:
            kind = 4
        function = {"sin": 0, "cos": 1}.get(type(base).__name__, 2)
        return (kind, ranks, function, sympy.default_sort_key(factor))

    # Powers and functions

    def power(self, expression: Expr) -> Node:
        base, exponent = expression.as_base_exp()
        if expression.base is sympy.E:
            return ast.Pow(ast.Constant("e"), self.node(expression.exp))
        base, exponent = expression.base, expression.exp
        if exponent.is_Rational and exponent.is_negative:
            return ast.Div(ast.Number("1"), self.node(base**-exponent))
        if exponent == sympy.S.Half:
            return ast.Call("sqrt", (self.node(base),))
        return ast.Pow(self.node(base), self.node(exponent))

    def function(self, expression: Expr) -> Node:
        kind = type(expression)
        args = expression.args
        if kind is calculus.Piece:
            return self.cases(args)
        if kind in (calculus.mean, calculus.rows_sum):
            return ast.Aggregate("mean" if kind is calculus.mean else "sum", self.node(args[0]))
        name = NAMES.get(kind)
        if name is None:
            raise TypeError(f"no name for {kind.__name__}")
        if name == "ln":
            name = self.logarithm
        return ast.Call(name, tuple(self.node(argument) for argument in args))

    def cases(self, args: Sequence[Expr]) -> Node:
        branches = tuple(
            ast.Branch(self.node(value), self.condition(condition))
            for value, condition in zip(args[:-1:2], args[1::2], strict=True)
        )
        last = args[-1]
        return ast.Cases(branches, None if isinstance(last, calculus.Undefined) else self.node(last))

    def condition(self, expression: Expr) -> Node:
        parts = expression.args
        if isinstance(expression, calculus.Not):
            return ast.Logic("not", (self.condition(parts[0]),))
        if isinstance(expression, calculus.AllOf | calculus.AnyOf):
            op = "and" if isinstance(expression, calculus.AllOf) else "or"
            return ast.Logic(op, tuple(map(self.condition, parts)))  # type: ignore[arg-type]
        left, right = map(self.node, parts)
        # written from the variable's side: x > 0 rather than 0 < x
        if (
            not parts[0].free_symbols
            and parts[1].free_symbols
            and isinstance(expression, calculus.Less | calculus.LessEqual)
        ):
            return ast.Compare((right, left), (">" if isinstance(expression, calculus.Less) else ">=",))
        for sign, made in COMPARISONS.items():
            if type(expression) is made:
                return ast.Compare((left, right), (sign,))  # type: ignore[arg-type]
        raise TypeError(type(expression).__name__)


def _negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _decimal(over: int, under: int) -> str | None:
    """The exact decimal of a fraction, if it is short."""
    twos = fives = 0
    rest = under
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives)
    if rest != 1 or places > MAX_DIGITS_SHOWN:
        return None
    digits = str(over * 10**places // under)
    if len(digits) > MAX_DIGITS_SHOWN + 4:
        return None
    digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
