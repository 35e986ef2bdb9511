"""Names of variables and symbols of settings, typeset for the panels. GUI thread."""

from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.formula.names import name_latex
from gui.typeset import FormulaLabel


def symbol_label(
    tex: str, tip: str = "", *, size_px: float = 15.0, parent: QWidget | None = None
) -> FormulaLabel:
    """A short typeset symbol that is only to be read; as wide as it is."""
    label = FormulaLabel(tex, parent, size_px=size_px, selectable=False)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    if tip:
        label.setToolTip(tip)
    return label


def name_label(name: str, *, size_px: float = 16.0) -> FormulaLabel:
    """The name of a variable, typeset."""
    return symbol_label(name_latex(name), name, size_px=size_px)
