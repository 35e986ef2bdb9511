"""What `engine.program.source` prints, as a function of numbers or arrays. Any thread; numpy only."""

import functools
import re
from types import CodeType
from typing import Any, Final

import numpy as np

from engine.formula import special

_NAME: Final = re.compile(r"\b[A-Za-z_]\w*")


def _rows_mean(values: Any) -> Any:
    return np.mean(values, axis=-1)


def _rows_sum(values: Any) -> Any:
    return np.sum(values, axis=-1)


def _lifted(value: Any) -> Any:
    """A value without rows, with an axis for them."""
    return np.asarray(value)[..., None]


# Everything that generated source may name.
_NAMES: Final[dict[str, Any]] = {
    **{
        name: getattr(np, name)
        for name in [
            "sqrt",
            "exp",
            "log2",
            "log10",
            "log1p",
            "expm1",
            "sin",
            "cos",
            "tan",
            "arcsin",
            "arccos",
            "arctan",
            "arctan2",
            "sinh",
            "cosh",
            "tanh",
            "arcsinh",
            "arccosh",
            "arctanh",
            "sign",
            "floor",
            "ceil",
            "power",
            "divide",
            "where",
            "logical_not",
            "clip",
            "mod",
        ]
    },
    **{
        name: getattr(special, name)
        for name in [
            "whole_power",
            "cbrt",
            "root",
            "one_minus_square",
            "arcsec",
            "arcoth",
            "sinc",
            "dsinc",
            "d2sinc",
            "dsigmoid",
            "d2sigmoid",
            "dsilu",
            "d2silu",
            "step",
            "relu",
            "sigmoid",
            "softplus",
            "sech",
            "csch",
            "frac",
            "norm",
            "logsumexp",
            "erf",
            "erfc",
            "normcdf",
            "normpdf",
            "gelu",
            "gamma",
            "loggamma",
            "digamma",
            "polygamma",
            "factorial",
            "beta",
            "binom",
            "leakyrelu",
            "elu",
            "softsign",
            "silu",
            "mish",
            "logit",
            "huber",
        ]
    },
    "log": special.logarithm,
    "abs": np.abs,
    "round": np.rint,
    "max": special.largest,
    "min": special.smallest,
    "nan": np.nan,
    "lifted": _lifted,
    "rows_mean": _rows_mean,
    "rows_sum": _rows_sum,
}


@functools.lru_cache(maxsize=256)
def compile_program(source: str, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> Any:
    """The function of `inputs` that returns `outputs`, of the lines of `source` that they need."""
    wanted = set(outputs)
    kept: list[str] = []
    for line in reversed(source.split("\n")):
        target, _, expression = line.partition(" = ")
        if target in wanted:
            wanted.update(_NAME.findall(expression))
            kept.append(f"    {line}\n")
    body = "".join(reversed(kept))
    text = f"def compute({', '.join(inputs)}):\n{body}    return ({', '.join(outputs)},)\n"
    code: CodeType = compile(text, "<formula>", "exec")
    scope: dict[str, Any] = {"__builtins__": {}, **_NAMES}
    # The text was printed by engine.program.source from a tree; it has no builtins and only the names above.
    exec(code, scope)  # noqa: S102
    return scope["compute"]
