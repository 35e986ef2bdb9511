"""The slips by name: each on ten wrong answers, and none on a right one."""

from typing import Any, Final

import msgspec
import pytest

from engine.answers.judge import judge
from engine.answers.question import Question
from engine.answers.slips import SlipId
from engine.formula import parse, to_text
from engine.formula.differentiate import derivative

# By slip: the function, by which variable (x unless said), the wrong answer.
SLIPS: Final[dict[SlipId, list[tuple[str, ...]]]] = {
    "not_held": [
        ("x^2+3xy+y^2", "5x+5y"),
        ("x^2+3xy+y^2", "2x+5y"),
        ("x^2+y^2", "2x+2y"),
        ("x^2 y^3", "6x y^2"),
        ("x y", "x+y"),
        ("x y", "1"),
        ("x^2+5y", "2x+5"),
        ("x^2+y^2+z^2", "2x+2y+2z"),
        ("x^2+3xy+y^2", "3x+2y+2x+3y", "y"),
        ("sin(x)+cos(y)", "cos(x)-sin(y)"),
    ],
    "other_partial": [
        ("x^2+3xy+y^2", "3x+2y"),
        ("x^2+3xy+y^2", "2x+3y", "y"),
        ("x^2 y^3", "3x^2 y^2"),
        ("x^3+y", "1"),
        ("sin(x)cos(y)", "-sin(x)sin(y)"),
        ("x/y", "-x/y^2"),
        ("(1-x)^2+100(y-x^2)^2", "200(y-x^2)"),
        ("e^(-x^2-y^2)", "-2y e^(-x^2-y^2)"),
        ("ln(x^2+y^2)", "2y/(x^2+y^2)"),
        ("(w_1 - 2w_2)^2", "-4(w1-2w2)", "w_1"),
    ],
    "one_term": [
        ("x^2+3xy+y^2", "2x"),
        ("x^2+3xy+y^2", "3y"),
        ("x^3+x^2", "3x^2"),
        ("x^3+x^2+x", "3x^2+2x"),
        ("x^2+3xy+y^2", "2x+3xy+y^2"),
        ("sin(x)+x^2 y", "cos(x)"),
        ("x^4-2x^2+y", "4x^3"),
        ("x e^x", "x e^x"),
        ("x sin(x)", "sin(x)"),
        ("e^x+ln(x)", "1/x"),
    ],
    "sign": [
        ("x^2+3xy+y^2", "-2x-3y"),
        ("x^2+3xy+y^2", "2x-3y"),
        ("cos(x)", "sin(x)"),
        ("sin(x)", "-cos(x)"),
        ("1/x", "1/x^2"),
        ("cos(x y)", "y sin(x y)"),
        ("x^2-4x", "2x+4"),
        ("e^(-x^2)", "2x e^(-x^2)"),
        ("x^3-x^2", "3x^2+2x"),
        ("(1+x)^2", "-2(1+x)"),
    ],
    "power_kept": [
        ("x^2", "2x^2"),
        ("x^3", "3x^3"),
        ("x^2+3xy+y^2", "2x^2+3y"),
        ("x^2+3xy+y^2", "2x^2+3xy"),
        ("5x^4", "20x^4"),
        ("x^3 y^2", "3x^3 y^2"),
        ("x^2+y^2", "2y^2", "y"),
        ("(2x+1)^3", "6(2x+1)^3"),
        ("x^4-x^2", "4x^4-2x^2"),
        ("7x", "7x"),
    ],
    "coefficient_lost": [
        ("x^2", "x"),
        ("x^3", "x^2"),
        ("3x^2", "2x"),
        ("x^2+3xy+y^2", "2x+y"),
        ("x^2+3xy+y^2", "x+3y"),
        ("x^2/2", "2x"),
        ("x^3 y^2", "x^2 y^2"),
        ("5sin(x)", "cos(x)"),
        ("sqrt(x)", "1/sqrt(x)"),
        ("4x^3-6x", "3x^2-6"),
    ],
    "inner_factor_missing": [
        ("sin(x^2)", "cos(x^2)"),
        ("(2x+1)^3", "3(2x+1)^2"),
        ("e^(2x)", "e^(2x)"),
        ("e^(-x)", "e^(-x)"),
        ("ln(x^2+y^2)", "1/(x^2+y^2)"),
        ("cos(x y)", "-sin(x y)"),
        ("sqrt(x^2+y^2)", "1/(2sqrt(x^2+y^2))"),
        ("(w_1 - 2w_2)^2", "2(w_1-2w_2)", "w_2"),
        ("(x^2+3xy)^2", "2(x^2+3xy)"),
        ("1/(x^2+1)", "-1/(x^2+1)^2"),
    ],
    "product_of_derivatives": [
        ("x e^x", "e^x"),
        ("x sin(x)", "cos(x)"),
        ("x^2 e^x", "2x e^x"),
        ("x^2 ln(x)", "2"),
        ("x^2 sin(x)", "2x cos(x)"),
        ("e^x cos(x)", "-e^x sin(x)"),
        ("x y sin(x)", "y cos(x)"),
        ("x^3 ln(x)", "3x"),
        ("x^2/(x+1)", "2x"),
        ("sin(x)/x", "cos(x)"),
    ],
    "quotient_sign": [
        ("x/(x+1)", "(2x+1)/(x+1)^2"),
        ("x/(x^2+1)", "(3x^2+1)/(x^2+1)^2"),
        ("x/(x^2+1)", "(x^2-1)/(x^2+1)^2"),
        ("sin(x)/x", "(x cos(x)+sin(x))/x^2"),
        ("e^x/x", "(x e^x+e^x)/x^2"),
        ("x/(x+y)", "(2x+y)/(x+y)^2"),
        ("x/(x+y)", "-y/(x+y)^2"),
        ("ln(x)/x", "(1+ln(x))/x^2"),
        ("(x^2+1)/(x-1)", "(2x(x-1)+x^2+1)/(x-1)^2"),
        ("(x+1)/(x-1)", "2x/(x-1)^2"),
    ],
    "constant_kept": [
        ("x^2+3xy+y^2", "2x+3y+y^2"),
        ("x^2+5", "2x+5"),
        ("x^2+y^2", "2x+y^2"),
        ("x^2+y^2", "2y+x^2", "y"),
        ("x^3-4", "3x^2-4"),
        ("sin(x)+y^3", "cos(x)+y^3"),
        ("x y+y^2+7", "y+7"),
        ("x y+y^2+7", "y+y^2+7"),
        ("e^x+2y^2", "e^x+2y^2"),
        ("y^2", "y^2"),
    ],
    "evaluated_first": [
        ("x^2+3xy+y^2", "0"),
        ("x^2", "0"),
        ("sin(x)", "0"),
        ("x^3 y^2", "0"),
        ("e^(x y)", "0"),
        ("ln(x)", "0"),
        ("x/(1+x)", "0"),
        ("sqrt(x)", "0"),
        ("(1-x)^2+100(y-x^2)^2", "0"),
        ("x y^4", "1"),
    ],
    "integrated": [
        ("x^2", "x^3/3"),
        ("x^2", "x^3/3+C"),
        ("x^3", "x^4/4"),
        ("3x^2", "x^3"),
        ("x^2+3xy+y^2", "x^3/3+3/2 x^2 y+x y^2"),
        ("1/x", "ln(x)"),
        ("e^(2x)", "e^(2x)/2"),
        ("sqrt(x)", "2/3 x^(3/2)"),
        ("x e^x", "x e^x-e^x"),
        ("2x y", "x^2 y"),
    ],
}
RULE: Final = "θ ← θ − η∇f"
BY_X: Final = {"f": "x^2+3xy+y^2", "by": "x"}
# By slip: the answer, what was expected, the derivative if one is asked about.
UPDATE_SLIPS: Final[dict[SlipId, list[tuple[Any, ...]]]] = {
    "update_sign": [
        ("θ ← θ + η∇f", RULE),
        ("θ = θ + η g", RULE),
        ("w += lr * grad", RULE),
        (r"\theta \leftarrow \theta + \eta \nabla f(\theta)", RULE),
        ("theta + eta grad", "theta - eta grad"),
        ("θ_{t+1} = θ_t + α g_t", RULE),
        ("x ← x + 0.1 ∂f/∂x", "x ← x − 0.1 ∂f/∂x"),
        ("x ← x + 0.1(2x+3y)", "x ← x − 0.1(2x+3y)"),
        ("x ← x + η(2x+3y)", "x ← x − η ∂f/∂x", BY_X),
        ("w ← w + 0.2(w-3)", "w - 0.2(w-3)"),
    ],
    "rate_forgotten": [
        ("θ ← θ − ∇f", RULE),
        ("θ = θ − g", RULE),
        ("w -= grad", RULE),
        (r"\theta \leftarrow \theta - \nabla f(\theta)", RULE),
        ("theta - grad", "theta - eta grad"),
        ("θ_{t+1} = θ_t − g_t", RULE),
        ("x ← x − ∂f/∂x", "x ← x − 0.1 ∂f/∂x"),
        ("x ← x − (2x+3y)", "x ← x − 0.1(2x+3y)"),
        ("x ← x − (2x+3y)", "x ← x − η ∂f/∂x", BY_X),
        ("w - 2(w-3)", "w - 0.1*2(w-3)"),
    ],
}


