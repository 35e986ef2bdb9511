"""What is pasted: LaTeX, MathML and Python become our own plain text; anything else stays as it is. No Qt."""

import re
from collections.abc import Collection
from typing import Final

from engine.formula import Formula, FormulaError, parse
from engine.formula.ast import Add, Cases, Compare, Div, Logic, Mul, Neg
from engine.formula.models import as_equations
from engine.formula.parser import line_ends
from engine.formula.text import to_text

_FOREIGN: Final = re.compile(
    r"\\|\$|<(?:\w+:)?math[\s>]|\*\*|\b(?:np|numpy|math|torch|tf|jnp|sympy|sp)\.|\blambda\b|\bdef\b"
    r"|[²³⁰¹⁴-⁹₀-₉√−×÷]|[！-～]"
)
_OPEN_BEFORE: Final = "(+,=[{|"
_CLOSED_AFTER: Final = ")+-,]}|"


def one_line(text: str) -> str:
    """`text` on one line, what were lines of their own parted by ";"; without what is around the formula."""
    for place in reversed(line_ends(text)):
        text = f"{text[:place]};{text[place:]}"
    return re.sub(r"\s*[\r\n\u2028\u2029]+\s*", " ", text).strip()


def is_foreign(text: str) -> bool:
    """Whether `text` is in another notation than our own: LaTeX, MathML, Python, typographic signs.

    >>> [is_foreign(text) for text in ("x^2 + 3x y", r"\\frac12 x", "np.sin(x)**2")]
    [False, True, True]
    """
    return _FOREIGN.search(text) is not None


def plain_text(formula: Formula) -> str:
    """`formula` in our own notation, as it was given: with its name and variables, in several lines."""
    if formula.model is not None:
        return "; ".join(map(to_text, as_equations(formula.model.lines)))
    body = to_text(formula.ast)
    if formula.name is None:
        return body
    return f"{formula.name}({', '.join(formula.variables)}) = {body}"


def cleaned(pasted: str, before: str, after: str, data: Collection[str] = ()) -> str | None:
    """`pasted`, rewritten in our notation to stand between `before` and `after`; None to leave it alone."""
    if not is_foreign(pasted):
        return None
    try:
        formula = parse(pasted, data=data)
    except FormulaError:
        return None
    alone = not before.strip() and not after.strip()
    if alone:
        text = plain_text(formula)
    elif formula.name is not None or formula.model is not None:
        return None
    else:
        text = to_text(formula.ast)
        tight = before.rstrip()[-1:] not in ("", *_OPEN_BEFORE) or after.lstrip()[:1] not in (
            "",
            *_CLOSED_AFTER,
        )
        if tight and isinstance(formula.ast, Add | Neg | Mul | Div | Compare | Logic | Cases):
            text = f"({text})"
    return None if text == pasted else text
