"""Colours and sizes, light and dark: the only place where either is written down. GUI thread.

But for the colours and shapes of runs, which files without a window have too: `engine.document.marks`.
"""

import math
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtGui import QColor

from engine.document.marks import color_of

ThemeName = Literal["light", "dark"]
FONT_FAMILY: Final = "Pretendard"
PROJECTOR_SCALE: Final = 1.35


class Theme(Struct, frozen=True, kw_only=True):
    """The tokens of one look. Colours are #rrggbb.

    Attributes:
        window, panel, card: backgrounds from the farthest to the nearest.
        border: hairlines. text, muted: foregrounds. accent: the one colour of action; on_accent: text on it.
        plot: behind both views. grid: axes, boxes and ticks of the views.
        line: level lines. scale: of letters and lines: more than 1 on a projector.
    """

    name: ThemeName
    window: str
    panel: str
    card: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    danger: str
    warning: str
    success: str
    plot: str
    grid: str
    line: str
    undefined: str
    scale: float = 1.0

    def color(self, token: str, alpha: float = 1.0) -> QColor:
        color = QColor(getattr(self, token))
        color.setAlphaF(alpha)
        return color


LIGHT: Final = Theme(
    name="light",
    window="#eef0f4",
    panel="#f8f9fb",
    card="#ffffff",
    hover="#e6e9f0",
    border="#d5d9e2",
    text="#171b26",
    muted="#5d6679",
    accent="#3457d5",
    on_accent="#ffffff",
    danger="#c62f36",
    warning="#9a6200",
    success="#1b7f4d",
    plot="#ffffff",
    grid="#7c8598",
    line="#10141c",
    undefined="#dfe3ea",
)
DARK: Final = Theme(
    name="dark",
    window="#0c0f15",
    panel="#12161f",
    card="#191e29",
    hover="#232a38",
    border="#2b3343",
    text="#e8ecf4",
    muted="#96a1b5",
    accent="#7d9bff",
    on_accent="#0c0f15",
    danger="#ff7b7b",
    warning="#ffc35c",
    success="#5fd79b",
    plot="#10141c",
    grid="#8993a8",
    line="#05070b",
    undefined="#1d222d",
)
THEMES: Final[dict[str, Theme]] = {"light": LIGHT, "dark": DARK}


def projected(theme: Theme) -> Theme:
    """`theme` for a projector: larger, and nothing fainter than a washed-out screen still shows."""
    text = "#000000" if theme.name == "light" else "#ffffff"
    muted = "#2f3643" if theme.name == "light" else "#d3dae6"
    return replace(theme, scale=PROJECTOR_SCALE, text=text, muted=muted, grid=muted, border=theme.grid)


# The terms of an update that are drawn as arrows, by their role: told apart by the colour-blind too.
TERM_COLORS: Final[dict[ThemeName, dict[str, str]]] = {
    "light": {"gradient": "#c24a00", "momentum": "#7a3fc4", "direction": "#7a3fc4", "update": "#00785a"},
    "dark": {"gradient": "#ff8a4c", "momentum": "#b99bff", "direction": "#b99bff", "update": "#3fd6a4"},
}

# The two slices, where one variable is held: of the curve, its plane, its line on the map, its tangent.
SLICE_COLORS: Final[dict[ThemeName, dict[str, str]]] = {
    "light": {"horizontal": "#d6156f", "vertical": "#0083b3"},
    "dark": {"horizontal": "#ff6fb0", "vertical": "#4cc9f0"},
}

# Signs: of weights and activations, and of the two classes. Blue and orange differ for the colour-blind too.
SIGN_COLORS: Final[dict[ThemeName, dict[str, str]]] = {
    "light": {"positive": "#2a5bd7", "negative": "#cf5c08"},
    "dark": {"positive": "#7da2ff", "negative": "#ff9d52"},
}

# Further classes, after the first (negative) and the second (positive).
MORE_CLASSES: Final[dict[ThemeName, tuple[str, ...]]] = {
    "light": ("#008f6b", "#a8329b", "#7a6a00", "#0083b3", "#8a4b2a", "#5d6679"),
    "dark": ("#3fd6a4", "#f08fe3", "#e3d25a", "#4cc9f0", "#d9a282", "#a9b4c8"),
}

# The factors of the chain rule, on the drawing of the network and in the line that multiplies them.
CHAIN_COLORS: Final[dict[ThemeName, dict[str, str]]] = {
    "light": {"activation": "#00786b", "slope": "#7a3fc4", "weight": "#806000", "delta": "#b5174b"},
    "dark": {"activation": "#35d6bd", "slope": "#c3a3ff", "weight": "#ffd75e", "delta": "#ff7fa5"},
}


def run_color(mark: int) -> QColor:
    """The colour of a racer with this mark, the same in every view, curve and export."""
    return QColor(color_of(mark))


def term_color(role: str, theme: Theme) -> QColor:
    """The colour of a term of the update, of its line and of its arrow; the text's if it has none."""
    return QColor(TERM_COLORS[theme.name].get(role, theme.text))


def slice_color(along: str, theme: Theme) -> QColor:
    """The colour of the slice in which the "horizontal" or the "vertical" variable varies."""
    return QColor(SLICE_COLORS[theme.name][along])


def secant_color(theme: Theme) -> QColor:
    """The colour of the secant and of its second point, in the plot of a slice and on the surface."""
    return theme.color("warning")


def sign_color(positive: bool, theme: Theme) -> QColor:
    """The colour of what is above 0, or below."""
    return QColor(SIGN_COLORS[theme.name]["positive" if positive else "negative"])


def class_color(index: int, theme: Theme) -> QColor:
    """The colour of the class with this number; they begin again after the eighth."""
    colors = (*reversed(SIGN_COLORS[theme.name].values()), *MORE_CLASSES[theme.name])
    return QColor(colors[index % len(colors)])


def chain_color(role: str, theme: Theme) -> QColor:
    """The colour of an "activation", "slope", "weight" or "delta" in the chain rule."""
    return QColor(CHAIN_COLORS[theme.name][role])


def mixed(under: QColor, over: QColor, share: float) -> QColor:
    """`over` laid on `under` with the opacity `share`."""
    return QColor.fromRgbF(
        under.redF() + (over.redF() - under.redF()) * share,
        under.greenF() + (over.greenF() - under.greenF()) * share,
        under.blueF() + (over.blueF() - under.blueF()) * share,
    )


def ink_on(fill: QColor, theme: Theme) -> QColor:
    """The colour for letters on `fill`: the text's or the card's, whichever is read more easily."""
    under = _luminance(fill)
    inks = (QColor(theme.text), QColor(theme.card))
    return max(inks, key=lambda ink: abs(math.log((_luminance(ink) + 0.05) / (under + 0.05))))


def _luminance(color: QColor) -> float:
    """After WCAG 2, near enough: of the primaries with a gamma of 2.2."""
    r, g, b = color.redF(), color.greenF(), color.blueF()
    return float(0.2126 * r**2.2 + 0.7152 * g**2.2 + 0.0722 * b**2.2)
