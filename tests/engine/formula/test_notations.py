"""Formulas copied from documents, equation editors, lectures and programs, with what each means in Python."""

import math
from math import cos, exp, hypot, log, pi, sin, sqrt

import pytest

from engine.formula import FormulaError, parse, to_text
from engine.formula.ast import same
from engine.formula.names import name_latex, name_text
from tests.engine.formula.test_other_systems import NAMES, assert_meaning

x, y, z, w, a, b, n, r = (NAMES[name] for name in "xyzwabnr")
x1, x2, x3, w1, w2 = (NAMES[name] for name in ("x_1", "x_2", "x_3", "w_1", "w_2"))
theta = NAMES["θ"]
bowl = x * x + y * y

# TeXForm's way to write a function in pieces.
NESTED = r"\begin{array}{cc} \{ & \begin{array}{cc} x & x>2 \\ y & \text{True} \\ \end{array} \\ \end{array}"

TABLE = [
    # characters of documents and telephones
    ("𝑓(𝑥,𝑦)=𝑥²−𝑦²", x * x - y * y),
    ("x—y", x - y),
    ("x➕y➖z✖2➗3", x + y - z * 2 / 3),
    ("x ✖️ y", x * y),
    ("│x│ + ❘z❘", x - z),
    ("sin 30º", 0.5),
    ("x ⇒ x²", x * x),
    ("f(x) ≜ x²", x * x),
    ("e⁻ˣ² + xⁿ⁻¹", exp(-x * x) + x ** (n - 1)),
    ("∑ᵢ₌₁³ xᵢ²", x1**2 + x2**2 + x3**2),
    ("Σᵢ₌₁³ i x + ∏ᵢ₌₁² xᵢ", 6 * x + x1 * x2),
    ("xₗ + xᵣ", 0.52 + 0.63),
    ("³√x + ⁵√(x + 1) + ⁿ√y", x ** (1 / 3) + (x + 1) ** 0.2 + y ** (1 / n)),
    ("y ̂", NAMES["y_hat"]),
    ("`x^2`", x * x),
    ("(50 %) x", x / 2),
    # Word's linear format
    ("{█(x^2,&x≥2@-x,&x<2)┤", -x),
    ("f(x)={█(0,  x<0@x,  x≥0)┤", x),
    # the equation script of Hangul documents
    ("{1} over {2} x ^{2}", x * x / 2),
    ("sqrt {x} over {y}", sqrt(x) / y),
    ("x times y cdot 2 DIV n", x * y * 2 / n),
    ("LEFT ( {x} over {y} RIGHT ) ^{2}", (x / y) ** 2),
    ("left | z right | + ln LEFT ( x RIGHT )", -z + log(x)),
    ("root {3} of {x} + root 4 of {y}", x ** (1 / 3) + y**0.25),
    ("SUM _{i=1} ^{3} i x", 6 * x),
    ("hat {y} + bar x + x _{1}", NAMES["y_hat"] + NAMES["x_bar"] + x1),
    ("{cases{x&x>=2#-x&x<2}}", -x),
    ("cases{x & x>=2 # -x & x<2}", -x),
    ("x`y ~+~ y", x * y + y),
    # AsciiMath and Typst
    ("root(3)(x) + hat y", x ** (1 / 3) + NAMES["y_hat"]),
    ('{(x,if x>=2),(-x,"otherwise"):}', -x),
    ("frac(x, y) + frac(1, 2) x^2", x / y + x * x / 2),
    ('cases(x &"if" x >= 2, -x &"otherwise")', -x),
    ("x dot y + hat(y)", x * y + NAMES["y_hat"]),
    ("x_left + x_{left} + y_hat", 2 * NAMES["x_left"] + NAMES["y_hat"]),
    (r"\sin x e^{y} + cos 2e^x + sin y e^(-x) a", sin(x) * exp(y) + cos(2 * exp(x)) + sin(y) * exp(-x) * a),
    # LaTeX of lectures and packages
    (r"\hat{y}_1 + \hat{w_1} + \bar x_1", 0.27 + 0.29 + 0.39),
    (r"\sum_{i=1}^{1} (\hat y_i - x_i)^2", (0.27 - x1) ** 2),
    (r"\mathcal{L}_{\text{CE}} = -\log p", -log(NAMES["p"])),
    (r"\mathcal{L}_{MSE}(w) = (w-1)^2", (w - 1) ** 2),
    (r"\mathcal{L}(w_1,w_2) = \lVert w \rVert_2^2 + \|w\|_1", w1**2 + w2**2 + w1 - w2),
    (r"J(w) = w^2 + \norm{w}_2^2", 2 * w * w),
    (r"[1-z]_+ + \left(z\right)_{+}", 1 - z),
    (r"w^{[1]}x", w1 * x),
    (r"\theta1 x1 + \frac\theta2", NAMES["θ_1"] * x1 + theta / 2),
    (r"x\,.\,y + x\cdotp y", 2 * x * y),
    (r"x~y", x * y),
    (r"f(x){=}x{\cdot}2", 2 * x),
    (r"\left( x, y \right) \ {\mapsto} \ x^{2} + y^{2}", bowl),
    (r"\nicefrac{1}{2}x + \flatfrac{x}{y}", x / 2 + x / y),
    (r"\arg\min_x x^2", x * x),
    (r"\argmin_{x} x^2", x * x),
    (r"f(x) \triangleq \ensuremath{x^2}", x * x),
    (NESTED + "z", y * z),
    # Wolfram, Maple, Julia, R
    ("Sum[i x, {i, 3}] + Product[x + i, {i, 2}]", 6 * x + (x + 1) * (x + 2)),
    ("Sum[i j x, {i, 1, 2}, {j, 1, i}]", 7 * x),
    ("Sum(i*x, [i, 1, 3])", 6 * x),
    ("sum(x^i for i in 1:3)", x + x**2 + x**3),
    (r"\[Theta]^2 + \[Pi] x", theta**2 + pi * x),
    ("Subscript[x, 1]^2", x1**2),
    ("Hold[Sum[i*x, {i, 1, 3}]]", 6 * x),
    ("root[3](x)", x ** (1 / 3)),
    ("f <- function(x, y) { return(x^2 + y^2) }", bowl),
    ("pmax(z, 0) + pmin(x, y) + dnorm(0) + choose(5, 2)", y + 1 / sqrt(2 * pi) + 10),
    ("if (x > 2) x else -x", -x),
    ("sum(c(x, y)) + x %/% 1", x + y + 1),
    # GeoGebra and spreadsheets
    ("If(x < 0, 0, x < 2, x, 2)", x),
    ("=IF(AND(x>0,OR(y>1,z<0)),x,y)", x),
    ("=IFS(x<0,0,x<2,x,TRUE,1)", x),
    ("=SUMSQ(x,y) + COMBIN(5,2)", bowl + 10),
    ("=LOG(x) + LOG(x,2) + ATAN2(x,y) + INT(z)", math.log10(x) + math.log2(x) + math.atan2(y, x) - 1),
    # programs
    ("f = @(x) x(1)^2 + 3*x(1)*x(2);", x1**2 + 3 * x1 * x2),
    ("x ~= 0 ? x : 1", x),
    ("2.0d0*x**2.0d0", 2 * x * x),
    ("merge(x, -x, x > 2)", -x),
    ("function f(x, y) { return x*x + y*y; }", bowl),
    ("double f(double x, double y) { return x*x + y*y; }", bowl),
    ("const f = (x, y) => x*x + y*y;", bowl),
    ("x*x /* square */ + y*y; // bowl", bowl),
    ("import numpy as np\nnp.sin(x)", sin(x)),
    ("M_LN2*x + M_SQRT2", log(2) * x + sqrt(2)),
    ("nn.ReLU()(x) + torch.nn.Sigmoid()(0)", x + 0.5),
    ("torch.norm(torch.stack([x, y]))", hypot(x, y)),
    ("functools.reduce(numpy.maximum, [x, y, z]) + builtins.sum([x, y])", x + x + y),
    ("jax.numpy.sinc(x)", sin(pi * x) / (pi * x)),
    ("scipy.stats.norm.cdf(0) + norm.pdf(0)", 0.5 + 1 / sqrt(2 * pi)),
    ("y.powi(2) + x.powf(0.5) + cos(x).recip()", y * y + sqrt(x) + 1 / cos(x)),
    ("Piecewise((x, Ne(x, 0)), (y, True)) + (x - 1)*B(2, 3)", x + (x - 1) / 12),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), TABLE, ids=[text for text, _ in TABLE])
