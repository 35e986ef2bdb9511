"""The text of an update rule → its lines: θ ← θ − η∇f in the notations of books, lectures and programs.

Numbers of steps are left out, θ_{t+1} = θ_t − η g_t; "-=" is written out; a gradient becomes the letter g, a
partial derivative g_x. Lines are put into each other, so that a momentum may have one of its own.
Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from engine.answers.reading import AnswerError, read_formula, variables_of
from engine.base.i18n import message
from engine.formula import ast
from engine.formula.differentiate import substitute
from engine.formula.names import name_key, parts_of

RATES: Final = ("η", "α", "lr", "γ", "ε", "μ")
PARAMETERS: Final = ("θ", "w", "W", "β", "p")
GRADIENT: Final = "g"
MOST_LINES: Final = 8

_STEPS: Final = r"(?:t|k|n|i|new|old|next|prev)"
# The number of the step: _t, _{t+1}, ^{(k)}, ^(t), _new.
_NUMBERED: Final = re.compile(
    rf"_\{{?\s*(?:\\text|\\mathrm)?\{{?{_STEPS}\s*(?:[+\-−]\s*1)?\}}?\}}?(?![A-Za-z])"
    rf"|\^\{{?\(\s*{_STEPS}\s*(?:[+\-−]\s*1)?\s*\)\}}?|\[\s*{_STEPS}\s*(?:[+\-−]\s*1)?\s*\]"
)
_NAME: Final = r"\\?[^\W\d_]+(?:_\{?\w+\}?)?"
_OF: Final = r"(?:\s*\((?:[^()]|\([^()]*\))*\))?"  # of what: (θ), (x, y)
_PLACE: Final = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)\s*$")
_HERE: Final = re.compile(rf"[\s\\]*{_NAME}\s*(?:,[\s\\]*{_NAME}\s*)*")
_AHEAD: Final = re.compile(r"\+\s*1|new|next")  # in the number of the step
_BOLD: Final = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm)\s*\{\s*(\\?[^\W\d_]+)\s*\}")
_LETTER: Final = r"(?:\\(?:mathcal|mathrm|text)\{[^\W\d_]+\}|[^\W\d_](?![^\W\d_(]))"
_PARTIAL: Final = re.compile(
    rf"\\[dt]?frac\s*\{{\s*(?:\\partial|∂|d)\s*{_LETTER}?{_OF}\s*\}}\s*\{{\s*(?:\\partial|∂|d)\s*({_NAME})\s*\}}{_OF}"
    rf"|(?:\\partial|∂|\bd)\s*{_LETTER}{_OF}\s*/\s*(?:\\partial|∂|d)\s*({_NAME})"
    rf"|\b[fFLJEC]_\{{?([^\W\d_]\d*)\}}?(?!\w){_OF}"
)
_GRADIENT: Final = re.compile(
    rf"(?:\\nabla|∇)\s*(?:_\{{?\s*{_NAME}\s*\}}?)?\s*{_LETTER}?{_OF}"
    rf"|\b(?:gradient|grad)\b(?:\s*(?:{_LETTER}|of\s+{_LETTER}))?{_OF}"
    rf"|\b{_NAME}\.grad\b|\b{_LETTER}\s*['′’]{_OF}"
)
_RATE_WORDS: Final = re.compile(r"\blearning[_ ]?rate\b|\blr\b|학습률")
_ARROW: Final = re.compile(r":=|←|<-+|\\(?:leftarrow|gets|coloneqq|Leftarrow)|⇐|⟵|=")
_INTO: Final = re.compile(r"^(.*?)(?:→|\\(?:rightarrow|to|mapsto)|->|↦)(.*)$", re.DOTALL)
_IN_PLACE: Final = re.compile(r"([+\-−*/])=")
_CHANGE: Final = re.compile(r"\s*(?:Δ|∆|\\Delta|delta|Delta|d)\s*_?\s*(" + _NAME + r")\s*")


class Rule(Struct, frozen=True):
    """What each quantity becomes, over the quantities before the step; "" where no name was given."""

    lines: Mapping[str, ast.Node]

    @property
    def parameter(self) -> str:
        """The name of what the rule moves: its last line."""
        return list(self.lines)[-1]

    @property
    def start(self) -> str:
        """The name of what it moves; if it gives none, the first letter that stands by itself, else ""."""
        if self.parameter or not isinstance(self.update, ast.Add):
            return self.parameter
        letters = (term.name for term in self.update.terms if isinstance(term, ast.Variable))
        return next((name for name in letters if parts_of(name)[0] not in (GRADIENT, *RATES)), "")

    @property
    def update(self) -> ast.Node:
        """What that becomes."""
        return self.lines[self.parameter]


def read_rule(text: str, field: str, moved: str = "") -> Rule:
    """The lines of an update rule, in order, each put into those after it.

    Args:
        moved: the name of what is moved, for a line that has none: dw is its gradient.

    Raises:
        AnswerError: it cannot be read.
    """
    parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    if not 1 <= len(parts) <= MOST_LINES:
        raise AnswerError(
            message("Write the rule as {example}.", example="θ ← θ − η ∇f"), field, (0, len(text))
        )
    lines: dict[str, ast.Node] = {}
    for part in parts:
        name, tree = _line(part, field, moved)
        # A line without its name is the last one, and means what the rule moves.
        lines.pop(name, None)
        lines[name] = substitute(tree, {key: value for key, value in lines.items() if key})
    rule = Rule(lines)
    return _with_its_gradient(rule, rule.start or moved)


def _line(text: str, field: str, moved: str) -> tuple[str, ast.Node]:
    text = _BOLD.sub(r"\1", text)
    into = _INTO.match(text)
    if into is not None:
        text = f"{into[1]} ← {into[2]}" if _is_name(into[1]) else f"{into[2]} ← {into[1]}"
    in_place = _IN_PLACE.search(text)
    if in_place is not None:
        left, right = text[: in_place.start()], text[in_place.end() :]
        sign = in_place[1]
        text = f"{left} = {left} {sign} ({right})"
    arrow = _ARROW.search(text)
    if arrow is None:
        return "", _tree(text, moved, field)
    left, right = text[: arrow.start()], text[arrow.end() :]
    change = _CHANGE.fullmatch(_NUMBERED.sub("", left))
    if change is not None and len(change[0].strip()) > 1:
        name = _key(change[1])
        return name, ast.add(ast.Variable(name), _tree(right, name, field))
    if not _is_name(left):
        raise AnswerError(
            message("In front of the arrow stands what is changed, such as {example}.", example="θ"),
            field,
            (0, arrow.start()),
        )
    name = _key(_NUMBERED.sub("", left))
    return name, _tree(right, name, field)


def _tree(text: str, moved: str, field: str) -> ast.Node:
    """The right-hand side, its gradients and rates under their letters. moved: the name on the left."""

    def partial(match: re.Match[str]) -> str:
        return f" g_{_key(match[1] or match[2] or match[3])}{_ahead(match[0])} "

    text = _RATE_WORDS.sub(" η ", text)
    text = _PARTIAL.sub(partial, text)
    text = _GRADIENT.sub(lambda match: f" g{_ahead(match[0])} ", text)
    text = re.sub(rf"\bd{re.escape(moved)}\b", " g ", text) if moved else text
    return read_formula(_NUMBERED.sub("", text), field)


def _ahead(gradient: str) -> str:
    """What tells a gradient that is taken elsewhere than where the step begins, as Nesterov's is."""
    place = _PLACE.search(gradient)
    if place is None:
        return ""
    here = _HERE.fullmatch(_NUMBERED.sub("", place[1])) and not _AHEAD.search(place[1])
    return "" if here else "_ahead"


