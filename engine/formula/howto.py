"""How a partial derivative comes about: line by line, one named rule a line, held variables greyed.

The lines are made from the tree alone, by the rules that `engine.formula.differentiate` computes with.
Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from engine.base.i18n import Message, message
from engine.formula import ast
from engine.formula.algebra import ONE, ZERO, exact, in_order, minus, over, plus, power, times
from engine.formula.ast import Node
from engine.formula.differentiate import ARGUMENTS, Differentiator, rule, substitute, with_defaults
from engine.formula.functions import function_named
from engine.formula.names import name_latex, name_text, split_index
from engine.formula.parser import Formula, parse
from engine.formula.typeset import to_latex, to_text

HELD_COLOUR: Final = "#8b919b"
MAX_LINES: Final = 24
# Nodes of the tree: of a line that can still be read, and of all lines together.
MAX_NODES: Final = 150
MAX_IN_ALL: Final = 800
MAX_SHOWN: Final = 1000  # characters of the formula language
_PENDING: Final = "⟨"


class Step(Struct, frozen=True):
    """One line of a derivation.

    Attributes:
        rule: what was done to come here from the line before.
        latex: the whole line; every line equals the partial derivative.
        line: the line as a tree, with names for what is still to be differentiated.
        finish: fills those places.
    """

    rule: Message
    latex: str
    line: Node
    finish: Callable[[Node], Node]

    @property
    def tree(self) -> Node:
        """The line as a tree, what is still to be differentiated replaced by its derivative."""
        return self.finish(self.line)


def explain(
    formula: Formula, variable: str, shown: str | None = None, *, held_colour: str = HELD_COLOUR
) -> tuple[Step, ...]:
    """The derivation of ∂formula/∂variable, rule by rule. Lines too long to be read are left out, and said.

    Args:
        shown: the partial derivative as the app shows it, in the formula language: the last line.
        held_colour: "#rrggbb" of the variables that are held constant.

    Raises:
        FormulaError: `shown` is no formula.
    """
    maker = _Derivation(formula, variable, held_colour)
    maker.run()
    if shown is not None and len(shown) <= MAX_SHOWN:
        words = [name for name in formula.variables if function_named(name) is None]  # gamma, gamma(x)
        last = ast.without_spans(parse(shown, data=formula.columns, declared=words).ast)
        if maker.fits(last) and (maker.cut or to_latex(last) != to_latex(maker.tree)):
            maker.add(message("Simplify"), last)
    return tuple(maker.steps)


class _Derivation:
    """The lines so far. What is still to be differentiated is a Variable ⟨k; `inner` has what it holds."""

    def __init__(self, formula: Formula, variable: str, held_colour: str) -> None:
        self.variable = variable
        self.held_colour = held_colour
        self.sign = "d" if len(formula.variables) < 2 else r"\partial"
        self.name = formula.name or "f"
        self.differentiate = Differentiator(variable)
        self.inner: dict[str, Node] = {}
        self.constants: dict[int, tuple[Node, bool]] = {}
        self.steps: list[Step] = []
        self.nodes = 0
        self.cut = False
        self.tree = self.pend(ast.without_spans(formula.expanded))

    def run(self) -> None:
        """Apply rules until nothing is left, or the lines are too many or too long to read."""
        if not self.fits(self.tree):
            self.leave_out()
            return
        self.add(message("To be found"), self.tree)
        while len(self.steps) < MAX_LINES and self.nodes < MAX_IN_ALL:
            pending = [
                n.name for n in ast.walk(self.tree) if isinstance(n, ast.Variable) and n.name in self.inner
            ]
            if not pending:
                return
            label, first = self.apply(self.inner[pending[0]])
            results = {pending[0]: first}
            for name in pending[1:]:
                other, result = self.apply(self.inner[name])
                if other == label:
                    results[name] = result
            following = self.replaced(self.tree, results)
            if not self.fits(following):
                break
            self.add(label, self.in_order(following))
        last = self.finished(self.tree)
        if self.fits(last):
            self.add(message("The same rules, to the end"), self.in_order(last))
        else:
            self.leave_out()

    def size(self, tree: Node) -> int:
        """How many nodes a line has, with what is pending in it; at most one more than may be."""
        parts = (
            part
            for node in ast.walk(tree)
            for part in ([node, *self.inside(node)] if isinstance(node, ast.Variable) else (node,))
        )
        return sum(1 for _ in itertools.islice(parts, MAX_NODES + 1))

    def inside(self, place: ast.Variable) -> Iterator[Node]:
        """What is pending at a place."""
        node = self.inner.get(place.name)
        return iter(()) if node is None else ast.walk(node)

    def fits(self, tree: Node) -> bool:
        """Whether a line is short enough to be read."""
        return self.size(tree) <= MAX_NODES

    def leave_out(self) -> None:
        """Say that lines are missing here."""
        self.cut = True
        self.put(message("The lines from here on are too long to be read"), self.tree, r"\cdots")

    def in_order(self, tree: Node) -> Node:
        """`tree` with its factors as they are written; those with pending places keep their order."""
        return in_order(tree, lambda part: isinstance(part, ast.Variable) and part.name in self.inner)

    def add(self, label: Message, tree: Node) -> None:
        """One more line."""
        self.nodes += self.size(tree)
        self.put(label, tree, to_latex(tree, None, self.look))

    def put(self, label: Message, tree: Node, latex: str) -> None:
        """One more line that reads `latex`."""
        self.tree = tree
        left = rf"\frac{{{self.sign} {name_latex(self.name)}}}{{{self.sign} {name_latex(self.variable)}}}"
        lead = f"{left} = " if not self.steps else "= "
        self.steps.append(Step(label, lead + latex, tree, self.finished))

    def look(self, name: str) -> str:
        """How a name is typeset: held variables grey, what is pending as ∂/∂x (…)."""
        if name in self.inner:
            inside = to_latex(self.inner[name], None, self.look)
            operator = rf"\frac{{{self.sign}}}{{{self.sign} {name_latex(self.variable)}}}"
            return rf"{operator}\left({inside}\right)"
        latex = name_latex(name)
        if name == self.variable:
            return latex
        letter, index = split_index(latex)
        held = rf"{{\color{{{self.held_colour}}}{letter}}}"
        return held + (rf"_{{\color{{{self.held_colour}}}{index}}}" if index else "")

    def pend(self, node: Node) -> Node:
        """The derivative of `node`, yet to be found; 1 at once for the variable itself."""
        if node == ast.Variable(self.variable):
            return ONE
        name = f"{_PENDING}{len(self.inner)}"
        self.inner[name] = node
        return ast.Variable(name)

    def finished(self, tree: Node) -> Node:
        """`tree` with nothing pending."""
        names = {part.name for part in ast.walk(tree) if isinstance(part, ast.Variable)}
        found = {name: self.differentiate(self.inner[name]) for name in names & self.inner.keys()}
        return self.replaced(tree, found)

    def replaced(self, tree: Node, results: dict[str, Node]) -> Node:
        """`tree` with pending places filled, and 0 and 1 cleared away around them."""
        touched: dict[int, bool] = {}

        def holds_place(part: Node) -> bool:
            if isinstance(part, ast.Variable):
                return part.name in results
            found = touched.get(id(part))
            if found is None:
                found = touched[id(part)] = any(map(holds_place, ast.children(part)))
            return found

        def filled(part: Node) -> Node:
            if not holds_place(part):
                return part
            match part:
                case ast.Variable(name=name):
                    return results[name]
                case ast.Add(terms=terms):
                    settled = [filled(term) for term in terms]
                    if exact(terms[0]) is not None:  # 1 − x − y + …: the number stays in front
                        settled = [ast.Add((settled[0], *settled[1:]))]
                    return plus(*settled)
                case ast.Mul(factors=factors):
                    return times(*map(filled, factors))
                case ast.Neg(operand=inner):
                    return minus(filled(inner))
                case ast.Div(numerator=above, denominator=below):
                    return over(filled(above), filled(below))
                case ast.Aggregate(body=body) as aggregate:
                    inside = filled(body)
                    flat = inside == ZERO and aggregate.kind != "logsumexp"
                    return ZERO if flat else msgspec.structs.replace(aggregate, body=inside)
                case _:
                    return ast.rebuild(part, filled)

        return filled(tree)

    def constant(self, node: Node) -> bool:
        known = self.constants.get(id(node))
        if known is None:
            found = node != ast.Variable(self.variable) and all(map(self.constant, ast.children(node)))
            known = self.constants[id(node)] = (node, found)  # the node is kept, so that its id stays its own
        return known[1]

    # Rules

    def apply(self, node: Node) -> tuple[Message, Node]:
        """The rule for the derivative of `node`, and what it gives."""
        if self.constant(node):
            return message("Constant: what does not contain {variable} is held fixed, its derivative is 0",
                           variable=name_text(self.variable)), ZERO  # fmt: skip
        match node:
            case ast.Add(terms=terms):
                return message("Sum rule: term by term"), plus(*map(self.signed, terms))
            case ast.Neg(operand=inner):
                return self.fixed_factor(), minus(self.pend(inner))
            case ast.Mul(factors=factors):
                return self.product(factors)
            case ast.Div(numerator=above, denominator=below):
                return self.quotient(above, below)
            case ast.Pow(base=base, exponent=exponent):
                return self.power(node, base, exponent)
            case ast.Call():
                return self.call(node)
            case ast.Cases(branches=branches, otherwise=otherwise):
                rows = tuple(ast.Branch(self.pend(row.value), row.condition) for row in branches)
                last = None if otherwise is None else self.pend(otherwise)
                return message("Piece by piece: each branch by itself"), ast.Cases(rows, last)
            case ast.Aggregate(kind=("mean" | "sum") as kind, body=body):
                label = message("Sum rule over the rows of the data: differentiate inside")
                return label, ast.Aggregate(kind, self.pend(body))
            case ast.Aggregate():
                return message("Over the rows: each counts by its share"), self.differentiate(node)
            case _:
                return message("Simplify"), self.differentiate(node)

    def signed(self, term: Node) -> Node:
        return minus(self.pend(term.operand)) if isinstance(term, ast.Neg) else self.pend(term)

    def fixed_factor(self) -> Message:
        return message(
            "Constant factor: what does not contain {variable} stays in front",
            variable=name_text(self.variable),
        )

    def product(self, factors: tuple[Node, ...]) -> tuple[Message, Node]:
        fixed = [factor for factor in factors if self.constant(factor)]
        moving = [factor for factor in factors if not self.constant(factor)]
        if fixed:
            label = self.fixed_factor()
            return label, times(*fixed, self.pend(ast.mul(*moving)))
        head, rest = moving[0], ast.mul(*moving[1:])
        label = message("Product rule: (u v)′ = u′ v + u v′")
        return label, plus(times(self.pend(head), rest), times(head, self.pend(rest)))

    def quotient(self, above: Node, below: Node) -> tuple[Message, Node]:
        if self.constant(below):
            label = self.fixed_factor()
            return label, over(self.pend(above), below)
        square = power(below, ast.Number("2"))
        if self.constant(above):
            label = message("Reciprocal rule: (c/v)′ = −c v′/v²")
            return label, minus(over(times(above, self.pend(below)), square))
        label = message("Quotient rule: (u/v)′ = (u′ v − u v′)/v²")
        top = plus(times(self.pend(above), below), minus(times(above, self.pend(below))))
        return label, over(top, square)

    def power(self, node: Node, base: Node, exponent: Node) -> tuple[Message, Node]:
        if self.constant(exponent):
            less = plus(exponent, ast.Neg(ONE))
            by_power = times(exponent, power(base, less))
            if base == ast.Variable(self.variable):
                return message("Power rule: (xⁿ)′ = n xⁿ⁻¹"), by_power
            label = message("Power and chain rule: (uⁿ)′ = n uⁿ⁻¹ u′")
            return label, times(by_power, self.pend(base))
        if base == ast.Constant("e"):
            label = message("Exponential and chain rule: (eᵘ)′ = eᵘ u′")
            return label, times(node, self.pend(exponent))
        logarithm = ast.Call("ln", (base,))
        if self.constant(base):
            label = message("Exponential and chain rule: (aᵘ)′ = aᵘ ln a u′")
            return label, times(node, logarithm, self.pend(exponent))
        label = message("Power with variable exponent: (uᵛ)′ = uᵛ (v ln u)′")
        return label, times(node, self.pend(ast.Mul((exponent, logarithm))))

    def call(self, node: ast.Call) -> tuple[Message, Node]:
        alone = {"log": "ln", "norm": "abs"} if len(node.args) == 1 else {}
        name = alone.get(node.function, node.function)
        if name in ("max", "min"):
            slope = self.differentiate(node)
            return message("Piece by piece: where each argument wins, its own derivative counts"), slope
        if name == "norm":
            squares = ast.Add(tuple(ast.Pow(part, ast.Number("2")) for part in node.args))
            label = message("Chain rule: {function} has the derivative {derivative}", function="√u",
                            derivative="1/(2√u)")  # fmt: skip
            return label, over(self.pend(squares), times(ast.Number("2"), node))
        if name == "dot":
            half = len(node.args) // 2
            pairs = zip(node.args[:half], node.args[half:], strict=True)
            return message("Sum rule: term by term"), plus(*(self.pend(ast.Mul(pair)) for pair in pairs))
        if name == "logsumexp":
            shares = (
                (ast.Pow(ast.Constant("e"), ast.Add((part, ast.Neg(node)))), part) for part in node.args
            )
            label = message("Chain rule, argument by argument")
            return label, plus(*(times(share, self.pend(part)) for share, part in shares))
        args = with_defaults(node)
        values = dict(zip(ARGUMENTS, args, strict=False))
        moving = [position for position, argument in enumerate(args) if not self.constant(argument)]
        outer = [substitute(rule(name, position), values) for position in moving]
        result = plus(*(times(o, self.pend(args[k])) for o, k in zip(outer, moving, strict=True)))
        if len(args) > 1:
            return message("Chain rule, argument by argument"), result
        letter = {"x": ast.Variable("u")}
        shown = ast.Call(name, (ast.Variable("u"),))
        outside = to_text(substitute(rule(name, 0), letter))
        label = message(
            "Chain rule: {function} has the derivative {derivative}",
            function=to_text(shown),
            derivative=outside,
        )
        if result == ZERO and exact(outer[0]) == 0:
            label = message("Constant in pieces: {function} has the derivative 0", function=to_text(shown))
        return label, result
