"""Every partial that is shown is read back from its text and from its LaTeX, and means the same."""

import mpmath
import pytest
from mpmath import mp

from engine.formula import Formula, FormulaError, ast, parse
from engine.formula.differentiate import derivative
from engine.formula.names import name_key
from engine.symbolic import Deriver
from tests.engine.formula.oracle import evaluate
from tests.engine.formula.test_corpus import CORPUS
from tests.engine.formula.test_notations import TABLE as NOTATIONS
from tests.engine.symbolic.test_derivatives import FORMULAS

EXTREME = ("x^-1000", "x^1000", "x^-999.5", "λ^2 x", "lambda x^2", "e_1^3 e_2", "sum(i=1..200, sin(i x)/i^2)")
TEXTS = dict.fromkeys([*FORMULAS, *EXTREME, *(text for text, _ in (*CORPUS, *NOTATIONS))])


def at(formula: Formula, shift: float) -> dict[str, mp.mpf]:
    return {name: mp.mpf(shift + sum(map(ord, name_key(name))) * 0.618 % 0.9) for name in formula.variables}


def difference(one: mp.mpf, other: mp.mpf) -> mp.mpf:
    if not mpmath.isfinite(one) or not mpmath.isfinite(other):
        return mp.mpf(0 if mpmath.isfinite(one) == mpmath.isfinite(other) else 1)
    return abs(one - other) / max(1, abs(other))


@pytest.mark.parametrize("part", range(4))
def test_every_partial_is_read_back_and_means_the_same(part: int, deriver: Deriver) -> None:
    wrong = []
    for text in list(TEXTS)[part::4]:
        formula = parse(text)
        written = deriver.derive(formula, [(k,) for k in range(min(len(formula.variables), 3))]).partials
        for name, partial in zip(formula.variables, written, strict=False):
            if partial is None:
                continue
            for shown in (partial.text, partial.latex):
                wrong += [f"{text}: ∂{name} {said}" for said in [_wrong(formula, name, shown)] if said]
    assert not wrong, "\n".join(wrong)


def _wrong(formula: Formula, name: str, shown: str) -> str:
    """What is wrong with a partial as it is shown; nothing if it means what it is."""
    try:
        found = parse(shown, data=formula.columns)
    except FormulaError as error:
        return f"{shown[:200]} cannot be read: {error}"
    exact = derivative(ast.without_spans(formula.expanded), name)
    for shift in (0.07, 1.13):
        values = at(formula, shift)
        keyed = {name_key(each): value for each, value in values.items()}
        missing = [each for each in found.variables if name_key(each) not in keyed]
        if missing:
            return f"{shown[:200]} has {missing}"
        with mp.workdps(40):
            one = evaluate(found.expanded, {each: keyed[name_key(each)] for each in found.variables})
            other = evaluate(exact, values)
            if difference(one, other) > 1e-20:
                return f"{shown[:200]} is {mpmath.nstr(one)}, not {mpmath.nstr(other)} at {shift}"
    return ""
