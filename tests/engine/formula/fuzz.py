"""Random and mutated formulas: each gives a value or a FormulaError, quickly, and memory stays flat.

`python -m tests.engine.formula.fuzz [count] [seed]`; 100,000 inputs unless told.
"""

import random
import resource
import sys
import time

from engine.formula import FormulaError, parse, parse_partial, to_latex, to_text

LIMIT_S = 0.25
SEEDS = (
    "x^2+3xy+y^2", "(1-x)^2+100(y-x^2)^2", r"\frac{1}{2}x^2", r"\sin^2 x \cos y", "2x sin y", "|x-1|y||",
    "√(x+1)∛x",
    r"\begin{cases} x & x<0 \\ x^2 & \text{otherwise} \end{cases}", r"\sum_{i=1}^{3} (x_i-i)^2",
    "sum(i=1..3, i x^2)",
    "f(x,y) = e^(-x^2)", "lambda x, y: np.sin(x)**2 if x > 0 else y", "{x<0: a, b}", "max(x, y, 3.5)",
    "log_2 x", "5! x°",
    "Piecewise((x, x < 0), (y, True))", "If[x>0, Sin[x], ArcTan[x,y]]", "‖x, y‖ + ||x||", "½x²y₁",
    "ｘ＋２×ｙ", "\\left|x\\right|",
    r"\sqrt[3]{x}", r"\hat{y}_1", "θ_1 x_1", "9^9^9^9", "mean((w_1 a - b)^2)",
    "sum(i*x for i in range(4))", "x if x<1 else y",
    "x % y // z", "(x<1) & (y>2) | ~(z=3)", r"\max\left\{x, y\right\}", "dot((a,b),(x,y))", "1.5*^-3",
    "a ? b : c", r"x \bmod 2", "f(loss, weight) = loss weight", "np.select([x < 0], [y], default=z)",
    "@(x, y) norm([x y]) ... \n + y", r"\left\{\begin{array}{ll} x & \text{if~}x<0 \\ y \end{array}\right.",
    "∑_(i=1)^3▒〖i x〗", "1_{x>0} + I(y<1) + 50%", "x[0] + x[1]", "fmod(exp2(x), selu(y)) # remark",
    r"{x+1 \over y} + {5 \choose 2}", "log[2](x) + %pi", "def f(x: float) -> float: return x",
    "{1} over {2} x ^{2} + root {3} of {x} + LEFT ( x RIGHT )", "cases{x&x>=0#-x&x<0}", "{█(x,&x≥0@-x,&x<0)┤",
    '{(x,if x>=0),(-x,"otherwise"):}', "frac(1, 2) hat y + c(x, y)", "e⁻ˣ² + ³√x + ∑ᵢ₌₁³ xᵢ",
    "Sum[i j x, {i, 2}, {j, i}]",
    "functools.reduce(np.maximum, [x, y])", "=IF(AND(x>0,y>0),LOG(x),ATAN2(x,y))",
    "function f(x) { return 2.0d0*x; }",
    "Subscript[x, 1] + [x]_+ + M_LN2", "f = @(x) x(1)^2", r"\[Theta] + \hat y_1~x{=}1",
)  # fmt: skip
PIECES = (
    "x", "y", "z", "xy", "w_1", "θ", "\\theta", "sin", "cos ", "log_", "exp", "sqrt(", "max(", "(", ")",
    "[", "]", "{", "}",
    "|", "||", "‖", "^", "_", "**", "+", "-", "*", "/", "!", "=", "<", ">=", ",", ";", ":", "?", "..", ".",
    "&", "~", "'", "%",
    "\\frac", "\\left", "\\right", "\\\\", "\\begin{cases}", "\\end{cases}", "\\sum_{i=1}^{3}",
    "\\text{if}", "\\sqrt[3]",
    "sum(i=1..", "piecewise(", "if", "else", "for", "in range(", "lambda ", "def ", "mean(", "1", "2.5",
    "1e9", "99999999",
    "e", "pi", "∞", "²", "⁻¹", "₁", "½", "√", "∑", "한", "ㅌ", "é", "\x00", "\n", " ", "$", "@", "#", "`",
    "\"", "\U0001F600", "fmod(", "less(", "np.", "array(", "@(", "\\over", "\\text{~", "\\,", "〖", "▒",
    "I(", "1_{", "x[", "return ", "minimize ", "%pi", "# ", "\\left\\{\\begin{", "\\right.", "...\n",
    "\\text{$", "^{(1)}", ".pow(", ".abs()", "\\boxed{", "\\underbrace{", "(x<1)\\\\", "\\text{그 외}",
    "\\color{", "\u202e", "х", " over ", "root ", " of ", "hat ", "cases", "#", "█(", "┤", "`", "~",
    "_+", "frac(",
    "reduce(", "Subscript[", "{=}", "ˣ", "₌", "³√", "left ", "return", "2.0d0", "/*", "\\[Theta]",
)  # fmt: skip


def make(rng: random.Random) -> str:
    """One input: pieces at random, a mutated formula, two spliced, or something repeated many times."""
    kind = rng.randrange(5)
    if kind == 0:
        return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 25)))
    if kind == 1:
        return rng.choice(PIECES) * rng.choice((3, 60, 900, 3000)) + rng.choice(SEEDS)
    text = list(rng.choice(SEEDS))
    if kind == 2:
        other = rng.choice(SEEDS)
        text = text[: rng.randint(0, len(text))] + list(other[rng.randint(0, len(other)) :])
    for _ in range(rng.randint(0, 5)):
        place = rng.randint(0, len(text))
        match rng.randrange(4):
            case 0:
                text.insert(place, rng.choice(PIECES))
            case 1:
                del text[place : place + rng.randint(1, 3)]
            case 2:
                text[place : place + 1] = [chr(rng.randint(1, 0x2FFF))]
            case _:
                text[place:place] = text[: rng.randint(0, len(text))]
    return "".join(text)


def check(text: str) -> bool:
    """Whether `text` is a formula; raises for anything but a value or a FormulaError."""
    found = False
    try:
        formula = parse(text, data=("a", "b"))
        to_text(formula.ast)
        to_latex(formula.ast)
        found = True
    except FormulaError as error:
        begin, end = error.span
        assert 0 <= begin <= end <= len(text), (text, error.span)
        error.message.render("ko")
        if error.hint is not None:
            error.hint.render("ko")
    return found


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else 100_000
    rng = random.Random(int(arguments[1]) if len(arguments) > 1 else 0)
    slow: list[tuple[float, str]] = []
    formulas = 0
    early_kb = 0
    for number in range(count):
        text = make(rng)
        begin = time.thread_time()
        try:
            formulas += check(text)
            middle = time.thread_time()
            to_latex(parse_partial(text))
        except Exception:
            print(f"input {number} broke the parser: {text!r}", file=sys.stderr)
            raise
        took = max(middle - begin, time.thread_time() - middle)
        if took > LIMIT_S:
            slow.append((took, text))
        if number == count // 2:
            early_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early_kb
    print(f"{count} inputs, {formulas} formulas, {len(slow)} over {LIMIT_S:.2f} s, memory +{grown_kb} kB")
    for took, text in sorted(slow, reverse=True)[:10]:
        print(f"  {took * 1000:.0f} ms {text[:160]!r}")
    return 1 if len(slow) > count // 10_000 + 2 or grown_kb > 20_000 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
