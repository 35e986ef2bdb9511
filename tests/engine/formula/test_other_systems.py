"""Formulas as other programs and lectures write them, with what each means written in Python."""

import math
import random
from math import cos, exp, log, sin, sqrt

import pytest
import sympy
from sympy.printing.codeprinter import PrintMethodNotImplementedError

from engine.formula import FormulaError, parse, parse_partial, to_latex, to_text
from engine.formula.ast import same
from engine.formula.names import name_key
from tests.engine.formula.oracle import evaluate
from tests.engine.formula.test_corpus import VALUES, sigmoid
from tests.engine.formula.test_round_trip import X, Y, random_expression

NAMES = VALUES | {
    "x_0": 0.36, "w_0": 0.14, "l": 0.48, "N": 2.9, "d": 0.73, "loss": 1.21, "weight": 0.44, "x_dot": 0.83,
    "R": 1.9, "B_1": 0.37, "A_1": 0.47, "T": 1.35, "σ_x": 1.2,
    "y_hat_1": 0.27, "x_bar_1": 0.39, "w_hat_1": 0.29, "x_l": 0.52, "x_r": 0.63, "x_left": 0.19,
}  # fmt: skip
x, y, z, a, b, c, n, t = (NAMES[name] for name in "xyzabcnt")
x0, x1, x2, x3 = (NAMES[f"x_{k}"] for k in range(4))
w, w0, w1, w2 = NAMES["w"], NAMES["w_0"], NAMES["w_1"], NAMES["w_2"]
pi, e = math.pi, math.e

