"""NAdam, RAdam and Adamax: Adam that looks ahead, that warms up, and that divides by the largest gradient.

Any thread; numpy and msgspec only.
"""

from collections.abc import Callable
from typing import Annotated, Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from engine.base.vectors import length
from engine.optimizers.adam import (
    CORRECTED_FIRST,
    CORRECTED_SECOND,
    MOMENTS,
    Decoupled,
    decayed,
    first_moment,
    second_moment,
    split_decay,
)
from engine.optimizers.method import Beta1, Beta2, Epsilon, LearningRate, Method, WeightDecay, described
from engine.optimizers.pieces import after_weight_decay, mean_square, step_term, towards
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, from_zero

RECTIFIED: Final = 5.0  # gradients that v must reach back over to be trusted


def scale_by_nadam(
    beta1: float, beta2: float, eps: float, momentum_decay: float, decoupled_decay: float, source: str
) -> Transform:
    """Adam with Nesterov's look-ahead and a momentum that warms up: μ_k = β₁(1 − ½·0.96^{kψ}).

    Source: Dozat 2016, "Incorporating Nesterov Momentum into Adam"; torch.optim.NAdam.

    >>> nadam = scale_by_nadam(0.9, 0.999, 1e-8, 4e-3, 0.0, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> nadam.update(g, nadam.init(g), Moment(0, 1.0, g, g[:, 0], g, None)).u.round(4).tolist()
    [[-1.0565, 1.0565]]
    """
    terms = (
        TermSpec(
            key="mu",
            symbol=r"\mu",
            name=message("momentum of this step"),
            role="scalar",
            rule=r"[beta1]\,(1 - \tfrac12\,0.96^{[t] \cdot [momentum_decay]})",
        ),
        TermSpec(
            key="mu_next",
            symbol=r"\mu'",
            name=message("momentum of the next step"),
            role="scalar",
            rule=r"[beta1]\,(1 - \tfrac12\,0.96^{([t]+1) \cdot [momentum_decay]})",
        ),
        TermSpec(
            key="pi",
            symbol=r"\Pi",
            name=message("product of all momenta"),
            role="scalar",
            rule=r"[pi-] \cdot [mu]",
            initial=1.0,
        ),
        first_moment(source),
        second_moment(source),
        TermSpec(
            key="m_hat",
            symbol=r"\hat m",
            name=message("first moment, looked ahead"),
            role="momentum",
            rule=rf"\dfrac{{1-[mu]}}{{1-[pi]}}\,[{source}]"
            r" + \dfrac{[mu_next]}{1-[pi] \cdot [mu_next]}\,[m]",
        ),
        CORRECTED_SECOND,
        step_term(r"-[eta]\,\dfrac{[m_hat]}{\sqrt{[v_hat]} + [eps]}", decoupled_decay),
    )

    def init(theta: Floats) -> State:
        return (*from_zero(2)(theta), np.ones((*theta.shape[:-1], 1)))

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, v, pi = state
        k = moment.t + 1
        mu = beta1 * (1.0 - 0.5 * 0.96 ** (k * momentum_decay))
        mu_next = beta1 * (1.0 - 0.5 * 0.96 ** ((k + 1) * momentum_decay))
        pi = pi * mu
        m = towards(m, u, 1.0 - beta1)
        v = mean_square(v, u, beta2)
        m_hat = (1.0 - mu) / (1.0 - pi) * u + mu_next / (1.0 - pi * mu_next) * m
        v_hat = v / (1.0 - beta2**k)
        step = -moment.lr * m_hat / (np.sqrt(v_hat) + eps)
        step = decayed(step, decoupled_decay, moment)
        scalars = (np.full_like(pi, mu), np.full_like(pi, mu_next), pi)
        return Step(step, (m, v, pi), (*scalars, m, v, m_hat, v_hat, step))

    return Transform(init, update, terms)


def scale_by_radam(beta1: float, beta2: float, eps: float, decoupled_decay: float, source: str) -> Transform:
    """Adam that trusts its second moment only once enough gradients were seen (ρ_k > 5), then by a factor r.

    Source: Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond", arXiv:1908.03265,
    Algorithm 2; the threshold 5 is torch.optim.RAdam's.

    >>> radam = scale_by_radam(0.9, 0.999, 1e-8, 0.0, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> radam.update(g, radam.init(g), Moment(0, 0.1, g, g[:, 0], g, None)).u.round(6).tolist()  # −η m̂
    [[-0.3, 0.4]]
    """
    rho_inf = 2.0 / (1.0 - beta2) - 1.0
    terms = (
        first_moment(source),
        second_moment(source),
        CORRECTED_FIRST,
        TermSpec(
            key="rho",
            symbol=r"\rho",
            name=message("length of the averaged past"),
            role="scalar",
            rule=r"\left(\dfrac{2}{1-[beta2]} - 1\right)"
            r" - \dfrac{2\cdot[t] \cdot [beta2]^{[t]}}{1-[beta2]^{[t]}}",
        ),
        TermSpec(
            key="l",
            symbol=r"\ell",
            name=message("rectified scale (1 while ρ ≤ 5)"),
            rule=r"\sqrt{\dfrac{([rho]-4)([rho]-2)\,\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\,[rho]}}"
            r"\;\dfrac{\sqrt{1-[beta2]^{[t]}}}{\sqrt{[v]} + [eps]}\;"
            r"\text{ if }[rho] > 5,\text{ else }1",
            spelled=False,
        ),
        step_term(r"-[eta]\,[m_hat]\,[l]", decoupled_decay),
    )

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, v = state
        k = moment.t + 1
        m = towards(m, u, 1.0 - beta1)
        v = mean_square(v, u, beta2)
        correction2 = 1.0 - beta2**k
        m_hat = m / (1.0 - beta1**k)
        rho = rho_inf - 2.0 * k * beta2**k / correction2
        if rho > RECTIFIED:
            rect = ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) ** 0.5
            scale = correction2**0.5 / (np.sqrt(v) + eps) * rect
        else:
            scale = np.ones_like(v)
        step = -(m_hat * moment.lr * scale)
        step = decayed(step, decoupled_decay, moment)
        rho_row = np.full((*u.shape[:-1], 1), rho)
        return Step(step, (m, v), (m, v, m_hat, rho_row, scale, step))

    return Transform(from_zero(2), update, terms)


