"""Basin maps on a thread of their own: what is asked, and what comes back, coarse pictures first.

`BasinThread` lives on the GUI thread; the work is done on a thread where the latest question wins.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from engine.base.cancellation import CancelCheck
from engine.descent.basins import BasinMap, pixel_centers, setting_maps, start_maps
from engine.function.plane import Plane
from engine.optimizers import Racer
from engine.solving.solution import Solution
from engine.solving.worker import Worker
from gui.panels.basin_picture import PictureAxis


class StartsPlane(Struct, frozen=True):
    """Every pixel is a start in the drawn plane, two variables or directions, through the first start."""

    drawn: Plane


class SettingsPlane(Struct, frozen=True):
    """Every pixel is a pair of settings of the method, `across` and `up`, along the axes x and y."""

    x: PictureAxis
    y: PictureAxis
    across: str
    up: str


class BasinQuestion(Struct, frozen=True, eq=False, kw_only=True):
    """One map that is wanted, of n × n pixels."""

    number: int
    solution: Solution
    racer: Racer
    plane: StartsPlane | SettingsPlane
    n: int
    steps: int
    seed: int


Compute = Callable[[BasinQuestion, CancelCheck], Iterator[BasinMap]]


class BasinThread(QObject):
    """Asks for maps and hands them over; only those of the last question.

    Signals:
        map_ready(BasinMap). finished(): the last map of the question has come, or it failed.
    """

    map_ready = Signal(object)
    finished = Signal()
    _delivered = Signal(int, object)

    def __init__(self, parent: QObject | None = None, compute: Compute | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._compute = compute or compute_maps
        worker: Worker[BasinQuestion, tuple[int, BasinMap | None]] = Worker(
            self._handle, self._deliver, name="basins"
        )
        self._worker = worker
        self._delivered.connect(self._on_delivered, Qt.ConnectionType.QueuedConnection)
        # Also where the window goes with its parent, without being closed.
        self.destroyed.connect(lambda _gone: worker.close())

    def ask(
        self,
        solution: Solution,
        racer: Racer,
        plane: StartsPlane | SettingsPlane,
        n: int,
        *,
        steps: int,
        seed: int,
    ) -> None:
        """Give up the last question and work on this one."""
        self._number += 1
        self._worker.submit(
            BasinQuestion(
                number=self._number, solution=solution, racer=racer, plane=plane, n=n, steps=steps, seed=seed
            )
        )

    def cancel(self) -> None:
        """Give up; the picture stays as far as it has come."""
        self._number += 1
        self._worker.cancel()

    def close(self) -> None:
        self._worker.close()

    def _deliver(self, answer: tuple[int, BasinMap | None]) -> None:
        """On the worker's thread."""
        if isValid(self):
            self._delivered.emit(*answer)

    def _handle(
        self, question: BasinQuestion, cancelled: CancelCheck
    ) -> Iterator[tuple[int, BasinMap | None]]:
        try:
            for basin_map in self._compute(question, cancelled):
                yield question.number, basin_map
        except Exception:
            yield question.number, None
            raise  # to the log of the worker, which goes on
        yield question.number, None

    def _on_delivered(self, number: int, basin_map: BasinMap | None) -> None:
        if number != self._number:
            return
        if basin_map is None:
            self.finished.emit()
        else:
            self.map_ready.emit(basin_map)


def compute_maps(question: BasinQuestion, cancelled: CancelCheck) -> Iterator[BasinMap]:
    """The maps of `engine.descent.basins`, coarse first; none where the solution has not come far enough."""
    solution, plane, n = question.solution, question.plane, question.n
    function, setup = solution.objective, solution.setup
    if function is None or setup is None:
        return
    points = solution.analysis.critical_points if solution.analysis else ()
    minima = [point.point for point in points if point.kind == "minimum"]
    if isinstance(plane, StartsPlane):
        yield from start_maps(
            function,
            setup,
            question.racer,
            shape=(n, n),
            steps=question.steps,
            seed=question.seed,
            minima=minima,
            plane=plane.drawn,
            cancelled=cancelled,
        )
        return
    yield from setting_maps(
        function,
        setup,
        question.racer,
        (plane.across, pixel_centers(plane.x.lo, plane.x.hi, n, log=plane.x.log)),
        (plane.up, pixel_centers(plane.y.lo, plane.y.hi, n, log=plane.y.log)),
        steps=question.steps,
        seed=question.seed,
        minima=minima,
        cancelled=cancelled,
    )
