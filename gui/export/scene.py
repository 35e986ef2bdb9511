"""ExportScene: any moment of a lab as one picture, drawn by the same scenes as the window's views.

What does not change is drawn once: the ground with the formula, the still part of the contour map and the
curves; the worked step and the caption once a step; the surface's still part is kept by its own scene. Each
frame copies the ground and draws what moves over it. The main thread of the scene's OpenGL context.
"""

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from engine.base.i18n import Message, message, translate
from engine.descent.run import Run
from engine.document.lab import Camera
from engine.formula.names import name_text
from engine.function.field import Quality
from engine.solving.prediction import outputs_named
from engine.solving.section import plane_at, section
from engine.solving.sight import NoPlane, moves_with_playhead
from engine.solving.solution import Solution
from engine.solving.timeline import Frame, frame_at
from engine.solving.training_moment import network_of
from engine.solving.trust import Trust, held_of
from gui.contour.scene import ContourScene
from gui.drawing.reading import slice_point
from gui.drawing.whereabouts import FEW, slice_text, trust_text
from gui.export.caption import paint_caption
from gui.export.cards import PADDING, SMALL_EM, WORD_EM, paint_card, word_font
from gui.export.compose import PLANES, Composition, compose, scale_in, suiting
from gui.export.curve_card import CurveCard
from gui.export.errors import ExportError
from gui.export.film import camera_at
from gui.export.formula_cards import StepCard, paint_formula
from gui.export.painting import painting
from gui.export.prediction_view import PredictionView
from gui.export.spec import BOTH, Spec, View
from gui.export.surface_picture import SurfacePicture
from gui.export.training_views import TrainingViews
from gui.export.views import views_of
from gui.i18n import spoken, tr
from gui.theme import THEMES

LOOK_UNITS: Final = 1 / 14.5  # of the unit: the views' scale, at which their tick labels are 0.76 units
HEADS: Final[dict[View, Message]] = {"surface": message("Surface"), "contour": message("Contour map")}
PRINT_DPI: Final = 300.0  # how fine what is coloured by samples is in a file of vectors
CLEAR: Final = QColor(0, 0, 0, 0)


