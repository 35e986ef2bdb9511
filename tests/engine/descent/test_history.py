"""A history that does not keep every step: the same to the last bit as one that does, in its room."""

from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.cancellation import Cancelled
from engine.descent.batches import Batches
from engine.descent.forks import forked
from engine.descent.history import FIRST_STRIDE, LEAST_ROWS
from engine.descent.loop import descend
from engine.descent.rows import Replayed, kept_steps
from engine.descent.run import Run, norms_of
from engine.document.lab import Lab
from engine.document.network import Training
from engine.document.setup import Setup, resolve
from engine.formula import parse
from engine.function.objective import Objective
from engine.optimizers import METHODS, parse_spec
from tests.engine.functions import HIMMELBLAU, oracle, setup_of

ROWS, STEPS = 40, 80
MEMORY = 12_000  # bytes: not enough for any of the runs here
RANDOM = np.random.default_rng(0)
X = np.linspace(-1, 1, ROWS)
TABLE = {"x": X, "y": np.sin(3 * X)}
NEURONS = "mean((v_1 tanh(u_1 x + b_1) + v_2 tanh(u_2 x + b_2) + c - y)^2)"
STARTS = RANDOM.normal(size=(3, 7))
SPECS = [
    "gd(lr=0.05, momentum=0.9, nesterov=true)",
    "gd(lr=0.2, schedule=cosine(steps=100))",
    "gd(lr=0.1, noise=0.3)",
    "adam(lr=0.05, noise=0.1, clip_norm=0.2)",
    "lbfgs",
    'rule(lr=0.1, keep="b = 0.9 b + g", update="-η b")',
]


@pytest.fixture(scope="module")
def neurons() -> tuple[Objective, Setup]:
    """A small network of seven weights, written out; two of them drawn."""
    formula = parse(NEURONS, data=("x", "y"))
    setup, _ = resolve(Lab(formula=formula.text, others="free"), formula)
    assert setup is not None and len(setup.descended) == 7
    return Objective.bind(formula, setup.held, TABLE), replace(setup, starts=STARTS)


def both(objective, setup, racer, *, memory=MEMORY, **named) -> list[tuple[Run, Run]]:
    """The runs with all their steps kept, and with few."""
    run = partial(descend, objective, setup, [racer], **{"steps": STEPS, "stop": False, **named})
    return list(zip(run(), run(memory=memory), strict=True))


