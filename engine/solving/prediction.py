"""What a model predicts of its inputs, at one moment of its training: a network, or ŷ = … as typed.

Its surface over two inputs is a Solution like any other, and drawn by the same views. Any thread; numpy only.
"""

import functools
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.base.arrays import Floats
from engine.base.cancellation import CancelCheck, never
from engine.document.lab import Data, Lab, Slice
from engine.document.setup import Axis, Setup
from engine.formula import Formula, FormulaError, parse
from engine.formula.ast import without_spans
from engine.function.field import Quality, resolution_of, sample
from engine.function.network import bind_prediction
from engine.function.objective import Objective
from engine.function.plane import Plane
from engine.program.program import program_of
from engine.solving.posing import columns_of
from engine.solving.solution import Solution
from engine.solving.training_moment import around, classes_of, network_of, targets_of, weights_at

FINEST: Final[dict[Quality, Quality]] = {"moving": "moving", "draft": "draft", "full": "draft"}
ITSELF: Final = "mean(p)"  # a loss that is the prediction, averaged over the rows


class Predictor(Struct, frozen=True, eq=False, kw_only=True):
    """A model at fixed weights, and the rows that it learns from.

    Attributes:
        function: ŷ of the i inputs, (…, i) → (…). names: of the inputs. target: what is predicted.
        inputs: (i, n). wanted: (n,): of a class 1 for the rows that are of it. test: (n,) bool.
        share: ŷ is a probability.
    """

    function: Objective
    names: tuple[str, ...]
    target: str
    inputs: Floats
    wanted: Floats
    test: NDArray[np.bool_]
    share: bool


class Prediction(Struct, frozen=True, eq=False, kw_only=True):
    """ŷ over the plane of two inputs.

    Attributes:
        solution: its function is ŷ, its axes are the inputs; without runs. predictor: whose it is.
        rows: (n, 3): the inputs of each row of the table, and what it has in the place of ŷ.
    """

    solution: Solution
    predictor: Predictor
    rows: Floats


def outputs_named(solution: Solution) -> tuple[str, ...]:
    """The outputs of the model of a Solution, one of which is predicted at a time; () where there is none."""
    found = network_of(solution)
    if found is None:
        model = solution.formula.model if solution.formula is not None else None
        return (model.target,) if model is not None and model.target is not None else ()
    network, examples = found
    classes = classes_of(network, examples)
    return classes if network.widths[-1] > 1 and classes else examples.targets


def predictor_at(solution: Solution, position: Floats, output: int = 0) -> Predictor | None:
    """The model of a Solution with the weights at `position`, (d,), of those that descend; None: no model."""
    named = outputs_named(solution)
    if not named or solution.setup is None or solution.lab.data is None:
        return None
    output = min(output, len(named) - 1)
    found = network_of(solution)
    if found is None:
        return _of_formula(solution, position)
    network, examples = found
    theta = weights_at(solution, position)
    classes = classes_of(network, examples)
    if network.widths[-1] > 1 and classes:
        wanted = (targets_of(network, examples) == output).astype(np.float64)
    else:
        wanted = np.asarray(examples.wanted[output], dtype=np.float64)
    test = np.zeros(examples.inputs.shape[-1], bool)
    test[examples.test] = True
    return Predictor(
        function=bind_prediction(network, examples, theta, output),
        names=examples.names,
        target=named[output],
        inputs=examples.inputs,
        wanted=wanted,
        test=test,
        share=bool(classes),
    )


def predicts_a_plane(solution: Solution) -> bool:
    """Whether the model of a Solution has two inputs."""
    setup = solution.setup
    if setup is None or solution.objective is None or not outputs_named(solution):
        return False
    found = network_of(solution)
    if found is not None:
        return found[0].inputs == 2
    formula = _itself(solution.lab)
    return formula is not None and len(formula.columns) == 2


def predicted(
    solution: Solution,
    position: Floats,
    quality: Quality,
    output: int = 0,
    seen: tuple[float, float] | None = None,
    *,
    cancelled: CancelCheck = never,
) -> Prediction | None:
    """ŷ over the plane around the rows, at `position`; None where the model has not two inputs.

    seen: the lowest and the highest ŷ to be drawn; None: of the rows, and of probabilities 0 to 1.
    """
    predictor = predictor_at(solution, position, output)
    if predictor is None or len(predictor.names) != 2:
        return None
    ranges = [around(values) for values in predictor.inputs]
    axes = tuple(Axis(name, *ends) for name, ends in zip(predictor.names, ranges, strict=True))
    lo, hi = np.array(ranges).T
    setup = Setup(
        variables=predictor.names,
        axes=axes,
        descended=predictor.names,
        held={},
        held_range={},
        starts=np.empty((0, 2)),
        lo=lo,
        hi=hi,
    )
    display = replace(
        solution.lab.display,
        z_scale="linear",
        z_range=(0.0, 1.0) if predictor.share else seen or around(predictor.wanted),
        critical_points=False,
        equal_aspect=False,  # two inputs have two units
        streamlines=False,
    )
    field = sample(
        predictor.function.while_wanted(cancelled),
        setup,
        display,
        plane=Plane.of(setup, 0.5 * (lo + hi)),
        resolution=resolution_of(FINEST[quality], 1),
    )
    lab = replace(solution.lab, display=display, slice=Slice())
    drawn = Solution(
        revision=solution.revision,
        lab=lab,
        stage="descend",
        setup=setup,
        objective=predictor.function,
        field=field,
    )
    rows = np.stack([*predictor.inputs, predictor.wanted], axis=-1)
    return Prediction(solution=drawn, predictor=predictor, rows=rows)


def _of_formula(solution: Solution, position: Floats) -> Predictor | None:
    lab, setup, formula = solution.lab, solution.setup, solution.formula
    itself, columns = _itself(lab), columns_of(lab.data)
    if itself is None or setup is None or columns is None or formula is None or formula.model is None:
        return None
    values = {**setup.held, **dict(zip(setup.descended, position.tolist(), strict=True))}
    names = (*itself.variables, *itself.columns)
    program = program_of(without_spans(itself.expanded), names, ())
    target = formula.model.target
    assert target is not None
    rows = len(columns[target])
    return Predictor(
        function=Objective(program, names, {name: values[name] for name in itself.variables}, ()),
        names=itself.columns,
        target=target,
        inputs=np.array([columns[name] for name in itself.columns]).reshape(-1, rows),
        wanted=columns[target],
        test=np.zeros(rows, bool),
        share=False,
    )


def _itself(lab: Lab) -> Formula | None:
    """The model of `lab` as a function of its weights, over its columns."""
    data = lab.data or Data()
    return _parsed(lab.formula, data.columns)


@functools.lru_cache(maxsize=8)
def _parsed(text: str, columns: tuple[str, ...]) -> Formula | None:
    try:
        return parse(text, data=columns, loss=ITSELF)
    except FormulaError:
        return None
