"""The one table of functions and constants: parser, typesetting, derivation, completion and palette read it.

A function is added by adding a row here, with its derivative, and its numbers in `engine.formula.special`
where NumPy does not know it. Any thread; stdlib only.
"""

import difflib
from typing import Final, Literal

from msgspec import Struct

from engine.base.i18n import Message, message
from engine.formula.names import GREEK

Category = Literal["elementary", "trigonometric", "hyperbolic", "pieces", "learning", "special", "vector"]

# Arguments of an example, where x, y, z would mislead.
_EXAMPLES: Final = {
    "atan2": "y, x", "polygamma": "1, x", "dot": "(a, b), (c, d)", "root": "x, 3", "clip": "x, 0, 1",
}  # fmt: skip


class FunctionSpec(Struct, frozen=True, kw_only=True):
    """One function.

    Attributes:
        name: as our own text writes it. aliases: other spellings that are read.
        arity: fewest and most arguments; None for any number.
        domain: where it is defined on the real line, in symbols (arguments x, y, …).
        latex: of the name ("\\sin"), or with #1, #2 for the arguments ("\\sqrt{#1}").
        numpy: source with {0}, {1}; or {args} for any number.
        help: one line.
        bare: may be written without parentheses: sin x.
        derivatives: by each argument, in the formula language, the arguments named x, y, z. Empty for those
            of any number of arguments, whose rules are in `engine.formula.differentiate`.
        slopes: NumPy functions of the first and second derivative, where the numbers of `derivatives` would
            lose their digits near some point.
        kink: where it has a kink or a jump, or its slope has no value, as a condition on x, y, z.
        defaults: of the arguments that may be left out.
        template: what completion inserts; "|" stands where the caret goes. example: a call: "atan2(y, x)".
    """

    name: str
    aliases: tuple[str, ...] = ()
    arity: tuple[int, int | None] = (1, 1)
    domain: str = "x ∈ ℝ"
    latex: str
    numpy: str
    help: Message
    category: Category
    bare: bool = True
    derivatives: tuple[str, ...] = ()
    slopes: tuple[str, ...] = ()
    kink: str = ""
    defaults: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        return f"{self.name}(|)"

    @property
    def example(self) -> str:
        plain = ", ".join("xyz"[: max(self.arity[0], 1)]) if self.arity[1] is not None else "x, y"
        return f"{self.name}({_EXAMPLES.get(self.name, plain)})"


def _spec(
    name: str,
    category: Category,
    en: str,
    *,
    aliases: str = "",
    arity: tuple[int, int | None] = (1, 1),
    domain: str = "x ∈ ℝ",
    latex: str | None = None,
    numpy: str | None = None,
    bare: bool = True,
    d: str = "",
    slopes: str = "",
    kink: str = "",
    defaults: str = "",
) -> FunctionSpec:
    if numpy is None:
        numpy = name + ("({args})" if arity[1] != 1 else "({0})")
    return FunctionSpec(
        name=name,
        aliases=tuple(aliases.split()),
        arity=arity,
        domain=domain,
        latex=latex if latex is not None else rf"\operatorname{{{name}}}",
        numpy=numpy,
        help=message(en),
        category=category,
        bare=bare and arity == (1, 1),
        derivatives=tuple(part.strip() for part in d.split(";")) if d else (),
        slopes=tuple(slopes.split()),
        kink=kink,
        defaults=tuple(defaults.split()),
    )


