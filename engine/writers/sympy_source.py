"""Ast → Python source that builds the same function with sympy (imported as `sp`), for the exported script.

Nothing here runs the source: it is text for the user. Any thread; stdlib only.
"""

import keyword
from typing import Final

from engine.formula.ast import (
    Add,
    Aggregate,
    Call,
    Cases,
    Column,
    Compare,
    Constant,
    Div,
    Logic,
    Mul,
    Neg,
    Node,
    Number,
    Pow,
    Variable,
    walk,
)

_RESERVED: Final = frozenset(keyword.kwlist) | {
    "sp",
    "np",
    "plt",
    "math",
    "f",
    "sum",
    "range",
    "len",
    "indexed",
    # of the script itself
    "main",
    "draw",
    "show",
    "value",
    "descend",
}

# By function name; {0}, {1} are the arguments, already in parentheses where they need them.
_TEMPLATES: Final[dict[str, str]] = {
    "cbrt": "sp.Piecewise((({0})**sp.Rational(1, 3), {0} >= 0), (-(-({0}))**sp.Rational(1, 3), True))",
    "log2": "sp.log({0})/sp.log(2)",
    "log10": "sp.log({0})/sp.log(10)",
    "ln": "sp.log({0})",
    "log1p": "sp.log(1 + {0})",
    "expm1": "(sp.exp({0}) - 1)",
    "cot": "1/sp.tan({0})",
    "sec": "1/sp.cos({0})",
    "csc": "1/sp.sin({0})",
    "arcsin": "sp.asin({0})",
    "arccos": "sp.acos({0})",
    "arctan": "sp.atan({0})",
    "arccot": "sp.atan(1/({0}))",
    "arcsec": "sp.acos(1/({0}))",
    "arccsc": "sp.asin(1/({0}))",
    "sinc": "sp.Piecewise((sp.sin({0})/({0}), sp.Ne({0}, 0)), (1, True))",
    "coth": "1/sp.tanh({0})",
    "sech": "1/sp.cosh({0})",
    "csch": "1/sp.sinh({0})",
    "arsinh": "sp.asinh({0})",
    "arcosh": "sp.acosh({0})",
    "artanh": "sp.atanh({0})",
    "arcoth": "sp.atanh(1/({0}))",
    "arsech": "sp.acosh(1/({0}))",
    "arcsch": "sp.asinh(1/({0}))",
    "abs": "sp.Abs({0})",
    "step": "sp.Piecewise((1, {0} > 0), (0, True))",
    "ceil": "sp.ceiling({0})",
    # half to even
    "round": "sp.Piecewise((2*sp.floor(sp.Rational(1, 2)*({0}) + sp.Rational(1, 2)), "
    "sp.Eq(sp.floor({0} + sp.Rational(1, 2)), {0} + sp.Rational(1, 2))), "
    "(sp.floor({0} + sp.Rational(1, 2)), True))",
    "frac": "({0} - sp.floor({0}))",
    "mod": "({0} - ({1})*sp.floor(({0})/({1})))",
    "clip": "sp.Piecewise(({1}, {0} < {1}), ({2}, {0} > {2}), ({0}, True))",
    "relu": "sp.Piecewise(({0}, {0} > 0), (0, True))",
    "leakyrelu": "sp.Piecewise(({0}, {0} > 0), (({1})*({0}), True))",
    "elu": "sp.Piecewise(({0}, {0} > 0), (({1})*(sp.exp({0}) - 1), True))",
    "sigmoid": "1/(1 + sp.exp(-({0})))",
    "softplus": "sp.Piecewise(({0} + sp.log(1 + sp.exp(-({0}))), {0} > 0), (sp.log(1 + sp.exp({0})), True))",
    "softsign": "({0})/(1 + sp.Abs({0}))",
    "gelu": "({0})*(1 + sp.erf(({0})/sp.sqrt(2)))/2",
    "silu": "({0})/(1 + sp.exp(-({0})))",
    "mish": "({0})*sp.tanh(sp.log(1 + sp.exp({0})))",
    "logit": "sp.log(({0})/(1 - ({0})))",
    "huber": "sp.Piecewise((({0})**2/2, sp.Abs({0}) <= {1}), (({1})*(sp.Abs({0}) - ({1})/2), True))",
    "normcdf": "(1 + sp.erf(({0})/sp.sqrt(2)))/2",
    "normpdf": "sp.exp(-({0})**2/2)/sp.sqrt(2*sp.pi)",
    "binom": "sp.gamma({0} + 1)/(sp.gamma({1} + 1)*sp.gamma({0} - ({1}) + 1))",
    "beta": "sp.gamma({0})*sp.gamma({1})/sp.gamma({0} + {1})",
}
_DEFAULT_ARGUMENT: Final = {
    "leakyrelu": "sp.Rational(1, 100)",
    "elu": "sp.Integer(1)",
    "huber": "sp.Integer(1)",
}
_RELATIONS: Final = {"=": "sp.Eq({}, {})", "!=": "sp.Ne({}, {})"}

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)  # how tightly a piece of source holds together


