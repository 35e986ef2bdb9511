"""Lab → Solution, stage by stage; a stage whose own inputs did not change is not done again.

Runs on the engine thread (or in a command, or a test: it is an ordinary generator).
"""

import logging
import time
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.base.i18n import Message
from engine.descent.batches import steps_of
from engine.descent.run import Run
from engine.document.lab import Lab
from engine.document.marks import marked
from engine.document.network_letters import spelled_out
from engine.document.network_setup import examples_of
from engine.document.setup import Problem, Setup, formula_of
from engine.formula import Formula, FormulaError
from engine.formula.ast import without_spans
from engine.function.field import Quality
from engine.function.objective import Objective
from engine.solving.analysing import analysed
from engine.solving.descending import FIRST_IN_GESTURE_S, FIRST_S, Progress, Underway, begin, parts_of
from engine.solving.hindrances import fit_to_run, of_field, of_room
from engine.solving.kept import Kept
from engine.solving.outcomes import explained, named
from engine.solving.posing import Posed, network_derivation, objectives_of, pose_formula, pose_network
from engine.solving.sampling import Look, Slices
from engine.solving.solution import Solution
from engine.symbolic import Derivation, Deriver, Entry, Late

PATIENCE_S: Final = 0.25  # how long the runs wait for the derivatives to be written
MOST_DRAFTED: Final = 8  # variables of a function whose runs are explained in mid-gesture, too
SECOND: Final = 4  # the most free variables for which all second derivatives are written out
DEFAULT_VARIABLES: Final = ("x", "y")

T = TypeVar("T")
log = logging.getLogger(__name__)


class Request(Struct, frozen=True):
    """A Lab to be solved.

    Attributes:
        quality: "draft" for a picture in mid-gesture, with a coarser field and no analysis.
        partials, second: the most variables for which all first and second derivatives are written out.
        asked: others that somebody looks at, by the names of one or two variables.
        live: whether somebody sees the Solutions on the way, those of a descent that is not over among them.
        look: what of more variables than two that somebody looks at.
    """

    revision: int
    lab: Lab
    quality: Quality = "full"
    partials: int = 12
    second: int = SECOND
    asked: tuple[tuple[str, ...], ...] = ()
    live: bool = False
    look: Look | None = None

    def entries(self, setup: Setup) -> tuple[Entry, ...]:
        """The derivatives to write, first ones first."""
        names = setup.variables
        place = {name: i for i, name in enumerate(names)}
        free = [place[name] for name in setup.descended]
        first = [(i,) for i in range(len(names))] if len(names) <= self.partials else []
        second = [(i, j) for i in free for j in free if i <= j] if len(free) <= self.second else []
        asked = [tuple(sorted(place[n] for n in each)) for each in self.asked if place.keys() >= set(each)]
        return tuple(dict.fromkeys((*first, *second, *asked)))


