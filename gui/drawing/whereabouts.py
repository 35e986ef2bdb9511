"""Where the drawn plane lies, in words: what it holds still, how far the run is from it, how far to trust it.

The same over the views and in an export. Any thread.
"""

import math
from typing import Final

from engine.base.i18n import Language, translate
from engine.base.round_numbers import format_tick
from engine.document.setup import Setup
from engine.formula.names import name_text
from engine.function.plane import Plane
from engine.solving.trust import ALIKE, AWAY, HELD, RANDOM_WALK, Level, Trust

FEW: Final = 4  # values that are named where there is little room
MANY: Final = 60  # and where there is much
DOTS: Final[dict[Level, str]] = {"high": "●●●", "fair": "●●○", "low": "●○○"}
LEVELS: Final[dict[Level, str]] = {"high": "High trust", "fair": "Fair trust", "low": "Low trust"}


def values_text(plane: Plane, setup: Setup, most: int = FEW) -> str:
    """ "z = 1.23, w = −0.5, …": what is the same all over the slice, the first `most` of it."""
    hidden = plane.hidden
    shown = [
        f"{name_text(setup.descended[i])} = {format_tick(float(plane.origin[i]), 3)}" for i in hidden[:most]
    ]
    return ", ".join([*shown, "…"] if len(hidden) > most else shown)


def slice_text(plane: Plane, setup: Setup, language: Language, most: int = FEW) -> str:
    """What the plane is, for a caption; empty where nothing is hidden."""
    if plane.whole:
        return ""
    if plane.directions is None:
        return translate("Slice at {values}", language, values=values_text(plane, setup, most))
    titles = [axis.title.render(language) for axis in plane.axes if axis.title is not None]
    return translate("Axes of the plane: {first}, {second}", language, first=titles[0], second=titles[1])


def percent(share: float) -> str:
    """A share with two digits; "–" where there is none.

    >>> [percent(share) for share in (0.9134, 0.9996, 0.0123, 1.0, float("nan"))]
    ['91 %', '99.9 %', '1.2 %', '100 %', '–']
    """
    if math.isnan(share):
        return "–"
    shown = math.floor(1000.0 * share) / 10.0 if share > 0.99 else 100.0 * share
    return f"{format_tick(shown, 2 if share <= 0.99 else 3)} %"


def trust_text(trust: Trust, language: Language) -> str:
    """ "holds 91 % of the path · the run is 0.31 (4 %) away"."""
    said = [translate("holds {held} of the path", language, held=percent(trust.held.share))]
    if trust.redraw is not None:
        alike = format_tick(trust.redraw.correlation, 2)
        said.append(translate("another draw: r = {alike}", language, alike=alike))
    away, part = format_tick(trust.distance, 3), percent(trust.away)
    if trust.distance == 0.0:
        said.append(translate("goes through the run's point", language))
    elif math.isnan(trust.away):
        said.append(translate("the run is {distance} away", language, distance=away))
    else:
        said.append(translate("the run is {distance} ({part}) away", language, distance=away, part=part))
    return " · ".join(said)


def trust_told(trust: Trust, language: Language, *, components: bool) -> list[str]:
    """What the numbers are, and the rule behind the level: a few sentences.

    Args:
        components: the axes are principal components.
    """
    said = [
        translate(
            "Trust is high where the plane holds at least {high} of the variance of the run's points and the "
            "run is no further from it than {near} of its way (the greatest distance from its start); fair "
            "from {fair} and up to {far}; else low.",
            language,
            high=percent(HELD["high"]),
            near=percent(AWAY["high"]),
            fair=percent(HELD["fair"]),
            far=percent(AWAY["fair"]),
        )
    ]
    if components:
        first, second = (percent(share) for share in RANDOM_WALK)
        said.append(
            translate(
                "Of a long random walk, too, the first two principal components hold {first} and {second} "
                "(Antognini & Sohl-Dickstein 2018): only what is held beyond that says something about "
                "training.",
                language,
                first=first,
                second=second,
            )
        )
    if trust.redraw is not None:
        said.append(
            translate(
                "Another draw of the directions gives heights that correlate with these by {alike} and span "
                "{spread} times as much. High trust asks for a correlation of {high}, fair trust for {fair}.",
                language,
                alike=format_tick(trust.redraw.correlation, 3),
                spread=format_tick(trust.redraw.spread, 2),
                high=format_tick(ALIKE["high"]),
                fair=format_tick(ALIKE["fair"]),
            )
        )
    return said
