"""The store: undo, drafts, stale Solutions. No window, no engine."""

from msgspec.structs import replace

from engine.document.lab import Lab
from engine.solving.solution import Solution
from gui.edits import edited
from gui.store import UNDO_LIMIT, Change, Store


class Log:
    """What the store asked for and announced."""

    def __init__(self, store: Store) -> None:
        self.requests: list[tuple[int, Lab, str]] = []
        self.changes: list[Change] = []
        self.solutions: list[Solution] = []
        store.solve_requested.connect(lambda *request: self.requests.append(request))
        store.lab_changed.connect(self.changes.append)
        store.solution_changed.connect(self.solutions.append)


def solution(store: Store, stage: str = "descend") -> Solution:
    return Solution(revision=store.revision, lab=store.lab, stage=stage)  # type: ignore[arg-type]


def test_an_edit_names_its_fields_and_its_initiator(qapp: object) -> None:
    store = Store()
    log = Log(store)
    store.edit(formula="x", initiator=log)
    assert log.changes == [Change(frozenset({"formula"}), log)]
    assert [(revision, lab.formula) for revision, lab, _ in log.requests] == [(1, "x")]


def test_undo_and_redo_walk_through_the_labs(qapp: object) -> None:
    store = Store(Lab(formula="a"))
    for text in "bcd":
        store.edit(formula=text)
    store.undo()
    store.undo()
    assert store.lab.formula == "b"
    store.redo()
    assert store.lab.formula == "c"
    store.edit(formula="e")
    assert not store.can_redo
    store.undo()
    assert store.lab.formula == "c"


def test_a_gesture_undoes_as_one(qapp: object) -> None:
    store = Store(Lab(steps=1))
    for steps in range(2, 9):
        store.edit(steps=steps, merge_key="drag")
    store.end_merge()
    store.edit(steps=20, merge_key="drag")
    store.undo()
    assert store.lab.steps == 8
    store.undo()
    assert store.lab.steps == 1
    assert not store.can_undo


def test_undo_is_capped(qapp: object) -> None:
    store = Store()
    for steps in range(UNDO_LIMIT + 50):
        store.edit(steps=steps)
    undone = 0
    while store.can_undo:
        store.undo()
        undone += 1
    assert undone == UNDO_LIMIT


def test_a_stale_solution_is_never_shown(qapp: object) -> None:
    store = Store()
    log = Log(store)
    old = solution(store)
    store.edit(formula="x")
    assert not store.accept(old)
    assert store.accept(solution(store))
    assert [shown.lab.formula for shown in log.solutions] == ["x"]


def test_a_drag_keeps_only_the_newest_edit_until_a_draft_is_shown(qapp: object) -> None:
    store = Store(Lab(steps=0))
    log = Log(store)
    for steps in range(1, 100):
        store.edit(steps=steps, merge_key="drag", quality="draft")
    assert [lab.steps for _, lab, _ in log.requests] == [1]
    store.accept(solution(store, "derive"))
    assert [lab.steps for _, lab, _ in log.requests] == [1]
    store.accept(solution(store))
    assert [lab.steps for _, lab, _ in log.requests] == [1, 99]
    store.edit(steps=100, merge_key="drag", quality="draft")
    store.edit(steps=101, merge_key="drag")
    assert [(lab.steps, quality) for _, lab, quality in log.requests] == [
        (1, "draft"),
        (99, "draft"),
        (101, "full"),
    ]
    store.accept(solution(store))
    assert store.lab.steps == 101
    store.undo()
    assert store.lab.steps == 0


def test_loading_forgets_the_history_and_is_not_a_change(qapp: object) -> None:
    store = Store()
    store.edit(formula="x")
    assert store.modified
    store.load(Lab(formula="y"))
    assert not store.modified
    assert not store.can_undo


def test_the_document_has_the_camera_of_the_view(qapp: object) -> None:
    store = Store()
    camera = replace(store.view.camera, azimuth_deg=12)
    store.set_view(camera=camera)
    assert store.document().camera == camera
    assert not store.modified


def test_the_playhead_stays_within_the_runs(qapp: object) -> None:
    store = Store()
    store.accept(solution(store))
    store.set_view(t_steps=9)
    assert store.view.t_steps == 0
    assert store.frame is not None


def test_undo_and_redo_say_what() -> None:
    store = Store(Lab())
    assert store.around(undo=True) is None and store.around(undo=False) is None
    store.edit(starts=({"x": 1.0},))
    store.edit(formula="x y")
    assert store.around(undo=True) and edited(*store.around(undo=True)).text == "formula"
    store.undo()
    assert store.around(undo=True) and edited(*store.around(undo=True)).text == "start"
    assert store.around(undo=False) and edited(*store.around(undo=False)).text == "formula"
    assert edited(store.lab, store.lab) is None
    assert edited(Lab(), Lab(display=replace(Lab().display, colormap="magma"))).text == "look of the picture"
