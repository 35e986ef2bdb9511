"""The worked step: the rule in symbols, the same with numbers put in, the result; line by line, as LaTeX.

A step is numbered by the point it leads to, as in the papers: step t goes from θ_{t−1} to θ_t, and uses
g_t, m_t, … The terms and their rules come from the method itself. Any thread; numpy only.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from engine.base.arrays import Floats
from engine.base.i18n import Language, Message, message
from engine.base.round_numbers import format_tick
from engine.descent.forks import part_at
from engine.descent.run import Run
from engine.formula.names import name_text
from engine.optimizers import TermSpec, fields_of
from engine.optimizers.schedules import Constant
from engine.optimizers.shaping import GRADIENT_TERM

REFERENCE: Final = re.compile(r"\[([A-Za-z_]\w*)(-?)\]")
PLAIN_PRODUCT: Final = re.compile(r"(?<!,)\\,(?=\d)")  # a thin space does where letters or brackets follow
BESIDE: Final = re.compile(r"(?<=[\d}])(?=\{\[)")  # a group after a digit or another group
MOST_COMPONENTS: Final = 6  # of a vector that are written; of more, the first and the last
_FROM_SUPERSCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


class StepLine(Struct, frozen=True, kw_only=True):
    """One quantity of the step.

    Attributes:
        symbol: of the term, as in Run.terms. name: for people. role: which arrow draws it; "point": θ itself.
        left: its LaTeX with the number of the step, `m_{7}`.
        symbolic, numeric, result: the right-hand sides: the rule, the rule with its numbers, their value;
            numeric is "" where the rule cannot be spelled out.
    """

    symbol: str
    name: Message
    role: Literal["gradient", "momentum", "direction", "update", "scale", "scalar", "point"]
    left: str
    symbolic: str
    numeric: str
    result: str

    @property
    def tex(self) -> str:
        """What stands right of the first equals sign, all in one line."""
        return " = ".join(part for part in (self.symbolic, self.numeric, self.result) if part)


def worked_step(run: Run, step: int, variables: Sequence[str] = ()) -> tuple[StepLine, ...]:
    """The lines of the step from point `step` to point `step` + 1.

    Args:
        variables: the names of θ's components, for the line of the new point.

    Raises:
        IndexError: the run has no such step.
    """
    if not 0 <= step < run.steps:
        raise IndexError(f"the run has no step {step}")
    part, step = part_at(run, step)
    return _Writer(part, step, variables).lines() if part.terms else ()


def step_latex(run: Run, step: int, language: Language = "en", variables: Sequence[str] = ()) -> str:
    """The worked step as one LaTeX display, to be copied: the lines aligned at their first equals sign."""
    rows = []
    for line in worked_step(run, step, variables):
        name = line.name.render(language).replace("_", r"\_").replace("%", r"\%")
        rows.append(rf"{line.left} &= {line.symbolic} && \text{{{name}}} \\")
        rows += [rf" &= {part} \\" for part in (line.numeric, line.result) if part]
    return "\n".join([r"\begin{aligned}", *rows, r"\end{aligned}"])


def number_latex(value: float, digits: int = 4) -> str:
    r"""A number of at most `digits` significant digits.

    >>> number_latex(-0.00000025), number_latex(0.30000000000000004), number_latex(float("inf"))
    ('-2.5\\cdot 10^{-7}', '0.3', '\\infty')
    """
    if not np.isfinite(value):
        return r"\text{NaN}" if np.isnan(value) else (r"\infty" if value > 0 else r"-\infty")
    text = format_tick(float(value), digits).replace("−", "-")
    match = re.fullmatch(r"(-?)(?:([\d.]+)×)?10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", text)
    if match is None:
        return text
    factor = rf"{match[2]}\cdot " if match[2] else ""
    return rf"{match[1]}{factor}10^{{{match[3].translate(_FROM_SUPERSCRIPT)}}}"


def vector_latex(values: Floats, digits: int = 4) -> str:
    r"""A vector (d,) in a row; a plain number for one component.

    >>> vector_latex(np.array([1.5, -2.0]))
    '\\left(1.5,\\; -2\\right)'
    """
    numbers = [number_latex(float(value), digits) for value in values]
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) > MOST_COMPONENTS:
        numbers = [*numbers[: MOST_COMPONENTS - 2], r"\dots", numbers[-1]]
    inside = r",\; ".join(numbers)
    return rf"\left({inside}\right)"


class _Writer:
    """The lines of one step of one run; t = step + 1 is its number."""

    def __init__(self, run: Run, step: int, variables: Sequence[str]) -> None:
        self.run, self.step, self.t = run, step, step + 1
        self.count = self.t - run.rule_from  # of the steps of this rule
        self.variables = variables
        optimizer = run.racer.optimizer
        self.specs = (GRADIENT_TERM, *optimizer.transform().terms)
        self.by_key = {spec.key: index for index, spec in enumerate(self.specs)}
        settings = {field.name: field for field in fields_of(type(optimizer))}
        self.settings: Mapping[str, tuple[str, float]] = {
            name: (field.symbol, float(getattr(optimizer, name)))
            for name, field in settings.items()
            if field.kind in ("float", "int") and field.symbol
        }
        self.scheduled = not isinstance(run.racer.schedule, Constant)
        self.factor = run.factor(step)
        self.rate = float(getattr(optimizer, "lr", 1.0)) * self.factor

    def lines(self) -> tuple[StepLine, ...]:
        lines = [self._line(index, spec) for index, spec in enumerate(self.specs)]
        if self.scheduled and "lr" in self.settings:
            lines.insert(1, self._rate_line())
        return (*lines, self._point_line())

    def _line(self, index: int, spec: TermSpec) -> StepLine:
        rule = spec.rule if self.count > 1 or spec.first_rule is None else spec.first_rule
        spelled = spec.spelled
        if index == 0:
            rule, spelled = self._gradient_rule(), False
        return StepLine(
            symbol=spec.symbol,
            name=spec.name,
            role=spec.role,
            left=self._numbered(spec.symbol, self.t),
            symbolic=self._filled(rule, symbols=True),
            numeric=self._filled(rule, symbols=False) if spelled else "",
            result=vector_latex(self.run.terms[index].values[self.step]),
        )

    def _gradient_rule(self) -> str:
        rule = r"\nabla f([theta])"
        if self.run.racer.noise:
            rule += rf" + \xi_{{{self.t}}}"
        if self.run.racer.clip_norm:
            limit = number_latex(self.run.racer.clip_norm)
            rule = rf"\operatorname{{clip}}_{{\lVert g\rVert \le {limit}}}\left({rule}\right)"
        return rule

    def _rate_line(self) -> StepLine:
        return StepLine(
            symbol=r"\eta",
            name=message("learning rate of this step"),
            role="scalar",
            left=self._numbered(r"\eta", self.t),
            symbolic=rf"\eta\,\varphi_{{{self.t}}}",
            numeric=rf"{number_latex(self.settings['lr'][1])} \cdot "
            rf"{number_latex(self.factor)}",
            result=number_latex(self.rate),
        )

    def _point_line(self) -> StepLine:
        old, new = self.run.points[self.step], self.run.points[self.t]
        # What was added is read from the term, which in a forked or overflowing run may be unknown.
        added = self.run.terms[self.by_key["step"]].values[self.step]
        step_symbol = self._numbered(self.specs[self.by_key["step"]].symbol, self.t)
        name = message("new point")
        if self.variables:
            name = message("new point ({names})", names=", ".join(map(name_text, self.variables)))
        return StepLine(
            symbol=r"\theta",
            name=name,
            role="point",
            left=rf"\theta_{{{self.t}}}",
            symbolic=rf"\theta_{{{self.step}}} + {step_symbol}",
            numeric=f"{vector_latex(old)} + {_bracketed(added, raised=False)}",
            result=vector_latex(new),
        )

    def _filled(self, rule: str, *, symbols: bool) -> str:
        """The rule with its references replaced by symbols or by numbers."""

        def fill(match: "re.Match[str]") -> str:
            key, before = match[1], bool(match[2])
            if symbols:
                return self._symbol(key, before)
            raised = rule[match.end() :].startswith("^")
            return _bracketed(self._numbers(key, before), raised)

        if not symbols:  # letters side by side are a product, digits are not
            rule = _with_dots(rule)
        filled = REFERENCE.sub(fill, rule)
        return filled if symbols else PLAIN_PRODUCT.sub(r" \\cdot ", filled)

    def _symbol(self, key: str, before: bool) -> str:
        if key in self.by_key:
            return self._numbered(self.specs[self.by_key[key]].symbol, self.step if before else self.t)
        if key in self.settings:
            return self.settings[key][0]
        if key == "eta":
            return self._numbered(r"\eta", self.t) if self.scheduled else r"\eta"
        return {"t": str(self.count), "theta": rf"\theta_{{{self.step}}}"}[key]

    def _numbers(self, key: str, before: bool) -> Floats:
        if key in self.by_key:
            index = self.by_key[key]
            values = self.run.terms[index].values
            if not before or self.count > 1:
                return np.asarray(values[self.step - int(before)])
            return np.full(values.shape[1], self.specs[index].initial)
        if key in self.settings:
            return np.array([self.settings[key][1]])
        if key == "theta":
            return np.asarray(self.run.points[self.step])
        return np.array([{"t": self.count, "eta": self.rate}[key]], dtype=np.float64)

    @staticmethod
    def _numbered(symbol: str, t: int) -> str:
        """A symbol with the number of a step; one with a raised part keeps it."""
        base, mark, raised = symbol.partition("^")
        return rf"{base}_{{{t}}}{mark}{raised}"


def _with_dots(rule: str) -> str:
    r"""The rule with a dot between groups that are factors, for numbers to take their places.

    >>> _with_dots(r"0.9{[b]}^{2}{[g]} + \frac{[m]}{[u]}")
    '0.9 \\cdot {[b]}^{2} \\cdot {[g]} + \\frac{[m]}{[u]}'
    """

    def dot(match: "re.Match[str]") -> str:
        """Not between the two parts of a fraction."""
        at = match.start() - 1
        depth = int(rule[at] == "}")
        while depth:
            at -= 1
            depth += {"}": 1, "{": -1}.get(rule[at], 0)
        return "" if rule[:at].endswith("frac") else r" \cdot "

    return BESIDE.sub(dot, rule)


def _bracketed(values: Floats, raised: bool) -> str:
    """A vector or number in a product or sum: in brackets if negative, or `raised` to a power."""
    text = vector_latex(values)
    if len(values) == 1 and (text.startswith("-") or (raised and "10^" in text)):
        return rf"\left({text}\right)"
    return text
