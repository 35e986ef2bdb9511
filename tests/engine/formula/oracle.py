"""An independent reading of the tree: an interpreter with mpmath's functions, to any number of digits."""

from collections.abc import Mapping

import mpmath
from mpmath import mp

from engine.formula import ast
from engine.formula.ast import Node


def _relu(x):
    return x if x > 0 else mp.mpf(0)


def _sinc(x):
    return mp.mpf(1) if x == 0 else mp.sin(x) / x


def _root(x, n):
    if x < 0:
        return -mp.power(-x, 1 / n) if n % 2 == 1 else mp.nan
    return mp.power(x, 1 / n)


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _softplus(x):
    return mp.log1p(mp.exp(x))


def _huber(x, d):
    return x * x / 2 if abs(x) <= d else d * (abs(x) - d / 2)


def _phi(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _lse(*xs):
    top = max(xs)
    return top + mp.log(mp.fsum(mp.exp(x - top) for x in xs))


FUNCTIONS = {
    "sqrt": lambda x: mp.sqrt(x) if x >= 0 else mp.nan,
    "cbrt": lambda x: _root(x, mp.mpf(3)),
    "root": _root,
    "exp": mp.exp,
    "log": lambda x, *b: mp.log(x) / mp.log(*b) if b and x > 0 else mp.log(x) if x > 0 else mp.nan,
    "ln": lambda x: mp.log(x) if x > 0 else mp.nan,
    "log2": lambda x: mp.log(x) / mp.log(2) if x > 0 else mp.nan,
    "log10": lambda x: mp.log(x) / mp.log(10) if x > 0 else mp.nan,
    "log1p": lambda x: mp.log(1 + x),
    "expm1": lambda x: mp.exp(x) - 1,
    "factorial": lambda x: mp.gamma(x + 1),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "cot": mp.cot,
    "sec": mp.sec,
    "csc": mp.csc,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "arccot": lambda x: mp.atan(1 / x),
    "arcsec": lambda x: mp.acos(1 / x),
    "arccsc": lambda x: mp.asin(1 / x),
    "atan2": mp.atan2,
    "sinc": _sinc,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "coth": mp.coth,
    "sech": mp.sech,
    "csch": mp.csch,
    "arsinh": mp.asinh,
    "arcosh": mp.acosh,
    "artanh": mp.atanh,
    "arcoth": lambda x: mp.atanh(1 / x),
    "arsech": lambda x: mp.acosh(1 / x),
    "arcsch": lambda x: mp.asinh(1 / x),
    "abs": abs,
    "sign": mp.sign,
    "step": lambda x: mp.mpf(x > 0),
    "floor": mp.floor,
    "ceil": mp.ceil,
    "round": mp.nint,
    "frac": lambda x: x - mp.floor(x),
    "mod": lambda x, y: x - y * mp.floor(x / y),
    "max": lambda *xs: max(xs),
    "min": lambda *xs: min(xs),
    "clip": lambda x, a, b: min(max(x, a), b),
    "relu": _relu,
    "leakyrelu": lambda x, *a: x if x > 0 else x * (a[0] if a else mp.mpf(1) / 100),
    "elu": lambda x, *a: x if x > 0 else (a[0] if a else 1) * (mp.exp(x) - 1),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "gelu": lambda x: x * _phi(x),
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * mp.tanh(_softplus(x)),
    "logit": lambda x: mp.log(x / (1 - x)),
    "logsumexp": _lse,
    "huber": lambda x, *d: _huber(x, d[0] if d else mp.mpf(1)),
    "erf": mp.erf,
    "erfc": mp.erfc,
    "normcdf": _phi,
    "normpdf": lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi),
    "gamma": mp.gamma,
    "loggamma": lambda x: mp.log(abs(mp.gamma(x))),
    "digamma": mp.digamma,
    "polygamma": lambda n, x: mp.polygamma(int(n), x) if abs(n) <= 400 else mp.nan,  # mpmath takes hours
    "beta": mp.beta,
    "binom": mp.binomial,
    "norm": lambda *xs: mp.sqrt(mp.fsum(x * x for x in xs)),
    "dot": lambda *xs: mp.fsum(a * b for a, b in zip(xs[: len(xs) // 2], xs[len(xs) // 2 :], strict=True)),
}

_HOLDS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def evaluate(node: Node, values: Mapping[str, object]):
    """The value of an expanded tree as an mpf; NaN where it has none. A condition gives a bool."""
    match node:
        case ast.Number(text=text):
            return mp.mpf(text)
        case ast.Constant(name=name):
            return {"pi": mp.pi, "e": mp.e}[name] * 1
        case ast.Variable(name=name):
            return mp.mpf(values[name])
        case ast.Add(terms=terms):
            return mp.fsum(evaluate(term, values) for term in terms)
        case ast.Neg(operand=inner):
            return -evaluate(inner, values)
        case ast.Mul(factors=factors):
            return mp.fprod(evaluate(factor, values) for factor in factors)
        case ast.Div(numerator=over, denominator=under):
            below = evaluate(under, values)
            return evaluate(over, values) / below if below != 0 else mp.nan
        case ast.Pow(base=base, exponent=exponent):
            return _power(evaluate(base, values), evaluate(exponent, values))
        case ast.Call(function=name, args=args):
            return _real(FUNCTIONS[name], [evaluate(argument, values) for argument in args])
        case ast.Compare(operands=operands, ops=ops):
            found = [evaluate(operand, values) for operand in operands]
            return all(_HOLDS[op](a, b) for op, a, b in zip(ops, found, found[1:], strict=False))
        case ast.Logic(op=op, operands=operands):
            held = [evaluate(operand, values) for operand in operands]
            return not held[0] if op == "not" else all(held) if op == "and" else any(held)
        case ast.Cases(branches=branches, otherwise=otherwise):
            for branch in branches:
                if evaluate(branch.condition, values):
                    return evaluate(branch.value, values)
            return mp.nan if otherwise is None else evaluate(otherwise, values)
    raise TypeError(type(node).__name__)


def _power(base, exponent):
    if base == 0 and exponent < 0:
        return mp.nan
    return _real(mp.power, [base, exponent])


def _real(function, args):
    if any(mpmath.isnan(argument) for argument in args):
        return mp.nan
    try:
        result = mpmath.mpmathify(function(*args))
    except (ValueError, ZeroDivisionError, OverflowError):
        return mp.nan
    return result if isinstance(result, mp.mpf) else mp.nan
