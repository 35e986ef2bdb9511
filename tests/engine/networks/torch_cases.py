"""The networks that PyTorch trained, as values: what torch_networks.json holds; see make_torch_networks.py.

>>> CASES[0].network, CASES[0].optimizer, CASES[0].start["0.weight"].shape, CASES[0].losses.shape
('2-8tanh-1', 'gd(lr=0.1)', (8, 2), (201,))
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

_TABLE = json.loads(Path(__file__).with_name("torch_networks.json").read_text(encoding="utf-8"))

STEPS: int = _TABLE["steps"]
COLUMNS: dict[str, np.ndarray] = {name: np.array(column) for name, column in _TABLE["columns"].items()}
INPUTS = ("x_1", "x_2")


@dataclass(frozen=True)
class Penalty:
    """`factor` times the sum of the squares (l2) or of the sizes (l1), of the matrices or of all weights."""

    kind: Literal["l1", "l2"]
    factor: float
    of: Literal["weights", "all"]


@dataclass(frozen=True, eq=False)
class Case:
    """One run of torch.optim, float64, rows in order.

    Attributes:
        network: "2-8tanh-1". targets: columns, one an output, or one of classes 0, 1, 2.
        loss: "mse", "huber(delta=0.5)", "mse(reduction=sum)", …: torch's names and arguments.
        batch: rows of a batch, the last of an epoch smaller; or all of them.
        start, final: the weights by torch.nn.Sequential's names, in its order.
        losses: shape (steps + 1,): of all rows, penalty included, before the first step and after each.
        batch_losses: shape (steps,): of each batch before its step; None where it is all rows.
    """

    network: str
    targets: tuple[str, ...]
    loss: str
    batch: int | Literal["full"]
    optimizer: str
    penalty: Penalty | None
    start: dict[str, np.ndarray]
    final: dict[str, np.ndarray]
    losses: np.ndarray
    batch_losses: np.ndarray | None

    def __str__(self) -> str:
        penalty = f" {self.penalty.kind} of {self.penalty.of}" if self.penalty else ""
        return f"{self.network} {self.loss} {self.batch} {self.optimizer}{penalty}"


@dataclass(frozen=True)
class Sample:
    """Least, greatest, mean and standard deviation of many numbers that torch drew."""

    least: float
    greatest: float
    mean: float
    deviation: float


@dataclass(frozen=True)
class Initialisation:
    """4,000 layers as torch draws them. "default": torch.nn.Linear's own; only there biases are drawn."""

    name: str
    fan_in: int
    fan_out: int
    weight: Sample
    bias: Sample | None


def _case(row: dict) -> Case:
    start = {name: np.array(numbers) for name, numbers in _TABLE["starts"][row["network"]].items()}
    cuts = np.cumsum([array.size for array in start.values()])[:-1]
    flat = np.split(np.array(row["final"]), cuts)
    final = {name: part.reshape(start[name].shape) for name, part in zip(start, flat, strict=True)}
    return Case(
        network=row["network"],
        targets=tuple(row["targets"]),
        loss=row["loss"],
        batch=row["batch"],
        optimizer=row["optimizer"],
        penalty=Penalty(*row["penalty"]) if row["penalty"] else None,
        start=start,
        final=final,
        losses=np.array(row["losses"]),
        batch_losses=np.array(row["batch_losses"]) if row["batch_losses"] else None,
    )


def _initialisation(row: dict) -> Initialisation:
    bias = Sample(*row["bias"]) if row["bias"] else None
    return Initialisation(row["name"], row["fan_in"], row["fan_out"], Sample(*row["weight"]), bias)


CASES: tuple[Case, ...] = tuple(_case(row) for row in _TABLE["cases"])
INITIALISATIONS: tuple[Initialisation, ...] = tuple(map(_initialisation, _TABLE["initialisations"]))
