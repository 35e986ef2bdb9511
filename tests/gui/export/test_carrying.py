"""Every figure and film carries its lab, and is still what it was to those who read it."""

import av
import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage, QImageReader, QMovie
from PySide6.QtSvg import QSvgRenderer

from engine.document.carried import carried_line, read_carried
from gui.export.carrying import finish_webp
from gui.export.film import film_of
from gui.export.renderer import export_film, export_png
from gui.export.scene import ExportScene
from gui.export.spec import Spec
from gui.export.vectors import export_vectors

from .conftest import LAB

SIZE = (160, 96)
SPEC = Spec(views=("contour",), cards=(), seconds=0.5, fps=20)
LINE = carried_line(LAB)


@pytest.fixture(scope="module")
def scene(qapp, solution):
    made = ExportScene(solution, SPEC, SIZE)
    yield made
    made.close()


@pytest.mark.parametrize("kind", ["gif", "webp", "mp4", "webm"])
def test_a_film_carries_its_lab_and_plays(scene, tmp_path, kind):
    path, plain = tmp_path / f"a.{kind}", tmp_path / f"plain.{kind}"
    film = film_of(SPEC, 12.0)
    export_film(scene, film, SPEC, path, line=LINE)
    assert read_carried(path).lab == LAB
    export_film(scene, film, SPEC, plain)
    assert LINE not in plain.read_bytes()
    if kind in ("gif", "webp"):
        movies = QMovie(str(path)), QMovie(str(plain))
        assert all(movie.isValid() for movie in movies)
        assert movies[0].frameCount() == movies[1].frameCount() > 5
        assert movies[0].loopCount() == movies[1].loopCount() == -1
    else:
        with av.open(str(path)) as opened:
            assert sum(1 for _ in opened.decode(video=0)) == film.frames


def test_a_picture_carries_its_lab_and_is_the_same(scene, tmp_path):
    png, svg, pdf, plain = (tmp_path / name for name in ("a.png", "a.svg", "a.pdf", "plain.png"))
    export_png(scene, 4.0, SPEC, png, LINE)
    export_png(scene, 4.0, SPEC, plain)
    export_vectors(scene, 4.0, SPEC, svg, LINE)
    export_vectors(scene, 4.0, SPEC, pdf, LINE)
    for path in (png, svg, pdf):
        assert read_carried(path).lab == LAB
        assert path.read_bytes().count(LINE) == 1
    assert QImage(str(png)) == QImage(str(plain))
    assert QImageReader(str(png)).text("nablascope-lab").encode() == LINE
    assert QSvgRenderer(str(svg)).isValid()


def durations(path):
    """Of the frames of a film, ms."""
    reader = QImageReader(str(path))
    found = []
    while reader.canRead():
        assert not reader.read().isNull()
        found.append(reader.nextImageDelay())
    return found


@pytest.mark.parametrize("transparent", [False, True])
def test_a_webp_of_what_does_not_move_lasts_as_long_as_others(qapp, solution, tmp_path, transparent):
    """libwebp makes one picture of it, of no length at all."""
    still = replace(SPEC, at_steps=0.0, transparent=transparent)
    scene = ExportScene(solution, still, SIZE)
    film = film_of(replace(still, seconds=2.0), 0.0)
    path = tmp_path / "a.webp"
    export_film(scene, film, still, path, line=LINE)
    assert sum(durations(path)) == pytest.approx(1000 * film.frames / film.fps, abs=1)
    assert read_carried(path).lab == LAB
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_ARGB32)
    drawn = scene.draw(0.0, 0.0)
    assert image.size() == drawn.size()
    assert (image.pixelColor(1, 1).alpha() == 0) == transparent
    wanted = drawn.pixelColor(80, 40)
    assert np.abs(np.subtract(image.pixelColor(80, 40).getRgb(), wanted.getRgb())).max() < 16
    before = path.read_bytes()
    finish_webp(path, SIZE, round(1000 * film.frames / film.fps), 0, b"")
    assert path.read_bytes() == before  # which is as it should be
