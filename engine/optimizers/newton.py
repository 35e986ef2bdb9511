"""Methods that use the Hessian: Newton's, damped and modified, and a trust region.

Of more than DENSE variables they ask only for its products with directions, by conjugate gradients.

Any thread; numpy and msgspec only.
"""

from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import length
from engine.optimizers.conjugate import ALPHA, Armijo
from engine.optimizers.line_search import Found, backtrack, dot
from engine.optimizers.method import Method, described
from engine.optimizers.pieces import direction_term, step_term
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, stateless
from engine.optimizers.truncated import truncated
from engine.program.function import DENSE, dense_hessian

BISECTIONS: Final = 60


def eigensystem(moment: Moment) -> tuple[Floats, Floats, Floats]:
    """Eigenvalues (s, d), ascending, eigenvectors (s, d, d), and the gradient in that basis (s, d).

    Where the Hessian is not finite it counts as the unit matrix: the step is then the gradient's.
    """
    hessian = dense_hessian(moment.function, moment.theta)
    d = hessian.shape[-1]
    good = np.isfinite(hessian).all(axis=(-2, -1), keepdims=True)
    hessian = np.where(good, hessian, np.eye(d))
    values, vectors = np.linalg.eigh(0.5 * (hessian + np.swapaxes(hessian, -1, -2)))
    gradient = np.where(np.isfinite(moment.gradient), moment.gradient, 0.0)
    return values, vectors, np.einsum("sji,sj->si", vectors, gradient)


class Newton(Method, frozen=True, kw_only=True, tag="newton"):
    """Newton's method: jumps to the critical point of the parabola that fits at θ.

    Modified, every eigenvalue of the Hessian is replaced by its size, at least δ of the largest, so that
    the step always goes downhill. Damped, it backtracks until f falls. Of more than DENSE variables it is
    Newton-CG: the parabola's bottom is approached by conjugate gradients until it curves downwards.

    Source: Nocedal & Wright 2006, Algorithm 3.2 and section 3.4 (eigenvalue modification), Algorithm 3.1;
    Algorithm 7.1 (Newton-CG).

    >>> class Bowl:
    ...     def value(self, theta):
    ...         return (theta**2).sum(-1)
    ...     dimension = 2
    ...     def curvature(self, theta, directions):
    ...         return 2 * directions
    >>> theta = np.array([[4.0, 3.0]])
    >>> moment = Moment(0, 1.0, theta, Bowl().value(theta), 2 * theta, Bowl())
    >>> Newton().transform().update(2 * theta, (), moment).u.tolist()
    [[-4.0, -3.0]]
    """

    title = message("Newton's method")
    summary = message("Jumps to the bottom of the parabola that fits the function where it stands.")
    formula = r"\theta \leftarrow \theta - \alpha\,H^{-1}\,\nabla L(\theta)"
    source = "Nocedal & Wright 2006, Algorithm 3.2"
    by_start = frozenset[str]()

    lr: Annotated[
        float, described("first step length that is tried", r"\alpha_0", log=True, gt=0, le=100)
    ] = 1.0
    damped: Annotated[bool, described("backtrack until f falls enough")] = True
    modified: Annotated[bool, described("turn negative curvatures round, so that it never climbs")] = True
    delta: Annotated[
        float, described("smallest curvature, as a share of the largest", r"\delta", log=True, gt=0, le=1)
    ] = 1e-6
    c1: Armijo = 1e-4

    def predicted_rate(self, eigenvalues: Floats) -> float | None:
        """|1 − α₀| for the pure step: 0, as it converges quadratically."""
        return abs(1.0 - self.lr)

    def transform(self) -> Transform:
        damped, modified, delta, c1 = self.damped, self.modified, self.delta, self.c1
        rule = r"-|H|^{-1}\,[g]" if modified else r"-H^{-1}\,[g]"
        terms = (
            direction_term(rule, message("Newton direction")),
            TermSpec(
                key="lambda",
                symbol=r"\lambda",
                name=message("curvatures (eigenvalues of the Hessian)"),
                rule=r"\operatorname{eig} H",
                spelled=False,
            ),
            ALPHA,
            step_term(r"[alpha]\,[p]"),
        )

        def direction(u: Floats, moment: Moment) -> tuple[Floats, Floats, NDArray[np.int64]]:
            """p, the eigenvalues where they are known, else NaN, and the products spent."""
            if u.shape[-1] > DENSE:
                p, spent = truncated(moment.function, moment.theta, u)
                return p, np.full_like(u, np.nan), spent
            values, vectors, along = eigensystem(moment._replace(gradient=u))
            sizes = np.abs(values)
            largest = sizes.max(axis=-1, keepdims=True)
            largest = np.where(largest > 0, largest, 1.0)
            if modified:
                curvature = np.maximum(sizes, delta * largest)
                inverse = 1.0 / curvature
            else:
                regular = sizes > 1e-14 * largest
                inverse = np.where(regular, 1.0 / np.where(regular, values, 1.0), 0.0)
            p = -np.einsum("sij,sj->si", vectors, inverse * along)
            return p, values, np.full(len(u), u.shape[-1])

        def update(u: Floats, moment: Moment) -> Step:
            p, values, spent = direction(u, moment)
            first = np.full(len(u), moment.lr)
            found = Found(first, np.ones(len(u), np.int64))
            if damped:
                found = backtrack(moment.function, moment.theta, moment.value, moment.gradient, p, first, c1)
                # An unmodified step that leads uphill cannot be damped into falling: it is taken whole.
                alpha = np.where(dot(moment.gradient, p) < 0, found.alpha, first)
                found = Found(alpha, found.trials)
            step = found.alpha[:, None] * p
            spent = spent + found.trials - 1
            return Step(step, (), (p, values, found.alpha[:, None], step), spent)

        return stateless(update, terms)


