"""SVG and PDF: the contour map, the formulas and the words as true vectors; what is coloured by samples as
pictures without loss, as fine as print is.

The main thread of the scene's context.
"""

from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from gui.export.aside import written_aside
from gui.export.carrying import xmp_of
from gui.export.painting import painting
from gui.export.spec import Spec, format_of
from gui.export.svg import SvgPainter

POINTS_PER_INCH: Final = 72.0
TITLE: Final = "Nablascope"


class PaintedScene(Protocol):
    """Paints any moment of a lab with any painter; see `gui.export.scene`."""

    size_px: tuple[int, int]

    @property
    def title(self) -> str:
        """Of the lab, in the language of the picture; "" where it has none."""

    def paint(self, painter: QPainter, t_steps: float, share: float) -> None:
        """Everything, into the rectangle of the scene's size."""


def export_vectors(scene: PaintedScene, t_steps: float, spec: Spec, path: Path, line: bytes = b"") -> None:
    """Write the picture at the playhead `t_steps`, with the letters of a lab, as SVG or PDF, of which a pixel
    is 1/dpi of an inch."""
    with written_aside(path) as part:
        if format_of(path) == "svg":
            _svg(scene, t_steps, part, line)
        else:
            _pdf(scene, t_steps, spec, part, line)


def _svg(scene: PaintedScene, t_steps: float, part: Path, line: bytes) -> None:
    width, height = scene.size_px
    painter = SvgPainter(scene.size_px)
    try:
        scene.paint(painter, t_steps, 0.0)
    finally:
        painter.end()
    seen = QRectF(0, 0, width, height)
    title, metadata = scene.title or TITLE, line.decode("ascii")
    document = painter.document(title, str(width), str(height), seen, metadata)
    part.write_text(document, encoding="utf-8")


def _pdf(scene: PaintedScene, t_steps: float, spec: Spec, part: Path, line: bytes) -> None:
    width, height = scene.size_px
    writer = QPdfWriter(str(part))
    writer.setTitle(scene.title or TITLE)
    writer.setCreator(TITLE)
    if line:
        writer.setDocumentXmpMetadata(xmp_of(line))
    points = QSizeF(width * POINTS_PER_INCH / spec.dpi, height * POINTS_PER_INCH / spec.dpi)
    page = QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(page, QPageLayout.Orientation.Portrait, QMarginsF()))
    writer.setResolution(round(spec.dpi))
    with painting(writer) as painter:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # or it makes JPEGs of them
        # The page is a whole number of points: it may differ from the picture by a part of a pixel.
        painter.scale(writer.width() / width, writer.height() / height)
        scene.paint(painter, t_steps, 0.0)
