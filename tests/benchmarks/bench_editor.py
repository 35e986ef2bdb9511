"""The editor: a key press to painted pixels, and typesetting alone, against matplotlib's mathtext."""

import statistics
import time
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.document.lab import Lab
from gui.editor.formula_editor import FormulaEditor
from gui.store import Store
from gui.style import apply_theme
from gui.theme import LIGHT
from gui.typeset.picture import _sheet, typeset
from tests.benchmarks.timing import Row, median_ms

FORMULAS = {
    "x²+3xy+y²": "x^2+3xy+y^2",
    "Himmelblau": "(x^2+y-11)^2+(x+y^2-7)^2",
    "Ackley": "-20e^(-0.2 sqrt((x^2+y^2)/2)) - e^((cos(2pi x)+cos(2pi y))/2)+e+20",
}
TEX = r"-20e^{-0.2\sqrt{\frac{x^{2}+y^{2}}{2}}}-e^{\frac{\cos 2\pi x+\cos 2\pi y}{2}}+e+20"
REPEATS = 3


def run() -> Iterator[Row]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    apply_theme(LIGHT)
    for name, formula in FORMULAS.items():
        times = _typing_ms(app, formula)
        yield f"key press to painted, {name}, median", statistics.median(times), "", None
        yield f"key press to painted, {name}, worst", max(times), "", None
    yield "typeset Ackley, first time", _typeset_ms(), *_matplotlib()


def _typing_ms(app: QApplication, formula: str) -> list[float]:
    """The time of each key press of typing `formula`, after it was typed once."""
    editor = FormulaEditor(Store(Lab(formula="")), LIGHT)
    editor.resize(360, 180)
    editor.show()
    QTest.qWaitForWindowExposed(editor)
    editor.activateWindow()
    editor.field.setFocus()
    times: list[float] = []
    for repeat in range(REPEATS + 1):
        editor.field.selectAll()
        editor.field.textCursor().removeSelectedText()
        editor.completer.close()
        app.processEvents()
        for character in formula:
            _sheet.cache_clear()  # nobody types the same twice
            start = time.perf_counter()
            QTest.keyClicks(editor.field, character)
            app.processEvents()  # paints
            if repeat:
                times.append(1e3 * (time.perf_counter() - start))
            if editor.completer.is_open:
                QTest.keyClick(editor.field, Qt.Key.Key_Escape)
                app.processEvents()
    editor.close()
    editor.deleteLater()
    return times


def _typeset_ms() -> float:
    def work(_k: int) -> None:
        _sheet.cache_clear()
        typeset(TEX, 20.0).path()

    return median_ms(work)


def _matplotlib() -> tuple[str, float]:
    from matplotlib.textpath import TextPath

    tex = f"${TEX}$"
    return "matplotlib mathtext", median_ms(lambda _: TextPath((0, 0), tex, size=20.0), 10)
