"""The line above both views: which slice of more variables than two is drawn, or what a model predicts.

GUI thread.
"""

from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolTip, QWidget

from engine.formula.names import name_text
from engine.function.plane import Plane
from engine.solving.prediction import outputs_named, predicts_a_plane
from engine.solving.section import plane_at
from gui.drawing.whereabouts import MANY, distance_text, slice_text, values_text
from gui.i18n import language, tr
from gui.store import Change, Store
from gui.style import set_role
from gui.widgets import Choice, Segmented, SteadyLabel

MARGINS_PX: Final = (12, 3, 8, 3)


class SliceStrip(QFrame):
    """Where the variables are that are not drawn, how far the run is from there, and the switch between the
    slice that follows the run and the one through the start. Of a model of two inputs, the switch between its
    loss and what it predicts."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "pane")
        self._store = store
        row = QHBoxLayout(self)
        row.setContentsMargins(*MARGINS_PX)
        row.setSpacing(10)
        self.where = SteadyLabel(elide=Qt.TextElideMode.ElideRight)
        self.where.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the strip tells more
        set_role(self.where.label, "muted")
        self.switch = Segmented(
            [(True, tr("follow the run")), (False, tr("stay at the start"))], tr("Which slice is drawn")
        )
        self.switch.chosen.connect(lambda follow: store.edit_display(follow=follow))
        self.output = Choice([], tr("Which output is shown"))
        self.output.chosen.connect(lambda output: store.set_view(output=output))
        self.plane = Segmented(
            [("loss", tr("Loss")), ("prediction", tr("Prediction ŷ"))], tr("What surface and map show")
        )
        self.plane.setToolTip(
            tr(
                "The loss over two weights, or what the model predicts over its two inputs: "
                "each dot is a row at its own value"
            )
        )
        self.plane.chosen.connect(lambda plane: store.set_view(plane=plane))
        row.addWidget(self.where, 1)
        row.addWidget(self.output)
        row.addWidget(self.switch)
        row.addWidget(self.plane)
        self.hide()
        store.frame_changed.connect(self._refresh)  # after every solution, too
        store.view_changed.connect(self._on_view_changed)
        store.prediction_changed.connect(self._refresh)
        store.lab_changed.connect(lambda _: self.switch.set_key(store.lab.display.follow))
        self.switch.set_key(store.lab.display.follow)
        self._refresh()

    def _plane(self) -> Plane | None:
        """The plane that is drawn, or soon will be: no number lags behind the playhead."""
        store = self._store
        if store.solution is None:
            return None
        return plane_at(store.solution, store.frame, store.view.selected_run)

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & {"selected_run", "plane", "output"}:
            self._refresh()

    def _refresh(self, _: object = None) -> None:
        store, plane = self._store, self._plane()
        setup = store.solution.setup if store.solution is not None else None
        hidden = plane is not None and setup is not None and bool(plane.hidden)
        outputs = outputs_named(store.solution) if store.solution is not None else ()
        two = store.solution is not None and predicts_a_plane(store.solution)
        predicts = two and store.view.plane == "prediction"
        self.setVisible(hidden or two)
        self.plane.setVisible(two)
        self.plane.set_key(store.view.plane)
        self.switch.setVisible(hidden and not predicts)
        self.output.setVisible(predicts and len(outputs) > 1)
        if self.output.options != list(enumerate(outputs)):
            self.output.set_options(list(enumerate(outputs)))
        self.output.set_key(min(store.view.output, max(len(outputs) - 1, 0)))
        if predicts:
            self.where.setText(self._predicted())
            return
        if not hidden or plane is None or setup is None:
            self.where.setText("")
            return
        parts = [slice_text(plane, setup, language())]
        marker = store.frame.marker_of(store.view.selected_run) if store.frame is not None else None
        if marker is not None and marker.position.shape == plane.origin.shape:
            parts.append(distance_text(plane, marker.position, language()))
        self.where.setText(" · ".join(parts))

    def _predicted(self) -> str:
        store = self._store
        marker = store.frame.marker_of(store.view.selected_run) if store.frame is not None else None
        if marker is None or store.prediction is None:
            return ""
        first, second = map(name_text, store.prediction.predictor.names)
        return tr(
            "ŷ over {first} and {second} at step {step}; each dot is a row at its own value",
            first=first,
            second=second,
            step=marker.step,
        )

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._told(), self)
            return True
        return super().event(event)

    def _told(self) -> str:
        """All values, and what the distance is."""
        plane = self._plane()
        setup = self._store.solution.setup if self._store.solution is not None else None
        if plane is None or setup is None or not plane.hidden:
            return ""
        return "\n\n".join(
            (
                tr("The variables that are not drawn have these values all over both pictures:"),
                values_text(plane, setup, MANY),
                tr(
                    "The run's distance from the slice is √Σ(Δ²) over them. It is 0 while the slice follows "
                    "the run."
                ),
            )
        )
