"""The grammar: a precedence parser over the tokens of every notation, as LANGUAGE.md states it.

Any thread; stdlib and msgspec only.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final, Literal

import msgspec

from engine.base.i18n import Message, message
from engine.formula import ast, bars, calls, commands, complaints, pieces, postfix, series, spoken, words
from engine.formula.ast import Hole, Node, Span
from engine.formula.errors import MAX_DEPTH, FormulaError
from engine.formula.header import Header, read_header, read_index
from engine.formula.names import name_key
from engine.formula.scope import Scope
from engine.formula.tokens import Token

COMPARISONS: Final = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "!=": "!="}
_CLOSES: Final = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉"}
_STARTS: Final = frozenset(
    {"number", "word", "letter", "command", "(", "[", "{", "|", "‖", "⌊", "⌈", "√", "∛", "∜", "∑", "∏"}
)
_NOTHING: Final = frozenset(
    {"end", ")", "]", "}", "⌋", "⌉", ",", ";", ":", "*", "/", "^", "=", "<", ">", "&"}
)
_MAX_HOLES: Final = 60
_ENDING_WORDS: Final = frozenset(
    {"if", "else", "and", "or", "for", "to", "otherwise", "where", "when", "in", "mod", "then"}
)


class Parser:
    """One pass over the tokens of one formula.

    `expression` reads a value; `either` a value or a condition, which is Compare or Logic. In a partial pass
    whatever cannot be read becomes a Hole, at most _MAX_HOLES times.
    """

    def __init__(
        self,
        tokens: list[Token],
        data: Collection[str] = (),
        partial: bool = False,
        declared: Sequence[str] = (),
    ) -> None:
        tokens = spoken.without_frame(pieces.without_alignment(tokens))
        self.partial = partial
        self.holes = 0
        self.header: Header = read_header(tokens)
        self.scope = Scope((*self.header.variables, *declared), data)
        self.position = self.header.length
        self.tokens = spoken.in_signs(tokens, self.position, self.scope.declares, self.header.cell)
        self.level = 0
        self.bars = 0
        self.comparing = 0

    # Tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.position + ahead, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def at_word(self, *texts: str) -> bool:
        return self.token.kind == "word" and self.token.text in texts

    def fail(self, text: Message, span: Span, hint: Message | None = None) -> FormulaError:
        return FormulaError(text, span, hint)

    def unexpected(self) -> FormulaError:
        """What to say of the present token where it cannot stand."""
        return complaints.unexpected(self)

    def check_name(self, tree: Node) -> None:
        """Refuse x = x² + 1: a name for the whole that is used inside it.

        Raises:
            FormulaError: it is.
        """
        name = self.header.name
        if name is None or self.header.variables:
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Variable) and name_key(node.name) == name_key(name):
                raise self.fail(
                    message("{name} cannot stand in its own formula", name=name),
                    node.span,
                    message("An equation is not a function: write left − right"),
                )

    # Statement

    def statement(self) -> Node:
        node = self.either()
        if self.partial:
            return self._with_rest(node)
        while self.token.kind in (";", "newrow") or (self.token.kind == "." or self.token.kind == ","):
            if self.peek().kind != "end":
                break
            self.position += 1  # a full stop or comma at the end of a displayed formula
        if isinstance(node, ast.Compare | ast.Logic) and self._bracketed_whole(node):
            node = pieces.as_value(node)
        if isinstance(node, ast.Compare | ast.Logic):
            raise complaints.comparison(self, node)
        if self.token.kind != "end":
            raise self.unexpected()
        return node

    def _bracketed_whole(self, node: Node) -> bool:
        """Whether one pair of brackets holds the whole formula: (0 < x < 1), [x > 0]."""
        opening = self.header.length
        if self.tokens[opening].kind not in _CLOSES or self.token.kind != "end":
            return False
        return self.tokens[calls.split(self, opening)[1]].end == node.span[1]

    def _with_rest(self, node: Node) -> Node:
        """All of an unfinished formula: what stands after its end is put beside it, strays as Holes."""
        parts = [node]
        while self.token.kind != "end":
            stray = self.advance()
            parts.append(Hole(stray.text or stray.kind, stray.span))
            if self.token.kind not in _NOTHING:
                parts.append(self.either())
        return parts[0] if len(parts) == 1 else ast.Mul(tuple(parts), (parts[0].span[0], parts[-1].span[1]))

    # Conditions

    def expression(self) -> Node:
        """A value; a condition counts as 1 where it holds and 0 elsewhere."""
        return pieces.as_value(self.either())

    def condition(self) -> Node:
        start = self.token
        node = self.either()
        if not isinstance(node, ast.Compare | ast.Logic):
            raise self.fail(
                message("A condition is expected here"),
                (start.start, node.span[1]),
                message("Write for example {example}", example="x < 0"),
            )
        return node

    def either(self) -> Node:
        node = pieces.python_choice(self, self.deeper(self.disjunction))
        if self.token.kind == "command" and self.token.text in ("over", "choose"):
            sign = self.advance()
            above, below = pieces.as_value(node), pieces.as_value(self.deeper(self.either))
            span = (node.span[0], below.span[1])
            if sign.text == "choose":
                return ast.Call("binom", (above, below), span, sign.span)
            return ast.Div(above, below, span)
        return node

    def deeper(self, read: Callable[[], Node]) -> Node:
        """The result of `read`, one level further in.

        Raises:
            FormulaError: that is more than MAX_DEPTH levels.
        """
        if self.level >= MAX_DEPTH:
            raise self.fail(message("The formula is nested too deeply"), self.token.span)
        self.level += 1
        node = read()
        self.level -= 1
        return node

    def disjunction(self) -> Node:
        return self._joined("or", ("||", "|"), self.conjunction)

    def conjunction(self) -> Node:
        return self._joined("and", ("&&", "&"), self.comparison)

    def _joined(self, op: Literal["and", "or"], signs: tuple[str, ...], operand: Callable[[], Node]) -> Node:
        found = [operand()]
        while isinstance(found[-1], ast.Compare | ast.Logic) and (
            self.token.kind in signs or self.at_word(op)
        ):
            sign = self.advance()
            if sign.kind == "|" and self.token.kind == "|":
                self.position += 1
            following = operand()
            if not isinstance(following, ast.Compare | ast.Logic):
                raise self.fail(message("A condition is expected here"), following.span)
            found.append(following)
        if len(found) == 1:
            return found[0]
        return ast.Logic(op, tuple(found), (found[0].span[0], found[-1].span[1]))

    def comparison(self) -> Node:
        if self.at_word("not") or self.token.kind == "~":
            start = self.advance().start
            inner = self.deeper(self.comparison)
            if not isinstance(inner, ast.Compare | ast.Logic):
                raise self.fail(message("A condition is expected here"), inner.span)
            return ast.Logic("not", (inner,), (start, inner.span[1]))
        first = self.additive()
        operands, ops = [first], []
        while self.token.kind in COMPARISONS:
            ops.append(COMPARISONS[self.advance().kind])
            self.comparing += 1
            operands.append(self.additive())
            self.comparing -= 1
        if not ops:
            return first
        values = tuple(pieces.as_value(operand) for operand in operands)
        return ast.Compare(values, tuple(ops), (first.span[0], values[-1].span[1]))  # type: ignore[arg-type]

    # Arithmetic

    def additive(self) -> Node:
        """Terms joined by + and −. A sign in front takes in the whole first term: −x² is −(x²)."""
        start = self.token.start
        terms: list[Node] = []
        while True:
            sign = self.token
            if sign.kind in ("+", "-"):
                self.position += 1
                term = pieces.as_value(self.product()) if terms or sign.kind == "-" else self.product()
                terms.append(ast.Neg(term, (sign.start, term.span[1])) if sign.kind == "-" else term)
            elif not terms:
                terms.append(self.product())
            else:
                break
        if len(terms) == 1:
            return terms[0]
        return ast.Add(tuple(pieces.as_value(t) for t in terms), (start, terms[-1].span[1]))

    def additive_value(self) -> Node:
        """A value that ends before a comma, a condition or the word if."""
        return pieces.as_value(self.additive())

    def product(self) -> Node:
        """Factors joined by ·, / or nothing at all, from left to right: 1/2x is (1/2)·x."""
        node = self.factor()
        factors = [node]
        start = node.span[0]
        while True:
            token = self.token
            if token.kind == "*":
                self.position += 1
                factors.append(self.factor())
            elif token.kind in ("/", "//"):
                self.position += 1
                if complaints.derivative_follows(self, factors):
                    begin = factors[-1 if complaints.is_d(factors[-1], 1) else -2].span[0]
                    raise complaints.no_derivatives(self, (begin, self.token.end))
                over = self._product_of(factors, start)
                under = self.factor()
                self._note_division(under)
                node = ast.Div(pieces.as_value(over), pieces.as_value(under), (start, under.span[1]))
                if token.kind == "//" and isinstance(over, ast.Number) and isinstance(under, ast.Number):
                    self.scope.read_as(message("// between two numbers is read as a fraction"))  # Julia's
                elif token.kind == "//":
                    node = ast.Call("floor", (node,), node.span, token.span)
                factors = [node]
            elif (
                token.kind == "%"
                or (token.kind == "command" and token.text in ("bmod", "mod"))
                or (self.at_word("mod") and not self._mod_applied())
            ):
                self.position += 1
                over = self._product_of(factors, start)
                under = self.product() if token.kind == "command" else self.factor()
                factors = [ast.Call("mod", (over, under), (start, under.span[1]), token.span)]
            elif token.kind == "|" and isinstance(factors[-1], ast.Compare | ast.Logic):
                return self._product_of(factors, start)  # (x < 0) | (y < 0)
            elif self.starts_factor():
                if token.kind == "number" and self.tokens[self.position - 1].kind == "number":
                    raise complaints.two_numbers(self)
                factors.append(self.power())
            else:
                return self._product_of(factors, start)

    def _product_of(self, factors: list[Node], start: int) -> Node:
        if len(factors) == 1:
            return factors[0]
        return ast.Mul(tuple(pieces.as_value(f) for f in factors), (start, factors[-1].span[1]))

    def _note_division(self, under: Node) -> None:
        """1/2x and 1/xy: say that only the first factor went below."""
        if (
            self.starts_factor()
            and not self.token.spaced
            and self.tokens[self.position - 1].kind not in ")]}"
        ):
            self.scope.read_as(
                message(
                    "Read from left to right: only {part} is below the line; write brackets for more",
                    part=self.text_of(under.span),
                )
            )

    def text_of(self, span: Span) -> str:
        """The tokens of a span, as typed without white space."""
        return "".join(
            t.text or t.kind
            for t in self.tokens
            if span[0] <= t.start and t.end <= span[1] and t.kind != "end"
        )

    def can_begin(self, token: Token) -> bool:
        """Whether a factor may begin with `token`."""
        return token.kind in _STARTS

    def starts_factor(self) -> bool:
        """Whether the present token begins another factor of a product without a sign."""
        token = self.token
        if token.kind == "word" and token.text in _ENDING_WORDS:
            return self._mod_applied()
        if token.kind == "command" and token.text in ("end", "bmod", "mod", "over", "choose", ""):
            return False
        if token.kind in ("|", "‖"):
            opens = token.text == "" and self.bars == 0 and not (self.comparing and self._stands_apart())
            return token.text == "open" or opens
        return token.kind in _STARTS

    def _mod_applied(self) -> bool:
        """Whether mod here is the function of two arguments, mod(x, y), and not the sign: x mod (y + 1)."""
        if not self.at_word("mod") or self.peek().kind not in ("(", "["):
            return False
        depth = 0
        for token in self.tokens[self.position + 1 :]:
            depth += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
            if depth == 0 or (depth == 1 and token.kind == ","):
                return depth == 1
        return False

    def _stands_apart(self) -> bool:
        """Whether the | or || here has space on both sides: x > 1 || y < 2 is an or, x > 2|y| a product."""
        double = self.peek().kind == "|" and not self.peek().spaced
        return self.token.spaced and self.peek(1 + double).spaced

    def factor(self) -> Node:
        """A power, with any signs in front of it."""
        sign = self.token
        if sign.kind in ("-", "+"):
            self.position += 1
            inner = pieces.as_value(self.deeper(self.factor))
            return ast.Neg(inner, (sign.start, inner.span[1])) if sign.kind == "-" else inner
        return self.power()

    def power(self) -> Node:
        """base ^ exponent, from right to left."""
        base = self.postfix()
        if self.token.kind != "^":
            return base
        if self.peek().kind == "°" or (
            self.peek().kind == "{" and self.peek(2).kind == "°" and self.peek(3).kind == "}"
        ):
            width = 2 if self.peek().kind == "°" else 4
            end = self.tokens[self.position + width - 1].end
            self.position += width
            return postfix.degrees(base, end)
        self.position += 1
        exponent = self.exponent()
        if self.token.kind == "_" and isinstance(base, ast.Variable):
            base = self._indexed_late(base)
        node: Node = ast.Pow(pieces.as_value(base), exponent, (base.span[0], exponent.span[1]))
        if self.token.kind == "^" and self.tokens[self.position - 1].kind == "}":
            # x^{2}^{3} and x²³ written apart: from left to right, as it is seen
            self.position += 1
            outer = self.exponent()
            node = ast.Pow(node, outer, (base.span[0], outer.span[1]))
        self._note_exponent(base, exponent)
        return node

    def _indexed_late(self, base: ast.Variable) -> Node:
        """x^2_1 is x_1^2."""
        index, after = read_index(self.tokens, self.position + 1)
        if index is None:
            raise self.fail(message("An index is expected after _"), self.token.span)
        self.position = after
        return words.named(self, f"{base.name}_{index}", (base.span[0], self.tokens[after - 1].end))

    def _note_exponent(self, base: Node, exponent: Node) -> None:
        """e^2x: a factor is glued to the number in the exponent, and is not part of it."""
        glued = self.token.kind in ("word", "letter") and not self.token.spaced and self.starts_factor()
        last = self.tokens[self.position - 1]
        if (
            glued
            and isinstance(exponent, ast.Number | ast.Neg)
            and last.kind == "number"
            and not isinstance(base, ast.Variable)
        ):
            part = self.text_of(exponent.span)
            self.scope.read_as(message("Only {part} is in the exponent; write brackets for more", part=part))

    def exponent(self) -> Node:
        sign = self.token
        if sign.kind in ("-", "+"):
            self.position += 1
            inner = self.deeper(self.exponent)
            return ast.Neg(inner, (sign.start, inner.span[1])) if sign.kind == "-" else inner
        return pieces.as_value(self.deeper(self.power))

    def postfix(self) -> Node:
        """A primary with whatever belongs to it behind it."""
        return postfix.behind(self, self.primary())

    # Primaries

    def primary(self) -> Node:
        if not self.partial:
            return self._primary()
        tokens, position, level, open_bars = self.tokens, self.position, self.level, self.bars
        indices, aggregates = len(self.scope.indices), self.scope.aggregates
        token = self.token
        if token.kind in _NOTHING or (token.kind in ("|", "‖") and not self.starts_factor()):
            return self.hole()
        try:
            return self._primary()
        except FormulaError as error:
            self.holes += 1
            if self.holes > _MAX_HOLES:
                raise
            self.tokens, self.position, self.level, self.bars = tokens, position, level, open_bars
            del self.scope.indices[indices:]
            self.scope.aggregates = aggregates
            self.position += 1
            end = max(token.end, min(error.span[1], self.token.start)) if token.kind == "word" else token.end
            return Hole(token.text or token.kind, (token.start, end))

    def hole(self) -> Hole:
        """An empty place before the present token."""
        before = self.tokens[self.position - 1].end if self.position else 0
        return Hole("", (before, before))

    def _primary(self) -> Node:
        token = self.token
        match token.kind:
            case "number":
                self.position += 1
                if token.text == "1" and self.token.kind == "_" and self.peek().kind == "{":
                    self.position += 1
                    return pieces.indicator(self, token)
                return ast.Number(token.text, token.span)
            case "word":
                return words.word(self)
            case "letter":
                return words.letter(self)
            case "(" | "[" | "{":
                return self.bracketed()
            case "|" if token.text != "close":
                return bars.bars_around(self, "|", "abs")
            case "‖" if token.text != "close":
                return bars.bars_around(self, "‖", "norm")
            case "⌊" | "⌈":
                self.position += 1
                inner, end = self.until(_CLOSES[token.kind], token)
                return ast.Call(
                    "floor" if token.kind == "⌊" else "ceil", (inner,), (token.start, end), token.span
                )
            case "√" | "∛" | "∜":
                return calls.radical(self)
            case "∑" | "∏":
                return series.big_operator(self)
            case "command":
                return commands.command(self)
            case _:
                raise self.unexpected()

    def until(self, close: str, opened: Token) -> tuple[Node, int]:
        """A value up to the bracket `close`, and where that ends."""
        outside, self.bars = self.bars, 0
        inner = self.expression()
        end = self.closing(close, opened)
        self.bars = outside
        return inner, end

    def closing(self, close: str, opened: Token) -> int:
        """Pass the bracket `close`, and tell where it ends."""
        if self.token.kind != close:
            if self.partial:
                return self.tokens[self.position - 1].end
            if self.token.kind == "end":
                raise self.fail(
                    message("This bracket is not closed"), opened.span, message("Add {sign}", sign=close)
                )
            if self.token.kind in ")]}" and self.token.kind:
                raise self.fail(
                    message("{sign} does not match {open}", sign=self.token.kind, open=opened.kind),
                    self.token.span,
                    message("Write {sign} instead", sign=close),
                )
            raise self.unexpected()
        return self.advance().end

    def bracketed(self) -> Node:
        """A value or condition in brackets; or a choice {x < 0: a, b}."""
        opened = self.advance()
        outside, self.bars = self.bars, 0
        if self.token.kind == _CLOSES[opened.kind] and not self.partial:
            raise complaints.nothing_inside(self, opened)
        node = self.either()
        if self.token.kind == ":" and isinstance(node, ast.Compare | ast.Logic):
            node = pieces.colon_choice(self, node)
        if self.token.kind == "," and opened.kind == "(":
            raise complaints.decimal_comma(self, node)
        end = self.closing(_CLOSES[opened.kind], opened)
        self.bars = outside
        if self.token.kind == "?" and isinstance(node, ast.Compare | ast.Logic):
            return node
        return msgspec.structs.replace(node, span=(opened.start, end))

    def tex_argument(self, command: Token) -> Node:
        """What a LaTeX command takes."""
        return commands.argument(self, command)

    def nested(self, start: int, stop: int, read: Callable[[], Node]) -> Node:
        """The result of `read` on the tokens from `start` to `stop` alone, which it must use up."""
        tokens, position, outside = self.tokens, self.position, self.bars
        edge = tokens[stop]
        self.tokens = [*tokens[start:stop], Token("end", "", edge.start, edge.end)]
        self.position, self.bars = 0, 0
        try:
            found = read()
            if self.token.kind != "end":
                raise self.unexpected()
        finally:
            self.tokens, self.position, self.bars = tokens, position, outside
        return found
