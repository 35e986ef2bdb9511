"""The timeline: transport buttons, the scrub bar, the step counter, speed and loop. GUI thread."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.i18n import tr
from gui.panels.fork import ForkPopup, fork_step
from gui.player import SPEEDS, Player
from gui.store import Change, Store
from gui.style import set_role, zoom
from gui.theme import Theme, run_color
from gui.widgets import Choice, IconButton, KeyGuard, SteadyLabel, ValueSlider, icon, show_number

SUBSTEPS: Final = 50
NARROW_PX: Final = 660


class ScrubBar(ValueSlider):
    """The position in the film, in steps and fractions of steps; the ends of the runs are marked on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0.0, 1.0, 0.0, name=tr("Position in the film"), parent=parent)
        self._ends: tuple[tuple[int, int], ...] = ()
        self.setEnabled(False)

    def set_film(self, end_steps: int, ends: tuple[tuple[int, int], ...]) -> None:
        """The length of the film, and (step, racer index) of the end of every run."""
        self._ends = ends
        self.setEnabled(end_steps > 0)
        self.set_span(0.0, float(max(end_steps, 1)))
        self.update()

    def _rounded(self, value: float) -> float:
        near = round(value)
        steps_per_px = self._hi / max(self._track().width(), 1.0)
        # A hand that comes near a whole step means it.
        if steps_per_px >= 0.2 or abs(value - near) < 3 * steps_per_px:
            return float(near)
        return round(value * SUBSTEPS) / SUBSTEPS

    def step_by(self, steps: int) -> float:
        return self._number_at(min(max((self.number + steps) / self._hi, 0.0), 1.0))

    def sizeHint(self) -> QSize:
        return QSize(320, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            track = self._track()
            rim = QPalette().color(QPalette.ColorRole.Dark)  # pale and black runs are seen on either look
            for step, mark in self._ends:
                x = track.left() + self.fraction_of(float(step)) * track.width()
                painter.fillRect(QRectF(x - 2, track.top() - 8, 4, 7), rim)
                painter.fillRect(QRectF(x - 1, track.top() - 7, 2, 5), run_color(mark))


class Timeline(QFrame):
    """The bar under the views.

    `actions_by_name` has the QActions of the transport, with their keys, for the window's menu.
    """

    def __init__(self, store: Store, player: Player, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.player = player
        self._active = False
        self._guard = KeyGuard(self)  # Space presses the focused button, and plays everywhere else
        set_role(self, "panel")
        self.setAccessibleName(tr("Timeline"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(4)

        self.actions_by_name = self._make_actions()
        # The window's menu has keys for the others; these two are here alone.
        self.addActions([self.actions_by_name["slower"], self.actions_by_name["faster"]])
        self._buttons: dict[str, IconButton] = {}
        for name in ("restart", "step_back", "play", "step_forward", "jump_to_end"):
            big = name == "play"
            button = IconButton(name, "", size_px=36 if big else 30, icon_px=24 if big else 20)
            button.clicked.connect(self.actions_by_name[name].trigger)
            self._buttons[name] = button
            row.addWidget(button)
        row.addSpacing(8)
        self.scrub = ScrubBar()
        self.scrub.value_dragged.connect(self._on_scrubbed)
        row.addWidget(self.scrub, 1)
        row.addSpacing(8)
        self._counter = SteadyLabel()
        self._counter.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._counter)
        row.addSpacing(8)
        options = [(speed, f"{show_number(speed)}×") for speed in SPEEDS]
        self.speed = Choice(options, tr("Speed"))
        self.speed.setToolTip(tr("Speed of the playback"))
        self.speed.setFixedWidth(round(64 * zoom()))
        self.speed.chosen.connect(lambda speed: self._store.set_view(speed=speed))
        set_role(self.speed, "flat")
        row.addWidget(self.speed)
        self.loop = IconButton("loop", tr("Play again and again"), size_px=30, icon_px=20)
        self.loop.setCheckable(True)
        self.loop.clicked.connect(lambda on: self._store.set_view(loop=on))
        row.addWidget(self.loop)
        self.fork = IconButton("fork", "", size_px=30, icon_px=20)
        self.fork.clicked.connect(self._on_fork)
        row.addWidget(self.fork)

        store.view_changed.connect(self._on_view_changed)
        store.solution_changed.connect(self._on_solution_changed)
        store.frame_changed.connect(self._on_frame_changed)
        self.set_theme(theme)
        self._refresh_controls()
        self._refresh_film()
        if store.frame:
            self._on_frame_changed(store.frame)

    def set_theme(self, theme: Theme) -> None:
        """Everything here is painted in the palette's colours; only a repaint is due."""
        self.update()

    def _make_actions(self) -> dict[str, QAction]:
        player = self.player
        actions = {}
        for name, text, keys, slot in (
            ("play", tr("Play"), ("Space",), player.toggle),
            ("step_back", tr("One step back"), ("Left", "Ctrl+Left"), player.step_back),
            ("step_forward", tr("One step forward"), ("Right", "Ctrl+Right"), player.step_forward),
            ("restart", tr("Back to the start"), ("Home", "Ctrl+Home"), player.restart),
            ("jump_to_end", tr("To the end"), ("End", "Ctrl+End"), player.jump_to_end),
            ("slower", tr("Slower"), ("[",), lambda: self._change_speed(-1)),
            ("faster", tr("Faster"), ("]",), lambda: self._change_speed(1)),
        ):
            action = QAction(text, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(slot)
            if name in ("play", "step_back", "step_forward", "restart", "jump_to_end"):
                action.setIcon(icon(name))
            actions[name] = action
        return actions

    def _change_speed(self, by: int) -> None:
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self._store.view.speed))
        self._store.set_view(speed=SPEEDS[min(max(nearest + by, 0), len(SPEEDS) - 1)])

    def _on_fork(self) -> None:
        self.player.pause()
        ForkPopup(self._store, self).show_at(self.fork)

    def _on_scrubbed(self, t_steps: float) -> None:
        self.player.seek(t_steps)
        self.scrub.set_number(self._store.view.t_steps)  # no farther than runs that grow have come

    def _on_view_changed(self, change: Change) -> None:
        if change.fields & {"playing", "held", "speed", "loop"}:
            self._refresh_controls()
        if change.fields & {"playing", "held", "speed", "loop", "t_steps"}:
            self._refresh_playhead()
        if "selected_run" in change:
            self._refresh_fork()

    def _on_solution_changed(self, _solution: object) -> None:
        self._refresh_film()
        if self._active != self.player.active:
            self._refresh_controls()

    def _on_frame_changed(self, _frame: object) -> None:
        self._refresh_playhead()
        self._refresh_fork()

    def _refresh_playhead(self) -> None:
        """Where the playhead is, though its moment may not be at hand yet."""
        self.scrub.set_number(self._store.view.t_steps)
        self._refresh_counter()

    def _refresh_controls(self) -> None:
        view, active = self._store.view, self.player.active
        self._active = active
        text = tr("Pause") if active else tr("Play")
        self.actions_by_name["play"].setText(text)
        self.actions_by_name["play"].setIcon(icon("pause" if active else "play"))
        self._buttons["play"].set_icon("pause" if active else "play")
        for name, button in self._buttons.items():
            action = self.actions_by_name[name]
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            button.set_tip(f"{action.text()} ({keys})")
        self.speed.set_key(min(SPEEDS, key=lambda speed: abs(speed - view.speed)))
        self.loop.setChecked(view.loop)

    def _refresh_film(self) -> None:
        solution = self._store.solution
        end = self.player.film_steps
        runs = solution.runs if solution else ()
        growing = solution is not None and solution.descending is not None
        ends = tuple((run.steps, run.mark) for run in runs[:200]) if len(runs) > 1 or growing else ()
        self.scrub.set_film(end, ends)
        for button in self._buttons.values():
            button.setEnabled(end > 0)
        self._refresh_fork()
        metrics = self._counter.fontMetrics()
        longest = self._counted(f"{end}.0", end)
        self._counter.setMinimumWidth(metrics.horizontalAdvance(longest) + 4)
        self._refresh_counter()

    def _refresh_counter(self) -> None:
        end = self.player.film_steps
        t_steps = self._store.view.t_steps
        # A digit that races by tells nothing.
        whole = self._store.view.playing or t_steps == int(t_steps)
        step = f"{int(t_steps)}" if whole else f"{t_steps:.1f}"
        self._counter.setText(self._counted(step, end))

    def _counted(self, step: str, end: int) -> str:
        if self.width() < NARROW_PX * zoom():  # the bar needs the room
            return f"{step} / {end}"
        return tr("step {step} / {steps}", step=step, steps=end)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < NARROW_PX * zoom()) != (event.oldSize().width() < NARROW_PX * zoom()):
            self._refresh_film()

    def _refresh_fork(self) -> None:
        """Before its first step a run has nothing to go on from."""
        possible = fork_step(self._store) > 0
        if possible != self.fork.isEnabled() or not self.fork.toolTip():
            self.fork.setEnabled(possible)
            self.fork.set_tip(
                tr("Fork: go on from this step with other settings")
                if possible
                else tr("Fork: move to a later step first")
            )
