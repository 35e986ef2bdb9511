"""Update rules in plain NumPy, one function a method, from which the exported script takes what it uses.

Each maps (t, theta, g, state) and the method's settings to the next theta: t counts the steps from 1, g is
the gradient at theta, `state` is a dict that the rule keeps between its steps. Names, defaults and rules are
those of torch.optim.
"""

import numpy as np


def gd(t, theta, g, state, *, lr, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0):
    """Gradient descent with momentum (torch.optim.SGD)."""
    d = g + weight_decay * theta
    if momentum:
        b = state["b"] = d if t == 1 else momentum * state["b"] + (1.0 - dampening) * d
        d = d + momentum * b if nesterov else b
    return theta - lr * d


def sign(t, theta, g, state, *, lr, weight_decay=0.0):
    """Sign descent (Bernstein et al. 2018)."""
    return theta - lr * np.sign(g + weight_decay * theta)


def lion(t, theta, g, state, *, lr, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Lion (Chen et al. 2023)."""
    m = state.get("m", np.zeros_like(theta))
    c = beta1 * m + (1.0 - beta1) * g
    state["m"] = beta2 * m + (1.0 - beta2) * g
    return theta - lr * (np.sign(c) + weight_decay * theta)


def adagrad(
    t, theta, g, state, *, lr, lr_decay=0.0, weight_decay=0.0, initial_accumulator_value=0.0, eps=1e-10
):
    """Adagrad (Duchi et al. 2011)."""
    d = g + weight_decay * theta
    v = state["v"] = state.get("v", initial_accumulator_value) + d * d
    return theta - lr / (1.0 + (t - 1) * lr_decay) * d / (np.sqrt(v) + eps)


def rmsprop(t, theta, g, state, *, lr, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0, centered=False):
    """RMSprop (Hinton 2012; centered: Graves 2013)."""
    d = g + weight_decay * theta
    v = state["v"] = alpha * state.get("v", 0.0) + (1.0 - alpha) * d * d
    if centered:
        mean = state["mean"] = alpha * state.get("mean", 0.0) + (1.0 - alpha) * d
        v = v - mean * mean
    d = d / (np.sqrt(v) + eps)
    if momentum:
        d = state["b"] = momentum * state.get("b", 0.0) + d
    return theta - lr * d


def adadelta(t, theta, g, state, *, lr, rho=0.9, eps=1e-6, weight_decay=0.0):
    """Adadelta (Zeiler 2012)."""
    d = g + weight_decay * theta
    v = state["v"] = rho * state.get("v", 0.0) + (1.0 - rho) * d * d
    moved = state.get("moved", 0.0)
    d = np.sqrt(moved + eps) / np.sqrt(v + eps) * d
    state["moved"] = rho * moved + (1.0 - rho) * d * d
    return theta - lr * d


def adam(t, theta, g, state, *, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=False):
    """Adam (Kingma & Ba 2015)."""
    d = g + weight_decay * theta
    m = state["m"] = beta1 * state.get("m", 0.0) + (1.0 - beta1) * d
    v = state["v"] = beta2 * state.get("v", 0.0) + (1.0 - beta2) * d * d
    if amsgrad:
        v = state["v_max"] = np.maximum(state.get("v_max", 0.0), v)
    m_hat = m / (1.0 - beta1**t)
    v_hat = v / (1.0 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps)


def adamw(t, theta, g, state, *, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01, amsgrad=False):
    """Adam with decoupled weight decay (Loshchilov & Hutter 2019)."""
    theta = theta - lr * weight_decay * theta
    return adam(t, theta, g, state, lr=lr, beta1=beta1, beta2=beta2, eps=eps, amsgrad=amsgrad)


def nadam(
    t,
    theta,
    g,
    state,
    *,
    lr,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.0,
    momentum_decay=4e-3,
    decoupled_weight_decay=False,
):
    """Adam with Nesterov's momentum (Dozat 2016)."""
    if decoupled_weight_decay:
        theta = theta - lr * weight_decay * theta
        d = g
    else:
        d = g + weight_decay * theta
    mu = beta1 * (1.0 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1.0 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    product = state["product"] = state.get("product", 1.0) * mu
    m = state["m"] = beta1 * state.get("m", 0.0) + (1.0 - beta1) * d
    v = state["v"] = beta2 * state.get("v", 0.0) + (1.0 - beta2) * d * d
    scale = np.sqrt(v / (1.0 - beta2**t)) + eps
    ahead = (1.0 - mu) / (1.0 - product) * d + mu_next / (1.0 - product * mu_next) * m
    return theta - lr * ahead / scale


def radam(
    t,
    theta,
    g,
    state,
    *,
    lr,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.0,
    decoupled_weight_decay=False,
):
    """Rectified Adam (Liu et al. 2020)."""
    if decoupled_weight_decay:
        theta = theta - lr * weight_decay * theta
        d = g
    else:
        d = g + weight_decay * theta
    m = state["m"] = beta1 * state.get("m", 0.0) + (1.0 - beta1) * d
    v = state["v"] = beta2 * state.get("v", 0.0) + (1.0 - beta2) * d * d
    m_hat = m / (1.0 - beta1**t)
    longest = 2.0 / (1.0 - beta2) - 1.0
    length = longest - 2.0 * t * beta2**t / (1.0 - beta2**t)
    if length <= 5.0:
        return theta - lr * m_hat
    top = (length - 4.0) * (length - 2.0) * longest
    rectification = np.sqrt(top / ((longest - 4.0) * (longest - 2.0) * length))
    return theta - lr * m_hat * rectification * np.sqrt(1.0 - beta2**t) / (np.sqrt(v) + eps)


def adamax(t, theta, g, state, *, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    """Adamax (Kingma & Ba 2015)."""
    d = g + weight_decay * theta
    m = state["m"] = beta1 * state.get("m", 0.0) + (1.0 - beta1) * d
    u = state["u"] = np.maximum(beta2 * state.get("u", 0.0), np.abs(d) + eps)
    return theta - lr / (1.0 - beta1**t) * m / u


def rprop(t, theta, g, state, *, lr, eta_minus=0.5, eta_plus=1.2, min_step=1e-6, max_step=50.0):
    """Resilient propagation (Riedmiller & Braun 1993)."""
    agree = np.sign(g * state.get("g", np.zeros_like(g)))
    factor = np.where(agree > 0, eta_plus, np.where(agree < 0, eta_minus, 1.0))
    size = state["size"] = np.clip(state.get("size", np.full_like(g, lr)) * factor, min_step, max_step)
    g = state["g"] = np.where(agree < 0, 0.0, g)
    return theta - np.sign(g) * size


def asgd(t, theta, g, state, *, lr, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0.0):
    """Averaged stochastic gradient descent (Polyak & Juditsky 1992); the path, not its average."""
    d = g + weight_decay * theta
    eta = state.get("eta", lr)
    state["eta"] = lr / (1.0 + lambd * lr * t) ** alpha
    return theta * (1.0 - lambd * eta) - eta * d
