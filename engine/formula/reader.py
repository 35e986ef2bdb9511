"""The reader: the tokens of one formula, where one is in them, and the loop that reads values.

The loop knows no construct. What begins a value, stands between two or behind one is said by the tables of
the Grammar that the reader is given. So a construct imports the reader, and only `engine.formula.grammar`
imports constructs. After V. Pratt, "Top down operator precedence", 1973. Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVarTuple

from msgspec import Struct

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Hole, Node, Span
from engine.formula.errors import MAX_DEPTH, FormulaError
from engine.formula.functions import function_named
from engine.formula.header import Header
from engine.formula.scope import Scope
from engine.formula.tokens import COMPARISONS, STEPS, Token

# How strongly what stands between two values binds them, from the weakest.
CHOICE: Final = 0  # a if c else b
OR: Final = 1
AND: Final = 2
COMPARISON: Final = 3
SUM: Final = 4
PRODUCT: Final = 5
FACTOR: Final = 6  # nothing binds so; a factor may have a sign in front: x · −y
POWER: Final = 7
_VALUE: Final = 8

# Signs that end, part or join values: where one stands and a value should, the place is empty.
_NOTHING: Final = frozenset(
    {"end", ")", "]", "}", "⌋", "⌉", ",", ";", ":", "*", "/", "^", "=", "<", ">", "&"}
)
_CHOICES: Final = frozenset({"if", "where"})  # functions too
_MAX_HOLES: Final = 60
_Given = TypeVarTuple("_Given")

# Reads what begins at the reader's place, and stops behind it.
Construct: TypeAlias = "Callable[[Reader], Node]"
# Reads what stands behind a value, given that value; gives the same value back where nothing belongs to it.
Behind: TypeAlias = "Callable[[Reader, Node], Node]"


class Sign(Struct, frozen=True):
    """A sign that stands in front of a value.

    Attributes:
        power: the strongest that may be asked for where it stands: no "not" within a sum.
        read: given what is asked for, gives the value, and how strongly it is bound: what follows binds less.
    """

    power: int
    read: Callable[[Reader, int], tuple[Node, int]]


class Joint(Struct, frozen=True):
    """A sign or word that stands between two values, or nothing at all, between factors.

    Attributes:
        power: how strongly it binds them.
        read: at the sign, given the value before it and the character where the whole began; reads all that
            is joined so, and gives the value back where the sign does not join it after all.
    """

    power: int
    read: Callable[[Reader, Node, int], Node]


class Grammar(Struct, frozen=True):
    """The constructs of the language, each by the token that it begins with.

    Attributes:
        values: what begins a value, by the kind of its token. commands: of LaTeX, by name.
        words: names with rules of their own, in small letters; read where a bracket follows.
        signs, joints: by the sign, the word, or the command with its backslash. Where several joints have the
            same sign, the stronger comes first; where none has, a value ends.
        beside: what joins values that stand side by side. behind: by the kind of token.
    """

    values: Mapping[str, Construct]
    commands: Mapping[str, Construct]
    words: Mapping[str, Construct]
    signs: Mapping[str, Sign]
    joints: Mapping[str, tuple[Joint, ...]]
    beside: tuple[Joint, ...]
    behind: Mapping[str, Behind]


class Reader:
    """One pass over the tokens of one formula.

    `expression` reads a value; `either` a value or a condition. In a partial pass whatever cannot be read
    becomes a Hole, at most _MAX_HOLES times.

    Attributes:
        bars: how many bars |…| are open at the present place. comparing: how many comparisons it is right of.
    """

    def __init__(
        self,
        tokens: list[Token],
        grammar: Grammar,
        header: Header | None = None,
        scope: Scope | None = None,
        partial: bool = False,
    ) -> None:
        self.tokens = tokens
        self.grammar = grammar
        self.header = header or Header()
        self.scope = scope or Scope()
        self.partial = partial
        self.position = self.header.length
        self.bars = 0
        self.comparing = 0
        self._level = 0
        self._holes = 0

    # Tokens

    @property
    def token(self) -> Token:
        """The present token."""
        return self.tokens[self.position]

    def peek(self, ahead: int = 1) -> Token:
        """A token further on; the end, beyond it."""
        return self.tokens[min(self.position + ahead, len(self.tokens) - 1)]

    @property
    def before(self) -> Token:
        """The token that was read last."""
        return self.tokens[self.position - 1]

    def advance(self) -> Token:
        """The present token, which is passed; the end is not."""
        token = self.tokens[self.position]
        if token.kind != "end":
            self.position += 1
        return token

    def at_word(self, *texts: str) -> bool:
        """Whether the present token is one of these words."""
        token = self.tokens[self.position]
        return token.kind == "word" and token.text in texts

    def text_of(self, span: Span) -> str:
        """The tokens of a span, as typed without white space."""
        return "".join(
            token.text or token.kind
            for token in self.tokens
            if span[0] <= token.start and token.end <= span[1] and token.kind != "end"
        )

    def unexpected(self) -> FormulaError:
        """What to say of the present token where it cannot stand."""
        return complaints.unexpected(self.tokens, self.position)

    @functools.cached_property
    def short_words(self) -> Counter[str]:
        """How often each letter stands in the words of one or two letters of the whole formula."""
        words = (token.text for token in self.tokens if token.kind == "word" and len(token.text) < 3)
        return Counter(letter for word in words for letter in word)

    @functools.cached_property
    def powers_of_e(self) -> bool:
        """Whether the formula has e to some power, or exp."""
        pairs = itertools.pairwise(self.tokens)
        return any(one.text == "exp" or (one.text in ("e", "E") and two.kind == "^") for one, two in pairs)

    # Values

    def expression(self) -> Node:
        """A value; a condition counts as 1 where it holds and 0 elsewhere."""
        return ast.as_value(self.either())

    def condition(self) -> ast.Condition:
        """A condition.

        Raises:
            FormulaError: it is a value.
        """
        start = self.token.start
        node = self.either()
        if not isinstance(node, ast.CONDITIONS):
            raise complaints.no_condition((start, node.span[1]), "x < 0")
        return node

    def either(self) -> Node:
        """A value or a condition, one level further in."""
        start = self.token.start
        return self._joined(self.deeper(self.read, OR), OR, CHOICE, start)

    def read(self, power: int) -> Node:
        """A value or a condition, up to what binds less than `power`."""
        token = self.tokens[self.position]
        sign = self.grammar.signs.get(token.text if token.kind == "word" else token.kind)
        if sign is not None and power <= sign.power:
            return self._joined(*sign.read(self, power), power, token.start)
        return self._joined(self.value(), _VALUE, power, token.start)

    def _joined(self, node: Node, below: int, power: int, start: int) -> Node:
        """`node` with what is joined to it by what binds at least as `power`, and less than `below`."""
        while True:
            for joint in self._joints():
                if power <= joint.power < below:
                    break
            else:
                return node
            node, below = joint.read(self, node, start), joint.power

    def _joints(self) -> tuple[Joint, ...]:
        token = self.tokens[self.position]
        kind = token.kind
        grammar = self.grammar
        sign = token.text if kind == "word" else "\\" + token.text if kind == "command" else kind
        if kind == "word" and sign in _CHOICES and self._is_choice():
            return grammar.beside
        return grammar.joints.get(sign, grammar.beside if kind in grammar.values else ())

    def value(self) -> Node:
        """What is joined to nothing, with whatever belongs to it behind it: x, 3!, sin x, (x + y)."""
        node = self.primary()
        behind = self.grammar.behind
        while (read := behind.get(self.tokens[self.position].kind)) is not None:
            found = read(self, node)
            if found is node:
                break
            node = found
        return node

    def primary(self) -> Node:
        """A value without what belongs to it behind it."""
        if self.partial:
            return self._primary_or_hole()
        return self._primary()

    def _primary(self) -> Node:
        construct = self.grammar.values.get(self.tokens[self.position].kind)
        if construct is None:
            raise self.unexpected()
        return construct(self)

    def _primary_or_hole(self) -> Node:
        scope, token = self.scope, self.token
        if not self.something_follows() or (token.kind in ("|", "‖") and not self.starts_factor()):
            return self.hole()
        before = self.tokens, self.position, self._level, self.bars
        indices, aggregates = len(scope.indices), scope.aggregates
        try:
            return self._primary()
        except FormulaError as error:
            self._holes += 1
            if self._holes > _MAX_HOLES:
                raise
            self.tokens, self.position, self._level, self.bars = before
            del scope.indices[indices:]
            scope.aggregates = aggregates
            self.position += 1
            end = max(token.end, min(error.span[1], self.token.start)) if token.kind == "word" else token.end
            return Hole(token.text or token.kind, (token.start, end))

    def hole(self) -> Hole:
        """An empty place before the present token."""
        before = self.before.end if self.position else 0
        return Hole("", (before, before))

    def deeper(self, read: Callable[[*_Given], Node], *given: *_Given) -> Node:
        """The result of `read`, one level further in.

        Raises:
            FormulaError: that is more than MAX_DEPTH levels.
        """
        if self._level >= MAX_DEPTH:
            raise FormulaError(message("The formula is nested too deeply"), self.token.span)
        self._level += 1
        node = read(*given)
        self._level -= 1
        return node

    # What may begin here

    def something_follows(self) -> bool:
        """Whether the present token is no sign that ends, parts or joins values."""
        return self.token.kind not in _NOTHING

    def can_begin(self, token: Token) -> bool:
        """Whether a value may begin with `token`."""
        return token.kind in self.grammar.values

    def starts_factor(self) -> bool:
        """Whether the present token begins another factor of a product without a sign."""
        token = self.tokens[self.position]
        kind = token.kind
        if kind == "word" and token.text in self.grammar.joints:
            return self._is_choice() if token.text in _CHOICES else self._is_function(token)
        if kind == "command" and "\\" + token.text in self.grammar.joints:
            return False
        if kind in ("|", "‖"):
            opens = token.text == "" and self.bars == 0 and not (self.comparing and self._stands_apart())
            return token.text == "open" or opens
        return kind in self.grammar.values

    def _is_function(self, token: Token) -> bool:
        """Whether a word that joins values is a function of several arguments here: mod(x, y).

        In x mod (y + 1) it is the sign.
        """
        if function_named(token.text) is None or self.peek().kind not in ("(", "["):
            return False
        depth = 0
        for other in self.tokens[self.position + 1 :]:
            depth += STEPS.get(other.kind, 0)
            if depth == 0 or (depth == 1 and other.kind == ","):
                return depth == 1
        return False

    def _is_choice(self) -> bool:
        """Whether the "if" or "where" here is a function: 2if(x > 0, x, y), not x if (x, y) = (0, 0) …"""
        if self.peek().kind not in ("(", "["):
            return False
        depth, compared = 0, False
        for other in self.tokens[self.position + 1 :]:
            depth += STEPS.get(other.kind, 0)
            compared = compared or other.kind in COMPARISONS
            if depth == 0 or (depth == 1 and other.kind in (",", ";")):
                return depth == 1 and compared
        return False

    def _stands_apart(self) -> bool:
        """Whether the | or || here has space on both sides: x > 1 || y < 2 is an or, x > 2|y| a product."""
        double = self.peek().kind == "|" and not self.peek().spaced
        return self.token.spaced and self.peek(1 + double).spaced

    # Brackets

    def until(self, close: str, opened: Token) -> tuple[Node, int]:
        """A value up to the bracket `close`, and where that ends."""
        outside, self.bars = self.bars, 0
        inner = self.expression()
        end = self.closing(close, opened)
        self.bars = outside
        return inner, end

    def closing(self, close: str, opened: Token) -> int:
        """Pass the bracket `close`, and tell where it ends.

        Raises:
            FormulaError: it does not stand here.
        """
        if self.token.kind == close:
            return self.advance().end
        if self.partial:
            return self.before.end
        raise complaints.not_closed(self.tokens, self.position, opened, close)

    def nested(self, start: int, stop: int, read: Callable[[], Node]) -> Node:
        """The result of `read` on the tokens from `start` to `stop` alone, which it must use up."""
        outside = self.tokens, self.position, self.bars
        edge = self.tokens[stop]
        self.tokens = [*self.tokens[start:stop], Token("end", "", edge.start, edge.end)]
        self.position, self.bars = 0, 0
        try:
            found = read()
            if self.token.kind != "end":
                raise self.unexpected()
        finally:
            self.tokens, self.position, self.bars = outside
        return found