def scale_by_adamax(beta1: float, beta2: float, eps: float, source: str) -> Transform:
    """Adam with the largest recent gradient in place of the root of the second moment.

    Source: Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2; torch.optim.Adamax (ε beside |g|).

    >>> adamax = scale_by_adamax(0.9, 0.999, 1e-8, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> adamax.update(g, adamax.init(g), Moment(0, 1.0, g, g[:, 0], g, None)).u.round(6).tolist()
    [[-1.0, 1.0]]
    """
    terms = (
        first_moment(source),
        TermSpec(
            key="u",
            symbol="u",
            name=message("largest recent gradient"),
            rule=rf"\max([beta2]\,[u-],\; |[{source}]| + [eps])",
        ),
        CORRECTED_FIRST,
        step_term(r"-[eta]\,\dfrac{[m_hat]}{[u]}"),
    )

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, largest = state
        m = towards(m, u, 1.0 - beta1)
        largest = np.maximum(beta2 * largest, np.abs(u) + eps)
        m_hat = m / (1.0 - beta1 ** (moment.t + 1))
        step = -moment.lr / (1.0 - beta1 ** (moment.t + 1)) * m / largest
        return Step(step, (m, largest), (m, largest, m_hat, step))

    return Transform(from_zero(2), update, terms)


class NAdam(Method, frozen=True, kw_only=True, tag="nadam"):
    """NAdam: Adam with Nesterov's look-ahead.

    Source: Dozat 2016; torch.optim.NAdam.
    """

    title = message("NAdam")
    summary = message("Adam that looks ahead along its momentum, like Nesterov's method.")
    formula = (
        r"\theta \leftarrow \theta - \eta\,\dfrac{\frac{1-\mu_t}{1-\Pi_t} g"
        r" + \frac{\mu_{t+1}}{1-\Pi_{t+1}} m}{\sqrt{\hat v} + \varepsilon}"
    )
    source = "Dozat 2016, Incorporating Nesterov Momentum into Adam"
    by_start = MOMENTS

    lr: LearningRate = 0.002
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0
    momentum_decay: Annotated[float, described("how fast the momentum warms up", r"\psi", ge=0, le=10)] = 4e-3
    decoupled_weight_decay: Decoupled = False

    def transform(self) -> Transform:
        coupled, decoupled = split_decay(self.weight_decay, self.decoupled_weight_decay)
        return after_weight_decay(
            coupled,
            lambda source: scale_by_nadam(
                self.beta1, self.beta2, self.eps, self.momentum_decay, decoupled, source
            ),
        )


class RAdam(Method, frozen=True, kw_only=True, tag="radam"):
    """RAdam: Adam whose early steps, while v is unreliable, are plain momentum.

    Source: Liu et al. 2020, arXiv:1908.03265, Algorithm 2; torch.optim.RAdam.
    """

    title = message("RAdam")
    summary = message("Adam that starts as plain momentum until its second moment can be trusted.")
    formula = r"\theta \leftarrow \theta - \eta\,r_t\,\dfrac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    source = "Liu et al. 2020, arXiv:1908.03265"
    by_start = frozenset({"lr", "beta1", "eps"})

    lr: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0
    decoupled_weight_decay: Decoupled = False

    def remark(self, count: int, term: Callable[[str, int], Floats]) -> Message | None:
        rho = float(term("rho", count)[0])
        if not rho > RECTIFIED:
            return message(
                "ρ = {rho} is not above 5: v is made of too few gradients to be trusted, so this step is "
                "momentum alone and is not divided by √v̂.",
                rho=format_tick(rho, 5),
            )
        if count == 1 or term("rho", count - 1)[0] > RECTIFIED:
            return None
        before, now = (float(length(term("step", each))) for each in (count - 1, count))
        return message(
            "Here the rectification begins: ρ = {rho} is above 5, so from now on the step is divided by √v̂, "
            "times a factor that begins near 0 and grows towards 1. Up to here it was momentum alone; this "
            "step has {share} of the length of the last.",
            rho=format_tick(rho, 3),
            share=format_tick(now / before, 3) if before > 0 else "∞",
        )

    def transform(self) -> Transform:
        coupled, decoupled = split_decay(self.weight_decay, self.decoupled_weight_decay)
        return after_weight_decay(
            coupled, lambda source: scale_by_radam(self.beta1, self.beta2, self.eps, decoupled, source)
        )


class Adamax(Method, frozen=True, kw_only=True, tag="adamax"):
    """Adamax: Adam with the largest recent gradient as its scale.

    Source: Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2; torch.optim.Adamax.
    """

    title = message("Adamax")
    summary = message("Adam that divides by the largest recent gradient.")
    formula = (
        r"u \leftarrow \max(\beta_2 u,\, |g| + \varepsilon),\quad"
        r"\theta \leftarrow \theta - \eta\,\dfrac{\hat m}{u}"
    )
    source = "Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2"
    by_start = MOMENTS

    lr: LearningRate = 0.002
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0

    def transform(self) -> Transform:
        return after_weight_decay(
            self.weight_decay, lambda source: scale_by_adamax(self.beta1, self.beta2, self.eps, source)
        )
