"""One racer: its marker, name, optimizer, learning rate and further settings. GUI thread."""

from typing import Any, Final

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.document.marks import marked
from engine.optimizers import FieldSpec, Racer, fields_of
from engine.optimizers.naming import first_step
from engine.solving.solution import Solution
from engine.words.results import RateLimit
from engine.words.rule_text import rule_latex
from gui.i18n import tr
from gui.panels.catalogue import (
    method_groups,
    racer_title,
    schedule_as,
    schedule_options,
    settings_as,
)
from gui.panels.problems import problem_text
from gui.panels.settings_form import SettingsForm, number_field
from gui.panels.symbols import symbol_label
from gui.store import Quality, Store
from gui.style import set_role, zoom
from gui.timing import single_shot
from gui.typeset import FormulaLabel
from gui.widgets import (
    Choice,
    GroupedChoice,
    IconButton,
    Mark,
    NumberField,
    ProblemLabel,
    Swatch,
    ValueSlider,
    show_number,
)

LOWEST_RATE: Final = 1e-4
HIGHEST_RATE: Final = 10.0
SETTLE_MS: Final = 250
ROW_PX: Final = 28
MOST_WRITTEN: Final = 2  # numbers of a minimum


class RacerCard(QFrame):
    """Edits `store.lab.racers[index]`. Made anew when the method changes."""

    def __init__(self, store: Store, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.index = index
        self.racer: Racer = store.lab.racers[index]
        self.method = type(self.racer.optimizer)
        set_role(self, "inset")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)

        head = QHBoxLayout()
        head.setSpacing(4)
        self.settings = IconButton("settings", tr("More settings"), size_px=26, icon_px=18)
        self.settings.setCheckable(True)
        self.settings.clicked.connect(self.set_expanded)
        self.enabled = IconButton("eye", tr("Shown in the race"), size_px=26, icon_px=18)
        self.enabled.setCheckable(True)
        self.enabled.clicked.connect(lambda on: self._edit("enabled", enabled=on))
        self.swatch = Swatch(0)
        self.method_choice = GroupedChoice(
            method_groups(), tr("Optimizer of racer {number}", number=index + 1)
        )
        self.method_choice.set_key(self.method)
        self.method_choice.chosen.connect(self._on_method_chosen)
        self.duplicate = IconButton("copy", tr("Duplicate this racer"), size_px=26, icon_px=16)
        self.duplicate.clicked.connect(self._on_duplicated)
        self.remove = IconButton("trash", tr("Remove this racer"), size_px=26, icon_px=16)
        self.remove.clicked.connect(self._on_removed)
        for widget in (
            self.swatch,
            self.method_choice,
            self.settings,
            self.enabled,
            self.duplicate,
            self.remove,
        ):
            head.addWidget(widget, 1 if widget is self.method_choice else 0)
        column.addLayout(head)
        self.origin = QLabel()
        set_role(self.origin, "muted")
        column.addWidget(self.origin)

        self.rate: NumberField | None = None
        self.rate_slider: ValueSlider | None = None
        specs = {spec.name: spec for spec in fields_of(self.method)}
        if "lr" in specs:
            self._add_rate(column, specs["lr"])
        self._more = QWidget()
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(6)
        self.rule = FormulaLabel(size_px=14.0, overflow="wrap")
        self.rule.setToolTip(tr(self.racer.optimizer.summary))
        more.addWidget(self.rule)
        more.addLayout(self._name_row())
        self.form = SettingsForm(self.racer.optimizer, skip=("lr",))
        self.form.settings_edited.connect(self._on_settings_edited)
        more.addWidget(self.form)
        self.schedule_choice = Choice(schedule_options(), tr("Schedule of the learning rate"))
        self.schedule_choice.chosen.connect(self._on_schedule_chosen)
        more.addLayout(self._labelled(tr("Schedule"), self.schedule_choice))
        self.schedule_form = SettingsForm(self.racer.schedule)
        more.addWidget(self.schedule_form)
        self.schedule_note = QLabel()
        self.schedule_note.setWordWrap(True)
        set_role(self.schedule_note, "muted")
        more.addWidget(self.schedule_note)
        self.racer_form = SettingsForm(self.racer, skip=("name", "enabled"))
        self.racer_form.settings_edited.connect(
            lambda racer, name: self._edit(name, **{name: getattr(racer, name)})
        )
        more.addWidget(self.racer_form)
        for form in (self.form, self.racer_form):
            form.editing_done.connect(store.end_merge)
        column.addWidget(self._more)
        self.set_expanded(any(spec.kind == "text" for spec in specs.values()))  # a rule is to be written
        self.problem = ProblemLabel()
        column.addWidget(self.problem)

        self._settle = single_shot(self, SETTLE_MS, self._settle_now)
        self.show_racer(self.racer)

    def _name_row(self) -> QHBoxLayout:
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.name.setAccessibleName(tr("Name of racer {number}", number=self.index + 1))
        self.name.textEdited.connect(lambda text: self._edit("name", name=text.strip()))
        self.name.editingFinished.connect(self._store.end_merge)
        return self._labelled(tr("Name"), self.name)

    @staticmethod
    def _labelled(text: str, widget: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        label = QLabel(text)
        set_role(label, "muted")
        label.setMinimumWidth(56)
        row.addWidget(label)
        row.addWidget(widget, 1)
        return row

    def _add_rate(self, column: QVBoxLayout, spec: FieldSpec) -> None:
        name = tr("Learning rate")
        value = float(_settings(self.racer).lr)
        self.rate = number_field(spec, value, width_px=76)
        self.rate.value_edited.connect(self._on_rate_edited)
        self.rate.editing_done.connect(self._store.end_merge)
        self.rate_slider = ValueSlider(LOWEST_RATE, HIGHEST_RATE, value, log=True, name=name)
        self.rate_slider.value_dragged.connect(self._on_rate_dragged)
        self.rate_slider.drag_ended.connect(self._on_drag_ended)
        row = QHBoxLayout()
        row.setSpacing(6)
        symbol = symbol_label(r"\eta", name)
        symbol.setFixedHeight(round(ROW_PX * zoom()))
        bottom = Qt.AlignmentFlag.AlignBottom
        row.addWidget(symbol, 0, bottom)
        row.addWidget(self.rate_slider, 1, bottom)
        row.addWidget(self.rate, 0, bottom)
        column.addLayout(row)
        column.addWidget(ProblemLabel([self.rate]))

    # Showing

    @property
    def expanded(self) -> bool:
        return not self._more.isHidden()

    def set_expanded(self, expanded: bool) -> None:
        """Show all settings, or only the method and its learning rate."""
        self._more.setVisible(expanded)
        self.settings.setChecked(expanded)
        self._show_rule()

    def show_racer(self, racer: Racer) -> None:
        """The values of the Lab; the same method."""
        self.racer = racer
        self.enabled.setChecked(racer.enabled)
        self.enabled.set_icon("eye" if racer.enabled else "eye_off")
        self.swatch.set_faint(not racer.enabled)
        self.swatch.set_mark(marked(self._store.lab.racers)[self.index].mark or 0)
        self.origin.setText(tr("forked at step {step}", step=first_step(racer)))
        self.origin.setVisible(bool(racer.legs))
        if self.name.text().strip() != racer.name:
            self.name.setText(racer.name)
        self.name.setPlaceholderText(racer_title(racer))
        self.method_choice.setToolTip(racer_title(racer))
        self.form.set_settings(racer.optimizer)
        self._show_rule()
        self.schedule_choice.set_key(type(racer.schedule))
        if type(self.schedule_form.settings) is type(racer.schedule):
            self.schedule_form.set_settings(racer.schedule)
        else:
            self._replace_schedule_form(racer)
        note = racer.schedule.note
        self.schedule_note.setText(tr(note) if note is not None else "")
        self.schedule_note.setVisible(note is not None)
        self.schedule_choice.setToolTip(tr(racer.schedule.title))
        self.racer_form.set_settings(racer)
        if self.rate is not None and self.rate_slider is not None:
            rate = float(_settings(racer).lr)
            self.rate.set_value(rate)
            self.rate_slider.set_number(rate)

    def _show_rule(self) -> None:
        """The rule, typeset, with the parts that the settings switch on; it stays while one is wrong."""
        lines = rule_latex(self.racer.optimizer) if self.expanded else ()
        if lines:
            rows = r" \\ ".join(line.replace(" = ", " &= ", 1) for line in lines)
            self.rule.set_tex(rf"\begin{{aligned}} {rows} \end{{aligned}}")

    def show_solution(self, solution: Solution, *, limit: RateLimit | None, only: bool) -> None:
        """Problems of the settings, and the stability limit on the slider."""
        place = f"racers.{self.index}"
        for prefix, form in (
            (f"{place}.optimizer", self.form),
            (f"{place}.schedule", self.schedule_form),
            (place, self.racer_form),
        ):
            for name in form.editors:
                form.set_problem(name, problem_text(solution, f"{prefix}.{name}"))
        if self.rate is not None:
            self.rate.set_problem(problem_text(solution, f"{place}.optimizer.lr"))
        self.problem.set_problem(
            problem_text(solution, place) or problem_text(solution, f"{place}.optimizer")
        )
        self.remove.setEnabled(not only)
        if self.rate_slider is not None:
            self._show_limit(limit)

    def _show_limit(self, found: RateLimit | None) -> None:
        slider = self.rate_slider
        if slider is None:
            return
        marks = []
        lo, hi = LOWEST_RATE, HIGHEST_RATE
        if found is not None:
            limit = found.rate
            label = tr("stable below {limit}", limit=show_number(limit, 3))
            where = ", ".join(show_number(float(each), 2) for each in found.point[:MOST_WRITTEN])
            if len(found.point) > MOST_WRITTEN:
                where += ", …"
            else:
                label = tr("stable below {limit} at ({where})", limit=show_number(limit, 3), where=where)
            tip = tr(
                "Stability limit {limit} at the minimum ({where}) it heads for (2/λ_max without momentum): "
                "above it the steps overshoot more and more.",
                limit=show_number(limit),
                where=where,
            )
            marks.append(Mark(limit, label, tip, danger_above=True))
            lo, hi = min(lo, limit / 100), max(hi, limit * 3) if limit < 1e6 else hi
        if not slider.isSliderDown():
            slider.set_span(lo, hi)
        slider.set_marks(marks)

    # Editing

    def _edit(self, part: str, quality: Quality = "full", **changes: Any) -> None:
        racers = self._racers_with(**changes)
        self._store.edit(
            racers=racers, merge_key=("racers", self.index, part), initiator=self, quality=quality
        )

    def _on_settings_edited(self, settings: Any, name: str) -> None:
        """Only the edited field is taken, and the texts, of which one may wait for another."""
        self._edit(name, optimizer=self._with(**{**self.form.texts, name: getattr(settings, name)}))

    def _with(self, **changes: Any) -> Any:
        return replace(_settings(self._store.lab.racers[self.index]), **changes)

    def _replace_schedule_form(self, racer: Racer) -> None:
        form = SettingsForm(racer.schedule)
        form.settings_edited.connect(lambda schedule, name: self._edit(f"schedule.{name}", schedule=schedule))
        form.editing_done.connect(self._store.end_merge)
        layout = self._more.layout()
        if layout is not None:
            layout.replaceWidget(self.schedule_form, form)
        self.schedule_form.hide()
        self.schedule_form.deleteLater()
        self.schedule_form = form

    def _on_schedule_chosen(self, schedule: Any) -> None:
        self._store.edit(racers=self._racers_with(schedule=schedule_as(schedule, self._store.lab.steps)))

    def _racers_with(self, **changes: Any) -> tuple[Racer, ...]:
        racers = list(self._store.lab.racers)
        racers[self.index] = replace(racers[self.index], **changes)
        return tuple(racers)

    def _on_rate_edited(self, rate: float) -> None:
        self._edit("lr", optimizer=self._with(lr=rate))

    def _on_rate_dragged(self, rate: float) -> None:
        if self.rate is not None:
            self.rate.set_value(rate)
        self._edit("lr", "draft", optimizer=self._with(lr=rate))
        self._settle.start()

    def _on_drag_ended(self) -> None:
        self._settle_now()
        self._store.end_merge()

    def _settle_now(self) -> None:
        """The hand rests: what was solved in draft quality is solved in full."""
        self._settle.stop()
        self._edit("lr")

    def _on_method_chosen(self, method: Any) -> None:
        optimizer = settings_as(method, self._store.lab.racers[self.index].optimizer)
        self._store.edit(racers=self._racers_with(optimizer=optimizer))

    def _on_duplicated(self) -> None:
        racers = self._store.lab.racers
        self._store.edit(racers=(*racers, replace(racers[self.index], mark=None)))

    def _on_removed(self) -> None:
        """The others keep their colours."""
        racers = list(marked(self._store.lab.racers))
        if len(racers) > 1:
            del racers[self.index]
            self._store.edit(racers=tuple(racers))


def _settings(racer: Racer) -> Any:
    """The optimizer of `racer`, whose fields depend on the method."""
    return racer.optimizer
