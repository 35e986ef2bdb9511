"""What to fit to a table: a proposal from its columns alone, and a Lab that carries one out.

Pure; any thread; numpy only.
"""

import math
import unicodedata
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from engine.base.arrays import Floats
from engine.document.lab import Data, Lab
from engine.document.losses import OF_ONE_OUTPUT
from engine.document.network import CLASSES, Layer, Loss, LossName, Network
from engine.document.network_setup import input_names
from engine.document.setup import formula_of
from engine.formula import FormulaError, parse
from engine.formula.names import name_key
from engine.optimizers import GradientDescent, Racer

Model = Literal["linear", "logistic", "network", "formula"]
HIDDEN: Final = Layer(8, "tanh")
MOST_CLASSES: Final = 10  # written as numbers; more are taken for amounts
HAT: Final = "\u0302"
MOST_SUMMED: Final = 20  # inputs in a formula
STEPS: Final[dict[Model, int]] = {"linear": 200, "logistic": 200, "network": 500, "formula": 200}
FASTEST: Final = 0.5  # rate of a network with hidden layers, whose curvature no bound knows

_OF_NUMBERS: Final[tuple[LossName, ...]] = ("mse", "l1", "huber", "smooth_l1")
_OF_CLASSES: Final[tuple[LossName, ...]] = ("cross_entropy", "multi_margin")
_LOGISTIC: Final[tuple[LossName, ...]] = ("bce_with_logits", "cross_entropy")
_CURVATURE: Final[dict[LossName, float]] = {"mse": 2.0, "bce_with_logits": 0.25, "cross_entropy": 0.5}
"""The most a loss bends, by its output; the others bend by 1 at most or not at all."""


class Proposal(Struct, frozen=True):
    """What to fit.

    Attributes:
        target: the column to be predicted. inputs: those that go in. model: linear; logistic, of two classes
            or, with an output each, more; a network with a hidden layer; a formula to be changed by hand.
        standardised: whether a column goes in as its distance from its mean in standard deviations.
    """

    target: str
    inputs: tuple[str, ...]
    model: Model
    loss: LossName
    standardised: bool = False


def propose(data: Data, target: str | None = None) -> Proposal:
    """Predict `target`, the last column if none is named, from all other columns of numbers.

    >>> propose(Data(columns=("x", "y"), rows=((0.0, 1.5), (1.0, 3.0))))
    Proposal(target='y', inputs=('x',), model='linear', loss='mse', standardised=False)
    """
    target = target if target in data.columns else data.columns[-1]
    model = models_for(data, target)[0]
    inputs = tuple(name for name in data.columns if name != target and name not in data.classes)
    return Proposal(target, inputs, model, losses_for(data, target, model)[0])


def models_for(data: Data, target: str) -> tuple[Model, ...]:
    """The models that can predict a column, the usual one first."""
    losses = _losses(data, target)
    linear: tuple[Model, ...] = ("linear",) if set(losses) & set(_OF_NUMBERS) else ()
    logistic: tuple[Model, ...] = ("logistic",) if set(losses) & set(_LOGISTIC) else ()
    first = logistic + linear if losses[0] in _LOGISTIC else linear + logistic
    return (*first, "network", "formula")


def losses_for(data: Data, target: str, model: Model) -> tuple[LossName, ...]:
    """The losses of a model that can predict a column, the usual one first."""
    if model == "formula":
        # Of a column of text a formula knows no labels but 0 and 1, by the places of two classes.
        taken = {"hinge_embedding"} if target in data.classes else set()
        return tuple(
            loss for loss in _losses(data, target) if loss in OF_ONE_OUTPUT and loss not in taken
        ) or ("mse",)
    fit = {"linear": _OF_NUMBERS, "logistic": _LOGISTIC}.get(model)
    return tuple(loss for loss in _losses(data, target) if fit is None or loss in fit)


def carried_out(lab: Lab, data: Data, proposal: Proposal) -> Lab:
    """`lab` with the table and what is to be fitted to it; gradient descent gets a rate that holds."""
    changed = replace(
        lab,
        data=data,
        starts=({},) * len(lab.starts),
        steps=max(lab.steps, STEPS[proposal.model]),
        racers=_with_rates(
            lab,
            data,
            proposal.inputs,
            proposal.loss,
            deep=proposal.model == "network",
            standardised=proposal.standardised,
        ),
    )
    if proposal.model == "formula":
        formula = model_formula(data, proposal)
        return replace(changed, network=None, order=(), formula=formula, loss=Loss(proposal.loss))
    outputs = class_count(data, proposal.target) if proposal.loss in CLASSES else 1
    hidden = (HIDDEN,) if proposal.model == "network" else ()
    network = Network(
        inputs=len(proposal.inputs),
        layers=(*hidden, Layer(max(outputs, 2) if proposal.loss in CLASSES else 1)),
        targets=(proposal.target,),
        features=proposal.inputs,
        scaling="standard" if proposal.standardised else "none",
        loss=Loss(proposal.loss),
    )
    return replace(changed, network=network)


def with_network(lab: Lab, network: Network) -> Lab:
    """`lab` with a network that was typed, which is trained over its table as one that was fitted is."""
    changed = replace(lab, network=network, starts=({},) * len(lab.starts))
    if lab.data is None:
        return changed
    deep = len(network.layers) > 1
    return replace(
        changed,
        steps=max(lab.steps, STEPS["network" if deep else "linear"]),
        racers=_with_rates(
            lab,
            lab.data,
            input_names(network, lab.data),
            network.loss.name,
            deep=deep,
            standardised=network.scaling != "none",
        ),
    )


