"""Methods that search along a line: steepest descent with a line search, and conjugate gradients.

Any thread; numpy and msgspec only.
"""

from typing import Annotated, Literal

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.vectors import length
from engine.optimizers.line_search import Found, backtrack, dot, halved, strong_wolfe
from engine.optimizers.method import Method, described
from engine.optimizers.pieces import direction_term, step_term
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, from_zero, stateless

Armijo = Annotated[float, described("share of the promised fall that is enough", "c_1", log=True, gt=0, lt=1)]
ALPHA = TermSpec(
    key="alpha",
    symbol=r"\alpha",
    name=message("step length found by the line search"),
    role="scalar",
    rule=r"\operatorname{search}\, f([theta] + \alpha\,[p])",
    spelled=False,
)


def curvature_along(moment: Moment, direction: Floats) -> Floats:
    """pᵀHp, (s,): the second derivative of L along the direction (s, d)."""
    turned = moment.function.curvature(moment.theta, direction[:, None])
    return np.asarray(np.einsum("sd,sd->s", direction, turned[:, 0]))


def exact_length(moment: Moment, direction: Floats, otherwise: Floats) -> Floats:
    """The step length to the minimum of the parabola along the direction, −gᵀp / pᵀHp; (s,).

    Where the parabola opens downwards, or is undefined, `otherwise` (s,).
    """
    way, size = halved(direction)
    curvature = curvature_along(moment, way)
    length = -dot(moment.gradient, way) / np.where(curvature > 0, curvature, 1.0) / size
    return np.where((curvature > 0) & np.isfinite(length), length, otherwise)


def searched(
    direction: Floats, found: Found, before: tuple[Floats, ...], state: State, more: int = 0
) -> Step:
    """The Step along `direction` (s, d) by the length that was found; `more`: further evaluations."""
    alpha = found.alpha[:, None]
    step = alpha * direction
    # The last trial is the next point, whose evaluation the loop counts.
    return Step(step, state, (*before, alpha, step), found.trials + (more - 1), found.reached)


class LineSearchDescent(Method, frozen=True, kw_only=True, tag="gd_linesearch"):
    """Steepest descent that chooses its own step length: θ ← θ − α∇L.

    armijo: backtracking from the largest step. exact: the minimum of the parabola along the ray, which on a
    quadratic is the minimum along the ray; then backtracking from there.

    Source: Nocedal & Wright 2006, section 3.1, Algorithm 3.1; equation (3.26) for the exact step.

    >>> from engine.optimizers.transform import Moment
    >>> class Bowl:
    ...     def value(self, theta):
    ...         return (theta**2).sum(-1)
    ...     dimension = 2
    ...     def curvature(self, theta, directions):
    ...         return 2 * directions
    >>> theta = np.array([[4.0, 3.0]])
    >>> moment = Moment(0, 1.0, theta, Bowl().value(theta), 2 * theta, Bowl())
    >>> LineSearchDescent(search="exact").transform().update(2 * theta, (), moment).u.tolist()
    [[-4.0, -3.0]]
    """

    title = message("Descent with line search")
    summary = message("Walks down the slope, and looks along the way how far to go.")
    formula = r"\theta \leftarrow \theta - \alpha\,\nabla L(\theta)"
    source = "Nocedal & Wright 2006, Algorithm 3.1"
    by_start = frozenset[str]()

    search: Annotated[
        Literal["armijo", "exact"], described("backtracking, or the minimum of the parabola along the ray")
    ] = "armijo"
    lr: Annotated[
        float, described("first step length that is tried", r"\alpha_0", log=True, gt=0, le=1e6)
    ] = 1.0
    c1: Armijo = 1e-4
    shrink: Annotated[float, described("factor after a step that is too long", r"\rho", gt=0, lt=1)] = 0.5

    def transform(self) -> Transform:
        c1, shrink, exact = self.c1, self.shrink, self.search == "exact"

        def update(u: Floats, moment: Moment) -> Step:
            p = -u
            first = np.full(len(u), moment.lr)
            if exact:
                first = exact_length(moment, p, first)
            found = backtrack(
                moment.function, moment.theta, moment.value, moment.gradient, p, first, c1, shrink
            )
            return searched(p, found, (p,), (), more=int(exact))

        return stateless(update, (direction_term("-[g]", spelled=True), ALPHA, step_term(r"[alpha]\,[p]")))


