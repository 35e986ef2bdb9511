"""Names of variables and symbols of settings, typeset for the panels. GUI thread."""

from typing import Final

from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.formula.names import name_latex
from gui.typeset import FormulaLabel
from gui.widgets import show_number

_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
_TO_PLAIN: Final = str.maketrans(_SUPERSCRIPTS, "0123456789-")


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


def number_latex(value: float, digits: int = 4) -> str:
    """A number as in running text, for a formula: −2.5\\cdot 10^{−7}."""
    text = show_number(value, digits)
    if "10" in text and any(mark in text for mark in _SUPERSCRIPTS):
        head, power = text.split("10", 1) if "×" not in text else text.split("×10", 1)
        power = power.translate(_TO_PLAIN)
        factor = rf"{head}\cdot " if "×" in text else head
        text = f"{factor}10^{{{power}}}"
    return text.replace("−", "-").replace("∞", r"\infty ").replace("–", r"\text{–}")
