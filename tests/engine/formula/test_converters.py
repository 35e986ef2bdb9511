"""Formulas as converters and other editors write them, each with what it means in our own plain notation.

The pairs are in `notations/*.txt`, one a line; "?" stands for what is asked about, never guessed.
"""

from pathlib import Path

import mpmath
import pytest

from engine.formula import Formula, FormulaError, parse
from engine.formula.names import name_key
from tests.engine.formula.oracle import evaluate

NOTATIONS = sorted(Path(__file__).parent.joinpath("notations").glob("*.txt"))


def pairs(path: Path) -> list[tuple[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    found = [tuple(map(str.strip, line.split("⟹"))) for line in lines]
    if path.stem == "mathml":
        found = [(f"<math xmlns='http://www.w3.org/1998/Math/MathML'>{text}</math>", m) for text, m in found]
    return found


def values(formula: Formula, shift: float) -> mpmath.mpf:
    """Its value where each letter has a number of its own, between `shift` and `shift` + 1."""
    keys = [name_key(name) for name in formula.variables]
    numbers = [shift + sum(map(ord, key)) * 0.6180339887 % 0.9 for key in keys]
    return evaluate(formula.expanded, dict(zip(formula.variables, numbers, strict=True)))


def means(text: str, meaning: str) -> str | None:
    """None where `text` means what `meaning` does, "?" for what is asked about; else what happened."""
    try:
        found = parse(text)
    except FormulaError as error:
        hint = error.hint.render() if error.hint else ""
        return None if meaning == "?" else f"{text}: {error} · {text[slice(*error.span)]} · {hint}"
    if meaning == "?":
        return None if found.readings else f"{text}: read without a word"
    wanted = parse(meaning)
    if {*map(name_key, found.variables)} != {*map(name_key, wanted.variables)}:
        return f"{text}: {found.variables}, not {wanted.variables}"
    for shift in (0.05, 1.1):
        one, other = values(found, shift), values(wanted, shift)
        if mpmath.isfinite(other) and abs(one - other) > 1e-12 * max(1, abs(other)):
            return f"{text}: {one}, not {other}"
        if not mpmath.isfinite(other) and mpmath.isfinite(one):
            return f"{text}: {one}, not {other}"
    return None


@pytest.mark.parametrize(
    "text",
    [
        "<math><mi>x</mi>",
        "<math><mfrac><mn>1</mn></mfrac></math>",
        "<!DOCTYPE math [<!ENTITY a 'b'>]><math>&a;</math>",
        "<math>" + "<mrow>" * 400 + "</mrow>" * 400 + "</math>",
        "<math><mi>x</mi><mo>+</mo></math>",
    ],
)
def test_mathml_that_is_no_formula_gets_a_sentence(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.message.render("ko") != caught.value.message.render("en")


@pytest.mark.parametrize("path", NOTATIONS, ids=[path.stem for path in NOTATIONS])
def test_each_pair_of_a_notation_means_the_same(path: Path) -> None:
    table = pairs(path)
    assert len(table) >= 60
    wrong = [said for text, meaning in table if (said := means(text, meaning)) is not None]
    assert not wrong, "\n" + "\n".join(wrong)
