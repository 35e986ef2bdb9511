"""The document: everything the user chose, and nothing that can be derived from it.

A Lab is an immutable value. It may hold choices that do not fit together (a start outside the domain, an
unfinished formula): `engine.document.setup` judges them and says what is wrong, so that nothing typed is
ever lost.
Types and bounds of single fields are enforced when a file is read (`engine.document.labfile`).
Any thread; msgspec only.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from engine.base.i18n import Language
from engine.document.axes import Axes, TwoVariables
from engine.document.network import Loss, Network, Training
from engine.optimizers import GradientDescent, Racer

VERSION: Final = 1
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 100
MOST_STARTS: Final = 10_000
MOST_RACERS: Final = 64

Role = Literal["horizontal", "vertical", "free", "held"]
AXES: Final[tuple[Role, Role]] = ("horizontal", "vertical")
Point = dict[str, float]  # by variable name; a missing name takes its default
Text = dict[Language, str]
Colormap = Literal["viridis", "cividis", "magma", "turbo", "diverging", "gray"]
Unit = Annotated[float, Meta(ge=0, le=1)]
PanelState = Literal["open", "folded", "hidden"]


class Variable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices for one variable; what is left at None is decided by `engine.document.setup`.

    Attributes:
        role: the axis it is drawn on; `free`: descended but not drawn; `held`: a constant with a slider.
        lo, hi: the drawn range of an axis, the range in which a free variable is searched, the range of the
            slider of a held one.
        value: where a held variable is held.
    """

    role: Role | None = None
    lo: float | None = None
    hi: float | None = None
    value: float | None = None


class Camera(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The eye on the surface, in the unit box [−1, 1]³ that the drawn domain and z range are mapped to."""

    azimuth_deg: float = -60.0
    elevation_deg: Annotated[float, Meta(ge=-90, le=90)] = 35.0
    distance: Annotated[float, Meta(gt=0.05, le=100)] = 5.2
    center: tuple[float, float, float] = (0.0, 0.0, -0.2)
    fov_deg: Annotated[float, Meta(ge=5, le=120)] = 38.0
    orthographic: bool = False


class Slice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a partial derivative is: the section of the surface where one variable is held.

    Attributes:
        along: the variables that vary ("x" draws f(x, y₀) and its tangent of slope f_x); any of the axes.
        point: where; None follows the marker.
        h: the step of the secant; None draws no secant.
        direction_deg: the direction of the directional derivative; None draws none.
    """

    along: tuple[Literal["horizontal", "vertical"], ...] = ()
    point: tuple[float, float] | None = None
    h: float | None = None
    tangent_plane: bool = False
    normal: bool = False
    direction_deg: float | None = None


class Display(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the function is drawn; shared by both views and by every export."""

    colormap: Colormap = "viridis"
    levels: Literal["auto", "linear", "quantile", "log"] = "auto"
    level_count: Annotated[int, Meta(ge=2, le=100)] = 16
    level_labels: bool = True
    z_scale: Literal["linear", "log"] = "linear"
    z_range: tuple[float, float] | None = None
    isolines: bool = True
    floor: bool = True
    grid_lines: bool = False
    wire: bool = False
    opacity: Unit = 1.0
    equal_aspect: bool = True  # so that ∇f stands at right angles on the level lines; not for slivers
    gradient_arrows: Literal["off", "unit", "scaled"] = "off"
    streamlines: bool = False
    gradient_heat: bool = False
    critical_points: bool = True
    update_arrows: bool = True
    follow: bool = True  # what is drawn of more variables goes through the run's point, not the start
    local_ellipse: bool = False  # what the Hessian at the selected run's step looks like


class Data(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of numbers the formula may name by column: L(w) = mean((w_1 x_1 + w_2 x_2 − y)²).

    Attributes:
        headers: the file's own words for a column, where a formula cannot use them: {"x_1": "Sepal (cm)"}.
        classes: the sorted names of the classes of a column of text; its numbers are their places, 0 … k − 1.

    Raises:
        ValueError: a name twice, a row as long as the columns are not many, or a class without a name.
    """

    columns: Annotated[tuple[str, ...], Meta(max_length=MAX_COLUMNS)] = ()
    rows: Annotated[tuple[tuple[float, ...], ...], Meta(max_length=MAX_ROWS)] = ()
    headers: dict[str, str] = {}
    classes: dict[str, tuple[str, ...]] = {}

    def __post_init__(self) -> None:
        if len(set(self.columns)) < len(self.columns):
            raise ValueError("two columns have the same name")
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"row {number} has {len(row)} entries, where there are {len(self.columns)} columns"
                )
        if not {*self.headers, *self.classes} <= set(self.columns):
            raise ValueError("headers or classes of a column that is not there")
        for name, classes in self.classes.items():
            place = self.columns.index(name)
            if not {row[place] for row in self.rows} <= set(range(len(classes))):
                raise ValueError(f"column {name} has a class without a name")


LOOKS: Final = frozenset({"title", "note", "display", "slice", "camera", "views", "panels"})
"""The fields of a Lab that no run hangs on."""


class Lab(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One experiment.

    Attributes:
        formula: as typed; may be unfinished or wrong.
        order: the order of the variables, where it is not the formula's own; may name more than it uses.
        variables: choices by name; kept while the formula does not use the name.
        others: the role of all letters beyond the two axes that have none of their own; None: what the rule
            in `engine.document.roles` says of each.
        starts: every racer runs from each.
        steps: the budget of each run; stop: whether the stopping rules may end it earlier.
        evaluations: the budget of each run in evaluations of the gradient; None: only its steps are counted.
        seed: of what is drawn at random: the noise of gradients, starts over a table that were not chosen,
            the order of rows.
        loss: what a model that is typed, ŷ = w x + b, is compared with its column by; a network has its own.
        axes: what is drawn of more variables than two.
        network: what is solved in place of the formula. training: how the table is gone through.
        views: saved cameras, in the order in which a film visits them.
        panels: what of the window is put away, by the panel's key; one that is not named is as it comes. No
            part of `display`: no picture depends on it.
    """

    version: int = VERSION
    title: Text = {}
    note: Text = {}
    formula: str = "x^2 + y^2"
    order: tuple[str, ...] = ()
    variables: dict[str, Variable] = {}
    others: Literal["free", "held"] | None = None
    starts: Annotated[tuple[Point, ...], Meta(min_length=1, max_length=MOST_STARTS)] = ({},)
    racers: Annotated[tuple[Racer, ...], Meta(max_length=MOST_RACERS)] = (
        Racer(optimizer=GradientDescent(lr=0.1)),
    )
    steps: Annotated[int, Meta(ge=0, le=1_000_000)] = 100
    evaluations: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    stop: bool = True
    seed: Annotated[int, Meta(ge=0)] = 0
    data: Data | None = None
    loss: Loss = Loss()
    network: Network | None = None
    training: Training = Training()
    axes: Axes = TwoVariables()
    display: Display = Display()
    slice: Slice = Slice()
    camera: Camera = Camera()
    views: Annotated[tuple[Camera, ...], Meta(max_length=100)] = ()
    panels: Annotated[dict[str, PanelState], Meta(max_length=100)] = {}
