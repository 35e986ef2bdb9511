"""The one style sheet, palette and font of the application, made from the tokens of `gui.theme`.

A widget says what it is by its dynamic property "role": "card", "panel", "title", "section", "muted",
"danger", "warning", "success", "primary", "chip", "flat", "link", "hairline", "value". Painted widgets
(gui.widgets) take their colours from the palette, so that a change of theme needs nothing but `apply_theme`.
GUI thread.
"""

import functools
import re
from string import Template
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from engine.base.paths import RESOURCES
from gui.theme import FONT_FAMILY, Theme

BASE_SIZE_PX: Final = 13
SCALED: Final = re.compile(r"(font-size|min-height): (\d\d+)px")  # not a hairline


def mix(first: str, second: str, amount: float) -> str:
    """The #rrggbb between two: `amount` 0 is the first, 1 the second."""
    a, b = QColor(first), QColor(second)
    parts = [
        round(u + (v - u) * amount)
        for u, v in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*parts).name()


def style_sheet(theme: Theme) -> str:
    """The style sheet of the whole application in `theme`."""
    tokens = {name: getattr(theme, name) for name in theme.__struct_fields__}
    tokens.update(
        resources=RESOURCES.as_posix(),
        field=theme.card if theme.name == "light" else theme.panel,
        faint=mix(theme.muted, theme.panel, 0.45),
        strong=mix(theme.border, theme.muted, 0.5),
        scroll=mix(theme.border, theme.muted, 0.25),
        pressed=mix(theme.hover, theme.border, 0.6),
        selected=mix(theme.card, theme.accent, 0.16),
        accent_soft=mix(theme.panel, theme.accent, 0.4),
        accent_hover=mix(theme.accent, theme.text, 0.12),
        accent_pressed=mix(theme.accent, theme.text, 0.24),
        danger_soft=mix(theme.card, theme.danger, 0.08),
        tip=theme.text,
        on_tip=theme.card,
        check="dark" if theme.name == "light" else "light",
    )
    sheet = Template((RESOURCES / "style" / "style.qss").read_text(encoding="utf-8")).substitute(tokens)
    return SCALED.sub(lambda size: f"{size[1]}: {round(int(size[2]) * theme.scale)}px", sheet)


def palette(theme: Theme) -> QPalette:
    """The palette that painted widgets read: Text, PlaceholderText (muted), Highlight (accent), Base
    (card), AlternateBase (hover), Mid (border), LinkVisited (danger), Link (accent)."""
    colors = QPalette()
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, theme.panel),
        (roles.WindowText, theme.text),
        (roles.Base, theme.card),
        (roles.AlternateBase, theme.hover),
        (roles.Text, theme.text),
        (roles.Button, theme.card),
        (roles.ButtonText, theme.text),
        (roles.BrightText, theme.danger),
        (roles.PlaceholderText, theme.muted),
        (roles.Highlight, theme.accent),
        (roles.HighlightedText, theme.on_accent),
        (roles.Accent, theme.accent),
        (roles.Link, theme.accent),
        (roles.LinkVisited, theme.danger),
        (roles.ToolTipBase, theme.text),
        (roles.ToolTipText, theme.card),
        (roles.Light, theme.card),
        (roles.Midlight, theme.hover),
        (roles.Mid, theme.border),
        (roles.Dark, theme.muted),
        (roles.Shadow, theme.window),
    ):
        colors.setColor(role, QColor(value))
    faint = QColor(mix(theme.muted, theme.panel, 0.45))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        colors.setColor(QPalette.ColorGroup.Disabled, role, faint)
    return colors


def app_font(scale: float = 1.0) -> QFont:
    """The base font, 13 px × scale; loads the bundled faces the first time."""
    _load_faces()
    font = QFont(FONT_FAMILY)
    font.setPixelSize(round(BASE_SIZE_PX * scale))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@functools.cache
def _load_faces() -> None:
    for path in sorted((RESOURCES / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))


def apply_theme(theme: Theme) -> None:
    """Dress the whole application in `theme`: font, palette and style sheet. Nothing is done where it is
    dressed so already, for it takes a moment that is felt."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("no QApplication yet")
    sheet = style_sheet(theme)
    if app.styleSheet() == sheet:
        return
    app.setStyleSheet("")  # over an old sheet, each of the three takes several times as long
    app.setFont(app_font(theme.scale))
    app.setPalette(palette(theme))
    app.setStyleSheet(sheet)


def zoom() -> float:
    """How much larger than usual the application's letters are: more than 1 on a projector."""
    return QApplication.font().pixelSize() / BASE_SIZE_PX if QApplication.instance() else 1.0


def set_role(widget: QWidget, role: str) -> None:
    """Give `widget` its role in the style sheet, also after it was shown."""
    _set_property(widget, "role", role)


def set_invalid(widget: QWidget, invalid: bool) -> None:
    """Give a field the look of one whose content is wrong, or take it away."""
    _set_property(widget, "invalid", invalid)


def _set_property(widget: QWidget, name: str, value: object) -> None:
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # else it is still to come, and costly
        widget.style().unpolish(widget)
        widget.style().polish(widget)
