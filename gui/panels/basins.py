"""The basin map: which minimum the run from each start reaches, or with each pair of settings. GUI thread.

The map is worked out on a thread of its own, coarse first; a click on a pixel replays its run in the window.
"""

from typing import Any, Final

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.descent.basins import BasinMap
from engine.formula.names import name_text
from engine.function.plane import Plane
from engine.optimizers import Racer, fields_of
from engine.solving.moving import starts_with
from engine.solving.solution import Solution
from gui.drawing.axis_names import axis_latex
from gui.fitting import fit_on_screen
from gui.i18n import tr
from gui.panels.basin_legend import BasinLegend, colors_of, label_text
from gui.panels.basin_maps import BasinThread, Compute, SettingsPlane, StartsPlane
from gui.panels.basin_picture import BasinPicture, PictureAxis, colored
from gui.panels.catalogue import racer_title
from gui.panels.setting_axis import SettingAxis
from gui.panels.themed import ThemedWindow
from gui.store import Change, Store
from gui.style import set_role, zoom
from gui.theme import Theme
from gui.timing import single_shot
from gui.widgets import Card, Choice, ProblemLabel, Segmented, show_number

SIZE: Final = QSize(880, 600)
SIDE_PX: Final = 264
SETTLE_MS: Final = 350
PLACES: Final = 9  # of decimals: a start that moves in a plane of directions is rounded
RESOLUTIONS: Final = (64, 128, 256, 512)


