"""Golden pictures of the contour map, on the raster engine and as vectors."""

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from engine.analysis.findings import Analysis, CriticalPoint, Family
from engine.document.lab import Display, Slice
from engine.solving.solution import Solution
from engine.solving.timeline import frame_at
from gui.contour.scene import ContourScene
from gui.drawing.reading import read_at
from gui.theme import DARK, LIGHT, Theme
from tests.engine.hand_made import solve_by_hand
from tests.engine.numpy_objective import BOWL, HIMMELBLAU, ROSENBROCK, NumpyObjective, box, rosenbrock
from tests.gui.golden import assert_golden, pixels, rgb

SIZE = QSize(700, 600)
TILE = QSize(400, 340)

FOUND = Analysis(
    critical_points=(
        CriticalPoint(np.array([3.0, 2.0]), 0.0, "minimum", np.array([25.7, 82.3])),
        CriticalPoint(np.array([-2.805118, 3.131312]), 0.0, "minimum", np.array([64.8, 81.6])),
        CriticalPoint(np.array([-3.779310, -3.283186]), 0.0, "minimum", np.array([71.5, 133.8])),
        CriticalPoint(np.array([3.584428, -1.848126]), 0.0, "minimum", np.array([28.5, 105.4])),
        CriticalPoint(np.array([-0.270845, -0.923039]), 181.617, "maximum", np.array([-55.5, -44.8])),
        CriticalPoint(np.array([0.086678, 2.884255]), 67.719, "saddle", np.array([-30.0, 45.0])),
    )
)

EDGE_CASES = {
    "pole": (lambda x, y: 1 / (x**2 + y**2), box(), {}),
    "half undefined": (lambda x, y: np.log(x) + y**2, box(), {}),
    "constant": (lambda x, y: 3 + 0 * x, box(), {}),
    "step": (lambda x, y: np.sign(x), box(), {}),
    "fine oscillation": (lambda x, y: np.sin(50 * x), box(), {}),
    "far away": (lambda x, y: (x - 1e6) ** 2 + y, box((1e6, 1e6 + 1), (1e6, 1e6 + 1), (1e6, 1e6)), {}),
    "huge": (lambda x, y: 1e300 * (x**2 + y), box(), {}),
    "tiny": (lambda x, y: 1e-300 * (x**2 - y**2), box(), {"colormap": "diverging"}),
    "undefined": (lambda x, y: x * np.nan, box(), {}),
    "tangent": (lambda x, y: np.tan(x) + y, box(), {}),
    "log scale": (rosenbrock, box((-2, 2), (-1, 3)), {"z_scale": "log"}),
    "graph": (lambda x: np.tan(x) + x, box((-4, 4), None), {}),
}


def draw(scene: ContourScene, size: QSize) -> QImage:
    image = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    scene.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return image


def scene_of(solution: Solution, theme: Theme = LIGHT, t_steps: float = 6.5) -> ContourScene:
    scene = ContourScene(theme)
    scene.set_solution(solution)
    scene.set_frame(frame_at(solution, t_steps))
    return scene


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_golden_contour(qapp: QApplication, theme: Theme) -> None:
    scene = scene_of(solve_by_hand(BOWL, resolution=401), theme)
    assert_golden(draw(scene, SIZE), f"contour-{theme.name}")


def test_golden_contour_with_everything(qapp: QApplication) -> None:
    solution = solve_by_hand(
        HIMMELBLAU,
        box(start=(0.5, -1.5)),
        lrs=(0.004, 0.012),
        steps=40,
        analysis=FOUND,
        resolution=401,
        streamlines=True,
        gradient_arrows="unit",
        level_labels=True,
    )
    scene = scene_of(solution, DARK, 14)
    scene.set_slice(Slice(along=("horizontal", "vertical"), direction_deg=60.0), (-1.0, 1.0), solution)
    scene.set_reading(read_at(solution, -3.6, 1.2))
    assert_golden(draw(scene, SIZE), "contour-everything")


def test_golden_contour_heat_and_family(qapp: QApplication) -> None:
    turn = np.linspace(0, 2 * np.pi, 60)
    ring = np.stack((2 * np.cos(turn), 2 * np.sin(turn)), axis=1)
    solution = solve_by_hand(
        NumpyObjective(lambda x, y: (x**2 + y**2 - 4) ** 2),
        box((-3, 3), (-3, 3), (2.5, 2.0)),
        lrs=(0.01,),
        analysis=Analysis(families=(Family(ring, 0.0, "minimum"),)),
        gradient_heat=True,
        gradient_arrows="scaled",
    )
    assert_golden(draw(scene_of(solution), SIZE), "contour-heat")


