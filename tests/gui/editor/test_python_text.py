"""The Python that is copied computes the same numbers as the engine's own reading of the formula."""

import numpy as np
import pytest

from engine.formula import parse
from engine.formula.functions import FUNCTIONS
from gui.editor.python_text import to_python


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("x^2+3xy+y^2", "f = lambda x, y: x**2 + 3*x*y + y**2"),
        ("-x^2", "f = lambda x: -x**2"),
        ("2^-x", "f = lambda x: 2**-x"),
        ("x - (y - 1)", "f = lambda x, y: x - (y - 1)"),
        ("x/(2y)", "f = lambda x, y: x/(2*y)"),
        ("L(y,x)=x sin y", "L = lambda y, x: x*np.sin(y)"),
        ("softsign(x+y)+softsign(x)", "f = lambda x, y: ((x + y)/(1 + np.abs(x + y))) + (x/(1 + np.abs(x)))"),
        ("lambda", "f = lambda λ_: λ_"),
        ("max(x,y,2)", "f = lambda x, y: np.maximum(np.maximum(x, y), 2)"),
    ],
)
def test_to_python(text, python):
    assert to_python(parse(text)) == python


# By hand, with NumPy alone: an oracle that shares nothing with the printer.
NUMBERS = [
    ("-20e^(-0.2 sqrt((x^2+y^2)/2))", lambda x, y: -20 * np.exp(-0.2 * np.sqrt((x * x + y * y) / 2))),
    ("1/2x - y/x/2", lambda x, y: x / 2 - y / x / 2),
    ("|x|^3 - cot(y)^2", lambda x, y: abs(x) ** 3 - (1 / np.tan(y)) ** 2),
    ("piecewise(x > y: x^2, -y)", lambda x, y: x * x if x > y else -y),
    ("sum(i=1..3, i x^i) + y", lambda x, y: x + 2 * x**2 + 3 * x**3 + y),
    ("elu(-x) + huber(y, 0.5)", lambda x, y: np.exp(-x) - 1 + 0.5 * (y - 0.25)),
    pytest.param("sigmoid(x)*y^-2", lambda x, y: 1 / (1 + np.exp(-x)) * y**-2.0, marks=pytest.mark.foreign),
    ("(x - y)^3^2", lambda x, y: (x - y) ** 9),
    ("norm(x, y) + log(x, 2)", lambda x, y: np.hypot(x, y) + np.log2(x)),
]


@pytest.mark.parametrize(("text", "oracle"), NUMBERS)
def test_the_numbers_agree(text, oracle):
    scipy = pytest.importorskip("scipy.special") if "scipy" in to_python(parse(text)) else None
    names = {"np": np, "scipy": scipy and __import__("scipy")}
    exec(to_python(parse(text)), names)
    assert names["f"](1.7, 0.9) == pytest.approx(oracle(1.7, 0.9), rel=1e-12)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name != "dot"])
def test_every_function_has_a_python_form(name):
    fewest = max(FUNCTIONS[name].arity[0], 1)
    python = to_python(parse(f"{name}({', '.join('xyz'[:fewest])})"))
    compile(python, "<copied>", "exec")
    assert "{" not in python
    head = python.split(": ", 1)[1]
    for part in head.replace("(", " ").replace("*", " ").split():
        if part.startswith("np."):
            assert hasattr(np, part.removeprefix("np.").split("/")[0].rstrip(",)")), part
