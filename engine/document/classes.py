"""Columns of text: each entry is the place of its class among the sorted names of all. Any thread; no Qt."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from engine.base.i18n import message
from engine.document.lab import Data
from engine.formula import Formula, FormulaError, ast
from engine.formula.names import name_text

MOST_NAMED: Final = 4


def coded(texts: Sequence[str]) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """The codes 0 … k − 1 of the texts, and the names of the k classes, sorted.

    >>> coded(["versicolor", "setosa", "versicolor"])
    ((1.0, 0.0, 1.0), ('setosa', 'versicolor'))
    """
    names = tuple(sorted(set(texts)))
    codes = {name: float(code) for code, name in enumerate(names)}
    return tuple(codes[text] for text in texts), names


def with_class(data: Data, row: int, column: int, name: str) -> Data:
    """The table with `name` in a cell of a column of classes: those that then occur, sorted anew."""
    of = data.columns[column]
    texts = [data.classes[of][int(each[column])] for each in data.rows]
    texts[row] = name
    codes, names = coded(texts)
    rows = tuple(
        (*each[:column], code, *each[column + 1 :]) for each, code in zip(data.rows, codes, strict=True)
    )
    return replace(data, rows=rows, classes={**data.classes, of: names})


def listed(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """Classes with their codes, in a sentence.

    >>> listed(["setosa", "versicolor"]), listed("abcdef", 2)
    ('0 setosa, 1 versicolor', '0 a, 1 b, …')
    """
    shown = ", ".join(f"{code} {name[:30]}" for code, name in enumerate(names[:most]))
    return shown + (", …" if len(names) > most else "")


def check_numbers(formula: Formula, data: Data, predicted: str | None = None) -> None:
    """Raise a FormulaError where the formula reckons with a column of classes; to compare one is allowed.

    Args:
        predicted: a column of two classes that may stand for 0 and 1.
    """
    compared = {
        operand.span
        for node in ast.walk(formula.ast)
        if isinstance(node, ast.Compare)
        for operand in node.operands
    }
    for node in ast.walk(formula.ast):
        if not isinstance(node, ast.Column) or node.span in compared or node.name == predicted:
            continue
        if node.name not in data.classes:
            continue
        names = data.classes[node.name]
        raise FormulaError(
            message(
                "{column} holds classes ({classes}), not numbers",
                column=name_text(node.name),
                classes=listed(names),
            ),
            node.span,
            message(
                "Compare it, as in ({column} = 0), which is 1 for {first} and 0 for the others",
                column=node.name,
                first=names[0][:30],
            ),
        )
