"""Over-fitting is said where the test loss rose while the training loss fell, and nowhere else."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.run import Run
from engine.document.lab import Lab
from engine.solving.stages import solve
from engine.symbolic import Deriver
from engine.words.overfitting import overfitting


@pytest.fixture
def run(deriver: Deriver) -> Run:
    return solve(Lab(formula="x^2 + y^2", steps=4), deriver).runs[0]


def test_it_is_said_with_its_numbers(run: Run) -> None:
    over = replace(
        run, values=np.array([4.0, 2.0, 1.0, 0.5, 0.25]), test_values=np.array([5.0, 3.0, 2.0, 2.5, np.inf])
    )
    assert overfitting(over) is None  # blown up: that is said elsewhere
    over = replace(over, test_values=np.array([5.0, np.nan, 2.0, 2.5, 3.0]))
    said = overfitting(over)
    assert said is not None
    assert said.render() == (
        "Over-fitting: the test loss was least at step 2 (2) and rose to 3, "
        "while the training loss fell from 1 to 0.25."
    )


@pytest.mark.parametrize(
    "test",
    [None, [5.0, 4.0, 3.0, 2.0, 1.0], [5.0, 4.0, 3.0, 2.0, 2.03], [np.nan] * 5],
    ids=["no rows to test on", "still falling", "hardly risen", "never a number"],
)
def test_it_is_not_said_without_a_rise(run: Run, test: list[float] | None) -> None:
    values = np.array([4.0, 2.0, 1.0, 0.5, 0.25])
    assert overfitting(replace(run, values=values, test_values=test and np.array(test))) is None


def test_a_training_loss_that_rises_too_is_no_over_fitting(run: Run) -> None:
    risen = np.array([4.0, 2.0, 1.0, 2.0, 3.0])
    assert overfitting(replace(run, values=risen, test_values=risen)) is None