def test_it_means_what_its_writer_means(text: str, meaning: float) -> None:
    assert_meaning(text, meaning)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x == y", "x == y"),
        ("𝔼[x]", "𝔼"),
        (r"\mathbb{E}[x^2]", r"\mathbb{E}"),
        ("①x", "①"),
        ("wᵀx", "ᵀ"),
        ('x" + 1', '"'),
        ("x #3", "#"),
        ("x over", "over"),
        ("y ~ x", "~"),
        ("{█(x,&x≥0", "█"),
        ("hat + 1", "hat"),
    ],
)
def test_what_has_no_meaning_is_said_at_its_place(text: str, place: str) -> None:
    with pytest.raises(FormulaError) as failure:
        parse(text)
    assert text[slice(*failure.value.span)] == place
    assert failure.value.message.render("ko") != failure.value.message.render("en")


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("arsech", "asech arsech arcsech argsech"),
        ("arcsch", "acsch arcsch arccsch argcsch"),
        ("arcoth", "acoth arcoth arccoth argcoth"),
    ],
)
def test_the_inverse_hyperbolic_family_is_whole(name: str, spellings: str) -> None:
    assert {to_text(parse(f"{spelling}(x)").ast) for spelling in spellings.split()} == {f"{name}(x)"}


@pytest.mark.parametrize("name", ["sin", "sec", "sinh", "tanh", "coth", "sech", "csch"])
def test_to_the_power_of_minus_one_is_the_inverse(name: str) -> None:
    inverse = {"sin": "arcsin", "sec": "arcsec"}.get(name, f"ar{name}")
    for text in (f"{name}^-1(x)", rf"\operatorname{{{name}}}^{{-1}} x", f"{name}⁻¹(x)"):
        assert to_text(parse(text).ast) == f"{inverse}(x)"


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("e_1^2 + e_2^2", ("e_1", "e_2")),
        ("E_1 x", ("x", "E_1")),
        (r"\pi_1 x + π_2", ("x", "pi_1", "pi_2")),
        ("f(π_1, e_2) = π_1 e_2", ("pi_1", "e_2")),
        ("e^x + e_1", ("x", "e_1")),
    ],
)
def test_a_constants_letter_with_an_index_is_a_variable(text: str, variables: tuple[str, ...]) -> None:
    formula = parse(text)
    assert sorted(formula.variables) == sorted(variables)
    assert same(parse(to_text(formula.ast)).ast, formula.ast)
    assert name_latex("pi_1") == r"\pi_{1}" and name_text("pi_1") == "π₁"


@pytest.mark.parametrize("text", ["bsech(x)", "axsech(x)", "rsin(t)", "aexp(x)"])
def test_letters_that_only_split_into_letters_and_a_function_are_asked_about(text: str) -> None:
    with pytest.raises(FormulaError, match="a product or the name of a function"):
        parse(text)
    assert parse(f"a + b + r + {text}").variables, "used elsewhere they are variables"


def test_what_f_and_e_were_taken_for_is_said_once() -> None:
    def said(text: str) -> list[str]:
        return [reading.render() for reading in parse(text).readings]

    assert [text[:1] for text in said("f x + f^2 + 2e + e x")] == ["f", "e"]
    assert said("f(x) = x^2") == said("f(f) = f^2") == said("e^x + e") == said("exp(x) + e") == []


@pytest.mark.parametrize("name", ["over", "times", "left", "hat", "bar", "let"])
def test_a_declared_word_is_a_variable(name: str) -> None:
    assert parse(f"f(x, {name}) = {name}^2 x").variables == ("x", name)
    assert parse(f"mean((w {name} - b)^2)", data=(name,)).columns == (name,)


def test_columns_may_be_called_as_types_are() -> None:
    assert parse("mean(real price)", data=("real", "price")).columns == ("price", "real")
