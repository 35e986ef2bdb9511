"""A racer keeps its colour and shape while others come and go."""

import msgspec
import pytest

from engine.descent.forks import forked
from engine.document.lab import Lab
from engine.document.labfile import LabFileError, decode, encode
from engine.document.marks import RUN_COLORS, marked
from engine.optimizers import METHODS, Racer, parse_spec
from engine.solving.stages import solve
from engine.symbolic import Deriver
from engine.writers.python_script import to_python
from engine.writers.tikz import to_tikz

GD = METHODS["gd"]


def marks(*given: int | None) -> list[int | None]:
    return [racer.mark for racer in marked([Racer(mark=mark) for mark in given])]


def test_without_marks_they_go_by_the_place_as_in_old_files() -> None:
    assert marks(None, None, None) == [0, 1, 2]
    assert marks(*[None] * 64) == list(range(64))


def test_one_that_is_new_takes_the_first_free_mark() -> None:
    assert marks(0, 2, None) == [0, 2, 1]
    assert marks(None, 0, 1) == [2, 0, 1]
    assert marks(*range(1, 64), None) == [*range(1, 64), 0]


def test_no_mark_is_worn_twice() -> None:
    assert marks(3, 3, None, 3) == [3, 0, 1, 2]


def test_a_fork_and_a_spec_have_none_yet() -> None:
    assert forked(Racer(mark=5), 3).mark is None
    assert parse_spec("adam(lr=0.1)").mark is None


def test_it_is_kept_in_the_file_and_bounded() -> None:
    lab = Lab(racers=(Racer(mark=7),))
    assert decode(encode(lab)) == lab
    raw = msgspec.json.decode(encode(lab))
    raw["racers"][0]["mark"] = 64
    with pytest.raises(LabFileError):
        decode(msgspec.json.encode(raw))


def test_runs_wear_their_racers_mark_and_so_do_exports(deriver: Deriver) -> None:
    racers = (Racer(optimizer=GD(lr=0.1), mark=4), Racer(optimizer=GD(lr=0.2)))
    solution = solve(Lab(racers=racers, steps=3), deriver)
    assert [run.mark for run in solution.runs] == [4, 0]
    tikz = to_tikz(solution)
    assert r"\definecolor{run4}{HTML}{" + RUN_COLORS[4][1:].upper() + "}" in tikz
    assert r"\addplot[run4, mark=pentagon*" in tikz and r"\addplot[run0, mark=*" in tikz
    assert RUN_COLORS[4] in to_python(solution)
