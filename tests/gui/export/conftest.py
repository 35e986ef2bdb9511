"""A solved lab for every test of the exporter, and the program as a user runs it, with no display."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.lab import Lab
from engine.optimizers import parse_spec
from engine.solution import Solution
from engine.solve import solve
from gui.export.contexts import Context, open_context
from gui.store import Store

ROOT = Path(__file__).resolve().parents[3]
LAB = Lab(
    formula="x^2/4 + y^2 + x y/3",
    title={"en": "A bowl", "ko": "그릇"},
    starts=({"x": 4.0, "y": 3.0},),
    racers=(parse_spec("gd(lr=0.3)"),),
    steps=12,
    stop=False,
)


@pytest.fixture(scope="session")
def solution() -> Solution:
    return solve(LAB)


@pytest.fixture
def store(qapp: object, solution: Solution) -> Store:
    """What the window shows of it."""
    made = Store(LAB)
    assert made.accept(solution)
    return made


@pytest.fixture
def context(qapp: object) -> Iterator[Context]:
    """An OpenGL context of the exporter's, current."""
    made = open_context()
    yield made
    made.close()


Program = Callable[..., "subprocess.CompletedProcess[str]"]


def bare_environment() -> dict[str, str]:
    """No display of any kind, and nothing that this test run has chosen."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM", "PYOPENGL_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in hidden}


@pytest.fixture(scope="session")
def program() -> Program:
    def run(*words: str, **options: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *words],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env=bare_environment(),
            **options,  # type: ignore[call-overload]
        )

    return run
