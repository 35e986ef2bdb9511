"""What is drawn beside the Solution: the slice that follows the run, coarse while it moves and fine at rest;
planes of directions; never sampled on the GUI thread."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

import engine.solving.section as sections
from engine.document.axes import Axes, LineBetweenEnds, PrincipalComponents, RandomDirections, TwoVariables
from engine.document.lab import Data, Lab
from engine.function.field import FULL_RESOLUTION, MOVING_RESOLUTION
from engine.function.sampled import Field
from engine.solving.moving import starts_with
from engine.solving.stages import Solver
from engine.symbolic import Deriver
from gui.bridge import Bridge
from gui.store import Store
from tests.gui.test_bridge import Zoomed

pytestmark = pytest.mark.usefixtures("fine")

X = np.linspace(-1.0, 1.0, 7)
Y = np.tanh(1.3 * X - 0.4) * 0.8 + 0.1
NEURON = Lab(
    formula="mean((w_1 tanh(u_1 x + b_1) + c - y)^2)",
    order=("w_1", "u_1", "b_1", "c"),
    data=Data(columns=("x", "y"), rows=tuple(zip(X.tolist(), Y.tolist(), strict=True))),
    starts=({"w_1": -1.0, "u_1": 0.5, "b_1": 0.3, "c": 1.0},),
    steps=40,
)
TILTED = Lab(formula="x^2+y^2+(z-x)^2", others="free", starts=({"x": 3.0, "y": -2.0, "z": 4.0},), steps=30)


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Who sampled."""
    seen: set[int] = set()
    sample = sections.sample

    def watched(*args, **kwargs):
        seen.add(threading.get_ident())
        return sample(*args, **kwargs)

    monkeypatch.setattr(sections, "sample", watched)
    return seen


@pytest.fixture
def made(qtbot: QtBot, deriver: Deriver) -> Iterator[tuple[Store, Bridge]]:
    store = Store(TILTED)
    bridge = Bridge(store, Solver(deriver))
    store.request_solve()
    qtbot.waitUntil(lambda: bool(store.solution and store.solution.complete), timeout=20_000)
    yield store, bridge
    bridge.close()


def field_of(store: Store) -> Field:
    assert store.shown is not None and store.shown.field is not None
    return store.shown.field


def at_rest(qtbot: QtBot, store: Store) -> None:
    """Wait for the fine slice through the marker."""

    def is_fine() -> bool:
        field, frame = field_of(store), store.frame
        assert frame is not None
        return len(field.x) == FULL_RESOLUTION and not field.plane.distance(frame.markers[0].position)

    qtbot.waitUntil(is_fine, timeout=10_000)


def neuron(theta: list[np.ndarray]) -> np.ndarray:
    w, u, b, c = (part[..., None] for part in theta)
    return np.asarray(np.mean((w * np.tanh(u * X + b) + c - Y) ** 2, axis=-1))


def test_at_rest_the_slice_goes_through_the_point_at_the_playhead(
    qtbot: QtBot, made: tuple[Store, Bridge], threads: set[int]
) -> None:
    store, _ = made
    store.set_view(t_steps=12.5)
    at_rest(qtbot, store)
    field, frame = field_of(store), store.frame
    assert frame is not None
    x, y = np.meshgrid(field.x, field.y)
    assert np.abs(field.z - (x**2 + y**2 + (frame.markers[0].position[2] - x) ** 2)).max() < 1e-12
    assert threads and threading.get_ident() not in threads


def test_while_it_plays_the_slice_is_coarse_and_keeps_up(
    qtbot: QtBot, made: tuple[Store, Bridge], threads: set[int]
) -> None:
    store, _ = made
    seen: list[Field] = []
    store.section_changed.connect(lambda solution: seen.append(solution.field))
    store.set_view(playing=True)
    for k in range(1, 41):
        with qtbot.waitSignal(store.section_changed, timeout=5000):
            store.set_view(t_steps=k / 2)
    assert {len(field.x) for field in seen} == {MOVING_RESOLUTION}
    assert len(seen) == 40
    assert store.frame is not None
    assert float(seen[-1].plane.distance(store.frame.markers[0].position)) == 0.0
    assert len({(field.z_lo, field.z_hi) for field in seen}) <= 6  # the colours do not flicker
    store.set_view(playing=False)
    at_rest(qtbot, store)
    assert threading.get_ident() not in threads


