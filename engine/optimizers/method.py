"""What the settings of every optimizer share: the base Struct, the common field types, one description each.

A method is a frozen Struct whose fields are its settings, each typed, bounded and described once; the form in
the window, the command line, the reading of files and the docs are all made from `fields_of`.
Any thread; msgspec only.
"""

import functools
import math
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from engine.base.arrays import Floats
from engine.base.i18n import Message, message
from engine.base.round_numbers import format_distinct
from engine.optimizers.transform import Transform

HIGHEST_RATE: Final = 1e6


def described(description: str, symbol: str = "", *, log: bool = False, **bounds: Any) -> Meta:
    """A field: what it means, its LaTeX symbol, whether its slider is logarithmic; gt, ge, lt, le."""
    extra = {"symbol": symbol, "log": log}
    return Meta(description=description, extra=extra, **bounds)


LearningRate = Annotated[float, described("learning rate", r"\eta", log=True, gt=0, le=HIGHEST_RATE)]
WeightDecay = Annotated[
    float, described("weight decay: pulls every parameter towards 0", r"\lambda", ge=0, le=1e3)
]
MomentumFactor = Annotated[float, described("share of the last velocity that is kept", r"\mu", ge=0, le=1)]
Beta1 = Annotated[float, described("decay rate of the first moment", r"\beta_1", ge=0, lt=1)]
Beta2 = Annotated[float, described("decay rate of the second moment", r"\beta_2", ge=0, lt=1)]
Epsilon = Annotated[
    float, described("small number that keeps the denominator from 0", r"\varepsilon", log=True, ge=0, le=1)
]


class Method(Struct, frozen=True, kw_only=True, tag_field="method", forbid_unknown_fields=True):
    """The settings of one optimizer; its tag is its name in a spec, `adam(lr=0.1)`.

    Class attributes:
        title: for people. formula: the rule as LaTeX, on a line or two. source: where it comes from.
        summary: what it does, in a sentence.
        by_start: the settings that may be an array (s, 1), a number for each start.
    """

    title: ClassVar[Message]
    summary: ClassVar[Message]
    formula: ClassVar[str]
    source: ClassVar[str]
    by_start: ClassVar[frozenset[str]] = frozenset({"lr"})

    def conflicts(self) -> tuple[tuple[str, Message], ...]:
        """Settings that are each allowed but not together: (field, what is wrong)."""
        return ()

    def predicted_rate(self, eigenvalues: Floats) -> float | None:
        """The factor left of the error in each step near a minimum with these curvatures (d,), ascending.

        None where theory gives no single number.
        """
        return None

    def stability_limit(self, curvature: float) -> float | None:
        """The largest η that is stable at a minimum of this largest curvature; None where no η matters."""
        return None

    def remark(self, count: int, term: Callable[[str, int], Floats]) -> Message | None:
        """What is special about step number `count`, from 1, if anything is.

        Args: term: the value of a term, by its key, in a step of that number.
        """
        return None

    def transform(self) -> Transform:
        """The (init, update) pair of these settings; its u is Δθ."""
        raise TypeError(f"{type(self).__name__} has no rule")  # only the concrete methods are ever made


class FieldSpec(Struct, frozen=True, kw_only=True):
    """One setting, as a form, a command line or a page of help needs it.

    Attributes:
        name: in a spec and in a file. symbol: its LaTeX, "" if it has none. description: for people.
        lo, hi: the bounds of a number, None where there is none; `lo_open`, `hi_open`: they are excluded.
        log: a slider should be logarithmic. choices: the words a "choice" may be.
    """

    name: str
    kind: Literal["float", "int", "bool", "choice", "text"]
    default: Any
    description: Message
    symbol: str = ""
    lo: float | None = None
    hi: float | None = None
    lo_open: bool = False
    hi_open: bool = False
    log: bool = False
    choices: tuple[str, ...] = ()

    def problem(self, value: Any) -> Message | None:
        """What is wrong with `value` for this setting, or None."""
        if self.kind in ("bool", "choice", "text"):
            return None
        label = message("{name} ({description})", name=self.name, description=self.description)
        if not math.isfinite(value):
            return message("{label} must be a finite number.", label=label)
        if self.lo is not None and (value <= self.lo if self.lo_open else value < self.lo):
            text = "{label} must be greater than {bound}; it is {value}."
            if not self.lo_open:
                text = "{label} must be at least {bound}; it is {value}."
            return _broken(text, label, self.lo, value)
        if self.hi is not None and (value >= self.hi if self.hi_open else value > self.hi):
            text = "{label} must be less than {bound}; it is {value}."
            if not self.hi_open:
                text = "{label} must be at most {bound}; it is {value}."
            return _broken(text, label, self.hi, value)
        return None


def _broken(text: str, label: Message, limit: float, value: float) -> Message:
    """With as many digits as it takes to see that the value is beyond its limit."""
    bound, shown = format_distinct((limit, value))
    return message(text, label=label, bound=bound, value=shown)


@functools.cache
def fields_of(settings: type[Struct]) -> tuple[FieldSpec, ...]:
    """The settings of an optimizer, a schedule or a racer that are numbers, switches or words, in order.

    >>> from engine.optimizers.gradient_descent import GradientDescent
    >>> [field.name for field in fields_of(GradientDescent)]
    ['lr', 'momentum', 'dampening', 'nesterov', 'weight_decay']
    """
    hints = get_type_hints(settings, include_extras=True)
    fields = (_field(info.name, hints[info.name], info.default) for info in msgspec.structs.fields(settings))
    return tuple(field for field in fields if field is not None)


def tag_of(settings: type[Struct]) -> str:
    """The name of a method, a schedule…: `gd`, `cosine`."""
    return str(settings.__struct_config__.tag)


def _field(name: str, hint: Any, default: Any) -> FieldSpec | None:
    """The description of one field; None for one that is a Struct of its own."""
    meta = Meta()
    if get_origin(hint) is Annotated:
        hint, *metas = get_args(hint)
        meta = next((each for each in metas if isinstance(each, Meta)), meta)
    kinds: dict[Any, Literal["float", "int", "bool", "choice", "text"]]
    kinds = {float: "float", int: "int", bool: "bool", str: "text"}
    is_choice = get_origin(hint) is Literal
    if not is_choice and hint not in kinds:
        return None
    extra = meta.extra or {}
    return FieldSpec(
        name=name,
        kind="choice" if is_choice else kinds[hint],
        default=default,
        description=message(meta.description or name),
        symbol=extra.get("symbol", ""),
        lo=meta.gt if meta.gt is not None else meta.ge,
        hi=meta.lt if meta.lt is not None else meta.le,
        lo_open=meta.gt is not None,
        hi_open=meta.lt is not None,
        log=extra.get("log", False),
        choices=tuple(str(choice) for choice in get_args(hint)) if is_choice else (),
    )
