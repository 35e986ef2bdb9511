"""Formulas over tables: whole solves of networks written out, many rows, and the memory these take."""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
from msgspec.structs import replace

from engine.descent.loop import descend
from engine.document.lab import Data, Lab
from engine.document.network_text import parse_network
from engine.document.setup import resolve
from engine.formula import parse
from engine.function.objective import Objective
from engine.optimizers import parse_spec
from engine.solving.stages import solve
from engine.symbolic import Deriver
from tests.benchmarks.bench_training import ROWS, network_lab
from tests.benchmarks.timing import GOAL, Row, best_ms, peak_mb

LINE = "mean((a x + b - y)^2)"


def run() -> Iterator[Row]:
    yield from written_out()
    yield from many_rows()


def written_out() -> Iterator[Row]:
    """Whole solves of a network that is typed as a formula, once the process that derives is there."""
    with closing(Deriver()) as deriver:
        solve(Lab(formula="x^2 + y^2"), deriver)
        for units, limit_ms in ((2, 1000.0), (16, 3000.0)):
            sums = (f"w_{{{k}}} tanh(u_{{{k}}} x_1 + v_{{{k}}} x_2 + b_{{{k}}})" for k in range(1, units + 1))
            lab = Lab(formula=f"mean(({' + '.join(sums)} + c - y)^2)", data=network_lab(ROWS).data)
            ours = best_ms(lambda _, lab=lab: solve(lab, deriver))
            yield f"whole solve of a written-out net of {4 * units + 1} weights", ours, GOAL, limit_ms
        lab = replace(network_lab(ROWS), network=parse_network("2-16tanh-1"))
        ours = best_ms(lambda _: solve(lab, deriver))
        yield "whole solve of net(2, 16 tanh, 1), 65 weights", ours, GOAL, 3000.0


def many_rows() -> Iterator[Row]:
    """A field over 10,000 rows, and descent over 100,000: how long, and how much memory."""
    x, y = np.random.default_rng(0).standard_normal((2, 100_000))
    formula = parse(LINE, data=("x", "y"))
    few, whole = ({"x": x[:n], "y": y[:n]} for n in (10_000, 100_000))
    ticks, at = np.linspace(-2, 2, 256), np.zeros(2)

    def field(_k: int = 0) -> object:
        return Objective.bind(formula, {}, few).on_grid(ticks, ticks, 0, 1, at)

    what = "field 256² over 10,000 rows, with slopes"
    theirs = best_ms(lambda _: by_lines(ticks, few), 1)
    yield what, best_ms(field, 1), "NumPy by hand, line by line", theirs
    yield f"{what}: memory", peak_mb(field), GOAL, 300.0, "MB"
    table = Data(columns=("x", "y"), rows=((0.0, 1.0), (1.0, 2.0)))
    setup, _ = resolve(Lab(formula=LINE, starts=({"a": 1.0, "b": 1.0},), data=table), formula)

    def steps(_k: int = 0) -> object:
        large = Objective.bind(formula, {}, whole)
        return descend(large, setup, (parse_spec("gd(lr=0.01)"),), steps=100)

    what = "100 steps of 2 weights over 100,000 rows"
    yield what, best_ms(steps), "NumPy by hand", best_ms(lambda _: line_by_hand(whole))
    yield f"{what}: memory", peak_mb(steps), GOAL, 300.0, "MB"


def by_lines(ticks: np.ndarray, data: dict[str, np.ndarray]) -> np.ndarray:
    """That loss and its slopes by a and b at z[:, j, i]."""
    x, y = data["x"], data["y"]
    found = np.empty((3, len(ticks), len(ticks)))
    for j, b in enumerate(ticks):
        gap = ticks[:, None] * x + (b - y)
        found[:, j] = (gap * gap).mean(-1), 2 * (gap * x).mean(-1), 2 * gap.mean(-1)
    return found


def line_by_hand(data: dict[str, np.ndarray]) -> np.ndarray:
    """Its descent, every step kept."""
    x, y = data["x"], data["y"]
    theta = np.ones((101, 2))
    for k in range(100):
        gap = theta[k, 0] * x + theta[k, 1] - y
        theta[k + 1] = theta[k] - 0.01 * np.array([2 * (gap * x).mean(), 2 * gap.mean()])
    return theta
