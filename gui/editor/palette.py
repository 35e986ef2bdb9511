"""The palette: templates, Greek letters and functions, each button drawn by our own typesetting.

GUI thread. A popup; from the keyboard the arrows walk the grid, Enter inserts, Escape closes.
"""

from typing import Final

from msgspec import Struct
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.formula.functions import FUNCTIONS, sample_latex
from engine.formula.names import GREEK
from gui.i18n import tr
from gui.style import set_role
from gui.typeset import fitted

COLUMNS: Final = 8
WIDE_COLUMNS: Final = 5
CELL_PX: Final = 40
_TEX_PX: Final = 16.0
_STEPS: Final[dict[int, tuple[int, int]]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_BOX: Final = r"\textcolor{accent}{\square}"


class Template(Struct, frozen=True):
    """One button: its look, what it types ("|" where the caret goes), its name in English."""

    latex: str
    insert: str
    name: str


TEMPLATES: Final = (
    Template(rf"\frac{{{_BOX}}}{{{_BOX}}}", "(|)/(|)", "Fraction"),
    Template(rf"x^{{{_BOX}}}", "^(|)", "Power"),
    Template("x^{2}", "^2", "Square"),
    Template(rf"x_{{{_BOX}}}", "_|", "Index"),
    Template(rf"\sqrt{{{_BOX}}}", "sqrt(|)", "Square root"),
    Template(rf"\sqrt[n]{{{_BOX}}}", "root(|, |)", "n-th root"),
    Template(rf"e^{{{_BOX}}}", "e^(|)", "Exponential"),
    Template(rf"\left|{_BOX}\right|", "abs(|)", "Absolute value"),
    Template(rf"\ln {_BOX}", "ln(|)", "Natural logarithm"),
    Template(rf"\log_{{{_BOX}}}", "log(|, |)", "Logarithm to a base"),
    Template(rf"\left\|{_BOX}\right\|", "norm(|, |)", "Norm"),
    Template(rf"\sum_{{i}}{_BOX}", "sum(i=1..|, |)", "Sum over an index"),
    Template(rf"\prod_{{i}}{_BOX}", "product(i=1..|, |)", "Product over an index"),
    Template(
        rf"\begin{{cases}}{_BOX}\\{_BOX}\end{{cases}}", "piecewise(x > 0: |, |)", "Piecewise definition"
    ),
    Template(r"\max", "max(|, |)", "Maximum"),
    Template(r"\min", "min(|, |)", "Minimum"),
    Template(r"\pi", "π", "Circle constant"),
    Template(r"\cdot", "·", "Times"),
    Template(r"\le", "<=", "Less or equal"),
    Template(r"\ge", ">=", "Greater or equal"),
)
FUNCTION_NAMES: Final = (
    "sin", "cos", "tan", "arctan", "exp", "sinh", "cosh", "tanh", "erf", "gamma",
    "sigmoid", "relu", "softplus", "sign", "floor",
)  # fmt: skip
_LETTERS: Final = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta",
    "Theta", "Lambda", "Xi", "Sigma", "Phi", "Psi", "Omega",
)  # fmt: skip


class FormulaButton(QToolButton):
    """A flat button whose face is a typeset formula."""

    def __init__(self, tex: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tex = tex
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        layout = fitted(self._tex, _TEX_PX, self.width() - 6, self.height() - 6)
        at = QPointF((self.width() - layout.width) / 2, (self.height() - layout.height) / 2)
        accent = palette.color(QPalette.ColorRole.Highlight)
        layout.paint(painter, at, palette.color(QPalette.ColorRole.Text), {"accent": accent})


class SymbolPalette(QFrame):
    """The popup of buttons.

    Signals:
        inserted(str): what to type; "|" where the caret goes.
    """

    inserted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_role(self, "card")
        self.setAccessibleName(tr("Templates and letters"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(4)
        self.buttons: list[FormulaButton] = []
        templates = [(t.latex, t.insert, tr(t.name)) for t in TEMPLATES]
        functions = [
            (sample_latex(spec), spec.template, f"{spec.name}: {tr(spec.help)}")
            for spec in (FUNCTIONS[name] for name in FUNCTION_NAMES)
        ]
        letters = [("\\" + name, GREEK[name], name) for name in _LETTERS]
        for title, entries, columns in (
            (tr("Templates"), templates, COLUMNS),
            (tr("Functions"), functions, WIDE_COLUMNS),
            (tr("Greek letters"), letters, COLUMNS),
        ):
            self._add_section(column, title, entries, columns)

    def _add_section(
        self, column: QVBoxLayout, title: str, entries: list[tuple[str, str, str]], columns: int
    ) -> None:
        label = QLabel(title)
        set_role(label, "section")
        column.addWidget(label)
        grid = QGridLayout()
        grid.setSpacing(0)
        for number, (tex, insert, tip) in enumerate(entries):
            button = FormulaButton(tex, tip)
            button.clicked.connect(lambda _checked=False, text=insert: self._choose(text))
            button.setFixedSize(CELL_PX * COLUMNS // columns, CELL_PX if columns == COLUMNS else 34)
            grid.addWidget(button, number // columns, number % columns)
            self.buttons.append(button)
        grid.setColumnStretch(columns, 1)
        column.addLayout(grid)

    def _choose(self, text: str) -> None:
        self.close()
        self.inserted.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _STEPS:
            self._walk(*_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, FormulaButton):
                focused.click()
        else:
            super().keyPressEvent(event)

    def _walk(self, dx: int, dy: int) -> None:
        """To the nearest button in a direction, as the eye sees the grid."""
        focused = self.focusWidget()
        if not isinstance(focused, FormulaButton):
            self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
            return
        here = focused.geometry().center()
        best: tuple[int, FormulaButton] | None = None
        for button in self.buttons:
            away = button.geometry().center() - here
            along = away.x() * dx + away.y() * dy
            across = abs(away.x() * dy) + abs(away.y() * dx)
            if along > 4 and (dx == 0 or across < CELL_PX * 3 // 4):
                distance = along + 4 * across
                if best is None or distance < best[0]:
                    best = (distance, button)
        if best is not None:
            best[1].setFocus(Qt.FocusReason.TabFocusReason)