def asked(function: str, answer: str, by: str = "x") -> Question:
    formula = parse(function)
    expected = to_text(derivative(formula.expanded, by))
    return msgspec.convert(
        {"answer": answer, "expected": expected, "for": {"f": function, "by": by}}, Question
    )


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_named_on_ten_wrong_partials(slip: SlipId) -> None:
    found = {case: judge(asked(*case)) for case in SLIPS[slip]}
    assert {case: said.slip for case, said in found.items()} == dict.fromkeys(SLIPS[slip], slip)
    assert len(found) == 10
    for said in found.values():
        assert said.verdict == "wrong"
        english, korean = said.message.render("en"), said.message.render("ko")
        assert english != korean
        assert korean.endswith(".")
        assert not any(particle in korean for particle in ("(를)", "(은)", "(는)", "(가)", "(이)", "(을)"))


@pytest.mark.parametrize("slip", UPDATE_SLIPS)
def test_a_slip_is_named_on_ten_wrong_update_rules(slip: SlipId) -> None:
    assert len(UPDATE_SLIPS[slip]) == 10
    for answer, expected, *rest in UPDATE_SLIPS[slip]:
        question = {
            "answer": answer,
            "expected": expected,
            "kind": "update",
            "for": rest[0] if rest else None,
        }
        said = judge(msgspec.convert(question, Question))
        assert (said.verdict, said.slip) == ("wrong", slip), answer


