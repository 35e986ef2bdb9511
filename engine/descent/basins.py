"""Basin maps: which minimum the run from each start reaches, or the run with each pair of settings.

A map is refined progressively: first every 16th pixel of every 16th row, then the ones between; each picture
is complete, with the pixels that are still open painted like their nearest known neighbour.
Runs on any thread but the GUI's; numpy only.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.descent.loop import advance
from engine.descent.motion import Motion
from engine.descent.record import Endings
from engine.descent.run import Outcome
from engine.descent.stopping import CONVERGED, OUTCOMES
from engine.document.setup import Setup
from engine.function.box import box_widths
from engine.function.plane import Plane
from engine.optimizers import Racer
from engine.program.function import Function

COARSEST: Final = 16  # pixels between those of the first picture
BLOCK: Final = 8192  # runs moved together: their arrays stay in the processor's cache
SAME: Final = 0.01  # widths: ends nearer than this are one minimum
NEAR: Final = 0.02  # widths: a run that is still under way counts as arrived when this near to a minimum
MOST_MINIMA: Final = 64

Run = Callable[[NDArray[np.intp], NDArray[np.intp]], Endings]
"""(rows, columns) of some pixels → where their runs end."""


class BasinMap(Struct, frozen=True, eq=False, kw_only=True):
    """One picture of a map.

    Attributes:
        labels: (ny, nx), of each pixel: which of `minima` its run reaches, then which of `others`.
            labels[j, i] belongs to x_i, y_j: row 0 is the lowest.
        steps: (ny, nx), that its run took.
        minima: (m, d) each a point; the first ones keep their place from picture to picture.
        others: how the other runs end; "converged": to one of too many minima.
        progress: from 0 to 1, where the map is complete.
    """

    labels: NDArray[np.int16]
    steps: NDArray[np.int32]
    minima: tuple[Floats, ...]
    others: tuple[Outcome, ...]
    progress: float


def pixel_centers(lo: float, hi: float, count: int, *, log: bool = False) -> Floats:
    """The values that `count` pixels stand for, (count,): the middles of equal parts, by ratio if `log`.

    >>> pixel_centers(0.0, 1.0, 4).tolist()
    [0.125, 0.375, 0.625, 0.875]
    """
    parts = (np.arange(count) + 0.5) / count
    if log:
        return np.asarray(np.exp(np.log(lo) + parts * (np.log(hi) - np.log(lo))))
    return lo + parts * (hi - lo)


def start_maps(
    function: Function,
    setup: Setup,
    racer: Racer,
    *,
    shape: tuple[int, int],
    steps: int,
    seed: int = 0,
    minima: Sequence[Floats] = (),
    plane: Plane | None = None,
    cancelled: CancelCheck = never,
) -> Iterator[BasinMap]:
    """The map over the drawn plane: each pixel is a start, across it all are as the first start.

    Args:
        plane: whose axes; default the drawn variables of `setup`.
        shape: (ny, nx) pixels. steps: the budget of each run. minima: known ones, (d,) each; more are found.

    Raises:
        Cancelled: `cancelled` said so.
        ValueError: fewer than two variables are drawn.
    """
    axes = plane or Plane.of(setup, setup.starts[0])
    if axes.count < 2:
        raise ValueError("a basin map needs two drawn variables")
    x = pixel_centers(axes.axes[0].lo, axes.axes[0].hi, shape[1])
    y = pixel_centers(axes.axes[1].lo, axes.axes[1].hi, shape[0])

    def run(j: NDArray[np.intp], i: NDArray[np.intp]) -> Endings:
        starts = axes.moved(setup.starts[0], np.stack([x[i], y[j]], axis=-1))
        motion = Motion(function, racer, starts, seed=seed)
        return advance(motion, setup.lo, setup.hi, steps=steps, cancelled=cancelled)

    return _refined(run, setup, shape, minima, cancelled)


def setting_maps(
    function: Function,
    setup: Setup,
    racer: Racer,
    across: tuple[str, Floats],
    up: tuple[str, Floats],
    *,
    steps: int,
    seed: int = 0,
    minima: Sequence[Floats] = (),
    cancelled: CancelCheck = never,
) -> Iterator[BasinMap]:
    """The map over two settings of the optimizer: each pixel is a run from the first start.

    Args:
        across, up: a setting's name and its values, (nx,) and (ny,), e.g. of `pixel_centers`. Runs that
            differ in settings of `Method.by_start` alone move together, which is many times faster.

    Raises:
        Cancelled: `cancelled` said so.
        AttributeError: the method has no such setting.
    """

    def run(j: NDArray[np.intp], i: NDArray[np.intp]) -> Endings:
        chosen = {across[0]: across[1][i], up[0]: up[1][j]}
        varied = {name: chosen.pop(name) for name in (across[0], up[0]) if name in racer.optimizer.by_start}
        endings = _nothing(len(i), setup.starts.shape[1])
        columns = list(chosen.values())
        keys = np.stack(columns, axis=-1) if columns else np.zeros((len(i), 1))
        for key, rows in _groups(keys):
            if cancelled():
                raise Cancelled
            motion = Motion(
                function,
                _with_settings(racer, dict(zip(chosen, key, strict=False))),
                np.tile(setup.starts[0], (len(rows) if varied else 1, 1)),
                seed=seed,
                varied={name: each[rows] for name, each in varied.items()},
            )
            part = advance(motion, setup.lo, setup.hi, steps=steps, cancelled=cancelled)
            for name in ("points", "steps", "codes", "evaluations"):
                getattr(endings, name)[rows] = getattr(part, name)
        return endings

    return _refined(run, setup, (len(up[1]), len(across[1])), minima, cancelled)


def _with_settings(racer: Racer, values: dict[str, float]) -> Racer:
    """The racer with some settings of its optimizer changed; a whole number stays one."""
    optimizer = racer.optimizer
    changes = {
        name: round(value) if isinstance(getattr(optimizer, name), int) else float(value)
        for name, value in values.items()
    }
    return msgspec.structs.replace(racer, optimizer=msgspec.structs.replace(optimizer, **changes))


def _groups(keys: Floats) -> Iterator[tuple[Floats, NDArray[np.intp]]]:
    """The rows of keys (n, k) that are equal: each different key with its indices."""
    different, member = np.unique(keys, axis=0, return_inverse=True)
    member = member.reshape(-1)
    for number, key in enumerate(different):
        yield key, np.flatnonzero(member == number)


def _nothing(count: int, d: int) -> Endings:
    return Endings(
        np.empty((count, d)), np.zeros(count, np.int64), np.zeros(count, np.int8), np.zeros(count, np.int64)
    )


def _refined(
    run: Run, setup: Setup, shape: tuple[int, int], minima: Sequence[Floats], cancelled: CancelCheck
) -> Iterator[BasinMap]:
    """Ever finer pictures of the map that `run` computes."""
    known = _Minima(setup, minima)
    labels = np.full(shape, -1, np.int16)  # −1 − code of a run that reaches no minimum
    steps = np.zeros(shape, np.int32)
    done = np.zeros(shape, bool)
    stride = COARSEST
    while stride >= 1:
        rows, columns = np.meshgrid(
            np.arange(0, shape[0], stride), np.arange(0, shape[1], stride), indexing="ij"
        )
        fresh = ~done[rows, columns]
        rows, columns = rows[fresh], columns[fresh]
        for first in range(0, len(rows), BLOCK):
            if cancelled():
                raise Cancelled
            j, i = rows[first : first + BLOCK], columns[first : first + BLOCK]
            endings = run(j, i)
            labels[j, i] = known.labels(endings)
            steps[j, i] = endings.steps
            done[j, i] = True
            finer = stride if first + BLOCK >= len(rows) else 2 * stride
            if stride == COARSEST and finer != stride:
                continue  # the first picture has every pixel of its own grid
            yield _picture(labels, steps, done, stride, known, float(done.mean()))
        stride //= 2


def _picture(
    labels: NDArray[np.int16],
    steps: NDArray[np.int32],
    done: NDArray[np.bool_],
    stride: int,
    known: "_Minima",
    progress: float,
) -> BasinMap:
    """The picture of what is done, each open pixel like the done one at the corner of its cell."""
    indices = np.indices(labels.shape)
    j, i = indices[0], indices[1]
    size = stride
    while True:
        at = (j // size * size, i // size * size)
        j, i = np.where(done[at], at[0], j), np.where(done[at], at[1], i)
        if done[j, i].all():
            break
        size *= 2
    painted: NDArray[np.int64] = labels[j, i].astype(np.int64)
    codes = [int(code) for code in np.unique(-1 - painted[painted < 0])]
    for number, code in enumerate(codes):
        painted = np.where(painted == -1 - code, len(known.points) + number, painted)
    return BasinMap(
        labels=painted.astype(np.int16),
        steps=steps[j, i],
        minima=tuple(known.points),
        others=tuple(OUTCOMES[code] for code in codes),
        progress=progress,
    )


class _Minima:
    """The minima that runs have reached so far."""

    def __init__(self, setup: Setup, points: Sequence[Floats]) -> None:
        self.widths = box_widths(setup.lo, setup.hi)
        self.points = [np.asarray(point, dtype=np.float64) for point in points][:MOST_MINIMA]

    def labels(self, endings: Endings) -> NDArray[np.int16]:
        """Of each run the index of its minimum, or −1 − its code; new minima are added."""
        labels = (-1 - endings.codes).astype(np.int16)
        converged = np.flatnonzero(endings.codes == CONVERGED)
        self._match(labels, endings, converged, SAME)
        while len(self.points) < MOST_MINIMA:
            lost = converged[labels[converged] < 0]
            if not len(lost):
                break
            self.points.append(endings.points[lost[0]].copy())
            self._match(labels, endings, lost, SAME)
        self._match(labels, endings, np.flatnonzero(endings.codes == 0), NEAR)
        return labels

    def _match(
        self, labels: NDArray[np.int16], endings: Endings, which: NDArray[np.intp], reach: float
    ) -> None:
        """Label those of the runs `which` that end within `reach` of a known minimum."""
        if not self.points or not len(which):
            return
        nearest = np.full(len(which), reach)
        for index, point in enumerate(self.points):
            with np.errstate(invalid="ignore"):
                away = (np.abs(endings.points[which] - point) / self.widths).max(axis=-1)
            closer = away < nearest
            nearest[closer] = away[closer]
            labels[which[closer]] = index
