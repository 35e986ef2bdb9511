"""What the axes of the picture are: two of the variables, or two directions through the space of all of them.

Directions are chosen here and made in `engine.function.directions`. Any thread; msgspec only.
"""

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from engine.base.i18n import Message, message

Through = Literal["end", "playhead", "start"]
Kind = Literal["variables", "random", "pca", "curvature", "line"]
Index = Annotated[int, Meta(ge=0, lt=1_000_000)]


class TwoVariables(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="variables"):
    """The two that have the roles of axes."""


class RandomDirections(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="random"):
    """Two drawn at random, filters as long as those of the weights at the run's end (Li et al. 2018).

    Attributes:
        seed: of the draw. through: which point of the selected run the plane goes through.
    """

    seed: Annotated[int, Meta(ge=0, lt=2**53)] = 0
    through: Through = "end"


class PrincipalComponents(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="pca"):
    """The two in which the points of the selected run vary most (Li et al. 2018, section 7)."""

    through: Through = "end"


class LeadingCurvature(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="curvature"):
    """The gradient, and the direction in which the loss curves most, at the point that is gone through."""

    through: Through = "playhead"


class LineBetweenEnds(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="line"):
    """From the end of one run to that of another (Goodfellow et al. 2015), and towards the first one's start.

    Attributes:
        first, second: indices of the runs.
    """

    first: Index = 0
    second: Index = 1


Axes = TwoVariables | RandomDirections | PrincipalComponents | LeadingCurvature | LineBetweenEnds

KINDS: Final[dict[Kind, type[Axes]]] = {
    "variables": TwoVariables,
    "random": RandomDirections,
    "pca": PrincipalComponents,
    "curvature": LeadingCurvature,
    "line": LineBetweenEnds,
}
_CALL: Final = re.compile(r"\s*([a-z]+)\s*(?:\(([^()]*)\))?\s*")


class AxesError(Exception):
    """A text that says no axes; `message` says what is wrong."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


def kind_of(axes: Axes) -> Kind:
    return next(kind for kind, each in KINDS.items() if isinstance(axes, each))


def axes_of_text(text: str) -> Axes:
    """The axes that `text` says, in the notation of optimizers; runs are counted from 1.

    Raises:
        AxesError: an unknown kind or setting, or a value that it cannot have.

    >>> axes_of_text("random(seed=3, through=start)"), axes_of_text("line(first=1, second=3)")
    (RandomDirections(seed=3, through='start'), LineBetweenEnds(first=0, second=2))
    """
    match = _CALL.fullmatch(text[:200])
    kind = match[1] if match is not None else ""
    if match is None or kind not in KINDS:
        raise AxesError(
            message("“{text}” names no plane; there are: {names}.", text=text[:40], names=", ".join(KINDS))
        )
    given: dict[str, object] = {}
    for part in filter(None, map(str.strip, (match[2] or "").split(","))):
        name, _, value = (each.strip() for each in part.partition("="))
        whole = value.isascii() and value.isdigit() and len(value) < 17
        given[name] = int(value) - (kind == "line") if whole else value
    try:
        axes: Axes = msgspec.convert({"kind": kind, **given}, Axes)
    except msgspec.ValidationError as error:
        raise AxesError(
            message("The plane “{text}” is wrong: {detail}.", text=text[:80], detail=str(error))
        ) from error
    return axes
