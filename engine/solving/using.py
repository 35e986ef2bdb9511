"""A network in use: what it says of some inputs, and how that would change with them.

A pure function of a TrainingMoment; any thread; numpy only.
"""

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.document.network import CLASSES, Network
from engine.solving.prediction import outputs_named
from engine.solving.solution import Solution
from engine.solving.training_moment import TrainingMoment, network_of, squashed


class Used(Struct, frozen=True, eq=False, kw_only=True):
    """ŷ of some inputs.

    Attributes:
        inputs, outputs: names of the columns that go in, and of what comes out.
        said: (o,): ŷ as a person reads it, a probability of classes.
        output: the one whose slopes these are: the likeliest class, or the first.
        slopes: (i,): ∂ŷ/∂x, x as in the table.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    said: Floats
    output: int
    slopes: Floats


def used(solution: Solution, moment: TrainingMoment) -> Used | None:
    """What the network of `solution` says of the inputs of `moment`; None where no network is trained."""
    found = network_of(solution)
    if found is None:
        return None
    network, examples = found
    passes = moment.passes
    said = squashed(network, passes.units[-1])[:, 0]
    output = int(said.argmax()) if network.loss.name in CLASSES else 0
    slopes = _by_outputs(network, said, output)
    matrices = [moment.tensors[name] for name in network.shapes if name.endswith("weight")]
    with np.errstate(all="ignore"):
        for matrix, steepness in zip(reversed(matrices), reversed(passes.slopes), strict=True):
            slopes = (slopes * steepness[:, 0]) @ matrix
        if examples.std is not None:
            slopes = slopes / examples.std
    return Used(
        inputs=examples.names, outputs=outputs_named(solution), said=said, output=output, slopes=slopes
    )


def _by_outputs(network: Network, said: Floats, output: int) -> Floats:
    """∂ŷ/∂a by the outputs of the last layer, (o,), before a softmax or a sigmoid."""
    itself = np.zeros_like(said)
    itself[output] = 1.0
    if network.loss.name in CLASSES:
        return np.asarray(said[output] * (itself - said))
    if network.loss.name == "bce_with_logits":
        return np.asarray(itself * said * (1.0 - said))
    return itself
