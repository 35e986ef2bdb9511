"""The help menu's dialogs. GUI thread."""

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QTextBrowser, QVBoxLayout, QWidget

from engine.lab import Lab
from gui.files import localized
from gui.i18n import tr

VERSION: Final = "0.1.0"
LANGUAGE_REFERENCE: Final = Path(__file__).resolve().parent.parent / "engine" / "formula" / "LANGUAGE.md"


def show_about_lab(lab: Lab, parent: QWidget) -> None:
    """What the lab teaches."""
    note = localized(lab.note) or tr("This lab has no note.")
    QMessageBox.information(parent, localized(lab.title) or tr("About this lab"), note)


def show_formula_help(parent: QWidget) -> None:
    """The reference of the formula language."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Formula language"))
    dialog.resize(760, 680)
    text = QTextBrowser()
    text.setMarkdown(LANGUAGE_REFERENCE.read_text(encoding="utf-8"))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.exec()


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
