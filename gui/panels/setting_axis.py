"""The choice of a setting of an optimizer and of its range, for an axis of the basin map. GUI thread."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QGridLayout, QWidget

from engine.optimizers import FieldSpec
from gui.i18n import tr
from gui.panels.basin_picture import PictureAxis
from gui.panels.settings_form import describe
from gui.panels.symbols import symbol_label
from gui.widgets import Choice, NumberField, ProblemLabel

LOWEST_LOG: Final = 1e-4


class SettingAxis(QWidget):
    """Which setting runs along an axis, from where to where; `changed` is called when any of it changes."""

    def __init__(self, name: str, changed: Callable[[object], None]) -> None:
        super().__init__()
        self._specs: dict[str, FieldSpec] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        self.setting = Choice((), name)
        self.setting.setToolTip(name)
        self.lo = NumberField(name=tr("{name} from", name=name), width_px=64)
        self.hi = NumberField(name=tr("{name} to", name=name), width_px=64)
        self._symbol = symbol_label("x", size_px=15.0)
        self.problem = ProblemLabel([self.lo, self.hi])
        grid.addWidget(self._symbol, 0, 0)
        grid.addWidget(self.setting, 0, 1, 1, 2)
        grid.addWidget(self.lo, 1, 1)
        grid.addWidget(self.hi, 1, 2)
        grid.addWidget(self.problem, 2, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self.setting.chosen.connect(self._show_range)
        self.setting.chosen.connect(changed)
        for field in (self.lo, self.hi):
            field.value_edited.connect(self._judge)
            field.value_edited.connect(changed)

    def offer(self, specs: list[FieldSpec], preferred: int) -> None:
        """The settings to choose from; keeps the choice where it is still there."""
        self._specs = {spec.name: spec for spec in specs}
        kept = self.setting.key in self._specs
        self.setting.set_options([(spec.name, describe(spec).split(":")[0]) for spec in specs])
        if not kept and specs:
            self.setting.set_key(specs[min(preferred, len(specs) - 1)].name)
            self._show_range()

    @property
    def spec(self) -> FieldSpec | None:
        return self._specs.get(str(self.setting.key))

    @property
    def good(self) -> bool:
        return self.spec is not None and not self.problem.text()

    @property
    def axis(self) -> PictureAxis | None:
        spec = self.spec
        if spec is None or self.lo.value is None or self.hi.value is None or not self.good:
            return None
        return PictureAxis(spec.symbol or spec.name, self.lo.value, self.hi.value, log=spec.log)

    def _show_range(self, _key: object = None) -> None:
        spec = self.spec
        if spec is None:
            return
        lo, hi = setting_range(spec)
        self.lo.set_bounds(ge=spec.lo, le=spec.hi)
        self.hi.set_bounds(ge=spec.lo, le=spec.hi)
        self.lo.set_value(lo)
        self.hi.set_value(hi)
        self._symbol.set_tex(spec.symbol or r"\cdot")
        self._judge()

    def _judge(self, _value: object = None) -> None:
        lo, hi, spec = self.lo.value, self.hi.value, self.spec
        text = ""
        if lo is not None and hi is not None and not lo < hi:
            text = tr("The range ends before it starts.")
        elif spec is not None and spec.log and lo is not None and lo <= 0:
            text = tr("A logarithmic range starts above 0.")
        self.problem.set_problem(text)


def setting_range(spec: FieldSpec) -> tuple[float, float]:
    """Where a setting is worth looking at: around its default on a log scale, else within its bounds."""
    if spec.log:
        return (
            (1e-3, 1.0) if spec.name == "lr" else (max(spec.lo or 0.0, LOWEST_LOG), min(spec.hi or 1.0, 1.0))
        )
    lo = 0.0 if spec.lo is None else spec.lo
    hi = max(1.0, 2.0 * float(spec.default or 0.0)) if spec.hi is None else min(spec.hi, 1.0)
    return lo, hi if hi > lo else lo + 1.0
