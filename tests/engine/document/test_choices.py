"""Choosing roles by hand: what changes, and that all else stays."""

from msgspec.structs import replace

from engine.document.choices import by_rule, let_vary, roles_now, with_others, with_role
from engine.document.lab import Lab, Role, Variable
from engine.document.roles import Assigned
from engine.document.setup import roles_of
from engine.formula import parse

LAB = Lab(formula="a x^2 + b y^2 + x y + z")


def roles(lab: Lab) -> dict[str, Assigned]:
    return roles_of(lab, parse(lab.formula))


def after(lab: Lab) -> dict[str, Role]:
    return {name: each.role for name, each in roles(lab).items()}


def test_a_constant_is_let_go_and_held_again() -> None:
    assert after(LAB) == {"a": "held", "b": "held", "x": "horizontal", "y": "vertical", "z": "free"}
    free = let_vary(LAB, roles(LAB), "a")
    assert after(free) == after(LAB) | {"a": "free"}
    assert after(with_role(free, roles(free), "a", "held")) == after(LAB)


def test_what_is_let_go_becomes_an_axis_where_one_is_missing() -> None:
    lab = Lab(formula="a x^2")
    assert after(let_vary(lab, roles(lab), "a")) == {"a": "vertical", "x": "horizontal"}


def test_an_axis_that_is_held_is_followed_by_a_free_variable() -> None:
    assert after(with_role(LAB, roles(LAB), "x", "held")) == after(LAB) | {"x": "held", "z": "horizontal"}


def test_an_axis_that_is_taken_is_exchanged() -> None:
    assert after(with_role(LAB, roles(LAB), "b", "horizontal")) == after(LAB) | {
        "b": "horizontal",
        "x": "held",
    }
    assert after(with_role(LAB, roles(LAB), "y", "horizontal")) == after(LAB) | {
        "x": "vertical",
        "y": "horizontal",
    }


def test_all_at_once_and_back() -> None:
    free = with_others(LAB, roles(LAB), "free")
    assert after(free) == after(LAB) | {"a": "free", "b": "free"}
    held = with_others(free, roles(free), "held")
    assert after(held) == after(LAB) | {"z": "held"}
    assert by_rule(held, roles(held)).others is None
    assert after(by_rule(held, roles(held))) == after(LAB)


def test_by_rule_keeps_ranges_and_changes_nothing_that_is_so_already() -> None:
    lab = replace(LAB, variables={"x": Variable(lo=0.0, role="held"), "gone": Variable(role="free")})
    assert by_rule(lab, roles(lab)).variables == {"x": Variable(lo=0.0), "gone": Variable(role="free")}
    assert by_rule(LAB, roles(LAB)) == LAB


def test_what_could_not_be_solved_counts_as_chosen() -> None:
    shown = roles(Lab(formula="x + y"))
    lab = Lab(formula="x + y", variables={"x": Variable(role="held"), "y": Variable(role="held")})
    assert roles_now(lab, shown) == {"x": "held", "y": "held"}
    assert after(let_vary(lab, shown, "y")) == {"x": "held", "y": "horizontal"}
