"""A moment of a training as it is drawn: the errand of who draws it. Any thread; no Qt."""

from msgspec import Struct

from engine.base.arrays import Floats
from engine.document.network_text import input_latex
from engine.solving.backprop_moment import Backprop, backprop
from engine.solving.solution import Solution
from engine.solving.training_moment import network_of, training_moment
from engine.solving.using import Used, used
from engine.words.backprop_text import WeightPlace
from gui.network.filling import filled_fit, filled_network, plane_of
from gui.network.fit import FitPicture
from gui.network.picture import Edge, NetworkPicture, Phase


class DrawnMoment(Struct, frozen=True, eq=False, kw_only=True):
    """Attributes: fit: None where it was not wanted. backprop: of the chosen weight, if there is one.
    used: what the network says of the inputs that are drawn."""

    network: NetworkPicture | None
    fit: FitPicture | None
    backprop: Backprop | None
    used: Used | None


class Moment(Struct, frozen=True, eq=False, kw_only=True):
    """What is to be drawn.

    Attributes:
        run_index, position, step: as of a Marker. row: of the table. weight: whose chain rule is wanted.
        phase: the part of the step. probe: inputs that the network is used on in the place of the row's.
        side: points a side of the plane of two inputs. with_fit: whether the fit is seen beside a chain rule.
    """

    solution: Solution
    run_index: int
    position: Floats
    step: int
    row: int
    side: int
    weight: WeightPlace | None = None
    phase: Phase | None = None
    probe: tuple[float, ...] | None = None
    with_fit: bool = True

    def done(self) -> DrawnMoment | None:
        """The pictures; None where no network is trained."""
        solution, place = self.solution, self.weight
        run = solution.runs[self.run_index] if self.run_index < len(solution.runs) else None
        moment = training_moment(solution, run, self.position, self.step, self.row, self.probe)
        if moment is None:
            return None
        found = None
        trained = network_of(solution)
        if place is not None and trained is not None:
            names = tuple(input_latex(trained[0], name) for name in trained[1].names)
            found = backprop(solution, moment, self.position, self.step, place, names)
        plane = plane_of(solution, self.position, self.side)
        fit = None
        if self.with_fit or found is None:
            fit = filled_fit(solution, self.position, plane, self.probe)
        chosen = Edge(place.layer, place.target, place.source) if place and found else None
        return DrawnMoment(
            network=filled_network(solution, moment, chosen=chosen, phase=self.phase, plane=plane),
            fit=fit,
            backprop=found,
            used=used(solution, moment),
        )
