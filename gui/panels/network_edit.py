"""Edits of `lab.network`, as one merge key for each part of it. GUI thread."""

from typing import Any

from msgspec.structs import replace

from engine.document.network import Layer, Network
from gui.store import Store


def edit_network(store: Store, part: str, initiator: object = None, **changes: Any) -> None:
    """Replace fields of the network, if there is one. Weights that were made for other layers are let go."""
    if store.lab.network is not None:
        network = fitting(replace(store.lab.network, **changes))
        store.edit(network=network, merge_key=("network", part), initiator=initiator)


def with_biases_of(network: Network, layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """`layers` of a text, which does not speak of biases, with those of `network`."""
    old = [layer.bias for layer in network.layers]
    biases = old if len(old) == len(layers) else [any(old)] * len(layers)
    return tuple(replace(layer, bias=bias) for layer, bias in zip(layers, biases, strict=True))


def fitting(network: Network) -> Network:
    """`network` without given weights that are not of its shapes."""
    given = network.weights
    if given is None or dict(given.shapes) == network.shapes:
        return network
    return replace(network, weights=None)


def edit_training(store: Store, part: str, initiator: object = None, **changes: Any) -> None:
    """Replace fields of `lab.training`."""
    training = replace(store.lab.training, **changes)
    store.edit(training=training, merge_key=("training", part), initiator=initiator)


def draw_again(store: Store) -> None:
    """Other weights for every start, by the next seed, in place of those that were given or moved."""
    lab = store.lab
    if lab.network is not None:
        store.edit(
            seed=lab.seed + 1, starts=({},) * len(lab.starts), network=replace(lab.network, weights=None)
        )
