"""The grammar of the formula language, as LANGUAGE.md states it: which construct reads which token.

A new construct is a function in `engine.formula.constructs` and a row here. Any thread; stdlib and msgspec
only.
"""

from typing import Final

from engine.formula.constructs import (
    arithmetic,
    bars,
    behind,
    brackets,
    cases,
    choices,
    commands,
    conditions,
    fractions,
    operators,
    piecewise,
    powers,
    roots,
    rows,
    series,
    shorthand,
    statistics,
    variables,
    words,
)
from engine.formula.constructs.statistics import STATISTICS
from engine.formula.reader import (
    AND,
    CHOICE,
    COMPARISON,
    FACTOR,
    OR,
    POWER,
    PRODUCT,
    SUM,
    Construct,
    Grammar,
    Joint,
    Sign,
)
from engine.formula.shorthands import SHORTHANDS
from engine.formula.tokens import COMPARISONS

# What begins a value, by the kind of its token.
_VALUES: Final[dict[str, Construct]] = {
    "number": words.number,
    "word": words.word,
    "letter": words.letter,
    "command": commands.command,
    "(": brackets.bracketed,
    "[": brackets.bracketed,
    "{": brackets.bracketed,
    "⌊": brackets.floor,
    "⌈": brackets.ceiling,
    "|": bars.absolute,
    "‖": bars.norm,
    "√": roots.radical,
    "∛": roots.radical,
    "∜": roots.radical,
    "∑": operators.big_sum,
    "∏": operators.big_product,
}

_COMMANDS: Final[dict[str, Construct]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), fractions.fraction),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), fractions.binomial),
    **dict.fromkeys(("hat", "bar", "tilde", "vec", "dot"), variables.marked),
    **dict.fromkeys(("overline", "widehat", "widetilde"), variables.marked),
    **dict.fromkeys(("underbrace", "overbrace"), commands.braced),
    "boxed": commands.framed,
    "sqrt": roots.tex_root,
    "begin": cases.environment,
}

# Names with rules of their own, where a bracket follows; capitals ignored.
_WORDS: Final[dict[str, Construct]] = {
    **dict.fromkeys(SHORTHANDS, shorthand.shorthand),
    **dict.fromkeys(("sum", "fsum", "add", "plus", "total"), series.summed),
    **dict.fromkeys(("prod", "product", "mul", "multiply", "times"), series.multiplied),
    "sumsq": series.squares,
    **dict.fromkeys(("mean", "average"), rows.mean),
    **dict.fromkeys(STATISTICS, statistics.statistic),
    **dict.fromkeys(("piecewise", "cases", "which", "ifs"), piecewise.piecewise),
    "select": piecewise.select,
    **dict.fromkeys(("if", "ifelse", "iff", "where"), choices.choice),
    "merge": choices.merge,
    **dict.fromkeys(("boole", "indicator"), conditions.indicator),
    **dict.fromkeys(("logical_and", "logical_or", "logical_not"), conditions.connective),
}

# What stands in front of a value, and the strongest that may be asked for there.
_SIGNS: Final = {
    "+": Sign(FACTOR, arithmetic.sign),
    "-": Sign(FACTOR, arithmetic.sign),
    "~": Sign(COMPARISON, conditions.negated),
    "not": Sign(COMPARISON, conditions.negated),
}

# What stands between values, and how strongly it binds them.
_PRODUCT: Final = (Joint(PRODUCT, arithmetic.multiplied),)
_SUM: Final = (Joint(SUM, arithmetic.added),)
_COMPARISON: Final = (Joint(COMPARISON, conditions.compared),)
_AND: Final = (Joint(AND, conditions.all_hold),)
_OR: Final = (Joint(OR, conditions.one_holds),)
_JOINTS: Final[dict[str, tuple[Joint, ...]]] = {
    "^": (Joint(POWER, powers.raised),),
    **dict.fromkeys(("*", "/", "//", "%", "mod", r"\mod", r"\bmod"), _PRODUCT),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(COMPARISONS, _COMPARISON),
    **dict.fromkeys(("&&", "&", "and"), _AND),
    **dict.fromkeys(("||", "or"), _OR),
    "|": _PRODUCT + _OR,
    "?": (Joint(CHOICE, choices.question),),
    "if": (Joint(CHOICE, choices.if_else),),
    r"\over": (Joint(CHOICE, fractions.over),),
    r"\choose": (Joint(CHOICE, fractions.choose),),
    # Words that only end a value, where a letter would go on with it.
    **dict.fromkeys(("else", "for", "to", "otherwise", "where", "when", "in", "then", r"\end", "\\"), ()),
}

GRAMMAR: Final = Grammar(
    values=_VALUES,
    commands=_COMMANDS,
    words=_WORDS,
    signs=_SIGNS,
    joints=_JOINTS,
    beside=_PRODUCT,
    behind={
        "!": behind.factorial,
        "°": behind.degree,
        "%": behind.percent,
        "_": behind.positive_part,
        "member": behind.method,
    },
)
