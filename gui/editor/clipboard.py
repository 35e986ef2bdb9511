"""The ways to copy a formula: LaTeX, plain text, Python, picture. GUI thread."""

from typing import Final

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from engine.formula import Formula, to_latex
from engine.formula.models import as_equations
from gui.editor.paste import plain_text
from gui.i18n import tr
from gui.typeset import copying, layout_tex

_SIZE_PX: Final = 28.0


def copy_latex(formula: Formula) -> None:
    """The formula as LaTeX to the clipboard; several lines as a display."""
    lines = _lines(formula)
    text = " \\\\ ".join(lines)
    copying.copy_text(rf"\begin{{aligned}} {text} \end{{aligned}}" if len(lines) > 1 else text)


def copy_plain(formula: Formula) -> None:
    """The formula in our own notation to the clipboard."""
    copying.copy_text(plain_text(formula))


def copy_python(formula: Formula) -> None:
    """The formula as a line of Python with NumPy to the clipboard."""
    from gui.editor.python_text import to_python

    copying.copy_text(to_python(formula))


def copy_picture(formula: Formula) -> None:
    """The typeset formula to the clipboard, black on transparent, as PNG and as SVG."""
    black = QColor("#000000")
    picture = layout_tex("\n".join(_lines(formula)), _SIZE_PX)
    copying.copy_picture(picture, black, lambda _token: black)


def _lines(formula: Formula) -> list[str]:
    """The formula as it was typed, a line for each of its own."""
    model = formula.model
    return (
        [to_latex(formula.ast)] if model is None else [to_latex(line) for line in as_equations(model.lines)]
    )


def add_copy_actions(menu: QMenu, formula: Formula | None) -> None:
    """Add the ways to copy `formula`; disabled where there is none, as while it is wrong."""
    for text, copy in (
        (tr("Copy as LaTeX"), copy_latex),
        (tr("Copy as plain text"), copy_plain),
        (tr("Copy as Python"), copy_python),
        (tr("Copy as picture"), copy_picture),
    ):
        action = menu.addAction(text)
        action.setEnabled(formula is not None)
        if formula is not None:
            action.triggered.connect(lambda _checked=False, copy=copy: copy(formula))