class Solver:
    """Keeps the last result of every stage, and the child process that derives.

    Not for two threads at once.
    """

    def __init__(self, deriver: Deriver | None = None) -> None:
        self.deriver = deriver or Deriver()
        self._kept = Kept()
        self._shown: Solution | None = None

    def close(self) -> None:
        """End the child process."""
        self.deriver.close()

    def solve(
        self, request: Request, cancelled: CancelCheck = never, held: CancelCheck = never
    ) -> Iterator[Solution]:
        """Yield ever more complete Solutions; the last one is complete or has a fatal problem.

        What a stage has not renewed yet is carried over from the last Solution, so that a view never blanks.

        Args:
            held: says when the descent is to stay where it is; the stages after it have the runs so far. The
                same request again, when it says so no more, goes on with the descent from there.

        Raises:
            Cancelled: as soon as `cancelled` says so.
        """
        for solution in self._stages(request, cancelled, held):
            self._shown = solution
            yield solution

    def unsolved(self, request: Request, *problems: Problem) -> Solution:
        """The last Solution under the name of `request`: what is shown while, or because, nothing is new."""
        shown = self._shown or Solution(revision=request.revision, lab=request.lab)
        stopped = any(problem.fatal for problem in problems)
        return replace(
            shown,
            revision=request.revision,
            lab=request.lab,
            stage="parse",
            section=None,
            descending=None if stopped else shown.descending,
            problems=problems,
        )

    def _stages(self, request: Request, cancelled: CancelCheck, held: CancelCheck) -> Iterator[Solution]:
        lab = request.lab
        base = self.unsolved(request)
        posed, problems = self._posed(lab)
        if posed is None:
            yield self.unsolved(request, *problems)
            return
        formula, setup = posed.formula, posed.setup

        # What is soon written is shown at once; the rest comes after the runs, which wait for nobody.
        written_of, entries = self._to_write(request, posed)
        patience_s = PATIENCE_S if self.deriver.ready else 0.0
        written = self._write(written_of, entries, time.monotonic() + patience_s, cancelled)
        derivation = self._derivation(posed, lab, written_of)
        if written is not None and request.quality == "full":  # a gesture changes no formula
            yield replace(base, stage="derive", formula=formula, derivation=derivation, problems=problems)

        racers, racer_problems = fit_to_run(marked(lab.racers))
        problems = (*problems, *(written or ()), *racer_problems)
        objective, tested = self._objectives(posed, lab)
        wanted = objective.while_wanted(cancelled)
        slices = Slices(
            self._kept, objective, wanted, setup, lab, request.quality, request.live, request.look, cancelled
        )
        field = slices.first()
        _check(cancelled)
        solution = Solution(
            revision=request.revision,
            lab=lab,
            stage="descend",
            formula=formula,
            setup=setup,
            derivation=derivation,
            objective=objective,
            field=field,
            analysis=self._kept.get("analyse", _about(objective, setup)),
            examples=posed.examples,
            problems=problems,
        )
        rows = objective.rows if formula.columns else 1
        steps = (steps_of(lab.training, rows) if formula.columns else None) or lab.steps
        key = (id(objective), setup, racers, steps, lab.stop, lab.seed, lab.evaluations, lab.training)
        way = self._descend(
            key, lambda: begin(objective, tested, setup, racers, lab, steps, rows), request, cancelled, held
        )
        seen = False
        while True:
            try:
                runs, progress = next(way)
            except StopIteration as finished:
                runs, progress = finished.value
                break
            solution = replace(solution, runs=named(setup, runs), descending=progress)
            if not seen:
                solution, seen = slices.seen(solution), True
                solution = replace(solution, problems=(*problems, *of_field(solution.field, formula)))
            yield solution
        solution = replace(
            solution,
            runs=self._told(wanted, setup, runs, request.quality, cancelled),
            descending=progress,
        )
        if not seen or request.quality == "draft":
            solution = slices.seen(solution)
        solution = replace(
            solution,
            problems=(
                *problems,
                *of_field(solution.field, formula),
                *(of_room(setup, racers, steps, runs) if progress is None else ()),
            ),
        )
        yield solution
        if request.quality == "draft":
            return
        _check(cancelled)
        if slices.soon != "full" and not slices.is_aside:
            solution = replace(solution, field=slices.own("full"))
            yield solution
        if written is None:
            failed = self._write(written_of, entries, None, cancelled) or ()
            solution = replace(
                solution,
                derivation=self._derivation(posed, lab, written_of),
                problems=(*solution.problems, *failed),
            )
            yield solution
        fine = solution.field
        assert fine is not None
        about = _about(objective, setup)
        analysis = analysed(self._kept.get_or, about, wanted, setup, fine, solution.runs, cancelled)
        yield replace(solution, stage="analyse", analysis=analysis)

    def _descend(
        self,
        key: Hashable,
        begin: Callable[[], Underway],
        request: Request,
        cancelled: CancelCheck,
        held: CancelCheck,
    ) -> Generator[tuple[tuple[Run, ...], Progress], None, tuple[tuple[Run, ...], Progress | None]]:
        """The runs, in parts while they go on; what was begun for another request is gone on with."""
        kept = self._kept.get("descend", key)
        if kept is not None:
            return kept, None
        first_s = None
        if request.live:
            first_s = FIRST_S if request.quality == "full" else FIRST_IN_GESTURE_S
        underway = self._kept.get_or("underway", key, begin)
        runs, progress = yield from parts_of(underway, first_s=first_s, cancelled=cancelled, held=held)
        if progress is None:
            self._kept.keep("descend", key, runs)
            self._kept.drop("underway")
        return runs, progress

    def _told(
        self,
        function: Objective,
        setup: Setup,
        runs: tuple[Run, ...],
        quality: Quality,
        cancelled: CancelCheck,
    ) -> tuple[Run, ...]:
        """The runs with what is said of them: in mid-gesture of many variables only how they end."""
        if quality != "full" and len(setup.descended) > MOST_DRAFTED:
            return named(setup, runs)
        return self._kept.get_or("explain", runs, lambda: explained(function, setup, runs, cancelled))

    def _posed(self, lab: Lab) -> tuple[Posed | None, tuple[Problem, ...]]:
        """The function that a Lab is about and its variables; None where a problem is fatal."""
        if lab.network is None:
            try:
                return pose_formula(lab, self._parse(lab))
            except FormulaError as error:
                return None, (Problem("formula", error.message, error.span, error.hint),)
        examples, problems = self._kept.get_or(
            "examples", (lab.network, lab.data, lab.training.split, lab.seed), lambda: examples_of(lab)
        )
        if examples is None:
            return None, problems
        posed, more = pose_network(lab, examples)
        return posed, (*problems, *more)

    def _parse(self, lab: Lab) -> Formula:
        key = (lab.formula, lab.data, lab.order, lab.loss)
        formula = self._kept.get_or("parse", key, lambda: formula_of(lab))
        if not formula.variables:  # a constant is drawn over the usual plane
            formula = replace(formula, variables=DEFAULT_VARIABLES)
        return formula

    def _to_write(self, request: Request, posed: Posed) -> tuple[Formula, tuple[Entry, ...]]:
        """What derivatives are written of, and which; of a network those that are asked for, if it can be."""
        network, examples = request.lab.network, posed.examples
        if network is None or examples is None:
            return posed.formula, request.entries(posed.setup)
        spelled = None
        if request.asked:
            spelled = self._kept.get_or(
                "spell",
                (id(examples), network.layers, network.loss, network.penalty),
                lambda: spelled_out(network, examples),
            )
        if spelled is None:
            return posed.formula, ()
        asked = replace(request, partials=0, second=0)
        return spelled, asked.entries(posed.setup)

    def _derivation(self, posed: Posed, lab: Lab, of: Formula) -> Derivation:
        """What is written of the function as far as it is."""
        if posed.examples is None:
            return self.deriver.known(of)
        derivation = network_derivation(posed, lab)
        return (
            derivation if of is posed.formula else replace(derivation, written=self.deriver.known(of).written)
        )

    def _write(
        self, formula: Formula, entries: Sequence[Entry], until: float | None, cancelled: CancelCheck
    ) -> tuple[Problem, ...] | None:
        """Have the derivatives written; what went wrong, or None where they are not all there by `until`."""
        failures: list[Message] = []  # one that has values has no hash
        for entry in entries:
            try:
                failure = self.deriver.write(formula, entry, until=until, cancelled=cancelled)
            except Late:
                return None
            if failure is not None:
                failures += [failure] if failure not in failures else []
                if len(entry) == 1:
                    break  # the others would fail as slowly
        return tuple(Problem("formula", failure, (0, len(formula.text)), fatal=False) for failure in failures)

    def _objectives(self, posed: Posed, lab: Lab) -> tuple[Objective, Objective | None]:
        formula, network, training = posed.formula, lab.network, lab.training
        held = tuple(posed.setup.held.items())
        key: Hashable
        if network is None:
            split = (training.split, lab.seed) if training.split and formula.columns else ()
            key = (without_spans(formula.expanded), formula.variables, held, lab.data, split)
        else:
            key = (id(posed.examples), network.layers, network.loss, network.penalty, held)
        return self._kept.get_or("objective", key, lambda: objectives_of(posed, lab))


def _about(objective: Objective, setup: Setup) -> Hashable:
    """What an Analysis hangs on."""
    return (id(objective), setup.axes, tuple(setup.lo), tuple(setup.hi))


def report_request(lab: Lab, asked: Sequence[str] = ()) -> Request:
    """The request of who wants to print, write or export what a Lab comes to.

    Args:
        asked: variables whose partials are wanted however many there are.
    """
    return Request(0, lab, partials=64, second=12, asked=tuple((name,) for name in asked))


def solve(lab: Lab, deriver: Deriver | None = None) -> Solution:
    """Solve `lab` to the end, in this thread."""
    solver = Solver(deriver)
    try:
        *_, solution = solver.solve(report_request(lab))
    finally:
        if deriver is None:
            solver.close()
    return solution


def _check(cancelled: CancelCheck) -> None:
    if cancelled():
        raise Cancelled
