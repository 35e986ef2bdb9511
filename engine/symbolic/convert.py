"""Ast ↔ sympy, as far as short forms need it: sums, products and powers; all else is a letter to sympy.

sin(x y), e^(−x²), and, if asked, brackets that are to stay as they were written, become symbols that stand
for their trees. So sympy only does algebra, which is fast. Numbers stay exact. Runs in the child process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec
import sympy
from sympy import Expr

from engine.formula import ast
from engine.formula.algebra import collected, decimal_text, exact, minus, whole_text
from engine.formula.ast import Node
from engine.formula.differentiate import outer_derivatives

_DECIMALS_SHOWN = 12


class Letters:
    """The symbols of one formula: its variables and columns, and the trees that became letters.

    Args:
        order: the variables in the formula's order, then the columns.
        written: the formula itself; its brackets may stay as they are.
    """

    def __init__(self, order: Sequence[str], columns: Sequence[str], written: Node) -> None:
        self.brackets: set[Node] = set()
        self.keep_brackets(written)
        self.columns = frozenset(columns)
        names = [*order, *columns]
        self.symbols = {name: sympy.Symbol(f"v{k}", real=True) for k, name in enumerate(names)}
        self.names = {symbol: name for name, symbol in self.symbols.items()}
        self.rank = {name: k for k, name in enumerate(names)}
        self.trees: dict[Expr, Node] = {}
        self._letters: dict[Node, Expr] = {}
        self.places: dict[Expr, int] = {}
        self._ranks: dict[Expr, tuple[int, ...]] = {}

    def keep_brackets(self, tree: Node) -> None:
        """Let what stands in `tree`, and in the derivatives of its functions by the table, stay as it is."""
        for part in ast.walk(tree):
            if isinstance(part, ast.Add | ast.Mul | ast.Div):
                self.brackets.add(part)
            elif isinstance(part, ast.Call):
                for outer in outer_derivatives(part):
                    self.brackets.update(inner for inner in ast.walk(outer) if isinstance(inner, ast.Add))

    def letter(self, node: Node) -> Expr:
        """The symbol that stands for `node`; the same for equal trees."""
        symbol = self._letters.get(node)
        if symbol is None:
            positive = isinstance(node, ast.Pow) and node.base == ast.Constant("e")
            name = f"t{len(self.trees)}"
            symbol = sympy.Symbol(name, positive=True) if positive else sympy.Symbol(name, real=True)
            self._letters[node] = symbol
            self.places[symbol] = len(self.trees)
            self.trees[symbol] = node
        return symbol

    def ranks(self, symbol: Expr) -> tuple[int, ...]:
        """Which variables a symbol depends on, by their place in the order."""
        found = self._ranks.get(symbol)
        if found is None:
            if symbol in self.names:
                found = (self.rank[self.names[symbol]],)
            else:
                parts = ast.walk(self.trees[symbol])
                used = {self.rank[p.name] for p in parts if isinstance(p, ast.Variable | ast.Column)}
                found = tuple(sorted(used))
            self._ranks[symbol] = found
        return found


def to_sympy(node: Node, letters: Letters, keep: bool, inner: Callable[[Node], Node]) -> Expr:
    """The expression of a tree without spans.

    Args:
        keep: the formula's own brackets in a product, a power, a fraction or below a root stay as written.
        inner: makes a short form of what is inside a piecewise function or a mean.
    """

    def kept(part: Node) -> Expr:
        whole = keep and isinstance(part, ast.Add) and part in letters.brackets
        return letters.letter(part) if whole else go(part)

    def go(part: Node) -> Expr:
        match part:
            case ast.Number(text=text):
                return sympy.Rational(Fraction(text))
            case ast.Constant(name="pi"):
                return sympy.pi
            case ast.Variable(name=name) | ast.Column(name=name):
                return letters.symbols[name]
            case ast.Add(terms=terms):
                return sympy.Add(*map(go, terms))
            case ast.Neg(operand=operand):
                return -kept(operand)
            case ast.Mul(factors=factors):
                return sympy.Mul(*map(kept, factors))
            case ast.Div(numerator=over, denominator=under):
                below = kept(under)
                return letters.letter(part) if below == 0 else kept(over) / below
            case ast.Pow(base=ast.Call(function="abs", args=(inside,)), exponent=ast.Number("2")):
                return kept(inside) ** 2
            case ast.Pow(base=base, exponent=exponent) if exact(exponent) is not None:
                return _power(part, kept(base), exact(exponent) or Fraction(0))
            case ast.Call(function="sqrt", args=(argument,)):
                return _power(part, _radicand(argument), Fraction(1, 2))
            case ast.Call(function="exp", args=(argument,)):
                return letters.letter(ast.Pow(ast.Constant("e"), argument))
            case ast.Cases(branches=branches, otherwise=otherwise):
                rows = tuple(ast.Branch(inner(row.value), row.condition) for row in branches)
                return letters.letter(ast.Cases(rows, None if otherwise is None else inner(otherwise)))
            case ast.Series():
                return _series(part, inner(part.body))
            case ast.Aggregate(kind=kind, body=body):
                return letters.letter(ast.Aggregate(kind, inner(body)))
            case _:
                return letters.letter(part)

    def _series(part: ast.Series, body: Node) -> Expr:
        """Σ with a number in front of all its terms, or a sign, in front of it."""
        if isinstance(body, ast.Neg):
            return -_series(part, body.operand)
        if isinstance(body, ast.Mul) and isinstance(body.factors[0], ast.Number):
            rest = ast.mul(*body.factors[1:])
            return go(body.factors[0]) * letters.letter(msgspec.structs.replace(part, body=rest))
        return letters.letter(msgspec.structs.replace(part, body=body))

    def _radicand(part: Node) -> Expr:
        return letters.letter(part) if keep and part in letters.brackets else go(part)

    def _power(part: Node, base: Expr, exponent: Fraction) -> Expr:
        if base == 0 and exponent < 0:
            return letters.letter(part)
        if base.is_Rational and (abs(exponent) > 60 or base < 0):
            return letters.letter(part)
        power = base ** sympy.Rational(exponent)
        return letters.letter(part) if power.has(sympy.I) else power  # √(−x²) has no value but 0

    return go(node)


class Reader:
    """sympy → Ast as a teacher would order and write it.

    Args:
        decimals: write 0.2 rather than 1/5 where that is exact.
    """

    def __init__(self, letters: Letters, decimals: bool = False) -> None:
        self.letters = letters
        self.decimals = decimals

    def node(self, expression: Expr) -> Node:
        if expression.is_Symbol:
            tree = self.letters.trees.get(expression)
            if tree is not None:
                return tree
            name = self.letters.names[expression]
            return ast.Column(name) if name in self.letters.columns else ast.Variable(name)
        if expression.is_Rational:
            return self.rational(expression)
        if expression is sympy.pi:
            return ast.Constant("pi")
        if expression.is_Add:
            return self.sum_of(expression)
        if expression.is_Mul:
            return self.product(expression)
        if expression.is_Pow:
            return self.power(expression)
        if isinstance(expression, sympy.Abs):  # of √(x²)
            return ast.Call("abs", (self.node(expression.args[0]),))
        raise TypeError(type(expression).__name__)

    # Numbers

    def rational(self, value: Expr) -> Node:
        if value < 0:
            return ast.Neg(self.rational(-value))
        over, under = int(value.p), int(value.q)
        if under == 1:
            return ast.Number(whole_text(over))
        if self.decimals:
            text = decimal_text(Fraction(over, under))
            if text is not None and len(text) <= _DECIMALS_SHOWN:
                return ast.Number(text)
        return ast.Div(ast.Number(whole_text(over)), ast.Number(whole_text(under)))

    # Sums

    def sum_of(self, expression: Expr) -> Node:
        terms = sorted(expression.args, key=self.term_key)
        parts: list[Node] = []
        for term in terms:
            node = self.node(term)
            if isinstance(node, ast.Add):
                parts.extend(node.terms)
            elif isinstance(node, ast.Neg) and isinstance(node.operand, ast.Add):
                parts.extend(minus(part) for part in node.operand.terms)
            else:
                parts.append(node)
        few = collected(parts)
        parts = few if len(few) > 1 else parts  # what cancels out is found in another form
        positive = next((k for k, part in enumerate(parts) if not isinstance(part, ast.Neg)), 0)
        parts.insert(0, parts.pop(positive))  # 8 − 3x − 2y
        return ast.Add(tuple(parts))

    def term_key(self, term: Expr) -> tuple[object, ...]:
        """Polynomial terms by falling degree, then by the variables' order; then others as they come in the
        formula; numbers last.
        """
        rest = term.as_coeff_Mul()[1]
        degrees = [0] * len(self.letters.rank)
        plain = True
        for base, exponent in rest.as_powers_dict().items():
            for symbol in base.free_symbols:
                whole = exponent.is_Integer and exponent > 0
                tree = self.letters.trees.get(symbol)
                plain = plain and bool(whole) and (tree is None or _is_polynomial(tree))
                for place in self.letters.ranks(symbol):
                    degrees[place] += int(exponent) if whole else 0
        if not rest.free_symbols:
            return (2, 0, (), str(rest))
        total = sum(degrees)
        places = self.letters.places
        written = sorted(places[symbol] for symbol in rest.free_symbols if symbol in places)
        order = tuple(-d for d in degrees) if plain else ()
        return (0 if plain else 1, -total if plain else 0, order, tuple(written), rest.sort_key())

    # Products

    def product(self, expression: Expr) -> Node:
        coefficient, rest = self._settled(*expression.as_coeff_Mul())
        if coefficient.is_negative:
            turned = self._turned(rest)
            if turned is None:
                return ast.Neg(self._fraction(-coefficient, rest))
            return self._fraction(-coefficient, turned)
        return self._fraction(coefficient, rest)

    def _fraction(self, coefficient: Expr, rest: Expr) -> Node:
        """coefficient·rest, what has a negative exponent below the line."""
        above: list[tuple[tuple[object, ...], Node]] = []
        below: list[tuple[tuple[object, ...], Node]] = []
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            under = exponent.is_Rational and exponent.is_negative
            shown = base**-exponent if under else factor
            (below if under else above).append((self.factor_key(shown), self.node(shown)))
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

    def _settled(self, coefficient: Expr, rest: Expr) -> tuple[Expr, Expr]:
        """The product coefficient·rest with signs as they are read: x + 3y for −x − 3y, 1 − p as written."""
        factors: list[Expr] = []
        for factor in sympy.Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            odd = base.is_Add and exponent.is_Integer and exponent % 2 == 1
            if odd and (all(map(_negative, base.args)) or self._written_turned(base)):
                coefficient = -coefficient
                factor = sympy.Add(*(-term for term in base.args)) ** exponent
            factors.append(factor)
        return coefficient, sympy.Mul(*factors, evaluate=False)

    def _written_turned(self, bracket: Expr) -> bool:
        """Whether −(a − b) stands in the formula, and a − b does not."""
        if len(bracket.args) > 2:
            return False
        written = self.letters.brackets
        return self.node(-bracket) in written and self.node(bracket) not in written

    def _turned(self, rest: Expr) -> Expr | None:
        """−(a − b)·c as (b − a)·c, if there is such a bracket of sympy's own."""
        factors = list(sympy.Mul.make_args(rest))
        for position, factor in enumerate(factors):
            two = factor.is_Add and len(factor.args) == 2 and sum(map(_negative, factor.args)) == 1
            if two and self.node(factor) not in self.letters.brackets:
                factors[position] = sympy.Add(*(-term for term in factor.args))
                return sympy.Mul(*factors, evaluate=False) if len(factors) > 1 else factors[0]
        return None

    def factor_key(self, factor: Expr) -> tuple[object, ...]:
        """Numbers, variables, brackets, e^…, functions; each by the variables' order."""
        base = factor.as_base_exp()[0]
        ranks = tuple(
            sorted({place for symbol in factor.free_symbols for place in self.letters.ranks(symbol)})
        )
        kind, name = 0.0, ""
        tree = self.letters.trees.get(base)
        if tree is not None:
            kind, name = _kind(tree)
            if isinstance(tree, ast.Pow) and isinstance(tree.base, ast.Variable):
                ranks = (self.letters.rank[tree.base.name],)
        elif base.is_Add:
            trees = [self.letters.trees[s] for s in base.free_symbols if s in self.letters.trees]
            functions = not all(map(_is_polynomial, trees))
            kind = 5.0 if functions else 2.0
        elif base.free_symbols:
            kind = 1.0
        return (kind, ranks, name, factor.sort_key())

    # Powers

    def power(self, expression: Expr) -> Node:
        base, exponent = expression.base, expression.exp
        if exponent.is_Rational and exponent.is_negative:
            return ast.Div(ast.Number("1"), self.node(base**-exponent))
        if exponent == sympy.S.Half:
            return ast.Call("sqrt", (self.node(base),))
        return ast.Pow(self.node(base), self.node(exponent))


def _negative(term: Expr) -> bool:
    return bool(term.as_coeff_Mul()[0].is_negative)


def _is_polynomial(tree: Node) -> bool:
    def other(part: Node) -> bool:
        if isinstance(part, ast.Pow):
            return exact(part.exponent) is None
        return isinstance(part, ast.Call | ast.Cases | ast.Aggregate | ast.Series)

    return not any(map(other, ast.walk(tree)))


def _kind(tree: Node) -> tuple[float, str]:
    """Where a letter's tree stands in a product."""
    match tree:
        case ast.Index():
            return 0.5, ""
        case ast.Add():
            return (2.0 if _is_polynomial(tree) else 5.0), ""
        case ast.Pow(base=base):
            return 3.0, "" if base == ast.Constant("e") else "x"
        case ast.Constant():
            return 0.0, ""
        case ast.Call(function="ln", args=(ast.Number(),)):
            return 3.5, ""
        case ast.Call(function=name):
            first = {"factorial": "0", "gamma": "0", "sin": "1", "cos": "2"}
            return 4.0, first.get(name, name)
        case ast.Cases() | ast.Aggregate() | ast.Series():
            return 6.0, ""
        case _:
            return 2.0, ""
