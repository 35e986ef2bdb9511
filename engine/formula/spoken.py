"""What other notations say with words or rows of their own, put into the tokens that the grammar reads.

The equation script of Hangul documents ("{1} over {2} x", "LEFT ( x RIGHT )", "root {3} of {x}"), AsciiMath,
Typst, Word's linear format ("{█(x, &x≥0@−x, &x<0)┤").
Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from engine.formula.functions import function_named
from engine.formula.names import GREEK
from engine.formula.tokens import CLOSES, STEPS, Token, closing

_ENDS_VALUE: Final = frozenset({"word", "letter", "number", ")", "]", "}", "!", "°", "|", "‖", "⌋", "⌉"})
_SIGNS: Final = {
    "over": "/", "div": "/", "times": "*", "cdot": "*", "dot": "*", "leq": "<=", "geq": ">=", "neq": "!=",
    "ast": "*",
}  # fmt: skip
_MARKS: Final = {
    **{name: name for name in ("hat", "bar", "vec", "tilde", "overline")}, "macron": "bar", "arrow": "vec",
}  # fmt: skip
# Signs by name, wherever they stand; and words that only change the look, of a space or of what follows.
_BRACKETS: Final = {
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "vert": "|", "lvert": "|", "rvert": "|",
}  # fmt: skip
_SPACES: Final = frozenset({"quad", "qquad", "thin", "space"})
_FONTS: Final = frozenset({"bold", "italic", "upright", "rmbold"})
# Relations and connectives as functions, and functions, under names that mean something else elsewhere.
_RENAMED: Final = {
    "Eq": "equal", "Ne": "not_equal", "Lt": "less", "Le": "less_equal", "Gt": "greater",
    "Ge": "greater_equal",
    "And": "logical_and", "Or": "logical_or", "AND": "logical_and", "OR": "logical_or", "B": "beta",
}  # fmt: skip
# Functions of one argument in a spreadsheet, where they mean something else.
_OF_CELLS: Final = {"LOG": "log10", "INT": "floor"}
_WORDS: Final = frozenset(
    {
        *_SIGNS,
        *_MARKS,
        *_BRACKETS,
        *_SPACES,
        *_FONTS,
        "rm",
        "it",
        "lr",
        "op",
        "text",
        "sqrt",
        "sum",
        "prod",
        "left",
        "right",
        "return",
        "root",
        "frac",
        "subscript",
        "cases",
        "c",
        "reduce",
        "atan2",
    }
    | {name.lower() for name in (*_RENAMED, *_OF_CELLS)}
)
_ROWS: Final = frozenset({"@", "#", "newrow"})


def in_signs(tokens: list[Token], start: int, declared: Callable[[str], bool], cell: bool) -> list[Token]:
    """The tokens from `start` on with words and rows as signs.

    Args:
        declared: whether a word is a variable. cell: whether the functions are those of a spreadsheet.
    """
    rest = tokens[start:]
    if not any(map(_speaks, rest, rest[1:])):
        return tokens
    return tokens[:start] + _Rewriter(rest, declared, cell).run()


def _speaks(token: Token, following: Token) -> bool:
    """Whether there may be something to put into signs at `token`; most formulas have nothing."""
    if token.kind == "word":
        return token.text.lower() in _WORDS
    return token.kind in ("█", "┤", ";") or token.kind + following.kind in ("()", "{(")


class _Rewriter:
    def __init__(self, tokens: list[Token], declared: Callable[[str], bool], cell: bool) -> None:
        self.tokens = tokens
        self.declared = declared
        self.cell = cell
        self.position = 0
        self.kept: list[Token] = []

    def run(self) -> list[Token]:
        while self.position < len(self.tokens):
            token = self.tokens[self.position]
            rewritten = None
            if token.kind == "word" and not self.declared(token.text) and not self.indexes():
                rewritten = self.word(token)
            elif token.kind in ("█", "{"):
                rewritten = self.rows(token)
            elif token.kind == ";" and self.tokens[self.position + 1].kind == "}":
                rewritten = []  # { return x; }
            elif token.kind == "┤":
                rewritten = []
            if rewritten is None:
                rewritten = [token]
            self.position += 1
            self.kept.extend(rewritten)
        return self.kept

    def indexes(self) -> bool:
        """Whether the word here is an index: x_left, x_{left}."""
        before = [part.kind for part in self.kept[-2:]]
        return before[-1:] == ["_"] or before == ["_", "{"]

    def word(self, token: Token) -> list[Token] | None:
        """What the word at the present place says; None if it is an ordinary word. May move on."""
        text, following = token.text.lower(), self.tokens[self.position + 1]
        if text in _SIGNS and self.between_values():
            return [Token(_SIGNS[text], _SIGNS[text], token.start, token.end, token.spaced)]
        if text in ("left", "right"):
            return self.delimiter(text)
        if text in _BRACKETS:
            side = {"l": "open", "r": "close"}.get(text[0], "")
            return [Token(_BRACKETS[text], side, token.start, token.end, token.spaced)]
        if self.only_looks(text, token):
            return []
        if text in _MARKS:
            return self.mark(_MARKS[text], token)
        if text in ("op", "text") and following.kind == "(":
            return self.quoted()
        if text in ("sum", "prod") and following.text == "from":
            return self.bounds(text, token)
        if token.text == "return" and self.kept[-1:] and self.kept[-1].kind == "{":
            return []
        if text == "sqrt" and following.kind == "{":
            return self.of_two("root", token) if self.has_of() else None
        if text in ("root", "frac", "subscript") or (self.cell and token.text == "ATAN2"):
            return self.of_two(text, token)
        if (
            self.cell
            and token.text in _OF_CELLS
            and following.kind == "("
            and not self.commas(self.position + 1)
        ):
            return [Token("word", _OF_CELLS[token.text], token.start, token.end, token.spaced)]
        if token.text in _RENAMED and following.kind in ("(", "[") and self.commas(self.position + 1):
            return [Token("word", _RENAMED[token.text], token.start, token.end, token.spaced)]
        if text == "reduce":
            return self.reduced()
        if text == "cases" and following.kind in CLOSES:
            return self.table(self.position + 1)
        if text == "c" and following.kind == "(" and not following.spaced and self.commas(self.position + 1):
            return []  # R's vector c(x, y)
        kinds = [part.kind for part in self.tokens[self.position + 1 : self.position + 4]]
        if kinds == ["(", ")", "("] and function_named(token.text) is not None:
            self.position += 2  # nn.ReLU()(x)
            return [token]
        return None

    def delimiter(self, text: str) -> list[Token] | None:
        """LEFT and RIGHT of Hangul's equations: what follows is a bracket."""
        following = self.tokens[self.position + 1]
        kind = _BRACKETS.get(following.text.lower(), following.kind)
        if kind not in ("(", ")", "[", "]", "{", "}", "|", "‖"):
            return None
        if kind in ("|", "‖"):
            side = "open" if text == "left" else "close"
            self.tokens[self.position + 1] = Token(kind, side, following.start, following.end)
        return []

    def only_looks(self, text: str, token: Token) -> bool:
        """Whether the word here only changes the look: quad, bold(x), Hangul's rm … it, Typst's lr((x))."""
        following, after = self.tokens[self.position + 1 : self.position + 3] + [token] * (
            self.position + 3 > len(self.tokens)
        )
        value = following.kind in ("word", "letter", "(", "{", "number")
        if text in _SPACES:
            return value or following.kind == "end"
        if text in _FONTS:
            return value and (following.spaced or following.kind in ("(", "{"))
        if text == "lr":
            return following.kind == "(" and not following.spaced and after.kind in ("(", "[", "|")
        if text == "rm":
            names = following.kind == "word" and function_named(following.text) is not None
            return following.spaced and (
                names or any(other.text == "it" for other in self.tokens[self.position :])
            )
        return text == "it" and any(other.text == "rm" for other in self.tokens[: self.position])

    def quoted(self) -> list[Token] | None:
        """Typst's op("ReLU") and AsciiMath's text(otherwise): the words alone."""
        close = closing(self.tokens, self.position + 1)
        if close is None or not all(token.kind == "word" for token in self.tokens[self.position + 2 : close]):
            return None
        words = self.tokens[self.position + 2 : close]
        self.position = close
        return words

    def bounds(self, text: str, token: Token) -> list[Token] | None:
        """Hangul's SUM from {i=1} to {3}, as ∑_{i=1}^{3}."""
        low = self.position + 2
        close = closing(self.tokens, low)
        if close is None or self.tokens[close + 1].text != "to":
            return None
        big = "∑" if text == "sum" else "∏"
        lower, upper = self.tokens[low : close + 1], self.tokens[close + 1]
        self.position = close + 1
        return [
            Token(big, big, token.start, token.end, token.spaced),
            _sign("_", upper),
            *lower,
            _sign("^", upper),
        ]

    def has_of(self) -> bool:
        """Whether sqrt {3} of {x} stands here."""
        close = closing(self.tokens, self.position + 1)
        return close is not None and self.tokens[close + 1].text.lower() == "of"

    def between_values(self) -> bool:
        """Whether the word here stands between two values, and is no function of several arguments."""
        following = self.tokens[self.position + 1]
        applied = following.kind in ("(", "[") and bool(self.commas(self.position + 1))
        after = following.kind not in ("end", ",", ")", "]", "}", "+", "*", "/", "^", "=")
        return bool(self.kept) and self.kept[-1].kind in _ENDS_VALUE and after and not applied

    def mark(self, text: str, token: Token) -> list[Token] | None:
        """hat y, bar {x}, vec(w): the command of LaTeX, with braces."""
        command = Token("command", text, token.start, token.end, token.spaced)
        following = self.tokens[self.position + 1]
        if _is_letter(following):
            return [command]
        close = closing(self.tokens, self.position + 1)
        if close is None or not _is_letter(self.tokens[self.position + 2]) or following.kind == "[":
            return None
        inside = self.tokens[self.position + 2 : close]
        if len(inside) > 1 and inside[1].kind != "_":
            return None
        end = self.tokens[close]
        self.position = close
        return [
            command,
            Token("{", "{", following.start, following.end),
            *inside,
            Token("}", "}", end.start, end.end),
        ]

    def of_two(self, text: str, token: Token) -> list[Token] | None:
        """root {3} of {x}, root(3)(x), root[3](x), frac{x}{y}, frac(x, y), Subscript[x, 1]."""
        first = self.position + 1
        close = closing(self.tokens, first)
        commas = self.commas(first)
        if text != "root" and close is not None and len(commas) == 1:
            one, two = self.tokens[first + 1 : commas[0]], self.tokens[commas[0] + 1 : close]
            stop = close
        else:
            if text in ("subscript", "atan2") or commas:
                return None
            width = close - first + 1 if close is not None else 1
            second = first + width
            spoken = self.tokens[min(second, len(self.tokens) - 1)].text.lower() == "of"
            second += spoken
            if second >= len(self.tokens) - 1 or (close is None and not spoken):
                return None
            braced = self.tokens[first].kind == "{"
            other = closing(self.tokens, second)
            if (other is None and not spoken) or (text == "frac" and not braced):
                return None
            one = self.tokens[first : first + width]
            stop = second if other is None else other
            two = self.tokens[second : stop + 1]
        inside, outside = self.rewritten(one), self.rewritten(two)
        if not inside or not outside:
            return None
        end = self.tokens[stop]
        self.position = stop
        if text == "subscript":
            return [*inside, _sign("_", token), _sign("{", token), *outside, _sign("}", end)]
        if text == "frac":
            parts = [
                _sign("{", token),
                *inside,
                _sign("}", end),
                _sign("{", token),
                *outside,
                _sign("}", end),
            ]
            return [Token("command", "frac", token.start, token.end, token.spaced), *parts]
        name = "atan2" if text == "atan2" else "root"
        head = Token("word", name, token.start, token.end, token.spaced)
        return [head, _sign("(", token), *outside, _sign(",", token), *inside, _sign(")", end)]

    def rewritten(self, tokens: list[Token]) -> list[Token]:
        """`tokens`, a part of these, with their own words as signs."""
        place = tokens[-1].end if tokens else 0
        return _Rewriter([*tokens, Token("end", "", place, place)], self.declared, self.cell).run()[:-1]

    def commas(self, opening: int) -> list[int]:
        """Where commas stand in the bracket at `opening`, and in no other bracket within it."""
        close = closing(self.tokens, opening)
        found: list[int] = []
        depth = 0
        for position in range(opening, opening if close is None else close):
            kind = self.tokens[position].kind
            depth += STEPS.get(kind, 0)
            if kind == "," and depth == 1:
                found.append(position)
        return found

    def reduced(self) -> list[Token] | None:
        """functools.reduce(np.maximum, [x, y]) as maximum(x, y)."""
        first = self.position + 1
        close, commas = closing(self.tokens, first), self.commas(first)
        if close is None or commas != [first + 2] or closing(self.tokens, first + 3) != close - 1:
            return None
        name, opening, end = self.tokens[first + 1], self.tokens[first], self.tokens[close]
        self.position = close
        return [
            name,
            _sign("(", opening),
            *self.rewritten(self.tokens[first + 4 : close - 1]),
            _sign(")", end),
        ]

    def rows(self, token: Token) -> list[Token] | None:
        """{█(a, &c@b, &d)┤ of Word, and {(a, if c), (b, d):} of AsciiMath."""
        place = self.position
        if token.kind == "█":
            return self.table(place + 1)
        if self.tokens[place + 1].kind == "█":
            return []
        close = closing(self.tokens, place) if self.tokens[place + 1].kind == "(" else None
        if close is None or self.tokens[close - 1].kind != ":":
            return None
        found: list[list[Token]] = []
        position = place + 1
        while position < close - 1:
            end = closing(self.tokens, position)
            if end is None:
                return None
            found.append(self.tokens[position + 1 : end])
            position = end + 1 + (self.tokens[end + 1].kind == ",")
        self.position = close
        return _cases([self.rewritten(row) for row in found], token, self.tokens[close])

    def table(self, opening: int) -> list[Token] | None:
        """Rows in the brackets at `opening`, parted by # or @, or by commas where & parts the columns."""
        close = closing(self.tokens, opening)
        if close is None:
            return None
        inside = self.tokens[opening + 1 : close]
        parted = any(token.kind in _ROWS for token in inside)
        if not parted and not any(token.kind == "&" or token.text in ("if", "else") for token in inside):
            return None
        found: list[list[Token]] = [[]]
        depth = 0
        for token in inside:
            depth += STEPS.get(token.kind, 0)
            ends = token.kind in _ROWS if parted else token.kind == ","
            if ends and depth == 0:
                found.append([])
            else:
                found[-1].append(token)
        self.position = close
        return _cases([self.rewritten(row) for row in found], self.tokens[opening], self.tokens[close])


def _cases(rows: list[list[Token]], first: Token, last: Token) -> list[Token]:
    """The tokens of \\begin{cases} … \\end{cases} with `rows`."""
    name = [_sign("{", first), Token("word", "cases", first.start, first.start), _sign("}", first)]
    found = [Token("command", "begin", first.start, first.end, first.spaced), *name]
    for row in rows:
        found += [*row, _sign("newrow", row[-1] if row else last)]
    return [*found, Token("command", "end", last.start, last.end), *name]


def _sign(kind: str, beside: Token) -> Token:
    return Token(kind, kind, beside.start, beside.end)


def _is_letter(token: Token) -> bool:
    """Whether `token` is a letter that a mark may stand over."""
    letters = token.text.rstrip("0123456789")
    return token.kind == "letter" or (token.kind == "word" and (len(letters) == 1 or letters in GREEK))