def test_no_slip_is_named_where_the_answer_is_right() -> None:
    for cases in SLIPS.values():
        for function, _, *by in cases:
            right = asked(function, "0", *by)
            said = judge(msgspec.structs.replace(right, answer=f"({right.expected})*1 + 0"))
            assert (said.verdict, said.slip) == ("right", None)


def test_no_slip_is_made_up() -> None:
    for answer in ("2x+3y+1", "x^7", "2x+3z", "tan(x y)", "8"):
        assert judge(asked("x^2+3xy+y^2", answer)).slip is None


def test_without_a_function_only_the_sign_can_be_told() -> None:
    said = judge(msgspec.convert({"answer": "-2x", "expected": "2x"}, Question))
    assert said.slip == "sign"
    assert judge(msgspec.convert({"answer": "3x", "expected": "2x"}, Question)).slip is None


def test_a_number_at_a_point_has_its_slip_too() -> None:
    where = {"f": "x^2+3xy+y^2", "by": "x", "at": {"x": 1, "y": 2}}
    for answer, slip in (
        ("7", "other_partial"),
        ("11", "evaluated_first"),
        ("2", "one_term"),
        ("-8", "sign"),
    ):
        question = {"answer": answer, "expected": "8", "kind": "number", "for": where}
        assert judge(msgspec.convert(question, Question)).slip == slip


def test_a_component_of_a_gradient_has_its_slip() -> None:
    question = {"expected": "(2x+3y, 3x+2y)", "kind": "vector", "for": {"f": "x^2+3xy+y^2"}}
    for answer, slip in (("(3x+2y, 2x+3y)", "other_partial"), ("(2x+3y, 2y)", "one_term")):
        assert judge(msgspec.convert({"answer": answer, **question}, Question)).slip == slip


def test_the_partial_within_an_update_has_its_slip() -> None:
    question = {"expected": "x ← x − 0.1 ∂f/∂x", "kind": "update", "for": BY_X}
    for answer, slip in (("x − 0.1(3x+2y)", "other_partial"), ("x − 0.1(2x)", "one_term")):
        assert judge(msgspec.convert({"answer": answer, **question}, Question)).slip == slip