def test_golden_contour_gallery_of_edge_cases(qapp: QApplication) -> None:
    columns = 4
    rows = -(-len(EDGE_CASES) // columns)
    sheet = QImage(columns * TILE.width(), rows * TILE.height(), QImage.Format.Format_RGB32)
    painter = QPainter(sheet)
    for k, (f, setup, looks) in enumerate(EDGE_CASES.values()):
        objective = NumpyObjective(f, d=len(setup.axes))
        with np.errstate(all="ignore"):
            solution = solve_by_hand(objective, setup, lrs=(), resolution=201, **looks)
        scene = scene_of(solution, (LIGHT, DARK)[k % 2])
        row, column = divmod(k, columns)
        painter.drawImage(column * TILE.width(), row * TILE.height(), draw(scene, TILE))
    painter.end()
    assert_golden(sheet, "contour-gallery")


def test_colours_of_the_picture_are_those_of_the_field(qapp: QApplication) -> None:
    """The lowest and the highest corner lie where they should, with y upwards."""
    slope = NumpyObjective(lambda x, y: x + 2 * y, lambda x, y: 1 + 0 * x, lambda x, y: 2 + 0 * x)
    scene = scene_of(solve_by_hand(slope, lrs=(), isolines=False))
    drawn = pixels(draw(scene, SIZE))
    view = scene.viewport(QRectF(0, 0, SIZE.width(), SIZE.height()))
    assert view is not None

    def color(x: float, y: float) -> tuple[int, ...]:
        at = view.point_px(x, y).toPoint()
        return tuple(int(c) for c in drawn[at.y(), at.x(), :3])

    assert color(-4.9, -4.9) == pytest.approx((68, 1, 84), abs=12)  # viridis' first
    assert color(4.9, 4.9) == pytest.approx((253, 231, 37), abs=12)  # and last
    assert color(4.9, -4.9) != pytest.approx(color(-4.9, 4.9), abs=40)


def test_diverging_colours_are_centred_on_zero_in_picture_and_bar(qapp: QApplication) -> None:
    lopsided = NumpyObjective(lambda x, y: x + 2.5, lambda x, y: 1 + 0 * x, lambda x, y: 0 * x)
    scene = scene_of(solve_by_hand(lopsided, lrs=(), isolines=False, colormap="diverging"))
    drawn = rgb(draw(scene, SIZE))
    rect = QRectF(0, 0, SIZE.width(), SIZE.height())
    view, bar = scene.viewport(rect), scene.layout(rect).bar
    assert view is not None

    def on_map(x: float) -> np.ndarray:
        at = view.point_px(x, 2.3).toPoint()
        return drawn[at.y(), at.x(), :3]

    def on_bar(z: float) -> np.ndarray:
        share = (z + 2.5) / 10.0
        return drawn[round(bar.bottom() - share * bar.height()), round(bar.center().x()), :3]

    # f runs from −2.5 to 7.5: zero is at x = −2.5, a quarter of the way up.
    for z, colors in ((0.0, on_map(-2.5)), (0.0, on_bar(0.0))):
        assert colors.min() > 215 and np.ptp(colors) < 20, z
    for color in (on_map(-4.9), on_bar(-2.4)):
        assert color[2] > color[0] + 40, "below zero it is blue"
    for color in (on_map(4.9), on_bar(7.4)):
        assert color[0] > color[2] + 100, "above zero it is red"
    assert on_map(0.0) == pytest.approx(on_bar(2.5), abs=8)


def test_at_another_scale_it_is_the_same_picture(qapp: QApplication) -> None:
    scene = scene_of(solve_by_hand(ROSENBROCK, box((-2, 2), (-1, 3)), lrs=(0.001,)))
    small = draw(scene, QSize(500, 440))
    scene.set_scale(3.0)
    large = draw(scene, QSize(1500, 1320)).scaled(QSize(500, 440))
    difference = np.abs(rgb(small) - rgb(large))
    assert difference.mean() < 9


def test_as_vectors_lines_and_letters_are_no_pixels(qapp: QApplication) -> None:
    from PySide6.QtSvg import QSvgGenerator

    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(SIZE)
    painter = QPainter(generator)
    scene_of(solve_by_hand(BOWL, resolution=201)).render(painter, QRectF(0, 0, 700, 600))
    painter.end()
    text = bytes(content.data()).decode()
    assert text.count("<image") <= 3  # the field and its colour bar
    assert text.count("<path") > 10 or text.count("<polyline") > 10
    assert "<text" in text


def test_set_display_changes_what_is_drawn(qapp: QApplication) -> None:
    scene = scene_of(solve_by_hand(BOWL))
    before = pixels(draw(scene, TILE))
    scene.set_display(Display(colormap="magma", isolines=False))
    assert (pixels(draw(scene, TILE)) != before).mean() > 0.2
