"""What is said of the steps that are unlike the others."""

import numpy as np
import pytest

from engine.descent.loop import descend
from engine.optimizers import parse_spec
from engine.words.step_notes import step_notes
from tests.engine.functions import oracle, setup_of


def notes_of(spec: str, steps: int, text: str = "x**2 + 3*y**2") -> list[list[str]]:
    function = oracle(text)
    (run,) = descend(function, setup_of(function, [(4.0, 3.0)]), [parse_spec(spec)], steps=steps, stop=False)
    with pytest.raises(IndexError):
        step_notes(run, steps)
    return [[note.render() for note in step_notes(run, step)] for step in range(steps)]


def test_radam_says_where_its_rectification_begins() -> None:
    notes = notes_of("radam(lr=0.1)", 8)
    assert ["momentum alone" in " ".join(each) for each in notes] == [True] * 6 + [False] * 2
    assert "rectification begins: ρ = 5.99" in notes[5][0]  # step 6, as in PyTorch
    function = oracle("x**2 + 3*y**2")
    (run,) = descend(function, setup_of(function, [(4.0, 3.0)]), [parse_spec("radam(lr=0.1)")], steps=6)
    lengths = np.linalg.norm(np.diff(run.points, axis=0), axis=1)
    assert f"this step has {lengths[5] / lengths[4]:.3g} of the length" in notes[5][0]


def test_the_bias_correction_is_explained_at_the_first_step_only() -> None:
    notes = notes_of("adam(lr=0.1, beta1=0.8, beta2=0.99)", 3)
    assert "0.2 and 0.01 of g and g²" in notes[0][0]
    assert notes[1:] == [[], []]
    assert notes_of("gd(lr=0.1)", 2) == [[], []]


def test_warm_up_and_a_plateau_say_what_is_left_of_the_rate() -> None:
    notes = notes_of("gd(lr=0.1, schedule=warmup(steps=2, start=0.5))", 3)
    assert [each[:1] for each in notes] == [
        ["Warm-up, step 1 of 2: η is 50 % of what is set."],
        ["Warm-up, step 2 of 2: η is 75 % of what is set."],
        [],
    ]
    assert notes_of("gd(lr=0.1, schedule=cosine(warmup=2, warmup_start=0.5))", 3) == notes
    cut = notes_of("gd(lr=0.1, schedule=plateau(patience=1))", 5, "0*x + 0*y + 1")
    assert [bool(each) for each in cut] == [False, False, False, True, False]
    assert "η is 10 % of what is set" in cut[3][0]
