"""Adam and AdamW: a running mean of the gradient, over the root of a running mean of its square.

Also what their kin in `adam_kin` share with them. Any thread; numpy and msgspec only.
"""

from collections.abc import Callable
from typing import Annotated, Final

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_tick
from engine.optimizers.method import Beta1, Beta2, Epsilon, LearningRate, Method, WeightDecay, described
from engine.optimizers.pieces import after_weight_decay, mean_square, step_term, towards
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, from_zero

MOMENTS: Final = frozenset({"lr", "beta1", "beta2", "eps"})
Decoupled = Annotated[bool, described("apply the weight decay to θ itself, not to the gradient")]


def first_moment(source: str) -> TermSpec:
    """m, the running mean of the term `source`."""
    return TermSpec(
        key="m",
        symbol="m",
        name=message("first moment"),
        role="momentum",
        rule=rf"[beta1]\,[m-] + (1-[beta1])\,[{source}]",
    )


def second_moment(source: str) -> TermSpec:
    """v, the running mean of its squares."""
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


def decayed(step: Floats, decay: float, moment: Moment) -> Floats:
    """The step with AdamW's −ηλθ."""
    return step - moment.lr * decay * moment.theta if decay else step


def split_decay(weight_decay: float, decoupled: bool) -> tuple[float, float]:
    """(λ that enters the gradient, λ that acts on θ)."""
    return (0.0, weight_decay) if decoupled else (weight_decay, 0.0)


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
        first_moment(source),
        second_moment(source),
        *((largest,) if amsgrad else ()),
        CORRECTED_FIRST,
        corrected,
        step_term(r"-[eta]\,\dfrac{[m_hat]}{\sqrt{[v_hat]} + [eps]}", decoupled_decay),
    )

    def update(u: Floats, state: State, moment: Moment) -> Step:
        m, v = state[:2]
        k = moment.t + 1
        m = towards(m, u, 1.0 - beta1)
        v = mean_square(v, u, beta2)
        m_hat = m / (1.0 - beta1**k)
        v_max = np.maximum(state[2], v) if amsgrad else v
        v_hat = v_max / (1.0 - beta2**k)
        # Grouped as PyTorch groups it, so that not even the rounding differs.
        step = -moment.lr / (1.0 - beta1**k) * m / (np.sqrt(v_max) / (1.0 - beta2**k) ** 0.5 + eps)
        step = decayed(step, decoupled_decay, moment)
        if amsgrad:
            return Step(step, (m, v, v_max), (m, v, v_max, m_hat, v_hat, step))
        return Step(step, (m, v), (m, v, m_hat, v_hat, step))

    return Transform(from_zero(3 if amsgrad else 2), update, terms)


def of_bias(beta1: float, beta2: float) -> Message:
    """On the first step of a method that corrects its moments."""
    return message(
        "The first step: m and v began at 0, so that they hold {first} and {second} of g and g². The "
        "correction divides by just that: m̂ = g, √v̂ = |g|, and every parameter moves by about η, however "
        "steep it is.",
        first=format_tick(1 - beta1, 4),
        second=format_tick(1 - beta2, 4),
    )


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

    def remark(self, count: int, term: Callable[[str, int], Floats]) -> Message | None:
        return of_bias(self.beta1, self.beta2) if count == 1 else None

    def transform(self) -> Transform:
        coupled, decoupled = split_decay(self.weight_decay, self.decoupled_weight_decay)
        return after_weight_decay(
            coupled,
            lambda source: scale_by_adam(self.beta1, self.beta2, self.eps, self.amsgrad, decoupled, source),
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

    def remark(self, count: int, term: Callable[[str, int], Floats]) -> Message | None:
        return of_bias(self.beta1, self.beta2) if count == 1 else None

    def transform(self) -> Transform:
        return scale_by_adam(self.beta1, self.beta2, self.eps, self.amsgrad, self.weight_decay)
