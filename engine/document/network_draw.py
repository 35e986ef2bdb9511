"""Where the weights of a network begin: given ones, or drawn by the lab's seed. Any thread; numpy only."""

import math

import numpy as np

from engine.base.arrays import Floats
from engine.base.streams import stream
from engine.document.network import Network


def drawn_weights(network: Network, count: int, seed: int) -> Floats:
    """Where `count` runs begin, (count, d): given weights for the first, the others drawn one by one.

    Source: torch.nn.Linear; torch.nn.init (Glorot & Bengio 2010; He et al. 2015).
    """
    random = stream(seed, "weights")
    given = None if network.weights is None else network.weights.flat
    drawn = np.empty((count, network.parameters))
    for k in range(count):
        if k == 0 and given is not None:
            drawn[0] = given
            continue
        fan_in = network.inputs
        parts = []
        for name, shape in network.shapes.items():
            fan_in = shape[1] if len(shape) == 2 else fan_in
            parts.append(_drawn(network, random, shape, fan_in, is_bias=name.endswith("bias")).ravel())
        drawn[k] = np.concatenate(parts)
    return drawn


def _drawn(
    network: Network, random: np.random.Generator, shape: tuple[int, ...], fan_in: int, *, is_bias: bool
) -> Floats:
    init = network.init
    if init == "constant":
        return np.full(shape, network.constant)
    if init == "default":
        bound = 1.0 / math.sqrt(fan_in)
        return random.uniform(-bound, bound, shape)
    if init == "zeros" or is_bias:
        return np.zeros(shape)
    variance = 2.0 / (shape[0] + fan_in if init.startswith("glorot") else fan_in)
    if init.endswith("uniform"):
        bound = math.sqrt(3.0 * variance)
        return random.uniform(-bound, bound, shape)
    return math.sqrt(variance) * random.standard_normal(shape)