def _is_name(text: str) -> bool:
    return re.fullmatch(rf"\s*{_NAME}\s*", _NUMBERED.sub("", text)) is not None


def _key(text: str) -> str:
    return name_key(re.sub(r"[\\{}\s]", "", text))


def in_the_words_of(answer: Rule, expected: Rule) -> Rule:
    """The answer with the letters of the expected rule: another letter for η or for θ is no mistake."""
    used, wanted = set(_letters(answer)), set(_letters(expected))
    names: dict[str, str] = {}
    for letters in (RATES, PARAMETERS):
        theirs = [name for name in used - wanted if parts_of(name)[0] in letters]
        ours = [name for name in wanted - used if parts_of(name)[0] in letters]
        if len(theirs) == len(ours) == 1:
            names[theirs[0]] = ours[0]
    values: dict[str, ast.Node] = {old: ast.Variable(new) for old, new in names.items()}
    lines = {names.get(name, name): substitute(tree, values) for name, tree in answer.lines.items()}
    if answer.parameter == "" and expected.parameter:
        lines[expected.parameter] = lines.pop("")
    if expected.parameter == "" and answer.parameter:
        lines[""] = lines.pop(names.get(answer.parameter, answer.parameter))
    return Rule(lines)


def _with_its_gradient(rule: Rule, moved: str) -> Rule:
    """The rule with the partial derivative by what it moves as its gradient: g for g_x."""
    gradients: dict[str, ast.Node] = {
        f"{GRADIENT}_{moved}{ahead}": ast.Variable(f"{GRADIENT}{ahead}") for ahead in ("", "_ahead")
    }
    return Rule({name: substitute(tree, gradients) for name, tree in rule.lines.items()})


def _letters(rule: Rule) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(name for name in rule.lines if name), *variables_of(*rule.lines.values())]))
