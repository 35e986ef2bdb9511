"""Adam and its kin: a running mean of the gradient, over a running mean of its square.

Any thread; numpy and msgspec only.
"""

from typing import Annotated, Final

import numpy as np

from engine.i18n import message
from engine.optimizers.method import Beta1, Beta2, Epsilon, LearningRate, Method, WeightDecay, described
from engine.optimizers.pieces import add_weight_decay, step_term, towards
from engine.optimizers.transform import Floats, Moment, State, Step, TermSpec, Transform, chain

MOMENTS: Final = frozenset({"lr", "beta1", "beta2", "eps"})
Decoupled = Annotated[bool, described("apply the weight decay to θ itself, not to the gradient")]


def _first_moment(source: str) -> TermSpec:
    return TermSpec(
        key="m",
        symbol="m",
        name=message("first moment"),
        role="momentum",
        rule=rf"[beta1]\,[m-] + (1-[beta1])\,[{source}]",
    )


def _second_moment(source: str) -> TermSpec:
    return TermSpec(
        key="v",
        symbol="v",
        name=message("second moment"),
        rule=rf"[beta2]\,[v-] + (1-[beta2])\,[{source}]^{{2}}",
    )


CORRECTED_FIRST = TermSpec(
    key="m_hat",
    symbol=r"\hat m",
    name=message("first moment, bias-corrected"),
    role="momentum",
    rule=r"[m] / (1-[beta1]^{[t]})",
)
CORRECTED_SECOND = TermSpec(
    key="v_hat",
    symbol=r"\hat v",
    name=message("second moment, bias-corrected"),
    rule=r"[v] / (1-[beta2]^{[t]})",
)


def _decayed(step: Floats, decay: float, moment: Moment) -> Floats:
    """The step with AdamW's −ηλθ."""
    return step - moment.lr * decay * moment.theta if decay else step


def scale_by_adam(
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    amsgrad: bool = False,
    decoupled_decay: float = 0.0,
    source: str = "g",
) -> Transform:
    """Δθ = −η m̂ / (√v̂ + ε): the gradient rescaled by its bias-corrected moments.

    Args:
        beta1, beta2: decay rates in [0, 1). eps: added outside the root, in the gradient's unit; ≥ 0.
        amsgrad: divide by the largest v so far. decoupled_decay: λ of AdamW, Δθ gains −ηλθ.
        source: the key of the incoming direction's term.

    Source: Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1; Reddi et al. 2018 (AMSGrad);
    Loshchilov & Hutter 2019, arXiv:1711.05101 (decoupled decay).

    >>> adam = scale_by_adam()
    >>> g = np.array([[3.0, -4.0]])
    >>> moment = Moment(0, 1.0, g, g[:, 0], g, None)
    >>> adam.update(g, adam.init(g), moment).u.round(6).tolist()  # the first step is −η sign(g)
    [[-1.0, 1.0]]
    """
    largest = TermSpec(
        key="v_max", symbol=r"v^{\max}", name=message("largest second moment"), rule=r"\max([v_max-], [v])"
    )
    corrected = CORRECTED_SECOND
    if amsgrad:
        corrected = TermSpec(
            key="v_hat", symbol=r"\hat v", name=CORRECTED_SECOND.name, rule=r"[v_max] / (1-[beta2]^{[t]})"
        )
    terms = (
        _first_moment(source),
        _second_moment(source),
        *((largest,) if amsgrad else ()),
        CORRECTED_FIRST,
        corrected,
        step_term(r"-[eta]\,\dfrac{[m_hat]}{\sqrt{[v_hat]} + [eps]}", decoupled_decay),
    )

    def init(theta: Floats) -> State:
        zero = np.zeros_like(theta)
        return (zero, zero, zero) if amsgrad else (zero, zero)

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, v = state[:2]
        k = moment.t + 1
        m = towards(m, u, 1.0 - beta1)
        v = beta2 * v + (1.0 - beta2) * u * u
        m_hat = m / (1.0 - beta1**k)
        v_max = np.maximum(state[2], v) if amsgrad else v
        v_hat = v_max / (1.0 - beta2**k)
        # Grouped as PyTorch groups it, so that not even the rounding differs.
        step = -moment.lr / (1.0 - beta1**k) * m / (np.sqrt(v_max) / (1.0 - beta2**k) ** 0.5 + eps)
        step = _decayed(step, decoupled_decay, moment)
        if amsgrad:
            return Step(step, (m, v, v_max), (m, v, v_max, m_hat, v_hat, step))
        return Step(step, (m, v), (m, v, m_hat, v_hat, step))

    return Transform(init, update, terms)


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
        _first_moment(source),
        _second_moment(source),
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
        zero = np.zeros_like(theta)
        return zero, zero, np.ones((*theta.shape[:-1], 1))

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, v, pi = state
        k = moment.t + 1
        mu = beta1 * (1.0 - 0.5 * 0.96 ** (k * momentum_decay))
        mu_next = beta1 * (1.0 - 0.5 * 0.96 ** ((k + 1) * momentum_decay))
        pi = pi * mu
        m = towards(m, u, 1.0 - beta1)
        v = beta2 * v + (1.0 - beta2) * u * u
        m_hat = (1.0 - mu) / (1.0 - pi) * u + mu_next / (1.0 - pi * mu_next) * m
        v_hat = v / (1.0 - beta2**k)
        step = -moment.lr * m_hat / (np.sqrt(v_hat) + eps)
        step = _decayed(step, decoupled_decay, moment)
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
        _first_moment(source),
        _second_moment(source),
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

    def init(theta: Floats) -> State:
        zero = np.zeros_like(theta)
        return zero, zero

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, v = state
        k = moment.t + 1
        m = towards(m, u, 1.0 - beta1)
        v = beta2 * v + (1.0 - beta2) * u * u
        correction2 = 1.0 - beta2**k
        m_hat = m / (1.0 - beta1**k)
        rho = rho_inf - 2.0 * k * beta2**k / correction2
        if rho > 5.0:
            rect = ((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho)) ** 0.5
            scale = correction2**0.5 / (np.sqrt(v) + eps) * rect
        else:
            scale = np.ones_like(v)
        step = -(m_hat * moment.lr * scale)
        step = _decayed(step, decoupled_decay, moment)
        rho_row = np.full((*u.shape[:-1], 1), rho)
        return Step(step, (m, v), (m, v, m_hat, rho_row, scale, step))

    return Transform(init, update, terms)


