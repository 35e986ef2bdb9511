"""What can be said of the whole function where it is constant, a plane or quadratic.

Runs on the engine thread; numpy only.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from engine.analysis.claims import Claim, Evidence
from engine.analysis.findings import CriticalPoint
from engine.analysis.landscape import Landscape
from engine.analysis.stability import LocalModel, local_model
from engine.analysis.wording import direction_text, number, place, stability
from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import unit
from engine.document.setup import Setup
from engine.function.sampled import Field
from engine.program.function import DENSE, dense_hessian

SAME_HESSIAN: Final = 1e-9  # relative: then L counts as quadratic
SAME_HEIGHT: Final = 1e-6  # of the largest value, or slope
SINGULAR: Final = 1e-9  # of the largest eigenvalue
FEW, SAMPLED, COMPARED = 6, 64, 8  # of few variables so many Hessians are compared, of more COMPARED
MORE: Final = 4000  # values beside the Hessians


class Quadratic(Struct, frozen=True):
    """The model that L is everywhere, and at how many places it was found to be."""

    model: LocalModel
    evidence: Evidence

    @property
    def falls_for_ever(self) -> bool:
        """Whether it has no minimum at all."""
        values = self.model.eigenvalues
        largest = float(np.abs(values).max())
        if values[0] < -SINGULAR * largest:
            return True
        return bool(np.abs(_slope_along_flat(self.model)).max(initial=0.0) > _tiny(self.model))


def quadratic_model(
    landscape: Landscape, setup: Setup, points: Sequence[CriticalPoint], field: Field | None
) -> Quadratic | None:
    """The model at the middle of the box, if L is that all over it; else None."""
    if len(points) > 1 or landscape.d > DENSE:
        return None
    random = np.random.default_rng(0)
    count = SAMPLED if landscape.d <= FEW else COMPARED
    theta = landscape.lo + landscape.widths * random.random((count, landscape.d))
    theta = np.concatenate([theta, *(point.point[None] for point in points)])
    hessians = dense_hessian(landscape.function, theta)
    if not np.isfinite(hessians).all():
        return None
    size = np.abs(hessians).max()
    slopes = landscape.function.gradient(theta)
    if size == 0 and not (slopes == slopes[0]).all():  # straight pieces with kinks between them, |x| + |y|
        return None
    # A Hessian like |x|'s is 0 wherever it is sampled; the gradient then gives the kink away.
    predicted = slopes[0] + np.einsum("ij,sj->si", hessians[0], theta - theta[0])
    steepness = max(float(np.abs(slopes).max()), 1e-300)
    if np.abs(hessians - hessians[0]).max() > SAME_HESSIAN * size:
        return None
    if np.abs(slopes - predicted).max() > SAME_HEIGHT * steepness:
        return None
    base = theta[0], float(landscape.value(theta[0])), slopes[0], hessians[0]
    more = landscape.lo + landscape.widths * random.random(
        (max(MORE // landscape.function.rows, 64), landscape.d)
    )
    theta = np.concatenate([theta, more])
    if not _fits(*base, theta, landscape.value(theta)):  # steps between plateaus, floor(x)
        return None
    places = len(theta)
    if field is not None and field.plane.directions is None and len(setup.drawn) == len(setup.descended):
        # A piece that begins at the rim is hit by no random sample: relu(x − 4.99).
        grid = np.empty((*field.z.shape, landscape.d))
        grid[..., setup.drawn[0]] = field.x
        if len(setup.drawn) > 1:
            grid[..., setup.drawn[1]] = field.y[:, None]
        if not field.finite.all() or not _fits(*base, grid, field.z):
            return None
        places += field.z.size
    model = local_model(landscape.function, landscape.center)
    # The middle may be a hole, as that of x²/x, or a tie.
    if not (np.abs(model.eigenvalues - np.linalg.eigvalsh(hessians[0])) <= SAME_HESSIAN * size).all():
        model = local_model(landscape.function, theta[0])
    return Quadratic(model, Evidence("everywhere", places))


def _fits(
    origin: Floats, height: float, slope: Floats, hessian: Floats, theta: Floats, values: Floats
) -> bool:
    """Whether `values` (…) at theta (…, d) are those of the model around `origin`."""
    way = theta - origin
    heights = height + way @ slope + 0.5 * ((way @ hessian) * way).sum(axis=-1)
    return bool(np.abs(values - heights).max() <= SAME_HEIGHT * np.abs(values).max())


def of_quadratic(setup: Setup, found: Quadratic, points: Sequence[CriticalPoint]) -> tuple[Claim, ...]:
    """The sentences about it."""
    return tuple(Claim(sentence, found.evidence) for sentence in _sentences(setup, found.model, points))


def _sentences(setup: Setup, model: LocalModel, points: Sequence[CriticalPoint]) -> tuple[Message, ...]:
    values = model.eigenvalues
    largest = np.abs(values).max()
    if largest == 0:
        return (_level(model),)
    listed = ", ".join(number(value) for value in values)
    where = _center_text(setup, model, points)
    lowest, highest = values[0] / largest, values[-1] / largest
    if lowest > SINGULAR:
        first = message(
            "{where} is the only minimum: f is quadratic, and its Hessian has the eigenvalues {values} > 0.",
            where=where,
            values=listed,
        )
        return (first, stability(values))
    if lowest < -SINGULAR and highest > SINGULAR:
        return (
            message(
                "{where} is a saddle, not a minimum: the Hessian has the eigenvalues {values}. "
                "f has no minimum: along ({direction}) it falls without end, so descent diverges "
                "whatever the learning rate.",
                where=where,
                values=listed,
                direction=direction_text(model.eigenvectors[:, 0]),
            ),
        )
    if lowest < -SINGULAR:
        return (
            message(
                "f has no minimum: its Hessian has no positive eigenvalue ({values}). "
                "It falls without end, so descent diverges whatever the learning rate.",
                values=listed,
            ),
        )
    flat = model.eigenvectors[:, np.abs(values) <= SINGULAR * largest]
    along = _slope_along_flat(model)
    if np.abs(along).max() > _tiny(model):
        return (
            message(
                "f has no minimum: along ({direction}) it has no curvature but a slope, "
                "and falls without end.",
                direction=direction_text(-flat @ unit(along)),
            ),
        )
    return (
        message(
            "f has a straight valley floor: along ({direction}) its Hessian has the eigenvalue 0. "
            "Every point of the floor is a minimum, and descent ends at the one it reaches first.",
            direction=direction_text(flat[:, 0]),
        ),
        stability(values),
    )


def _level(model: LocalModel) -> Message:
    if not model.gradient.any():
        return message("f is constant: every point is stationary, and descent does not move.")
    return message(
        "f is a plane: it has the same slope everywhere and no critical point. "
        "Descent goes on for ever along ({direction}).",
        direction=direction_text(-unit(model.gradient)),
    )


def _slope_along_flat(model: LocalModel) -> Floats:
    """The slope in each direction without curvature, (k,)."""
    values = model.eigenvalues
    flat = model.eigenvectors[:, np.abs(values) <= SINGULAR * np.abs(values).max()]
    return np.asarray(flat.T @ model.gradient)


def _tiny(model: LocalModel) -> float:
    """A slope that is rounding."""
    if not model.eigenvalues.any():
        return 0.0
    return 1e-9 * max(1.0, float(np.abs(model.gradient).max()))


def _center_text(setup: Setup, model: LocalModel, points: Sequence[CriticalPoint]) -> Message:
    """The critical point of a quadratic, also where it lies outside of the box."""
    center = points[0].point if points else model.point + model.step
    inside = bool(((center >= setup.lo) & (center <= setup.hi)).all())
    where = place(center, setup)
    if inside or points:
        return message("({place})", place=where)
    return message("({place}), outside of the drawn range,", place=where)
