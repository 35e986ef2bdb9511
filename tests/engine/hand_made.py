"""Solutions made by hand, for tests: a NumPy function, its field and plain descent."""

import numpy as np

from engine.analysis.findings import Analysis
from engine.base.i18n import message
from engine.descent.run import Run
from engine.document.lab import Display, Lab
from engine.document.setup import Setup
from engine.function.field import sample
from engine.optimizers import GradientDescent, Racer
from engine.solving.solution import Solution
from tests.engine.numpy_objective import NumpyObjective, box


def descend(objective: NumpyObjective, start, *, lr: float, steps: int, index: int = 0) -> Run:
    points = [np.array(start, dtype=np.float64)]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            points.append(points[-1] - lr * objective.gradient(points[-1]))
    path = np.array(points)
    return Run(
        racer=Racer(optimizer=GradientDescent(lr=lr)),
        racer_index=index,
        start_index=0,
        points=path,
        values=objective.value(path),
        gradients=objective.gradient(path),
        terms=(),
        evaluations=np.arange(steps + 1),
        outcome="max_steps",
        explanation=message("The budget is spent."),
    )


def solve_by_hand(
    objective: NumpyObjective,
    setup: Setup | None = None,
    *,
    lrs: tuple[float, ...] = (0.1,),
    steps: int = 20,
    analysis: Analysis | None = None,
    revision: int = 0,
    resolution: int | tuple[int, int] = 201,
    lab: Lab | None = None,
    **looks,
) -> Solution:
    setup = setup or box()
    lab = lab or Lab(display=Display(**looks))
    return Solution(
        revision=revision,
        lab=lab,
        stage="analyse",
        setup=setup,
        objective=objective,
        field=sample(objective, setup, lab.display, resolution=resolution),
        runs=tuple(
            descend(objective, setup.starts[0], lr=lr, steps=steps, index=k) for k, lr in enumerate(lrs)
        ),
        analysis=analysis,
    )
