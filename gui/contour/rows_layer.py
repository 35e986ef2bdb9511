"""The rows of a table on the map of what is predicted. GUI thread."""

from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.function.sampled import Field
from engine.solving.prediction import Prediction
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.drawing.rows import INK, drawn_rows

ROW_PX: Final = 4.6  # radius
MANY: Final = 300  # of more rows the dots are small
MANY_PX: Final = 2.8


class RowsLayer:
    """Attributes: prediction: whose rows are drawn, or None."""

    def __init__(self) -> None:
        self.prediction: Prediction | None = None

    def paint(self, painter: QPainter, view: Viewport, look: Look, field: Field) -> None:
        """A dot a row, in the colour of its own value."""
        if self.prediction is None:
            return
        shown = drawn_rows(self.prediction, field, self.prediction.solution.lab.display.colormap)
        radius = look.px(ROW_PX if len(shown.places) <= MANY else MANY_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (x, y), fill, rim in zip(
            view.points_px(shown.places[:, :2]).tolist(),
            shown.fills.tolist(),
            shown.rims.tolist(),
            strict=True,
        ):
            if not view.rect.contains(x, y):
                continue
            at = QPointF(x, y)
            painter.setPen(QPen(QColor(*INK), look.px(2.6)))
            painter.drawEllipse(at, radius, radius)
            painter.setPen(QPen(QColor(*rim), look.px(1.5)))
            painter.setBrush(QColor(*fill))
            painter.drawEllipse(at, radius, radius)
        painter.restore()
