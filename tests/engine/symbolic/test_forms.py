"""Short forms where no alarm can interrupt sympy, as on Windows."""

import signal

import pytest
import sympy

from engine.formula import ast, parse, to_text
from engine.symbolic.derive import Worksheet
from engine.symbolic.protocol import Sheet


def shown(text: str) -> str:
    formula = parse(text)
    tree = ast.without_spans(formula.expanded)
    sheet = Sheet(tree, ast.without_spans(formula.ast), formula.variables, (), time_s=1.0)
    return to_text(Worksheet(sheet).written((0,)))


def test_without_alarms_only_what_is_quick_is_factored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "setitimer", raising=False)
    tried: list[sympy.Expr] = []
    factor = sympy.factor

    def noted(expression: sympy.Expr) -> sympy.Expr:
        tried.append(expression)
        return factor(expression)

    monkeypatch.setattr(sympy, "factor", noted)
    assert shown("x^4/4 + x^3 y + 3x^2 y^2/2 + x y^3") == "(x + y)^3"
    assert tried
    tried.clear()
    shown("x^61 y/61 - y^60 x + x^30 y^31")
    shown("(x + 1)/(x^40 + y^30 + x y + 1)")
    assert not tried
