"""The fit of a model to its rows, as frozen values: what is drawn in `gui.network.fit_drawing`.

Arrays are float64 and are not changed once given. `seen` is the lowest and the highest ŷ to be in sight, kept
while playing; None: as it comes. Any thread; no Qt.
"""

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.base.arrays import Floats

MARGIN = 0.05  # of the range of the rows, around them


class CurveFit(Struct, frozen=True, eq=False, kw_only=True):
    """One input: the fitted curve among its rows.

    Attributes:
        names: TeX of the input and the target. x, fitted: the curve, (m,), x ascending.
        rows: (n, 2), input and target. predicted: ŷ of each row, (n,): the ends of the residuals.
        test: (n,) bool, the rows that are only tested on; None: none.
        probe: where the model is used by hand, x and ŷ, or None.
    """

    names: tuple[str, str]
    x: Floats
    fitted: Floats
    rows: Floats
    predicted: Floats
    test: NDArray[np.bool_] | None = None
    probe: tuple[float, float] | None = None
    seen: tuple[float, float] | None = None


class RegionFit(Struct, frozen=True, eq=False, kw_only=True):
    """Two inputs: what is predicted over them, and the rows.

    Attributes:
        names: TeX of the inputs. x: (nx,); y: (ny,); both ascending and even.
        values: (ny, nx): the probability of the second of two classes, or with no classes ŷ itself;
            (k, ny, nx): the probability of each of k classes.
        rows: (n, 2). targets: (n,): the number of the class, or y. classes: their names; () for none.
        predicted: (n,) like targets: rows on the wrong side are ringed; None: not known.
        probe: where the model is used by hand, or None.
    """

    names: tuple[str, str]
    x: Floats
    y: Floats
    values: Floats
    rows: Floats
    targets: Floats
    classes: tuple[str, ...] = ()
    predicted: Floats | None = None
    test: NDArray[np.bool_] | None = None
    probe: tuple[float, float] | None = None
    seen: tuple[float, float] | None = None


class PredictedFit(Struct, frozen=True, eq=False, kw_only=True):
    """Any number of inputs: ŷ against y, both (n,). name: TeX of the target."""

    name: str
    true: Floats
    predicted: Floats
    test: NDArray[np.bool_] | None = None
    seen: tuple[float, float] | None = None


class ConfusionFit(Struct, frozen=True, eq=False, kw_only=True):
    """Classes. counts: (k, k), how many rows of the class of the row were taken for that of the column."""

    counts: NDArray[np.intp]
    classes: tuple[str, ...]


FitPicture = CurveFit | RegionFit | PredictedFit | ConfusionFit

Range = tuple[float, float]


def ranges_of(picture: FitPicture) -> tuple[Range, Range]:
    """What of the plane is shown: all rows, of the curve what lies near them, of regions all."""
    if isinstance(picture, CurveFit):
        across = _range(picture.x, margin=0.0) if picture.x.size else _range(picture.rows[:, 0])
        # A curve that runs away between the rows does not flatten them.
        said = picture.predicted if picture.seen is None else np.array(picture.seen)
        low, high = _range(np.concatenate((picture.rows[:, 1], said)))
        return across, (low - MARGIN * (high - low), high + MARGIN * (high - low))
    if isinstance(picture, RegionFit):
        return _range(picture.x, margin=0.0), _range(picture.y, margin=0.0)
    if isinstance(picture, PredictedFit):
        said = picture.predicted if picture.seen is None else np.array(picture.seen)
        both = _range(np.concatenate((picture.true, said)))
        return both, both
    k = float(len(picture.classes))
    return (0.0, k), (0.0, k)


def _range(values: Floats, margin: float = MARGIN) -> Range:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    pad = margin * (high - low) or (0.5 * max(abs(high), 1e-9) if low == high else 0.0)
    return (low - pad, high + pad) if math.isfinite(high - low) else (-1.0, 1.0)


def accuracy(picture: ConfusionFit) -> float:
    """The share of rows that were taken for what they are; NaN without rows."""
    total = int(picture.counts.sum())
    return float(np.trace(picture.counts)) / total if total else math.nan
