r"""The update rule of an optimizer as it is set, in symbols: one LaTeX line a quantity.

Any thread; numpy only (through the optimizers).
"""

import re

from engine.optimizers import Method, fields_of
from engine.optimizers.shaping import GRADIENT_TERM
from engine.words.step_text import REFERENCE


def rule_latex(optimizer: Method) -> tuple[str, ...]:
    r"""What the method computes in a step t, in order; () for settings that do not fit together.

    >>> from engine.optimizers import METHODS
    >>> rule_latex(METHODS["gd"](lr=0.1, momentum=0.9))[1:]
    ('b_{t} = \\mu\\,b_{t-1} + g_{t}', '\\Delta\\theta_{t} = -\\eta\\,b_{t}')
    """
    if optimizer.conflicts():
        return ()
    specs = (GRADIENT_TERM, *optimizer.transform().terms)
    symbols = {spec.key: spec.symbol for spec in specs}
    settings = {field.name: field.symbol for field in fields_of(type(optimizer)) if field.symbol}
    given = {"t": "t", "theta": r"\theta_{t-1}", "eta": r"\eta"}

    def symbol(match: re.Match[str]) -> str:
        key, before = match[1], bool(match[2])
        text = settings.get(key) or given.get(key, key)
        if key in symbols:
            text = _at(symbols[key], "t-1" if before else "t")
        # "\\cdot[t]" must not become one command.
        return " " + text if match.start() and match.string[match.start() - 1].isalpha() else text

    lines = [f"{_at(spec.symbol, 't')} = {REFERENCE.sub(symbol, spec.rule)}" for spec in specs[1:]]
    return (rf"{_at(specs[0].symbol, 't')} = \nabla f(\theta_{{t-1}})", *lines)


def _at(symbol: str, step: str) -> str:
    """A symbol of the step; a raised part stays above."""
    base, mark, raised = symbol.partition("^")
    return rf"{base}_{{{step}}}{mark}{raised}"
