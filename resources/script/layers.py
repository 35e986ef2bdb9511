"""Activations and losses in plain NumPy, one function each: the exported script takes what it uses.

Arrays are (units, rows). An activation maps the weighted sums z; its `…_slope` is its derivative there, given
its value a too. A loss maps the outputs a and the targets y to what each element loses (of classes: each row)
and to the derivative of that by a. Names, arguments and conventions at kinks are PyTorch's.
"""

import math

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z)), without overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def sigmoid_slope(z, a):
    return a * (1.0 - a)


def tanh(z):
    return np.tanh(z)


def tanh_slope(z, a):
    return 1.0 - a * a


def relu(z):
    return np.maximum(z, 0.0)


def relu_slope(z, a):
    """0 at the kink."""
    return np.where(z > 0, 1.0, 0.0)


def leaky_relu(z):
    return np.where(z > 0, z, 0.01 * z)


def leaky_relu_slope(z, a):
    return np.where(z > 0, 1.0, 0.01)


def elu(z):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def elu_slope(z, a):
    return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0)))


def normal_share(z):
    """The share of a standard normal distribution below z."""
    return 0.5 * np.vectorize(math.erfc, otypes=[float])(-z / math.sqrt(2.0))


def gelu(z):
    return z * normal_share(z)


def gelu_slope(z, a):
    return normal_share(z) + z * np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def softplus(z):
    return np.logaddexp(0.0, z)


def softplus_slope(z, a):
    return sigmoid(z)


def mse(a, y):
    return (a - y) ** 2, 2.0 * (a - y)


def l1(a, y):
    return np.abs(a - y), np.sign(a - y)


def huber(a, y, delta=1.0):
    r = a - y
    near = np.abs(r) <= delta
    return np.where(near, 0.5 * r * r, delta * (np.abs(r) - 0.5 * delta)), np.clip(r, -delta, delta)


def smooth_l1(a, y, beta=1.0):
    each, slope = huber(a, y, delta=beta)
    return each / beta, slope / beta


def bce_with_logits(a, y):
    """Binary cross-entropy of the probability sigmoid(a)."""
    return softplus(a) - a * y, sigmoid(a) - y


def cross_entropy(a, y):
    """-log of the probability of the right class: y is 1 for it and 0 for the others."""
    largest = a.max(axis=0)
    powers = np.exp(a - largest)
    total = powers.sum(axis=0)
    return np.log(total) + largest - (a * y).sum(axis=0), powers / total - y


def hinge_embedding(a, y):
    """a where y is 1, and max(0, 1 - a) where it is -1."""
    return np.where(y == 1, a, np.maximum(0.0, 1.0 - a)), np.where(y == 1, 1.0, np.where(a <= 1, -1.0, 0.0))


def multi_margin(a, y):
    """Of the classes but the right one: the mean of max(0, 1 - a of the right one + a)."""
    gap = 1.0 - (a * y).sum(axis=0) + a
    slope = np.where(gap > 0, 1.0, 0.0) * (1.0 - y) / len(a)
    each = (np.maximum(gap, 0.0) * (1.0 - y)).sum(axis=0) / len(a)
    return each, slope - y * slope.sum(axis=0)
