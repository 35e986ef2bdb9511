"""SVG and PDF: vectors for the map, the formulas and the words; a picture for what is coloured by samples."""

import base64
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from gui.export.scene import ExportScene
from gui.export.spec import Spec
from gui.export.vectors import export_vectors
from tests.gui.golden import rgb

SIZE = (640, 360)


def export(solution, spec: Spec, path: Path) -> bytes:
    scene = ExportScene(solution, spec, SIZE)
    export_vectors(scene, 6.0, spec, path)
    scene.close()
    return path.read_bytes()


def test_svg_holds_vectors_and_the_surface_as_a_picture(context, solution, tmp_path):
    data = export(solution, Spec(theme="light"), tmp_path / "a.svg")
    root = ET.fromstring(data)
    assert root.get("viewBox") == "0 0 640 360"
    tags = [element.tag.rsplit("}")[-1] for element in root.iter()]
    assert tags.count("image") >= 2  # the surface, and the colours of the map
    assert tags.count("path") > 60
    assert [element.text for element in root if element.tag.endswith("title")] == ["A bowl"]


def test_svg_stands_on_nothing_that_programs_draw_differently(context, solution, tmp_path):
    """librsvg and Cairo know no line that keeps its width under a transform; nobody has our font."""
    root = ET.fromstring(export(solution, Spec(theme="light"), tmp_path / "a.svg"))
    assert (root.get("width"), root.get("height")) == ("640", "360")  # user units: no resolution changes them
    for element in root.iter():
        tag = element.tag.rsplit("}")[-1]
        assert tag != "text"
        assert not {"transform", "vector-effect", "font-family", "style"} & element.attrib.keys()
        if element.get("stroke") is not None:
            assert 0.2 < float(element.get("stroke-width", "1")) < 40
        for name in ("clip-path", "fill"):  # every definition that is named is there
            named = re.fullmatch(r"url\(#(.+)\)", element.get(name, ""))
            assert named is None or root.find(f".//*[@id='{named[1]}']") is not None


def test_svg_of_the_map_alone_looks_like_the_png(qapp, solution, tmp_path):
    spec = Spec(views=("contour",), theme="light")
    path = tmp_path / "a.svg"
    export(solution, spec, path)
    image = QImage(QSize(*SIZE), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    wanted = rgb(ExportScene(solution, spec, SIZE).draw(6.0, 0.0))
    assert np.abs(rgb(image) - wanted).mean() < 6


@pytest.mark.parametrize("dpi", [72.0, 144.0])
def test_pdf_has_the_size_that_its_resolution_says(context, solution, tmp_path, dpi):
    data = export(solution, Spec(dpi=dpi), tmp_path / "a.pdf")
    assert data.startswith(b"%PDF-")
    box = re.search(rb"/MediaBox \[([^\]]*)\]", data)
    assert box is not None
    numbers = [float(number) for number in box[1].split()]
    assert numbers[2:] == pytest.approx([640 * 72 / dpi, 360 * 72 / dpi], abs=1)
    assert data.count(b"/Subtype /Image") >= 2
    assert b"/DCTDecode" not in data  # no JPEG, whose grain is seen in print


def test_the_colours_of_the_map_are_as_fine_as_print(qapp, solution, tmp_path):
    spec = Spec(views=("contour",), cards=(), dpi=72.0)
    root = ET.fromstring(export(solution, spec, tmp_path / "a.svg"))
    colors = max(
        (element for element in root.iter() if element.tag.endswith("image")),
        key=lambda element: float(element.get("width", "0")),
    )
    image = QImage.fromData(base64.b64decode(next(iter(v for k, v in colors.items() if "href" in k))[22:]))
    assert image.width() >= 300 / 72 * float(colors.get("width", "0")) - 1


def test_a_transparent_svg_has_no_ground(qapp, solution, tmp_path):
    path = tmp_path / "a.svg"
    export(solution, Spec(views=("contour",), cards=(), transparent=True), path)
    image = QImage(QSize(*SIZE), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(path)).render(painter)
    painter.end()
    assert image.pixelColor(1, 1).alpha() == 0
