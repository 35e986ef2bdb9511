"""Descent: steps against torch.optim's loop, a whole solve against scipy.optimize, and many starts."""

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from engine.descent.basins import start_maps
from engine.descent.loop import descend
from engine.document.lab import Lab
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import solve
from tests.benchmarks.timing import Row, best_ms

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
    yield (
        "100 steps of gd from 10,000 starts at once",
        best_ms(lambda _: _steps(crowd, "gd(lr=0.01)", 100)),
        "",
        None,
    )
    yield "basin map: first picture", best_ms(lambda _: next(_maps(solution))), "", None
    yield "basin map: 256² starts × 200 steps of gd", best_ms(lambda _: list(_maps(solution)), 1), "", None


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
