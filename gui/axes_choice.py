"""Choosing what the axes of the picture are, where more variables than two are free. GUI thread."""

from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from engine.document.axes import (
    KINDS,
    Axes,
    Kind,
    LineBetweenEnds,
    RandomDirections,
    TwoVariables,
    kind_of,
)
from gui.i18n import tr
from gui.store import Change, Store
from gui.style import set_role
from gui.widgets import Choice, Segmented

MOST_LISTED: Final = 100  # runs


class AxesChoice(Choice):
    """One of the kinds of axes. What another kind was set to is forgotten, but undone with it."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(name=tr("Axes of the picture"), parent=parent)
        self._store = store
        self.setToolTip(tr("What is drawn: two of the variables, or two directions through all of them"))
        self.chosen.connect(self._on_chosen)
        store.lab_changed.connect(self._on_lab_changed)
        self._show_lab()

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"axes", "network"}:
            self._show_lab()

    def _show_lab(self) -> None:
        network = self._store.lab.network is not None
        words: dict[Kind, str] = {
            "variables": tr("two weights") if network else tr("two variables"),
            "random": tr("random directions"),
            "pca": tr("principal components"),
            "curvature": tr("gradient × curvature"),
            "line": tr("line between two ends"),
        }
        if self.options != [*words.items()]:
            self.set_options([*words.items()])
        self.set_key(kind_of(self._store.lab.axes))

    def _on_chosen(self, kind: Kind) -> None:
        if kind != kind_of(self._store.lab.axes):
            kept = replace(self._store.lab.slice, point=None)  # its coordinates are those of other axes
            self._store.edit(axes=KINDS[kind](), slice=kept)


class AxesSettings(QWidget):
    """What belongs to the chosen kind: which point it goes through, another draw, which two runs."""

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.draw = QPushButton(tr("Another draw"))
        self.draw.setToolTip(tr("Draw two other directions: what stays the same can be trusted"))
        self.draw.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.draw, "chip")
        self.draw.clicked.connect(self._on_draw_clicked)
        self.first, self.second = (Choice(name=name) for name in (tr("From the end of"), tr("to the end of")))
        self.first.chosen.connect(lambda index: self._edit(first=index))
        self.second.chosen.connect(lambda index: self._edit(second=index))
        self.follow = Segmented(
            [(True, tr("follow the run")), (False, tr("stay at the start"))], tr("Which slice is drawn")
        )
        self.follow.chosen.connect(lambda follow: store.edit_display(follow=follow))
        self.through = Segmented(
            [("end", tr("the end")), ("playhead", tr("the run")), ("start", tr("the start"))],
            tr("Which point of the run the plane goes through"),
        )
        self.through.chosen.connect(lambda through: self._edit(through=through))
        for widget in (self.draw, self.first, self.second, self.follow, self.through):
            row.addWidget(widget)
        store.lab_changed.connect(self._on_lab_changed)
        store.solution_changed.connect(self._show_runs)
        self._show_lab()

    def _on_lab_changed(self, change: Change) -> None:
        if change.fields & {"axes", "display"}:
            self._show_lab()

    def _show_lab(self) -> None:
        axes = self._store.lab.axes
        line, variables = isinstance(axes, LineBetweenEnds), isinstance(axes, TwoVariables)
        self.draw.setVisible(isinstance(axes, RandomDirections))
        self.follow.setVisible(variables)
        self.through.setVisible(not variables and not line)
        for choice in (self.first, self.second):
            choice.setVisible(line)
        self.follow.set_key(self._store.lab.display.follow)
        if not isinstance(axes, TwoVariables | LineBetweenEnds):
            self.through.set_key(axes.through)
        self._show_runs()

    def _show_runs(self, _: object = None) -> None:
        axes = self._store.lab.axes
        if not isinstance(axes, LineBetweenEnds):
            return
        runs = self._store.solution.runs if self._store.solution is not None else ()
        count = max(min(len(runs), MOST_LISTED), axes.first + 1, axes.second + 1)
        listed: list[tuple[object, str]] = [(k, tr("run {number}", number=k + 1)) for k in range(count)]
        for choice, index in ((self.first, axes.first), (self.second, axes.second)):
            if choice.options != listed:
                choice.set_options(listed)
            choice.set_key(index)

    def _on_draw_clicked(self) -> None:
        axes = self._store.lab.axes
        if isinstance(axes, RandomDirections):
            self._edit(seed=axes.seed + 1)

    def _edit(self, **changes: object) -> None:
        axes: Axes = replace(self._store.lab.axes, **changes)
        self._store.edit(axes=axes)
