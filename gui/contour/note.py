"""What is wrong with the picture of a field, in words. GUI thread."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from engine.function.sampled import Field
from engine.function.scale import undersampled
from gui.contour.viewport import Viewport
from gui.drawing.look import Look
from gui.i18n import tr


def paint_note(painter: QPainter, view: Viewport, field: Field, look: Look) -> None:
    """Say in words what is wrong with the picture, if anything is."""
    if not field.finite.any():
        text = tr("Undefined everywhere here")
    elif undersampled(field):
        text = tr("Finer than this picture can show: zoom in")
    else:
        return
    metrics = look.readout_metrics
    box = QRectF(0, 0, metrics.horizontalAdvance(text) + look.px(24), look.px(30))
    box.moveCenter(view.rect.center())
    if field.finite.any():  # there is something to see behind it
        box.moveBottom(view.rect.bottom() - look.px(10))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.theme.color("card"))
    painter.drawRoundedRect(box, look.px(6), look.px(6))
    painter.setPen(look.theme.color("text"))
    painter.setFont(look.readout_font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
