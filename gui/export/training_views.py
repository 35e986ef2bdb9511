"""Fit, network and curves as parts of an exported picture: the window's drawings, at the moment of a frame.

GUI thread, or the main thread of a command. What stands still, the whole curves, is painted once.
"""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from engine.optimizers.naming import racer_title
from engine.solving.solution import Solution
from engine.solving.steady import Steady, steady_in
from engine.solving.timeline import Frame
from engine.solving.training_moment import network_of, training_moment
from gui.drawing.chart import Chart
from gui.drawing.look import Look
from gui.export.arranging import arranged
from gui.export.caption import paint_mark
from gui.export.cards import PADDING, SMALL_EM, word_font
from gui.export.compose import Composition, scale_in
from gui.i18n import language
from gui.network.curves import Accuracies, loss_curves, loss_picture, scale_suiting
from gui.network.drawing import paint_network
from gui.network.filling import filled_fit, filled_network, plane_of
from gui.network.fit_drawing import paint_fit
from gui.network.losses import LossPicture, loss_chart, paint_losses, paint_playhead
from gui.theme import Theme

SIDE: Final = 120  # points a side of the plane of two inputs
CHART_ASPECT: Final = 1.6  # width over height of a chart, about
LEAST_PX: Final = {"fit": 220.0, "network": 240.0, "curves": 190.0}  # with room for letters at scale 1
INSET: Final = 0.3  # of the views in their cards, units
WHOSE: Final = 1.6  # the line that says whose network it is, units


class TrainingViews:
    """Draws what `composition` has of fit, network and curves.

    Args:
        run: the index of the run whose network it is. row: of the table, whose way through it is shown.
    """

    def __init__(
        self, solution: Solution, composition: Composition, theme: Theme, scale: float, run: int, row: int
    ) -> None:
        self._solution, self._theme, self._scale = solution, theme, scale
        self._run, self._row = run, row
        inset = INSET * composition.unit
        parts = (composition.fit, composition.network, composition.curves)
        self._fit, self._network, curves = (
            None if part is None else part.adjusted(inset, inset, -inset, -inset) for part in parts
        )
        self._whose: QRectF | None = None
        if len(solution.runs) > 1 and self._network is not None:
            line = WHOSE * composition.unit
            self._whose = QRectF(self._network.left(), self._network.top(), self._network.width(), line)
            self._network = self._network.adjusted(0, line, 0, 0)
        self._unit = composition.unit
        drawn = (self._fit is not None or self._network is not None) and solution.runs
        self._steady = steady_in(solution, solution.runs[run]) if drawn else Steady()
        # The only curve of a formula is that of f, a card.
        trains = network_of(solution) is not None
        self._charts = self._curves(curves) if curves is not None and trains else []

    def _look(self, rect: QRectF, least_px: float) -> Look:
        return Look(self._theme, scale_in(rect, self._scale, least_px))

    def _curves(self, rect: QRectF) -> list[tuple[QRectF, LossPicture, Chart]]:
        """The loss and, where there are classes, the accuracy."""
        losses, accuracies = loss_curves(self._solution), Accuracies(self._solution).done()
        pictures = [loss_picture("loss", losses, scale_suiting(losses), None)]
        if accuracies:
            pictures.append(loss_picture("accuracy", accuracies, "linear", None))
        parts = arranged(rect, dict.fromkeys(range(len(pictures)), CHART_ASPECT), 0.0)
        return [
            (parts[k], picture, loss_chart(parts[k], picture, self._look(parts[k], LEAST_PX["curves"])))
            for k, picture in enumerate(pictures)
        ]

    def paint_ground(self, painter: QPainter) -> None:
        """The curves as a whole; of several runs, whose network is drawn."""
        if self._whose is not None:
            self._paint_whose(painter, self._whose)
        for rect, picture, chart in self._charts:
            paint_losses(painter, rect, picture, chart.look)

    def _paint_whose(self, painter: QPainter, rect: QRectF) -> None:
        run, left = self._solution.runs[self._run], rect.left() + (PADDING - INSET) * self._unit
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = paint_mark(painter, left, rect.center().y(), self._unit, run, self._theme)
        font = word_font(SMALL_EM * self._unit, strong=True)
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        text = QRectF(left, rect.top(), rect.right() - left, rect.height())
        said = QFontMetricsF(font).elidedText(
            racer_title(run.racer, language()), Qt.TextElideMode.ElideRight, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, said)
        painter.restore()

    def paint_moving(self, painter: QPainter, frame: Frame) -> None:
        """Network and fit at the marker of the run, and where the curves have got to."""
        painter.save()
        for _, picture, chart in self._charts:
            paint_playhead(painter, picture, chart, frame.t_steps)
        painter.restore()
        if self._fit is not None or self._network is not None:
            self._paint_model(painter, frame)

    def _paint_model(self, painter: QPainter, frame: Frame) -> None:
        marker = frame.marker_of(self._run)
        if marker is None:
            return
        solution, steady = self._solution, self._steady
        plane = plane_of(solution, marker.position, SIDE)
        if self._network is not None:
            run = solution.runs[marker.run_index]
            moment = training_moment(solution, run, marker.position, marker.step, self._row)
            if moment is not None:
                drawn = filled_network(solution, moment, plane=plane, reach=steady.weight)
                assert drawn is not None, "a moment of a network"
                paint_network(painter, self._network, drawn, self._look(self._network, LEAST_PX["network"]))
        if self._fit is not None:
            fit = filled_fit(solution, marker.position, plane, seen=steady.said)
            if fit is not None:
                paint_fit(painter, self._fit, fit, self._look(self._fit, LEAST_PX["fit"]))
