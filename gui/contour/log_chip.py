"""The chip under the colour bar that suggests and switches the logarithmic scale of heights. GUI thread."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from engine.function.sampled import Field
from engine.function.scale import suggested_z_scale
from gui.drawing.look import LABEL_PX, Look
from gui.i18n import tr
from gui.store import Store
from gui.style import set_role

STYLE: Final = (
    "QPushButton {{ font-size: {size}px; padding: 1px {side}px; min-height: 0; border-radius: 8px; }}"
)


class LogChip(QPushButton):
    """Shown where the logarithmic scale is on, or would show more than the linear one."""

    def __init__(self, store: Store, parent: QWidget) -> None:
        super().__init__("log", parent)
        self._store = store
        self._suggested = False
        self.setCheckable(True)
        set_role(self, "chip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)
        self.hide()

    def set_field(self, field: Field | None) -> None:
        """Judge the whole field anew."""
        self._suggested = field is not None and suggested_z_scale(field) == "log"
        self.refresh()

    def refresh(self) -> None:
        """Follow the display."""
        on = self._store.lab.display.z_scale == "log"
        self.setChecked(on)
        if on:
            self.setToolTip(tr("Heights are shown on a logarithmic scale. Click for a linear one."))
        else:
            self.setToolTip(
                tr("Most of the picture lies in the lowest part of its range. Show heights on a log scale?")
            )
        self.setAccessibleName(tr("Logarithmic heights"))
        self.setVisible((on or self._suggested) and not self._store.lab.display.gradient_heat)

    def place(self, bar: QRectF, look: Look) -> None:
        """Under the colour bar; where that has no width, in the upper right corner of the map."""
        self.setFont(look.tick_font)
        self.setStyleSheet(STYLE.format(size=round(look.px(LABEL_PX)), side=round(look.px(7))))
        self.adjustSize()
        gap = look.px(7)
        if bar.isEmpty():
            self.move(round(bar.left() - self.width() - gap), round(bar.top() + gap))
        else:
            self.move(round(bar.center().x() - self.width() / 2), round(bar.bottom() + gap))

    def _on_clicked(self, checked: bool) -> None:
        self._store.edit_display(z_scale="log" if checked else "linear", initiator=self)
