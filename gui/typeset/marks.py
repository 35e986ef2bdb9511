"""Marks: colours that only say which part of the source a glyph came from. Any thread; no Qt."""

from typing import Final

MARK: Final = "mark"


def mark(number: int, tex: str, color: str = "") -> str:
    r"""`tex` marked, so that the picture's regions tell where it went (the innermost mark counts).

    >>> mark(3, "x")
    '\\textcolor{mark3}{x}'
    >>> mark(3, "x", "muted")
    '\\textcolor{mark3.muted}{x}'
    """
    return rf"\textcolor{{{MARK}{number}{'.' if color else ''}{color}}}{{{tex}}}"


def read_mark(color: str) -> tuple[int, str]:
    """The number and the true colour ("" if none) in the colour of a mark.

    >>> read_mark("mark3.muted")
    (3, 'muted')
    """
    number, _, true_color = color.removeprefix(MARK).partition(".")
    return int(number), true_color
