"""A small button without a frame, in the colour of action, for the line of a title. GUI thread."""

from PySide6.QtWidgets import QPushButton

from gui.style import set_role
from gui.widgets.icons import icon


def link_button(icon_name: str, text: str, tip: str) -> QPushButton:
    """`text` is short; `tip` says it whole, to the mouse and to a screen reader."""
    button = QPushButton(text)
    button.setIcon(icon(icon_name))
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    set_role(button, "link")
    return button
