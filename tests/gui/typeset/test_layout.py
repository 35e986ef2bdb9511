"""Lines: where formulas break, sentences with formulas, and captions."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from gui.i18n import set_language
from gui.typeset import layout_tex, layout_text, mark, paint_tex
from gui.typeset.breaking import break_pieces
from gui.typeset.layout import LONG


@pytest.mark.parametrize(
    ("tex", "pieces"),
    [
        ("a+b", ["a", "{}+b"]),
        ("-a-b", ["-a", "{}-b"]),
        ("a=-b", ["a", "{}=-b"]),
        ("(a+b)c", ["(a+b)c"]),
        (r"\left(a+b\right)-c", [r"\left(a+b\right)", "{}-c"]),
        (r"\frac{a+b}{c}+d", [r"\frac{a+b}{c}", "{}+d"]),
        ("x^-2+y", ["x^-2", "{}+y"]),
        (r"\begin{pmatrix}a+b\\c\end{pmatrix}=d", [r"\begin{pmatrix}a+b\\c\end{pmatrix}", "{}=d"]),
        (r"\textcolor{muted}{a+b}", [r"\textcolor{muted}{a}", r"\textcolor{muted}{{}+b}"]),
        ("x=1,y=2", ["x", "{}=1,\\ ", "y", "{}=2"]),
        ("f(x=1", ["f(x=1"]),
        (r"\begin{cases", [r"\begin{cases"]),
    ],
)
def test_break_pieces(tex, pieces):
    assert list(break_pieces(tex)) == pieces


def test_a_long_formula_takes_several_lines(qapp):
    tex = "f=" + "+".join(f"x^{{{n}}}" for n in range(30))
    one = layout_tex(tex, 20.0)
    many = layout_tex(tex, 20.0, 300.0)
    assert len(one.items) == 1
    assert one.width > 300.0
    assert many.width <= 300.0
    assert many.height > 2 * one.height
    baselines = [placed.baseline for placed in many.items]
    assert baselines == sorted(baselines)


def test_the_pieces_of_a_line_keep_the_spacing_of_the_whole(qapp):
    whole = layout_tex("a+b=c", 20.0).width
    pieces = sum(layout_tex(piece, 20.0).width for piece in break_pieces("a+b=c"))
    assert pieces == pytest.approx(whole, abs=0.2)


def test_regions_follow_their_line(qapp):
    tex = "+".join(mark(n, "x^{2}y") for n in range(12))
    layout = layout_tex(tex, 20.0, 120.0)
    marks = {region.mark: region.box for region in layout.regions()}
    assert len(marks) == 12
    assert marks[11].top() > marks[0].bottom()
    assert all(box.right() <= 121.0 for box in marks.values())


def test_text_wraps_at_words_with_its_formulas(qapp):
    font = QFont()
    text = "the step $\\eta\\nabla f$ goes downhill, and the next one too"
    one, many = layout_text(text, font, 16.0), layout_text(text, font, 16.0, 120.0)
    assert many.width <= 120.0
    assert many.height > 2 * one.height
    assert layout_text("a\nb", font, 16.0).height > layout_text("a b", font, 16.0).height
    assert layout_text("costs 5$", font, 16.0).error is None


def test_paint_tex_shrinks_to_its_rectangle(qapp):
    image = QImage(200, 60, QImage.Format.Format_ARGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    rect = QRectF(20, 10, 100, 30)
    covered = paint_tex(painter, "x^2+y^2+" * 6 + "z", rect, size_px=24.0, color=QColor("#000000"), align=0.5)
    paint_tex(painter, "", rect, size_px=24.0, color=QColor("#000000"))
    painter.end()
    assert rect.adjusted(-0.5, -0.5, 0.5, 0.5).contains(covered)
    dark = [(x, y) for x in range(200) for y in range(60) if image.pixelColor(x, y).lightness() < 200]
    assert dark
    assert all(rect.adjusted(-2, -2, 2, 2).contains(x, y) for x, y in dark)


def test_the_words_of_cases_in_korean(qapp):
    tex = r"\begin{cases}x & \text{if } x > 0 \\ 0 & \text{otherwise}\end{cases}"
    english = layout_tex(tex, 20.0)
    set_language("ko")
    korean = layout_tex(tex, 20.0)
    assert korean.error is None
    assert korean.width < english.width - 20.0


def test_a_long_formula_is_set_piece_by_piece_and_still_takes_one_line_where_it_can():
    tex = "+".join(["x^{2}"] * 250)
    assert len(tex) >= LONG
    layout = layout_tex(tex, 20.0, 1e6)
    assert layout.lines == 1
    assert layout.width == pytest.approx(layout_tex(tex, 20.0).width, rel=0.02)
    assert layout_tex(tex, 20.0, 400.0).lines > 1