TABLE = [
    # products, bars, indices
    ("x(x+1)(y-2)", x * (x + 1) * (y - 2)),
    ("sin^2(x)cos y", sin(x) ** 2 * cos(y)),
    ("|(x-1)(y-1)|", abs((x - 1) * (y - 1))),
    ("||x|-|y||", abs(abs(x) - abs(y))),
    ("½x²+¾y", x * x / 2 + 0.75 * y),
    ("ax²+bxy+cy²", a * x * x + b * x * y + c * y * y),
    ("2kxyz", 2 * NAMES["k"] * x * y * z),
    ("1_000x", 1000 * x),
    ("x ln2 + exp2x + lg2", x * log(2) + exp(2 * x) + math.log10(2)),
    ("50%", 0.5),
    ("20% x + 5%", 0.2 * x + 0.05),
    ("5%3 + 7 % 4", 5),
    ("2mod(x, y) + x mod (y + 1) + x mod(y, 1)", 2 * (x % y) + x % (y + 1) + x * (y % 1)),
    ("x[0]^2 + x[1]^2", x0**2 + x1**2),
    ("lambda x: x[0]**2 + x[1]**2", x0**2 + x1**2),
    ("sum(x[i]**2 for i in range(1, 4))", x1**2 + x2**2 + x3**2),
    ("x_(1) + w_(12)", x1 + NAMES["w_12"]),
    ("ẋ", 0.83),
    ("(0<x<1)", 0),
    ("np.equal(x, x) y + Eq(x, y) + np.not_equal(x, y)", y + 1),
    ("[x>0]", 1),
    ("[x > 0] x^2", x * x),
    ("x * I(x > 0)", x),
    (r"\mathbf{1}_{x>0} y + \mathbb{1}\{x<0\}", y),
    ("Boole[x > 0] y", y),
    ("(x > 2 || y < 1) + (x > 2 | y < 1)", 2),
    ("(x < 2|z|) + 1", 1),
    # LaTeX of lectures
    (r"f(\mathbf{x}) = x_1^2 + x_2^2", x1**2 + x2**2),
    (r"f(x) = \sum_{i=1}^{3} x_i^2", x1**2 + x2**2 + x3**2),
    (r"\left\{\begin{array}{ll} x & x<0 \\ y & \text{otherwise} \end{array}\right.", y),
    (r"f(x, y) = \left\{ \begin{matrix} x & x>y \\ y & x \le y \end{matrix} \right.", x),
    (r"\begin{cases} x & x<0 \\ x^2 & \text{~otherwise} \end{cases}", x * x),
    (r"\begin{cases} y & \text{if~}x>0 \\ 1 & \text{else.} \end{cases}", y),
    (r"\operatorname{Leaky\,ReLU}(z)", -0.004),
    (r"\ell(w) = -\log \sigma(w)", -log(sigmoid(w))),
    (r"x\over y", x / y),
    (r"{x+1 \over y-1}", (x + 1) / (y - 1)),
    (r"{5 \choose 2} x", 10 * x),
    (r"\binom{5}{2} + \dbinom{n}{k}", 10 + math.gamma(4) / (math.gamma(2.25) * math.gamma(2.75))),
    (r"\sum_{k=0}^{3}\binom{3}{k}x^k", (1 + x) ** 3),
    (r"\frac x2", x / 2),
    (r"\frac\pi2", pi / 2),
    (r"\frac.5x + \frac1{2.5}", 0.5 / x + 0.4),
    (r"\sqrt x2", sqrt(x) * 2),
    (r"{\rm ReLU}(x) + \mathop{\rm sgn}(z)", x - 1),
    (r"\|(x, y)\| + \left\lVert (x, y) \right\rVert_2", 2 * math.hypot(x, y)),
    (r"x \bmod 2y", x % (2 * y)),
    (r"\min_{x,y}\ f(x,y)=x^2+y^2", x * x + y * y),
    (r"\underset{x,y}{\min}\ x^2+y^2", x * x + y * y),
    (r"\text{minimize } (x-1)^2", (x - 1) ** 2),
    (r"x \mapsto x^2", x * x),
    (r"\textcolor{red}{x}^2 + {\color{blue} y} \hspace{1cm} \notag", x * x + y),
    (r"\boxed{x^2} + \underbrace{y^2}_{\text{fit}}", x * x + y * y),
    (r"\begin{cases} x & \text{if $x<0$} \\ y & \text{if $x\ge 0$}\end{cases}", y),
    (r"\begin{cases} x^2 + 1 \quad (x \ge 0) \\ -x, \quad (x < 0) \end{cases}", x * x + 1),
    (r"\begin{cases} x^2 & (x \geqq 0 \text{일 때}) \\ y & \text{그 외} \end{cases}", x * x),
    (r"\begin{cases} x & x<0\\ y & \text{o.w.}\end{cases}", y),
    (r"\boldsymbol{\theta}_1 + w^{(1)}", NAMES["θ_1"] + w1),
    (r"(x - x^{\star})^2", (x - NAMES["x_star"]) ** 2),
    # Python
    ("np.sinc(x)", sin(pi * x) / (pi * x)),
    ("np.exp2(x) + np.exp2(2x)", 2**x + 4**x),
    ("np.multiply(x, y) + np.add(x, y)", x * y + x + y),
    ("np.negative(x) + np.reciprocal(y)", -x + 1 / y),
    ("np.subtract(x, y)/np.divide(x, y)", (x - y) / (x / y)),
    ("math.cos(math.radians(x)) + np.deg2rad(y)", cos(x * pi / 180) + y * pi / 180),
    ("math.fmod(z, x) + math.trunc(z)", -0.4),
    ("np.linalg.norm(np.array([x, y]))", math.hypot(x, y)),
    ("np.float64(0.5) * float(x)", 0.5 * x),
    ("torch.clamp(x, min=0, max=1)", 1),
    ("F.leaky_relu(z, negative_slope=0.1)", -0.04),
    ("torch.where(torch.lt(x, y), x, y)", y),
    ("np.select([x < 0, x < 1], [z, 1], default=y)", y),
    ("np.where(np.logical_and(x > 0, y > 0), x, y)", x),
    ("scipy.constants.pi*x", pi * x),
    ("F.relu6(9x) + F.hardtanh(x)", 7),
    ("F.logsigmoid(x)", log(sigmoid(x))),
    ("return x**2", x * x),
    ("x.pow(2) + (x - y).abs() + x.clamp(0, 1).sin()", x * x + abs(x - y) + sin(1)),
    ("(w*x + w_0 - y).square() * x.exp()**2", (w * x + w0 - y) ** 2 * exp(x) ** 2),
    ("def f(x: float, y: float) -> float:\n    return x*y", x * y),
    ("x**2 + y**2  # a bowl", x * x + y * y),
    # MATLAB, Julia, R, C, Maple, Maxima, Mathematica, spreadsheets
    ("@(x,y) x.^2 + y.^2", x * x + y * y),
    ("f = @(x,y) (1-x).^2 + ...\n 100*(y-x.^2).^2", (1 - x) ** 2 + 100 * (y - x * x) ** 2),
    ("norm([x y]) + max([x, y])", math.hypot(x, y) + x),
    ("sind(30) + rem(z, x)", 0.1),
    ("sin.(x) .+ y .- 1", sin(x) + y - 1),
    ("x -> x^2", x * x),
    ("x^(1 // 3)", x ** (1 / 3)),
    ("function(x, y) x^2 + y", x * x + y),
    ("ifelse(x > 0 & y > 0, x, 0) + x %% y", x + x % y),
    ("std::sin(x) + M_PI*pow(y, 2.0)", sin(x) + pi * y * y),
    ("log[2](x) + add(x^i, i=1..3)", math.log2(x) + x + x * x + x**3),
    ("mul(x+i, i=1..3)", (x + 1) * (x + 2) * (x + 3)),
    ("%pi*x + %e^(-x)", pi * x + exp(-x)),
    ("Which[x < 0, -x, True, y] + Total[{x, y}]", 2 * y + x),
    ("=A1^2+SUM(B1,1)", NAMES["A_1"] ** 2 + NAMES["B_1"] + 1),
    ("PI()*LN(x) + POWER(x,2) + AVERAGE(x,y)", pi * log(x) + x * x + (x + y) / 2),
    ("nroot(x, 3) + ld(x)", x ** (1 / 3) + math.log2(x)),
    # Word, AsciiMath, Greek capitals as signs
    ("∑_(i=1)^3▒〖i x〗", 6 * x),
    ("sum_(i=1)^3 x_i^2", x1**2 + x2**2 + x3**2),
    ("√(3&x) + 〖sin〗^2 x + 〖(x+1)〗^2", x ** (1 / 3) + sin(x) ** 2 + (x + 1) ** 2),
    ("Σ_{i=1}^{3} i x + Π_{i=1}^3 i", 6 * x + 6),
    ("Σ(i=1..3, i x)", 6 * x),
]  # fmt: skip


