"""The guard against the binding of 6.12.0, which dropped a reference to None in every call returning it."""

import sys

from PySide6.QtCore import QObject


def test_qt_calls_keep_their_references_to_none(qapp: object) -> None:
    thing = QObject()
    thing.setObjectName("a")
    before = sys.getrefcount(None)
    for _ in range(4000):
        thing.setObjectName("b")
    assert abs(sys.getrefcount(None) - before) < 400
