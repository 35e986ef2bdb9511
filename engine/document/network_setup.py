"""A Lab's network judged against its table: what goes in, what should come out, where its weights begin.

Any thread; numpy only.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.streams import stream
from engine.document.lab import Data, Lab
from engine.document.network import CLASSES, Network, scalar_names
from engine.document.network_draw import drawn_weights
from engine.document.network_text import network_spec, network_text
from engine.document.setup import Problem, Setup, resolve
from engine.document.split import Rows, split_rows
from engine.document.weights.stored import shape_text
from engine.document.weights.tensors import SCALING, Tensors
from engine.formula import Formula
from engine.formula.ast import Hole

MOST_NAMED: Final = 6


class Examples(Struct, frozen=True, eq=False, kw_only=True):
    """What a network learns from: n rows of a table.

    Attributes:
        names: of the columns that go in. targets: of those to be predicted.
        inputs: (i, n), as the table has them.
        wanted: (o, n): the targets, of classes 1 for the right one and 0 for the others; those of the rows to
            train on with the label noise.
        classes: their names, where the loss is of classes; of two labels that were text, in their order.
        train, test: the rows, in order; `test` is empty without a split.
        mean, std: (i,), of the inputs in the rows to train on, where these are standardised: divided by n, as
            the formula language has it; the std of a constant column is 1.
    """

    names: tuple[str, ...]
    targets: tuple[str, ...]
    inputs: Floats
    wanted: Floats
    classes: tuple[str, ...] | None
    train: Rows
    test: Rows
    mean: Floats | None = None
    std: Floats | None = None

    def seen(self, inputs: Floats) -> Floats:
        """What the network is given of inputs (i, n)."""
        if self.mean is None or self.std is None:
            return inputs
        return np.asarray((inputs - self.mean[:, None]) / self.std[:, None])

    @property
    def scaling(self) -> dict[str, Floats]:
        """The mean and the std by the names they have in a file of weights; empty without."""
        if self.mean is None or self.std is None:
            return {}
        return dict(zip(SCALING, (self.mean, self.std), strict=True))


class _Wrong(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def examples_of(lab: Lab) -> tuple[Examples | None, tuple[Problem, ...]]:
    """The Examples of the network of `lab`, or None where a problem is fatal; and the problems."""
    network = lab.network
    assert network is not None
    try:
        _check_weights(network)
        data = _table(lab.data)
        targets = _targets(network, data)
        names = input_names(network, data)
        _check_inputs(network, data, names, targets)
        table = np.array(data.rows, dtype=np.float64).T
        if not np.isfinite(table).all():
            column, row = map(int, np.argwhere(~np.isfinite(table))[0])
            raise _wrong(
                "data",
                message("Row {row} of column {name} is no number."),
                message("Fill it in, or leave the row out."),
                row=row + 1,
                name=data.columns[column],
            )
        columns = dict(zip(data.columns, table, strict=True))
        rows = split_rows(len(data.rows), lab.training.split, lab.seed)
        if isinstance(rows, Problem):
            raise _Wrong(rows)
        train, test = rows
        wanted, classes = _wanted(network, data, targets, columns)
        wanted = _with_noise(network, wanted, train, lab.seed)
    except _Wrong as wrong:
        return None, (wrong.problem,)
    inputs = np.array([columns[name] for name in names])
    examples = Examples(
        names=names, targets=targets, inputs=inputs, wanted=wanted, classes=classes, train=train, test=test
    )
    if network.scaling == "standard":
        std = inputs[:, train].std(axis=1)
        examples = replace(examples, mean=inputs[:, train].mean(axis=1), std=np.where(std > 0, std, 1.0))
    return examples, tuple(_doubts(columns, names))


def target_names(network: Network, data: Data) -> tuple[str, ...]:
    """The columns to be predicted: those chosen, there or not, else the last ones."""
    count = 1 if network.loss.name in CLASSES else network.widths[-1]
    return network.targets or data.columns[-count:]


def input_names(network: Network, data: Data) -> tuple[str, ...]:
    """The columns that go in: those chosen if they are there and not predicted, else all that are not."""
    targets = target_names(network, data)
    names = tuple(name for name in data.columns if name not in targets)
    return network.features if network.features and set(network.features) <= set(names) else names


def resolve_network(lab: Lab, examples: Examples) -> tuple[Setup | None, tuple[Problem, ...]]:
    """The Setup of the network of `lab`, its variables the single weights; None where a problem is fatal."""
    network = lab.network
    assert network is not None
    drawn = drawn_weights(network, len(lab.starts), lab.seed)
    return resolve(lab, network_formula(network, examples), drawn)


def network_formula(network: Network, examples: Examples) -> Formula:
    """What stands for a formula: net(2, 8 tanh, 1), a function of the single weights, without a tree."""
    return Formula(
        text=network_text(network),
        ast=Hole(),
        variables=scalar_names(network.shapes),
        columns=(*examples.names, *examples.targets),
    )


def weights_at(network: Network, setup: Setup, point: Floats) -> Tensors:
    """The tensors at a point (d,) of what is descended."""
    numbers = setup.held | dict(zip(setup.descended, point.tolist(), strict=True))
    flat = np.array([numbers[name] for name in setup.variables])
    ends = np.cumsum([math.prod(shape) for shape in network.shapes.values()])[:-1]
    parts = zip(network.shapes.items(), np.split(flat, ends), strict=True)
    return Tensors.of({name: part.reshape(shape) for (name, shape), part in parts})


def file_weights(network: Network, examples: Examples, setup: Setup, point: Floats) -> Tensors:
    """What a file of weights says at a point (d,): the tensors, and how the inputs are standardised."""
    return Tensors.of(weights_at(network, setup, point).arrays | examples.scaling)


def _check_weights(network: Network) -> None:
    wanted, given = network.shapes, network.weights
    if given is not None and dict(given.shapes) != wanted:
        theirs = dict(given.shapes)
        name = next((name for name in wanted if theirs.get(name) != wanted[name]), next(iter(theirs), "–"))
        raise _wrong(
            "network.weights",
            message("The weights are those of another network: {name} is {found}, and {wanted} is needed."),
            message("Choose the layers that the weights were made for, or draw new weights."),
            name=name,
            found=shape_text(theirs[name]) if name in theirs else "–",
            wanted=shape_text(wanted[name]) if name in wanted else "–",
        )


def _table(data: Data | None) -> Data:
    if data is None:
        raise _wrong(
            "data",
            message("A network learns from a table, and there is none."),
            message("Give a table of data."),
        )
    if not data.rows:
        raise _wrong("data", message("The table has no rows to learn from."), message("Add rows to it."))
    return data


def _targets(network: Network, data: Data) -> tuple[str, ...]:
    """The columns to be predicted, judged."""
    outputs = network.widths[-1]
    targets = target_names(network, data)
    for name in targets:
        if name not in data.columns:
            raise _wrong(
                "network.targets",
                message("The table has no column “{name}” to predict."),
                message("There are: {names}."),
                name=name,
                names=", ".join(data.columns),
            )
    if len(set(targets)) < len(targets):
        raise _wrong(
            "network.targets",
            message("The column {name} is to be predicted twice."),
            message("Name each once."),
            name=next(name for name in targets if targets.count(name) > 1),
        )
    if network.loss.name in CLASSES:
        if len(targets) > 1:
            raise _wrong(
                "network.targets",
                message("{loss} predicts one column of classes, not {count}."),
                message("Choose one of them."),
                loss=network.loss.name,
                count=len(targets),
            )
        if outputs == 1:
            raise _wrong(
                "network",
                message("{loss} needs an output for each class, and the network has one output."),
                message(
                    "End the network with the number of classes, or take bce_with_logits for two classes."
                ),
                loss=network.loss.name,
            )
    elif len(targets) != outputs:
        raise _wrong(
            "network",
            message("The network has {outputs} outputs for {count} columns to predict ({names})."),
            message("Let its last width be {count}, or name other columns."),
            outputs=outputs,
            count=len(targets),
            names=", ".join(targets),
        )
    return targets


def _check_inputs(network: Network, data: Data, names: tuple[str, ...], targets: tuple[str, ...]) -> None:
    if len(names) != network.inputs:
        spec = network_spec(network).partition("-")[2]
        if set(targets) & set(data.columns) and len(data.columns) == network.inputs:
            raise _wrong(
                "network",
                message(
                    "The network takes {wanted} inputs, all the columns: {name} is to be predicted and "
                    "cannot be among them."
                ),
                message("Begin it with {found}, as in {example}."),
                wanted=network.inputs,
                name=", ".join(targets),
                found=len(names),
                example=f"{len(names)}-{spec}",
            )
        raise _wrong(
            "network",
            message(
                "The network takes {wanted} inputs; beside what is predicted the table has {found} columns."
            ),
            message("Begin it with {found}, as in {example}."),
            wanted=network.inputs,
            found=len(names),
            example=f"{len(names)}-{spec}",
        )
    for name in names:
        if name in data.classes:
            raise _wrong(
                "data",
                message("The column {name} is text, and inputs are numbers."),
                message("Write a number for each of its entries, or leave the column out."),
                name=name,
            )


def _wanted(
    network: Network, data: Data, targets: tuple[str, ...], columns: Mapping[str, Floats]
) -> tuple[Floats, tuple[str, ...] | None]:
    """What each output should be, (o, n), and the names of classes."""
    loss = network.loss.name
    if loss in CLASSES:
        (target,) = targets
        return _one_of(network, target, columns[target], data.classes.get(target))
    wanted = np.array([columns[name] for name in targets])
    named: tuple[str, ...] | None = None
    for name, row in zip(targets, wanted, strict=True):
        words = data.classes.get(name)
        labels = {"bce_with_logits": (0, 1), "hinge_embedding": (-1, 1)}.get(loss)
        if labels is None:
            if words:
                raise _wrong(
                    "network.loss",
                    message("The column {name} is text, and {loss} predicts numbers."),
                    message("Choose a loss of classes: cross_entropy, or bce_with_logits for two."),
                    name=name,
                    loss=loss,
                )
        elif words and len(words) == 2:
            row[:] = np.array(labels, dtype=np.float64)[row.astype(np.intp)]
            named = words if len(targets) == 1 else None
        elif words or not np.isin(row, labels).all():
            raise _wrong(
                "network.loss",
                message("{loss} predicts the labels {first} and {second}; the column {name} has others."),
                message("Write these two labels there, or choose another loss."),
                loss=loss,
                first=labels[0],
                second=labels[1],
                name=name,
            )
    return wanted, named


def _one_of(
    network: Network, name: str, column: Floats, words: tuple[str, ...] | None
) -> tuple[Floats, tuple[str, ...]]:
    outputs = network.widths[-1]
    if (column != np.floor(column)).any() or column.min() < 0:
        raise _wrong(
            "network.loss",
            message(
                "{loss} predicts classes, written 0, 1, 2, … or as text; the column {name} has other numbers."
            ),
            message("Number the classes from 0, or choose a loss for numbers such as mse."),
            loss=network.loss.name,
            name=name,
        )
    count = len(words) if words else int(column.max()) + 1
    if count > outputs:
        raise _wrong(
            "network",
            message("The column {name} has {count} classes; the network has {outputs} outputs."),
            message("Let its last width be {count}."),
            name=name,
            count=count,
            outputs=outputs,
        )
    one_hot = (column == np.arange(outputs)[:, None]).astype(np.float64)
    names = words or tuple(map(str, range(count)))
    return one_hot, names


def _with_noise(network: Network, wanted: Floats, train: Rows, seed: int) -> Floats:
    """The targets with noise in the rows to train on."""
    share = network.label_noise
    if not share:
        return wanted
    random = stream(seed, "labels")
    wanted = wanted.copy()
    loss = network.loss.name
    if loss in CLASSES:
        hit = train[random.random(len(train)) < share]
        turns = random.integers(1, len(wanted), len(hit))
        for row, turn in zip(hit, turns, strict=True):
            wanted[:, row] = np.roll(wanted[:, row], turn)
    elif loss in ("bce_with_logits", "hinge_embedding"):
        flipped = random.random((len(wanted), len(train))) < share
        other = 1.0 - wanted if loss == "bce_with_logits" else -wanted
        wanted[:, train] = np.where(flipped, other[:, train], wanted[:, train])
    else:
        wanted[:, train] += share * random.standard_normal((len(wanted), len(train)))
    return wanted


def _doubts(columns: Mapping[str, Floats], names: tuple[str, ...]) -> Iterator[Problem]:
    """What works, but not as anyone hopes."""
    if len(next(iter(columns.values()))) == 1:
        yield _problem(
            "data",
            message("The table has one row, which says nothing of any other."),
            message("Add rows to it."),
            False,
        )
        return
    for name in names:
        if columns[name].min() == columns[name].max():
            yield _problem(
                "data",
                message("The column {name} is constant: its weights only add to the bias."),
                message("Leave it out of the table, or go on."),
                False,
                name=name,
            )


def _problem(place: str, text: Message, hint: Message, fatal: bool, /, **values: str | int) -> Problem:
    """A Problem whose sentence and hint share their values."""
    return Problem(place, message(text.text, **values), hint=message(hint.text, **values), fatal=fatal)


def _wrong(place: str, text: Message, hint: Message, **values: str | int) -> _Wrong:
    return _Wrong(_problem(place, text, hint, True, **values))