_TABLE: Final[tuple[FunctionSpec, ...]] = (
    _spec("sqrt", "elementary", "Square root of x", aliases="√ sqr squareroot", domain="x ≥ 0",
          latex=r"\sqrt{#1}", d="1/(2sqrt(x))", kink="x = 0"),
    _spec("cbrt", "elementary", "Real cube root of x, also of a negative x",
          aliases="∛ cuberoot", latex=r"\sqrt[3]{#1}", d="1/(3cbrt(x)^2)", kink="x = 0"),
    _spec("root", "elementary", "n-th root of x: root(x, n)", aliases="nthroot nroot surd real_root",
          arity=(2, 2), domain="x ≥ 0 ∨ y = 2k + 1", latex=r"\sqrt[#2]{#1}",
          d="root(x, y)/(y x); -root(x, y) ln(x)/y^2", kink="x = 0"),
    _spec("exp", "elementary", "Exponential function e^x", latex="e^{#1}", d="exp(x)"),
    _spec("log", "elementary", "Natural logarithm of x; log(x, b) and log_b x have base b",
          arity=(1, 2), domain="x > 0; y > 0, y ≠ 1",
          latex=r"\log", numpy="log({args})", d="1/(x ln(y)); -ln(x)/(y ln(y)^2)"),
    _spec("ln", "elementary", "Natural logarithm of x", domain="x > 0", latex=r"\ln",
          numpy="log({0})", d="1/x"),
    _spec("log2", "elementary", "Logarithm of x to base 2", aliases="lb ld", domain="x > 0",
          latex=r"\log_{2}", d="1/(x ln(2))"),
    _spec("log10", "elementary", "Logarithm of x to base 10", aliases="lg",
          domain="x > 0", latex=r"\log_{10}", d="1/(x ln(10))"),
    _spec("log1p", "elementary", "ln(1 + x), exact for small x", domain="x > −1", d="1/(1 + x)"),
    _spec("expm1", "elementary", "e^x − 1, exact for small x", d="exp(x)"),
    _spec("factorial", "elementary", "Factorial x! = Γ(x + 1)", aliases="fact",
          domain="x ≠ −1, −2, …", latex="#1!", d="x! digamma(x + 1)"),
    _spec("binom", "elementary", "Binomial coefficient: y of x",
          aliases="binomial nchoosek comb ncr combin choose bincoeff", arity=(2, 2),
          domain="x, y, x − y ≠ −1, −2, …",
          latex=r"\binom{#1}{#2}",
          d="binom(x, y)(digamma(x + 1) - digamma(x - y + 1)); "
          "binom(x, y)(digamma(x - y + 1) - digamma(y + 1))"),
    _spec("sin", "trigonometric", "Sine; x in radians", aliases="sine", latex=r"\sin",
          d="cos(x)"),
    _spec("cos", "trigonometric", "Cosine; x in radians", aliases="cosine", latex=r"\cos",
          d="-sin(x)"),
    _spec("tan", "trigonometric", "Tangent; x in radians", aliases="tg", domain="x ≠ π/2 + kπ",
          latex=r"\tan", d="sec(x)^2"),
    _spec("cot", "trigonometric", "Cotangent cos x / sin x", aliases="ctg cotan",
          domain="x ≠ kπ", latex=r"\cot", numpy="divide(1.0, tan({0}))", d="-csc(x)^2"),
    _spec("sec", "trigonometric", "Secant 1 / cos x", domain="x ≠ π/2 + kπ", latex=r"\sec",
          numpy="divide(1.0, cos({0}))", d="sec(x) tan(x)"),
    _spec("csc", "trigonometric", "Cosecant 1 / sin x", aliases="cosec", domain="x ≠ kπ",
          latex=r"\csc", numpy="divide(1.0, sin({0}))", d="-csc(x) cot(x)"),
    _spec("arcsin", "trigonometric", "Inverse sine, in [−π/2, π/2]", aliases="asin",
          domain="−1 ≤ x ≤ 1", latex=r"\arcsin", d="1/sqrt(1 - x^2)"),
    _spec("arccos", "trigonometric", "Inverse cosine, in [0, π]", aliases="acos",
          domain="−1 ≤ x ≤ 1", latex=r"\arccos", d="-1/sqrt(1 - x^2)"),
    _spec("arctan", "trigonometric", "Inverse tangent, in (−π/2, π/2)",
          aliases="atan arctg", latex=r"\arctan", d="1/(1 + x^2)"),
    _spec("arccot", "trigonometric", "Inverse cotangent arctan(1/x), and π/2 at 0", aliases="acot",
          numpy="arctan(divide(1.0, {0} + 0.0))", d="-1/(1 + x^2)"),
    _spec("arcsec", "trigonometric", "Inverse secant arccos(1/x)", aliases="asec",
          domain="|x| ≥ 1", d="1/(abs(x) sqrt(x^2 - 1))"),
    _spec("arccsc", "trigonometric", "Inverse cosecant arcsin(1/x)", aliases="acsc",
          domain="|x| ≥ 1", numpy="arcsin(divide(1.0, {0}))", d="-1/(abs(x) sqrt(x^2 - 1))"),
    _spec("atan2", "trigonometric", "Angle of the point (x, y): atan2(y, x)",
          aliases="arctan2", arity=(2, 2), domain="(x, y) ≠ (0, 0)", numpy="arctan2({args})",
          d="y/(y^2 + x^2); -x/(y^2 + x^2)", kink="x = 0 and y = 0"),
    _spec("sinc", "trigonometric", "sin x / x, and 1 at 0",
          d="(cos(x) - sinc(x))/x", slopes="dsinc d2sinc"),
    _spec("sinh", "hyperbolic", "Hyperbolic sine", aliases="sh", latex=r"\sinh", d="cosh(x)"),
    _spec("cosh", "hyperbolic", "Hyperbolic cosine", aliases="ch", latex=r"\cosh",
          d="sinh(x)"),
    _spec("tanh", "hyperbolic", "Hyperbolic tangent", aliases="th", latex=r"\tanh",
          d="1 - tanh(x)^2"),
    _spec("coth", "hyperbolic", "Hyperbolic cotangent", domain="x ≠ 0", latex=r"\coth",
          numpy="divide(1.0, tanh({0}))", d="-csch(x)^2"),
    _spec("sech", "hyperbolic", "Hyperbolic secant 1 / cosh x", numpy="sech({0})",
          d="-sech(x) tanh(x)"),
    _spec("csch", "hyperbolic", "Hyperbolic cosecant 1 / sinh x", domain="x ≠ 0",
          numpy="csch({0})", d="-csch(x) coth(x)"),
    _spec("arsinh", "hyperbolic", "Inverse hyperbolic sine",
          aliases="asinh arcsinh argsinh", numpy="arcsinh({0})",
          d="1/sqrt(x^2 + 1)"),
    _spec("arcosh", "hyperbolic", "Inverse hyperbolic cosine", aliases="acosh arccosh argcosh",
          domain="x ≥ 1", numpy="arccosh({0})", d="1/sqrt(x^2 - 1)"),
    _spec("artanh", "hyperbolic", "Inverse hyperbolic tangent", aliases="atanh arctanh argtanh",
          domain="−1 < x < 1", numpy="arctanh({0})", d="1/(1 - x^2)"),
    _spec("arcoth", "hyperbolic", "Inverse hyperbolic cotangent artanh(1/x)",
          aliases="acoth arccoth argcoth", domain="|x| > 1", d="1/(1 - x^2)"),
    _spec("arsech", "hyperbolic", "Inverse hyperbolic secant arcosh(1/x)",
          aliases="asech arcsech argsech", domain="0 < x ≤ 1", d="-1/(x sqrt(1 - x^2))"),
    _spec("arcsch", "hyperbolic", "Inverse hyperbolic cosecant arsinh(1/x)",
          aliases="acsch arccsch argcsch", domain="x ≠ 0", numpy="arcsinh(divide(1.0, {0}))",
          d="-1/(abs(x) sqrt(1 + x^2))"),
    _spec("abs", "pieces", "Absolute value |x|; slope sign(x), taken as 0 at 0",
          aliases="fabs absolute", latex=r"\left|#1\right|", d="sign(x)", kink="x = 0"),
    _spec("sign", "pieces", "−1, 0 or 1 by the sign of x", aliases="sgn signum", d="0",
          kink="x = 0"),
    _spec("step", "pieces", "0 for x ≤ 0, else 1",
          aliases="heaviside unitstep heavisidetheta", latex=r"\operatorname{step}", d="0", kink="x = 0"),
    _spec("floor", "pieces", "Largest whole number ≤ x", latex=r"\left\lfloor #1\right\rfloor",
          d="0", kink="floor(x) = x"),
    _spec("ceil", "pieces", "Smallest whole number ≥ x", aliases="ceiling",
          latex=r"\left\lceil #1\right\rceil", d="0", kink="floor(x) = x"),
    _spec("round", "pieces", "Nearest whole number", aliases="rint", d="0",
          kink="floor(x + 0.5) = x + 0.5"),
    _spec("frac", "pieces", "x − floor(x)", aliases="fractionalpart", d="1",
          kink="floor(x) = x"),
    _spec("mod", "pieces", "Remainder of x divided by y, with the sign of y",
          aliases="remainder modulo", arity=(2, 2), domain="y ≠ 0", d="1; -floor(x/y)",
          kink="floor(x/y) = x/y"),
    _spec("max", "pieces", "The largest of the arguments", aliases="maximum fmax pmax amax", arity=(1, None),
          latex=r"\max"),
    _spec("min", "pieces", "The smallest of the arguments",
          aliases="minimum fmin pmin amin", arity=(1, None), latex=r"\min"),
    _spec("clip", "pieces", "x limited to [a, b]: clip(x, a, b)", aliases="clamp",
          arity=(3, 3),
          d="piecewise(y > z: 0, x < y: 0, x > z: 0, 1); piecewise(y > z: 0, x < y: 1, 0); "
          "piecewise(y > z: 1, x > z: 1, 0)", kink="x = y or x = z or y = z"),
    _spec("relu", "learning", "max(0, x); slope 0 at 0", aliases="ramp", latex=r"\operatorname{ReLU}",
          d="step(x)", kink="x = 0"),
    _spec("leakyrelu", "learning", "x for x > 0, else a·x; a = 0.01 unless given",
          aliases="leaky_relu lrelu prelu", arity=(1, 2), latex=r"\operatorname{LeakyReLU}",
          d="piecewise(x > 0: 1, y); piecewise(x > 0: 0, x)", kink="x = 0", defaults="0.01"),
    _spec("elu", "learning", "x for x > 0, else a(e^x − 1); a = 1 unless given",
          arity=(1, 2), latex=r"\operatorname{ELU}",
          d="piecewise(x > 0: 1, y e^x); piecewise(x > 0: 0, e^x - 1)", kink="x = 0", defaults="1"),
    _spec("sigmoid", "learning", "Logistic function 1 / (1 + e^−x)",
          aliases="logistic expit logisticsigmoid plogis", latex=r"\operatorname{sigmoid}",
          d="sigmoid(x)(1 - sigmoid(x))", slopes="dsigmoid d2sigmoid"),
    _spec("softplus", "learning", "ln(1 + e^x)", d="sigmoid(x)"),
    _spec("softsign", "learning", "x / (1 + |x|)", d="1/(1 + abs(x))^2"),
    _spec("gelu", "learning", "x·Φ(x), Φ the normal distribution function",
          latex=r"\operatorname{GELU}", d="normcdf(x) + x normpdf(x)"),
    _spec("silu", "learning", "x·sigmoid(x)", aliases="swish", latex=r"\operatorname{SiLU}",
          d="sigmoid(x)(1 + x(1 - sigmoid(x)))", slopes="dsilu d2silu"),
    _spec("mish", "learning", "x·tanh(softplus(x))", latex=r"\operatorname{Mish}",
          d="tanh(softplus(x)) + x sigmoid(x)(1 - tanh(softplus(x))^2)"),
    _spec("logit", "learning", "ln(x / (1 − x))", aliases="qlogis", domain="0 < x < 1",
          d="1/(x(1 - x))"),
    _spec("logsumexp", "learning", "ln(e^x + e^y + …), without overflow",
          aliases="lse logaddexp", arity=(1, None)),
    _spec("huber", "learning", "x²/2 for |x| ≤ d, else d(|x| − d/2); d = 1 unless given", arity=(1, 2),
          d="piecewise(abs(x) <= y: x, y sign(x)); piecewise(abs(x) <= y: 0, abs(x) - y)", defaults="1"),
    _spec("erf", "special", "Error function", d="2e^(-x^2)/sqrt(pi)"),
    _spec("erfc", "special", "1 − erf(x)", d="-2e^(-x^2)/sqrt(pi)"),
    _spec("normcdf", "special", "Normal distribution function Φ(x)", aliases="pnorm", latex=r"\Phi",
          bare=False, d="normpdf(x)"),
    _spec("normpdf", "special", "Normal density e^(−x²/2)/√(2π)",
          aliases="dnorm",
          d="-x normpdf(x)"),
    _spec("gamma", "special", "Gamma function Γ(x)", aliases="tgamma", domain="x ≠ 0, −1, −2, …",
          latex=r"\Gamma", bare=False, d="gamma(x) digamma(x)"),
    _spec("loggamma", "special", "ln |Γ(x)|", aliases="lgamma gammaln lngamma",
          domain="x ≠ 0, −1, −2, …", latex=r"\ln\left|\Gamma\left(#1\right)\right|", bare=False,
          d="digamma(x)"),
    _spec("digamma", "special", "Slope of ln Γ(x)", domain="x ≠ 0, −1, −2, …",
          d="polygamma(1, x)"),
    _spec("polygamma", "special", "n-th derivative of digamma: polygamma(n, x)", arity=(2, 2),
          domain="x = 0, 1, …, 20, y ≠ 0, −1, −2, …", d="0/0; polygamma(x + 1, y)"),
    _spec("beta", "special", "Beta function B(x, y)", aliases="Beta", arity=(2, 2),
          domain="x, y, x + y ≠ 0, −1, −2, …",
          d="beta(x, y)(digamma(x) - digamma(x + y)); beta(x, y)(digamma(y) - digamma(x + y))"),
    _spec("norm", "vector", "Length of the vector: √(x² + y² + …)",
          aliases="hypot", arity=(1, None), latex=r"\left\|#*\right\|"),
    _spec("dot", "vector", "Dot product of two vectors: dot((a, b), (c, d))",
          aliases="inner", arity=(2, 2)),
)  # fmt: skip

