"""The help menu's dialogs, without the page of the formula language. GUI thread."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from gui.fitting import fit_on_screen
from gui.i18n import tr

VERSION: Final = "0.1.0"
PAGE: Final = QSize(880, 680)


def show_keys(parent: QWidget) -> None:
    """What the keyboard and the mouse do, room by room."""
    rooms = (
        (
            tr("The film"),
            (
                (tr("Space"), tr("play and pause")),
                ("← →", tr("one step back, one step on")),
                ("Home · End", tr("to the start, to the end")),
                ("[ ]", tr("slower, faster")),
            ),
        ),
        (
            tr("The panels"),
            (
                ("Ctrl+1 … 9", tr("open or fold a panel of the column; with Shift: show or hide it")),
                ("Alt+1 … 9", tr("a panel below the views, again: fold them; with Shift: show or hide it")),
                ("Ctrl+0 · Alt+0", tr("fold the whole column, the panels below the views")),
                (tr("← → (after Tab)"), tr("fold and open a panel at its arrow")),
            ),
        ),
        (
            tr("The formula"),
            (
                (tr("Ctrl+Space"), tr("names and functions that fit")),
                ("Alt+↓", tr("templates and Greek letters")),
                ("Alt+↑", tr("select the part around")),
                ("Tab", tr("to the next place of a template")),
            ),
        ),
        (
            tr("The surface"),
            (
                (tr("drag"), tr("turn it; with the right button or Shift: move it")),
                (tr("wheel, + −"), tr("nearer, farther")),
                (tr("double-click"), tr("put the start there")),
                (tr("drag the start"), tr("descend from elsewhere, at once")),
                (tr("arrows (after Tab)"), tr("turn it; Home: as it was; 5: without perspective")),
            ),
        ),
        (
            tr("The contour map"),
            (
                (tr("drag"), tr("move it; the wheel zooms")),
                (tr("double-click"), tr("put the start there")),
                (tr("Shift+arrows"), tr("move the start a little")),
                (tr("arrows (after Tab)"), tr("move it; Home: the whole domain")),
            ),
        ),
        (
            tr("Numbers"),
            (
                ("↑ ↓", tr("a little more, a little less; with Shift: ten times as much")),
                ("1/3, π/2, 1e-3", tr("are numbers too")),
            ),
        ),
        (
            tr("Labs"),
            (
                ("Ctrl+S · Ctrl+O · Ctrl+E", tr("save, open, export")),
                ("Ctrl+Z · Ctrl+Shift+Z", tr("undo, redo: everything, up to 200 times")),
                ("F11 · F1", tr("full screen, the formula language")),
            ),
        ),
    )
    rows = []
    for title, keys in rooms:
        rows.append(f'<tr><td colspan="2"><h3>{title}</h3></td></tr>')
        for key, what in keys:
            rows.append(f'<tr><td><b>{key}</b></td><td style="padding-left: 24px">{what}</td></tr>')
    text = QTextBrowser()
    text.setHtml(f"<table>{''.join(rows)}</table>")
    show_page(tr("Keyboard and mouse"), text, parent)


def show_page(title: str, text: QTextBrowser, parent: QWidget) -> None:
    """Beside the window, not before it: it may be read while one works."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    fit_on_screen(dialog, PAGE)
    text.setAccessibleName(title)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.show()


def show_about(parent: QWidget) -> None:
    """Version and licences."""
    QMessageBox.about(
        parent,
        tr("About Nablascope"),
        tr(
            "<b>Nablascope {version}</b><p>Partial derivatives and gradient descent, made visible.</p>"
            "<p>Free software under the MIT licence. Mathematics by SymPy and NumPy, typesetting by mathra "
            "with STIX Two, drawing by Qt, pyqtgraph and OpenGL, films by FFmpeg. Text in Pretendard "
            "(SIL Open Font Licence).</p>",
            version=VERSION,
        ),
    )
