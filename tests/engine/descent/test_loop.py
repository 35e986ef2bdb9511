"""The loop: exact steps, stopping rules and their sentences, many starts, noise, budgets, cancellation."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.cancellation import Cancelled
from engine.descent.loop import advance, descend
from engine.descent.motion import Motion
from engine.descent.record import most_steps
from engine.descent.rows import Replayed
from engine.descent.stopping import OUTCOMES
from engine.optimizers import METHODS, GradientDescent, Leg, Racer, parse_spec
from engine.solving.outcomes import explained
from tests.engine.functions import HIMMELBLAU, oracle, setup_of

BOWL = "x**2 + y**2"
VALLEY = "x**2 + 25*y**2"
SADDLE = "x**2 + 3*x*y + y**2"


def run_of(text, spec, start, steps=200, names="x y", **options):
    function = oracle(text, names)
    (run,) = descend(function, setup_of(function, [start]), [parse_spec(spec)], steps=steps, **options)
    return run


def explained_run_of(text, spec, start):
    function = oracle(text)
    setup = setup_of(function, [start])
    (run,) = explained(function, setup, descend(function, setup, [parse_spec(spec)], steps=200))
    return run


def test_gradient_descent_by_hand():
    run = run_of(SADDLE, "gd(lr=0.1)", (2.0, -1.0), steps=2, stop=False)
    # ∇f = (2x + 3y, 3x + 2y): (1, 4) at (2, −1), then (−0.4, 2.9) at (1.9, −1.4)
    assert np.allclose(run.points, [[2, -1], [1.9, -1.4], [1.94, -1.69]])
    assert np.allclose(run.gradients[:2], [[1, 4], [-0.4, 2.9]])
    assert np.allclose(run.values[:2], [-1, 1.9**2 - 3 * 1.9 * 1.4 + 1.4**2])
    assert run.evaluations.tolist() == [1, 2, 3]


def test_the_shapes_and_the_terms_of_a_run():
    run = run_of(HIMMELBLAU, "adam(lr=0.1)", (0.0, 0.0), steps=7, stop=False)
    assert run.steps == 7
    assert run.points.shape == run.gradients.shape == (8, 2)
    assert run.values.shape == run.evaluations.shape == (8,)
    assert [term.symbol for term in run.terms] == ["g", "m", "v", r"\hat m", r"\hat v", r"\Delta\theta"]
    assert [term.role for term in run.terms][::5] == ["gradient", "update"]
    assert all(term.values.shape == (7, 2) for term in run.terms)
    assert np.array_equal(run.points[:-1] + run.terms[-1].values, run.points[1:])
    assert np.array_equal(run.terms[0].values, run.gradients[:-1])


@pytest.mark.parametrize(
    ("text", "spec", "start", "outcome", "words"),
    [
        (BOWL, "gd(lr=0.1)", (4, 3), "converged", ["80 %", "theory predicts 80 %"]),
        (BOWL, "gd(lr=1.1)", (4, 3), "diverged", ["overshooting", "η = 1.1", "limit 1 "]),
        (SADDLE, "gd(lr=0.1)", (2, -1), "diverged", ["−1 < 0", "saddle", "no minimum"]),
        (SADDLE, "gd(lr=0.1)", (1, 1), "stalled_at_saddle", ["saddle", "eigenvalue −1 < 0"]),
        (SADDLE, "gd(lr=0.1)", (0, 0), "stalled_at_saddle", ["saddle"]),
        ("-x**2 - y**2", "gd(lr=0.1)", (0, 0), "stalled_at_saddle", ["maximum"]),
        ("x**3 - 3*x*y**2", "gd(lr=0.1)", (0, 0), "stalled_at_saddle", ["flat point"]),
        ("x**2 + y**3", "gd(lr=0.1)", (1, 0), "stalled_at_saddle", ["flat point"]),
        ("x**4 + y**4", "newton", (1, 2), "converged", ["flat"]),
        ("(x - y)**2", "gd(lr=0.1)", (1, 2), "converged", ["flat"]),
        ("x + y", "gd(lr=0.1)", (0, 0), "max_steps", ["still falling"]),
        ("x + y", "gd(lr=1)", (0, 0), "left_domain", ["Left the drawn range"]),
        ("log(x) + y**2", "gd(lr=0.1)", (0.5, 1), "left_domain", ["Left the domain of f in step"]),
        ("log(x) + y**2", "gd(lr=0.1)", (-1, 1), "left_domain", ["at the start"]),
        ("x**2 + 100*y**2", "gd(lr=0.009)", (4, 1), "max_steps", ["narrow valley", "100"]),
        ("Abs(x) + Abs(y)", "gd(lr=0.3)", (1, 1.1), "max_steps", ["to and fro"]),
        (BOWL, "gd(lr=0.1, noise=0.5)", (4, 3), "max_steps", ["noise"]),
        (HIMMELBLAU, "gd(lr=0.1)", (4, 4), "diverged", ["overshooting", "stability limit"]),
        ("exp(-x**2 - y**2)", "gd(lr=0.1)", (3, 3), "max_steps", []),
        ("3 + 0*x", "gd(lr=0.1)", (3, 3), "stalled_on_plateau", ["on a plateau", "constant, f = 3"]),
        (
            "Piecewise((-1, x < 0), (1, True)) + 0*y",
            "adam(lr=0.1)",
            (3, 3),
            "stalled_on_plateau",
            ["on a plateau", "f = 1"],
        ),
        ("Max(0, x) + 0*y", "gd(lr=0.3)", (2, 1), "converged", ["onto a plateau", "x = −0.1, y = 1 f is 0"]),
        ("x**2 + 3*x*y + y**2", "gd(lr=0.001)", (1, 0.5), "max_steps", ["cannot arrive", "no minimum"]),
        ("x**2 + 3*x*y + y**2", "adam(lr=0.5)", (1, -1.2), "left_domain", ["cannot arrive"]),
        ("sin(x) + y**2", "gd(lr=0.05)", (-1, 0.5), "max_steps", ["nearly there"]),
        ("x**2 - y**2", "gd(lr=0.1)", (1, 0), "stalled_at_saddle", ["at x = 0, y = 0 the slope is 0"]),
        ("(y - x**2)*(y - 3*x**2)", "gd(lr=0.05)", (0, 0), "stalled_at_saddle", ["f is lower a little"]),
        ("Abs(x) + Abs(y)", "gd(lr=0.1)", (0, 0), "converged", ["already a minimum", "has a kink there"]),
        (VALLEY, "gd(lr=0.0399)", (4, 1), "max_steps", ["limit 0.04", "each step leaves 99.5 %"]),
        (
            VALLEY,
            "gd(lr=0.1, momentum=0.9)",
            (4, 1),
            "diverged",
            ["limit 0.076 ", "2/λ_max = 0.04 for plain"],
        ),
        (BOWL, "gd(lr=0.3, momentum=0.5)", (4, 3), "converged", ["left 70.17 %", "predicts 70.71 %"]),
        ("(x - 2)**2 + y**2", "gd(lr=0.1, weight_decay=0.5)", (4, 3), "max_steps", ["decay (λ = 0.5)"]),
        (BOWL, "gd(lr=0.1, schedule=exponential(gamma=0.9))", (4, 3), "max_steps", ["down to 7.839×10⁻¹¹"]),
        ("sin(50*x) + y**2", "gd(lr=0.1)", (1, 1), "diverged", ["from valley to valley"]),
        ("x**4/4 - x**2/2 + y**2", "gd(lr=0.001)", (0.1, 0), "max_steps", ["curves downwards"]),
        ("1/(1 + exp(-x)) + 0*y", "gd(lr=0.1)", (-14, 0), "max_steps", []),
        ("(x**2 + y**2)*10**-6", "gd(lr=100000)", (4, 3), "converged", []),
    ],
)
def test_outcomes_are_named_and_explained(text, spec, start, outcome, words):
    run = explained_run_of(text, spec, start)
    said = run.explanation.render()
    assert run.outcome == outcome, said
    for word in words:
        assert word in said


def test_without_stopping_exactly_n_steps_are_taken_whatever_happens():
    for text, spec in (
        (BOWL, "gd(lr=0.5)"),
        (SADDLE, "gd(lr=1)"),
        ("log(x)", "gd(lr=9)"),
        (HIMMELBLAU, "gd(lr=1)"),
    ):
        run = run_of(text, spec, (1.0, 1.0), steps=60, stop=False)
        assert run.steps == 60
    assert run_of(BOWL, "gd(lr=0.5)", (4, 3), steps=60, stop=False).outcome == "converged"


@pytest.mark.parametrize("spec", ["gd(lr=0.001)", "adam(lr=0.001)", "cg"])
def test_racers_share_the_room_for_their_runs(spec, monkeypatch):
    monkeypatch.setattr("engine.descent.record.RECORD_LIMIT", 6000)
    function = oracle(HIMMELBLAU)
    setup = setup_of(function, [(4.0, 3.0), (1.0, 2.0)])
    for count in (1, 4):
        racers = [parse_spec(spec)] * count
        racers.append(replace(racers[0], enabled=False))
        most = most_steps(setup, racers)
        for steps in (most // 5, most, most + 1, 10 * most):
            runs = descend(function, setup, racers, steps=steps, stop=False, memory=0)
            assert {run.steps for run in runs} == {min(steps, most)}
            size = 0
            for run in runs:
                assert isinstance(run.points, Replayed)
                scalars = [term.values for term in run.terms if term.role == "scalar"]
                kept = [run.points.kept.way, run.values, *run.norms, run.evaluations, *scalars]
                size += sum(array.size for array in kept)
            assert size <= 6000
    assert most_steps(setup, racers[:1]) > 3 * most


def test_a_forked_run_has_no_more_room_than_another(monkeypatch):
    monkeypatch.setattr("engine.descent.record.RECORD_LIMIT", 6000)
    function = oracle(BOWL)
    slow = GradientDescent(lr=0.001)
    racer = Racer(optimizer=slow, legs=(Leg(optimizer=slow, steps=700),))
    setup = setup_of(function)
    (run,) = descend(function, setup, [racer], steps=5000, stop=False)
    assert run.steps == most_steps(setup, [racer]) == 999


def test_runs_of_many_starts_equal_each_alone():
    function = oracle(HIMMELBLAU)
    starts = np.random.default_rng(0).uniform(-5, 5, (12, 2))
    for spec in ("gd(lr=0.01)", "adam(lr=0.2)", "rprop", "gd(lr=0.01, momentum=0.9)"):
        racers = [parse_spec(spec)]
        together = descend(function, setup_of(function, starts), racers, steps=150)
        for start, run in zip(starts, together, strict=True):
            (alone,) = descend(function, setup_of(function, [start]), racers, steps=150)
            assert (run.outcome, run.steps) == (alone.outcome, alone.steps)
            assert np.array_equal(run.points, alone.points)


def test_the_lean_loop_ends_where_the_recording_one_does():
    function = oracle(HIMMELBLAU)
    starts = np.random.default_rng(1).uniform(-5, 5, (200, 2))
    setup = setup_of(function, starts)
    racer = parse_spec("gd(lr=0.01)")
    endings = advance(Motion(function, racer, starts), setup.lo, setup.hi, steps=120)
    runs = descend(function, setup, [racer], steps=120)
    assert [OUTCOMES[code] for code in endings.codes] == [run.outcome for run in runs]
    assert endings.steps.tolist() == [run.steps for run in runs]
    assert np.array_equal(endings.points, [run.points[-1] for run in runs])


def test_of_thousands_of_runs_the_first_are_explained_and_all_are_named():
    function = oracle(BOWL)
    starts = np.random.default_rng(0).uniform(-5, 5, (1000, 2))
    setup = setup_of(function, starts)
    runs = explained(function, setup, descend(function, setup, [parse_spec("gd(lr=0.1)")], steps=100))
    assert "theory predicts" in runs[0].explanation.render()
    assert runs[-1].explanation.render().startswith("Converged in")
    assert runs[-1].explanation.render("ko") != runs[-1].explanation.render()


def test_racers_come_in_order_and_the_disabled_are_left_out():
    function = oracle(BOWL)
    racers = [parse_spec("gd"), Racer(enabled=False), parse_spec("adam")]
    runs = descend(function, setup_of(function, [(1, 1), (2, 2)]), racers, steps=3)
    assert [(run.racer_index, run.start_index) for run in runs] == [(0, 0), (0, 1), (2, 0), (2, 1)]


def test_noise_is_seeded_and_shared():
    first = run_of(BOWL, "gd(lr=0.1, noise=0.5)", (4, 3), seed=7)
    assert np.array_equal(first.points, run_of(BOWL, "gd(lr=0.1, noise=0.5)", (4, 3), seed=7).points)
    assert not np.array_equal(first.points, run_of(BOWL, "gd(lr=0.1, noise=0.5)", (4, 3), seed=8).points)
    noise = first.terms[0].values - first.gradients[:-1]
    other = run_of(HIMMELBLAU, "gd(lr=0.001, noise=0.5)", (1, 1), seed=7, steps=200)
    assert np.allclose(noise, other.terms[0].values - other.gradients[:-1], atol=1e-9)
    assert noise.std() == pytest.approx(0.5, rel=0.1)


def test_clipping_shortens_and_never_turns():
    run = run_of(HIMMELBLAU, "gd(lr=0.01, clip=2)", (4, 4), steps=20, stop=False)
    used = run.terms[0].values
    true = run.gradients[:-1]
    assert np.linalg.norm(used, axis=1).max() <= 2
    assert np.allclose(used[:, 0] * true[:, 1], used[:, 1] * true[:, 0])


def test_a_schedule_scales_the_steps():
    run = run_of(BOWL, "gd(lr=0.1, schedule=step(every=2, gamma=0.5))", (4, 3), steps=6, stop=False)
    rates = -run.terms[-1].values[:, 0] / run.gradients[:-1, 0]
    assert np.allclose(rates, [0.1, 0.1, 0.05, 0.05, 0.025, 0.025])


@pytest.mark.parametrize("name", METHODS)
def test_every_method_goes_downhill_and_keeps_to_its_budget(name):
    function = oracle("x**2 + 3*y**2 + x*y")
    racers = [Racer(optimizer=METHODS[name]())]
    starts = [(2.0, 1.0), (-1.0, 2.0)]
    for run in descend(function, setup_of(function, starts), racers, steps=100, budget=60):
        assert run.values[-1] < run.values[0]
        assert (np.diff(run.evaluations) >= 1).all()
        assert run.evaluations[-2] < 60


def test_any_number_of_variables():
    text = "+".join(f"{i}*x{i}**2" for i in range(1, 8))
    names = " ".join(f"x{i}" for i in range(1, 8))
    run = run_of(text, "gd(lr=0.1)", np.ones(7), names=names)
    assert run.outcome == "converged"
    assert run.points.shape[1] == 7
    assert run_of("x**2", "gd(lr=0.1)", (2.0,), names="x").outcome == "converged"


def test_no_steps_and_no_racers():
    assert run_of(BOWL, "gd", (4, 3), steps=0).steps == 0
    function = oracle(BOWL)
    assert descend(function, setup_of(function), [], steps=10) == ()


def test_can_be_cancelled_in_mid_run():
    calls = []

    def cancelled():
        calls.append(None)
        return len(calls) > 3

    with pytest.raises(Cancelled):
        run_of(BOWL, "gd(lr=0.000001)", (4, 3), steps=100_000, cancelled=cancelled)
