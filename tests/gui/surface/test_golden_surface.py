"""Golden pictures of the surface, and a gallery of functions that are hard to draw."""

import numpy as np
from PySide6.QtGui import QImage, QPainter

from engine.document.lab import Camera, Display, Lab, Slice
from engine.function.sampled import Field
from engine.solving.timeline import frame_at
from gui.surface.scene import SurfaceScene
from gui.theme import DARK, LIGHT
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import HIMMELBLAU, WAVES
from tests.gui import fields
from tests.gui.golden import assert_golden
from tests.gui.surface.canvas import Canvas, to_image

TILE = (400, 300)


def half_sphere_at(points: np.ndarray) -> np.ndarray:
    """The function of `fields.half_sphere`."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(9 - points[:, 0] ** 2 - points[:, 1] ** 2)


def test_golden_surface(canvas: Canvas) -> None:
    solution = solve_by_hand(HIMMELBLAU, lrs=(0.004, 0.012), steps=40, z_scale="log")
    scene = SurfaceScene(DARK)
    scene.set_solution(solution, solution.lab.display)
    scene.set_frame(frame_at(solution, 6.0))
    assert_golden(to_image(canvas.draw(scene, Camera(), (960, 600), quality="final", texts=True)), "surface")


def test_golden_slices(canvas: Canvas) -> None:
    sliced = Slice(
        along=("horizontal", "vertical"),
        point=(1.0, -1.0),
        h=1.5,
        tangent_plane=True,
        normal=True,
        direction_deg=200.0,
    )
    solution = solve_by_hand(WAVES, lrs=(0.3,), steps=8, lab=Lab(slice=sliced))
    scene = SurfaceScene(LIGHT)
    scene.set_solution(solution, solution.lab.display)
    scene.set_frame(frame_at(solution, 2.0))
    assert_golden(
        to_image(canvas.draw(scene, Camera(), (960, 600), quality="final", texts=True)), "surface-slices"
    )


def gallery() -> list[tuple[Field, Display]]:
    plain = Display()
    far = fields.make_field(
        lambda x, y: (x - 1e6) * y,
        lambda x, y: y + 0 * x,
        lambda x, y: x - 1e6 + 0 * y,
        x=(1e6, 1e6 + 1),
    )
    tiny = fields.bowl_times(1e-300)
    huge = fields.bowl_times(1e300)
    return [
        (fields.pole_line(n=200), plain),
        (fields.pole_point(n=200), Display(colormap="magma")),
        (fields.log_edge(), plain),
        (fields.half_sphere(), Display(colormap="cividis")),
        (fields.constant(3.0), plain),
        (tiny, Display(colormap="turbo")),
        (huge, Display(grid_lines=True)),
        (fields.step(n=200), plain),
        (fields.waves(50.0), plain),
        (far, Display(colormap="diverging")),
        (fields.rosenbrock(display=fields.LOG), Display(z_scale="log")),
        (fields.waves(), Display(wire=True, colormap="turbo")),
    ]


def test_golden_gallery_of_edge_cases(canvas: Canvas) -> None:
    columns = 4
    tiles = gallery()
    sheet = QImage(
        columns * TILE[0], -(-len(tiles) // columns) * TILE[1], QImage.Format.Format_ARGB32_Premultiplied
    )
    painter = QPainter(sheet)
    for k, (field, display) in enumerate(tiles):
        scene = SurfaceScene(DARK if k % 2 else LIGHT)
        scene.set_field(field, display, half_sphere_at if k == 3 else None)
        picture = to_image(canvas.draw(scene, Camera(), TILE, quality="final", texts=True))
        painter.drawImage(k % columns * TILE[0], k // columns * TILE[1], picture)
        scene.release()
    painter.end()
    assert_golden(sheet, "surface-gallery")
