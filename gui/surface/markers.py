"""What lies over the surface: slices, critical points, trails and their balls, arrows, starts, the mouse."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.analysis.findings import Analysis
from engine.document.lab import Display, Slice
from engine.document.marks import shape_of
from engine.solving.section import found_in
from engine.solving.solution import Solution
from engine.solving.timeline import Frame, Marker
from gui.drawing.reading import read_at
from gui.drawing.rows import INK, PAPER
from gui.store import ViewState
from gui.surface.arrows import Arrows
from gui.surface.balls import MARKS, RIM_PX, SOLIDS, Balls, Rows, ball_rows
from gui.surface.box import bottom_of
from gui.surface.box_map import FLOOR_Z, HALF_HEIGHT, BoxMap
from gui.surface.drawing import Shot, rgb
from gui.surface.ellipse import Ellipse
from gui.surface.gl import Device
from gui.surface.lines import LineData, Lines, line_data
from gui.surface.paths import TRAILS, Drawn, paths, with_trails
from gui.surface.slices import Section, Slices
from gui.surface.trail import Trail
from gui.surface.update_arrows import markers_with_arrows, step_arrows
from gui.theme import Theme, run_color

Floats = NDArray[np.float64]
Color = tuple[int, int, int]

BALL_PX: Final = 9.0
SOLID_PX: Final = 11.0  # to its corners, so that it looks as large as a ball
SMALL_BALL_PX: Final = 4.5
START_PX: Final = 6.0
HOVERED_START_PX: Final = 8.5
HOVER_PX: Final = 5.0
CRITICAL_PX: Final = ((14, 8.0), (60, 6.0), (1_000_000, 4.2))  # up to so many points: their size
FAMILY_PX: Final = 2.6
MANY: Final = 40  # with more runs than this the balls are small
SWARM: Final = 1000  # of more, they are dots: without a shadow, and seen only where nothing hides them
DOT_PX: Final = 2.4
DOT_RIM_PX: Final = 0.6
START_DOT_PX: Final = 1.2
HIDDEN: Final = 0.45
LIFT: Final = 0.004
PLUMB_PX: Final = 1.4
WHITISH: Final = 0.85  # the lightness above which a ball has a dark rim


class Markers:
    """Rebuilt when the runs or the field change; a playhead move uploads only the balls.

    Attributes:
        hovered_start: the start under the mouse, drawn larger.
    """

    def __init__(self) -> None:
        self.hovered_start: int | None = None
        self._map: BoxMap | None = None
        self._solution: Solution | None = None
        self._frame: Frame | None = None
        self._view = ViewState()
        self._slice = Slice()
        self._display = Display()
        self._slices = Slices()
        self.ellipse = Ellipse()
        self._arrows = Arrows("update arrows")
        self._critical = Balls("critical points")
        self._drawn: Drawn | None = None
        self._trail = Trail()
        self._balls = Balls("balls")
        self._starts = Balls("starts")
        self._dot = Balls("hover")
        self._drop = Lines("hover line")
        self._plumb = Lines("plumb line")
        self._found: tuple[tuple[object, ...], Analysis | None] = ((), None)
        self._trail_stale = True
        self._balls_stale = True
        self._t_end = 0.0
        self._starts_key: tuple[object, ...] = ()
        self._critical_key: tuple[object, ...] = ()
        self._section_key: tuple[object, ...] = ()
        self._section: Section | None = None
        self._arrows_key: tuple[object, ...] = ()
        self._hover_key: tuple[object, ...] = ()

    def set_map(self, box_map: BoxMap | None) -> None:
        if box_map is not self._map:
            self._map = box_map
            self._drawn = None
            self._trail_stale = self._balls_stale = True

    def set_solution(self, solution: Solution | None) -> None:
        before, self._solution = self._solution, solution
        if (
            solution is None
            or before is None
            or solution.runs is not before.runs
            or solution.setup is not before.setup
        ):
            self._drawn = None
            self._trail_stale = self._balls_stale = True
        if _variables(before) != _variables(solution):
            self._frame = None  # that of these variables comes next

    def set_frame(self, frame: Frame | None) -> None:
        if frame is not self._frame:
            self._frame = frame
            self._balls_stale = True

    def set_view(self, view: ViewState) -> None:
        """The hovered point, the selected run and the highlighted term are shown."""
        if view.selected_run != self._view.selected_run:
            self._balls_stale = True
            self._trail_stale |= self._solution is not None and len(self._solution.runs) > TRAILS
        self._view = view

    def set_slice(self, slice_: Slice) -> None:
        self._slice = slice_

    def set_display(self, display: Display) -> None:
        if display.floor != self._display.floor and self._drawn is not None and not self._drawn.on_surface:
            self._drawn = None
            self._trail_stale = self._balls_stale = True
        self._display = display

    def found(self) -> Analysis | None:
        """What analysis found that lies in the drawn plane."""
        solution, box_map = self._solution, self._map
        if solution is None or box_map is None:
            return None
        key = (solution.analysis, box_map)
        if key != self._found[0]:
            self._found = (key, found_in(solution, box_map.field.plane))
        return self._found[1]

    def start_places(self) -> Floats:
        """Of the starts, in the box, (s, 3)."""
        solution, drawn = self._solution, self.drawing()
        if solution is None or solution.setup is None or drawn is None:
            return np.empty((0, 3))
        return drawn.on_section(solution.setup.starts)

    def drawn_places(self) -> Floats:
        """Where the balls and the starts are drawn, while they are few, in the box, (n, 3)."""
        rows = np.concatenate([self._balls.rows, self._starts.rows])
        return np.asarray(rows["ball"][:, :3] if len(rows) <= MANY else np.empty((0, 3)), dtype=np.float64)

    def drawing(self) -> Drawn | None:
        """How the solution's variables become places; None as long as nothing is drawn."""
        if self._drawn is None and self._map is not None and self._solution is not None:
            self._drawn = Drawn(self._solution, self._map, bottom_of(self._display.floor))
        return self._drawn

    def section(self) -> Section | None:
        """The slices that are shown, at the chosen point or at the selected run's marker."""
        box_map, solution = self._map, self._solution
        if box_map is None or not _shows_something(self._slice):
            return None
        point = self._slice.point or self._marker_point()
        key = (box_map, self._slice, point, solution.objective if solution else None)
        if key != self._section_key:
            self._section_key = key
            x, y = point
            place = box_map.surface_at(box_map.plane(point))
            slope = box_map.slope_at(place[:2])
            reading = read_at(solution, x, y) if solution is not None else None
            if reading is not None and np.isfinite([reading.f, reading.fx, reading.fy]).all():
                slope = box_map.slope_of(reading.f, reading.fx, reading.fy)
                place[2] = float(box_map.level(reading.f))
            self._section = Section(self._slice, (x, y), place, slope)
        return self._section

    def _marker_point(self) -> tuple[float, float]:
        """Where the selected run is, in data coordinates; else the middle."""
        drawn, marker = self.drawing(), self._selected_marker()
        assert self._map is not None
        plane = np.zeros(2)
        if drawn is not None and marker is not None:
            plane = drawn.plane(marker.position)
        x, y = self._map.data(plane)
        return (float(x), float(y))

    def _selected_marker(self) -> Marker | None:
        return self._frame.marker_of(self._view.selected_run) if self._frame is not None else None

    def draw(self, device: Device, shot: Shot) -> None:
        """Over the finished surface."""
        if self._map is None:
            return
        self._slices.set_section(self._map, self.section(), shot.theme)
        self._slices.draw(device, shot)
        self._refresh_critical()
        if self._display.critical_points:
            self._critical.draw(device, shot, hidden=True, opacity=HIDDEN, rim_px=1.6)
            self._critical.draw(device, shot, lift=LIFT, rim_px=1.6)
        if self._solution is not None and self._solution.runs:
            self._draw_runs(device, shot, self._map, self._solution)
        self._refresh_hover(self._map, shot)
        if self._view.hover is not None:
            self._drop.draw(device, shot, 1.2, opacity=0.75, dash_px=4.0)
            self._dot.draw(device, shot, lift=LIFT, rim_px=1.5)

    def _draw_runs(self, device: Device, shot: Shot, box_map: BoxMap, solution: Solution) -> None:
        self._refresh_runs(box_map, solution)
        self._refresh_starts()
        self._refresh_arrows(box_map, solution, shot.theme)
        self._trail.draw(device, shot, self._t_end, hidden=True)
        swarm = len(self._balls.rows) > SWARM
        if not swarm:
            self._balls.draw(device, shot, hidden=True, opacity=HIDDEN)
        self._trail.draw(device, shot, self._t_end, hidden=False)
        self._plumb.draw(device, shot, PLUMB_PX, opacity=HIDDEN, dash_px=4.0, hidden=True)
        self._plumb.draw(device, shot, PLUMB_PX, opacity=0.75, dash_px=4.0)
        self._draw_ellipse(device, shot, solution)
        self._starts.draw(device, shot, lift=LIFT, rim_px=_rim_px(self._starts.rows))
        if not swarm:
            self._balls.draw(device, shot, lift=LIFT, shadow=True)
        if self._display.update_arrows:
            self._arrows.draw(device, shot, hidden=True)
            self._arrows.draw(device, shot, hidden=False)
        self._balls.draw(device, shot, lift=0.002, rim_px=_rim_px(self._balls.rows))

    def _draw_ellipse(self, device: Device, shot: Shot, solution: Solution) -> None:
        drawn, marker = self.drawing(), self._selected_marker()
        runs = solution.runs if self._display.local_ellipse else ()
        if drawn is None or marker is None or marker.run_index >= len(runs):
            self.ellipse.clear()
            return
        run = runs[marker.run_index]
        self.ellipse.set(solution, run, min(marker.step, run.steps), drawn)
        self.ellipse.draw(device, shot)

    def _refresh_arrows(self, box_map: BoxMap, solution: Solution, theme: Theme) -> None:
        view, drawn = self._view, self.drawing()
        if drawn is None or self._frame is None:
            return
        steps = tuple(marker.step for marker in markers_with_arrows(self._frame, view.selected_run))
        key = (box_map, solution.runs, steps, view.selected_run, view.highlighted_term, theme.name)
        if key == self._arrows_key:
            return
        self._arrows_key = key
        self._arrows.set(step_arrows(solution, self._frame, drawn, box_map, view, theme))

    def _refresh_critical(self) -> None:
        analysis, drawn = self.found(), self.drawing()
        key = (analysis, drawn)
        if key == self._critical_key:
            return
        self._critical_key = key
        self._critical.rows = ball_rows(0)
        if analysis is None or drawn is None:
            return
        rows = ball_rows(len(analysis.critical_points))
        radius = next(px for many, px in CRITICAL_PX if len(rows) <= many)
        for row, point in zip(rows, analysis.critical_points, strict=True):
            row["ball"] = (*drawn.on_section(point.point), radius)
            row["normal"] = (0.0, 0.0, 1.0, MARKS[point.kind])
        chains = [drawn.on_section(family.points) for family in analysis.families if not family.region]
        dots = ball_rows(sum(map(len, chains)))
        if chains:
            dots["ball"][:, :3] = np.concatenate(chains)
        dots["ball"][:, 3], dots["normal"][:, 2] = FAMILY_PX, 1.0
        rows = np.concatenate([dots, rows])
        rows["color"], rows["rim"] = (255, 255, 255, 255), (*INK, 255)
        self._critical.rows = rows[_inside(rows["ball"][:, :3])]

    def _refresh_runs(self, box_map: BoxMap, solution: Solution) -> None:
        drawn = self.drawing()
        assert drawn is not None
        if self._trail_stale:
            self._trail_stale = False
            shown = with_trails(solution.runs, self._view.selected_run)
            self._trail.set_paths(paths(shown, drawn), [_color(run.mark) for run in shown])
        if self._balls_stale:
            self._balls_stale = False
            self._t_end, self._balls.rows, self._plumb.data = 0.0, ball_rows(0), None
            if self._frame is not None:
                self._t_end = float((self._frame.steps + self._frame.fractions).max(initial=0.0))
                self._balls.rows = self._ball_rows(self._frame, box_map, drawn)
                self._plumb.data = self._plumb_line(drawn)

    def _plumb_line(self, drawn: Drawn) -> LineData | None:
        """From the selected run's ball down to its shadow, where its way is drawn as one."""
        marker = self._selected_marker()
        if drawn.on_surface or marker is None:
            return None
        place = drawn.places(np.append(marker.position, marker.value)[None])[0]
        if not _inside(place):
            return None
        mark = self._frame.tracks.marks[marker.run_index] if self._frame is not None else 0
        foot = np.array([place[0], place[1], drawn.bottom])
        return line_data([([place, foot], (*_color(int(mark)), 255))])

    def _ball_rows(self, frame: Frame, box_map: BoxMap, drawn: Drawn) -> Rows:
        shown = np.arange(len(frame.steps))[::-1]
        # As on the map, the selected run lies on top, then the first ones.
        shown = shown[np.argsort(shown == self._view.selected_run, kind="stable")]
        places = drawn.places(frame.places[shown])
        inside = _inside(places)
        shown, places = shown[inside], places[inside]
        rows = ball_rows(len(shown))
        rows["ball"][:, :3] = places
        rows["normal"][:, :3] = box_map.normal_at(places[:, :2])
        few, small = len(frame.steps) <= MANY, DOT_PX if len(shown) > SWARM else SMALL_BALL_PX
        marks = frame.tracks.marks[shown]
        for mark in np.unique(marks).tolist():
            own, color = marks == mark, run_color(mark)
            shape = shape_of(mark) if few else "o"  # small ones could not be told apart by it
            rows["ball"][own, 3] = small if not few else BALL_PX if shape == "o" else SOLID_PX
            rows["normal"][own, 3] = SOLIDS[shape]
            rows["color"][own] = (*_color(mark), 255)
            dark = color.lightnessF() > WHITISH or len(shown) > SWARM
            rows["rim"][own] = (*(INK if dark else PAPER), 255)
        if not few:
            selected = shown == self._view.selected_run
            rows["ball"][selected, 3], rows["rim"][selected] = BALL_PX, (*PAPER, 255)
        return rows

    def _refresh_starts(self) -> None:
        key = (self._drawn, self.hovered_start)
        if key == self._starts_key:
            return
        self._starts_key = key
        places = self.start_places()
        rows = ball_rows(len(places))
        rows["ball"][:, :3] = np.nan_to_num(places)
        rows["ball"][:, 3] = (
            START_PX if len(places) <= MANY else SMALL_BALL_PX if len(places) <= SWARM else START_DOT_PX
        )
        if self.hovered_start is not None and self.hovered_start < len(rows):
            rows["ball"][self.hovered_start, 3] = HOVERED_START_PX
        rows["normal"][:, :3] = (0.0, 0.0, 1.0)
        rows["color"] = (255, 255, 255, 255)
        rows["rim"] = (*INK, 255)
        self._starts.rows = rows[_inside(places)]

    def _refresh_hover(self, box_map: BoxMap, shot: Shot) -> None:
        key = (box_map, self._view.hover, shot.theme.name)
        if key == self._hover_key:
            return
        self._hover_key = key
        self._dot.rows = ball_rows(0)
        self._drop.data = None
        if self._view.hover is None:
            return
        place = box_map.surface_at(box_map.plane(self._view.hover))
        if not _inside(place):
            return
        rows = ball_rows(2)
        foot = np.array([place[0], place[1], FLOOR_Z])
        rows["ball"][0] = (*place, HOVER_PX)
        rows["ball"][1] = (*foot, 0.7 * HOVER_PX)
        rows["normal"][:, 2] = 1.0
        rows["color"] = (255, 255, 255, 255)
        rows["rim"] = (*INK, 255)
        self._dot.rows = rows
        ink = np.round(np.array(rgb(shot.theme.text)) * 255)
        self._drop.data = line_data([([place, foot], (*ink, 255))])


def _variables(solution: Solution | None) -> tuple[str, ...]:
    return solution.setup.descended if solution is not None and solution.setup is not None else ()


def _shows_something(slice_: Slice) -> bool:
    return bool(slice_.along) or slice_.tangent_plane or slice_.normal or slice_.direction_deg is not None


def _inside(places: Floats) -> NDArray[np.bool_]:
    """Which points of the box, (…, 3), are drawn."""
    with np.errstate(invalid="ignore"):
        across = (np.abs(places[..., :2]) <= 1.0 + 1e-6).all(axis=-1)
        return np.asarray(across & (np.abs(places[..., 2]) < HALF_HEIGHT + 0.04))


def _rim_px(rows: Rows) -> float:
    return DOT_RIM_PX if len(rows) > SWARM else RIM_PX


def _color(mark: int) -> Color:
    color = run_color(mark)
    return (color.red(), color.green(), color.blue())
