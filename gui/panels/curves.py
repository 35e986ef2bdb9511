"""Curves against the step: f, |∇f| and the length of the steps of all runs, with the playhead.

Of a training: the loss of the rows to train and to test on, |∇L|, and where there are classes the accuracy.
GUI thread.
"""

import math
from typing import Final

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.base.round_numbers import format_tick
from engine.solving.solution import Solution
from engine.solving.timeline import Frame, duration_steps, path_in
from engine.words.overfitting import overfitting
from engine.words.results import Quantity
from gui.drawing.chart import Scale
from gui.i18n import tr
from gui.network.curves import Accuracies, epoch_of, has_classes, loss_curves, loss_picture
from gui.network.losses import LossCurve, LossPlot
from gui.panels.curve_plot import CurvePlot
from gui.panels.panel import Panel
from gui.store import Change, Store
from gui.style import set_role
from gui.theme import Theme
from gui.widgets import ElidedLabel, Segmented

THREE_PLOTS_PX: Final = 860


class Curves(Panel):
    """The three quantities, side by side where there is room, else the chosen one."""

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._wide = True
        self._losses: tuple[LossCurve, ...] = ()
        self._accuracies: tuple[LossCurve, ...] = ()
        self.setAccessibleName(tr("Curves"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        titles: tuple[tuple[Quantity, str], ...] = (
            ("value", tr("f")),
            ("gradient", tr("|∇f|")),
            ("length", tr("step length")),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        self.quantity = Segmented(titles, tr("Quantity"))
        self.quantity.chosen.connect(lambda _key: self._arrange())
        self.scale = Segmented([("linear", tr("linear")), ("log", tr("log"))], tr("Scale of the values"))
        self.scale.chosen.connect(self._on_scale_chosen)
        self.counted = Segmented([("step", tr("by step")), ("epoch", tr("by epoch"))], tr("Counted"))
        self.counted.chosen.connect(lambda _key: self._show_training())
        self.readout = QLabel()
        set_role(self.readout, "muted")
        self.verdict = ElidedLabel()
        set_role(self.verdict, "muted")
        row.addWidget(self.quantity)
        row.addWidget(self.scale)
        row.addWidget(self.counted)
        row.addWidget(self.readout)
        row.addWidget(self.verdict, 1)
        column.addLayout(row)
        plots = QHBoxLayout()
        plots.setSpacing(8)
        self.plots = {quantity: CurvePlot(quantity, title) for quantity, title in titles}
        for plot in self.plots.values():
            plots.addWidget(plot, 1)
            plot.pressed.connect(self._on_pressed)
            plot.hovered.connect(self._on_hovered)
            plot.picked.connect(lambda index: self._store.set_view(selected_run=index))
        self.training = {"value": LossPlot(), "length": LossPlot()}  # in the place of f and the step length
        for key, training in self.training.items():
            plots.insertWidget(0 if key == "value" else -1, training, 1)
            training.pressed.connect(self._on_pressed)
            training.hovered.connect(lambda _step, said: self.readout.setText(said or ""))
        column.addLayout(plots, 1)
        store.solution_changed.connect(self._on_solution_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        store.errand_done.connect(self._on_errand_done)
        self.set_theme(theme)
        self._on_solution_changed(store.solution)
        self._select()
        if store.frame:
            self._on_frame_changed(store.frame)
        self._arrange()

    def set_theme(self, theme: Theme) -> None:
        for plot in (*self.plots.values(), *self.training.values()):
            plot.set_theme(theme)
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def _on_scale_chosen(self, scale: object) -> None:
        for plot in self.plots.values():
            plot.set_scale("log" if scale == "log" else "linear")
        self._show_training()
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def _on_solution_changed(self, solution: Solution | None) -> None:
        runs = solution.runs if solution else ()
        for plot in self.plots.values():
            plot.set_runs(runs)
        batches = any(run.batch_values is not None for run in runs)
        self.plots["gradient"].set_title(tr("|∇f| of the batch") if batches else tr("|∇f|"))
        self._losses = loss_curves(solution)
        if not has_classes(solution):
            self._accuracies = ()
        self._count()
        self._name()

    def _count(self) -> None:
        """Have the accuracies counted, if anybody sees them; until then the last ones stay."""
        solution = self._store.solution
        if solution is not None and self.isVisible() and has_classes(solution):
            self._store.errand_given.emit(Accuracies(solution))

    def _on_errand_done(self, errand: object, curves: object) -> None:
        if isinstance(errand, Accuracies) and isinstance(curves, tuple) and has_classes(self._store.solution):
            self._accuracies = curves
            self._name()

    def _name(self) -> None:
        """What is drawn, by whether there are losses and accuracies."""
        last = tr("accuracy") if self._accuracies else tr("step length")
        first = tr("loss") if self._losses else tr("f")
        self.quantity.set_options([("value", first), ("gradient", tr("|∇f|")), ("length", last)])
        self._show_training()
        self._arrange()

    def _show_training(self) -> None:
        """The losses and accuracies, and what is to be said of them."""
        solution = self._store.solution
        epoch = epoch_of(solution)
        self.counted.setVisible(epoch is not None)
        epoch = epoch if self.counted.key == "epoch" else None
        for plot in self.plots.values():
            plot.set_epoch(epoch)
        scale: Scale = "log" if self.scale.key == "log" else "linear"
        self.training["value"].set_picture(loss_picture("loss", self._losses, scale, epoch))
        self.training["length"].set_picture(loss_picture("accuracy", self._accuracies, scale, epoch))
        self._say()

    def _say(self) -> None:
        """Whether the selected run over-fits."""
        runs = self._store.solution.runs if self._store.solution else ()
        selected = self._store.view.selected_run
        said = overfitting(runs[selected]) if selected < len(runs) else None
        self.verdict.setText(tr(said) if said is not None else "")

    def _on_frame_changed(self, frame: Frame) -> None:
        for plot in self.plots.values():
            if plot.isVisible():
                plot.show_frame(frame)
        for training in self.training.values():
            training.move_playhead(frame.t_steps)

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._select()

    def _select(self) -> None:
        for plot in self.plots.values():
            plot.select(self._store.view.selected_run)
        self._say()
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def _on_pressed(self, step: float) -> None:
        end = duration_steps(self._store.solution) if self._store.solution else 0
        self._store.set_view(t_steps=min(step, float(end)), playing=False)

    def _on_hovered(self, step: int | None, index: int | None) -> None:
        """Say the numbers of the step under the mouse, and show its point in both views."""
        solution = self._store.solution
        runs = solution.runs if solution else ()
        index = index if index is not None else self._store.view.selected_run
        if step is None or solution is None or solution.setup is None or index >= len(runs):
            self.readout.setText("")
            self._store.set_view(hover=None)
            return
        run = runs[index]
        step = min(step, run.steps)
        parts = [tr("step {step}", step=step)]
        slope = tr("|∇f| of the batch") if run.batch_values is not None else "|∇f|"
        for plot, name in zip(self.plots.values(), ("f", slope, "|Δθ|"), strict=True):
            value = plot.value_at(index, step)
            if value is not None:
                parts.append(f"{name} = {format_tick(value)}")
        self.readout.setText("   ".join(parts))
        shown = self._store.shown
        plane = shown.field.plane if shown is not None and shown.field is not None else None
        if plane is not None and plane.count == 2 and plane.origin.shape == run.points.shape[1:]:
            x, y = path_in(plane, run.points, slice(step, step + 1))[0].tolist()
            if math.isfinite(x) and math.isfinite(y):
                self._store.set_view(hover=(x, y))

    def _arrange(self) -> None:
        self.quantity.setVisible(not self._wide)
        for quantity, plot in self.plots.items():
            seen = self._wide or quantity == self.quantity.key
            instead = {"value": bool(self._losses), "length": bool(self._accuracies)}.get(quantity, False)
            plot.setVisible(seen and not instead)
            if quantity in self.training:
                self.training[quantity].setVisible(seen and instead)
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count()
        if self._store.frame:
            self._on_frame_changed(self._store.frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= THREE_PLOTS_PX
        if wide != self._wide:
            self._wide = wide
            self._arrange()
