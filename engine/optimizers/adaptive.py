"""A learning rate of its own for every parameter: Adagrad, RMSprop, Adadelta.

Any thread; numpy and msgspec only.
"""

from typing import Annotated

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import message
from engine.optimizers.method import Epsilon, LearningRate, Method, MomentumFactor, WeightDecay, described
from engine.optimizers.pieces import after_weight_decay, mean_square, step_term, towards
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, from_zero


def scale_by_adagrad(lr_decay: float, initial: float, eps: float, source: str) -> Transform:
    """Δθ = −η_k g / (√G + ε) with G the sum of all squared gradients and η_k = η / (1 + (k−1)·decay).

    Source: Duchi, Hazan & Singer 2011, JMLR 12; torch.optim.Adagrad.

    >>> adagrad = scale_by_adagrad(0.0, 0.0, 1e-10, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> adagrad.update(g, adagrad.init(g), Moment(0, 0.5, g, g[:, 0], g, None)).u.round(6).tolist()
    [[-0.5, 0.5]]
    """
    rate = r"\dfrac{[eta]}{1 + ([t]-1)\,[lr_decay]}" if lr_decay else "[eta]"
    terms = (
        TermSpec(
            key="G",
            symbol="G",
            name=message("sum of squared gradients"),
            rule=rf"[G-] + [{source}]^{{2}}",
            initial=initial,
        ),
        step_term(rf"-{rate}\,\dfrac{{[{source}]}}{{\sqrt{{[G]}} + [eps]}}"),
    )

    def update(u: Floats, state: State, moment: Moment) -> Step:
        (total,) = state
        total = total + u * u
        rate = moment.lr / (1.0 + moment.t * lr_decay)
        step = -rate * u / (np.sqrt(total) + eps)
        return Step(step, (total,), (total, step))

    return Transform(lambda theta: (np.full_like(theta, initial),), update, terms)


def scale_by_rms(alpha: float, eps: float, centered: bool, momentum: float, source: str) -> Transform:
    """Δθ = −η g / (√v + ε), v the running mean of g²; centered: less the square of the running mean of g.

    With momentum the scaled gradient feeds a velocity b ← μb + g/(√v + ε).

    Source: Tieleman & Hinton 2012, lecture 6.5; Graves 2013, arXiv:1308.0850 (centered);
    torch.optim.RMSprop.

    >>> rms = scale_by_rms(0.99, 1e-8, False, 0.0, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> rms.update(g, rms.init(g), Moment(0, 0.1, g, g[:, 0], g, None)).u.round(5).tolist()
    [[-1.0, 1.0]]
    """
    scale_rule = r"\sqrt{[v]}"
    terms: tuple[TermSpec, ...] = (
        TermSpec(
            key="v",
            symbol="v",
            name=message("mean of squared gradients"),
            rule=rf"[alpha]\,[v-] + (1-[alpha])\,[{source}]^{{2}}",
        ),
    )
    if centered:
        scale_rule = r"\sqrt{[v] - [a]^{2}}"
        terms += (
            TermSpec(
                key="a",
                symbol=r"\bar g",
                name=message("mean of gradients"),
                rule=rf"[alpha]\,[a-] + (1-[alpha])\,[{source}]",
            ),
        )
    scaled_rule = rf"\dfrac{{[{source}]}}{{{scale_rule} + [eps]}}"
    if momentum:
        terms += (
            TermSpec(
                key="b",
                symbol="b",
                name=message("velocity"),
                role="momentum",
                rule=rf"[momentum]\,[b-] + {scaled_rule}",
            ),
        )
    terms += (step_term(r"-[eta]\,[b]" if momentum else rf"-[eta]\,{scaled_rule}"),)

    def update(u: Floats, state: State, moment: Moment) -> Step:
        v, a, b = state
        v = mean_square(v, u, alpha)
        shown: tuple[Floats, ...] = (v,)
        spread = v
        if centered:
            a = towards(a, u, 1.0 - alpha)
            spread = v - a * a
            shown += (a,)
        scaled = u / (np.sqrt(spread) + eps)
        if momentum:
            b = scaled = momentum * b + scaled
            shown += (b,)
        step = -moment.lr * scaled
        return Step(step, (v, a, b), (*shown, step))

    return Transform(from_zero(3), update, terms)


