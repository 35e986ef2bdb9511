"""Descent: steps against torch.optim's loop, a whole solve against scipy.optimize, and many starts."""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
from msgspec.structs import replace

from engine.descent.basins import start_maps
from engine.descent.loop import descend
from engine.document.lab import Lab
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.symbolic import Deriver
from tests.benchmarks.timing import GOAL, Row, best_ms

ACKLEY = "-20exp(-0.2sqrt((x^2+y^2)/2)) - exp((cos(2π x)+cos(2π y))/2) + e + 20"
HIMMELBLAU = "(x^2+y-11)^2+(x+y^2-7)^2"
STEPS = 1000
RATE = 1e-5  # so low that no run is over before its last step
CASES = {"gd": ("SGD", {}), "adam": ("Adam", {}), "gd, momentum": ("SGD", {"momentum": 0.9})}
SPECS = {"gd": f"gd(lr={RATE})", "adam": f"adam(lr={RATE})", "gd, momentum": f"gd(lr={RATE}, momentum=0.9)"}


def run() -> Iterator[Row]:
    solution = solve(Lab(formula=HIMMELBLAU))
    for name, (method, arguments) in CASES.items():
        ours = best_ms(lambda _, name=name: _steps(solution, SPECS[name], STEPS))
        yield f"{STEPS} steps of {name} on Himmelblau", ours, *_torch(method, arguments)
    ours = best_ms(lambda _: _steps(solution, "bfgs", 200, stop=True))
    yield "BFGS to the minimum of Himmelblau, every step kept", ours, *_scipy()
    many = np.random.default_rng(0).uniform(-5, 5, (10_000, 2))
    crowd = replace(solution, setup=replace(solution.setup, starts=many))
    ours = best_ms(lambda _: _steps(crowd, "gd(lr=0.01)", 100))
    theirs = best_ms(lambda _: _by_hand(many))
    yield "100 steps of gd from 10,000 starts, kept and judged", ours, "NumPy by hand, kept", theirs
    yield from _kinked()
    yield "basin map: first picture", best_ms(lambda _: next(_maps(solution))), "", None
    yield "basin map: 256² starts × 200 steps of gd", best_ms(lambda _: list(_maps(solution)), 1), "", None


def _kinked() -> Iterator[Row]:
    """A whole solve of a function with a kink, once the process that derives is there."""
    specs = ("gd(lr=0.01)", "gd(lr=0.01, momentum=0.9)", "adam(lr=0.1)", "rmsprop(lr=0.01)", "bfgs")
    lab = Lab(
        formula=ACKLEY,
        racers=tuple(map(parse_spec, specs)),
        starts=({"x": 4.0, "y": 3.0}, {"x": -2.5, "y": 1.3}),
        steps=500,
    )
    with closing(Deriver()) as deriver:
        solve(Lab(formula="x^2 + y^2"), deriver)
        ours = best_ms(lambda _: solve(lab, deriver))
    yield "whole solve of Ackley, 2 starts × 5 methods × 500 steps", ours, GOAL, 1000.0


def _by_hand(starts: np.ndarray) -> np.ndarray:
    """The points of gradient descent on Himmelblau's function, all starts at once."""
    kept = np.empty((101, *starts.shape))
    kept[0] = starts
    for k in range(100):
        x, y = kept[k].T
        a, b = x * x + y - 11, x + y * y - 7
        kept[k + 1, :, 0] = x - 0.01 * (4 * x * a + 2 * b)
        kept[k + 1, :, 1] = y - 0.01 * (2 * a + 4 * y * b)
    return kept


def _steps(solution: Solution, spec: str, steps: int, *, stop: bool = False) -> None:
    assert solution.objective is not None and solution.setup is not None
    descend(solution.objective, solution.setup, [parse_spec(spec)], steps=steps, stop=stop)


def _maps(solution: Solution) -> Iterator[object]:
    assert solution.objective is not None and solution.setup is not None
    return start_maps(
        solution.objective, solution.setup, parse_spec("gd(lr=0.01)"), shape=(256, 256), steps=200
    )


def _torch(method: str, arguments: dict[str, float]) -> tuple[str, float]:
    import torch

    torch.set_num_threads(1)  # on a busy machine more of them wait for each other

    def loop(_k: int) -> None:
        theta = torch.tensor([4.0, 3.0], dtype=torch.float64, requires_grad=True)
        optimizer = getattr(torch.optim, method)([theta], lr=RATE, **arguments)
        for _ in range(STEPS):
            optimizer.zero_grad()
            x, y = theta
            ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).backward()
            optimizer.step()

    return f"torch.optim.{method}, autograd", best_ms(loop)


def _scipy() -> tuple[str, float]:
    from scipy.optimize import minimize

    def value(theta: np.ndarray) -> float:
        x, y = theta
        return float((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)

    def slope(theta: np.ndarray) -> np.ndarray:
        x, y = theta
        a, b = x**2 + y - 11, x + y**2 - 7
        return np.array([4 * x * a + 2 * b, 2 * a + 4 * y * b])

    return "scipy.optimize BFGS, gradient by hand", best_ms(lambda _: minimize(value, [4.0, 3.0], jac=slope))
