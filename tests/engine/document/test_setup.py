"""Roles, ranges, held values and starts."""

import math

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.streams import stream
from engine.document.lab import Data, Lab, Variable
from engine.document.setup import Axis, Setup, keep_axes, ordered, resolve
from engine.formula import FormulaError, parse

THREE = "x^2 + 3x y + y^2 + z^2 x"


def resolved(lab: Lab) -> Setup:
    setup, problems = resolve(lab, parse(lab.formula))
    assert setup is not None
    assert not [problem for problem in problems if problem.fatal]
    return setup


def test_the_first_two_variables_are_drawn_and_the_others_free_or_held() -> None:
    setup = resolved(Lab(formula=THREE))
    assert setup.axes == (Axis("x", -5, 5), Axis("y", -5, 5))
    assert setup.descended == ("x", "y", "z")
    assert setup.starts.tolist() == [[4.0, 3.0, 1.0]]
    setup = resolved(Lab(formula=THREE, others="held"))
    assert setup.axes == (Axis("x", -5, 5), Axis("y", -5, 5))
    assert setup.descended == ("x", "y")
    assert setup.held == {"z": 1.0}
    assert setup.held_range == {"z": (-5, 5)}
    assert setup.starts.tolist() == [[4.0, 3.0]]


def test_constants_beside_variables_are_held_at_1() -> None:
    setup = resolved(Lab(formula="a x^2 + b y^2 + x y"))
    assert setup.axes == (Axis("x", -5, 5), Axis("y", -5, 5))
    assert setup.held == {"a": 1.0, "b": 1.0}
    assert setup.starts.tolist() == [[4.0, 3.0]]


def test_the_others_can_be_free() -> None:
    setup = resolved(Lab(formula="a x y", others="free"))
    assert setup.descended == ("a", "x", "y")
    assert setup.held == {}
    assert setup.drawn == (1, 2)
    assert setup.lo.tolist() == [-math.inf, -5, -5]


@pytest.mark.parametrize(("lo", "hi", "start"), [(0.0, 2.0, 1.0), (2.0, 8.0, 5.0), (None, 0.0, -2.5)])
def test_the_range_of_a_free_variable_holds(lo: float | None, hi: float | None, start: float) -> None:
    setup = resolved(Lab(formula=THREE, variables={"z": Variable(lo=lo, hi=hi)}))
    assert (setup.lo[2], setup.hi[2]) == (-5.0 if lo is None else lo, hi)
    assert setup.starts[0, 2] == start


def test_weights_over_a_table_start_from_a_seeded_draw() -> None:
    data = Data(columns=("x_1", "y"), rows=((1.0, 2.0), (2.0, 1.0)))
    lab = Lab(formula="mean((w x_1 + b - y)^2)", data=data, seed=5, starts=({}, {"b": 2.0}))

    def starts(lab: Lab) -> tuple[list[list[float]], int | None]:
        setup, _ = resolve(lab, parse(lab.formula, data=data.columns))
        assert setup is not None
        return setup.starts.tolist(), setup.start_seed

    numbers = stream(5, "start").standard_normal((2, 2)).round(3)
    first, second = numbers.tolist()
    assert starts(lab) == ([first, [second[0], 2.0]], 5)
    assert starts(replace(lab, starts=({},))) == ([first], 5)
    assert starts(replace(lab, seed=6))[0] != [first, [second[0], 2.0]]
    assert starts(replace(lab, starts=({"w": 1.0, "b": 2.0},))) == ([[1.0, 2.0]], None)
    held = replace(lab, variables={"w": Variable(role="held")}, starts=({},))
    assert starts(held) == ([[first[1]]], 5)  # as if w varied


def test_only_starts_over_a_table_are_drawn() -> None:
    setup = resolved(Lab(seed=5))
    assert (setup.starts.tolist(), setup.start_seed) == ([[4.0, 3.0]], None)


def test_roles_choose_the_axes() -> None:
    setup = resolved(
        Lab(
            formula=THREE,
            variables={
                "z": Variable(role="horizontal", lo=0, hi=2),
                "x": Variable(role="held", value=-7),
            },
        )
    )
    assert setup.axes == (Axis("z", 0, 2), Axis("y", -5, 5))
    assert setup.descended == ("y", "z")
    assert setup.drawn == (1, 0)
    assert setup.held == {"x": -7}
    assert setup.held_range == {"x": (-7, 5)}


@pytest.mark.parametrize(
    ("names", "variables", "axes"),
    [
        (("u", "x", "y"), {}, ("x", "y")),
        (("u", "y"), {}, ("u", "y")),  # x is gone: nothing to keep
        (("u", "x", "y"), {"u": Variable(role="vertical")}, ("x", "u")),  # as was chosen
    ],
)
def test_the_axes_stay_while_a_formula_grows(
    names: tuple[str, ...], variables: dict[str, Variable], axes: tuple[str, ...]
) -> None:
    lab = Lab(formula="+".join(names), variables=variables)
    setup = resolved(replace(lab, variables=keep_axes(lab, ("x", "y"), parse(lab.formula))))
    assert tuple(axis.name for axis in setup.axes) == axes


def test_an_axis_that_turns_out_a_constant_is_not_kept() -> None:
    """On the way to a x² there is a, which is drawn."""
    lab = Lab(formula="a x^2")
    assert keep_axes(lab, ("a",), parse(lab.formula)) == {}


def test_one_variable_has_one_axis() -> None:
    setup = resolved(Lab(formula="x^2"))
    assert setup.axes == (Axis("x", -5, 5),)
    assert setup.drawn == (0,)


def test_starts_are_by_name_and_filled_up() -> None:
    setup = resolved(Lab(starts=({"y": 1.5}, {"x": -1, "y": 2, "gone": 3})))
    np.testing.assert_array_equal(setup.starts, [[4, 1.5], [-1, 2]])


@pytest.mark.parametrize(
    ("choice", "place"),
    [
        (Variable(lo=1, hi=1), "variables.x.hi"),
        (Variable(lo=2, hi=1), "variables.x.hi"),
        (Variable(lo=math.nan), "variables.x.lo"),
        (Variable(lo=-1e308, hi=1.7e308), "variables.x.hi"),
        (Variable(lo=1e6, hi=1e6 + 1e-9), "variables.x.hi"),
    ],
)
def test_a_bad_range_is_fatal_and_named(choice: Variable, place: str) -> None:
    setup, problems = resolve(Lab(variables={"x": choice}), parse("x + y"))
    assert setup is None
    assert [problem.place for problem in problems] == [place]


def test_nothing_to_draw_is_said() -> None:
    lab = Lab(variables={"x": Variable(role="held"), "y": Variable(role="held")})
    setup, problems = resolve(lab, parse("x + y"))
    assert setup is None
    assert problems[0].place == "variables"


def test_a_start_outside_is_said_but_not_fatal() -> None:
    setup, problems = resolve(Lab(starts=({"x": 6, "y": 1},)), parse("x + y"))
    assert setup is not None
    assert [(problem.place, problem.fatal) for problem in problems] == [("starts.0.x", False)]


def test_an_order_may_add_variables_but_not_leave_any_out() -> None:
    assert ordered(parse("y^2"), ("y", "x")).variables == ("y", "x")
    with pytest.raises(FormulaError, match="y is not among"):
        ordered(parse("x + y"), ("x",))
