"""Bracket matching, closing and typing over."""

import pytest

from gui.editor.brackets import closer_for, is_empty_pair, matching, types_over


@pytest.mark.parametrize(
    ("text", "caret", "pair"),
    [
        ("f(x)", 4, (1, 3)),
        ("f(x)", 1, (1, 3)),
        ("((x)", 4, (1, 3)),
        ("(x]", 3, None),
        ("x", 1, None),
        ("", 0, None),
        ("(x", 1, None),
    ],
)
def test_matching(text, caret, pair):
    assert matching(text, caret) == pair


@pytest.mark.parametrize(
    ("text", "caret", "typed", "closer"),
    [
        ("", 0, "(", ")"),
        ("2+", 2, "(", ")"),
        ("2+x", 2, "(", ""),
        ("f()", 2, "[", "]"),
        ("", 0, "|", "|"),
        ("x", 1, "|", ""),
        ("2+|x", 4, "|", ""),
        ("x", 1, "a", ""),
    ],
)
def test_closer_for(text, caret, typed, closer):
    assert closer_for(text, caret, typed) == closer


def test_types_over_only_what_is_balanced():
    assert types_over("(x)", 2, ")")
    assert not types_over("((x)", 3, ")")
    assert not types_over("(x", 2, ")")
    assert types_over("|x|", 2, "|")
    assert not types_over("x", 0, "(")


def test_empty_pairs():
    assert is_empty_pair("f()", 2)
    assert not is_empty_pair("f(x)", 2)
    assert not is_empty_pair("", 0)
