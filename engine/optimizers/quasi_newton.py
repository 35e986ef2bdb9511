"""Quasi-Newton methods: the curvature learnt from how the gradient changed. BFGS and L-BFGS.

Any thread; numpy and msgspec only.
"""

from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import length
from engine.optimizers.conjugate import ALPHA, Armijo, searched, wolfe_conflict
from engine.optimizers.line_search import Found, dot, halved, strong_wolfe, times
from engine.optimizers.method import Method, described
from engine.optimizers.pieces import direction_term, step_term
from engine.optimizers.transform import Moment, State, Step, Transform

CURVED: Final = 1e-12  # of ‖s‖‖y‖: below it the pair says nothing of the curvature

Wolfe = Annotated[float, described("share of the slope that may be left", "c_2", gt=0, lt=1)]


def _halted(u: Floats, moved: Floats, g_before: Floats) -> NDArray[np.bool_] | None:
    """Where the last search found no step, so that all is as it was, (s,): it begins anew; None: nowhere.

    Args:
        moved: (s, d), by how much.
    """
    if np.count_nonzero(moved) == moved.size:
        return None
    halted = ~moved.any(axis=-1) & (u == g_before).all(axis=-1)
    return np.asarray(halted) if halted.any() else None


def _search(
    moment: Moment,
    u: Floats,
    p: Floats,
    c1: float,
    c2: float,
    halted: NDArray[np.bool_] | None = None,
    idle: NDArray[np.bool_] | None = None,
) -> tuple[Floats, NDArray[np.bool_] | None, Found]:
    """(direction, where it was reset to steepest descent, if anywhere, what the search found).

    Args:
        halted: (s,), those that begin anew. idle: those among them that went down the slope in vain
            before: they would again.
    """
    first, reset = np.ones(len(p)), None
    downhill = dot(moment.gradient, p) < 0
    if np.count_nonzero(downhill) < len(p):
        reset = ~downhill
        p = np.where(reset[:, None], -u, p)
    if moment.t == 0 or reset is not None or halted is not None:
        # a first step knows no curvature yet: it goes a length of 1 at most
        fresh = np.full(len(p), moment.t == 0)
        for begun in (reset, halted):
            fresh = fresh if begun is None else fresh | begun
        first = np.where(fresh, np.minimum(1.0, 1.0 / np.maximum(length(p), 1e-300)), 1.0)
    found = strong_wolfe(moment.function, moment.theta, moment.value, moment.gradient, p, first, c1, c2, idle)
    return p, reset, found


class BFGS(Method, frozen=True, kw_only=True, tag="bfgs"):
    """BFGS: keeps an estimate of the inverse Hessian, corrected by each step.

    Source: Nocedal & Wright 2006, Algorithm 6.1, with (6.17) for the update and (6.20) for the first scale.
    """

    title = message("BFGS")
    summary = message("Learns the curvature from how the gradient changes, and steps like Newton's method.")
    formula = r"p = -H g,\quad \theta \leftarrow \theta + \alpha p,\quad H y = s"
    source = "Nocedal & Wright 2006, Algorithm 6.1"

    c1: Armijo = 1e-4
    c2: Wolfe = 0.9

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        return wolfe_conflict(self.c1, self.c2)

    def transform(self) -> Transform:
        c1, c2 = self.c1, self.c2
        terms = (direction_term(r"-H\,[g]"), ALPHA, step_term(r"[alpha]\,[p]"))

        def init(theta: Floats) -> State:
            s, d = theta.shape
            nothing = np.broadcast_to(np.eye(d), (s, d, d)), np.ones(s, bool)
            return *nothing, theta, np.zeros_like(theta)

        def update(u: Floats, state: State, moment: Moment) -> Step:
            inverse, blank, theta_before, g_before = state
            halted = idle = None
            if moment.t > 0:
                moved = moment.theta - theta_before
                inverse, blank = _corrected(inverse, blank, moved, u - g_before)
                halted = _halted(u, moved, g_before)
            if halted is not None:
                idle = halted & blank
                inverse, blank = _forgotten(inverse, blank, halted)
            p = -np.matvec(inverse, u)
            p, reset, found = _search(moment, u, p, c1, c2, halted, idle)
            if reset is not None:
                inverse, blank = _forgotten(inverse, blank, reset)
            return searched(p, found, (p,), (inverse, blank, moment.theta, u))

        return Transform(init, update, terms)


