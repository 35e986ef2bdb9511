"""Columns of text: sorted classes with codes, edited, and no numbers to reckon with."""

import pytest
from msgspec.structs import replace

from engine.document.classes import check_numbers, with_class
from engine.document.lab import Data, Lab
from engine.document.setup import formula_of
from engine.formula import FormulaError, parse
from engine.solving.stages import solve

TABLE = Data(
    columns=("x", "species"),
    rows=((1.0, 1.0), (2.0, 0.0), (3.0, 1.0)),
    classes={"species": ("setosa", "virginica")},
)


def test_another_class_of_those_there_are_changes_one_cell() -> None:
    edited = with_class(TABLE, 0, 1, "setosa")
    assert edited == replace(TABLE, rows=((1.0, 0.0), (2.0, 0.0), (3.0, 1.0)))


def test_a_new_class_takes_its_place_among_the_sorted() -> None:
    edited = with_class(TABLE, 0, 1, "versicolor")
    assert edited.classes == {"species": ("setosa", "versicolor", "virginica")}
    assert edited.rows == ((1.0, 1.0), (2.0, 0.0), (3.0, 2.0))
    assert with_class(TABLE, 1, 1, "a").classes == {"species": ("a", "virginica")}, "none is left over"


@pytest.mark.parametrize(
    ("formula", "place"),
    [
        ("mean((w x - species)^2)", "species"),
        ("mean((w x - [species + 1 = 1])^2)", "species"),
        ("mean((w x - (species = 1))^2 species)", "species)"),
    ],
)
def test_a_formula_that_reckons_with_classes_is_told_what_to_do(formula: str, place: str) -> None:
    with pytest.raises(FormulaError) as caught:
        formula_of(Lab(formula=formula, data=TABLE))
    assert caught.value.message.render() == "species holds classes (0 setosa, 1 virginica), not numbers"
    start = formula.rindex(place)
    assert caught.value.span == (start, start + len("species"))
    assert caught.value.hint is not None
    assert "(species = 0), which is 1 for setosa" in caught.value.hint.render()
    solution = solve(Lab(formula=formula, data=TABLE))
    assert [problem.place for problem in solution.problems] == ["formula"]


def test_a_class_may_be_compared() -> None:
    lab = Lab(
        formula="mean((w x + b - (species = 1))^2)", data=TABLE, others="free", starts=({"w": 1, "b": 0},)
    )
    assert formula_of(lab).columns == ("species", "x")
    solution = solve(lab)
    assert solution.runs[0].values[0] == pytest.approx((0 + 2**2 + 2**2) / 3)


def test_numbers_are_no_classes() -> None:
    check_numbers(parse("mean((w x - species)^2)", data=TABLE.columns), replace(TABLE, classes={}))
