"""The registry of the panels: a line each. A new panel is a file beside this one, and its line here.

Their order is that of the column, of the tabs in the drawer, and so of their keys. GUI thread.
"""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.document.lab import PanelState
from gui.panels.curves import Curves
from gui.panels.data_table import DataTable
from gui.panels.derivatives import DerivativesPanel
from gui.panels.diagnosis import Diagnosis
from gui.panels.network import NetworkPanel
from gui.panels.note import Note
from gui.panels.panel import Panel
from gui.panels.racers import Racers
from gui.panels.results import Results
from gui.panels.slice_plot import SlicePlot
from gui.panels.starts import Starts
from gui.panels.training import Training
from gui.panels.variables import Variables
from gui.panels.worked_step import WorkedStep
from gui.store import Store
from gui.theme import Theme

Group = Literal["function", "data", "descent", "results"]
Place = Literal["column", "drawer"]
Subject = Literal["formula", "network"]

GROUPS: Final[dict[Group, Message]] = {
    "function": message("Function"),
    "data": message("Data and model"),
    "descent": message("Descent"),
    "results": message("Results"),
}


class Entry(Struct, frozen=True):
    """One panel.

    Attributes:
        key: its name in a lab file. group: what it is about. place: the column at the left, where panels
            stand below each other, or the drawer below the views, which shows one of them.
        make: the panel of a store in a theme. comes: its state until somebody chooses another.
        about: it comes hidden where the lab is about the other one; None: about both.
    """

    key: str
    place: Place
    group: Group
    title: Message
    make: Callable[[Store, Theme], Panel]
    comes: PanelState = "open"
    about: Subject | None = None


PANELS: Final = (
    Entry(
        "derivatives", "column", "function", message("Partial derivatives"), DerivativesPanel, about="formula"
    ),
    Entry("variables", "column", "function", message("Variables"), Variables),
    Entry("network", "column", "data", message("Network"), NetworkPanel, about="network"),
    Entry("optimizers", "column", "descent", message("Optimizers"), Racers),
    Entry("starts", "column", "descent", message("Starting points"), Starts),
    Entry("results", "column", "results", message("Results"), Results, "folded"),
    Entry("step", "drawer", "descent", message("Step"), WorkedStep),
    Entry("curves", "drawer", "results", message("Curves"), Curves),
    Entry("why", "drawer", "results", message("Why?"), Diagnosis),
    Entry("slice", "drawer", "function", message("Slice"), SlicePlot),
    Entry("data", "drawer", "data", message("Data"), DataTable),
    Entry("note", "drawer", "function", message("Note"), Note),
    Entry("training", "drawer", "data", message("Training"), Training, about="network"),
)
