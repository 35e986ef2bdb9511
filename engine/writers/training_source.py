"""What the scripts of a network share, in NumPy or in PyTorch: its table, batches, starts, and the figure.

Any thread; numpy only. Nothing here runs a script.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from msgspec import Struct

from engine.base.i18n import Message, message
from engine.base.streams import stream
from engine.descent.batches import batch_of
from engine.descent.run import Run
from engine.document.network import CLASSES, Network
from engine.document.network_setup import Examples, weights_at
from engine.document.setup import Setup
from engine.optimizers.custom import CustomRule
from engine.solving.solution import Solution
from engine.writers.own_rule import rule_trees
from engine.writers.script_runs import SHOWN, Phase, is_special, own_rules, phases_of

MOST_NUMBERS: Final = 1_000_000  # in a script: 20 MB
BY_HESSIAN: Final = ("newton", "trust_region")  # their steps are not worked out in the script of a network


class Trained(Struct, frozen=True, eq=False, kw_only=True):
    """What the script of a network is written from.

    Attributes:
        own: rules of one's own, by the names of their functions. phases: of each run.
    """

    solution: Solution
    network: Network
    examples: Examples
    setup: Setup
    own: dict[CustomRule, str]
    phases: tuple[list[Phase], ...]

    @property
    def text(self) -> str:
        """The network: net(2, 8 tanh, 1)."""
        return self.solution.formula.text if self.solution.formula is not None else ""

    @property
    def batch(self) -> int | None:
        """The rows of a step; None for all."""
        return batch_of(self.solution.lab.training, len(self.examples.train))

    @property
    def shuffled(self) -> bool:
        return self.batch is not None and self.solution.lab.training.shuffle

    @property
    def tested(self) -> bool:
        return len(self.examples.test) > 0

    @property
    def held(self) -> dict[int, float]:
        """The weights that are held, by their places among all."""
        places = {name: k for k, name in enumerate(self.setup.variables)}
        return {places[name]: value for name, value in self.setup.held.items()}

    @property
    def special(self) -> bool:
        """Whether a rule of one's own has functions that NumPy lacks."""
        return any(is_special(tree) for rule in self.own for tree in rule_trees(rule))

    @property
    def numbers(self) -> int:
        """How many numbers the script has to hold."""
        table = (len(self.examples.names) + len(self.examples.targets)) * self.examples.inputs.shape[1]
        starts = len(self.phases) * self.network.parameters
        settings = [value for each in self.phases for phase in each for value in phase.settings.values()]
        return int(table + starts + sum(map(_numbers_in, settings)))


def trained(solution: Solution) -> Trained | Message:
    """What to write of a solved network, or the sentence that says why that would be too much."""
    network, examples, setup = solution.lab.network, solution.examples, solution.setup
    assert network is not None and examples is not None and setup is not None
    own = own_rules(solution.runs)
    phases = tuple(phases_of(run, own, BY_HESSIAN) for run in solution.runs)
    found = Trained(
        solution=solution, network=network, examples=examples, setup=setup, own=own, phases=phases
    )
    if found.numbers <= MOST_NUMBERS:
        return found
    return message(
        "The script would have to hold {count} numbers; {most} at the most are written: take fewer rows, "
        "starts or optimizers, or export the lab as .nabla.",
        count=f"{found.numbers:,}",
        most=f"{MOST_NUMBERS:,}",
    )


def _numbers_in(value: Any) -> int:
    return sum(map(_numbers_in, value)) if isinstance(value, list) else 1


def scaling_source(examples: Examples) -> Iterator[str]:
    """MEAN and STD, by which the inputs are standardised."""
    assert examples.mean is not None and examples.std is not None
    yield "# The inputs are standardised: less their mean, by their deviation, in the rows to train on."
    yield f"MEAN, STD = np.array({examples.mean.tolist()!r}), np.array({examples.std.tolist()!r})"