class BasinWindow(ThemedWindow):
    """Stays beside the main window and follows it."""

    def __init__(
        self, store: Store, theme: Theme, parent: QWidget | None = None, compute: Compute | None = None
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._map: BasinMap | None = None
        self._over: Plane | None = None  # what the map of starts is drawn over
        self._drawn: object = None
        self.setWindowTitle(tr("Basin map"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(4)
        self.picture = BasinPicture(theme)
        self.picture.hovered.connect(self._on_hovered)
        self.picture.clicked.connect(self._on_clicked)
        self.readout = QLabel()
        set_role(self.readout, "muted")
        left.addWidget(self.picture, 1)
        left.addWidget(self.readout)
        row.addLayout(left, 1)
        side = QWidget()
        side.setFixedWidth(round(SIDE_PX * zoom()))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._make_choices())
        self._legend = BasinLegend()
        column.addWidget(self._legend)
        column.addStretch(1)
        note = QLabel(tr("Click a point to replay its run in the window."))
        note.setWordWrap(True)
        set_role(note, "muted")
        column.addWidget(note)
        row.addWidget(side)
        fit_on_screen(self, SIZE)

        self._thread = BasinThread(self, compute)
        self._thread.map_ready.connect(self._on_map_ready)
        self._thread.finished.connect(self._on_finished)
        self._settle = single_shot(self, SETTLE_MS, self.draw)
        store.solution_changed.connect(self._on_solution_changed)
        store.lab_changed.connect(self._on_lab_changed)
        self._offer_racers()

    def _make_choices(self) -> Card:
        card = Card(tr("Basin map"))
        self.kind = Segmented(
            [("starts", tr("starting points")), ("settings", tr("two settings"))], tr("What is varied")
        )
        self.kind.chosen.connect(lambda _kind: self._on_kind_chosen())
        self.racer = Choice((), tr("Optimizer"))
        self.racer.chosen.connect(lambda _index: self._on_kind_chosen())
        self.resolution = Choice([(n, f"{n} × {n}") for n in RESOLUTIONS], tr("Resolution"))
        self.resolution.set_key(256)
        self.resolution.chosen.connect(lambda _n: self.draw())
        self.axes = (
            SettingAxis(tr("Horizontal setting"), self._restart_soon),
            SettingAxis(tr("Vertical setting"), self._restart_soon),
        )
        for widget in (self.kind, self.racer, *self.axes, self.resolution):
            card.body.addWidget(widget)
        progress = QHBoxLayout()
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Progress of the map"))
        self.cancel = QPushButton(tr("Stop"))
        self.cancel.clicked.connect(self._on_cancelled)
        progress.addWidget(self.progress, 1)
        progress.addWidget(self.cancel)
        card.body.addLayout(progress)
        self.problem = ProblemLabel()
        card.body.addWidget(self.problem)
        return card

    def set_theme(self, theme: Theme) -> None:
        self.picture.set_theme(theme)

    # Asking for a map

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_kind_chosen()

    def draw(self) -> None:
        """Work the map out anew, unless something is wrong with what is asked for."""
        self._settle.stop()
        solution = self._store.solution
        setup = solution.setup if solution else None
        racer = self._racer()
        self.problem.set_problem("")
        drawn = self._plane()
        if solution is None or setup is None or solution.objective is None or racer is None or drawn is None:
            return
        if drawn.count < 2 and self.kind.key == "starts":
            self.problem.set_problem(tr("A map of starting points needs two axes."))
            return
        n = int(str(self.resolution.key))
        plane: StartsPlane | SettingsPlane
        if self.kind.key == "starts":
            x, y = (PictureAxis(axis_latex(axis), axis.lo, axis.hi) for axis in drawn.axes[:2])
            plane = StartsPlane(drawn)
        else:
            across, up = (axis.axis for axis in self.axes)
            if across is None or up is None:
                return
            if self.axes[0].setting.key == self.axes[1].setting.key:
                self.problem.set_problem(tr("Choose two different settings."))
                return
            x, y = across, up
            plane = SettingsPlane(x, y, str(self.axes[0].setting.key), str(self.axes[1].setting.key))
        self._map, self._over = None, drawn
        self._drawn = self._question(solution)
        self.picture.set_axes(x, y)
        self.progress.setValue(0)
        self.cancel.setEnabled(True)
        lab = self._store.lab
        self._thread.ask(solution, racer, plane, n, steps=lab.steps, seed=lab.seed)

    def _plane(self) -> Plane | None:
        """What the window draws: two variables in their ranges, or two directions."""
        shown = self._store.shown
        if shown is None or shown.setup is None:
            return None
        own = Plane.of(shown.setup, shown.setup.starts[0])
        drawn = shown.field.plane if shown.field is not None else own
        return drawn if drawn.origin.shape == own.origin.shape else own

    def _restart_soon(self, _changed: object = None) -> None:
        self._settle.start()

    def _on_kind_chosen(self) -> None:
        settings = self.kind.key == "settings"
        racer = self._racer()
        specs = [
            spec
            for spec in (fields_of(type(racer.optimizer)) if racer else ())
            if spec.kind in ("float", "int")
        ]
        for number, axis in enumerate(self.axes):
            axis.setVisible(settings)
            axis.offer(specs, number)
        self.draw()

    def _on_lab_changed(self, change: Change) -> None:
        if "racers" in change:
            self._offer_racers()

    def _on_solution_changed(self, solution: Solution) -> None:
        if solution.complete and self.isVisible() and self._question(solution) != self._drawn:
            self._restart_soon()

    def _question(self, solution: Solution) -> object:
        """All that the map depends on: a start that moves in the plane of the starts, or a change of the two
        settings that are varied, as after a click, leaves it as it is."""
        lab, setup, racer = self._store.lab, solution.setup, self._racer()
        plane = self._plane()
        if setup is None or racer is None or plane is None:
            return None
        first = setup.starts[0].copy()
        optimizer: Any = racer.optimizer
        varied: tuple[str, ...] = ()
        if self.kind.key == "starts":
            first = plane.moved(first, np.zeros(plane.count)).round(PLACES)
        else:
            defaults = {spec.name: spec.default for spec in (axis.spec for axis in self.axes) if spec}
            varied = tuple(defaults)
            optimizer = replace(optimizer, **defaults)
        return (
            (lab.formula, lab.network, lab.data, setup.variables, setup.descended, setup.held),
            (plane.axes, plane.directions.ways.tolist() if plane.directions is not None else plane.drawn),
            (setup.lo.tolist(), setup.hi.tolist(), first.tolist()),
            replace(racer, optimizer=optimizer, name="", enabled=True),
            (lab.steps, lab.seed, self.kind.key, varied, solution.analysis is not None),
        )

    def _offer_racers(self) -> None:
        options: list[tuple[object, str]] = [
            (index, racer_title(racer)) for index, racer in enumerate(self._store.lab.racers)
        ]
        if options != self.racer.options:
            self.racer.set_options(options)

    def _racer(self) -> Racer | None:
        index = self.racer.key
        racers = self._store.lab.racers
        return racers[index] if isinstance(index, int) and index < len(racers) else None

    def _on_cancelled(self) -> None:
        self._thread.cancel()
        self._on_finished()

    def _on_finished(self) -> None:
        self.cancel.setEnabled(False)

    # Showing a map

    def _on_map_ready(self, basin_map: BasinMap) -> None:
        self._map = basin_map
        self.progress.setValue(round(1000 * basin_map.progress))
        if basin_map.progress >= 1.0:
            self._on_finished()
        colors = colors_of(basin_map)
        effort = np.log1p(basin_map.steps.astype(np.float64))
        quick, slow = float(effort.min()), float(effort.max())
        image = colored(colors, basin_map.labels, (effort - quick) / max(slow - quick, 1e-9))
        points = []
        if self.kind.key == "starts" and self._over is not None:
            points = [
                (*self._over.coordinates_of(point), colors[index])
                for index, point in enumerate(basin_map.minima)
            ]
        self.picture.set_image(image, points)
        self._legend.show_map(basin_map)

    def _on_hovered(self, point: tuple[float, float] | None) -> None:
        basin_map = self._map
        if point is None or basin_map is None:
            self.readout.setText("")
            return
        row, column = self.picture.pixel_of(point, basin_map.labels.shape)
        names = [axis.setting.currentText() for axis in self.axes]
        if self.kind.key == "starts" and self._over is not None:
            names = [name_text(axis.name) for axis in self._over.axes[:2]]
        where = ", ".join(f"{name} = {show_number(value)}" for name, value in zip(names, point, strict=True))
        end = label_text(basin_map, int(basin_map.labels[row, column]))
        steps = int(basin_map.steps[row, column])
        self.readout.setText(tr("{where}: {end} after {steps} steps", where=where, end=end, steps=steps))

    def _on_clicked(self, point: tuple[float, float]) -> None:
        """Replay the run of the pixel: from its start, or with its settings."""
        solution, racer = self._store.solution, self._racer()
        setup = solution.setup if solution else None
        if setup is None or racer is None:
            return
        lab, index = self._store.lab, self.racer.key
        assert isinstance(index, int)
        if self.kind.key == "starts":
            place = self.picture.pixel_start(point, int(str(self.resolution.key)))
            if self._over is not None:
                self._store.edit(starts=starts_with(lab, setup, self._over, 0, place))
        else:
            optimizer: Any = racer.optimizer
            for axis, value in zip(self.axes, point, strict=True):
                spec = axis.spec
                if spec is not None:
                    number = round(value) if spec.kind == "int" else float(f"{value:.4g}")
                    optimizer = replace(optimizer, **{spec.name: number})
            racers = list(lab.racers)
            racers[index] = replace(racer, optimizer=optimizer)
            self._store.edit(racers=tuple(racers))
        self._store.set_view(t_steps=0.0)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._settle.stop()
        self._thread.close()
        super().closeEvent(event)
