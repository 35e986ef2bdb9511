"""Which views there are of a solved lab, and which of them are drawn. Any thread; no Qt."""

from engine.base.i18n import message
from engine.solving.prediction import outputs_named, predicts_a_plane
from engine.solving.solution import Solution
from engine.solving.training_moment import network_of
from gui.export.errors import ExportError
from gui.export.spec import BOTH, TRAINING, VIEWS, Spec, View


def views_there(solution: Solution) -> tuple[View, ...]:
    """All that can be drawn: of a model its fit, and of two inputs its surface; of a network the network."""
    there: set[View] = {*BOTH, "curves"}
    if outputs_named(solution):
        there.add("fit")
    if predicts_a_plane(solution):
        there.add("prediction")
    if network_of(solution) is not None:
        there.add("network")
    return tuple(view for view in VIEWS if view in there)


def usual_views(solution: Solution) -> tuple[View, ...]:
    """What is drawn unless something else is asked for: of a network its training."""
    return BOTH if network_of(solution) is None else TRAINING


def views_of(solution: Solution, spec: Spec) -> tuple[View, ...]:
    """What is drawn; in the place of the map, a function of one variable has its graph.

    Raises:
        ExportError: a view was asked for that there is not.
    """
    there = views_there(solution)
    for view in spec.views:
        if view not in there:
            raise ExportError(
                message(
                    "--view {view}: there is none here. Choose of {views}; fit and prediction need a model "
                    "that is fitted to a table, prediction one of two inputs, and network --network.",
                    view=view,
                    views=", ".join(there),
                )
            )
    return spec.views or usual_views(solution)
