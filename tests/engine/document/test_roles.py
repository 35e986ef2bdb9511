"""The rule that says which letters are variables: a table of formulas, and the choices that go before it."""

import pytest

from engine.document.roles import assign, listed, reason, summed_up
from engine.formula import parse

TABLE = ("x_1", "x_2", "y")


def told(text: str, columns: tuple[str, ...] = (), **choices: object) -> str:
    """The letters as "x→ y↑ z a=": horizontal, vertical, free, held; in the formula's order."""
    formula = parse(text, data=columns)
    roles = assign(
        formula.variables,
        declared=formula.declared,
        columns=formula.columns,
        **choices,  # type: ignore[arg-type]
    )
    marks = {"horizontal": "→", "vertical": "↑", "free": "", "held": "="}
    return " ".join(f"{name}{marks[each.role]}" for name, each in roles.items())


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        # by custom
        ("x^2 + 3x y + y^2", "x→ y↑"),
        ("x^2 + y^2 + z^2", "x→ y↑ z"),
        ("a x^2 + b y^2 + x y", "a= b= x→ y↑"),
        ("a x^2 + b x + c", "a= b= c= x→"),
        ("u^2 + v^2 - w t", "t→ u↑ v w"),
        ("θ^2 + α θ + β", "α= β= θ→"),
        ("e^(-(x - μ)^2/(2σ^2))", "x→ μ= σ="),
        ("k (x_1 - x_2)^2 + m", "k= m= x_1→ x_2↑"),
        ("a_0 + a_1 x", "a_0→ a_1↑ x"),
        (r"(\hat{y} - c)^2", "c= y_hat→"),
        (r"(\bar{a} - x)^2", "a_bar= x→"),
        ("A sin(t)", "A= t→"),
        # coordinates are variables beside each other
        ("r^2 cos θ", "r→ θ↑"),
        ("sin θ cos φ", "θ→ φ↑"),
        ("s^2 + t^2", "s→ t↑"),
        ("r x (1 - x)", "r= x→"),
        # where no other letter occurs
        ("a^2 + b^2", "a→ b↑"),
        ("m^2 + k m + q", "k→ m↑ q"),
        ("3", ""),
        # declared
        ("f(a, b) = a x^2 + b y^2", "a→ b↑ x= y="),
        ("f(x) = x^2 + y^2", "x→ y="),
        ("f(x) = x_1^2 + x_2^2 + y", "x_1→ x_2↑ y="),
        ("lambda c, x: a x + c", "c→ x↑ a="),
        ("z = a x^2 + y^2", "a= x→ y↑"),
    ],
)
def test_the_rule(text: str, roles: str) -> None:
    assert told(text) == roles


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("mean((w_1 x_1 + w_2 x_2 + b - y)^2)", "w_1→ w_2↑ b"),
        ("mean((a x_1 + c - y)^2) + k a^2", "a→ c↑ k"),
        ("L(w, b) = mean((w x_1 + b - y)^2) + k w^2", "w→ b↑ k="),
        ("L(w, y) = mean((w x_1 + b - y)^2)", "w→ b="),
        ("a u^2 + b v^2", "a= b= u→ v↑"),  # uses no column
    ],
)
def test_over_a_table_every_letter_varies_that_is_no_column(text: str, roles: str) -> None:
    assert told(text, TABLE) == roles


@pytest.mark.parametrize(
    ("choices", "roles"),
    [
        ({"chosen": {"a": "free"}}, "a b= x→ y↑"),
        ({"chosen": {"a": "horizontal"}}, "a→ b= x↑ y"),
        ({"chosen": {"x": "held"}}, "a= b= x= y→"),
        ({"chosen": {"x": "held", "y": "held"}}, "a→ b↑ x= y="),
        ({"chosen": {"y": "horizontal", "b": "vertical"}}, "a= b↑ x y→"),
        ({"chosen": {"y": "vertical", "x": "held"}}, "a= b= x= y→"),
        ({"chosen": dict.fromkeys("abxy", "held")}, "a= b= x= y="),
        ({"others": "free"}, "a b x→ y↑"),
        ({"others": "held"}, "a= b= x→ y↑"),
        ({"others": "free", "chosen": {"b": "held", "gone": "horizontal"}}, "a b= x→ y↑"),
    ],
)
def test_what_was_chosen_goes_before_the_rule(choices: dict[str, object], roles: str) -> None:
    assert told("a x^2 + b y^2 + x y", **choices) == roles


def test_all_held_leaves_two_to_draw() -> None:
    assert told("x + y + z", others="held") == "x→ y↑ z="
    assert told("a x", others="free") == "a↑ x→"


@pytest.mark.parametrize(
    ("text", "columns", "letter", "ground", "why"),
    [
        ("a x + b y", (), "a", "beside", "A constant beside x, y."),
        ("a x", (), "x", "custom", "by custom"),
        ("f(x) = a x", (), "a", "undeclared", "does not declare it"),
        ("f(x) = a x", (), "x", "declared", "the formula declares it"),
        ("mean(b y)", TABLE, "b", "table", "unless it is a column"),
        ("a + b", (), "a", "alone", "nothing else here is one"),
    ],
)
def test_each_letter_has_a_reason(
    text: str, columns: tuple[str, ...], letter: str, ground: str, why: str
) -> None:
    formula = parse(text, data=columns)
    roles = assign(formula.variables, declared=formula.declared, columns=formula.columns)
    assert roles[letter].ground == ground
    assert why in reason(letter, roles).render()
    assert "{" not in reason(letter, roles).render("ko")


def test_what_may_surprise_is_summed_up() -> None:
    roles = assign(("a", "b", "x", "y"))
    assert [each.render() for each in summed_up(roles)] == ["Held constant beside x, y: a, b."]
    assert summed_up(roles)[0].render("ko") == "x, y와 함께 쓰여 상수로 고정: a, b."
    assert summed_up(assign(("x", "y", "z"))) == ()
    assert summed_up(assign(("a", "x"), chosen={"a": "held", "x": "horizontal"})) == ()


def test_the_choice_for_all_is_the_reason_only_where_it_changes_something() -> None:
    roles = assign(("a", "x", "y", "z"), others="held")
    assert (roles["a"].ground, roles["z"].ground) == ("beside", "chosen")


def test_many_names_are_cut_short() -> None:
    assert listed([f"w_{i}" for i in range(1, 66)]) == "w₁, w₂, w₃, w₄, w₅, …, w₆₅"