def test_a_slow_function_is_seen_to_move(
    qtbot: QtBot, made: tuple[Store, Bridge], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The playhead does not cancel every slice by asking for the next one."""
    store, _ = made
    gate = threading.Semaphore(0)
    section = sections.section

    def slow(*args, **kwargs):
        assert gate.acquire(timeout=10)
        return section(*args, **kwargs)

    monkeypatch.setattr("gui.following.section", slow)
    store.set_view(playing=True)
    for k in range(1, 6):
        store.set_view(t_steps=float(k))
    with qtbot.waitSignal(store.section_changed):
        gate.release()
    assert store.frame is not None and store.solution is not None
    assert np.array_equal(field_of(store).plane.origin, store.solution.runs[0].points[1])
    with qtbot.waitSignal(store.section_changed):
        gate.release()
    assert np.array_equal(field_of(store).plane.origin, store.solution.runs[0].points[5])
    gate.release(10)


def test_at_the_start_and_for_who_stays_there_the_solutions_own_slice_is_drawn(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    store.set_view(t_steps=0.0)
    assert store.shown is store.solution  # at once
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    store.edit_display(follow=False)
    qtbot.waitUntil(lambda: store.shown is store.solution)
    store.undo()
    at_rest(qtbot, store)
    assert store.shown is not store.solution


def test_another_optimizer_keeps_the_slice_until_the_new_one_is_there(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    shown: list[Field] = []
    store.solution_changed.connect(lambda solution: shown.append(solution.field))
    before = field_of(store)
    store.edit(
        racers=(replace(store.lab.racers[0], optimizer=replace(store.lab.racers[0].optimizer, lr=0.3)),)
    )
    qtbot.waitUntil(lambda: len(shown) > 0, timeout=10_000)
    assert shown[0] is before
    qtbot.waitUntil(lambda: bool(store.solution and store.solution.complete), timeout=20_000)
    at_rest(qtbot, store)
    assert field_of(store) is not before


def test_a_loss_over_data_does_not_inherit_the_slice_of_another_function(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    store.load(NEURON)
    qtbot.waitUntil(lambda: bool(store.solution and store.solution.lab is store.lab), timeout=20_000)
    qtbot.waitUntil(lambda: bool(store.solution and store.solution.stage != "derive"), timeout=20_000)
    assert store.shown is store.solution
    store.set_view(t_steps=4.0)
    at_rest(qtbot, store)
    field, solution = field_of(store), store.solution
    assert solution is not None and solution.setup is not None
    theta = [np.full(field.z.shape, value) for value in solution.runs[0].points[4]]
    i, j = solution.setup.drawn
    theta[i], theta[j] = np.meshgrid(field.x, field.y)
    assert np.abs(field.z - neuron(theta)).max() < 1e-12


def test_a_zoomed_map_follows_too(qtbot: QtBot, made: tuple[Store, Bridge]) -> None:
    store, bridge = made
    view = Zoomed()
    view.in_sight = ((-5.0, 4.0), (-5.0, 2.0))  # type: ignore[assignment]
    bridge.serve_windows(view)
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    assert view.fields[-1].plane.coincides(field_of(store).plane)
    assert (view.fields[-1].x[-1], view.fields[-1].y[-1]) == (4.0, 2.0)
    assert (view.fields[-1].z_lo, view.fields[-1].z_hi) == (field_of(store).z_lo, field_of(store).z_hi)


def test_another_colour_needs_no_new_slice_and_other_levels_no_coarse_one(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    seen: list[Field] = []
    store.section_changed.connect(lambda solution: seen.append(solution.field))
    before = field_of(store)
    store.edit_display(colormap="magma")
    qtbot.waitUntil(lambda: bool(store.solution and store.solution.lab == store.lab), timeout=20_000)
    assert field_of(store) is before and not seen
    store.edit_display(level_count=8)
    qtbot.waitUntil(lambda: len(seen) > 0, timeout=20_000)
    assert len(seen[0].x) == FULL_RESOLUTION and len(seen[0].levels) < len(before.levels)


# Axes that are directions


def chosen(qtbot: QtBot, store: Store, axes: Axes) -> Field:
    """The Field of these axes, once it is fine."""
    store.edit(axes=axes)

    def is_there() -> bool:
        field = field_of(store)
        named = store.solution is not None and store.solution.lab.axes == axes
        return named and field.plane.directions is not None and len(field.x) == FULL_RESOLUTION

    qtbot.waitUntil(is_there, timeout=20_000)
    return field_of(store)


def test_principal_components_are_drawn_and_undone(
    qtbot: QtBot, made: tuple[Store, Bridge], threads: set[int]
) -> None:
    store, _ = made
    field = chosen(qtbot, store, PrincipalComponents())
    at = field.plane.moved(field.plane.origin, np.stack(np.meshgrid(field.x, field.y), axis=-1))
    x, y, z = np.moveaxis(at, -1, 0)
    assert np.abs(field.z - (x**2 + y**2 + (z - x) ** 2)).max() < 1e-9
    assert threading.get_ident() not in threads
    store.set_view(t_steps=7.0)
    assert field_of(store) is field  # through the end: it does not move
    store.undo()
    qtbot.waitUntil(lambda: field_of(store).plane.directions is None, timeout=10_000)


def test_random_directions_come_with_what_another_draw_would_change(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    chosen(qtbot, store, RandomDirections(seed=1))
    qtbot.waitUntil(lambda: store.redraw is not None, timeout=10_000)
    store.edit(axes=PrincipalComponents())
    qtbot.waitUntil(lambda: store.redraw is None, timeout=10_000)


def test_a_plane_that_follows_goes_through_the_run_with_the_same_axes(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    before = chosen(qtbot, store, PrincipalComponents(through="playhead")).plane
    store.set_view(t_steps=9.0)
    at_rest(qtbot, store)
    plane = field_of(store).plane
    assert plane.is_of(before) and plane.axes == before.axes and not plane.coincides(before)


def test_the_plane_does_not_turn_under_the_hand_that_drags_a_start_in_it(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    field = chosen(qtbot, store, PrincipalComponents())
    for k in range(1, 4):
        assert store.solution is not None and store.solution.setup is not None
        starts = starts_with(store.lab, store.solution.setup, field.plane, 0, (0.2 * k, 0.1))
        with qtbot.waitSignal(store.frame_changed, timeout=10_000):
            store.edit(starts=starts, merge_key="start", quality="draft")
        qtbot.waitUntil(lambda: not store.moving, timeout=10_000)
        assert field_of(store) is field
    store.edit(starts=starts, merge_key="start")
    qtbot.waitUntil(lambda: not field_of(store).plane.is_of(field.plane), timeout=20_000)
    store.undo()
    qtbot.waitUntil(lambda: field_of(store).plane.is_of(field.plane), timeout=20_000)


def test_axes_that_make_no_plane_leave_the_variables_and_say_why(
    qtbot: QtBot, made: tuple[Store, Bridge]
) -> None:
    store, _ = made
    chosen(qtbot, store, RandomDirections())
    store.edit(axes=LineBetweenEnds())
    qtbot.waitUntil(lambda: store.no_plane is not None, timeout=10_000)
    assert store.shown is store.solution
    store.edit(axes=TwoVariables())
    qtbot.waitUntil(lambda: store.no_plane is None, timeout=10_000)