FUNCTIONS: Final[dict[str, FunctionSpec]] = {spec.name: spec for spec in _TABLE}


class ConstantSpec(Struct, frozen=True, kw_only=True):
    """One named number: its text, other spellings, LaTeX, value and help."""

    name: str
    aliases: tuple[str, ...]
    latex: str
    value: float
    help: Message


CONSTANTS: Final[dict[str, ConstantSpec]] = {
    "pi": ConstantSpec(
        name="pi",
        aliases=("π", "Pi", "PI", "M_PI"),
        latex=r"\pi",
        value=3.141592653589793,
        help=message("Circle constant 3.14159…"),
    ),
    "e": ConstantSpec(
        name="e",
        aliases=("E", "ℯ", "M_E"),
        latex="e",
        value=2.718281828459045,
        help=message("Euler's number 2.71828…"),
    ),
}

_FUNCTION_BY_SPELLING: Final[dict[str, str]] = {
    spelling: spec.name for spec in _TABLE for spelling in (spec.name, *spec.aliases)
}
_FUNCTION_BY_LOWER: Final[dict[str, str]] = {
    spelling.lower().replace("_", ""): name for spelling, name in _FUNCTION_BY_SPELLING.items()
}
_CONSTANT_BY_SPELLING: Final[dict[str, str]] = {
    spelling: spec.name for spec in CONSTANTS.values() for spelling in (spec.name, *spec.aliases)
}


