"""The values beside critical points in space: only of those that are seen, and only a few."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from engine.analysis.findings import Analysis, CriticalPoint
from engine.document.lab import Camera
from engine.solving.timeline import frame_at
from gui.drawing.plates import paint_value
from gui.surface.box_map import BoxMap
from gui.surface.camera import preset, project
from gui.surface.labels import look_of
from gui.surface.picking import seen
from gui.surface.scene import SurfaceScene
from gui.theme import DARK
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL, WAVES, box
from tests.gui.fields import bowl
from tests.gui.surface.canvas import Canvas

SIZE = (480, 360)


def points(n: int) -> Analysis:
    places = [np.array([-4.0 + 0.5 * k, 0.0]) for k in range(n)]
    return Analysis(
        critical_points=tuple(
            CriticalPoint(place, float(np.sin(place[0])), "saddle", np.array([-1.0, 1.0])) for place in places
        )
    )


def scene_with(analysis: Analysis, **looks) -> SurfaceScene:
    solution = solve_by_hand(WAVES, box(), lrs=(), analysis=analysis, **looks)
    scene = SurfaceScene(DARK)
    scene.set_solution(solution, solution.lab.display)
    return scene


def texts(scene: SurfaceScene, camera: Camera) -> list[str]:
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    scene.paint_overlay(painter, camera, SIZE)
    painter.end()
    return [text for _, text in scene._values._plates]


def test_a_few_points_have_their_values_and_many_have_none(canvas: Canvas) -> None:
    above = preset("top", Camera())
    assert len(texts(scene_with(points(5)), above)) == 5
    assert texts(scene_with(points(16)), above) == []
    assert scene_with(points(5), critical_points=False)._values._plates == []


def test_what_the_surface_hides_has_no_value(canvas: Canvas) -> None:
    box_map = BoxMap(bowl())
    bottom = box_map.surface_at(np.zeros((1, 2)))
    for orthographic in (False, True):
        above = preset("top", Camera(orthographic=orthographic))
        assert seen(bottom, box_map, above, SIZE).all()
        low = Camera(elevation_deg=4.0, orthographic=orthographic)
        assert not seen(bottom, box_map, low, SIZE).any()
    far_corner = box_map.surface_at(np.array([[0.98, 0.98]]))
    assert seen(far_corner, box_map, Camera(azimuth_deg=-135.0), SIZE).all()


def test_playing_does_not_look_again(canvas: Canvas) -> None:
    scene = scene_with(points(5))
    for _ in range(3):
        texts(scene, Camera())
    assert scene._values.looked == 1
    texts(scene, Camera(azimuth_deg=10.0))
    assert scene._values.looked == 2


def test_plates_do_not_overlap(qapp) -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    taken: list[QRectF] = []
    for k in range(6):
        at = QRectF(120 + 6 * k, 90 + 4 * k, 0, 0).topLeft()
        paint_value(painter, at, "12.345", QRectF(0, 0, 300, 200), taken, look_of(DARK, 1.0), radius=8.0)
    painter.end()
    assert 2 <= len(taken) <= 6
    assert not any(a.intersects(b) for k, a in enumerate(taken) for b in taken[:k])


def test_no_plate_lies_over_a_run(canvas: Canvas, monkeypatch) -> None:
    bottom = CriticalPoint(np.zeros(2), 0.0, "minimum", np.array([1.0, 1.0]))
    solution = solve_by_hand(BOWL, lrs=(0.1,), steps=60, analysis=Analysis(critical_points=(bottom,)))
    boxes: list[QRectF] = []
    monkeypatch.setattr("gui.drawing.plates.paint_plate", lambda _, box, *__: boxes.append(box))
    scene = SurfaceScene(DARK)
    scene.set_solution(solution, solution.lab.display)
    above = preset("top", Camera())
    letterings = []
    for t in (0.0, 12.0):
        scene.set_frame(frame_at(solution, t))
        canvas.draw(scene, above, SIZE, texts=True)
        letterings.append(scene.lettering)
    free, crowded = boxes
    assert letterings[0] != letterings[1], "a film writes the plates anew"
    ball = project(scene.markers.drawn_places(), above, SIZE)[0, :2]
    assert free.left() - 12 < ball[0], "the run has come to where the plate was"
    assert free != crowded
    assert not crowded.adjusted(-9, -9, 9, 9).contains(QPointF(*ball))


def test_a_see_through_surface_hides_nothing(canvas: Canvas) -> None:
    low = Camera(elevation_deg=4.0)
    solid = texts(scene_with(points(9)), low)
    clear = texts(scene_with(points(9), opacity=0.4), low)
    assert len(solid) < len(clear) == 9