class ExportScene:
    """Draws the composition of a Solution.

    Args:
        spec: what is shown, in which look and language. size_px: width and height.
        camera: the eye, where it is not the document's.
        quality: of a slice that follows the run, which is sampled for each picture: "draft" for a film.

    Raises:
        ExportError: the axes that were chosen make no plane.
    """

    def __init__(
        self,
        solution: Solution,
        spec: Spec,
        size_px: tuple[int, int],
        camera: Camera | None = None,
        quality: Quality = "full",
    ) -> None:
        self.size_px = size_px
        self._solution = self._shown = solution
        self._spec = spec
        self._theme = THEMES[spec.theme]
        self._run_index = min(spec.run, max(len(solution.runs) - 1, 0))
        views = views_of(solution, spec)
        self.composition: Composition = compose(
            size_px, views, suiting(views) if spec.cards is None else spec.cards
        )
        parts, field = self.composition, solution.field
        cut = (
            (parts.contour is not None or parts.surface is not None)
            and field is not None
            and not field.plane.whole
        )
        self._follows = cut and moves_with_playhead(solution.lab)
        # In a small panel nobody sees how coarse the slice is, and a film is made four times as fast.
        self._quality: Quality = "moving" if parts.panels and quality == "draft" else quality
        if cut:
            self._shown = self._seen_at(frame_at(solution, 0.0), self._quality if self._follows else "full")
        unit = self.composition.unit
        scale = unit * LOOK_UNITS
        self.contour: ContourScene | None = None
        if self.composition.contour is not None:
            self.contour = ContourScene(self._theme, scale_in(self.composition.contour, scale))
            self.contour.set_solution(self._shown)
            self.contour.image.dots_per_px = max(PRINT_DPI / spec.dpi, 1.0)
        self.surface: SurfacePicture | None = None
        if self.composition.surface is not None:
            self.surface = SurfacePicture(
                self._shown,
                self._theme,
                scale_in(self.composition.surface, scale),
                self.composition.surface,
                transparent=spec.transparent,
                moving=spec.camera != "still" or (self._follows and quality != "full"),
                run_index=self._run_index,
            )
        self._prediction: PredictionView | None = None
        if self.composition.prediction is not None:
            self._prediction = PredictionView(
                solution,
                self._theme,
                scale_in(self.composition.prediction, scale),
                self.composition.prediction,
                transparent=spec.transparent,
                run=self._run_index,
                quality=self._quality,
                output=spec.output,
            )
        self.set_camera(camera or solution.lab.camera)
        self._training: TrainingViews | None = None
        curve = self.composition.curve
        trains = network_of(solution) is not None
        if not trains:
            curve = curve or self.composition.curves  # of a formula, f is the only one
        if trains or self.composition.fit is not None:
            self._training = TrainingViews(
                solution, self.composition, self._theme, scale, self._run_index, spec.row
            )
        self._curve = CurveCard(curve, unit, self._theme, solution) if curve is not None else None
        self._step_card: StepCard | None = None
        if self.composition.step is not None and self.run is not None:
            variables = solution.setup.descended if solution.setup is not None else ()
            self._step_card = StepCard(self.composition.step, unit, self._theme, self.run, variables)
        self._ground: QImage | None = None
        self._step_ground: tuple[int, QImage] | None = None

    def close(self) -> None:
        """Free what is kept in the OpenGL context, which is current."""
        for part in (self.surface, self._prediction):
            if part is not None:
                part.close()

    def set_camera(self, camera: Camera) -> None:
        """Look from `camera`, or begin its path there; fitted to the picture as `framed` does."""
        path, setup = self._spec.camera, self._solution.setup
        self._camera = self._other_camera = camera
        if self.surface is not None:
            names = [axis.name for axis in setup.axes] if setup is not None else []
            self._camera = self.surface.fitted(camera, path, names)
        if self._prediction is not None:
            self._other_camera = self._prediction.fitted(camera, path)

    @property
    def title(self) -> str:
        """Of the lab, in the language of the picture; "" where it has none."""
        titles = self._solution.lab.title
        return titles.get(self._spec.language) or titles.get("en", "")

    @property
    def run(self) -> Run | None:
        """The run that the worked step shows."""
        runs = self._solution.runs
        return runs[self._run_index] if runs else None

    def draw(self, t_steps: float, share: float) -> QImage:
        """The picture at the playhead `t_steps`, at the share 0 to 1 of the film (where the camera is)."""
        with spoken(self._spec.language):
            image = self._ground_at(int(t_steps)).copy()
            with painting(image) as painter:
                self._paint_moving(painter, t_steps, share)
        return image

    def paint(self, painter: QPainter, t_steps: float, share: float) -> None:
        """The same with any painter, as vectors where the painter takes them."""
        if not self._spec.transparent:
            painter.fillRect(QRectF(0, 0, *self.size_px), self._theme.color("plot"))
        with spoken(self._spec.language):
            self._paint_ground(painter)
            self._paint_step(painter, int(t_steps))
            self._paint_moving(painter, t_steps, share)

    def _ground_at(self, step: int) -> QImage:
        if self._step_ground is None or self._step_ground[0] != step:
            image = self._whole_ground().copy()
            with painting(image) as painter:
                self._paint_step(painter, step)
            self._step_ground = (step, image)
        return self._step_ground[1]

    def _whole_ground(self) -> QImage:
        if self._ground is None:
            image = QImage(*self.size_px, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(CLEAR if self._spec.transparent else self._theme.color("plot"))
            with painting(image) as painter:
                self._paint_ground(painter)
            self._ground = image
        return self._ground

    def _paint_ground(self, painter: QPainter) -> None:
        parts = self.composition
        if parts.formula is not None:
            paint_formula(painter, parts.formula, parts.unit, self._theme, self._solution)
        for view, panel in parts.panels.items():
            paint_card(painter, panel, parts.unit, self._theme, "plot" if view in PLANES else "card")
            if view in PLANES:
                self._paint_head(painter, panel, view)
        if self._curve is not None:
            self._curve.paint(painter, self._spec.language)
        if self._training is not None:
            self._training.paint_ground(painter)
        if not self._follows:
            self._paint_still_map(painter)

    def _paint_head(self, painter: QPainter, panel: QRectF, view: View) -> None:
        """What the plane in a panel is: the loss, and where it was cut."""
        unit, field = self.composition.unit, self._solution.field
        if view == "prediction" and self._prediction is not None:
            name, where = tr("Prediction ŷ"), ", ".join(map(name_text, self._prediction.names))
            name += f" · {self._prediction.output}" if self._prediction.output else ""
        else:
            name = tr("Loss") if outputs_named(self._solution) else tr(HEADS[view])
            where = self._cut() if field is not None and field.plane.hidden else ""
        strong, plain = word_font(WORD_EM * unit, strong=True), word_font(SMALL_EM * unit)
        baseline = panel.top() + 0.5 * unit + QFontMetricsF(strong).ascent()
        left = panel.left() + PADDING * unit
        painter.setFont(strong)
        painter.setPen(self._theme.color("text"))
        painter.drawText(QPointF(left, baseline), name)
        left += QFontMetricsF(strong).horizontalAdvance(name) + 0.6 * unit
        painter.setFont(plain)
        painter.setPen(self._theme.color("muted"))
        room = panel.right() - PADDING * unit - left
        where = QFontMetricsF(plain).elidedText(where, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, baseline), where)

    def _eye(self, start: Camera, share: float) -> Camera:
        return camera_at(self._spec.camera, start, self._solution.lab.views, share)

    def _cut(self) -> str:
        return tr("slice through the run's point") if self._follows else tr("slice through the start")

    def _paint_still_map(self, painter: QPainter) -> None:
        area = self.composition.contour
        if self.contour is not None and area is not None:
            painter.save()
            painter.translate(area.topLeft())
            self.contour.paint_still(painter, _at_origin(area))
            painter.restore()

    def _follow(self, frame: Frame) -> None:
        """Draw the plane at `frame`, as the window does."""
        before, self._shown = self._shown, self._seen_at(frame, self._quality)
        if self._shown is before:
            return
        if self.contour is not None:
            self.contour.set_solution(self._shown)
        if self.surface is not None:
            self.surface.show(self._shown)

    def _seen_at(self, frame: Frame, quality: Quality) -> Solution:
        """The Solution with the Field of its plane at `frame`; the last one where that is the same, or where
        in the midst of a film there is none.

        Raises:
            ExportError: there is no such plane from the first on.
        """
        shown = self._shown
        try:
            plane = plane_at(self._solution, frame, self._run_index)
        except NoPlane as error:
            if shown is not self._solution:
                return shown
            raise ExportError(error.message) from error
        if plane is None or shown.field is None or plane.coincides(shown.field.plane):
            return shown
        return replace(self._solution, field=section(self._solution, plane, quality))

    def _paint_step(self, painter: QPainter, step: int) -> None:
        parts = self.composition
        if self._step_card is not None:
            self._step_card.paint(painter, step, self._spec.language)
        if parts.caption is not None:
            paint_caption(
                painter,
                parts.caption,
                parts.unit,
                self._theme,
                self._solution,
                step,
                self._spec.language,
                slice_words=self._slice_words(step),
                rule=parts.step is None,
            )

    def _slice_words(self, step: int) -> str:
        """Where the slice lies, if no panel says it; of directions, how far to trust it."""
        if any(view in BOTH for view in self.composition.panels):
            return ""
        solution, frame, field = self._solution, frame_at(self._solution, float(step)), self._shown.field
        marker = frame.marker_of(self._run_index)
        if field is None or solution.setup is None or field.plane.whole or marker is None:
            return ""
        plane, language = field.plane, self._spec.language
        plane = plane.through(marker.position) if self._follows else plane
        if plane.directions is None:
            return self._cut() if len(plane.hidden) > FEW else slice_text(plane, solution.setup, language)
        held = held_of(plane, solution.runs[marker.run_index])
        told = trust_text(Trust(held, frame.distance(plane, self._run_index)), language)
        return translate("the plane {told}", language, told=told)

    def _paint_moving(self, painter: QPainter, t_steps: float, share: float) -> None:
        parts = self.composition
        frame = frame_at(self._solution, t_steps)
        raster = isinstance(painter.device(), QImage)
        if self._follows:
            self._follow(frame)
            self._paint_still_map(painter)
        if self.surface is not None and parts.surface is not None:
            self.surface.paint(painter, self._eye(self._camera, share), frame, vectors=not raster)
        if self._prediction is not None:
            self._prediction.paint(painter, self._eye(self._other_camera, share), frame, vectors=not raster)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.contour is not None and parts.contour is not None:
            size = (int(parts.contour.width()), int(parts.contour.height()))
            kept = (size, 1.0) if raster else None  # trails are appended to kept pictures of this size
            chosen = self._solution.lab.slice
            self.contour.set_frame(frame)
            point = slice_point(chosen, self._shown, frame, self._run_index)
            self.contour.set_slice(chosen, point, self._shown)
            painter.save()
            painter.translate(parts.contour.topLeft())
            self.contour.paint_moving(painter, _at_origin(parts.contour), kept)
            painter.restore()
        if self._curve is not None:
            self._curve.paint_playheads(painter, t_steps)
        if self._training is not None:
            self._training.paint_moving(painter, frame)


def _at_origin(rect: QRectF) -> QRectF:
    """`rect` moved to the origin: what a scene keeps is then as large as its part of the picture."""
    return QRectF(0, 0, rect.width(), rect.height())
