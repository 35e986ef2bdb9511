"""What a contour map shows: a solution, a moment of it, a cursor, and the part of the plane in sight.

Hands each to the layers that draw it and counts what makes the picture stale; paints nothing and knows
neither widgets nor the store. GUI thread, or any one thread with a QGuiApplication.
"""

import math
from typing import Final

import numpy as np

from engine.analysis.findings import Analysis
from engine.descent.run import Run
from engine.document.lab import Display, Slice
from engine.document.setup import Axis, Setup
from engine.function.plane import Plane
from engine.function.sampled import Field
from engine.solving.prediction import Prediction
from engine.solving.section import found_in
from engine.solving.solution import Solution
from engine.solving.timeline import Frame, Marker
from gui.contour.critical_layer import CriticalLayer
from gui.contour.cursor_layer import CursorLayer
from gui.contour.curve_scene import PAD
from gui.contour.ellipse_layer import EllipseLayer
from gui.contour.flow_layer import FlowLayer
from gui.contour.graph import places_on_graph
from gui.contour.image_layer import ImageLayer
from gui.contour.level_lines import LevelLinesLayer
from gui.contour.rows_layer import RowsLayer
from gui.contour.slice_layer import SliceLayer
from gui.contour.start_layer import StartLayer
from gui.contour.trail_layer import TrailLayer
from gui.contour.update_layer import UpdateLayer
from gui.drawing.look import Look
from gui.drawing.reading import Reading, read_at
from gui.theme import Theme

CLOSEST: Final = 1e-12  # of the magnitude of the coordinates: nearer, doubles run out
FARTHEST: Final = 50.0  # times the domain
Ranges = tuple[tuple[float, float], tuple[float, float]]


