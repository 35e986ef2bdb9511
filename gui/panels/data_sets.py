"""The menu of the tables that ship. GUI thread."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from engine.document.datasets import MADE, MEASURED
from engine.document.lab import Data
from gui.i18n import tr


def fill_data_sets(menu: QMenu, take: Callable[[Data], object]) -> None:
    """Put the made tables and the measured ones, with their sources as tips, into `menu`."""
    for made in MADE.values():
        action = menu.addAction(tr(made.title))
        action.triggered.connect(lambda _checked=False, made=made: take(made.data()))
    menu.addSeparator()
    for measured in MEASURED.values():
        action = menu.addAction(tr(measured.title))
        action.setToolTip(f"{measured.source} ({measured.licence})")
        action.triggered.connect(lambda _checked=False, measured=measured: take(measured.data()))
