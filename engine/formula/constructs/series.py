"""Sums and products in brackets: sum(i=1..3, x_i), Sum[x, {i, 1, 3}], sum(x for i in range(3)), sum(a, b).

Any thread; stdlib and msgspec only.
"""

from typing import TypeAlias

from msgspec import Struct

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Node
from engine.formula.constructs import rows
from engine.formula.constructs.arguments import arguments
from engine.formula.constructs.operators import big_product, big_sum
from engine.formula.errors import FormulaError
from engine.formula.reader import Reader
from engine.formula.tokens import CLOSES, Token, parts

# From where to where tokens stand.
Place: TypeAlias = tuple[int, int]


def summed(reader: Reader) -> Node:
    """sum(i=1..3, x_i), ∑ as a word, sum(…) over rows, sum(a, b)."""
    if reader.peek().kind not in CLOSES:
        return big_sum(reader)
    return _bracketed(reader, "sum") or rows.total(reader)


def multiplied(reader: Reader) -> Node:
    """product(i=1..3, x_i), ∏ as a word, product(a, b)."""
    if reader.peek().kind not in CLOSES:
        return big_product(reader)
    found = _bracketed(reader, "product")
    if found is not None:
        return found
    reader.position += 1
    return ast.mul(*arguments(reader, True))


def squares(reader: Reader) -> Node:
    """R's sumsq(a, b): the sum of the squares."""
    reader.position += 1
    args = arguments(reader, True)
    return ast.add(*(ast.Pow(part, ast.Number("2", part.span), part.span) for part in args))


def _bracketed(reader: Reader, kind: ast.SeriesKind) -> Node | None:
    """The sum that begins with the word here, if its brackets hold an index with its bounds."""
    inside, close = parts(reader.tokens, reader.position + 1)
    found = _Brackets(reader, kind, reader.token, inside, close)
    node = found.with_equals() or found.iterated() or found.with_commas() or found.generator()
    if node is not None:
        reader.position = close + 1
    return node


class _Brackets(Struct, frozen=True):
    """What a sum or product has in its brackets: each way to write the index gives its node, or None.

    Attributes:
        inside: where each argument stands. close: where the brackets close.
    """

    reader: Reader
    kind: ast.SeriesKind
    head: Token
    inside: list[Place]
    close: int

    def with_equals(self) -> Node | None:
        """i=1..3, body; or the body first."""
        if len(self.inside) != 2:
            return None
        tokens = self.reader.tokens
        for which, (start, stop) in enumerate(self.inside):
            if not self.is_letter(start) or tokens[start + 1].kind != "=":
                continue
            dots = (
                at
                for at in range(start + 2, stop)
                if tokens[at].kind in ("..", "...", ":", "->") or tokens[at].text == "to"
            )
            dot = next(dots, None)
            if dot is None:
                raise complaints.no_bounds((tokens[start].start, tokens[stop].start))
            return self.series(tokens[start].text, (start + 2, dot), (dot + 1, stop), self.inside[1 - which])
        return None

    def iterated(self) -> Node | None:
        """(i, 1, 3), {i, 1, 3}, [i, 1, 3] or {i, 3} after the body; several for one within the other."""
        tokens = self.reader.tokens
        found: list[tuple[str, Place | None, Place]] = []
        for start, stop in self.inside[1:]:
            if tokens[start].kind not in CLOSES:
                return None
            bounds, close = parts(tokens, start)
            short = len(bounds) == 2 and tokens[start].kind == "{"
            if close != stop - 1 or not self.is_letter(start + 1) or bounds[0][1] != start + 2:
                return None
            if len(bounds) != 3 and not short:
                return None
            found.append((tokens[start + 1].text, None if short else bounds[1], bounds[-1]))
        return self.within(found) if found else None

    def within(self, rest: list[tuple[str, Place | None, Place]]) -> Node:
        """The sums over the indices of `rest`, the first outermost."""
        reader = self.reader
        index, lo, hi = rest[0]
        low = ast.Number("1", self.head.span) if lo is None else reader.nested(*lo, reader.expression)
        high = reader.nested(*hi, reader.expression)
        reader.scope.indices.append(index)
        body = self.within(rest[1:]) if rest[1:] else reader.nested(*self.inside[0], reader.expression)
        reader.scope.indices.pop()
        return ast.Series(self.kind, index, low, high, body, self.span)

    def with_commas(self) -> Node | None:
        """i, 1, 3, body; or body, i, 1, 3."""
        if len(self.inside) != 4:
            return None
        for index, lo, hi, body in (self.inside, (*self.inside[1:], self.inside[0])):
            if index[1] == index[0] + 1 and self.is_letter(index[0]):
                return self.series(self.reader.tokens[index[0]].text, lo, hi, body)
        return None

    def generator(self) -> Node | None:
        """Python's body for i in range(lo, hi), hi not included; Julia's body for i in lo:hi."""
        tokens = self.reader.tokens
        begin, end = self.inside[0][0], self.inside[-1][1]
        loops = [at for at in range(begin, end) if tokens[at].kind == "word" and tokens[at].text == "for"]
        if len(loops) != 1:
            return None
        at = loops[0]
        if tokens[begin].kind == "[" and tokens[end - 1].kind == "]":
            begin, end = begin + 1, end - 1
        index, is_in = tokens[at + 1].text, tokens[at + 2].text == "in"
        colons = [k for k in range(at + 3, end) if tokens[k].kind == ":"]
        if is_in and len(colons) == 1:
            return self.series(index, (at + 3, colons[0]), (colons[0] + 1, end), (begin, at))
        if not is_in or tokens[at + 3].text != "range" or tokens[at + 4].kind != "(":
            raise self.no_loop(tokens[at].span)
        limits, _ = parts(tokens, at + 4)
        if len(limits) > 2:
            raise self.no_loop((tokens[at].start, tokens[limits[-1][1]].end))
        lo = limits[0] if len(limits) == 2 else None
        return self.series(index, lo, limits[-1], (begin, at), included=False)

    def series(self, index: str, lo: Place | None, hi: Place, body: Place, included: bool = True) -> Node:
        """The sum over `index` from `lo`, 0 if None, to `hi`, which it may not include."""
        reader = self.reader
        low = ast.Number("0", self.head.span) if lo is None else reader.nested(*lo, reader.expression)
        high = reader.nested(*hi, reader.expression)
        if not included:
            high = _one_less(high)
        reader.scope.indices.append(index)
        inner = reader.nested(*body, reader.expression)
        reader.scope.indices.pop()
        return ast.Series(self.kind, index, low, high, inner, self.span)

    @property
    def span(self) -> ast.Span:
        return (self.head.start, self.reader.tokens[self.close].end)

    def is_letter(self, position: int) -> bool:
        token = self.reader.tokens[position]
        return token.kind == "word" and len(token.text) == 1

    def no_loop(self, span: ast.Span) -> FormulaError:
        return FormulaError(
            message("This loop is not understood"),
            span,
            message("Write for example {example}", example="sum(i=1..3, x_i^2)"),
        )


def _one_less(node: Node) -> Node:
    if isinstance(node, ast.Number) and node.text.isdigit():
        return ast.Number(str(int(node.text) - 1), node.span)
    return ast.Add((node, ast.Neg(ast.Number("1", node.span), node.span)), node.span)
