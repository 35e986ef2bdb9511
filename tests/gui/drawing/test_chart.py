"""Charts: what is thinned, cut, shifted and labelled, and that nothing is too large for them."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.drawing.chart import Chart, Trace, thinned
from gui.drawing.look import Look
from gui.theme import LIGHT
from tests.gui.golden import rgb

RED = QColor("#cc2222")
RECT = QRectF(0, 0, 400, 160)


def chart(*values: np.ndarray, scale: str = "linear", **options: float) -> Chart:
    return Chart(RECT, Look(LIGHT), [Trace(each, RED) for each in values], "f", scale, **options)  # type: ignore[arg-type]


def drawn(chart: Chart) -> QImage:
    image = QImage(400, 160, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.card))
    painter = QPainter(image)
    chart.paint(painter)
    painter.end()
    return image


def reds(image: QImage) -> int:
    """Where there is more red than green: pixels of a curve, of its edges too."""
    pixels = rgb(image)
    return int((pixels[..., 0] - pixels[..., 1] > 40).sum())


def test_a_long_curve_is_thinned_to_its_columns_and_keeps_its_extremes() -> None:
    curve = np.sin(np.arange(100_000) * 0.7)
    curve[54_321] = 9.0
    places, values = thinned(curve, 300)
    assert len(places) == len(values) == 600
    assert np.nanmax(values) == 9.0
    assert (np.diff(places) >= 0).all()
    assert len(thinned(curve[:500], 300)[1]) == 500


def test_undefined_parts_cut_the_curve(qapp: object) -> None:
    curve = np.arange(21.0)
    curve[5:8] = np.nan
    made = chart(curve)
    assert [len(line) for line in made.polylines(made.traces[0], 300)] == [5, 13]


def test_a_value_is_painted_where_it_is_said_to_be(qapp: object) -> None:
    curve = np.array([1.0, 3.0, 2.0])
    made = chart(curve)
    image = drawn(made)
    for step, value in enumerate(curve.tolist()):
        at = made.spot(step, value)
        assert at is not None
        color = image.pixelColor(min(round(at.x()), 385), round(at.y()))
        assert color.red() > color.green() + 40
        assert made.step_under(at.x()) == pytest.approx(step)


def test_values_may_be_taken_at_some_steps_only(qapp: object) -> None:
    trace = Trace(np.array([1.0, 2.0, 4.0]), RED, steps=np.array([0.0, 50.0, 100.0]))
    made = Chart(RECT, Look(LIGHT), [trace, Trace(np.zeros(101), RED)])
    assert made.end == 100.0
    line = made.polylines(trace, 300)[0]
    middle = made.spot(50, 2.0)
    assert middle is not None
    assert line[1] == pytest.approx([middle.x(), middle.y()])


def test_a_dashed_curve_has_gaps(qapp: object) -> None:
    whole, dashed = (
        drawn(Chart(RECT, Look(LIGHT), [Trace(np.full(50, 2.0), RED, 2.0, each)])) for each in (False, True)
    )
    assert 0.5 < reds(dashed) / reds(whole) < 0.8


def test_a_logarithm_is_taken_above_the_least_of_values_that_are_not_positive(qapp: object) -> None:
    assert chart(np.array([1.0, 10.0]), scale="log").title == "f"
    assert chart(np.array([-2.0, 10.0]), scale="log").title == "f − (−2)"


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("values", [(1e308, 1e-308), (0.0, 0.0), (-1e300, 1e300), (np.nan, np.inf)])
def test_huge_and_tiny_and_undefined_values_are_painted(
    qapp: object, values: tuple[float, float], scale: str
) -> None:
    curve = np.linspace(*values, 21) if np.isfinite(values).all() else np.array(values * 10)
    made = chart(curve, scale=scale)
    low, high = made.range
    assert np.isfinite([low, high]).all()
    assert low < high
    curve_is_there = np.isfinite(made.drawn(curve)).any()
    assert (reds(drawn(made)) > 20) == curve_is_there


def test_a_long_dashed_curve_keeps_its_dashes(qapp: object) -> None:
    """However many strokes it is drawn in: a straight line of many points is dashed as one of two."""
    few = Trace(np.array([0.0, 1.0]), RED, 2.0, dashed=True, steps=np.array([0.0, 640.0]))
    many = Trace(np.linspace(0.0, 1.0, 641), RED, 2.0, dashed=True)
    one, other = (reds(drawn(Chart(RECT, Look(LIGHT), [trace], limits=(-0.1, 1.1)))) for trace in (few, many))
    whole = reds(drawn(Chart(RECT, Look(LIGHT), [Trace(many.values, RED, 2.0)], limits=(-0.1, 1.1))))
    assert other == pytest.approx(one, rel=0.05) and other < 0.8 * whole
