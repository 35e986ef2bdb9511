"""A form made from the description of a settings Struct: one row a setting, its message right under it.

GUI thread.
"""

import re
from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.optimizers import FieldSpec, Method, fields_of
from engine.optimizers.schedules import ScheduleBase
from gui.i18n import capitalized, tr
from gui.panels.symbols import symbol_label
from gui.style import set_invalid, set_role
from gui.widgets import Choice, NumberField, ProblemLabel

Editor = NumberField | QCheckBox | Choice | QLineEdit


def number_field(spec: FieldSpec, value: float | None, *, width_px: int = 84) -> NumberField:
    """The field for one number with the bounds of its description."""
    return NumberField(
        value,
        gt=spec.lo if spec.lo_open else None,
        ge=None if spec.lo_open else spec.lo,
        lt=spec.hi if spec.hi_open else None,
        le=None if spec.hi_open else spec.hi,
        integer=spec.kind == "int",
        name=describe(spec),
        width_px=width_px,
    )


def describe(spec: FieldSpec) -> str:
    """The description as a sentence that begins with a capital."""
    return capitalized(tr(spec.description))


class SettingsForm(QWidget):
    """Edits one frozen Struct. A text that is not right yet stays in its field and goes nowhere; what
    was right last goes on.

    Args:
        settings: its first value. skip: fields that are edited elsewhere.

    Signals:
        settings_edited(object, str): the new Struct, and the name of the field that changed.
        editing_done(): the gesture ended.
    """

    settings_edited = Signal(object, str)
    editing_done = Signal()

    def __init__(self, settings: Struct, skip: Collection[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = self._last = settings
        self._texts = [spec.name for spec in fields_of(type(settings)) if spec.kind == "text"]
        self._held: dict[str, str] = {}  # what is wrong with texts that are not right yet
        self.editors: dict[str, Editor] = {}
        self.problems: dict[str, ProblemLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for spec in fields_of(type(settings)):
            if spec.name not in skip:
                column.addLayout(self._row(spec))
                problem = ProblemLabel()
                editor = self.editors[spec.name]
                if isinstance(editor, QLineEdit) and not isinstance(editor, NumberField):
                    column.addWidget(editor)  # a text gets a line of its own
                if isinstance(editor, NumberField):
                    problem.watch(editor)
                self.problems[spec.name] = problem
                column.addWidget(problem)

    @property
    def settings(self) -> Struct:
        return self._settings

    def set_settings(self, settings: Struct) -> None:
        """Show other values of the same Struct. Texts that are not right yet stay, while theirs do."""
        same = all(getattr(settings, name) == getattr(self._last, name) for name in self._texts)
        self._last = settings
        if self._held and same:
            settings = replace(settings, **self.texts)
        else:
            self._held = {}
        self._settings = settings
        for name, editor in self.editors.items():
            self._show(editor, getattr(settings, name))

    def set_problem(self, name: str, text: str) -> None:
        """What the engine found wrong with the field `name`; "" for nothing."""
        text = self._held.get(name, text)
        editor = self.editors.get(name)
        if isinstance(editor, NumberField):
            editor.set_problem(text)
        elif editor is not None:
            set_invalid(editor, bool(text))
            self.problems[name].set_problem(text)

    def _row(self, spec: FieldSpec) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        value = getattr(self._settings, spec.name)
        editor: Editor
        whole = describe(spec)
        short = re.split("[:;]", whole)[0]
        label = QLabel(short)
        label.setWordWrap(True)
        label.setToolTip(whole)
        set_role(label, "muted")
        row.addWidget(label, 1)
        if spec.kind == "bool":
            editor = QCheckBox()
            editor.setAccessibleName(short)
            editor.setToolTip(whole)
            editor.clicked.connect(lambda on: self._edit(spec.name, on))
            row.addWidget(editor)
        else:
            if spec.symbol:
                row.addWidget(symbol_label(spec.symbol, whole, size_px=14.0))
            editor = self._editor(spec, value, whole)
            if spec.kind != "text":
                row.addWidget(editor)
        self.editors[spec.name] = editor
        self._show(editor, value)
        return row

    def _editor(self, spec: FieldSpec, value: float | None, name: str) -> Editor:
        if spec.kind == "choice":
            choice = Choice([(each, tr(each.replace("_", " "))) for each in spec.choices], name)
            choice.chosen.connect(lambda key: self._edit(spec.name, key))
            return choice
        if spec.kind == "text":
            line = QLineEdit()
            line.setMaxLength(400)
            line.setAccessibleName(name)
            line.setToolTip(name)
            line.textEdited.connect(lambda text: self._edit(spec.name, text))
            line.editingFinished.connect(self.editing_done)
            return line
        field = number_field(spec, value)
        field.value_edited.connect(lambda number: self._edit(spec.name, number))
        field.editing_done.connect(self.editing_done)
        return field

    @staticmethod
    def _show(editor: Editor, value: object) -> None:
        if isinstance(editor, NumberField):
            editor.set_value(value)  # type: ignore[arg-type]
        elif isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, Choice):
            editor.set_key(value)
        elif editor.text() != value:
            editor.setText(str(value))

    @property
    def texts(self) -> dict[str, str]:
        """The settings that are texts, as they stand in their fields."""
        return {name: getattr(self._settings, name) for name in self._texts}

    def _edit(self, name: str, value: object) -> None:
        self._settings = replace(self._settings, **{name: value})
        if name in self._texts and isinstance(self._settings, Method | ScheduleBase):
            wrong = {
                field: tr(problem) for field, problem in self._settings.conflicts() if field in self._texts
            }
            still = tr("Until then the last right one runs.")
            self._held = {field: f"{problem} {still}" for field, problem in wrong.items()}
            for field in self._texts:
                self.set_problem(field, "")
            if self._held:
                return
        right = {text: getattr(self._last, text) for text in self._texts} if self._held else {}
        self.settings_edited.emit(replace(self._settings, **right), name)
