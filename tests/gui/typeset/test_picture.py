"""Pictures of formulas: metrics, layers, regions, the traps of the backend, and that nothing raises."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.typeset import mark, speech, typeset
from gui.typeset.picture import cache_info

BLACK = QColor("#000000")
FORMULAS = (
    "x^2+3xy+y^2",
    r"\frac{\partial f}{\partial x}=2x+3y",
    r"-20e^{-0.2\sqrt{\frac{x^2+y^2}{2}}}-e^{\frac{\cos 2\pi x+\cos 2\pi y}{2}}+e+20",
    r"\left.\frac{\partial f}{\partial x}\right|_{(4,3)}=8",
    r"\sqrt[3]{x}\,\left|x-1\right|\,\hat{y}\,\theta_{1}\,\lfloor x\rfloor",
    r"\sum_{i=1}^{3}ix^{2}\prod_{i}x\max(x,y)\operatorname{sign}x",
    r"\begin{pmatrix}2&3\\3&2\end{pmatrix}",
)


def image_of(tex: str, size_px: float = 40.0, margin: int = 20, **paint: object) -> QImage:
    picture = typeset(tex, size_px)
    image = QImage(
        int(picture.width) + 2 * margin, int(picture.height) + 2 * margin, QImage.Format.Format_ARGB32
    )
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    picture.paint(painter, QPointF(margin, margin + picture.ascent), BLACK, **paint)
    painter.end()
    return image


def dark_rows(image: QImage) -> list[bool]:
    return [
        any(image.pixelColor(x, y).lightness() < 128 for x in range(image.width()))
        for y in range(image.height())
    ]


@pytest.mark.parametrize("tex", FORMULAS)
def test_ink_lies_within_the_metrics(qapp, tex):
    picture = typeset(tex, 40.0)
    assert picture.error is None
    ink = picture.ink
    assert ink.top() >= -picture.ascent - 2.0
    assert ink.bottom() <= picture.depth + 2.0
    assert ink.left() >= -4.0
    assert ink.right() <= picture.width + 8.0  # an italic f leans over
    image = image_of(tex)
    rows = dark_rows(image)
    assert any(rows)
    assert not any(rows[:16]) and not any(rows[-16:])


def test_metrics_scale_with_the_size(qapp):
    small, large = typeset("x^2", 10.0), typeset("x^2", 30.0)
    assert large.width == pytest.approx(3 * small.width)
    assert large.ascent == pytest.approx(3 * small.ascent)


def test_letters_stand_on_the_baseline(qapp):
    """The feet of x and of (the upright) 1 are at y = 0; y and p reach below."""
    assert abs(typeset("1", 100.0).ink.bottom()) < 1.0
    assert abs(typeset("x", 100.0).ink.bottom()) < 2.0
    assert typeset("y", 100.0).ink.bottom() > 15.0


def row_boxes(tex: str) -> list[tuple[float, float]]:
    """The vertical extent of each mark, in the order of the marks."""
    extents: dict[int, list[float]] = {}
    for region in typeset(tex, 40.0).regions:
        extent = extents.setdefault(region.mark, [1e9, -1e9])
        extent[0] = min(extent[0], region.box.top())
        extent[1] = max(extent[1], region.box.bottom())
    return [(extents[key][0], extents[key][1]) for key in sorted(extents)]


@pytest.mark.parametrize("environment", ["pmatrix", "cases", "aligned", "vmatrix"])
@pytest.mark.parametrize(
    "cell",
    [
        r"\frac{x^{2}}{2}",
        r"\dfrac{\frac12}{\frac34}",
        r"\sum_{i=1}^{3}i",
        r"x^{2^{2^{2}}}",
        r"e^{\frac{x}{y}}",
    ],
)
def test_rows_of_tables_keep_apart(qapp, environment, cell):
    rows = r"\\".join(mark(i, cell) for i in range(3))
    tex = rf"\begin{{{environment}}}{rows}\end{{{environment}}}"
    first, second, third = row_boxes(tex)
    assert second[0] - first[1] > 3.0
    assert third[0] - second[1] > 3.0


def test_a_table_within_a_table(qapp):
    inner = r"\begin{pmatrix}\frac12\\\frac34\end{pmatrix}"
    tex = rf"\begin{{cases}}{mark(0, inner)}&x>0\\{mark(1, inner)}&x<0\end{{cases}}"
    first, second = row_boxes(tex)
    assert second[0] > first[1]


def test_operator_names_keep_their_space(qapp):
    wide = typeset(r"\operatorname{arg\,min}x", 40.0)
    narrow = typeset(r"\operatorname{argmin}x", 40.0)
    assert wide.error is None
    assert wide.width > narrow.width + 4.0


def test_hangul_is_drawn_in_the_colour_around_it(qapp):
    image = image_of(r"\textcolor{accent}{x_{\text{다음}}}", colors={"accent": QColor("#0000ff")})
    blue = sum(
        image.pixelColor(x, y).blue() > 200 and image.pixelColor(x, y).red() < 100
        for x in range(image.width())
        for y in range(image.height())
    )
    alone = typeset("x", 40.0)
    assert typeset(r"x_{\text{다음}}", 40.0).width > alone.width + 30.0
    assert blue > 150
    assert typeset(r"\text{학습률 } \eta", 20.0).error is None
    assert typeset("학습률", 20.0).width == pytest.approx(3 * typeset("학", 20.0).width, rel=0.1)


@pytest.mark.parametrize(
    "tex", ["", r"\frac{a}{", "{", r"\foo x", "x^", "%", "$", "\x00", "&", r"\\", "\ud83d\ude00"]
)
def test_broken_tex_shows_its_source(qapp, tex):
    picture = typeset(tex, 20.0)
    image_of(tex, 20.0)
    assert picture.width >= 0.0


def test_an_unknown_command_is_an_error(qapp):
    assert typeset(r"\foo x", 20.0).error
    assert typeset("x" * 30_000, 20.0).error


def test_regions_tell_where_each_mark_went(qapp):
    tex = mark(0, mark(1, "x") + "+" + rf"\frac{{{mark(2, 'y')}}}{{{mark(3, 'z')}}}")
    boxes = {region.mark: region.box for region in typeset(tex, 40.0).regions}
    assert set(boxes) == {0, 1, 2, 3}
    assert boxes[1].right() < boxes[2].left()
    assert boxes[2].bottom() < boxes[3].top()


def test_marks_do_not_change_the_layout(qapp):
    plain = typeset(r"x+\frac{y}{z}\sin x", 40.0)
    fraction = r"\frac{" + mark(3, "y") + "}{z}"
    marked = typeset(mark(1, "x") + "+" + mark(2, fraction) + mark(4, r"\sin") + " x", 40.0)
    assert marked.width == pytest.approx(plain.width, rel=0.01)
    assert marked.height == pytest.approx(plain.height, rel=0.01)


def test_bars_are_whole_device_pixels(qapp):
    """The bar of a small fraction is drawn crisp: rows are either black or white across it."""
    image = image_of(r"\frac{\phantom{mmm}}{\phantom{mmm}}", 17.3)
    middle = image.width() // 2
    column = [image.pixelColor(middle, y).lightness() for y in range(image.height())]
    assert min(column) <= 3
    assert all(value <= 3 or value >= 252 for value in column)


def test_each_formula_is_set_once(qapp):
    typeset("x^2+3xy+y^2+17z", 20.0)
    hits, misses = cache_info()
    typeset("x^2+3xy+y^2+17z", 33.0)
    assert cache_info() == (hits + 1, misses)


def test_speech_in_both_languages():
    assert "x squared" in speech("x^2", "en")
    assert "제곱" in speech("x^2", "ko")
    assert "&" not in speech("a<b", "en")