class ConjugateGradient(Method, frozen=True, kw_only=True, tag="cg"):
    """Nonlinear conjugate gradients: each direction keeps a share β of the one before.

    The first trial of the line search is the minimum of the parabola along the ray, so a quadratic of d
    variables is solved in d steps.

    Source: Nocedal & Wright 2006, Algorithm 5.4 (Fletcher–Reeves) and equation (5.45) (Polak–Ribière⁺).
    """

    title = message("Conjugate gradients")
    summary = message("Each direction keeps a share of the last one, so that it does not undo its gain.")
    formula = r"p \leftarrow -g + \beta p,\quad \theta \leftarrow \theta + \alpha p"
    source = "Nocedal & Wright 2006, Algorithm 5.4"

    beta: Annotated[
        Literal["pr+", "fr"], described("share β after Polak–Ribière (never negative) or Fletcher–Reeves")
    ] = "pr+"
    c1: Armijo = 1e-4
    c2: Annotated[float, described("share of the slope that may be left", "c_2", gt=0, lt=1)] = 0.1

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        return wolfe_conflict(self.c1, self.c2)

    def transform(self) -> Transform:
        c1, c2, fletcher_reeves = self.c1, self.c2, self.beta == "fr"
        beta_rule = (
            r"\dfrac{[g]^{\mathsf T}[g]}{[g-]^{\mathsf T}[g-]}"
            if fletcher_reeves
            else r"\max\left(0,\; \dfrac{[g]^{\mathsf T}([g]-[g-])}{[g-]^{\mathsf T}[g-]}\right)"
        )
        terms = (
            TermSpec(
                key="beta",
                symbol=r"\beta",
                name=message("share of the last direction"),
                role="scalar",
                rule=beta_rule,
                first_rule="0",
            ),
            direction_term(r"-[g] + [beta]\,[p-]", spelled=True),
            ALPHA,
            step_term(r"[alpha]\,[p]"),
        )

        def update(u: Floats, state: State, moment: Moment) -> Step:
            p, before = state
            beta = _share(u, before, fletcher_reeves)
            p = -u + beta[:, None] * p
            uphill = ~(dot(moment.gradient, p) < 0)
            if uphill.any():  # begin anew, as N&W advise where p is no descent direction
                p = np.where(uphill[:, None], -u, p)
                beta = np.where(uphill, 0.0, beta)
            first = exact_length(moment, p, 1.0 / np.maximum(length(p), 1e-300))
            found = strong_wolfe(
                moment.function, moment.theta, moment.value, moment.gradient, p, first, c1, c2
            )
            return searched(p, found, (beta[:, None], p), (p, u), more=1)

        return Transform(from_zero(2), update, terms)


def _share(g: Floats, before: Floats, fletcher_reeves: bool) -> Floats:
    """β, (s,), of the gradients (s, d) here and one step before; 0 where that one was 0."""
    size = np.maximum(halved(g)[1], halved(before)[1])[..., None]
    g, before = g / size, before / size
    square = dot(before, before)
    gain = dot(g, g) if fletcher_reeves else np.maximum(0.0, dot(g, g - before))
    return np.where(square > 0, gain / np.where(square > 0, square, 1.0), 0.0)


def wolfe_conflict(c1: float, c2: float) -> tuple[tuple[str, Message], ...]:
    """What is wrong with the two constants of Wolfe's conditions together."""
    if c1 < c2:
        return ()
    return (("c2", message("c2 must be greater than c1, or no step may be good enough.")),)
