"""What the letters of a formula were taken for, where that may surprise; and choosing for all at once.

GUI thread.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from engine.document.choices import Roles, by_rule, roles_now, with_others
from engine.document.lab import AXES, Lab
from engine.document.roles import summed_up
from engine.document.setup import Setup
from gui.i18n import tr
from gui.store import Store
from gui.style import set_role
from gui.widgets import FlowLayout


class RoleNotes(QWidget):
    """A sentence for each ground, and the buttons that choose for all letters beyond the axes."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._roles: Roles = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.text = QLabel()
        self.text.setWordWrap(True)
        set_role(self.text, "muted")
        column.addWidget(self.text)
        self.all_free = self._button(
            tr("All free"), tr("Let every letter vary"), lambda lab, roles: with_others(lab, roles, "free")
        )
        self.all_held = self._button(
            tr("All held"),
            tr("Hold every letter constant that is not drawn"),
            lambda lab, roles: with_others(lab, roles, "held"),
        )
        self.as_usual = self._button(
            tr("As usual"), tr("Let x, y, z … vary and hold a, b, c … beside them"), by_rule
        )
        line = FlowLayout()
        for button in (self.all_free, self.all_held, self.as_usual):
            line.addWidget(button)
        column.addLayout(line)
        self.setVisible(False)

    def show_setup(self, setup: Setup) -> None:
        """What is said of these roles; nothing where every letter is an axis."""
        self._roles = setup.roles
        now = set(roles_now(self._store.lab, setup.roles).values())
        self.text.setText(" ".join(map(tr, summed_up(setup.roles))))
        self.text.setVisible(bool(self.text.text()))
        self.all_free.setEnabled("held" in now)
        self.all_held.setEnabled("free" in now)
        self.as_usual.setEnabled(by_rule(self._store.lab, setup.roles) != self._store.lab)
        self.setVisible(not now <= set(AXES))

    def _button(self, text: str, tip: str, choose: Callable[[Lab, Roles], Lab]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        set_role(button, "flat")
        button.clicked.connect(lambda: self._choose(choose(self._store.lab, self._roles)))
        return button

    def _choose(self, lab: Lab) -> None:
        self._store.edit(variables=lab.variables, others=lab.others)
