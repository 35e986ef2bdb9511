"""A golden sheet of formulas: outlines only, so it is the same on every machine."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from gui.typeset import layout_tex
from tests.gui.golden import assert_golden

FORMULAS = (
    r"f(x,y)=x^{2}+3xy+y^{2}\qquad\frac{\partial f}{\partial x}=2x+3y",
    r"-20e^{-0.2\sqrt{\frac{x^{2}+y^{2}}{2}}}-e^{\frac{\cos 2\pi x+\cos 2\pi y}{2}}+e+20",
    r"H=\begin{pmatrix}\frac{\partial^{2}f}{\partial x^{2}}&\frac{\partial^{2}f}{\partial x\partial y}\\"
    r"\frac{\partial^{2}f}{\partial y\partial x}&\frac{\partial^{2}f}{\partial y^{2}}\end{pmatrix}",
    r"f=\begin{cases}\dfrac{x^{2}}{2}&\text{if }x>0\\\dfrac{1}{1+\frac{1}{x}}&\text{otherwise}\end{cases}",
    r"\hat{m}_{t}=\frac{m_{t}}{1-\beta_{1}^{t}},\quad"
    r"\theta_{\text{다음}}=\theta-\textcolor{#3457d5}{\eta\frac{\hat{m}_{t}}{\sqrt{\hat{v}_{t}}+\varepsilon}}",
    r"\operatorname{arg\,min}_{x}f\quad\sum_{i=1}^{3}ix^{2}\quad\left|x-1\right|\quad\sqrt[3]{x}",
)


def sheet() -> QImage:
    image = QImage(640, 620, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    y = 12.0
    for tex in FORMULAS:
        layout = layout_tex(tex, 24.0)
        assert layout.error is None
        layout.paint(painter, QPointF(16.0, y), QColor("#171b26"))
        y += layout.height + 16.0
    painter.end()
    assert y < image.height()
    return image


def test_golden_sheet(qapp):
    assert_golden(sheet(), "typeset", mean_limit=0.2, far_share=0.002)