def scale_by_adadelta(rho: float, eps: float, source: str) -> Transform:
    """Δθ = −η √(D + ε)/√(v + ε) g: the units of g cancel, D is the running mean of squared updates.

    Source: Zeiler 2012, "ADADELTA", arXiv:1212.5701, Algorithm 1; torch.optim.Adadelta.

    >>> adadelta = scale_by_adadelta(0.9, 1e-6, "g")
    >>> g = np.array([[3.0, -4.0]])
    >>> adadelta.update(g, adadelta.init(g), Moment(0, 1.0, g, g[:, 0], g, None)).u.round(6).tolist()
    [[-0.003162, 0.003162]]
    """
    terms = (
        TermSpec(
            key="v",
            symbol="v",
            name=message("mean of squared gradients"),
            rule=rf"[rho]\,[v-] + (1-[rho])\,[{source}]^{{2}}",
        ),
        TermSpec(
            key="delta",
            symbol=r"\delta",
            name=message("rescaled gradient"),
            role="momentum",
            rule=rf"\dfrac{{\sqrt{{[D-] + [eps]}}}}{{\sqrt{{[v] + [eps]}}}}\,[{source}]",
        ),
        TermSpec(
            key="D",
            symbol="D",
            name=message("mean of squared updates"),
            rule=r"[rho]\,[D-] + (1-[rho])\,[delta]^{2}",
        ),
        step_term(r"-[eta]\,[delta]"),
    )

    def update(u: Floats, state: State, moment: Moment) -> Step:
        v, accumulated = state
        v = mean_square(v, u, rho)
        delta = np.sqrt(accumulated + eps) / np.sqrt(v + eps) * u
        accumulated = mean_square(accumulated, delta, rho)
        step = -moment.lr * delta
        return Step(step, (v, accumulated), (v, delta, accumulated, step))

    return Transform(from_zero(2), update, terms)


class Adagrad(Method, frozen=True, kw_only=True, tag="adagrad"):
    """Adagrad: divides by the root of all squared gradients so far, so steps only ever get shorter.

    Source: Duchi, Hazan & Singer 2011; torch.optim.Adagrad.
    """

    title = message("Adagrad")
    summary = message("Shortens the steps of a parameter the more it has already moved.")
    formula = r"G \leftarrow G + g^2,\quad \theta \leftarrow \theta - \eta\,\dfrac{g}{\sqrt{G} + \varepsilon}"
    source = "Duchi, Hazan & Singer 2011, JMLR 12, 2121–2159"
    by_start = frozenset({"lr", "eps"})

    lr: LearningRate = 0.01
    lr_decay: Annotated[
        float, described("decay of the learning rate with the steps", r"\gamma", ge=0, le=1e3)
    ] = 0.0
    weight_decay: WeightDecay = 0.0
    initial_accumulator_value: Annotated[
        float, described("value the sum of squares starts from", "G_0", ge=0, le=1e6)
    ] = 0.0
    eps: Epsilon = 1e-10

    def transform(self) -> Transform:
        return after_weight_decay(
            self.weight_decay,
            lambda source: scale_by_adagrad(self.lr_decay, self.initial_accumulator_value, self.eps, source),
        )


class RMSprop(Method, frozen=True, kw_only=True, tag="rmsprop"):
    """RMSprop: divides by the root mean square of recent gradients.

    Source: Tieleman & Hinton 2012; torch.optim.RMSprop.
    """

    title = message("RMSprop")
    summary = message("Divides each partial derivative by its recent root mean square.")
    formula = (
        r"v \leftarrow \alpha v + (1-\alpha) g^2,\quad"
        r"\theta \leftarrow \theta - \eta\,\dfrac{g}{\sqrt{v} + \varepsilon}"
    )
    source = "Tieleman & Hinton 2012, Neural Networks for Machine Learning, lecture 6.5"
    by_start = frozenset({"lr", "alpha", "eps"})

    lr: LearningRate = 0.01
    alpha: Annotated[float, described("decay rate of the mean square", r"\alpha", ge=0, le=1)] = 0.99
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0
    momentum: MomentumFactor = 0.0
    centered: Annotated[bool, described("divide by the standard deviation instead")] = False

    def transform(self) -> Transform:
        return after_weight_decay(
            self.weight_decay,
            lambda source: scale_by_rms(self.alpha, self.eps, self.centered, self.momentum, source),
        )


class Adadelta(Method, frozen=True, kw_only=True, tag="adadelta"):
    """Adadelta: steps in the units of θ, from the ratio of recent updates to recent gradients.

    Source: Zeiler 2012, arXiv:1212.5701; torch.optim.Adadelta.
    """

    title = message("Adadelta")
    summary = message("Needs no learning rate: recent updates over recent gradients set the step.")
    formula = r"\theta \leftarrow \theta - \eta\,\dfrac{\sqrt{D + \varepsilon}}{\sqrt{v + \varepsilon}}\,g"
    source = "Zeiler 2012, arXiv:1212.5701"
    by_start = frozenset({"lr", "rho", "eps"})

    lr: LearningRate = 1.0
    rho: Annotated[float, described("decay rate of both means", r"\rho", ge=0, le=1)] = 0.9
    eps: Epsilon = 1e-6
    weight_decay: WeightDecay = 0.0

    def transform(self) -> Transform:
        return after_weight_decay(
            self.weight_decay, lambda source: scale_by_adadelta(self.rho, self.eps, source)
        )
