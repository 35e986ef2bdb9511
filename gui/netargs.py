"""Networks and batches on the command line and in the requests of --jsonl: one set of fields for both.

Any thread; loads neither Qt nor GL.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from engine.base.i18n import message
from engine.document.lab import Data, Lab
from engine.document.network import Initialisation, Loss, Network, Scaling
from engine.document.network_matrices import looks_like_a_network, read_network
from engine.document.network_text import parse_loss, parse_penalty
from engine.document.setup import formula_of
from engine.document.weights.stored import WeightFileError
from engine.document.weights.weightfile import read as read_weights
from engine.formula import FormulaError
from gui.argument_error import ArgumentError

EPOCHS: Final = 200
T = TypeVar("T")


class NetworkFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a request may say of a network and of how its table is gone through; None: not said."""

    network: str | None = None
    target: str | list[str] | None = None
    loss: str | None = None
    huber_delta: Annotated[float, Meta(gt=0)] | None = None
    scaling: Scaling | None = None
    init: Initialisation | None = None
    bias: bool = True
    penalty: str | None = None
    label_noise: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    weights: str | None = None
    batch: Annotated[int, Meta(ge=1)] | Literal["full"] | None = None
    epochs: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    shuffle: bool = True
    split: Annotated[float, Meta(gt=0, lt=1)] | None = None
    batch_losses: bool = False
    partials: list[str] = field(default_factory=list)