def value(text: str, declared: tuple[str, ...] = ()) -> float:
    formula = parse(text, declared=declared)
    return float(evaluate(formula.expanded, {name: NAMES[name_key(name)] for name in formula.variables}))


def assert_meaning(text: str, meaning: float) -> None:
    """That the formula has this value at NAMES, and comes back from the text and the LaTeX of the app."""
    assert value(text) == pytest.approx(meaning, rel=1e-12, abs=1e-14)
    formula = parse(text)
    assert same(parse(to_text(formula.ast)).ast, formula.ast), to_text(formula.ast)
    assert value(to_latex(formula.ast)) == pytest.approx(meaning, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("text", "meaning"), TABLE, ids=[text for text, _ in TABLE])
def test_it_means_what_its_writer_means(text: str, meaning: float) -> None:
    assert_meaning(text, meaning)


def test_the_rows_of_the_data_may_be_numbered_above() -> None:
    formula = parse(r"\frac{1}{n}\sum_{i=1}^{n} (w a^{(i)} - b^{(i)})^2", data=("a", "b"))
    assert to_text(formula.ast) == "1/sum(1) sum((w a - b)^2)"


def test_declared_words_are_variables() -> None:
    formula = parse("f(loss, weight) = loss^2 + 2weight loss (loss + 1)")
    assert formula.variables == ("loss", "weight")
    for text in (to_text(formula.ast), to_latex(formula.ast)):
        assert same(parse(text, declared=formula.variables).ast, formula.ast), text
    assert r"\mathrm{weight}\,\mathrm{loss}" in to_latex(formula.ast)
    assert value(formula.text) == pytest.approx(1.21**2 + 2 * 0.44 * 1.21 * 2.21)