def assert_same(whole: Run, thin: Run) -> None:
    """Every number of every step, byte for byte; some of them after a jump."""
    assert isinstance(whole.points, np.ndarray)
    assert isinstance(thin.points, Replayed) and isinstance(thin.gradients, Replayed)
    assert (thin.steps, thin.outcome) == (whole.steps, whole.outcome)
    for step in (whole.steps // 2, *range(whole.steps + 1)):
        assert thin.points[step].tobytes() == whole.points[step].tobytes(), step
        assert thin.gradients[step].tobytes() == whole.gradients[step].tobytes(), step
    for one, other in zip(whole.terms, thin.terms, strict=True):
        assert (one.symbol, one.values.shape) == (other.symbol, other.values.shape)
        assert np.asarray(other.values).tobytes() == np.ascontiguousarray(one.values).tobytes(), one.symbol
    assert thin.values.tobytes() == whole.values.tobytes()
    assert thin.evaluations.tolist() == whole.evaluations.tolist()
    for norms, expected in zip(norms_of(thin), norms_of(whole), strict=True):
        assert norms.tobytes() == expected.tobytes()


@pytest.mark.parametrize("spec", SPECS)
def test_what_is_made_again_is_what_was(neurons: tuple[Objective, Setup], spec: str) -> None:
    for whole, thin in both(*neurons, parse_spec(spec)):
        assert_same(whole, thin)


@pytest.mark.long
@pytest.mark.parametrize("method", sorted(METHODS))
def test_of_every_method(method: str) -> None:
    function = oracle(HIMMELBLAU + " + z**2 + x*z", "x y z")
    setup = setup_of(function, [(4.0, 3.0, 1.0), (-1.0, 2.0, 0.5)])
    for whole, thin in both(function, setup, parse_spec(method), steps=24, memory=2000):
        assert_same(whole, thin)


@pytest.mark.parametrize("shuffle", [True, False])
def test_the_rows_of_each_step_are_the_same_too(neurons: tuple[Objective, Setup], shuffle: bool) -> None:
    objective, setup = neurons
    batches = Batches.of(objective, ROWS, Training(batch=7, shuffle=shuffle), seed=3)
    test = objective.on(np.arange(5))
    racer = parse_spec("adam(lr=0.05, noise=0.05)")
    for whole, thin in both(objective, setup, racer, batches=batches, tested=test, seed=3):
        assert_same(whole, thin)
        assert thin.batch_values.tobytes() == whole.batch_values.tobytes()
        assert thin.test_values.tobytes() == whole.test_values.tobytes()
    np.testing.assert_allclose(whole.values, objective.value(whole.points), rtol=1e-14)


def test_starts_that_end_early_leave_the_others_as_they_were() -> None:
    function = oracle("x**2 + 3*y**2 + z**2 + x*z", "x y z")
    starts = np.array([(4.0, 3.0, 1.0), (0.0, 0.0, 0.0), (1e-3, 0.0, 1e-3), (1e6, 1.0, 0.0)])
    for spec in ("gd(lr=0.05)", "gd(lr=0.4)", "newton"):
        for whole, thin in both(function, setup_of(function, starts), parse_spec(spec), stop=True, memory=0):
            assert_same(whole, thin)


def test_a_forked_run_is_one_history_after_another(neurons: tuple[Objective, Setup]) -> None:
    objective, setup = neurons
    racer = parse_spec("adam(lr=0.05)")
    branch = replace(forked(racer, 60), optimizer=replace(racer.optimizer, lr=0.01))
    for whole, thin in both(objective, setup, branch):
        assert_same(whole, thin)
        assert whole.before is not None and thin.before is not None
        assert_same(whole.before, thin.before)
        assert np.array_equal(thin.points[58:62], whole.points[58:62])
        assert np.array_equal(thin.points[:, list(setup.drawn)], whole.points[:, list(setup.drawn)])


def test_a_last_point_that_overflowed_is_left_out() -> None:
    function = oracle("x**4 + y**4 + z**4", "x y z")
    for whole, thin in both(
        function, setup_of(function, [(4.0, 3.0, 1.0)]), parse_spec("gd(lr=5)"), stop=True, memory=0
    ):
        assert whole.outcome == "diverged" and np.isfinite(whole.points).all()
        assert_same(whole, thin)


def test_it_is_read_like_an_array(neurons: tuple[Objective, Setup]) -> None:
    whole, thin = both(*neurons, parse_spec("adam"))[1]
    for index in (
        -1,
        slice(10, 14),
        slice(None, 4, 2),
        slice(5, 5),
        np.array([3, 79, 7]),
        (slice(None), [0, 1]),
        (slice(None), 1),
        (17, [5, 6]),
        (slice(2, 5), [4, 0]),
        (9, 3),
    ):
        assert np.array_equal(thin.points[index], whole.points[index]), index
    assert np.array_equal(np.asarray(thin.gradients), whole.gradients)
    for step in (STEPS + 1, -STEPS - 2):
        with pytest.raises(IndexError):
            thin.points[step]


def test_as_much_is_kept_as_there_is_room_for(neurons: tuple[Objective, Setup]) -> None:
    objective, setup = neurons
    racer, one = parse_spec("adam(lr=0.01)"), replace(setup, starts=STARTS[:1])
    strides = []
    for memory in (400_000, 100_000, 20_000):
        whole, thin = both(objective, one, racer, memory=memory, steps=2000)[0]
        history = thin.points.source.history
        strides.append(history.stride)
        # θ, m and v of Adam at each, and its own share of Python.
        assert sum(each.numbers for each in history._checkpoints) * 8 <= memory / 2
        assert np.array_equal(thin.points[1234], whole.points[1234])
        rows = history._rows.values()
        assert sum(row.numbers for row in rows) * 8 <= memory / 2 or len(rows) <= LEAST_ROWS
        assert kept_steps(thin.points).tolist() == list(range(0, 2001, history.stride))
    assert strides[0] == FIRST_STRIDE and strides == sorted(strides) and strides[-1] > strides[0]
    # What needs less than it was allowed is kept whole, however many steps it might have taken.
    (run,) = descend(objective, one, [racer], steps=20, memory=20_000)
    assert isinstance(run.points, np.ndarray)


class Counting:
    """An Objective that counts its gradients."""

    def __init__(self, objective: Objective) -> None:
        self.objective, self.count = objective, 0

    def __getattr__(self, name: str):
        return getattr(self.objective, name)

    def while_wanted(self, cancelled):
        return self

    def value_and_gradient(self, theta):
        self.count += 1
        return self.objective.value_and_gradient(theta)


def test_playing_forwards_takes_one_step_for_each_and_a_jump_at_most_k(
    neurons: tuple[Objective, Setup],
) -> None:
    objective, setup = Counting(neurons[0]), replace(neurons[1], starts=STARTS[:1])
    (run,) = descend(objective, setup, [parse_spec("adam")], steps=400, stop=False, memory=30_000)
    stride = run.points.source.history.stride
    assert stride > FIRST_STRIDE

    def spent(read) -> int:
        before = objective.count
        read()
        return objective.count - before

    assert spent(lambda: run.points[200]) <= stride + 2
    for step in range(201, 300):
        assert (
            spent(lambda step=step: (run.points[step], run.points[step - 1], run.terms[1].values[step])) <= 1
        )
    for step in (37, 399, 201, 12):
        assert spent(lambda step=step: run.points[step]) <= stride + 2
    back = sum(spent(lambda step=step: run.points[step]) for step in range(300, 100, -1))
    assert back <= 200 * stride / 4  # a replay leaves what is before it at hand
    for read in (lambda: run.points[0], lambda: run.points[-1], lambda: run.points[:, list(setup.drawn)]):
        assert spent(read) == 0


def test_a_replay_can_be_cancelled_and_goes_on_where_it_was(neurons: tuple[Objective, Setup]) -> None:
    _, thin = both(*neurons, parse_spec("gd"), steps=400)[0]
    asked = []
    with pytest.raises(Cancelled):
        thin.points.prepare(300, lambda: bool(asked.append(None)) or len(asked) > 5)
    assert not thin.points.at_hand(300)
    thin.points.prepare(300, lambda: False)
    assert thin.points.at_hand(300)
