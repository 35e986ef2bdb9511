"""Boxes that tell or ask: what comes from a file is shown as it is, never as markup, and the buttons say what
they do in the user's language. GUI thread.
"""

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget
from shiboken6 import isValid

from gui.i18n import tr

Answer = Literal["save", "discard", "cancel"]


def warn(parent: QWidget | None, title: str, text: str) -> None:
    """Say what went wrong, until it is read."""
    box = _box(parent, QMessageBox.Icon.Warning, title, text)
    box.addButton(tr("OK"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()


def confirmed(parent: QWidget | None, title: str, text: str, do: str, leave: str) -> bool:
    """Whether the user presses `do`; closing the box is `leave`."""
    box = _box(parent, QMessageBox.Icon.Question, title, text)
    yes = box.addButton(do, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(leave, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(no)
    return _pressed(box) is yes


def ask_to_save(parent: QWidget | None, title: str, text: str) -> Answer:
    """What is to become of changes; closing the box is "cancel"."""
    box = _box(parent, QMessageBox.Icon.Question, title, text)
    save = box.addButton(tr("Save"), QMessageBox.ButtonRole.AcceptRole)
    discard = box.addButton(tr("Do not save"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(cancel)
    pressed = _pressed(box)
    return "save" if pressed is save else "discard" if pressed is discard else "cancel"


def _box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box


def _pressed(box: QMessageBox) -> QAbstractButton | None:
    """The button that ends it; None where the window went meanwhile, and the box with it."""
    box.exec()
    return box.clickedButton() if isValid(box) else None