def test_a_vector_that_is_only_written_by_its_components_is_no_variable() -> None:
    assert parse("f(x) = x_1^2 + x_2^2").variables == ("x_1", "x_2")
    assert parse("f(x, x_1) = x + x_1").variables == ("x", "x_1")
    assert parse("f(x, y) = y^2").variables == ("x", "y")
    assert parse("f(x) = a x_1^2 + x_2^2").declared == ("x_1", "x_2")
    assert parse("f(x, y) = a x + y").declared == ("x", "y")
    assert parse("L(x, w) = mean(w x + c)", data=("x",)).declared == ("w",)
    assert parse("z = x + y").declared == ()


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        (r"\frac{d}{dx} x^2", r"\frac{d}{dx}", "Derivative marks", "by themselves"),
        ("1 + dy/dx", "dy/dx", "Derivative marks", "by themselves"),
        ("d/dx x^2", "d/dx", "Derivative marks", "by themselves"),
        ("w^\\top x", r"\top", "Transposes", "w_1 x_1"),
        ("1,000 x", ",", "comma", "1000"),
        ("1e400", "1e400", "too large or too small", ""),
        ("1e-400 x", "1e-400", "too large or too small", ""),
        ("0x1F", "0x", "decimal", ""),
        ("х^2", "х", "U+0445", "looks like x"),
        ("\u202ex^2", "\u202e", "U+202E", ""),
        ("x″", "″", "Derivative marks", ""),
        ("sum(x for i in range(1,9,2))", None, "loop", ""),
        ("piecewise", "piecewise", "brackets", ""),
        ("sin of x", "of", "Unknown name", ""),
        ("less(x, y)", None, "comparison", ""),
        ("root } of {+ T ( x RIGHT )", " } of ", "argument is missing", ""),
        ("⌊x⌋ < y", "⌊x⌋ < y", "comparison", "In brackets"),
        ("exp2(x, y)", None, "takes 1 arguments", ""),
        ("x.system(1)", "system", "Unknown name", ""),
        ("x.__class__", ".", "point", ""),
        ("().__class__.mro()", None, "point", ""),
        ("x.pow()", None, "takes 2 arguments", ""),
        ("x \\\\ y", "\\\\", "\\\\ cannot stand", ""),
        ("fmod(" * 14 + "x" + ",y)" * 14, None, "too long when fmod", ""),
        ("trunc(" * 40 + "x" + ")" * 40, None, "too long when trunc", ""),
        ("return " * 100, None, "return", ""),
        ("= " * 700, None, "comparison", ""),
    ],
    ids=lambda part: str(part)[:20],
)
def test_what_has_no_meaning_is_said(text: str, place: str | None, says: str, hint: str) -> None:
    with pytest.raises(FormulaError) as failure:
        parse(text)
    error = failure.value
    assert says in error.message.render()
    assert error.message.render("ko") != error.message.render("en")
    assert hint in (error.hint.render() if error.hint else "")
    if place is not None:
        assert text[slice(*error.span)] == place


@pytest.mark.parametrize("text", ["x°" + "°" * 400, "x%" * 390 + "x", "x//" * 390 + "x", "x/" * 390 + "x"])
def test_what_is_too_deep_to_draw_is_shown_as_typed(text: str) -> None:
    assert to_latex(parse_partial(text)).startswith(r"\text{x")


PRINTERS = {
    "mathematica": sympy.mathematica_code, "maple": sympy.maple_code, "octave": sympy.octave_code,
    "julia": sympy.julia_code, "javascript": sympy.jscode, "c": sympy.ccode, "r": sympy.rcode,
    "python": sympy.pycode,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("system", sorted(PRINTERS))
def test_what_other_systems_print_is_read(seed: int, system: str) -> None:
    rng = random.Random(seed)
    expression = random_expression(rng, rng.randint(2, 6))
    floats = expression.atoms(sympy.Float)
    if not expression.free_symbols or any(0 < abs(number) < 1e-300 for number in floats):
        return
    wanted = expression.evalf(25, subs={X: sympy.Float("1.3", 30), Y: sympy.Float("0.7", 30)})
    if not wanted.is_Float or abs(wanted) > 1e12:
        return
    try:
        text = PRINTERS[system](expression)
    except PrintMethodNotImplementedError:
        return
    found = value(text)
    assert math.isnan(found) or found == pytest.approx(float(wanted), rel=1e-9, abs=1e-9), text


def test_columns_may_be_words_joined_by_underscores() -> None:
    formula = parse(
        "mean((w study_hours + b - exam_score_2)^2)", data=("study_hours", "exam_score_2", "total")
    )
    assert formula.columns == ("exam_score_2", "study_hours")
    assert formula.variables == ("w", "b")  # over a table, as they appear
    assert parse("f(learning_rate) = learning_rate^2").variables == ("learning_rate",)
