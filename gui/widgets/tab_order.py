"""The way Tab goes through a window: as one reads it, whenever its widgets were made. GUI thread."""

from collections.abc import Iterator
from functools import cmp_to_key

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def next_in_reading_order(root: QWidget, forwards: bool) -> QWidget | None:
    """Where Tab goes in `root` from the focused widget; around at the ends. None if there is nothing."""
    order = list(_reachable(root))
    focused = root.focusWidget()
    if not order:
        return None
    if focused not in order:
        return order[0 if forwards else -1]
    return order[(order.index(focused) + (1 if forwards else -1)) % len(order)]


def _reachable(widget: QWidget) -> Iterator[QWidget]:
    if widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy():
        yield widget
    children = (child for child in widget.children() if isinstance(child, QWidget))
    shown = [child for child in children if child.isVisible() and not child.isWindow()]
    for child in sorted(shown, key=cmp_to_key(_before)):
        yield from _reachable(child)


def _before(one: QWidget, other: QWidget) -> int:
    """Negative if `one` is read before `other`: to its left in the same line, else above it."""
    a, b = one.geometry(), other.geometry()
    shared = min(a.bottom(), b.bottom()) - max(a.top(), b.top())
    if shared > min(a.height(), b.height()) / 2:
        return a.left() - b.left()
    return a.top() - b.top()
