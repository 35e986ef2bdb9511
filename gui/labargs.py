"""Command-line options ↔ Lab: the options that `solve` and `export` share, and the requests of --jsonl.

Any thread; loads neither Qt nor GL.
"""

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from engine.base.i18n import message
from engine.document.carried import WITHOUT_TABLE, read_lab
from engine.document.datafile import Missing, Table, described, read_table, table_of
from engine.document.lab import (
    AXES,
    MAX_COLUMNS,
    MAX_ROWS,
    MOST_RACERS,
    MOST_STARTS,
    Data,
    Lab,
    Point,
    Role,
    Variable,
)
from engine.document.labfile import LabFileError
from engine.document.network_setup import examples_of, network_formula
from engine.document.setup import formula_of, roles_of
from engine.document.table_errors import DataError, MissingError
from engine.formula import Formula, FormulaError
from engine.formula.names import name_key
from engine.optimizers import Racer, SpecError, parse_spec
from gui.argument_error import ArgumentError
from gui.argument_text import assignment, axis, numbers, whole
from gui.netargs import NetworkFields, add_network_arguments, fields_from, of_formula, with_network
from gui.planeargs import add_plane_argument, with_plane

MAX_STEPS: Final = 1_000_000
COMMAND_STEPS: Final = 100
MOST_NAMED: Final = 12  # variables in a sentence


def add_lab_arguments(parser: argparse.ArgumentParser, *, many_labs: bool = False) -> None:
    """The options of both commands."""
    parser.add_argument(
        "lab",
        nargs="*" if many_labs else "?",
        metavar="LAB",
        help="a lab file (*.nabla), or a picture or film with its lab",
    )
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
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="a table whose columns the formula names",
    )
    parser.add_argument(
        "--drop-missing", action="store_true", help="leave out the rows of the table that lack a value"
    )
    parser.add_argument("--seed", metavar="N", help="the seed of gradient noise and of starts over a table")
    add_plane_argument(parser)
    add_network_arguments(parser)


def data_from_options(options: argparse.Namespace) -> Data | None:
    """The table of --data; what its columns are called here is said on standard error.

    Raises:
        ArgumentError: it cannot be used.
    """
    if options.data is None:
        return None
    return _taken(options, lambda missing: read_table(Path(options.data), missing))


def _taken(options: argparse.Namespace, read_table: Callable[[Missing], Table]) -> Data:
    try:
        table = read_table("drop" if options.drop_missing else "refuse")
    except MissingError as error:
        hint = message("Fill it in, or leave such rows out with --drop-missing.")
        raise ArgumentError(error.message, hint=hint) from error
    except DataError as error:
        raise ArgumentError(error.message) from error
    for note in (*described(table.data), *table.notes):
        print(f"nablascope: {note.render(options.lang)}", file=sys.stderr)
    return table.data


def lab_from_options(options: argparse.Namespace, lab_path: str | None = None) -> Lab:
    """The Lab that the options describe: a file or a formula, then changed by the other options.

    Raises:
        ArgumentError: whatever is wrong with them.
    """
    fields = of_formula(options.formula, fields_from(options))
    if options.formula is not None and lab_path is not None:
        raise ArgumentError(message("Give either a lab file or a formula, not both."))
    if lab_path is not None:
        try:
            carried = read_lab(Path(lab_path))
        except LabFileError as error:
            raise ArgumentError(error.message) from error
        lab = carried.lab
        if carried.table_left_out and not options.data:
            print(f"nablascope: {WITHOUT_TABLE.render(options.lang)}", file=sys.stderr)
    elif fields.network is not None:
        lab = Lab(steps=COMMAND_STEPS)
    elif options.formula is not None:
        lab = Lab(formula=options.formula, steps=COMMAND_STEPS)
    else:
        raise ArgumentError(message("Give a lab file, or a formula with -f."))
    data = data_from_options(options)
    if data is not None:
        lab = replace(lab, data=data)
    if options.steps is not None:
        lab = replace(lab, steps=whole("--steps", options.steps, MAX_STEPS))
    if options.evaluations is not None:
        evaluations = whole("--evaluations", options.evaluations, MAX_STEPS, least=1)
        lab = replace(lab, evaluations=evaluations)
        if options.steps is None:  # a step takes one evaluation at least
            lab = replace(lab, steps=evaluations)
    if options.seed is not None:
        lab = replace(lab, seed=whole("--seed", options.seed, 2**63 - 1))
    if options.no_stop:
        lab = replace(lab, stop=False)
    lab = with_network(
        lab,
        fields,
        steps=lab.steps if options.steps is not None else None,
        evaluations=lab.evaluations if options.evaluations is not None else None,
    )
    formula = parse_formula(lab)
    lab, formula = _with_axes(lab, formula, [axis(text) for text in options.var])
    lab = with_held(lab, formula, dict(assignment(text) for text in options.set))
    if options.optimizer:
        lab = with_optimizers(lab, options.optimizer)
    if options.start:
        lab = with_starts(lab, formula, [numbers("--start", text) for text in options.start])
    return with_plane(lab, formula, options.plane)


class InlineTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A table in a request: numbers, texts (such a column holds classes), null where a value is missing."""

    columns: Annotated[list[str], Meta(min_length=1, max_length=MAX_COLUMNS)]
    rows: Annotated[list[list[float | str | None]], Meta(max_length=MAX_ROWS)]


class JsonRequest(NetworkFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of `solve --jsonl`, of a formula or a network; `data` is a table or the path of a file."""

    formula: str | None = None
    data: InlineTable | str | None = None
    variables: list[str] | None = None
    domain: dict[str, tuple[float, float]] = field(default_factory=dict)
    set: dict[str, float] = field(default_factory=dict)
    starts: list[list[float]] | None = None
    optimizers: list[str] | None = None
    steps: Annotated[int, Meta(ge=0, le=MAX_STEPS)] | None = None
    evaluations: Annotated[int, Meta(ge=1, le=MAX_STEPS)] | None = None
    stop: bool = True
    seed: Annotated[int, Meta(ge=0)] = 0
    plane: str | None = None


def read_request(line: bytes) -> JsonRequest:
    """One request of `solve --jsonl`.

    Raises:
        ArgumentError: not JSON, or an unknown or wrong field.
    """
    try:
        return msgspec.json.decode(line, type=JsonRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ArgumentError(message("Bad request: {detail}", detail=str(error))) from error


def lab_from_json(request: JsonRequest, options: argparse.Namespace, data: Data | None) -> Lab:
    """The Lab of one request of `solve --jsonl`; `options` and the table of --data are for all of them.

    Raises:
        ArgumentError: a field that does not fit the formula.
    """
    fields = of_formula(request.formula, request)
    if request.formula is None and fields.network is None:
        raise ArgumentError(message("Give a formula or a network."))
    lab = Lab(
        formula=request.formula if fields.network is None and request.formula else Lab().formula,
        steps=request.steps if request.steps is not None else request.evaluations or COMMAND_STEPS,
        evaluations=request.evaluations,
        stop=request.stop and not options.no_stop,
        seed=request.seed,
        order=tuple(request.variables or ()),
        data=_requested(request.data, options) or data,
    )
    lab = with_network(lab, fields, steps=request.steps, evaluations=request.evaluations)
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
    return with_plane(lab, formula, request.plane)


def _requested(data: InlineTable | str | None, options: argparse.Namespace) -> Data | None:
    if isinstance(data, InlineTable):
        return _taken(options, lambda missing: table_of(data.columns, data.rows, missing))
    return _taken(options, lambda missing: read_table(Path(data), missing)) if data is not None else None


def spelled_names(lab: Lab, names: Sequence[str]) -> tuple[str, ...]:
    """The variables that are meant, as the formula of `lab` spells them.

    Raises:
        ArgumentError: it has no such variable.
    """
    formula = parse_formula(lab) if names else None
    return tuple(_spelled(name, formula) for name in names) if formula else ()


def parse_formula(lab: Lab) -> Formula:
    """The formula of `lab` with its variables in their order.

    Raises:
        ArgumentError: with the place in the text.
    """
    if lab.network is not None:
        examples, problems = examples_of(lab)
        if examples is None:
            raise ArgumentError(problems[0].message, hint=problems[0].hint)
        return network_formula(lab.network, examples)
    try:
        return formula_of(lab)
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
    if len(specs) > MOST_RACERS:
        raise ArgumentError(
            message(
                "At most {most} optimizers run at once; here are {count}.",
                most=MOST_RACERS,
                count=len(specs),
            )
        )
    racers: list[Racer] = []
    for spec in specs:
        try:
            racers.append(parse_spec(spec))
        except SpecError as error:
            raise ArgumentError(error.message, text=spec, span=error.span, hint=error.hint) from error
    return replace(lab, racers=tuple(racers))


def with_starts(lab: Lab, formula: Formula, rows: list[list[float]]) -> Lab:
    """Start from the rows, each of the variables in their order, or of all letters, which declares them."""
    if len(rows) > MOST_STARTS:
        raise ArgumentError(
            message("There is room for {most} starts; here are {count}.", most=MOST_STARTS, count=len(rows))
        )
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
    """The ranges, and with them the variables: the first two drawn, even if unused, further ones free."""
    known = {name_key(name) for name in formula.variables}
    extra = tuple(name for name, _, _ in ranges[: len(AXES)] if name_key(name) not in known)
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
    there = [*formula.variables[:MOST_NAMED], *["…"] * (len(formula.variables) > MOST_NAMED)]
    raise ArgumentError(
        message(
            "The formula has no variable {name}; it has {names}.",
            name=given,
            names=", ".join(there) or "–",
        )
    )
