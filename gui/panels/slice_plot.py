"""SlicePlot: what a partial derivative is. One variable is held, and the slope of the rest is ∂f/∂x.

The sections through the surface as plots with tangent and secant, and the choices that the surface draws too:
tangent plane, normal, and the derivative in a direction. GUI thread; a section is 1,601 values of
f and its slope, fewer over many rows of data.
"""

import math
from typing import Any, Final, Literal

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.base.round_numbers import format_tick, without_dust
from engine.document.setup import Axis
from engine.formula.names import name_text
from engine.function.field import curve_samples, directional_derivative, secant, slice_curve
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from gui.contour.dial import direction_of
from gui.drawing.reading import read_at, slice_point
from gui.i18n import tr
from gui.panels.panel import Panel
from gui.panels.slice_curve import SliceCurve
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme, term_color
from gui.widgets.dial import DirectionDial
from gui.widgets.slider import ValueSlider

Along = Literal["horizontal", "vertical"]
BOTH: Final[tuple[Along, Along]] = ("horizontal", "vertical")
SMALLEST_STEP: Final = 1e-4  # of the range of the variable
FIRST_STEP: Final = 0.1
CONTROLS_PX: Final = 264


class SlicePlot(Panel):
    """The panel of the slices."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._store = store
        self._solution: Solution | None = None
        self.curves: dict[Along, SliceCurve] = {along: SliceCurve(along, theme) for along in BOTH}
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 6)
        row.setSpacing(14)
        row.addWidget(self._controls())
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._hint, "muted")
        row.addWidget(self._hint, 1)
        for along, curve in self.curves.items():
            row.addWidget(curve, 1)
            curve.point_dragged.connect(lambda value, along=along: self._on_point_dragged(along, value))
            curve.step_dragged.connect(lambda h: self._edit(h=h or None, merge="slice h"))
            curve.drag_ended.connect(self._store.end_merge)
        store.solution_changed.connect(self._on_solution_changed)
        store.section_changed.connect(self._on_section_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        store.lab_changed.connect(self._on_lab_changed)
        if store.shown is not None:
            self._on_solution_changed(store.shown)
        self._refresh_controls()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for curve in self.curves.values():
            curve.set_theme(theme)

    # The controls

    def _controls(self) -> QWidget:
        box = QWidget()
        box.setFixedWidth(CONTROLS_PX)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        self.toggles: dict[Along, QPushButton] = {}
        for along in BOTH:
            button = QPushButton()
            button.setCheckable(True)
            set_role(button, "chip")
            button.clicked.connect(lambda _checked, along=along: self._on_toggled(along))
            buttons.addWidget(button)
            self.toggles[along] = button
        self.follow = QPushButton(tr("At the marker"))
        self.follow.setCheckable(True)
        set_role(self.follow, "chip")
        self.follow.setToolTip(tr("The slices go through the marker of the selected run"))
        self.follow.clicked.connect(self._on_follow_clicked)
        buttons.addWidget(self.follow)
        buttons.addStretch(1)
        column.addLayout(buttons)

        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        self.secant_box = QCheckBox(tr("Secant"))
        self.secant_box.setToolTip(tr("The line through two points of the curve; as h → 0 it is the tangent"))
        self.secant_box.clicked.connect(self._on_secant_clicked)
        self.step = ValueSlider(SMALLEST_STEP, 1.0, FIRST_STEP, log=True, name=tr("Step h of the secant"))
        self.step.value_dragged.connect(self._on_step_slid)
        self.step.drag_ended.connect(self._store.end_merge)
        self.step_value = QLabel()
        self.direction_box = QCheckBox(tr("Direction"))
        self.direction_box.setToolTip(tr("The derivative in a direction: greatest along the gradient"))
        self.direction_box.clicked.connect(
            lambda on: self._edit(direction_deg=45.0 if on else None, merge=None)
        )
        self.direction = DirectionDial(tr("Direction in degrees"))
        self.direction.value_dragged.connect(
            lambda value: self._edit(direction_deg=value, merge="slice direction")
        )
        self.direction.drag_ended.connect(self._store.end_merge)
        self.direction_value = QLabel()
        self.steepest = QPushButton(tr("Along ∇f"))
        set_role(self.steepest, "chip")
        self.steepest.setToolTip(tr("Turn to where f grows fastest"))
        self.steepest.clicked.connect(self._on_steepest_clicked)
        for line, parts in enumerate(
            (
                (self.secant_box, self.step, self.step_value),
                (self.direction_box, self.direction, self.direction_value),
            )
        ):
            for place, part in enumerate(parts):
                grid.addWidget(part, line, place)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(2, 76)
        grid.setAlignment(self.direction, Qt.AlignmentFlag.AlignRight)
        column.addLayout(grid)
        boxes = QHBoxLayout()
        self.plane_box = QCheckBox(tr("Tangent plane"))
        self.plane_box.clicked.connect(lambda on: self._edit(tangent_plane=on, merge=None))
        self.normal_box = QCheckBox(tr("Normal"))
        self.normal_box.clicked.connect(lambda on: self._edit(normal=on, merge=None))
        boxes.addWidget(self.plane_box)
        boxes.addWidget(self.normal_box)
        boxes.addStretch(1)
        boxes.addWidget(self.steepest)
        column.addLayout(boxes)
        column.addStretch(1)
        return box

    def _refresh_controls(self) -> None:
        chosen = self._store.lab.slice
        axes = _axes_of(self._solution)
        for along, button, index in zip(BOTH, self.toggles.values(), (0, 1), strict=True):
            button.setChecked(along in chosen.along)
            button.setVisible(index < len(axes))
            if index < len(axes):
                name = name_text(axes[index].name)
                if len(axes) > 1:
                    button.setText(tr("Hold {name}", name=name_text(axes[1 - index].name)))
                    button.setToolTip(tr("The curve along {name}, whose slope is ∂f/∂{name}", name=name))
                else:
                    button.setText(tr("Slope"))
                    button.setToolTip(tr("The tangent, whose slope is df/d{name}", name=name))
        self.follow.setChecked(chosen.point is None)
        self.secant_box.setChecked(chosen.h is not None)
        self.step.setEnabled(chosen.h is not None)
        self.step_value.setText("" if chosen.h is None else f"h = {format_tick(chosen.h)}")
        if chosen.h is not None:
            self.step.set_number(abs(chosen.h))
        self.direction_box.setChecked(chosen.direction_deg is not None)
        self.direction.setEnabled(chosen.direction_deg is not None)
        if chosen.direction_deg is not None:
            self.direction.set_degrees(chosen.direction_deg)
        self.plane_box.setChecked(chosen.tangent_plane)
        self.normal_box.setChecked(chosen.normal)
        two = len(axes) > 1
        for part in (self.direction_box, self.direction, self.direction_value, self.plane_box, self.steepest):
            part.setVisible(two)
        self.normal_box.setVisible(two)
        self._hint.setText(
            tr(
                "Hold one variable: what remains is a curve, and its slope at the point is the partial "
                "derivative by the other one."
            )
            if len(axes) > 1
            else tr("The slope of the curve at the point is the derivative there.")
        )
        self._hint.setVisible(not any(along in chosen.along for along in BOTH[: len(axes)]))

    # The store

    def _on_solution_changed(self, solution: Solution) -> None:
        self._solution = solution
        self._show_axes()
        self._refresh_curves()

    def _on_section_changed(self, solution: Solution) -> None:
        before, self._solution = self._solution, solution
        if _axes_of(before) != _axes_of(solution):
            self._show_axes()
        self._refresh_curves()

    def _show_axes(self) -> None:
        for axis in _axes_of(self._solution)[:1]:
            self.step.set_span(SMALLEST_STEP * (axis.hi - axis.lo), (axis.hi - axis.lo) / 2)
        self._refresh_controls()

    def _on_lab_changed(self, change: Change) -> None:
        if "slice" in change:
            self._refresh_controls()
            self._refresh_curves()

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._refresh_curves()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh_curves()

    def _on_frame_changed(self, frame: Frame) -> None:
        self._refresh_curves()

    def _refresh_curves(self) -> None:
        chosen, solution = self._store.lab.slice, self._solution
        axes = _axes_of(solution)
        drawn = len(axes)
        for along, curve in self.curves.items():
            curve.setVisible(along in BOTH[:drawn] and along in chosen.along)
        # What is not seen is not computed; it is when it is shown.
        objective = solution.objective if solution is not None else None
        field = solution.field if solution is not None else None
        if objective is None or field is None or not axes or not self.isVisible():
            return
        point = self._point()
        if point is None:
            return
        theta = field.plane.theta(*point)
        for index, (along, curve) in enumerate(self.curves.items()):
            if along not in chosen.along or index >= drawn:
                continue
            section = slice_curve(objective, field.plane, theta, index, n=curve_samples(objective.rows))
            line = secant(objective, section, chosen.h) if chosen.h is not None else None
            held = (axes[1 - index].name, point[1 - index]) if drawn > 1 else None
            curve.set_curve(section, line, held)
        self._refresh_direction(point)

    def _refresh_direction(self, point: tuple[float, float]) -> None:
        chosen = self._store.lab.slice
        assert self._solution is not None
        if chosen.direction_deg is None:
            self.direction_value.setText("")
            self.direction.set_steepest(None, term_color("gradient", self._theme))
            return
        reading = read_at(self._solution, *point)
        if reading is not None:
            gradient = (reading.fx, reading.fy)
            slope = directional_derivative(gradient, chosen.direction_deg)
            slope = without_dust(slope, reading.steepness)  # 0 across the gradient
            within = f" ({tr('in the slice')})" if len(reading.gradient) > 2 else ""
            self.direction_value.setText(
                f"{format_tick(slope)} ({chosen.direction_deg:.0f}°)\n"
                f"≤ |∇f| = {format_tick(reading.steepness)}{within}"
            )
            self.direction.set_steepest(direction_of(gradient), term_color("gradient", self._theme))

    def _point(self) -> tuple[float, float] | None:
        if self._solution is None:
            return None
        view = self._store.view
        return slice_point(self._store.lab.slice, self._solution, self._store.frame, view.selected_run)

    # What the user does

    def _edit(self, *, merge: str | None, **changes: Any) -> None:
        """Change the slices; with a `merge` key as a part of a gesture."""
        # Never a draft: a slice is shown at once, and needs nothing of the engine thread.
        self._store.edit(slice=replace(self._store.lab.slice, **changes), merge_key=merge, initiator=self)

    def _on_toggled(self, along: Along) -> None:
        chosen = set(self._store.lab.slice.along) ^ {along}
        self._edit(along=tuple(a for a in BOTH if a in chosen), merge=None)

    def _on_follow_clicked(self, follow: bool) -> None:
        self._edit(point=None if follow else self._point(), merge=None)

    def _on_secant_clicked(self, on: bool) -> None:
        h = None
        axes = _axes_of(self._solution)
        if on and axes:
            axis = axes[0]
            h = float(f"{FIRST_STEP * (axis.hi - axis.lo):.1g}")
        self._edit(h=h, merge=None)

    def _on_step_slid(self, value: float) -> None:
        h = self._store.lab.slice.h
        self._edit(h=math.copysign(value, h if h is not None else 1.0), merge="slice h")

    def _on_point_dragged(self, along: Along, value: float) -> None:
        point = self._point()
        if point is not None:
            moved = (value, point[1]) if along == "horizontal" else (point[0], value)
            self._edit(point=moved, merge="slice point")

    def _on_steepest_clicked(self) -> None:
        point = self._point()
        reading = read_at(self._solution, *point) if self._solution and point else None
        if reading is not None and not math.isnan(reading.direction_deg):
            self._edit(direction_deg=float(f"{reading.direction_deg:.1f}"), merge=None)


def _axes_of(solution: Solution | None) -> tuple[Axis, ...]:
    return solution.field.plane.axes if solution is not None and solution.field is not None else ()
