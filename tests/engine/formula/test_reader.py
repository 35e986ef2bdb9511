"""The reader's loop and the grammar's table: what a construct is to them."""

import msgspec
import pytest

from engine.formula import FormulaError, ast, to_text
from engine.formula.constructs import arithmetic, brackets, words
from engine.formula.functions import function_named
from engine.formula.grammar import GRAMMAR
from engine.formula.lexing import tokenize
from engine.formula.lexing.signs import KNOWN_COMMANDS
from engine.formula.reader import FACTOR, POWER, PRODUCT, SUM, Grammar, Joint, Reader

SUMS = Grammar(
    values={"number": words.number, "(": brackets.bracketed},
    commands={},
    words={},
    signs={},
    joints={"+": (Joint(SUM, arithmetic.added),)},
    beside=(),
    behind={},
)


def test_the_reader_knows_only_what_its_grammar_says() -> None:
    reader = Reader(tokenize("1 + (2 + 3) * 4"), SUMS)
    assert to_text(reader.either()) == "1 + (2 + 3)"
    assert reader.token.kind == "*"
    with pytest.raises(FormulaError, match="cannot stand here") as failure:
        Reader(tokenize("1 + x"), SUMS).either()
    assert failure.value.span == (4, 5)


def test_a_new_sign_is_a_function_and_a_row() -> None:
    def dotted(reader: Reader, left: ast.Node, _start: int) -> ast.Node:
        sign = reader.advance()
        right = reader.read(FACTOR)
        return ast.Call("dot", (left, right), (left.span[0], right.span[1]), sign.span)

    joints = {**GRAMMAR.joints, "@": (Joint(PRODUCT, dotted),)}
    grammar = msgspec.structs.replace(GRAMMAR, joints=joints)

    def read(text: str) -> str:
        return to_text(Reader(tokenize(text), grammar).either())

    assert read("x + y^2 @ -z") == "x + dot(y^2, -z)"
    assert read("-x @ y < sin x") == "-dot(x, y) < sin(x)"
    assert read("x if x > y @ z else 2") == "piecewise(x > dot(y, z): x, 2)"


@pytest.mark.parametrize(
    ("power", "wanted", "rest"), [(SUM, "x + 2y^3", "<"), (PRODUCT, "x", "+"), (POWER, "x", "+")]
)
def test_a_value_ends_before_what_binds_less(power: int, wanted: str, rest: str) -> None:
    reader = Reader(tokenize("x + 2y^3 < 1"), GRAMMAR)
    assert to_text(reader.read(power)) == wanted
    assert reader.token.kind == rest


def test_every_command_that_the_lexer_leaves_is_in_the_grammar_or_means_nothing_here() -> None:
    joints = {sign[1:] for sign in GRAMMAR.joints if sign.startswith("\\")}
    headers, refused = {"underset"}, {"pmod"}
    assert (GRAMMAR.commands.keys() | joints | headers | refused) - {""} == KNOWN_COMMANDS


def test_of_the_words_that_end_a_value_only_mod_is_a_function_too() -> None:
    assert [word for word in (*GRAMMAR.joints, *GRAMMAR.signs) if function_named(word)] == ["mod"]