def identifier(name: str) -> str:
    """The Python name of a variable or column.

    >>> identifier("x"), identifier("lambda"), identifier("w_1")
    ('x', 'lambda_', 'w_1')
    """
    return name + "_" if name in _RESERVED or not name.isidentifier() else name


def sympy_source(node: Node) -> str:
    """Python source of `node`, for a scope with `sp`, the variables, and the table DATA of ROWS rows.

    `node` has its sums written out (`engine.formula.expand`).

    >>> from engine.formula.ast import Add, Div, Mul, Number, Pow, Variable
    >>> x, two = Variable("x"), Number("2")
    >>> sympy_source(Add((Pow(x, two), Mul((Div(Number("1"), two), x)))))
    'x**2 + sp.Rational(1, 2)*x'
    """
    if not any(isinstance(part, Variable) for part in walk(node)):
        return f"sp.Integer(1)*({_source(node)[0]})"  # a constant: a sympy number all the same
    return _source(node)[0]


def _in(node: Node, binding: int) -> str:
    """`node` as an operand of something that binds as tightly as `binding`."""
    text, own = _source(node)
    return text if own >= binding else f"({text})"


def _source(node: Node) -> tuple[str, int]:
    match node:
        case Number(text=text):
            return (text, _ATOM) if text.isdecimal() else (_decimal(text), _ATOM)
        case Constant(name=name):
            return {"pi": "sp.pi", "e": "sp.E"}.get(name, f"sp.{name}"), _ATOM
        case Variable(name=name) | Column(name=name):
            return identifier(name), _ATOM
        case Add(terms=terms):
            text = _in(terms[0], _PRODUCT)
            for term in terms[1:]:
                if isinstance(term, Neg):
                    text += " - " + _in(term.operand, _PRODUCT)
                else:
                    text += " + " + _in(term, _PRODUCT)
            return text, _SUM
        case Neg(operand=operand):
            return "-" + _in(operand, _PRODUCT), _PRODUCT
        case Mul(factors=factors):
            return "*".join(_in(factor, _SIGN) for factor in factors), _PRODUCT
        case Div(numerator=Number(text=top), denominator=Number(text=bottom)) if (
            top.isdecimal() and bottom.isdecimal() and int(bottom) != 0
        ):
            return f"sp.Rational({top}, {bottom})", _ATOM
        case Div(numerator=top, denominator=bottom):
            return f"{_exact(top, _SIGN)}/{_in(bottom, _POWER)}", _PRODUCT
        case Pow(base=Constant(name="e"), exponent=exponent):
            return f"sp.exp({_in(exponent, _SUM)})", _ATOM
        case Pow(base=base, exponent=exponent):
            return f"{_exact(base, _ATOM)}**{_in(exponent, _ATOM)}", _POWER
        case Call(function=function, args=args):
            return _call(function, [_in(arg, _SUM) for arg in args])
        case Compare() | Logic():
            return _condition(node), _ATOM
        case Cases(branches=branches, otherwise=otherwise):
            pairs = [f"({_in(b.value, _SUM)}, {_condition(b.condition)})" for b in branches]
            last = "sp.nan" if otherwise is None else _in(otherwise, _SUM)
            return f"sp.Piecewise({', '.join(pairs)}, ({last}, True))", _ATOM
        case Aggregate(kind=kind, body=body):
            rows, inner = _over_rows(body), _in(body, _SUM)
            match kind:
                case "mean":
                    return f"sum({inner} {rows})/ROWS", _PRODUCT
                case "sum":
                    return f"sum({inner} {rows})", _ATOM
                case "logsumexp":
                    return f"sp.log(sum(sp.exp({inner}) {rows}))", _ATOM
                case "max" | "min":
                    return f"sp.{kind.capitalize()}(*[{inner} {rows}])", _ATOM
            return f"Median(*[{inner} {rows}])", _ATOM
        case _:
            raise ValueError("an unfinished formula has no source")


