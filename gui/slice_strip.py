"""The line above both views: the drawn axes of more variables than two, and how far to trust what is drawn
over them; or what a model predicts.

GUI thread.
"""

import math
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolTip, QVBoxLayout, QWidget

from engine.descent.run import Run
from engine.document.axes import PrincipalComponents
from engine.formula.names import name_text
from engine.function.plane import Plane
from engine.solving.moving import MOST
from engine.solving.prediction import outputs_named, predicts_a_plane
from engine.solving.sight import sight_at
from engine.solving.trust import Held, Level, Trust, held_of
from gui.axes_choice import AxesChoice, AxesSettings
from gui.drawing.whereabouts import (
    DOTS,
    LEVELS,
    MANY,
    slice_text,
    trust_text,
    trust_told,
    values_text,
)
from gui.i18n import language, tr
from gui.store import Change, Store
from gui.style import set_role
from gui.widgets import Choice, Segmented, SteadyLabel

MARGINS_PX: Final = (8, 3, 8, 3)
SPACING_PX: Final = 8
LEAST_PX: Final = 290  # of what is told, between the choices
FEW_HIDDEN: Final = 2  # variables whose values there is room for
ROLES: Final[dict[Level, str]] = {"high": "success", "fair": "warning", "low": "danger"}


class SliceStrip(QFrame):
    """The axes and their choices, and the trust meter: what the plane holds of the path, how far it is. Of a
    model of two inputs, the switch between its loss and what it predicts."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "pane")
        self._store = store
        self._held: tuple[object, Held] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(*MARGINS_PX)
        column.setSpacing(2)
        self._rows = QHBoxLayout(), QHBoxLayout()
        for row in self._rows:
            row.setSpacing(SPACING_PX)
            column.addLayout(row)
        self.axes = AxesChoice(store)
        self.meter = QLabel()
        self.where = SteadyLabel(elide=Qt.TextElideMode.ElideRight)
        for label in (self.meter, self.where):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the strip tells more
        set_role(self.where.label, "muted")
        self.output = Choice([], tr("Which output is shown"))
        self.output.chosen.connect(lambda output: store.set_view(output=output))
        self.plane = Segmented(
            [("loss", tr("Loss")), ("prediction", tr("Prediction ŷ"))], tr("What surface and map show")
        )
        self.plane.setToolTip(
            tr(
                "The loss over its weights, or what the model predicts over its two inputs: "
                "each dot is a row at its own value"
            )
        )
        self.plane.chosen.connect(lambda plane: store.set_view(plane=plane))
        self.settings = AxesSettings(store)
        self._told_in = QHBoxLayout()
        self._told_in.setSpacing(SPACING_PX)
        self._told_in.addWidget(self.meter)
        self._told_in.addWidget(self.where, 1)
        self._rows[0].addWidget(self.axes)
        self._rows[0].addLayout(self._told_in, 1)
        for part in (self.output, self.settings, self.plane):
            self._rows[0].addWidget(part)
        self._rows[0].setAlignment(self.axes, Qt.AlignmentFlag.AlignLeft)  # no wider than they need
        self._rows[0].setAlignment(self.settings, Qt.AlignmentFlag.AlignRight)
        self._wide = True
        self.hide()
        store.frame_changed.connect(self._refresh)  # after every solution, too
        store.section_changed.connect(self._refresh)
        store.view_changed.connect(self._on_view_changed)
        store.prediction_changed.connect(self._refresh)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """What is told stands between the choices or, where it has no room there, below them."""
        parts = (self.axes, self.meter, self.output, self.settings, self.plane)
        taken = sum(part.sizeHint().width() + SPACING_PX for part in parts if not part.isHidden())
        wide = self.width() - taken >= LEAST_PX
        if wide != self._wide:
            self._wide = wide
            for row in self._rows:
                row.removeItem(self._told_in)
            self._told_in.setParent(None)
            if wide:
                self._rows[0].insertLayout(1, self._told_in, 1)
            else:
                self._rows[1].addLayout(self._told_in, 1)

    def _plane(self) -> Plane | None:
        """The plane that is drawn, or soon will be: no number lags behind the playhead where it is known."""
        store = self._store
        if store.solution is None:
            return None
        sight = sight_at(store.solution, store.frame, store.view.selected_run)
        if sight is None or sight.plane is not None:
            return sight.plane if sight is not None else None
        shown = store.shown.field if store.shown is not None else None
        if shown is None:
            return None
        fixed = shown.plane.directions is not None and shown.plane.origin.shape == sight.point.shape
        return shown.plane.through(sight.point) if fixed and not store.in_gesture else shown.plane

    def _trust(self, plane: Plane) -> Trust | None:
        store = self._store
        run, frame = store.selected_run, store.frame
        distance = frame.distance(plane, store.view.selected_run) if frame is not None else math.nan
        if run is None or run.points.shape[1:] != plane.origin.shape:
            return None
        return Trust(self._held_of(plane, run), distance, store.redraw)

    def _held_of(self, plane: Plane, run: Run) -> Held:
        key = (run, plane.drawn, plane.directions)
        if self._held is None or self._held[0] != key:
            self._held = (key, held_of(plane, run))
        return self._held[1]

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & {"selected_run", "plane", "output"}:
            self._refresh()

    def _refresh(self, _: object = None) -> None:
        store, plane = self._store, self._plane()
        solution = store.solution
        hidden = plane is not None and not plane.whole
        outputs = outputs_named(solution) if solution is not None else ()
        two = solution is not None and predicts_a_plane(solution)
        predicts = two and store.view.plane == "prediction"
        self.setVisible(hidden or two)
        self.plane.setVisible(two)
        self.plane.set_key(store.view.plane)
        for part in (self.axes, self.settings, self.meter):
            part.setVisible(hidden and not predicts)
        self.output.setVisible(predicts and len(outputs) > 1)
        if self.output.options != list(enumerate(outputs)):
            self.output.set_options(list(enumerate(outputs)))
        self.output.set_key(min(store.view.output, max(len(outputs) - 1, 0)))
        if predicts or not hidden or plane is None:
            set_role(self.where.label, "muted")
            self.where.setText(self._predicted() if predicts else "")
            self._arrange()
            return
        trust = self._trust(plane)
        self.meter.setVisible(trust is not None and store.no_plane is None)
        if store.no_plane is not None:
            set_role(self.where.label, "warning")
            self.where.setText(tr(store.no_plane))
            return
        self._arrange()
        set_role(self.where.label, "muted")
        said = [trust_text(trust, language())] if trust is not None else []
        setup = store.solution.setup if store.solution is not None else None
        if plane.directions is None and setup is not None and len(plane.hidden) <= FEW_HIDDEN:
            said.insert(0, slice_text(plane, setup, language()))
        self.where.setText(" · ".join(said))
        if trust is not None:
            set_role(self.meter, ROLES[trust.level])
            self.meter.setText(f"{DOTS[trust.level]} {tr(LEVELS[trust.level])}")

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
        """What the plane is, its numbers, and what they mean."""
        plane, store = self._plane(), self._store
        setup = store.solution.setup if store.solution is not None else None
        if plane is None or setup is None or plane.whole:
            return ""
        if store.no_plane is not None:
            return tr(store.no_plane)
        said = [slice_text(plane, setup, language(), MANY)]
        if plane.directions is None:
            told = tr("The variables that are not drawn have these values all over both pictures:")
            said = [told, values_text(plane, setup, MANY)]
        trust = self._trust(plane)
        if trust is not None:
            components = isinstance(store.lab.axes, PrincipalComponents)
            said += [trust_text(trust, language()), *trust_told(trust, language(), components=components)]
        if plane.directions is not None and len(plane.origin) > MOST:
            said.append(
                tr(
                    "The start of more than {most} weights cannot be dragged along directions.",
                    most=f"{MOST:,}",
                )
            )
        return "\n\n".join(said)