def function_named(word: str) -> FunctionSpec | None:
    """The function that `word` spells, capitals ignored ("Sin", "ArcTan", "ReLU"); None if there is none."""
    name = _FUNCTION_BY_SPELLING.get(word)
    if name is None and len(word) > 2:
        name = _FUNCTION_BY_LOWER.get(word.lower().replace("_", ""))
    elif name is None and word in ("Ln", "LN"):
        name = "ln"
    return FUNCTIONS[name] if name else None


def constant_named(word: str) -> ConstantSpec | None:
    """The constant that `word` spells, or None."""
    name = _CONSTANT_BY_SPELLING.get(word)
    return CONSTANTS[name] if name else None


def suggestion(word: str) -> str | None:
    """The known name that `word` most likely was meant to be, or None."""
    if len(word) > 20:
        return None
    lower = word.lower()
    for length in range(len(word) - 1, 2, -1):
        if lower[:length] in _FUNCTION_BY_LOWER:
            return _FUNCTION_BY_LOWER[lower[:length]]  # exponential, sinus
    known = [*_FUNCTION_BY_LOWER, *GREEK, *CONSTANTS, "piecewise", "sum", "product", "mean"]
    swapped = [name for name in known if sorted(name) == sorted(lower)]  # tahn
    close = swapped[:1] or difflib.get_close_matches(lower, known, n=1, cutoff=0.65)
    if not close:
        return None
    found = function_named(close[0])
    return found.name if found is not None else close[0]


