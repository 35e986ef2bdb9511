"""Gradient descent, its momentum and Nesterov forms, and the methods that use signs alone.

Any thread; numpy and msgspec only.
"""

from typing import Annotated

import numpy as np

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.optimizers.method import (
    Beta1,
    Beta2,
    LearningRate,
    Method,
    MomentumFactor,
    WeightDecay,
    described,
)
from engine.optimizers.pieces import after_weight_decay, descend_by_rate, follow_momentum, is_off, step_term
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform, chain, from_zero, stateless


class GradientDescent(Method, frozen=True, kw_only=True, tag="gd"):
    """Gradient descent, with momentum if you like: θ ← θ − η∇L.

    Source: Cauchy 1847; Polyak 1964 (momentum); torch.optim.SGD.
    """

    title = message("Gradient descent")
    summary = message("Walks straight down the slope; with momentum, like a heavy ball.")
    formula = r"\theta \leftarrow \theta - \eta\,\nabla L(\theta)"
    source = "Cauchy 1847; Polyak 1964; Sutskever et al. 2013; torch.optim.SGD"
    by_start = frozenset({"lr", "momentum", "dampening"})

    lr: LearningRate = 0.001
    momentum: MomentumFactor = 0.0
    dampening: Annotated[
        float, described("share of the gradient withheld from the velocity", r"\tau", ge=0, le=1)
    ] = 0.0
    nesterov: Annotated[bool, described("look ahead along the velocity (needs momentum)")] = False
    weight_decay: WeightDecay = 0.0

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            return (
                ("nesterov", message("Nesterov's method needs a momentum above 0 and a dampening of 0.")),
            )
        return ()

    def predicted_rate(self, eigenvalues: Floats) -> float | None:
        """The largest modulus of a root of the recurrence that the error follows along an eigenvector.

        Source: Polyak 1964 (heavy ball); Lessard, Recht & Packard 2016, section 4.

        >>> GradientDescent(lr=0.1).predicted_rate(np.array([2.0, 8.0]))
        0.8
        """
        curvatures = eigenvalues + self.weight_decay
        mu, eta = self.momentum, self.lr * (1.0 - self.dampening if self.momentum else 1.0)
        # e_{k+1} = (1 + μ − η'λ) e_k − (μ − η''λ) e_{k−1}
        ahead = mu * self.lr * curvatures if self.nesterov else 0.0
        b = 1.0 + mu - eta * curvatures - ahead
        c = mu - ahead
        root = np.sqrt(np.asarray(b * b - 4.0 * c, dtype=complex))
        return float(np.maximum(np.abs(b + root), np.abs(b - root)).max() / 2.0)

    def stability_limit(self, curvature: float) -> float | None:
        """2(1 + μ)/λ_max, with Nesterov's look-ahead 2(1 + μ)/((1 + 2μ) λ_max)."""
        mu = self.momentum
        limit = 2.0 * (1.0 + mu) / (curvature + self.weight_decay)
        if self.nesterov:
            return limit / (1.0 + 2.0 * mu)
        return limit / (1.0 - self.dampening) if mu and self.dampening < 1 else limit

    def transform(self) -> Transform:
        def by_velocity(source: str) -> Transform:
            moved = source if is_off(self.momentum) else ("ahead" if self.nesterov else "b")
            velocity = follow_momentum(self.momentum, self.dampening, self.nesterov, source)
            return chain(velocity, descend_by_rate(moved))

        return after_weight_decay(self.weight_decay, by_velocity)


class SignDescent(Method, frozen=True, kw_only=True, tag="sign"):
    """Sign descent: θ ← θ − η sign ∇L; every parameter moves by η.

    Source: Bernstein et al. 2018, "signSGD", arXiv:1802.04434, Algorithm 1.
    """

    title = message("Sign descent")
    summary = message("Uses only the signs of the partial derivatives: every parameter moves by η.")
    formula = r"\theta \leftarrow \theta - \eta\,\operatorname{sign}\nabla L(\theta)"
    source = "Bernstein et al. 2018, arXiv:1802.04434"

    lr: LearningRate = 0.01
    weight_decay: WeightDecay = 0.0

    def transform(self) -> Transform:
        def update(u: Floats, moment: Moment) -> Step:
            s = np.sign(u)
            return Step(s, (), (s,))

        def by_sign(source: str) -> Transform:
            term = TermSpec(
                key="s",
                symbol="s",
                name=message("sign of the gradient"),
                role="momentum",
                rule=rf"\operatorname{{sign}}[{source}]",
            )
            return chain(stateless(update, (term,)), descend_by_rate("s"))

        return after_weight_decay(self.weight_decay, by_sign)


class Lion(Method, frozen=True, kw_only=True, tag="lion"):
    """Lion: the sign of a mix of gradient and momentum, with decoupled weight decay.

    Source: Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675, Program 1.
    """

    title = message("Lion")
    summary = message("Steps by the sign of a mix of gradient and momentum; found by a search of programs.")
    formula = (
        r"\theta \leftarrow \theta - \eta\,\bigl(\operatorname{sign}(\beta_1 m + (1-\beta_1) g)"
        r" + \lambda\theta\bigr),\quad m \leftarrow \beta_2 m + (1-\beta_2) g"
    )
    source = "Chen et al. 2023, arXiv:2302.06675"
    by_start = frozenset({"lr", "beta1", "beta2"})

    lr: LearningRate = 1e-4
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.99
    weight_decay: WeightDecay = 0.0

    def transform(self) -> Transform:
        beta1, beta2, weight_decay = self.beta1, self.beta2, self.weight_decay
        terms = (
            TermSpec(
                key="c",
                symbol="c",
                name=message("gradient mixed with momentum"),
                role="momentum",
                rule=r"[beta1]\,[m-] + (1-[beta1])\,[g]",
            ),
            TermSpec(
                key="m",
                symbol="m",
                name=message("first moment"),
                rule=r"[beta2]\,[m-] + (1-[beta2])\,[g]",
            ),
            step_term(r"-[eta]\,\operatorname{sign}[c]", weight_decay),
        )

        def update(u: Floats, state: State, moment: Moment) -> Step:
            (m,) = state
            c = beta1 * m + (1.0 - beta1) * u
            m = beta2 * m + (1.0 - beta2) * u
            step = -moment.lr * (np.sign(c) + weight_decay * moment.theta)
            return Step(step, (m,), (c, m, step))

        return Transform(from_zero(1), update, terms)
