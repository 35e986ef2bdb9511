"""Networks made by hand, with activations and δ worked out with numpy alone."""

from itertools import pairwise

import numpy as np

from gui.network.picture import Edge, NetworkPicture, Phase, Tensor, Units, Weights


def network(
    *sizes: int,
    seed: int = 0,
    maps: int = 0,
    chosen: Edge | None = None,
    phase: Phase | None = None,
) -> NetworkPicture:
    """A tanh network with linear outputs and the loss Σŷ²; `maps`: their size, 0 for none."""
    random = np.random.default_rng(seed)
    matrices = [random.normal(0, 1, (n, m)) for m, n in pairwise(sizes)]
    biases = [random.normal(0, 0.3, n) for n in sizes[1:]]
    last = len(sizes) - 1
    a = [random.normal(0, 1, sizes[0])]
    z = [a[0]]
    for k, (w, b) in enumerate(zip(matrices, biases, strict=True)):
        z.append(w @ a[-1] + b)
        a.append(np.tanh(z[-1]) if k + 1 < last else z[-1])
    d = [np.zeros(n) for n in sizes]
    d[last] = 2 * a[last]
    for k in range(last - 1, 0, -1):
        d[k] = (1 - a[k] ** 2) * (matrices[k].T @ d[k + 1])
    units = tuple(
        Units(
            size=n,
            title=f"{n} units",
            names=tuple(f"x_{{{i + 1}}}" for i in range(n)) if k in (0, last) else (),
            sums=z[k],
            activations=a[k],
            deltas=d[k],
            maps=random.uniform(-1, 1, (n, maps, maps)) if maps and 0 < k < last else None,
        )
        for k, n in enumerate(sizes)
    )
    weights = tuple(
        Weights(
            Tensor(f"{2 * k}.weight", w, np.outer(d[k + 1], a[k]), -0.1 * np.outer(d[k + 1], a[k])),
            Tensor(f"{2 * k}.bias", b, d[k + 1], -0.1 * d[k + 1]),
        )
        for k, (w, b) in enumerate(zip(matrices, biases, strict=True))
    )
    return NetworkPicture(units=units, weights=weights, chosen=chosen, phase=phase)
