"""Ast → a line of Python with NumPy, to be pasted into a notebook. Any thread; no Qt.

What NumPy lacks is written out, or taken from `scipy.special`.
"""

from typing import Final

from engine.formula import Formula, ast
from engine.formula.ast import Node
from engine.formula.names import parts_of
from engine.formula.text import signed_sum

_OR, _AND, _COMPARE, _ADD, _MUL, _NEG, _POW, _ATOM = range(8)

# {0} is the first argument as it is, {a0} in brackets unless it is a name or a number. A function that is
# missing here is NumPy's own of the same name.
_WRITTEN: Final[dict[str, str]] = {
    "ln": "np.log({0})",
    "abs": "np.abs({0})",
    "cot": "1/np.tan({0})",
    "sec": "1/np.cos({0})",
    "csc": "1/np.sin({0})",
    "arccot": "np.arctan(1/{a0})",
    "arcsec": "np.arccos(1/{a0})",
    "arccsc": "np.arcsin(1/{a0})",
    "atan2": "np.arctan2({0}, {1})",
    "sinc": "np.sinc({a0}/np.pi)",
    "coth": "1/np.tanh({0})",
    "sech": "1/np.cosh({0})",
    "csch": "1/np.sinh({0})",
    "arsinh": "np.arcsinh({0})",
    "arcosh": "np.arccosh({0})",
    "artanh": "np.arctanh({0})",
    "arcoth": "np.arctanh(1/{a0})",
    "arsech": "np.arccosh(1/{a0})",
    "arcsch": "np.arcsinh(1/{a0})",
    "step": "np.heaviside({0}, 0)",
    "frac": "np.mod({0}, 1)",
    "clip": "np.clip({0}, {1}, {2})",
    "relu": "np.maximum(0, {0})",
    "sigmoid": "scipy.special.expit({0})",
    "softplus": "np.logaddexp(0, {0})",
    "softsign": "{a0}/(1 + np.abs({0}))",
    "gelu": "{a0}*scipy.special.ndtr({0})",
    "silu": "{a0}*scipy.special.expit({0})",
    "mish": "{a0}*np.tanh(np.logaddexp(0, {0}))",
    "logit": "scipy.special.logit({0})",
    "erf": "scipy.special.erf({0})",
    "erfc": "scipy.special.erfc({0})",
    "normcdf": "scipy.special.ndtr({0})",
    "normpdf": "np.exp(-{a0}**2/2)/np.sqrt(2*np.pi)",
    "gamma": "scipy.special.gamma({0})",
    "factorial": "scipy.special.gamma({0} + 1)",
    "loggamma": "scipy.special.gammaln({0})",
    "digamma": "scipy.special.digamma({0})",
    "polygamma": "scipy.special.polygamma({0}, {1})",
    "beta": "scipy.special.beta({0}, {1})",
    "binom": "scipy.special.binom({0}, {1})",
    "root": "np.sign({0})*np.abs({0})**(1/{a1})",
}
_FOLDED: Final = {"max": "np.maximum", "min": "np.minimum", "logsumexp": "np.logaddexp"}
_SIGNS: Final = {"=": "==", "!=": "!="}


def to_python(formula: Formula) -> str:
    """`formula` as a definition: "f = lambda x, y: x**2 + 3*x*y + y**2"."""
    tree = formula.expanded if any(isinstance(n, ast.Series) for n in ast.walk(formula.ast)) else formula.ast
    arguments = ", ".join(_name(name) for name in formula.variables)
    head = f"lambda {arguments}" if arguments else "lambda"
    return f"{_name(formula.name or 'f')} = {head}: {expression(tree)}"


def expression(node: Node) -> str:
    """The value of `node` as a Python expression."""
    return _source(node)[0]


def _name(name: str) -> str:
    letter, indices = parts_of(name)
    text = "_".join((letter, *indices))
    return f"{text}_" if text in ("lambda", "λ") else text


