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
    eta = lr / (1.0 + lambd * lr * (t - 1)) ** alpha
    return theta * (1.0 - lambd * eta) - eta * d


def gd_linesearch(t, theta, g, state, *, alphas, **unused):
    """Gradient descent by the step lengths that a line search found (Nocedal & Wright, Algorithm 3.1)."""
    return theta - alphas[t - 1] * g


def cg(t, theta, g, state, *, alphas, beta="pr+", **unused):
    """Conjugate gradients by the step lengths that a Wolfe search found (Nocedal & Wright, Algorithm 5.4)."""
    before, p = state.get("g", np.zeros_like(g)), state.get("p", np.zeros_like(g))
    gain = g @ g if beta == "fr" else max(0.0, g @ (g - before))
    share = gain / (before @ before) if before @ before > 0 else 0.0
    p = -g + share * p
    if not g @ p < 0:  # no way down: begin anew
        p = -g
    state["g"], state["p"] = g, p
    return theta + alphas[t - 1] * p


def newton(t, theta, g, state, *, alphas, modified=True, delta=1e-6, **unused):
    """Newton's method, its negative curvatures turned round, by the step lengths that backtracking found."""
    values, vectors = np.linalg.eigh(hessian(theta))  # noqa: F821 - of the script
    sizes = np.abs(values)
    largest = sizes.max() or 1.0
    if modified:
        inverse = 1.0 / np.maximum(sizes, delta * largest)
    else:
        inverse = np.array([1.0 / u if abs(u) > 1e-14 * largest else 0.0 for u in values])
    return theta - alphas[t - 1] * (vectors @ (inverse * (vectors.T @ g)))


def bfgs(t, theta, g, state, *, alphas, **unused):
    """BFGS by the step lengths that a Wolfe search found (Nocedal & Wright, Algorithm 6.1)."""
    unit = np.eye(len(theta))
    inverse = state.get("inverse", unit)
    if t > 1:
        s, y = theta - state["theta"], g - state["g"]
        if s @ y > 1e-12 * np.linalg.norm(s) * np.linalg.norm(y):
            if t == 2:
                inverse = (s @ y) / (y @ y) * unit
            left = unit - np.outer(s, y) / (s @ y)
            inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
    p = -inverse @ g
    if not g @ p < 0:  # no way down: begin anew
        p, inverse = -g, unit
    state.update(theta=theta, g=g, inverse=inverse)
    return theta + alphas[t - 1] * p


def lbfgs(t, theta, g, state, *, alphas, history=10, **unused):
    """L-BFGS by the step lengths that a Wolfe search found (Nocedal & Wright, Algorithms 7.4 and 7.5)."""
    memory = state.setdefault("memory", [])
    if t > 1:
        s, y = theta - state["theta"], g - state["g"]
        if s @ y > 1e-12 * np.linalg.norm(s) * np.linalg.norm(y):
            memory.append((s, y, 1.0 / (s @ y)))
            del memory[:-history]
    q, shares = g, []
    for s, y, rho in reversed(memory):
        shares.append(rho * (s @ q))
        q = q - shares[-1] * y
    p = q if not memory else q / (memory[-1][2] * (memory[-1][1] @ memory[-1][1]))
    for (s, y, rho), share in zip(memory, reversed(shares), strict=True):
        p = p + s * (share - rho * (y @ p))
    p = -p
    if not g @ p < 0:  # no way down: begin anew
        p = -g
        memory.clear()
    state.update(theta=theta, g=g)
    return theta + alphas[t - 1] * p


def trust_region(t, theta, g, state, *, radius=1.0, max_radius=100.0, eta=0.1, **unused):
    """A trust region, its subproblem solved from the eigenvalues (Nocedal & Wright, Algorithm 4.1)."""
    size = state.get("size", radius)
    values, vectors = np.linalg.eigh(hessian(theta))  # noqa: F821 - of the script
    along = vectors.T @ g

    def solution(multiplier):
        shifted = values + multiplier
        return -along / np.where(np.abs(shifted) > 0, shifted, np.inf)

    q = solution(0.0)
    if not (values[0] > 0 and np.linalg.norm(q) <= size):
        low = max(0.0, -values[0])
        high = low + np.linalg.norm(along) / size + 1e-300
        for _ in range(60):
            middle = 0.5 * (low + high)
            if np.linalg.norm(solution(middle)) > size:
                low = middle
            else:
                high = middle
        q = solution(high)
        missing = size**2 - q @ q
        if values[0] <= 0 and missing > 1e-6 * size**2:
            q[0] = np.sqrt(max(q[0] ** 2 + missing, 0.0))
    p = vectors @ q
    promised = -(along @ q + 0.5 * (values * q) @ q)
    rho = (value(*theta) - value(*(theta + p))) / promised if promised > 0 else 0.0  # noqa: F821
    rho = rho if np.isfinite(rho) else -1.0
    length = np.linalg.norm(p)
    if rho < 0.25:
        state["size"] = 0.25 * length
    elif rho > 0.75 and length >= 0.999 * size:
        state["size"] = min(2.0 * size, max_radius)
    else:
        state["size"] = size
    return theta + p if rho > eta else theta