def _forgotten(
    inverse: Floats, blank: NDArray[np.bool_], where: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """H (n, d, d) and whether it is blank (n,), which it becomes `where` it is to begin anew."""
    return np.where(where[:, None, None], np.eye(inverse.shape[-1]), inverse), blank | where


def _corrected(
    inverse: Floats, blank: NDArray[np.bool_], s: Floats, y: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """H after a step s (n, d) that changed the gradient by y (n, d); as it was where sᵀy is not positive.

    Args:
        blank: (n,), where it knows nothing yet: there it is scaled first, (6.20).
    """
    if len(s) == 1:  # without an axis for one start, what belongs to it is a number, far faster than an array
        inverse, blank = _updated(inverse[0], blank[0], s[0], y[0])
        return inverse[None], blank[None]
    return _updated(inverse, blank, s, y)


def _updated(inverse: Floats, blank: Any, s: Floats, y: Floats) -> tuple[Floats, Any]:
    """The same, of s and y (…, d)."""
    sy = dot(s, y)
    good = sy > CURVED * length(s) * length(y)
    known = np.count_nonzero(good) == good.size
    rho = 1.0 / (sy if known else np.where(good, sy, 1.0))
    scaled = good & blank
    if np.count_nonzero(scaled):
        way, size = halved(y)
        scale = dot(s, way) / np.where(good, dot(way, way), 1.0) / size
        inverse = np.where(scaled[..., None, None], scale[..., None, None] * np.eye(s.shape[-1]), inverse)
    turned = inverse.dot(y) if y.ndim == 1 else np.matvec(inverse, y)
    # (6.17) written out: H + swᵀ + wsᵀ, which is as symmetric as H.
    w = times(0.5 * rho * (1.0 + rho * dot(y, turned)), s) - times(rho, turned)
    added = s[..., :, None] * w[..., None, :]
    new = inverse + added + added.mT
    return new if known else np.where(good[..., None, None], new, inverse), blank & ~good


class LBFGS(Method, frozen=True, kw_only=True, tag="lbfgs"):
    """L-BFGS: BFGS that remembers the last few steps instead of a matrix.

    Source: Nocedal & Wright 2006, Algorithms 7.4 (two-loop recursion) and 7.5, with (7.20) for the scale.
    """

    title = message("L-BFGS")
    summary = message("BFGS that remembers only the last few steps; for very many variables.")
    formula = r"p = -H_m g,\quad \theta \leftarrow \theta + \alpha p"
    source = "Nocedal & Wright 2006, Algorithm 7.5"

    history: Annotated[int, described("steps remembered", "m", ge=1, le=100)] = 10
    c1: Armijo = 1e-4
    c2: Wolfe = 0.9

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        return wolfe_conflict(self.c1, self.c2)

    def transform(self) -> Transform:
        c1, c2, history = self.c1, self.c2, self.history
        terms = (direction_term(r"-H_m\,[g]"), ALPHA, step_term(r"[alpha]\,[p]"))

        def init(theta: Floats) -> State:
            rows, d = theta.shape
            empty = np.zeros((rows, history, d))
            return empty, empty, np.zeros((rows, history)), theta, np.zeros_like(theta)

        def update(u: Floats, state: State, moment: Moment) -> Step:
            steps, changes, rho, theta_before, g_before = state
            halted = idle = None
            if moment.t > 0:
                moved = moment.theta - theta_before
                steps, changes, rho = _remembered(steps, changes, rho, moved, u - g_before)
                halted = _halted(u, moved, g_before)
            if halted is not None:
                idle = halted & ~rho.any(axis=-1)
                rho = np.where(halted[:, None], 0.0, rho)
            p = -_two_loops(u, steps, changes, rho)
            p, reset, found = _search(moment, u, p, c1, c2, halted, idle)
            if reset is not None:
                rho = np.where(reset[:, None], 0.0, rho)
            return searched(p, found, (p,), (steps, changes, rho, moment.theta, u))

        return Transform(init, update, terms)


def _remembered(
    steps: Floats, changes: Floats, rho: Floats, s: Floats, y: Floats
) -> tuple[Floats, Floats, Floats]:
    """The memory (n, m, d), (n, m, d), (n, m), the newest pair at the end; ρ = 0 marks an unused place."""
    sy = dot(s, y)
    good = sy > CURVED * length(s) * length(y)
    newest = 1.0 / np.where(good, sy, 1.0)
    return (
        np.where(good[:, None, None], np.concatenate([steps[:, 1:], s[:, None]], axis=1), steps),
        np.where(good[:, None, None], np.concatenate([changes[:, 1:], y[:, None]], axis=1), changes),
        np.where(good[:, None], np.concatenate([rho[:, 1:], newest[:, None]], axis=1), rho),
    )


def _two_loops(g: Floats, steps: Floats, changes: Floats, rho: Floats) -> Floats:
    """H_m g, (n, d). Source: Nocedal & Wright 2006, Algorithm 7.4."""
    q = g
    shares = np.zeros_like(rho)
    for i in range(rho.shape[1] - 1, -1, -1):
        shares[:, i] = rho[:, i] * dot(steps[:, i], q)
        q = q - shares[:, i, None] * changes[:, i]
    newest, size = halved(changes[:, -1])
    square = dot(newest, newest)
    known = (rho[:, -1] > 0) & (square > 0)
    scale = np.where(known, 1.0 / np.where(known, rho[:, -1] * size * square, 1.0) / size, 1.0)
    r = scale[:, None] * q
    for i in range(rho.shape[1]):
        r = r + steps[:, i] * (shares[:, i] - rho[:, i] * dot(changes[:, i], r))[:, None]
    return r
