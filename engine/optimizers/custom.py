"""Your own update rule, written in the formula language: quantities kept from step to step, and Δθ.

The names a rule may use: g (the gradient), θ, η (the learning rate), t (the number of the step, from 1), and
the quantities it keeps. Everything is done for each parameter on its own, as in g². A kept quantity is 0
before the first step; on the right of its own "=" it still has its last value.
Any thread; numpy and msgspec only. No text is ever run: it is parsed, and our own printer writes the program.
"""

import functools
import re
from collections.abc import Callable
from typing import Annotated, ClassVar, Final, Literal

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.formula import FormulaError, parse
from engine.formula.ast import Aggregate, Node, Variable, walk
from engine.formula.names import name_key, name_latex
from engine.formula.typeset import to_latex
from engine.optimizers.method import LearningRate, Method, described
from engine.optimizers.pieces import step_term
from engine.optimizers.transform import Moment, State, Step, TermSpec, Transform
from engine.program.build import Builder
from engine.program.graph import Graph
from engine.program.printed import compiled

MOST_KEPT: Final = 8
LONGEST: Final = 400  # characters
GIVEN: Final = {"g": "g", "θ": "theta", "theta": "theta", "η": "eta", "eta": "eta", "t": "t"}
ASSIGNMENT: Final = re.compile(r"\s*([^\W\d_]\w*)\s*=(?!=)(.*)", re.DOTALL)
_NEXT: Final = re.compile(r"\s*,\s*(?=[^\W\d][\w{}]*\s*=)")  # a quantity after a comma


class RuleError(Exception):
    """What is wrong with a rule: in which field, and what."""

    def __init__(self, field: Literal["keep", "update"], problem: Message) -> None:
        super().__init__(problem.render())
        self.field = field
        self.problem = problem


class Assignment(Struct, frozen=True):
    """One line of a rule: the name it sets ("step" for Δθ), and its tree, over canonical names."""

    name: str
    tree: Node


class CustomRule(Method, frozen=True, kw_only=True, tag="rule"):
    """A rule of one's own: Δθ from g, θ, η, t and quantities that are kept from step to step.

    Source: the person at the keyboard.

    >>> heavy_ball = CustomRule(lr=0.1, keep="b = 0.9 b + g", update="-η b").transform()
    >>> g = np.array([[1.0, -2.0]])
    >>> first = heavy_ball.update(g, heavy_ball.init(g), Moment(0, 0.1, g, g[:, 0], g, None))
    >>> heavy_ball.update(g, first.state, Moment(1, 0.1, g, g[:, 0], g, None)).u.round(12).tolist()
    [[-0.19, 0.38]]
    """

    title: ClassVar[Message] = message("Your own rule")
    summary: ClassVar[Message] = message("An update rule that you write yourself, from g, θ, η and t.")
    formula: ClassVar[str] = r"\theta \leftarrow \theta + \Delta\theta(g, \theta, \eta, t)"
    source: ClassVar[str] = "the formula language"

    lr: LearningRate = 0.1
    keep: Annotated[
        str,
        described("quantities kept from step to step, e.g. b = 0.9 b + g; apart by “;”", max_length=LONGEST),
    ] = ""
    update: Annotated[str, described("the update of θ, e.g. −η g", r"\Delta\theta", max_length=LONGEST)] = (
        "-η g"
    )

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        try:
            read_rule(self.keep, self.update)
        except RuleError as error:
            return ((error.field, error.problem),)
        return ()

    def transform(self) -> Transform:
        """As for every method.

        Raises:
            RuleError: the rule cannot be read; `conflicts` says so without raising.
        """
        lines = read_rule(self.keep, self.update)
        kept = [line.name for line in lines[:-1]]
        compute = _compiled(lines)

        def init(theta: Floats) -> State:
            return tuple(np.zeros_like(theta) for _ in kept)

        def update(u: Floats, state: State, moment: Moment) -> Step:
            values = compute(u, moment.theta, moment.lr, float(moment.t + 1), *state)
            shaped = tuple(np.broadcast_to(np.asarray(value, dtype=np.float64), u.shape) for value in values)
            return Step(shaped[-1], shaped[:-1], shaped)

        return Transform(init, update, _terms(lines))


