"""Names other systems have for what is a short formula here: exp2(x) is 2^x, np.multiply(x, y) is x y.

They are read, and shown as the formula that they stand for. Any thread; stdlib only.
"""

from typing import Final

# The arguments are named x, y, z; a name takes as many as its formula has.
SHORTHANDS: Final[dict[str, str]] = {
    "square": "x^2", "abs2": "x^2", "cube": "x^3", "pow": "x^y", "power": "x^y", "exp2": "2^x",
    "float_power": "x^y", "powi": "x^y", "powf": "x^y", "exp10": "10^x",
    "rsqrt": "1/sqrt(x)", "reciprocal": "1/x", "recip": "1/x", "negative": "-x", "neg": "-x",
    "subtract": "x - y", "rdivide": "x/y", "divide": "x/y", "rational": "x/y",
    "quotient": "floor(x/y)", "xlogy": "x ln(y)",
    "trunc": "sign(x) floor(abs(x))", "fix": "sign(x) floor(abs(x))", "int": "sign(x) floor(abs(x))",
    "fmod": "x - y sign(x/y) floor(abs(x/y))", "rem": "x - y sign(x/y) floor(abs(x/y))",
    "copysign": "piecewise(y < 0: -abs(x), abs(x))",
    "less": "x < y", "less_equal": "x <= y", "greater": "x > y", "greater_equal": "x >= y",
    "equal": "x == y", "not_equal": "x != y",
    "deg2rad": "x pi/180", "radians": "x pi/180", "rad2deg": "180x/pi", "degrees": "180x/pi",
    "sind": "sin(x pi/180)", "cosd": "cos(x pi/180)", "tand": "tan(x pi/180)", "np_sinc": "sinc(pi x)",
    "logsigmoid": "-softplus(-x)", "log_sigmoid": "-softplus(-x)", "relu6": "clip(x, 0, 6)",
    "hardtanh": "clip(x, -1, 1)", "hardsigmoid": "clip(x/6 + 1/2, 0, 1)",
    "selu": "1.0507009873554805elu(x, 1.6732632423543772)",
}  # fmt: skip
# Numbers with names in C.
NUMBERS: Final[dict[str, str]] = {
    "M_PI_2": "pi/2", "M_PI_4": "pi/4", "M_1_PI": "1/pi", "M_2_PI": "2/pi", "M_LN2": "ln(2)",
    "M_LN10": "ln(10)", "M_LOG2E": "1/ln(2)", "M_LOG10E": "1/ln(10)", "M_SQRT2": "sqrt(2)",
    "M_SQRT1_2": "1/sqrt(2)", "M_2_SQRTPI": "2/sqrt(pi)",
}  # fmt: skip
# Python's ways to make a number or a vector: what is inside stands for itself.
WRAPPERS: Final = frozenset(
    {
        "array",
        "asarray",
        "tensor",
        "stack",
        "float",
        "float32",
        "float64",
        "double",
        "vector",
        "return",
        "Hold",
        "HoldForm",
    }
)