class Content:
    """Set what it shows; `revision` grows with everything that does not move with the playhead."""

    def __init__(self, theme: Theme, scale: float = 1.0) -> None:
        self.look = Look(theme, scale)
        self.display = Display()
        self.image = ImageLayer()
        self.lines = LevelLinesLayer()
        self.flow = FlowLayer()
        self.critical = CriticalLayer()
        self.trail = TrailLayer()
        self.updates = UpdateLayer()
        self.ellipse = EllipseLayer()
        self.starts = StartLayer()
        self.cursor = CursorLayer()
        self.slices = SliceLayer()
        self.rows = RowsLayer()
        self._plane: Plane = Plane(np.zeros(2), (0, 1))
        self._setup: Setup | None = None
        self._whole: Field | None = None
        self._window: Field | None = None
        self._runs: tuple[Run, ...] = ()
        self._analysis: Analysis | None = None
        self._frame: Frame | None = None
        self._ranges: Ranges | None = None  # None: the whole domain
        self.revision = 0

    # What it shows

    def set_solution(self, solution: Solution) -> None:
        """Show a Solution; what is the same object as before is not made anew."""
        if solution.setup is None or solution.field is None:
            return
        self.rows.prediction = None
        self.set_plane(solution.field.plane, solution.setup)
        self.set_field(solution.field, solution.lab.display)
        self.set_runs(solution.runs)
        self.ellipse.set_solution(solution)
        self.set_analysis(found_in(solution, solution.field.plane))
        self._place_starts()

    def set_prediction(self, prediction: Prediction) -> None:
        """Show what a model predicts over its inputs, and its rows; `set_solution` shows the loss again."""
        self.set_solution(prediction.solution)
        self.rows.prediction = prediction
        self.set_frame(None)
        self.set_slice(Slice(), None)

    def set_plane(self, plane: Plane, setup: Setup) -> None:
        """Take over the axes and the starts; other ranges show the whole domain again."""
        if _spans(plane) != _spans(self._plane):
            self._ranges = None
            self._window = None
        if plane.axes != self._plane.axes:
            self._changed()
        if self._setup is not None and setup.descended != self._setup.descended:
            self.set_frame(None)  # the frame and the analysis of these variables come next
            self.set_analysis(None)
        self._plane = plane
        self._setup = setup

    def set_field(self, field: Field, display: Display) -> None:
        if field is not self._whole:
            self._whole = field
            self._window = None
            self._changed()
        self.set_display(display)
        self._show_field()

    def set_window_field(self, field: Field | None) -> None:
        """Show `field`, sampled over what is in sight, in the place of the whole one."""
        if field is not self._window:
            self._window = field
            self._show_field()
            self._changed()

    def set_display(self, display: Display) -> None:
        if display != self.display:
            self.display = display
            self._changed()
        self.image.set_colors(display.colormap, display.gradient_heat)
        self.lines.set_colors(display.colormap, display.gradient_heat)
        self.flow.arrows = display.gradient_arrows
        self.flow.streamlines = display.streamlines
        self.lines.show_lines = display.isolines
        self.lines.show_labels = display.isolines and display.level_labels
        self._keep_clear()

    def set_runs(self, runs: tuple[Run, ...]) -> None:
        self._runs = runs
        self.trail.set_runs(runs, self._plane)
        self.updates.set_runs(runs, self._plane)

    def mark_of(self, run_index: int) -> int:
        """Of which colour and shape a run is."""
        return self._runs[run_index].mark if run_index < len(self._runs) else run_index

    def set_analysis(self, analysis: Analysis | None) -> None:
        if analysis is not self._analysis:
            self._analysis = analysis
            self._changed()
        self.critical.set_analysis(analysis, self._plane)
        self._keep_clear()

    def _keep_clear(self) -> None:
        """No number of a level line stands at the mark of a critical point."""
        points = self._analysis.critical_points if self._analysis is not None else ()
        if not self.display.critical_points or self._plane.count < 2:
            points = ()
        places = [self._plane.coordinates(point.point) for point in points]
        self.lines.set_marks(np.array(places) if places else np.empty((0, 2)))

    def set_frame(self, frame: Frame | None) -> None:
        self._frame = frame
        self.trail.set_frame(frame)

    def set_reading(self, reading: Reading | None) -> None:
        """Put the cursor at a point, or take it away."""
        self.cursor.set_reading(reading)

    def set_emphasis(self, selected_run: int, highlighted_term: str | None) -> None:
        """Whose step, and which of its terms, is pointed out."""
        self.updates.selected, self.updates.highlighted = selected_run, highlighted_term

    def set_slice(
        self, chosen: Slice, point: tuple[float, float] | None, solution: Solution | None = None
    ) -> None:
        """The slices, at `point` of the drawn plane; None for nowhere.

        Args:
            solution: whose gradient there a chosen direction is measured against.
        """
        self.slices.slice, self.slices.point = chosen, point
        self.slices.gradient = None
        if solution is not None and point is not None and chosen.direction_deg is not None:
            reading = read_at(solution, *point)
            if reading is not None and math.isfinite(reading.steepness):
                self.slices.gradient = (reading.fx, reading.fy)

    def set_theme(self, theme: Theme) -> None:
        if theme != self.look.theme:
            self.look = Look(theme, self.look.scale)
            self._changed()

    def set_scale(self, scale: float) -> None:
        """1 on a screen; more makes all lines and letters larger (projector, large exports)."""
        if scale != self.look.scale:
            self.look = Look(self.look.theme, scale)
            self._changed()

    # What is in sight

    @property
    def field(self) -> Field | None:
        """What is drawn: of the window in sight if it was sampled, else of the whole domain."""
        return self._window or self._whole

    @property
    def whole_field(self) -> Field | None:
        return self._whole

    @property
    def axes(self) -> tuple[Axis, ...]:
        return self._plane.axes

    @property
    def plane(self) -> Plane:
        """What is drawn."""
        return self._plane

    @property
    def home(self) -> Ranges | None:
        """The whole domain, or None before there is one."""
        if not self.axes:
            return None
        x = (self.axes[0].lo, self.axes[0].hi)
        if len(self.axes) > 1:
            return x, (self.axes[1].lo, self.axes[1].hi)
        if self._whole is None:
            return None
        pad = PAD * (self._whole.z_hi - self._whole.z_lo)
        return x, (self._whole.z_lo - pad, self._whole.z_hi + pad)

    @property
    def is_graph(self) -> bool:
        """One variable is drawn: the picture is the graph of the function, and no map."""
        return len(self.axes) == 1

    @property
    def ranges(self) -> Ranges | None:
        return self._ranges or self.home

    @property
    def zoomed(self) -> bool:
        return self._ranges is not None

    @property
    def frame(self) -> Frame | None:
        return self._frame

    @property
    def pointed_out(self) -> Marker | None:
        """The marker of the selected run."""
        return self._frame.marker_of(self.updates.selected) if self._frame is not None else None

    def set_ranges(self, ranges: Ranges | None) -> bool:
        """See this part of the plane; None for the whole domain. False if it is too near or too far."""
        home = self.home
        if ranges is not None and home is not None:
            for (lo, hi), (home_lo, home_hi) in zip(ranges, home, strict=True):
                if not (np.isfinite(lo) and np.isfinite(hi)):
                    return False
                if hi - lo < CLOSEST * max(abs(lo), abs(hi)) or hi - lo < 1e-300:
                    return False
                if hi - lo > FARTHEST * (home_hi - home_lo):
                    return False
            if ranges == home:
                ranges = None
        if ranges != self._ranges:
            self._ranges = ranges
            if ranges is None:
                self._window = None
                self._show_field()
            self._changed()
        return True

    def set_in_gesture(self, in_gesture: bool) -> None:
        """While a zoom is under way, the numbers in the lines are not placed anew."""
        if in_gesture != self.lines.in_gesture:
            self.lines.in_gesture = in_gesture
            self._changed()

    def set_passing(self, passing: bool) -> None:
        """While the map is another one at every moment, its lines have no numbers: nobody could read them."""
        if passing != self.lines.passing:
            self.lines.passing = passing
            self._changed()

    def _place_starts(self) -> None:
        setup = self._setup
        if setup is None:
            return
        places = self._plane.coordinates(setup.starts)
        if self.is_graph and self._whole is not None:
            places = places_on_graph(places[:, 0], self._whole, self._runs)
        self.starts.set_places(places)

    def _show_field(self) -> None:
        field = self.field
        self.image.set_field(None if self.is_graph else field)
        self.lines.set_field(None if self.is_graph else field)
        self.cursor.set_field(field, self.lines.finder)
        self.flow.set_field(None if self.is_graph else field)

    def _changed(self) -> None:
        self.revision += 1


def _spans(plane: Plane) -> list[tuple[str, float, float]]:
    return [(axis.name, axis.lo, axis.hi) for axis in plane.axes]