def table_source(found: Trained) -> str:
    """COLUMNS and TABLE, the rows to train on first; ROWS of them; CLASSES."""
    examples, network = found.examples, found.network
    of_classes = network.loss.name in CLASSES
    wanted = examples.wanted.argmax(axis=0)[None] if of_classes else examples.wanted
    order = np.concatenate([examples.train, examples.test])
    table = np.concatenate([examples.inputs, wanted])[:, order].T
    names = [*examples.names, *examples.targets]
    noise = " The targets have the label noise in them." if network.label_noise else ""
    split = ", the others to test on" if found.tested else ""
    return "\n".join([
        f"# The table: what goes in, then what is to be predicted.{noise}",
        f"COLUMNS = {names!r}",
        *([f"CLASSES = {list(examples.classes or ())!r}"] if of_classes else []),
        'TABLE = np.array("""',
        *(" ".join(repr(entry).removesuffix(".0") for entry in row) for row in table.tolist()),
        f'""".split(), dtype=float).reshape(-1, {len(names)})',
        f"ROWS = {len(examples.train)}  # to train on{split}",
    ])  # fmt: skip


def batches_source(found: Trained) -> Iterator[str]:
    """`rows_of` a step, where it does not see all."""
    if found.batch is None:
        return
    training, seed = found.solution.lab.training, found.solution.lab.seed
    in_epoch = -(-len(found.examples.train) // found.batch)
    if training.shuffle:
        key = stream(seed, "shuffle").bit_generator.seed_seq.spawn_key  # type: ignore[attr-defined]
        yield f'''@functools.lru_cache(maxsize=1)
def order_of(epoch):
    """The rows in the order of an epoch, shuffled by the seed of the lab."""
    seed = np.random.SeedSequence({seed}, spawn_key=({", ".join(map(str, key))}, epoch))
    return np.random.Generator(np.random.PCG64(seed)).permutation(ROWS)'''
    order = "order_of(epoch)" if training.shuffle else "np.arange(ROWS)"
    name = "epoch" if training.shuffle else "_epoch"
    yield f'''def rows_of(step):
    """The rows that a step sees; at the end of an epoch they may be fewer."""
    {name}, batch = divmod(step, {in_epoch})
    return {order}[{found.batch} * batch : {found.batch} * (batch + 1)]'''


def start_source(found: Trained, run: Run) -> str:
    """The tensors that a run starts from, by name."""
    tensors = weights_at(found.network, found.setup, run.points[0])
    named = (f"{name!r}: {array.tolist()!r}" for name, array in tensors.arrays.items())
    return "{\n        " + ",\n        ".join(named) + ",\n    }"


def loss_columns(found: Trained) -> list[str]:
    """What is printed of every step."""
    batch = ["loss of the batch"] if found.batch is not None else []
    return ["loss", *batch, *(["test loss"] if found.tested else [])]


def figure_source(found: Trained) -> str:
    """`draw`, and what the columns of the losses are."""
    return f"LOSSES = {loss_columns(found)!r}\n" + _FIGURE


_FIGURE: Final = '''STYLES = {
    "loss": {"linewidth": 1.8},
    "loss of the batch": {"linewidth": 0.8, "alpha": 0.45, "zorder": 1},
    "test loss": {"linewidth": 1.8, "linestyle": "--"},
}


def draw(curves):
    """The losses of every run over its steps."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    positive = True
    for name, color, table in curves:
        for kind, losses in zip(LOSSES, table.T):
            axes.plot(losses, color=color, label=f"{name}: {kind}", **STYLES[kind])
        positive = positive and bool((table > 0).all())
    axes.set(xlabel="step", yscale="log" if positive else "linear")
    if curves:
        axes.legend()
    return figure
'''

MAIN: Final = (
    """
def main():
    curves = []
    for name, color, start, rules in RUNS:
        with np.errstate(all="ignore"):
            table = np.array(run(start, rules))
        print(f"\\n{name}: {len(table) - 1} steps")
        print("step:", ", ".join(LOSSES))
        for step, losses in enumerate(table.tolist()):
            print(step, *losses)
        curves.append((name, color, table))
    show(curves)
"""
    + SHOWN
)
