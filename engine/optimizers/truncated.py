"""Steps towards the bottom of the fitted parabola by conjugate gradients, for many starts at once.

They ask for products of the Hessian with directions, never for the Hessian. Any thread; numpy only.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.vectors import length, unit
from engine.optimizers.line_search import dot, halved
from engine.program.function import Function

MOST_PRODUCTS: Final = 200


def truncated(
    function: Function, theta: Floats, gradient: Floats, radius: Floats | None = None
) -> tuple[Floats, NDArray[np.int64]]:
    """The step p from theta (s, d) and the products with the Hessian spent on it, (s,).

    It ends when the residual is at most min(½, √|g|)·|g|, and where the parabola curves downwards: there
    without a radius with what it has (at first −g), within a radius (s,) at the rim, as when it gets there.

    Source: Nocedal & Wright 2006, Algorithm 7.1 (line search Newton-CG) and Algorithm 7.2 (CG-Steihaug).
    """
    z = np.zeros_like(theta)
    r, scale = halved(np.where(np.isfinite(gradient), gradient, 0.0))  # z, r and d are in this unit
    d = -r
    size = length(r)
    enough = np.minimum(0.5, np.sqrt(size * scale)) * size
    radius = None if radius is None else radius / scale
    spent = np.zeros(len(theta), np.int64)
    active = np.flatnonzero(size > 0)
    for _ in range(min(MOST_PRODUCTS, 2 * theta.shape[-1])):
        if not len(active):
            break
        way = d[active]
        product = function.curvature(theta[active], way[:, None])[:, 0]
        spent[active] += 1
        curved = dot(way, product)
        up = curved > 0
        rr = dot(r[active], r[active])
        alpha = np.where(up, rr / np.where(up, curved, 1.0), 0.0)
        onward = z[active] + alpha[:, None] * way
        over = ~up
        if radius is None:
            first = over & (spent[active] == 1)
            onward[first] = way[first]
        else:
            out = over | (length(onward) >= radius[active])
            rim = _to_the_rim(z[active], way, radius[active])
            onward[out] = rim[out]
            over = out
        z[active] = onward
        after = r[active] + alpha[:, None] * product
        over |= length(after) <= enough[active]
        r[active] = after
        d[active] = -after + (dot(after, after) / rr)[:, None] * way
        active = active[~over]
    return z * scale[..., None], spent


def _to_the_rim(z: Floats, way: Floats, radius: Floats) -> Floats:
    """Where z + τ·way, τ ≥ 0, leaves the ball of that radius around 0; all (s, d) but the radius, (s,)."""
    way, inside = unit(way), z / radius[:, None]
    b, c = dot(inside, way), dot(inside, inside) - 1.0
    tau = -b + np.sqrt(np.maximum(b * b - c, 0.0))
    return np.asarray(z + (radius * tau)[:, None] * way)