def columns_in(node: Node) -> tuple[str, ...]:
    """The columns of the data table that `node` names, each once, sorted."""
    return tuple(sorted({part.name for part in walk(node) if isinstance(part, Column)}))


def _over_rows(body: Node) -> str:
    names = columns_in(body)
    if not names:
        return "for _ in range(ROWS)"
    row = ", ".join(identifier(name) for name in names) + ("," if len(names) == 1 else "")
    return f"for {row} in zip({', '.join(f'DATA[{name!r}]' for name in names)})"


def _decimal(text: str) -> str:
    """0.1 as the exact fraction people mean; very large or small numbers stay floating."""
    return f"sp.Float({text!r})" if "e" in text.lower() else f"sp.Rational({text!r})"


def _exact(node: Node, binding: int) -> str:
    """Like `_in`, but never a Python int, whose quotients and negative powers are not exact."""
    if isinstance(node, Number) and node.text.isdecimal():
        return f"sp.Integer({node.text})"
    return _in(node, binding)


def _call(function: str, args: list[str]) -> tuple[str, int]:
    if function in ("max", "min"):
        return f"sp.{function.capitalize()}({', '.join(args)})", _ATOM
    if function == "norm":
        return f"sp.sqrt({' + '.join(f'({arg})**2' for arg in args)})", _ATOM
    if function == "logsumexp":
        return f"sp.log({' + '.join(f'sp.exp({arg})' for arg in args)})", _ATOM
    if function == "log" and len(args) == 2:
        return f"sp.log({args[0]})/sp.log({args[1]})", _PRODUCT
    if function == "root":
        return _root(*args)
    if function in _DEFAULT_ARGUMENT and len(args) == 1:
        args = [*args, _DEFAULT_ARGUMENT[function]]
    template = _TEMPLATES.get(function)
    if template is None:  # sympy has it under the same name
        return f"sp.{function}({', '.join(args)})", _ATOM
    return f"({template.format(*args)})", _ATOM


def _root(radicand: str, index: str) -> tuple[str, int]:
    if index.isdecimal() and int(index) % 2:
        share = f"sp.Rational(1, {index})"
        return (
            f"sp.Piecewise((({radicand})**{share}, {radicand} >= 0), (-(-({radicand}))**{share}, True))",
            _ATOM,
        )
    return f"({radicand})**(sp.Integer(1)/({index}))", _POWER


def _condition(node: Node) -> str:
    match node:
        case Compare(operands=operands, ops=ops):
            sides = [_in(operand, _SUM) for operand in operands]
            parts = [
                _RELATIONS.get(op, "({} " + op + " {})").format(left, right)
                for left, op, right in zip(sides, ops, sides[1:], strict=False)
            ]
            return parts[0] if len(parts) == 1 else f"sp.And({', '.join(parts)})"
        case Logic(op=op, operands=operands):
            name = {"and": "sp.And", "or": "sp.Or", "not": "sp.Not"}[op]
            return f"{name}({', '.join(_condition(operand) for operand in operands)})"
        case _:
            raise ValueError("a condition is a comparison")
