"""Markers on one place."""

from PySide6.QtCore import QPointF

from gui.contour.shapes import MOST_RIMS, RIM_PX, rims_px


def test_markers_on_one_place_leave_each_other_a_rim() -> None:
    here, beside = QPointF(10, 10), QPointF(90, 10)
    assert rims_px([here, beside, QPointF(11, 9)], 5.0) == [RIM_PX, 0.0, 0.0]
    assert rims_px([here] * 3, 5.0) == [2 * RIM_PX, RIM_PX, 0.0]
    assert rims_px([here] * 9, 5.0)[0] == MOST_RIMS * RIM_PX
    assert rims_px([], 5.0) == []
