"""--plane, and "plane" in the requests of --jsonl: what the axes of the picture are.

Any thread; loads neither Qt nor GL.
"""

import argparse
import re
from typing import Final

from msgspec.structs import replace

from engine.base.i18n import message
from engine.document.axes import AxesError, TwoVariables, axes_of_text
from engine.document.choices import with_role
from engine.document.lab import AXES, Lab
from engine.document.setup import roles_of
from engine.formula import Formula
from engine.formula.names import name_key
from gui.argument_error import ArgumentError

COMMA: Final = re.compile(r",(?![^\[]*\])")  # not that of 0.weight[1,0]


def add_plane_argument(parser: argparse.ArgumentParser) -> None:
    """The option of both commands; its value is judged by `with_plane`."""
    parser.add_argument(
        "--plane",
        metavar="W,W|random|pca|curvature|line",
        help='what is drawn of more than two variables, such as "random(seed=3)", "line(first=1, second=2)"',
    )


def with_plane(lab: Lab, formula: Formula, text: str | None) -> Lab:
    """`lab` with the axes that `text` says: two of the variables, or directions.

    Raises:
        ArgumentError: it names no plane, or a variable that there is not.
    """
    if text is None:
        return lab
    names = [name.strip() for name in COMMA.split(text)]
    if "(" in text or len(names) == 1:
        try:
            return replace(lab, axes=axes_of_text(text))
        except AxesError as error:
            raise ArgumentError(error.message) from error
    known = {name_key(name): name for name in formula.variables}
    if len(names) != 2 or names[0] == names[1] or not all(name_key(name) in known for name in names):
        raise ArgumentError(
            message("--plane needs two different variables, such as {example}.", example=_example(formula))
        )
    for name, role in zip(names, AXES, strict=True):
        lab = with_role(lab, roles_of(lab, formula), known[name_key(name)], role)
    return replace(lab, axes=TwoVariables())


def _example(formula: Formula) -> str:
    return ",".join([*formula.variables, "x", "y"][:2])
