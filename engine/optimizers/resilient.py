"""Rprop, which adapts a step size for every parameter, and ASGD, which averages its path as steps decay.

Any thread; numpy and msgspec only.
"""

from typing import Annotated

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import message
from engine.optimizers.method import LearningRate, Method, WeightDecay, described
from engine.optimizers.pieces import after_weight_decay, step_term
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, from_zero


class Rprop(Method, frozen=True, kw_only=True, tag="rprop"):
    """Rprop: each parameter's step grows while its slope keeps its sign, and shrinks when that flips.

    Where the sign flips, that parameter rests for one step.

    Source: Riedmiller & Braun 1993; Igel & Hüsken 2000 (iRprop⁻); torch.optim.Rprop.

    >>> rprop = Rprop(lr=0.1).transform()
    >>> g = np.array([[3.0, -4.0]])
    >>> first = rprop.update(g, rprop.init(g), Moment(0, 0.1, g, g[:, 0], g, None))
    >>> second = rprop.update(g * [1, -1], first.state, Moment(1, 0.1, g, g[:, 0], g, None))
    >>> second.u.round(12).tolist()  # the first parameter accelerates, the second rests
    [[-0.12, -0.0]]
    """

    title = message("Rprop")
    summary = message("Looks at signs only: a step size per parameter grows until the slope changes sign.")
    formula = r"\theta \leftarrow \theta - s \odot \operatorname{sign} g"
    source = "Riedmiller & Braun 1993; Igel & Hüsken 2000"

    lr: LearningRate = 0.01
    eta_minus: Annotated[float, described("factor after a change of sign", r"\eta^-", gt=0, lt=1)] = 0.5
    eta_plus: Annotated[float, described("factor while the sign stays", r"\eta^+", gt=1, le=100)] = 1.2
    min_step: Annotated[float, described("smallest step size", r"s_{\min}", log=True, ge=0, le=1e6)] = 1e-6
    max_step: Annotated[float, described("largest step size", r"s_{\max}", log=True, gt=0, le=1e6)] = 50.0

    def transform(self) -> Transform:
        eta_minus, eta_plus, low, high = self.eta_minus, self.eta_plus, self.min_step, self.max_step
        terms = (
            TermSpec(
                key="s",
                symbol="s",
                name=message("step size of each parameter"),
                rule=r"\min\left(\max\left([s-] \odot \begin{cases}[eta_plus] & [g]\,[g_used-] > 0 \\"
                r" [eta_minus] & [g]\,[g_used-] < 0 \\ 1 & \text{else}\end{cases},\;"
                r" [min_step]\right),\; [max_step]\right)",
                first_rule=r"\min(\max([eta],\, [min_step]),\, [max_step])",
            ),
            TermSpec(
                key="g_used",
                symbol=r"g'",
                name=message("gradient, 0 where its sign flipped"),
                role="momentum",
                rule=r"\begin{cases}[g] & [g]\,[g_used-] \ge 0 \\ 0 & \text{else}\end{cases}",
            ),
            step_term(r"-[s] \odot \operatorname{sign}[g_used]"),
        )

        def update(u: Floats, state: State, moment: Moment) -> Step:
            previous, size = state
            agreement = u * previous
            factor = np.where(agreement > 0, eta_plus, np.where(agreement < 0, eta_minus, 1.0))
            # As in PyTorch the rate of the very first step is where the sizes begin; later rates do nothing.
            size = size if moment.t else np.full_like(size, moment.lr)
            size = np.minimum(np.maximum(size * factor, low), high)
            used = np.where(agreement < 0, 0.0, u)
            step = -np.sign(used) * size
            return Step(step, (used, size), (size, used, step))

        return Transform(from_zero(2), update, terms)


class ASGD(Method, frozen=True, kw_only=True, tag="asgd"):
    """Averaged SGD: steps of decaying rate η_k, with a slight pull to 0; the average of the path is kept.

    As in PyTorch the run shows the iterates themselves; the average a is one of the terms. A rate that is
    changed on the way (by a schedule, in a fork) is followed at once, in PyTorch a step later.

    Source: Polyak & Juditsky 1992; Bottou 2012, "Stochastic Gradient Descent Tricks"; torch.optim.ASGD.

    >>> asgd = ASGD(lr=0.1).transform()
    >>> g = np.array([[3.0, -4.0]])
    >>> asgd.update(g, asgd.init(g), Moment(0, 0.1, g, g[:, 0], g, None)).u.round(5).tolist()
    [[-0.30003, 0.40004]]
    """

    title = message("Averaged SGD")
    summary = message("Steps that shrink slowly, while the average of the path settles.")
    formula = (
        r"\theta \leftarrow (1-\lambda\eta_t)\,\theta - \eta_t\,g,\quad"
        r"\eta_{t+1} = \dfrac{\eta}{(1+\lambda\eta t)^{\alpha}}"
    )
    source = "Polyak & Juditsky 1992, SIAM J. Control Optim. 30"

    lr: LearningRate = 0.01
    lambd: Annotated[float, described("decay term", r"\lambda", ge=0, le=1e3)] = 1e-4
    alpha: Annotated[float, described("power of the decay of the rate", r"\alpha", ge=0, le=10)] = 0.75
    t0: Annotated[float, described("step at which the averaging begins", "t_0", log=True, ge=0, le=1e12)] = (
        1e6
    )
    weight_decay: WeightDecay = 0.0

    def transform(self) -> Transform:
        return after_weight_decay(self.weight_decay, self._averaged)

    def _averaged(self, source: str) -> Transform:
        lambd, alpha, t0 = self.lambd, self.alpha, self.t0
        terms = (
            TermSpec(
                key="eta_t",
                symbol=r"\eta'",
                name=message("learning rate of this step"),
                role="scalar",
                rule=r"\dfrac{[eta]}{(1 + [lambd] \cdot [eta] \cdot ([t]-1))^{[alpha]}}",
            ),
            step_term(rf"-[eta_t]\,([{source}] + [lambd]\,[theta])"),
            TermSpec(
                key="a",
                symbol="a",
                name=message("average of the path"),
                rule=r"[a-] + \dfrac{1}{\max(1,\, [t]-1-[t0])}\,([theta] + [step] - [a-])",
                first_rule="[theta] + [step]",
            ),
        )

        def update(u: Floats, state: State, moment: Moment) -> Step:
            (average,) = state
            # The rate and the weight of step t were set at the end of step t − 1, as PyTorch does.
            rate = moment.lr / (1.0 + lambd * moment.lr * moment.t) ** alpha
            weight = 1.0 / max(1.0, moment.t - t0) if moment.t else 1.0
            step = -rate * (u + lambd * moment.theta)
            moved = moment.theta + step
            average = moved if weight == 1.0 else average + weight * (moved - average)
            return Step(step, (average,), (np.full((*u.shape[:-1], 1), rate), step, average))

        return Transform(from_zero(1), update, terms)
