"""The help page of the formula language: what one writes, every function, every reading. GUI thread.

The samples are read and typeset by the app itself, the functions come from the one table, the rest is
`engine/formula/LANGUAGE.md`: the page cannot say anything else than what the editor does.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import (
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QApplication, QTextBrowser, QWidget

from engine.base.paths import ROOT
from engine.formula import parse
from engine.formula.functions import FUNCTIONS, sample_latex
from engine.formula.typeset import to_latex
from gui.about import show_page
from gui.i18n import language, tr
from gui.style import zoom
from gui.typeset import layout_tex
from gui.typeset.copying import to_image

FORMULA: Final = ROOT / "engine" / "formula"
TEX_PX: Final = 16.0
GRAMMAR_PX: Final = 11
COLUMNS: Final = ("a", "b")

# Spellings of the same; the first is typeset. COLUMNS are of the data that the last one is a mean over.
SAMPLES: Final = (
    ("x^2 + 3xy + y^2", "x² + 3x·y + y²", "x**2 + 3*x*y + y**2"),
    ("(x - 1)/(y^2 + 1)", r"\frac{x - 1}{y^2 + 1}"),
    ("sqrt(x^2 + y^2)", "√(x² + y²)", r"\sqrt{x^2 + y^2}"),
    ("sin^2 x cos y", "sin(x)^2 cos(y)", "np.sin(x)**2 * np.cos(y)"),
    ("e^(-x^2 - y^2)", "exp(-x^2 - y^2)", "e^{-x^2-y^2}"),
    ("|x - 1| + |y|", "abs(x - 1) + abs(y)"),
    ("ln x + log_2 y", "log(x) + log2(y)"),
    ("cbrt(x) + root(y, 4)", r"\sqrt[3]{x} + \sqrt[4]{y}"),
    ("theta_1 x_1 + theta_2 x_2", "θ₁x₁ + θ₂x₂", r"\theta_1 x_1 + \theta_2 x_2"),
    ("sum(i=1..3, i x^i)", r"\sum_{i=1}^{3} i x^i"),
    ("piecewise(x < 0: x^2, x)", "x^2 if x < 0 else x"),
    (
        "L(w_1, w_0) = mean((w_1 a + w_0 - b)^2)",
        r"L(w_1, w_0) = \frac{1}{n}\sum_{i=1}^{n}(w_1 a_i + w_0 - b_i)^2",
        r"\hat b = w_1 a + w_0",
        "z = w_1 a + w_0; L = mean((z - b)^2)",
    ),
)


def show_formula_help(parent: QWidget) -> None:
    """The reference of the formula language."""
    browser = QTextBrowser()
    browser.setDocument(formula_page(browser.palette(), browser.devicePixelRatioF(), browser))
    show_page(tr("Formula language"), browser, parent)


def formula_page(palette: QPalette, pixel_ratio: float, parent: QObject | None = None) -> QTextDocument:
    """The page as a document, its formulas typeset in the colour of the text."""
    document = QTextDocument(parent)
    document.setDefaultFont(QApplication.font())
    foreground = palette.color(QPalette.ColorRole.Text)

    def look(tex: str) -> str:
        image = to_image(layout_tex(tex, TEX_PX * zoom()), foreground, scale=pixel_ratio)
        image.setDevicePixelRatio(pixel_ratio)
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"look:{tex}"), image)
        return f'<img src="look:{escape(tex)}">'

    own = FORMULA / f"LANGUAGE.{language()}.md"
    page = own if own.exists() else FORMULA / "LANGUAGE.md"
    head, rest = page.read_text(encoding="utf-8").split("\n## ", 1)
    samples = ((look(sample_tex(spellings[0])), _codes(spellings, "<br>")) for spellings in SAMPLES)
    functions = (
        (
            look(sample_latex(spec)),
            _codes((spec.name, *spec.aliases), ", "),
            escape(tr(spec.help)),
            escape(spec.domain),
        )
        for spec in FUNCTIONS.values()
    )
    cursor = QTextCursor(document)
    cursor.insertMarkdown(head)
    for title, table in (
        (tr("In short"), _table((tr("Meaning"), tr("Written")), samples)),
        (
            tr("Functions"),
            _table((tr("Function"), tr("Written"), tr("Meaning"), tr("Defined for")), functions),
        ),
    ):
        cursor.insertBlock()
        cursor.insertHtml(f"<h2>{title}</h2>{table}")
        cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertMarkdown(f"## {rest}")
    _lay_out(document, palette)
    return document


def sample_tex(text: str) -> str:
    """A sample as the editor typesets it."""
    return to_latex(parse(text, data=COLUMNS).ast)


def _codes(spellings: Iterable[str], between: str) -> str:
    return between.join(f"<code>{escape(spelling)}</code>" for spelling in spellings)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["<tr>" + "".join(f"<th align=left>{cell}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td valign=middle>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return f"<table border=1>{''.join(lines)}</table>"


def _lay_out(document: QTextDocument, palette: QPalette) -> None:
    """Room between the parts, and lines in the tables, for which Markdown has no words."""
    document.setDocumentMargin(20 * zoom())
    small = QTextCharFormat()
    small.setProperty(QTextFormat.Property.FontPixelSize, round(GRAMMAR_PX * zoom()))
    block = document.begin()
    while block.isValid():
        cursor, form = QTextCursor(block), block.blockFormat()
        if block.begin().fragment().charFormat().intProperty(QTextFormat.Property.FontSizeAdjustment) == 2:
            form.setTopMargin(22 * zoom())  # a heading: one that was inserted has not kept its level
            form.setBottomMargin(8 * zoom())
            cursor.setBlockFormat(form)
        elif form.nonBreakableLines():
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(small)
        block = block.next()
    for table in document.rootFrame().childFrames():
        if isinstance(table, QTextTable):
            _line(table, palette)


def _line(table: QTextTable, palette: QPalette) -> None:
    form = table.format()
    form.setBorder(0)
    form.setCellPadding(0)
    form.setCellSpacing(0)
    form.setBottomMargin(22 * zoom())  # of the heading below, whose own is not kept there
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(form)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            look = cell.format().toTableCellFormat()
            look.setPadding(5 * zoom())
            look.setBottomBorder(1)
            look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBottomBorderBrush(palette.color(QPalette.ColorRole.Mid))
            cell.setFormat(look)