class Completion(Struct, frozen=True, kw_only=True):
    """One proposal while typing.

    Attributes:
        label: shown in the list. insert: replaces the prefix; "|" marks where the caret goes.
        latex: how it will look. help: one line.
        kind: function, constant or letter.
    """

    label: str
    insert: str
    latex: str
    help: Message
    kind: Literal["function", "constant", "letter"]


def sample_latex(spec: FunctionSpec) -> str:
    """A function as it looks applied to x, y, …: for lists and palettes."""
    letters = ("x", "y", "z")[: max(spec.arity[0], 1)]
    if spec.arity == (1, None):
        letters = ("x", "y")
    if "#" in spec.latex:
        latex = spec.latex.replace("#*", ",".join(letters))
        for position, letter in enumerate(letters, 1):
            latex = latex.replace(f"#{position}", letter)
        return latex
    if spec.bare:
        return f"{spec.latex} {letters[0]}"
    return rf"{spec.latex}\left({','.join(letters)}\right)"


def _all_completions() -> tuple[tuple[str, Completion], ...]:
    found: list[tuple[str, Completion]] = []
    for spec in _TABLE:
        latex = sample_latex(spec)
        completion = Completion(
            label=spec.name, insert=spec.template, latex=latex, help=spec.help, kind="function"
        )
        found.extend((spelling.lower(), completion) for spelling in (spec.name, *spec.aliases))
    for constant in CONSTANTS.values():
        text = constant.name if constant.name == "e" else constant.aliases[0]
        completion = Completion(
            label=constant.name, insert=text, latex=constant.latex, help=constant.help, kind="constant"
        )
        found.append((constant.name, completion))
    for name, letter in GREEK.items():
        letter_help = message("Greek letter {name}", name=name)
        latex = letter if name == "omicron" else "\\" + name
        found.append(
            (name, Completion(label=name, insert=letter, latex=latex, help=letter_help, kind="letter"))
        )
    return tuple(found)


_COMPLETIONS: Final = _all_completions()


def completions(prefix: str, limit: int = 12) -> list[Completion]:
    """What a word that begins with `prefix` may become, best first; a leading backslash is ignored.

    A name that begins with the prefix comes before one that only contains it; shorter before longer.
    """
    wanted = prefix.removeprefix("\\").lower()
    if not wanted:
        return []
    ranked = sorted(
        (not spelling.startswith(wanted), spelling != wanted, len(spelling), position)
        for position, (spelling, _) in enumerate(_COMPLETIONS)
        if spelling.startswith(wanted) or (len(wanted) >= 2 and wanted in spelling)
    )
    unique: dict[str, Completion] = {}
    for *_, position in ranked:
        completion = _COMPLETIONS[position][1]
        unique.setdefault(completion.label, completion)
    return list(unique.values())[:limit]
