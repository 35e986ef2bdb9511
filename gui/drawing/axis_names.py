"""What stands at an axis: its variable or, of a direction, its letter and what it is. GUI thread."""

from engine.document.setup import Axis
from engine.formula.names import name_latex, name_text
from gui.i18n import language


def axis_latex(axis: Axis) -> str:
    """Typeset."""
    if axis.title is None:
        return name_latex(axis.name)
    said = axis.title.render(language()).replace("%", r"}\%\text{")  # what Qt draws has no commands in it
    return rf"{name_latex(axis.name)}\text{{: {said}}}"


def axis_text(axis: Axis) -> str:
    """In a sentence."""
    if axis.title is None:
        return name_text(axis.name)
    return f"{name_text(axis.name)}: {axis.title.render(language())}"
