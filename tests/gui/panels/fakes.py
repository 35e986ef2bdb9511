"""Solutions made by hand, so that the panels' tests need no stage of the engine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, QTimer

from engine.analysis.findings import Analysis, CriticalPoint
from engine.base.i18n import message
from engine.descent.run import Run, Term
from engine.document.lab import Lab
from engine.document.roles import assign
from engine.document.setup import Axis, Problem, Setup
from engine.formula import Formula
from engine.function.plane import Plane
from engine.function.sampled import Field
from engine.optimizers import GradientDescent, Racer
from engine.solving.descending import Progress
from engine.solving.solution import Solution
from gui.panels.data_table import DataTable
from gui.store import Store
from gui.theme import LIGHT


def give_table(panel: DataTable, source: Path | str) -> None:
    """Have `panel` read a file or what was pasted, and wait until that is done."""
    loop = QEventLoop()
    panel.reading.ended.connect(loop.quit)
    QTimer.singleShot(20_000, loop, loop.quit)
    if isinstance(source, Path):
        panel.load_table(source)
    else:
        panel.paste_text(source)
    loop.exec()
    assert not panel.reading.isVisible()


class Quadratic:
    """f(θ) = ½ Σ λᵢ θᵢ²: the stand-in for engine.function.objective.Objective."""

    rows = 1

    def __init__(
        self, curvatures: Sequence[float] = (2.0, 2.0), variables: tuple[str, ...] = ("x", "y")
    ) -> None:
        self.curvatures = np.array(curvatures, dtype=float)
        self.variables = variables

    def value(self, theta: Any) -> np.ndarray:
        return np.asarray(0.5 * np.sum(self.curvatures * np.asarray(theta) ** 2, axis=-1))

    def gradient(self, theta: Any) -> np.ndarray:
        return self.curvatures * np.asarray(theta)

    def value_and_gradient(self, theta: Any) -> tuple[np.ndarray, np.ndarray]:
        return self.value(theta), self.gradient(theta)

    @property
    def dimension(self) -> int:
        return len(self.curvatures)

    def kinks(self, theta: Any) -> np.ndarray:
        return np.zeros(np.shape(theta)[:-1], bool)

    def curvature(self, theta: Any, directions: Any) -> np.ndarray:
        return np.asarray(directions) * self.curvatures


def descend(objective: Quadratic, racer: Racer, start: Sequence[float], steps: int, **where: int) -> Run:
    """A Run of plain gradient descent."""
    lr = float(getattr(racer.optimizer, "lr", 0.1))
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        step = -lr * objective.gradient(points[-1])
        points.append(points[-1] + np.clip(step, -1e100, 1e100))
    path = np.array(points)
    gradients = objective.gradient(path)
    # The terms of plain gradient descent: the gradient and the update.
    terms = (
        Term("g", message("gradient"), gradients[:-1], "gradient"),
        Term(r"\Delta\theta", message("update"), -lr * gradients[:-1], "update"),
    )
    return Run(
        racer=racer,
        racer_index=where.get("racer_index", 0),
        start_index=where.get("start_index", 0),
        points=path,
        values=objective.value(path),
        gradients=gradients,
        terms=terms,
        evaluations=np.arange(steps + 1),
        outcome="converged",
        explanation=message("Converged to a minimum in {steps} steps.", steps=steps),
    )


def solve(
    lab: Lab,
    revision: int = 0,
    *,
    objective: Quadratic | None = None,
    held: dict[str, float] | None = None,
    problems: tuple[Problem, ...] = (),
    steps: int | None = None,
) -> Solution:
    """The Solution of ½(λ₁x² + λ₂y²) for the racers and starts of `lab`, with its one minimum."""
    objective = objective or Quadratic()
    chosen = {name: lab.variables[name].value for name in held or {} if name in lab.variables}
    held = {**(held or {}), **{name: value for name, value in chosen.items() if value is not None}}
    names = objective.variables
    starts = [[start.get(name, 4.0 - i) for i, name in enumerate(names)] for start in lab.starts]
    axes = []
    for name in names[:2]:
        choice = lab.variables.get(name)
        lo = choice.lo if choice and choice.lo is not None else -5.0
        hi = choice.hi if choice and choice.hi is not None else 5.0
        axes.append(Axis(name, lo, hi))
    setup = Setup(
        variables=(*names, *held),
        axes=tuple(axes),
        descended=names,
        held=held,
        held_range={name: (min(-5.0, value), max(5.0, value)) for name, value in held.items()},
        starts=np.array(starts, dtype=float),
        lo=np.array([axis.lo for axis in axes] + [-np.inf] * (len(names) - 2)),
        hi=np.array([axis.hi for axis in axes] + [np.inf] * (len(names) - 2)),
        roles=assign((*names, *held), chosen=dict.fromkeys(held, "held")),
    )
    count = lab.steps if steps is None else steps
    runs = tuple(
        descend(objective, racer, start, count, racer_index=i, start_index=j)
        for i, racer in enumerate(lab.racers)
        if racer.enabled
        for j, start in enumerate(starts)
    )
    minimum = CriticalPoint(np.zeros(len(names)), 0.0, "minimum", np.sort(objective.curvatures))
    return Solution(
        revision=revision,
        lab=lab,
        stage="analyse",
        formula=Formula(lab.formula, None, setup.variables),
        setup=setup,
        objective=objective,  # type: ignore[arg-type]
        field=corners(objective, setup),
        runs=runs,
        analysis=Analysis(critical_points=(minimum,), diagnosis=(message("The function has one minimum."),)),
        problems=problems,
    )


def corners(objective: Quadratic, setup: Setup) -> Field | None:
    """The function at the corners of the drawn domain, through the first start; of one variable nothing."""
    if len(setup.axes) < 2:
        return None
    plane = Plane.of(setup, setup.starts[0])
    x, y = (np.array([axis.lo, axis.hi]) for axis in setup.axes)
    theta = plane.moved(plane.origin, np.stack(np.meshgrid(x, y), axis=-1))
    z, slopes = objective.value(theta), plane.along(objective.gradient(theta))
    return Field(
        x=x,
        y=y,
        z=z,
        fx=slopes[..., 0],
        fy=slopes[..., 1],
        finite=np.isfinite(z),
        z_lo=0.0,
        z_hi=max(float(z.max()), 1.0),
        z_min=float(z.min()),
        z_max=float(z.max()),
        levels=np.empty(0),
        level_rule="linear",
        clipped=False,
        plane=plane,
    )


def solved_store(lab: Lab | None = None, **options: Any) -> Store:
    """A Store that solves at once, by `solve` above, whatever is asked of it.

    `options` are kept as store.options and may be changed by the test; store.qualities lists the requests.
    """
    store = Store(lab)
    store.options = options  # type: ignore[attr-defined]
    store.qualities = []  # type: ignore[attr-defined]

    def on_solve_requested(revision: int, lab: Lab, quality: str) -> None:
        store.qualities.append(quality)  # type: ignore[attr-defined]
        store.accept(solve(lab, revision, **store.options))  # type: ignore[attr-defined]

    store.solve_requested.connect(on_solve_requested)
    store.request_solve()
    return store


def growing(store: Store, step: int, steps: int, *, held: bool = False) -> Solution:
    """The Lab of `store` solved as far as its runs have come after `step` of `steps`; none is over."""
    solution = solve(store.lab, store.revision, steps=step)
    runs = tuple(replace(run, going=True, outcome="max_steps") for run in solution.runs)
    return replace(solution, stage="descend", runs=runs, descending=Progress(step, steps, held))


def two_racers(steps: int = 20) -> Lab:
    """Two rates of gradient descent from one start."""
    rates = (0.1, 0.45)
    racers = tuple(Racer(optimizer=GradientDescent(lr=lr)) for lr in rates)
    return Lab(racers=racers, steps=steps)


THEME = LIGHT
