"""Schedules against PyTorch's own rates, to 1e-12; and what they do where PyTorch's do not end."""

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.forks import forked
from engine.descent.loop import descend
from engine.optimizers import SpecError, parse_spec
from engine.optimizers.plateau import Watched, watch
from engine.optimizers.schedules import OneCycle
from tests.engine.functions import oracle, setup_of

TABLE = json.loads((Path(__file__).parent / "schedule_table.json").read_text(encoding="utf-8"))
WAVES, START = "sin(x)*cos(y) + (x**2 + y**2)/20 + 5", (2.5, 1.5)


def run_of(spec: str, steps: int, start=START, text: str = WAVES, **options):
    function = oracle(text)
    racer = parse_spec(spec) if isinstance(spec, str) else spec
    return descend(function, setup_of(function, [start]), [racer], steps=steps, stop=False, **options)[0]


@pytest.mark.parametrize(("spec", "rates"), TABLE["timed"], ids=[row[0] for row in TABLE["timed"]])
def test_the_rates_are_those_of_torch(spec, rates):
    schedule = parse_spec(f"gd(schedule={spec})").schedule
    ours = [TABLE["lr"] * schedule.factor(t) for t in range(len(rates))]
    np.testing.assert_allclose(ours, rates, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("spec", "losses", "rates"), TABLE["watched"], ids=[row[0] for row in TABLE["watched"]]
)
def test_a_plateau_cuts_where_torch_cuts(spec, losses, rates):
    plateau, lr = parse_spec(f"gd(schedule={spec})").schedule, TABLE["lr"]
    seen, ours = Watched.fresh(1), [lr]
    for loss in losses:
        seen = watch(plateau, seen, np.array([float(loss)]), lr)
        ours.append(lr * seen.factor[0])
    np.testing.assert_allclose(ours, rates, rtol=0, atol=1e-12)


def test_patience_10_first_cuts_on_call_12_of_a_flat_loss():
    run = run_of("gd(lr=0.1, schedule=plateau)", 16, text="x*0 + y*0 + 1", start=(0.0, 0.0))
    assert run.factors.tolist() == [1.0] * 12 + [0.1] * 4


def test_a_run_goes_by_the_losses_that_it_sees_itself():
    spec = "gd(lr=0.9, schedule=plateau(patience=0, gamma=0.5, threshold=0.05))"
    run = run_of(spec, 40)
    plateau, seen = parse_spec(spec).schedule, Watched.fresh(1)
    for k in range(40):
        assert run.factors[k] == seen.factor[0] == run.factor(k)
        np.testing.assert_allclose(
            run.points[k + 1], run.points[k] - 0.9 * seen.factor[0] * run.gradients[k], rtol=1e-14
        )
        seen = watch(plateau, seen, run.values[k : k + 1], 0.9)
    assert run.factors[-1] < 1
    # Starts go by losses of their own; what is not kept is made again; a fork with the same rule is the run.
    function = oracle(WAVES)
    both = descend(
        function, setup_of(function, [(0.1, 0.2), START]), [parse_spec(spec)], steps=40, stop=False, memory=1
    )
    assert both[1].factors.tolist() == run.factors.tolist() != both[0].factors.tolist()
    np.testing.assert_array_equal(both[1].points[:], run.points)
    branch = run_of(forked(parse_spec(spec), 17), 40)
    np.testing.assert_array_equal(branch.points, run.points)
    assert branch.factors.tolist() == run.factors.tolist()
    other = replace(forked(parse_spec("gd(lr=0.1)"), 5), schedule=plateau)
    assert np.isnan(run_of(other, 9).factors).tolist() == [True] * 5 + [False] * 4


def test_one_cycle_ends_flat_and_has_no_hole_at_its_edges():
    for steps, rise in ((1, 0.3), (2, 0.5), (10, 0.0), (10, 0.1), (10, 1.0)):
        factors = [OneCycle(steps=steps, rise=rise).factor(t) for t in range(3 * steps)]
        assert all(0 < factor <= 1 for factor in factors), (steps, rise)
        assert len(set(factors[steps - 1 :])) == 1


@pytest.mark.parametrize("text", ["", "a, b", "-3", "1.5, 2", "٣", ", ".join(["1"] * 51), "99999999"])
def test_milestones_that_are_none_are_said_to_be_none(text):
    with pytest.raises(SpecError) as caught:
        parse_spec(f"gd(schedule=multistep(milestones='{text}'))")
    assert caught.value.field == "milestones"
    assert "whole numbers" in caught.value.message.render()


def test_milestones_come_in_any_order_and_dress():
    for text in ("[8, 30]", "30 8", "8,30", "(8; 30)"):
        schedule = parse_spec(f"gd(schedule=multistep(milestones='{text}', gamma=0.5))").schedule
        assert [schedule.factor(t) for t in (7, 8, 29, 30)] == [1.0, 0.5, 0.5, 0.25]