def with_table(lab: Lab, data: Data) -> Lab:
    """`lab` with a new table; a formula that cannot stand beside its columns gives way to a model of it."""
    changed = replace(lab, data=data)
    if lab.network is not None:
        return changed
    try:
        formula_of(changed)
    except FormulaError:
        proposal = propose(data)
        fitting = losses_for(data, proposal.target, "formula")
        loss = Loss("mse" if "mse" in fitting else fitting[0])
        return replace(changed, formula=model_formula(data, proposal), loss=loss, order=(), starts=({},))
    return changed


def model_formula(data: Data, proposal: Proposal) -> str:
    """A line or plane through the rows, as it is typed; of several classes the error of telling the first.

    >>> data = Data(columns=("x_1", "x_2", "y"))
    >>> model_formula(data, Proposal("y", ("x_1", "x_2"), "formula", "mse"))
    'ŷ = w_1 x_1 + w_2 x_2 + b'
    """
    inputs = proposal.inputs[:MOST_SUMMED]
    indices = [""] if len(inputs) == 1 else [f"_{index}" for index in range(1, len(inputs) + 1)]
    taken = {name_key(name) for name in data.columns}
    weight = next((w for w in "wvuacd" if not taken & {w + index for index in indices}), "w")
    bias = next((b for b in "bcadhk" if b not in {*taken, weight}), "b")
    going_in = [_going_in(name, data, proposal) for name in inputs]
    terms = [f"{weight}{index} {name}" for index, name in zip(indices, going_in, strict=False)]
    model = " + ".join([*terms, bias])
    if len(data.classes.get(proposal.target, ())) > 2:
        return f"mean(({model} - ({proposal.target} = 0))^2)"
    return f"{_predicted(proposal.target, data)} = {model}"


def _going_in(name: str, data: Data, proposal: Proposal) -> str:
    """A column as it stands in a formula; a constant one has nothing to be standardised by."""
    varies = len(np.unique(_column(data, name))) > 1
    return f"({name} - mean({name}))/std({name})" if proposal.standardised and varies else name


def _predicted(column: str, data: Data) -> str:
    """What predicts a column, as it is typed: ŷ of y, ŷ_1 of y_1, \\hat{price} of price."""
    letter = unicodedata.normalize("NFC", column[0] + HAT)
    marked = (letter + column[1:],) if len(letter) == 1 else ()
    names: tuple[str, ...] = (*marked, rf"\hat{{{column}}}")
    for name in names:
        try:
            model = parse(f"{name} = 1", data=data.columns).model
        except FormulaError:
            continue
        if model is not None and model.target == column:
            return name
    return column


def class_count(data: Data, target: str) -> int:
    """How many classes a column has; 0 for one of amounts."""
    if target in data.classes:
        return len(data.classes[target])
    column = _column(data, target)
    if not len(column) or not np.isfinite(column).all() or (column != np.floor(column)).any():
        return 0
    count = int(column.max()) + 1
    return count if column.min() == 0 and len(np.unique(column)) == count <= MOST_CLASSES else 0


def _losses(data: Data, target: str) -> tuple[LossName, ...]:
    """All that can predict a column, the usual one first."""
    count, words = class_count(data, target), target in data.classes
    numbers: tuple[LossName, ...] = () if words else _OF_NUMBERS
    if count == 2:
        return ("bce_with_logits", *numbers, "cross_entropy", *(("hinge_embedding",) if words else ()))
    if words:
        return _OF_CLASSES
    if set(_column(data, target).tolist()) == {-1.0, 1.0}:
        return (*numbers, "hinge_embedding")
    return (*numbers, *(_OF_CLASSES if count > 2 else ()))


def _column(data: Data, name: str) -> Floats:
    place = data.columns.index(name)
    return np.array([row[place] for row in data.rows], dtype=np.float64)


def _with_rates(
    lab: Lab,
    data: Data,
    inputs: tuple[str, ...],
    loss: LossName,
    *,
    deep: bool,
    standardised: bool,
) -> tuple[Racer, ...]:
    """The racers; plain gradient descent at the inverse of the most that the loss of a linear model bends."""
    columns = np.array([_column(data, name) for name in inputs] + [np.ones(len(data.rows))])
    if not data.rows or not np.isfinite(columns).all():
        return lab.racers
    if standardised:
        std = columns[:-1].std(axis=1, keepdims=True)
        columns[:-1] = (columns[:-1] - columns[:-1].mean(axis=1, keepdims=True)) / np.where(std > 0, std, 1.0)
    steepest = float(np.linalg.eigvalsh(columns @ columns.T / len(data.rows))[-1])
    rate = _round_down(1.0 / (_CURVATURE.get(loss, 1.0) * steepest))
    rate = min(rate, FASTEST) if deep else rate
    return tuple(
        replace(racer, optimizer=replace(racer.optimizer, lr=rate))
        if isinstance(racer.optimizer, GradientDescent)
        else racer
        for racer in lab.racers
    )


def _round_down(number: float) -> float:
    """To 1, 2 or 5 times a power of ten."""
    unit = 10.0 ** math.floor(math.log10(number))
    return max(float(f"{each * unit:.0e}") for each in (1, 2, 5) if each * unit <= number)
