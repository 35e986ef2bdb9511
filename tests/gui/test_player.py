"""The player moves the playhead by the time that passed."""

import pytest

from engine.document.lab import Lab
from gui.player import BASE_RATE_STEPS_PER_S, Player
from gui.store import Store
from tests.gui.panels.fakes import growing, solve, solved_store


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(qapp: object) -> Store:
    return solved_store(Lab(steps=20))


@pytest.fixture
def player(store: Store, clock: Clock) -> Player:
    player = Player(store, clock)
    player._timer.stop()
    return player


def test_a_tick_advances_by_the_elapsed_time_and_not_by_one_frame(
    player: Player, store: Store, clock: Clock
) -> None:
    player.play()
    for elapsed_s in (0.016, 0.1, 0.004):
        clock.now_s += elapsed_s
        player.tick()
    assert store.view.t_steps == pytest.approx(0.12 * BASE_RATE_STEPS_PER_S)


def test_speed_is_a_factor(player: Player, store: Store, clock: Clock) -> None:
    store.set_view(speed=10.0)
    player.play()
    clock.now_s += 0.1
    player.tick()
    assert store.view.t_steps == pytest.approx(BASE_RATE_STEPS_PER_S)


def test_it_stops_at_the_end_and_plays_again_from_the_start(
    player: Player, store: Store, clock: Clock
) -> None:
    store.set_view(t_steps=19.9)
    player.play()
    clock.now_s += 0.4
    player.tick()
    assert store.view.t_steps == 20.0
    assert not store.view.playing
    player.play()
    assert store.view.t_steps == 0.0
    assert store.view.playing


def test_a_loop_shows_the_last_point_and_begins_again(player: Player, store: Store, clock: Clock) -> None:
    store.set_view(t_steps=19.9, loop=True)
    player.play()
    seen = []
    for _ in range(3):
        clock.now_s += 0.05
        player.tick()
        seen.append(store.view.t_steps)
    assert seen[:2] == [20.0, 0.0]
    assert seen[2] > 0.0
    assert store.view.playing


def test_steps_go_to_whole_steps_and_pause(player: Player, store: Store) -> None:
    store.set_view(t_steps=3.4)
    player.play()
    player.step_forward()
    assert (store.view.t_steps, store.view.playing) == (4.0, False)
    player.step_forward()
    assert store.view.t_steps == 5.0
    store.set_view(t_steps=3.4)
    player.step_back()
    assert store.view.t_steps == 3.0
    player.step_back()
    assert store.view.t_steps == 2.0


def test_the_ends_are_walls(player: Player, store: Store) -> None:
    player.step_back()
    assert store.view.t_steps == 0.0
    player.jump_to_end()
    player.step_forward()
    assert store.view.t_steps == 20.0
    player.restart()
    assert store.view.t_steps == 0.0


def test_a_long_sleep_of_the_machine_does_not_skip_the_film(
    player: Player, store: Store, clock: Clock
) -> None:
    player.play()
    clock.now_s += 3600.0
    player.tick()
    assert store.view.t_steps < 20.0


def test_nothing_plays_without_a_run(qapp: object, clock: Clock) -> None:
    store = Store()
    player = Player(store, clock)
    player.toggle()
    assert not store.view.playing


def test_the_state_in_the_store_drives_the_timer(player: Player, store: Store) -> None:
    store.set_view(playing=True)
    assert player._timer.isActive()
    store.set_view(playing=False)
    assert not player._timer.isActive()


def test_at_the_end_of_runs_that_grow_it_waits_for_more(player: Player, store: Store, clock: Clock) -> None:
    store.accept(growing(store, 5, 40))
    store.set_view(t_steps=4.9, loop=True)
    player.play()
    for step in (5, 6):
        store.accept(growing(store, step, 40))
        clock.now_s += 0.4
        player.tick()
        assert (store.view.t_steps, store.view.playing) == (step, True)
    player.toggle()
    assert not store.view.playing and store.view.held
    store.set_view(t_steps=2.0)
    player.play()
    assert not store.view.held and store.view.t_steps == 2.0, "it goes on where the playhead is"


def test_the_playhead_goes_along_with_runs_that_grow_if_it_was_at_their_end(
    player: Player, store: Store
) -> None:
    moments = []
    for step in (1, 4, 9):
        store.accept(growing(store, step, 40))
        moments.append(store.view.t_steps)
    assert moments == [1.0, 4.0, 9.0]
    player.seek(3.0)
    store.accept(growing(store, 12, 40))
    assert store.view.t_steps == 3.0
    store.edit(steps=40)  # other runs, which are not so far yet
    store.accept(growing(store, 2, 40))
    assert store.view.t_steps == 2.0
    store.accept(growing(store, 7, 40))
    assert store.view.t_steps == 3.0, "there, as soon as they are"
    player.jump_to_end()
    store.accept(solve(store.lab, store.revision))
    assert store.view.t_steps == 40.0


def test_another_look_leaves_runs_held_and_other_runs_begin_at_once(qapp: object) -> None:
    store = Store(Lab(steps=20))
    player = Player(store)
    store.accept(growing(store, 5, 40))
    player.toggle()
    store.accept(growing(store, 5, 40, held=True))
    store.edit_display(colormap="magma")
    assert store.view.held
    store.edit(seed=3)
    assert not store.view.held
    store.accept(growing(store, 5, 40))
    player.toggle()
    store.accept(solve(store.lab, store.revision))
    assert not store.view.held, "they were over before they could be held"