OF_NETWORKS: Final = ("target", "scaling", "init", "penalty", "label_noise", "weights")
OF_MODELS: Final = ("loss", "huber_delta")  # of a network, or of a model that is typed


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of networks and batches; their values are judged by `fields_from`."""
    add = parser.add_argument
    add("--network", metavar="2-8tanh-1", help="a network in place of a formula: its widths and activations")
    add("--target", metavar="Y[,Z]", help="the columns a network predicts; the last ones unless given")
    add("--loss", metavar="LOSS", help='mse unless given; such as cross_entropy or "huber(delta=0.5)"')
    add("--huber-delta", metavar="D", help="where the loss huber turns into a line; 1 unless given")
    add("--scaling", metavar="S", help="of the columns that go in: none, or standard: (x − mean)/std")
    add("--init", metavar="INIT", help="how weights begin: default, glorot_uniform, he_normal, zeros, …")
    add("--no-bias", action="store_true", help="layers without a bias")
    add("--penalty", metavar="l2=F", help="F times the sum of the squares (l2) or sizes (l1) of the matrices")
    add("--label-noise", metavar="S", help="noise in the targets, or the share of labels that are replaced")
    add("--weights", metavar="FILE", help="where a network starts: a .safetensors or .npz file")
    add("--batch", metavar="N", help="rows of a step; full unless given")
    add("--epochs", metavar="N", help="how often the table is gone through; of a network 200 unless --steps")
    add("--no-shuffle", action="store_true", help="batches in the order of the table")
    add("--split", metavar="S", help="the share of rows to train on; the others are tested on")


def fields_from(options: argparse.Namespace) -> NetworkFields:
    """The fields that the options say.

    Raises:
        ArgumentError: a value that cannot be.
    """
    names = ("network", *OF_MODELS, *OF_NETWORKS, "batch", "epochs", "split")
    given = {name: getattr(options, name) for name in names}
    given["target"] = given["target"] and [name.strip() for name in given["target"].split(",")]
    given |= {"bias": not options.no_bias, "shuffle": not options.no_shuffle}
    try:
        return msgspec.convert(given, NetworkFields, strict=False)
    except msgspec.ValidationError as error:
        detail = str(error).replace("$.", "--").replace("_", "-")
        raise ArgumentError(message("This option cannot be: {detail}", detail=detail)) from error


def of_formula(formula: str | None, fields: NetworkFields) -> NetworkFields:
    """The fields, with the network that stands where a formula would: net(2, 8 tanh, 1), or in matrices.

    Raises:
        ArgumentError: a formula and a network, or fields of a network without one.
    """
    if formula is not None and looks_like_a_network(formula) and fields.network is None:
        return replace(fields, network=formula)
    if formula is not None and fields.network is not None:
        raise ArgumentError(
            message("Give either a formula or a network, not both."),
            hint=message("A network stands in place of the formula."),
        )
    return fields


def with_network(lab: Lab, fields: NetworkFields, *, steps: int | None, evaluations: int | None) -> Lab:
    """`lab` with the network and the training that the fields say.

    Args:
        steps, evaluations: the budgets that were given.

    Raises:
        ArgumentError: they do not fit together, or a file of weights cannot be used.
    """
    if steps is not None and fields.epochs is not None:
        raise ArgumentError(
            message("Give either steps or epochs, not both."),
            hint=message("An epoch takes as many steps as there are batches."),
        )
    training = replace(
        lab.training,
        batch=lab.training.batch
        if fields.batch is None
        else None
        if fields.batch == "full"
        else fields.batch,
        epochs=None if steps is not None else fields.epochs or lab.training.epochs,
        shuffle=lab.training.shuffle and fields.shuffle,
        split=fields.split or lab.training.split,
    )
    network = _network(lab, fields)
    lab = lab if network is not None else _with_loss(lab, fields)
    if fields.network is not None and steps is None and evaluations is None and training.epochs is None:
        training = replace(training, epochs=EPOCHS)
    return replace(lab, network=network, training=training)


def _network(lab: Lab, fields: NetworkFields) -> Network | None:
    network = lab.network
    loss = _loss(fields, network.loss if network is not None else Loss())
    targets = (fields.target,) if isinstance(fields.target, str) else tuple(fields.target or ())
    if fields.network is not None:
        data = lab.data or Data()
        network = _read(fields.network, lambda text: read_network(text, data, loss, targets), in_formula=True)
    said = [name for name in OF_NETWORKS if getattr(fields, name) is not None]
    said += [] if fields.bias else ["no_bias"]
    if network is None:
        if said:
            raise ArgumentError(
                message("{option} belongs to a network, and there is none.", option=_option(said[0])),
                hint=message("Give one with --network, such as {example}", example="--network 2-8tanh-1"),
            )
        return None
    changed: dict[str, Any] = {"loss": loss}
    if not fields.bias:
        changed["layers"] = tuple(replace(layer, bias=False) for layer in network.layers)
    if targets:
        changed["targets"] = targets
    if fields.penalty is not None:
        changed["penalty"] = _read(fields.penalty, parse_penalty)
    for name in ("scaling", "init", "label_noise"):
        if getattr(fields, name) is not None:
            changed[name] = getattr(fields, name)
    network = replace(network, **changed)
    if fields.weights is not None:
        try:
            loaded = read_weights(Path(fields.weights), tuple(network.shapes.items()))
        except WeightFileError as error:
            raise ArgumentError(error.message) from error
        scaling: Scaling = "standard" if loaded.standardised else network.scaling
        network = replace(network, weights=loaded.tensors, scaling=scaling)
    return network


def _with_loss(lab: Lab, fields: NetworkFields) -> Lab:
    """`lab` with the loss of a model that is typed, ŷ = w x + b.

    Raises:
        ArgumentError: the formula is no model.
    """
    given = [name for name in OF_MODELS if getattr(fields, name) is not None]
    if not given:
        return lab
    lab = replace(lab, loss=_loss(fields, lab.loss))
    try:
        model = formula_of(lab).model
    except FormulaError:
        return lab  # whoever reads the formula says it, with its place
    if model is None or model.target is None:
        raise ArgumentError(
            message(
                "{option} compares a model with a column of the table, and this formula is no model.",
                option=_option(given[0]),
            ),
            hint=message("Write a model over a table, such as {example}", example="y_hat = w x + b"),
        )
    return lab


def _loss(fields: NetworkFields, usual: Loss) -> Loss:
    """The loss that the fields say."""
    loss = usual if fields.loss is None else _read(fields.loss, parse_loss)
    return loss if fields.huber_delta is None else replace(loss, delta=fields.huber_delta)


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _read(text: str, parse: Callable[[str], T], *, in_formula: bool = False) -> T:
    try:
        return parse(text)
    except FormulaError as error:
        raise ArgumentError(
            error.message, text=text, span=error.span, hint=error.hint, in_formula=in_formula
        ) from error