def _in(node: Node, wanted: int) -> str:
    text, level = _source(node)
    return text if level >= wanted else f"({text})"


def _source(node: Node) -> tuple[str, int]:
    match node:
        case ast.Number(text=text):
            return text, _ATOM
        case ast.Constant(name=name):
            return f"np.{name}", _ATOM
        case ast.Variable(name=name) | ast.Column(name=name) | ast.Index(name=name):
            return _name(name), _ATOM
        case ast.Add(terms=terms):
            return signed_sum(terms, lambda term: _in(term, _MUL)), _ADD
        case ast.Neg(operand=inner):
            return "-" + _in(inner, _NEG), _NEG
        case ast.Mul(factors=factors):
            first, *rest = factors
            return "*".join([_in(first, _MUL), *(_in(factor, _NEG) for factor in rest)]), _MUL
        case ast.Div(numerator=over, denominator=under):
            return f"{_in(over, _MUL)}/{_in(under, _NEG)}", _MUL
        case ast.Pow(base=base, exponent=exponent):
            return f"{_in(base, _ATOM)}**{_in(exponent, _NEG)}", _POW
        case ast.Call(function=name, args=args):
            return _call(name, args)
        case ast.Compare(operands=operands, ops=ops):
            pairs = [
                f"({_in(left, _ADD)} {_SIGNS.get(op, op)} {_in(right, _ADD)})"
                for left, op, right in zip(operands, ops, operands[1:], strict=False)
            ]
            return " & ".join(pairs), _AND if len(pairs) > 1 else _ATOM
        case ast.Logic(op="not", operands=(inner,)):
            return f"~({expression(inner)})", _NEG
        case ast.Logic(op=op, operands=operands):
            sign = " & " if op == "and" else " | "
            return sign.join(_in(part, _ATOM) for part in operands), _OR
        case ast.Cases(branches=branches, otherwise=otherwise):
            text = expression(otherwise) if otherwise is not None else "np.nan"
            for branch in reversed(branches):
                text = f"np.where({expression(branch.condition)}, {expression(branch.value)}, {text})"
            return text, _ATOM
        case ast.Aggregate(kind=kind, body=body):
            return f"np.{kind}({expression(body)})", _ATOM
        case _:
            raise TypeError(f"no Python for {type(node).__name__}")


def _call(name: str, args: tuple[Node, ...]) -> tuple[str, int]:
    texts = [expression(argument) for argument in args]
    if name in _FOLDED:
        text = texts[0]
        for other in texts[1:]:
            text = f"{_FOLDED[name]}({text}, {other})"
        return text, _ATOM if len(texts) > 1 else _OR
    if name == "norm":
        return "np.sqrt(" + " + ".join(f"{_in(argument, _ATOM)}**2" for argument in args) + ")", _ATOM
    if name == "log" and len(texts) == 2:
        return f"np.log({texts[0]})/np.log({texts[1]})", _MUL
    if name in ("leakyrelu", "elu", "huber"):
        return _with_parameter(name, _in(args[0], _ATOM), texts[1] if len(texts) > 1 else None), _ATOM
    template = _WRITTEN.get(name)
    if template is None:
        return f"np.{name}({', '.join(texts)})", _ATOM
    text = template.format(*texts, **{f"a{i}": _in(argument, _ATOM) for i, argument in enumerate(args)})
    return text, _ATOM if _is_one_call(template) else _OR


def _is_one_call(template: str) -> bool:
    return template.startswith(("np.", "scipy.")) and template.count("(") == 1 and template.endswith(")")


def _with_parameter(name: str, x: str, parameter: str | None) -> str:
    if name == "leakyrelu":
        return f"np.where({x} > 0, {x}, {parameter or '0.01'}*{x})"
    if name == "elu":
        return f"np.where({x} > 0, {x}, {parameter or '1'}*np.expm1({x}))"
    d = parameter or "1"
    return f"np.where(np.abs({x}) <= {d}, {x}**2/2, {d}*(np.abs({x}) - {d}/2))"