@functools.lru_cache(maxsize=64)
def read_rule(keep: str, update: str) -> tuple[Assignment, ...]:
    """The lines of a rule in order, Δθ last.

    Raises:
        RuleError: a line that cannot be read, an unknown name, a name that is taken.
    """
    texts = [text for text in keep.split(";") if text.strip()]
    if len(texts) > MOST_KEPT:
        raise RuleError("keep", message("A rule keeps at most {most} quantities.", most=MOST_KEPT))
    parts: list[tuple[str, str]] = []
    for text in texts:
        match = ASSIGNMENT.fullmatch(text)
        if match is None:
            raise RuleError(
                "keep",
                message(
                    "Write each quantity as name = formula, for example {example}.", example="b = 0.9 b + g"
                ),
            )
        name = name_key(match[1])
        if name in GIVEN or name in (known for known, _ in parts) or len(match[1]) > 12:
            raise RuleError("keep", message("The name {name} is taken; choose another.", name=match[1]))
        if _NEXT.search(match[2]):
            example = "; ".join(_NEXT.split(text.strip()))
            problem = message(
                "Between two kept quantities stands a semicolon, not a comma: {example}.", example=example
            )
            raise RuleError("keep", problem)
        parts.append((name, match[2]))
    kept = [name for name, _ in parts]
    lines = [Assignment(name, _read(text, "keep", kept)) for name, text in parts]
    return (*lines, Assignment("step", _read(update, "update", kept)))


def _read(text: str, field: Literal["keep", "update"], kept: list[str]) -> Node:
    """The tree of one line, its variables renamed to their canonical names."""
    if not text.strip():
        raise RuleError(field, message("Here a formula is missing."))
    try:
        tree = parse(text).expanded
    except FormulaError as error:
        raise RuleError(field, error.message) from error
    for node in walk(tree):
        if isinstance(node, Variable) and name_key(node.name) not in (*GIVEN, *kept):
            names = ", ".join(["g", "θ", "η", "t", *kept])
            problem = message("A rule knows no {name}. It may use: {names}.", name=node.name, names=names)
            raise RuleError(field, problem)
        if isinstance(node, Aggregate):
            raise RuleError(field, message("A rule cannot use the data table."))
    return tree


def _compiled(lines: tuple[Assignment, ...]) -> Callable[..., tuple[Floats, ...]]:
    """The program (g, θ, η, t, kept…) → (kept…, Δθ), each line with the newest values there are."""
    graph = Graph()
    given = {name: graph.variable(k) for k, name in enumerate(("g", "theta", "eta", "t"))}
    current = {line.name: graph.variable(len(given) + k) for k, line in enumerate(lines[:-1])}
    inputs = [f"v{k}" for k in range(len(given) + len(current))]
    outputs = []
    for line in lines:
        names = {node.name for node in walk(line.tree) if isinstance(node, Variable)}
        letters = {
            name: given[GIVEN[name_key(name)]] if name_key(name) in GIVEN else current[name_key(name)]
            for name in names
        }
        current[line.name] = Builder(graph, letters).node(line.tree)
        outputs.append(current[line.name])
    program = compiled(outputs, inputs)
    return lambda *values: program.compute(*values, 1.0, ())


def _terms(lines: tuple[Assignment, ...]) -> tuple[TermSpec, ...]:
    """How each line is written, with references to what it uses."""
    terms = []
    done: set[str] = set()
    kept = {line.name for line in lines[:-1]}

    def reference(name: str) -> str:
        key = name_key(name)
        if key in kept:
            return f"{{[{key}]}}" if key in done else f"{{[{key}-]}}"
        return f"{{[{GIVEN[key]}]}}"

    for line in lines[:-1]:
        terms.append(
            TermSpec(
                key=line.name,
                symbol=name_latex(line.name),
                name=message("kept quantity {name}", name=line.name),
                role="momentum",
                rule=to_latex(line.tree, names=reference),
            )
        )
        done.add(line.name)
    return (*terms, step_term(to_latex(lines[-1].tree, names=reference)))
