"""The runs of a training as curves of loss and accuracy. Any thread; no Qt of its own."""

from msgspec import Struct

from engine.descent.batches import Batches
from engine.solving.accuracy import accuracy_of
from engine.solving.solution import Solution
from engine.solving.training_moment import classes_of, network_of
from gui.drawing.chart import Scale
from gui.network.losses import LossCurve, LossPicture, Shown
from gui.panels.curve_plot import MOST_CURVES

Curves = tuple[LossCurve, ...]
MOST_COUNTED_RUNS = 8  # whose accuracy is counted


def loss_curves(solution: Solution | None) -> Curves:
    """The losses of a network, or of a table with rows to test on; none where there is neither."""
    runs = solution.runs[:MOST_CURVES] if solution is not None else ()
    if solution is None or (solution.examples is None and all(run.test_values is None for run in runs)):
        return ()
    train = [LossCurve(values=run.values, mark=run.mark) for run in runs]
    test = [
        LossCurve(values=run.test_values, mark=run.mark, part="test")
        for run in runs
        if run.test_values is not None
    ]
    batch = [
        LossCurve(values=run.batch_values, mark=run.mark, part="batch")
        for run in runs
        if run.batch_values is not None
    ]
    return (*batch, *train, *test)  # the faint ones below


def has_classes(solution: Solution | None) -> bool:
    """Whether rows are taken for classes, so that there is an accuracy."""
    found = network_of(solution) if solution is not None else None
    return found is not None and bool(classes_of(*found))


class Accuracies(Struct, frozen=True, eq=False):
    """The errand of counting the accuracies of the first runs of `solution`."""

    solution: Solution

    def done(self) -> Curves:
        """The curves; none where rows are too many to be counted."""
        curves: list[LossCurve] = []
        for run in self.solution.runs[:MOST_COUNTED_RUNS]:
            found = accuracy_of(self.solution, run)
            if found is not None:
                curves.append(LossCurve(values=found.train, steps=found.steps, mark=run.mark))
                if found.test is not None:
                    curves.append(LossCurve(values=found.test, steps=found.steps, mark=run.mark, part="test"))
        return tuple(curves)


def epoch_of(solution: Solution | None) -> float | None:
    """How many steps an epoch has; None where each step sees all rows."""
    if solution is None or solution.examples is None or solution.objective is None:
        return None
    lab = solution.lab
    batches = Batches.of(solution.objective, len(solution.examples.train), lab.training, lab.seed)
    return float(batches.in_epoch) if batches is not None else None


def loss_picture(shown: Shown, curves: Curves, scale: Scale, epoch: float | None) -> LossPicture:
    """The curves of one quantity, each run to its own end."""
    return LossPicture(shown=shown, curves=curves, scale=scale, epoch=epoch)