class TrustRegion(Method, frozen=True, kw_only=True, tag="trust_region"):
    """A trust region: the minimum of the fitted parabola within a radius that grows as long as it fits.

    The subproblem is solved exactly from the eigenvalues of the Hessian, its hard case included; of more
    than DENSE variables by conjugate gradients, which end at the rim.

    Source: Nocedal & Wright 2006, Algorithm 4.1; section 4.3 for the subproblem; Algorithm 7.2 (CG-Steihaug).
    """

    title = message("Trust region")
    summary = message("Goes to the lowest point of the fitted parabola, but only as far as it trusts it.")
    formula = (
        r"\theta \leftarrow \theta + \operatorname{argmin}_{\lVert p\rVert \le \Delta}"
        r"\; g^{\mathsf T}p + \tfrac12 p^{\mathsf T}Hp"
    )
    source = "Nocedal & Wright 2006, Algorithm 4.1"

    radius: Annotated[float, described("first radius", r"\Delta_0", log=True, gt=0, le=1e6)] = 1.0
    max_radius: Annotated[float, described("largest radius", r"\hat\Delta", log=True, gt=0, le=1e9)] = 100.0
    eta: Annotated[
        float, described("share of the promised fall below which a step is refused", r"\eta", ge=0, lt=0.25)
    ] = 0.1

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        if self.radius <= self.max_radius:
            return ()
        return (("radius", message("The first radius is larger than the largest one.")),)

    def transform(self) -> Transform:
        radius, max_radius, eta = self.radius, self.max_radius, self.eta
        terms = (
            TermSpec(
                key="size",
                symbol=r"\Delta",
                name=message("radius of trust"),
                role="scalar",
                rule=r"\begin{cases}\tfrac14\lVert [p-]\rVert & [rho-] < \tfrac14 \\"
                r" \min(2\,[size-],\,[max_radius]) & [rho-] > \tfrac34 \text{ at the rim} \\"
                r" [size-] & \text{else}\end{cases}",
                first_rule="[radius]",
                initial=radius,
            ),
            direction_term(
                r"\operatorname{argmin}_{\lVert p\rVert \le [size]}"
                r"\; [g]^{\mathsf T}p + \tfrac12\,p^{\mathsf T}Hp",
                message("minimum of the parabola within the radius"),
            ),
            TermSpec(
                key="rho",
                symbol=r"\rho",
                name=message("fall of f over the fall promised"),
                role="scalar",
                rule=r"\dfrac{f([theta]) - f([theta]+[p])}{m(0) - m([p])}",
                spelled=False,
            ),
            step_term(r"\begin{cases}[p] & [rho] > [eta] \\ 0 & \text{else}\end{cases}"),
        )

        def init(theta: Floats) -> State:
            return (np.full((len(theta), 1), radius),)

        def update(u: Floats, state: State, moment: Moment) -> Step:
            (size,) = state
            if u.shape[-1] > DENSE:
                p, spent = truncated(moment.function, moment.theta, u, size[:, 0])
                bent = moment.function.curvature(moment.theta, p[:, None])[:, 0]
                promised = -(dot(u, p) + 0.5 * dot(bent, p))
            else:
                values, vectors, along = eigensystem(moment._replace(gradient=u))
                q = _solve_subproblem(values, along, size[:, 0])
                p = np.einsum("sij,sj->si", vectors, q)
                promised = -(dot(along, q) + 0.5 * dot(values * q, q))
                spent = np.full(len(u), u.shape[-1])
            fall = moment.value - moment.function.value(moment.theta + p)
            rho = np.where(promised > 0, fall / np.where(promised > 0, promised, 1.0), 0.0)
            rho = np.where(np.isfinite(rho), rho, -1.0)
            gone = length(p)
            new = np.where(rho < 0.25, 0.25 * gone, size[:, 0])
            at_border = gone >= 0.999 * size[:, 0]
            new = np.where((rho > 0.75) & at_border, np.minimum(2.0 * size[:, 0], max_radius), new)
            step = np.where((rho > eta)[:, None], p, 0.0)
            return Step(step, (new[:, None],), (size, p, rho[:, None], step), spent)

        return Transform(init, update, terms)


def _solve_subproblem(values: Floats, along: Floats, radius: Floats) -> Floats:
    """The minimum of aᵀq + ½ Σ λᵢqᵢ² over ‖q‖ ≤ radius, in the eigenbasis, (s, d).

    Source: Nocedal & Wright 2006, Theorem 4.1; the multiplier by bisection, the hard case by (4.45).
    """
    lowest = values[:, 0]
    slope = length(along)

    def solution(multiplier: Floats) -> Floats:
        shifted = values + multiplier[:, None]
        return -along / np.where(np.abs(shifted) > 0, shifted, np.inf)

    free = solution(np.zeros_like(lowest))
    inner = (lowest > 0) & (length(free) <= radius)
    low = np.maximum(0.0, -lowest)
    high = low + slope / radius + 1e-300
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        too_long = length(solution(middle)) > radius
        low, high = np.where(too_long, middle, low), np.where(too_long, high, middle)
    q = np.where(inner[:, None], free, solution(high))
    missing = radius**2 - dot(q, q)
    hard = ~inner & (lowest <= 0) & (missing > 1e-6 * radius**2)
    q[:, 0] = np.where(hard, np.sqrt(np.maximum(q[:, 0] ** 2 + missing, 0.0)), q[:, 0])
    return q