def scale_by_adamax(beta1: float, beta2: float, eps: float, source: str) -> Transform:
    """Adam with the largest recent gradient in place of the root of the second moment.

    Source: Kingma & Ba 2015, arXiv:1412.6980, Algorithm 2; torch.optim.Adamax (ε beside |g|).

    >>> adamax = scale_by_adamax(0.9, 0.999, 1e-8, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> adamax.update(g, adamax.init(g), Moment(0, 1.0, g, g[:, 0], g, None)).u.round(6).tolist()
    [[-1.0, 1.0]]
    """
    terms = (
        _first_moment(source),
        TermSpec(
            key="u",
            symbol="u",
            name=message("largest recent gradient"),
            rule=rf"\max([beta2]\,[u-],\; |[{source}]| + [eps])",
        ),
        CORRECTED_FIRST,
        step_term(r"-[eta]\,\dfrac{[m_hat]}{[u]}"),
    )

    def init(theta: Floats) -> State:
        zero = np.zeros_like(theta)
        return zero, zero

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, largest = state
        m = towards(m, u, 1.0 - beta1)
        largest = np.maximum(beta2 * largest, np.abs(u) + eps)
        m_hat = m / (1.0 - beta1 ** (moment.t + 1))
        step = -moment.lr / (1.0 - beta1 ** (moment.t + 1)) * m / largest
        return Step(step, (m, largest), (m, largest, m_hat, step))

    return Transform(init, update, terms)


class Adam(Method, frozen=True, kw_only=True, tag="adam"):
    """Adam: momentum, divided by the root mean square of recent gradients, per parameter.

    Source: Kingma & Ba 2015, arXiv:1412.6980, Algorithm 1; torch.optim.Adam.
    """

    title = message("Adam")
    summary = message("Momentum, with a learning rate of its own for every parameter.")
    formula = (
        r"m \leftarrow \beta_1 m + (1-\beta_1) g,\quad v \leftarrow \beta_2 v + (1-\beta_2) g^2,\quad"
        r"\theta \leftarrow \theta - \eta\,\dfrac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    )
    source = "Kingma & Ba 2015, arXiv:1412.6980"
    by_start = MOMENTS

    lr: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0
    amsgrad: Annotated[bool, described("divide by the largest second moment so far")] = False
    decoupled_weight_decay: Decoupled = False

    def transform(self) -> Transform:
        coupled, decoupled = _split_decay(self.weight_decay, self.decoupled_weight_decay)
        return chain(
            add_weight_decay(coupled),
            scale_by_adam(self.beta1, self.beta2, self.eps, self.amsgrad, decoupled, "d" if coupled else "g"),
        )


class AdamW(Method, frozen=True, kw_only=True, tag="adamw"):
    """AdamW: Adam whose weight decay acts on θ itself.

    Source: Loshchilov & Hutter 2019, arXiv:1711.05101, Algorithm 2; torch.optim.AdamW.
    """

    title = message("AdamW")
    summary = message("Adam whose weight decay shrinks θ itself instead of entering the moments.")
    formula = r"\theta \leftarrow (1-\eta\lambda)\,\theta - \eta\,\dfrac{\hat m}{\sqrt{\hat v} + \varepsilon}"
    source = "Loshchilov & Hutter 2019, arXiv:1711.05101"
    by_start = MOMENTS

    lr: LearningRate = 0.001
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.01
    amsgrad: Annotated[bool, described("divide by the largest second moment so far")] = False

    def transform(self) -> Transform:
        return scale_by_adam(self.beta1, self.beta2, self.eps, self.amsgrad, self.weight_decay)


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
        coupled, decoupled = _split_decay(self.weight_decay, self.decoupled_weight_decay)
        source = "d" if coupled else "g"
        return chain(
            add_weight_decay(coupled),
            scale_by_nadam(self.beta1, self.beta2, self.eps, self.momentum_decay, decoupled, source),
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

    def transform(self) -> Transform:
        coupled, decoupled = _split_decay(self.weight_decay, self.decoupled_weight_decay)
        source = "d" if coupled else "g"
        return chain(
            add_weight_decay(coupled), scale_by_radam(self.beta1, self.beta2, self.eps, decoupled, source)
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
        source = "d" if self.weight_decay else "g"
        return chain(
            add_weight_decay(self.weight_decay), scale_by_adamax(self.beta1, self.beta2, self.eps, source)
        )


def _split_decay(weight_decay: float, decoupled: bool) -> tuple[float, float]:
    """(λ that enters the gradient, λ that acts on θ)."""
    return (0.0, weight_decay) if decoupled else (weight_decay, 0.0)
