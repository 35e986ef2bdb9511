"""Command-line options ↔ Lab: the options that `solve` and `export` share, and the requests of --jsonl.

Any thread; loads neither Qt nor GL.
"""

import argparse
import math
from itertools import chain, repeat
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from engine.base.i18n import Message, message
from engine.document.datafile import DataError, inline_table, read_csv
from engine.document.lab import AXES, Lab, Point, Role, Variable
from engine.document.labfile import LabFileError, read
from engine.document.setup import ordered, roles_of
from engine.formula import Formula, FormulaError, parse
from engine.formula.names import name_key
from engine.optimizers import Racer, SpecError, parse_spec

MAX_STEPS: Final = 1_000_000
COMMAND_STEPS: Final = 100
MAX_LINE: Final = 20_000_000  # bytes of a request


class ArgumentError(Exception):
    """A bad option, formula, lab or table: exit code 2.

    Attributes:
        text, span: what the caret under the place is drawn for, if it is a place in a text.
        in_formula: the text is the formula.
    """

    def __init__(
        self,
        reason: Message,
        *,
        text: str | None = None,
        span: tuple[int, int] | None = None,
        hint: Message | None = None,
        in_formula: bool = False,
    ) -> None:
        super().__init__(reason.render())
        self.message = reason
        self.text = text
        self.span = span
        self.hint = hint
        self.in_formula = in_formula


def add_lab_arguments(parser: argparse.ArgumentParser, *, many_labs: bool = False) -> None:
    """The options of both commands."""
    parser.add_argument("lab", nargs="*" if many_labs else "?", metavar="LAB", help="a lab file (*.nabla)")
    parser.add_argument("-f", "--formula", metavar="FORMULA", help="a formula in place of a lab")
    parser.add_argument(
        "--var",
        action="append",
        default=[],
        metavar="NAME=LO:HI",
        help="a variable and its range, the first two drawn; repeatable",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="hold a variable constant; repeatable",
    )
    parser.add_argument(
        "--start", action="append", default=[], metavar="A,B", help="where runs start; repeatable"
    )
    parser.add_argument(
        "--optimizer", action="append", default=[], metavar="SPEC", help='such as "adam(lr=0.05)"; repeatable'
    )
    parser.add_argument("--steps", metavar="N", help="how many steps each run may take")
    parser.add_argument(
        "--evaluations",
        metavar="N",
        help="how many evaluations of the gradient each run may spend; of steps then as many, unless --steps",
    )
    parser.add_argument("--no-stop", action="store_true", help="take exactly N steps")
    parser.add_argument("--data", metavar="FILE.csv", help="a table whose columns the formula names")
    parser.add_argument("--seed", metavar="N", help="the seed of gradient noise and of starts over a table")


def lab_from_options(options: argparse.Namespace, lab_path: str | None = None) -> Lab:
    """The Lab that the options describe: a file or a formula, then changed by the other options.

    Raises:
        ArgumentError: whatever is wrong with them.
    """
    if options.formula is not None and lab_path is not None:
        raise ArgumentError(message("Give either a lab file or a formula, not both."))
    if lab_path is not None:
        try:
            lab = read(Path(lab_path))
        except LabFileError as error:
            raise ArgumentError(error.message) from error
    elif options.formula is not None:
        lab = Lab(formula=options.formula, steps=COMMAND_STEPS)
    else:
        raise ArgumentError(message("Give a lab file, or a formula with -f."))
    if options.data is not None:
        try:
            lab = replace(lab, data=read_csv(Path(options.data)))
        except DataError as error:
            raise ArgumentError(error.message) from error
    if options.steps is not None:
        lab = replace(lab, steps=_whole("--steps", options.steps, MAX_STEPS))
    if options.evaluations is not None:
        evaluations = _whole("--evaluations", options.evaluations, MAX_STEPS, least=1)
        lab = replace(lab, evaluations=evaluations)
        if options.steps is None:  # a step takes one evaluation at least
            lab = replace(lab, steps=evaluations)
    if options.seed is not None:
        lab = replace(lab, seed=_whole("--seed", options.seed, 2**63 - 1))
    if options.no_stop:
        lab = replace(lab, stop=False)
    formula = parse_formula(lab)
    lab, formula = _with_axes(lab, formula, [_axis(text) for text in options.var])
    lab = with_held(lab, formula, dict(_assignment(text) for text in options.set))
    if options.optimizer:
        lab = with_optimizers(lab, options.optimizer)
    if options.start:
        lab = with_starts(lab, formula, [_numbers("--start", text) for text in options.start])
    return lab


class JsonTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A data table in a request."""

    columns: list[str]
    rows: list[list[float]]


class JsonRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of `solve --jsonl`."""

    formula: str
    variables: list[str] | None = None
    domain: dict[str, tuple[float, float]] = {}
    set: dict[str, float] = {}
    starts: list[list[float]] | None = None
    optimizers: list[str] | None = None
    steps: Annotated[int, Meta(ge=0, le=MAX_STEPS)] | None = None
    evaluations: Annotated[int, Meta(ge=1, le=MAX_STEPS)] | None = None
    stop: bool = True
    seed: Annotated[int, Meta(ge=0)] = 0
    data: JsonTable | None = None


def lab_from_json(line: bytes, options: argparse.Namespace) -> Lab:
    """The Lab of one request of `solve --jsonl`; `options` gives --no-stop and --data for all of them.

    Raises:
        ArgumentError: not JSON, an unknown or wrong field, or one that does not fit the formula.
    """
    if len(line) > MAX_LINE:
        raise ArgumentError(message("This request is too long: at most {size} MB.", size=MAX_LINE // 10**6))
    try:
        request = msgspec.json.decode(line, type=JsonRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArgumentError(message("Bad request: {detail}", detail=str(error))) from error
    lab = Lab(
        formula=request.formula,
        steps=request.steps if request.steps is not None else request.evaluations or COMMAND_STEPS,
        evaluations=request.evaluations,
        stop=request.stop and not options.no_stop,
        seed=request.seed,
        order=tuple(request.variables or ()),
    )
    try:
        if request.data is not None:
            lab = replace(lab, data=inline_table(request.data.columns, request.data.rows))
        elif options.data is not None:
            lab = replace(lab, data=read_csv(Path(options.data)))
    except DataError as error:
        raise ArgumentError(error.message) from error
    formula = parse_formula(lab)
    ranges = [(name, lo, hi) for name, (lo, hi) in request.domain.items()]
    if request.variables is None:
        lab, formula = _with_axes(lab, formula, ranges)
    else:
        lab = _with_ranges(lab, formula, ranges)
    lab = with_held(lab, formula, request.set)
    if request.variables is not None:
        lab = _with_roles(lab, [name for name in formula.variables if not _is_held(lab, name)])
    if request.optimizers:
        lab = with_optimizers(lab, request.optimizers)
    if request.starts:
        lab = with_starts(lab, formula, request.starts)
    return lab


def parse_formula(lab: Lab) -> Formula:
    """The formula of `lab` with its variables in their order.

    Raises:
        ArgumentError: with the place in the text.
    """
    try:
        return ordered(parse(lab.formula, data=lab.data.columns if lab.data else ()), lab.order)
    except FormulaError as error:
        raise ArgumentError(
            error.message, text=lab.formula, span=error.span, hint=error.hint, in_formula=True
        ) from error


def with_held(lab: Lab, formula: Formula, values: dict[str, float]) -> Lab:
    """Hold the named variables at the values."""
    variables = dict(lab.variables)
    for given, value in values.items():
        name = _spelled(given, formula)
        if not math.isfinite(value):
            raise ArgumentError(message("{name} needs a number.", name=name))
        variables[name] = replace(variables.get(name, Variable()), role="held", value=value)
    return replace(lab, variables=variables)


def with_optimizers(lab: Lab, specs: list[str]) -> Lab:
    """Race the optimizers of the specs."""
    racers: list[Racer] = []
    for spec in specs:
        try:
            racers.append(parse_spec(spec))
        except SpecError as error:
            raise ArgumentError(error.message, text=spec, span=error.span, hint=error.hint) from error
    return replace(lab, racers=tuple(racers))


def with_starts(lab: Lab, formula: Formula, rows: list[list[float]]) -> Lab:
    """Start from the rows, each of the variables in their order, or of all letters, which declares them."""
    letters = formula.variables
    if any(len(row) == len(letters) for row in rows):
        lab = replace(lab, others="free")
    varying = [name for name, each in roles_of(lab, formula).items() if each.role != "held"]
    starts: list[Point] = []
    for row in rows:
        names = varying if len(row) == len(varying) else list(letters)
        if len(row) != len(names):
            raise ArgumentError(
                message(
                    "A start needs {count} numbers, one for each of {names}; it has {found}.",
                    count=len(varying),
                    names=", ".join(varying),
                    found=len(row),
                )
            )
        if not all(map(math.isfinite, row)):
            raise ArgumentError(message("A start needs finite numbers."))
        starts.append(dict(zip(names, map(float, row), strict=True)))
    return replace(lab, starts=tuple(starts))


def _with_axes(lab: Lab, formula: Formula, ranges: list[tuple[str, float, float]]) -> tuple[Lab, Formula]:
    """The ranges, and with them the variables: the first two are drawn, further ones free."""
    known = {name_key(name) for name in formula.variables}
    extra = tuple(name for name, _, _ in ranges if name_key(name) not in known)
    if extra:
        lab = replace(lab, order=formula.variables + extra)
        formula = parse_formula(lab)
    lab = _with_ranges(lab, formula, ranges)
    return _with_roles(lab, list(dict.fromkeys(_spelled(name, formula) for name, _, _ in ranges))), formula


def _with_ranges(lab: Lab, formula: Formula, ranges: list[tuple[str, float, float]]) -> Lab:
    variables = dict(lab.variables)
    for given, lo, hi in ranges:
        name = _spelled(given, formula)
        variables[name] = replace(variables.get(name, Variable()), lo=lo, hi=hi)
    return replace(lab, variables=variables)


def _with_roles(lab: Lab, names: list[str]) -> Lab:
    """`names` declared as variables, the first two as the axes, which whoever had them loses."""
    roles: dict[str, Role] = dict(zip(names, chain(AXES, repeat("free")), strict=False))
    taken = [role for role in roles.values() if role in AXES]
    variables = {
        name: replace(choice, role=None) if choice.role in taken else choice
        for name, choice in lab.variables.items()
    }
    for name, role in roles.items():
        variables[name] = replace(variables.get(name, Variable()), role=role)
    return replace(lab, variables=variables)


def _is_held(lab: Lab, name: str) -> bool:
    return lab.variables.get(name, Variable()).role == "held"


def _spelled(given: str, formula: Formula) -> str:
    """The variable that is meant, as the formula spells it: x_1 for x1, θ for theta.

    Raises:
        ArgumentError: there is none.
    """
    for name in formula.variables:
        if name_key(name) == name_key(given):
            return name
    raise ArgumentError(
        message(
            "The formula has no variable {name}; it has {names}.",
            name=given,
            names=", ".join(formula.variables) or "–",
        )
    )


def _assignment(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ArgumentError(message("“{text}” is not of the form NAME=VALUE.", text=text))
    return name.strip(), _number("--set", value)


def _axis(text: str) -> tuple[str, float, float]:
    name, equals, ends = text.partition("=")
    lo, colon, hi = ends.partition(":")
    if not equals or not colon or not name.strip():
        raise ArgumentError(message("“{text}” is not of the form NAME=LO:HI.", text=text))
    return name.strip(), _number("--var", lo), _number("--var", hi)


def _numbers(option: str, text: str) -> list[float]:
    return [_number(option, part) for part in text.split(",")]


def _number(option: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ArgumentError(
            message("{option}: “{text}” is not a number.", option=option, text=text.strip()[:80])
        )
    return value


def _whole(option: str, text: str, most: int, least: int = 0) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not least <= value <= most:
        raise ArgumentError(
            message(
                "{option}: “{text}” is not a whole number from {least} to {most}.",
                option=option,
                text=text[:80],
                least=least,
                most=most,
            )
        )
    return value
