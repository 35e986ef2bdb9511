"""Small widgets that every panel shares. GUI thread; they know neither the store nor the engine's solver."""

from gui.widgets.card import Card, Collapsible
from gui.widgets.choice import Choice, Segmented
from gui.widgets.elided import ElidedLabel
from gui.widgets.flow import FlowLayout
from gui.widgets.grouped_choice import GroupedChoice
from gui.widgets.icons import IconButton, icon, icon_names
from gui.widgets.keys import KeyGuard
from gui.widgets.link import link_button
from gui.widgets.number_field import NumberField, ProblemLabel
from gui.widgets.numbers import read_number, show_number, write_number
from gui.widgets.slider import Mark, ValueSlider
from gui.widgets.steady import SteadyLabel
from gui.widgets.swatch import Swatch, shape_path

__all__ = [
    "Card",
    "Choice",
    "Collapsible",
    "ElidedLabel",
    "FlowLayout",
    "GroupedChoice",
    "IconButton",
    "KeyGuard",
    "Mark",
    "NumberField",
    "ProblemLabel",
    "Segmented",
    "SteadyLabel",
    "Swatch",
    "ValueSlider",
    "icon",
    "icon_names",
    "link_button",
    "read_number",
    "shape_path",
    "show_number",
    "write_number",
]
