"""Films drawn by the exporter, decoded again: every frame is there and shows what it should."""

import itertools
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from engine.base.cancellation import Cancelled
from engine.solving.solution import Solution
from engine.solving.timeline import frame_at
from gui.contour.scene import ContourScene
from gui.export.errors import ExportError
from gui.export.film import film_of
from gui.export.renderer import export_film, export_png
from gui.export.scene import ExportScene
from gui.export.spec import BOTH, Spec
from gui.theme import THEMES, run_color
from tests.gui.golden import rgb

SMALL = (320, 180)


def decoded(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as film:
        return [frame.to_ndarray(format="rgb24").astype(np.int16) for frame in film.decode(video=0)]


@pytest.mark.parametrize("name", ["film.mp4", "film.webm", "film.gif"])
def test_the_marker_is_where_the_descent_is(qapp, solution: Solution, tmp_path: Path, name: str):
    spec = Spec(size_px=(480, 360), fps=20, seconds=1.5, views=("contour",), cards=())
    path = tmp_path / name
    scene = ExportScene(solution, spec, (480, 360))
    film = film_of(spec, 12)
    export_film(scene, film, spec, path)
    frames = decoded(path)
    assert len(frames) == film.frames == 30
    assert scene.contour is not None and scene.composition.contour is not None
    view = scene.contour.viewport(QRectF(0, 0, 480, 360))
    assert view is not None
    red = np.array(run_color(0).getRgb()[:3])
    for number in (0, 12, 29):
        marker = frame_at(solution, film.t_steps(number)).markers[0]
        at = view.point_px(*marker.position) + scene.composition.contour.topLeft()
        colour = frames[number][round(at.y()) - 1 : round(at.y()) + 2, round(at.x()) - 1 : round(at.x()) + 2]
        assert np.abs(colour.mean(axis=(0, 1)) - red).max() < 40, number


def test_every_frame_of_both_views_is_the_scene_at_its_time(context, solution, tmp_path):
    spec = Spec(size_px=SMALL, fps=10, seconds=1.2, camera="orbit")
    path = tmp_path / "film.mp4"
    film = film_of(spec, 12)
    export_film(ExportScene(solution, spec, SMALL), film, spec, path)
    with av.open(str(path)) as made:
        stream = made.streams.video[0]
        assert (stream.width, stream.height, float(stream.average_rate)) == (*SMALL, 10.0)
        assert made.duration / av.time_base == pytest.approx(1.2, abs=0.01)
    scene = ExportScene(solution, spec, SMALL)
    frames = decoded(path)
    for number, frame in enumerate(frames):
        wanted = rgb(scene.draw(film.t_steps(number), number / (film.frames - 1)))
        assert frame.std() > 15  # not empty
        assert np.abs(frame - wanted).mean() < 4, number  # the right moment, whole
    changes = [np.abs(a - b).mean() for a, b in itertools.pairwise(frames)]
    assert max(changes) > 0.5 and max(changes) < 25  # it moves, and never jumps


def test_a_frame_is_the_windows_picture(context, solution):
    spec = Spec(views=("contour",), cards=(), theme="light")
    scene = ExportScene(solution, spec, (400, 400))
    exported = rgb(scene.draw(5.0, 0.0))
    assert scene.contour is not None
    window = ContourScene(THEMES["light"], scene.contour.look.scale)
    window.set_solution(solution)
    window.set_frame(frame_at(solution, 5.0))
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    window.render(painter, QRectF(0, 0, 400, 400))
    painter.end()
    assert np.abs(exported - rgb(image)).mean() < 0.5


def test_a_still_picture_is_the_frame_of_the_film(context, solution, tmp_path):
    spec = Spec(size_px=SMALL, dpi=300.0)
    export_png(ExportScene(solution, spec, SMALL), 4.0, spec, tmp_path / "a.png")
    image = QImage(str(tmp_path / "a.png"))
    assert round(image.dotsPerMeterX() * 0.0254) == 300
    assert (rgb(image) == rgb(ExportScene(solution, spec, SMALL).draw(4.0, 0.0))).all()


@pytest.mark.parametrize("size", [(320, 180), (240, 240), (180, 320), (64, 64), (400, 60), (60, 400)])
@pytest.mark.parametrize("views", [BOTH, ("surface",), ("contour",)])
def test_every_shape_has_a_picture(context, solution, size, views):
    scene = ExportScene(solution, Spec(views=views), size)
    assert rgb(scene.draw(3.0, 0.0)).std() > 5
    scene.close()


def test_a_transparent_picture_has_no_ground(context, solution):
    image = ExportScene(solution, Spec(transparent=True), SMALL).draw(3.0, 0.0)
    assert image.pixelColor(1, 1).alpha() == 0
    opaque = ExportScene(solution, Spec(), SMALL).draw(3.0, 0.0)
    assert opaque.pixelColor(1, 1).alpha() == 255


def test_what_stands_still_is_drawn_once(context, solution):
    scene = ExportScene(solution, Spec(), SMALL)
    assert scene.surface is not None and scene.contour is not None
    scene.draw(0.0, 0.0)
    layers, uploads = scene.surface.scene._layers, dict(scene.surface.scene.device.uploads)
    drawn = layers.base_draws
    for step in range(1, 24):
        scene.draw(step / 2, step / 24)
    assert layers.base_draws == drawn
    after = dict(scene.surface.scene.device.uploads)
    changed = {name for name, count in after.items() if count != uploads.get(name)}
    moving = ("trail", "balls", "starts", "update arrows")
    assert all(name.startswith(moving) for name in changed), changed


class Stopping:
    """Says "cancelled" from the n-th time it is asked."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "f-%02d.png"])
@pytest.mark.parametrize("after", [0, 3, 18])
def test_a_cancelled_film_leaves_the_old_one(qapp, solution, tmp_path, name, after):
    old = tmp_path / name.replace("%02d", "00")
    old.write_bytes(b"old")
    spec = Spec(size_px=(96, 64), fps=10, seconds=2, views=("contour",), cards=())
    scene = ExportScene(solution, spec, (96, 64))
    with pytest.raises(Cancelled):
        export_film(scene, film_of(spec, 12), spec, tmp_path / name, cancelled=Stopping(after))
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


def test_progress_counts_up_to_the_end(qapp, solution, tmp_path):
    spec = Spec(size_px=(96, 64), fps=10, seconds=1, views=("contour",), cards=())
    told = []
    export_film(
        ExportScene(solution, spec, (96, 64)),
        film_of(spec, 12),
        spec,
        tmp_path / "a.mp4",
        report=lambda progress, image: told.append((progress.frame, progress.frames, progress.left_s)),
    )
    assert [frame for frame, _, _ in told] == list(range(1, 11))
    assert {frames for _, frames, _ in told} == {10}
    assert told[-1][2] == 0.0 and all(left >= 0 for _, _, left in told)


def test_a_picture_larger_than_the_machine_can_draw_is_refused(context, solution):
    scene = ExportScene(solution, Spec(cards=(), views=("surface",)), (40_000, 64))
    with pytest.raises(ExportError, match="pixels across"):
        scene.draw(0.0, 0.0)
