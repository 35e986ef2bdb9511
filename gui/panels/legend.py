"""The legend below the views: the mark of each run, whose it is, and how it comes out. GUI thread."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from engine.descent.run import Run
from engine.solving.descending import Progress
from engine.solving.solution import Solution
from engine.solving.timeline import Frame
from gui.i18n import tr
from gui.panels.catalogue import numbered, racer_title, run_title, short_run_title
from gui.panels.results import OUTCOME_TOKENS, ending_of
from gui.store import Change, Store
from gui.style import zoom
from gui.theme import Theme
from gui.widgets import link_button, show_number
from gui.widgets.swatch import paint_swatch

HEIGHT_PX: Final = 32
CHIP_PX: Final = 24
FONT_PX: Final = 12
MARK_PX: Final = 5.5
MARK_ROOM_PX: Final = 26  # from the left of a chip to its name
GAP_PX: Final = 8  # between the name and the outcome
END_PX: Final = 10
BETWEEN_PX: Final = 4
DETAILS: Final = 4
MOST: Final = 32  # with more runs than this no room is enough for all
Texts = tuple[str, str]


def _texts(run: Run, progress: Progress | None, *, numbered: bool, detail: int) -> Texts:
    """Whose run it is, and how it ends or how far it is; detail 0 says least."""
    name = (run_title if detail >= 2 else short_run_title)(run, numbered=numbered)
    outcome = ending_of(run)
    if run.going and progress is not None:
        outcome = tr("paused") if progress.held else outcome
        if detail >= 1:
            step, steps = f"{run.steps:,}", f"{progress.steps:,}"
            outcome = tr("{outcome} · step {step} of {steps}", outcome=outcome, step=step, steps=steps)
    elif detail >= 1:
        outcome = tr("{outcome} · step {step}", outcome=outcome, step=run.steps)
    if detail >= 3:
        outcome = f"{outcome} · f = {show_number(float(run.values[-1]))}"
    return name, outcome


class RunChip(QAbstractButton):
    """One run. Its outcome is pale until the playhead is at its end.

    Attributes:
        index: of the run. outcome: what is said of it. reached: whether the playhead is at its end.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.index = 0
        self.outcome = ""
        self.reached = False
        self._run: Run | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_run(self, index: int, run: Run, texts: Texts, *, selected: bool) -> None:
        self.index, self._run = index, run
        name, self.outcome = texts
        self.setText(name)
        self.setDown(selected)
        self.setToolTip(f"{racer_title(run.racer)}\n{tr(run.explanation)}")
        self.setAccessibleName(f"{name}: {self.outcome}")
        self.update()

    def show_moment(self, t_steps: float) -> None:
        reached = self._run is not None and t_steps >= self._run.steps
        if reached != self.reached:
            self.reached = reached
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_width((self.text(), self.outcome)), round(CHIP_PX * zoom()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._run is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colors, scale, box = QPalette(), zoom(), QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            ring = colors.color(QPalette.ColorRole.Highlight)
            painter.setPen(ring if self.hasFocus() else Qt.PenStyle.NoPen)
            if self.isDown() or self.underMouse():
                painter.setBrush(colors.color(QPalette.ColorRole.AlternateBase))
            painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
            paint_swatch(
                painter, self._run.mark, QPointF(MARK_ROOM_PX / 2 * scale, box.center().y()), MARK_PX * scale
            )
            painter.setFont(_font())
            metrics = painter.fontMetrics()
            place = QRectF(self.rect()).adjusted(MARK_ROOM_PX * scale, 0, -END_PX * scale / 2, 0)
            room = round(place.width()) - GAP_PX - metrics.horizontalAdvance(self.outcome)
            name = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.setPen(colors.color(QPalette.ColorRole.WindowText))
            painter.drawText(place, middle, name)
            painter.setPen(self.theme.color(OUTCOME_TOKENS[self._run.outcome] if self.reached else "muted"))
            place.setLeft(place.left() + metrics.horizontalAdvance(name) + GAP_PX)
            painter.drawText(place, middle, self.outcome)


def _font() -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(round(FONT_PX * zoom()))
    return font


def _width(texts: Texts) -> int:
    """Of a chip, px."""
    metrics = QFontMetrics(_font())
    written = metrics.horizontalAdvance(texts[0]) + GAP_PX + metrics.horizontalAdvance(texts[1])
    return written + round((MARK_ROOM_PX + END_PX) * zoom())


class Legend(QWidget):
    """A chip for each run, as detailed as there is room; a click selects the run.

    Signals:
        more_wanted: all runs are to be seen, not only those for which there is room.
    """

    more_wanted = Signal()

    def __init__(self, store: Store, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._theme = theme
        self._runs: tuple[Run, ...] = ()
        self.chips: list[RunChip] = []
        self.more = link_button("more", "", tr("All results"))
        self.more.setParent(self)
        self.more.clicked.connect(self.more_wanted)
        self.setAccessibleName(tr("Legend of the runs"))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(HEIGHT_PX * zoom()))
        store.solution_changed.connect(self._on_solution_changed)
        store.frame_changed.connect(self._on_frame_changed)
        store.view_changed.connect(self._on_view_changed)
        if store.solution is not None:
            self._on_solution_changed(store.solution)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for chip in self.chips:
            chip.theme = theme
            chip.update()

    @property
    def shown(self) -> list[RunChip]:
        """The chips for which there is room."""
        return [chip for chip in self.chips if not chip.isHidden()]

    def _on_solution_changed(self, solution: Solution) -> None:
        self._runs = tuple(solution.runs)
        self._lay_out()

    def _on_frame_changed(self, frame: Frame) -> None:
        for chip in self.chips:
            chip.show_moment(frame.t_steps)

    def _on_view_changed(self, change: Change) -> None:
        if "selected_run" in change:
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    # Layout

    def _lay_out(self) -> None:
        chosen = self._choose() if self._runs else []
        while len(self.chips) < len(chosen):
            self.chips.append(self._new_chip())
        selected = min(self._store.view.selected_run, len(self._runs) - 1)
        x, room = END_PX, self.width() - 2 * END_PX
        for chip, (index, texts) in zip(self.chips, chosen, strict=False):
            chip.show_run(index, self._runs[index], texts, selected=index == selected)
            chip.show_moment(self._store.view.t_steps)
            size = chip.sizeHint().boundedTo(QSize(room, self.height()))
            chip.setGeometry(x, (self.height() - size.height()) // 2, size.width(), size.height())
            x += size.width() + BETWEEN_PX
        for place, chip in enumerate(self.chips):
            chip.setVisible(place < len(chosen))
        hidden = len(self._runs) - len(chosen)
        self.more.setText(f"+{hidden}")
        self.more.setVisible(hidden > 0)
        self.more.adjustSize()
        self.more.move(x, (self.height() - self.more.height()) // 2)

    def _choose(self) -> list[tuple[int, Texts]]:
        """All runs in as much detail as fits; else the selected one and the first of the others."""
        room, runs = self.width() - 2 * END_PX, self._runs
        progress = self._store.solution.descending if self._store.solution is not None else None
        by_start = numbered(runs)
        for detail in reversed(range(DETAILS)) if len(runs) <= MOST else ():
            texts = [_texts(run, progress, numbered=by_start, detail=detail) for run in runs]
            if sum(_width(text) + BETWEEN_PX for text in texts) - BETWEEN_PX <= room:
                return list(enumerate(texts))
        self.more.setText(f"+{len(runs)}")
        room -= self.more.sizeHint().width()
        selected = min(self._store.view.selected_run, len(runs) - 1)
        chosen: list[tuple[int, Texts]] = []
        for index in (selected, *(each for each in range(len(runs)) if each != selected)):
            least = _texts(runs[index], progress, numbered=by_start, detail=0)
            room -= _width(least) + BETWEEN_PX
            if room < 0 and chosen:
                break
            chosen.append((index, least))
        return sorted(chosen)

    def _new_chip(self) -> RunChip:
        chip = RunChip(self._theme, self)
        chip.clicked.connect(lambda: self._store.set_view(selected_run=chip.index))
        return chip
