"""Functions in pieces: cases, piecewise(…), if(…), a if c else b, c ? a : b, {c: a, b}.

Any thread; stdlib and msgspec only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from engine.base.i18n import message
from engine.formula import ast
from engine.formula.ast import Branch, Node
from engine.formula.tokens import Token

if TYPE_CHECKING:
    from engine.formula.grammar import Parser


def as_value(node: Node) -> Node:
    """A condition as a number: 1 where it holds, else 0."""
    if isinstance(node, ast.Compare | ast.Logic):
        return ast.Cases((Branch(ast.Number("1", node.span), node),), ast.Number("0", node.span), node.span)
    return node


def indicator(parser: Parser, head: Token) -> Node:
    """1_{x > 0}, I(x > 0), Boole[x > 0]: 1 where the condition in the brackets holds, else 0."""
    opened = parser.advance()
    condition = parser.condition()
    end = parser.closing({"{": "}", "(": ")", "[": "]"}[opened.kind], opened)
    return msgspec.structs.replace(as_value(condition), span=(head.start, end))


def connected(parser: Parser, op: Literal["and", "or", "not"], head: Token) -> Node:
    """logical_and(c, d), logical_or(c, d), logical_not(c)."""
    opened = parser.advance()
    conditions = [parser.condition()]
    while parser.token.kind == ",":
        parser.position += 1
        conditions.append(parser.condition())
    end = parser.closing({"(": ")", "[": "]"}[opened.kind], opened)
    whole = len(conditions) == 1 and op != "not"
    return conditions[0] if whole else ast.Logic(op, tuple(conditions), (head.start, end))


def selected(parser: Parser, head: Token) -> Node:
    """NumPy's select([c, d], [a, b], default=e)."""
    from engine.formula.calls import split

    parts, close = split(parser, parser.position)
    lists = [split(parser, start)[0] for start, _ in parts[:2] if parser.tokens[start].kind == "["]
    if len(lists) != 2 or len(lists[0]) != len(lists[1]):
        raise parser.fail(message("A value is missing"), (head.start, parser.tokens[close].end))
    values = [parser.nested(*place, parser.expression) for place in lists[1]]
    otherwise: Node | None = None
    branches: list[Branch] = []
    for value, place in zip(values, lists[0], strict=True):
        if parser.tokens[place[0]].text == "True":
            otherwise = value
            break
        branches.append(Branch(value, parser.nested(*place, parser.condition)))
    if otherwise is None and len(parts) == 3:
        start, stop = parts[2]
        named = parser.tokens[start].text == "default"
        if parser.tokens[stop - 1].text != "nan":
            otherwise = parser.nested(start + 2 * named, stop, parser.expression)
    parser.position = close + 1
    if not branches and otherwise is not None:
        return otherwise
    return ast.Cases(tuple(branches), otherwise, (head.start, parser.tokens[close].end))


def step_with_middle(inner: Node, middle: Node, span: ast.Span) -> Node:
    """0 below 0, 1 above, `middle` at 0."""
    zero, one = ast.Number("0", span), ast.Number("1", span)
    below = Branch(zero, ast.Compare((inner, zero), ("<",), span))
    above = Branch(one, ast.Compare((inner, zero), (">",), span))
    return ast.Cases((below, above), middle, span)


def _is_condition(node: Node) -> bool:
    return isinstance(node, ast.Compare | ast.Logic)


def python_choice(parser: Parser, node: Node) -> Node:
    """`a if c else b` and `c ? a : b`, where `node` is what stands first."""
    if parser.at_word("if") and not _is_condition(node):
        parser.position += 1
        condition = parser.disjunction()
        if not _is_condition(condition):
            raise parser.fail(message("A condition is expected here"), condition.span)
        if not parser.at_word("else"):
            raise parser.fail(
                message("An else is missing"),
                parser.token.span,
                message("Write for example {example}", example="x if x > 0 else −x"),
            )
        parser.position += 1
        otherwise = parser.expression()
        return ast.Cases((Branch(node, condition),), otherwise, (node.span[0], otherwise.span[1]))
    if parser.token.kind == "?" and _is_condition(node):
        parser.position += 1
        value = parser.expression()
        if parser.token.kind != ":":
            raise parser.unexpected()
        parser.position += 1
        otherwise = parser.expression()
        return ast.Cases((Branch(value, node),), otherwise, (node.span[0], otherwise.span[1]))
    return node


def colon_choice(parser: Parser, condition: Node) -> Node:
    """{x < 0: a, x < 1: b, c}, from the first colon on."""
    branches: list[Branch] = []
    otherwise: Node | None = None
    while True:
        parser.position += 1
        value = parser.expression()
        branches.append(Branch(value, condition))
        if parser.token.kind != ",":
            break
        parser.position += 1
        following = parser.either()
        if not _is_condition(following) or parser.token.kind != ":":
            otherwise = as_value(following)
            break
        condition = following
    end = parser.tokens[parser.position - 1].end
    return ast.Cases(tuple(branches), otherwise, (branches[0].condition.span[0], end))


def then_follows(parser: Parser) -> bool:
    """Whether the "if" at the parser's place is one of if … then … else."""
    depth = 0
    for token in parser.tokens[parser.position + 1 :]:
        depth += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        if depth < 0 or token.kind == ",":
            return False
        if depth == 0 and token.kind == "word" and token.text == "then":
            return True
    return False


def then_choice(parser: Parser) -> Node:
    """if c then a else b."""
    head = parser.advance()
    condition = parser.disjunction()
    if not _is_condition(condition) or not parser.at_word("then"):
        raise parser.fail(
            message("A condition is expected here"),
            condition.span,
            message("Write for example {example}", example="if(x < 0, −x, x)"),
        )
    parser.position += 1
    value = parser.expression()
    if not parser.at_word("else"):
        raise parser.fail(
            message("An else is missing"),
            parser.token.span,
            message("Write for example {example}", example="x if x > 0 else −x"),
        )
    parser.position += 1
    otherwise = parser.expression()
    return ast.Cases((Branch(value, condition),), otherwise, (head.start, otherwise.span[1]))


def choice(parser: Parser, head: Token) -> Node:
    """if(c, a, b), If[c, a, b], where(c, a, b), If(c, a, d, b, e), R's if (c) a else b."""
    from engine.formula.calls import split

    if len(split(parser, parser.position)[0]) > 3:
        return piecewise(parser, head)
    opened = parser.advance()
    close = {"(": ")", "[": "]"}.get(opened.kind, ")")
    condition = parser.condition()
    values: list[Node] = []
    while parser.token.kind in (",", ";") and len(values) < 2:
        parser.position += 1
        values.append(parser.expression())
    end = parser.closing(close, opened)
    if not values and parser.starts_factor():
        values.append(parser.additive_value())
        if parser.at_word("else"):
            parser.position += 1
            values.append(parser.expression())
        end = parser.tokens[parser.position - 1].end
    if not values:
        raise parser.fail(
            message("A value is missing"),
            (head.start, end),
            message("Write for example {example}", example="if(x < 0, −x, x)"),
        )
    return ast.Cases(
        (Branch(values[0], condition),), values[1] if len(values) > 1 else None, (head.start, end)
    )


def merged(parser: Parser, head: Token) -> Node:
    """Fortran's merge(a, b, c): a where c holds, else b."""
    opened = parser.advance()
    values: list[Node] = []
    for _ in range(2):
        values.append(parser.expression())
        if parser.token.kind != ",":
            raise parser.unexpected()
        parser.position += 1
    condition = parser.condition()
    end = parser.closing(")", opened)
    return ast.Cases((Branch(values[0], condition),), values[1], (head.start, end))


def piecewise(parser: Parser, head: Token) -> Node:
    """piecewise(x<0: a, b), piecewise((a, x<0), (b, True)), Piecewise[{{a, x<0}, {b, x<1}}, c]."""
    opened = parser.advance()
    close = {"(": ")", "[": "]", "{": "}"}[opened.kind]
    bars, parser.bars = parser.bars, 0
    branches: list[Branch] = []
    otherwise: Node | None = None
    wrapped = parser.token.kind in ("{", "[") and parser.peek().kind in ("{", "[", "(")
    inner = parser.advance() if wrapped else None
    while otherwise is None:
        otherwise = _branch(parser, branches)
        if parser.token.kind not in (",", ";"):
            break
        parser.position += 1
    if inner is not None:
        parser.closing({"{": "}", "[": "]"}[inner.kind], inner)
        if parser.token.kind == ",":
            parser.position += 1
            otherwise = parser.expression()
    end = parser.closing(close, opened)
    parser.bars = bars
    if not branches:
        raise parser.fail(
            message("A condition is expected here"),
            (head.start, end),
            message("Write for example {example}", example="piecewise((−x, x < 0), (x, true))"),
        )
    return ast.Cases(tuple(branches), otherwise, (head.start, end))


def _branch(parser: Parser, branches: list[Branch]) -> Node | None:
    """One branch; appends it, or returns the value that holds otherwise."""
    from engine.formula.calls import split

    if parser.token.kind in ("(", "{", "["):
        parts, close = split(parser, parser.position)
        after = parser.tokens[close + 1].kind
        if len(parts) == 2 and after in (",", ";", ")", "]", "}"):
            value = parser.nested(*parts[0], parser.expression)
            first = parser.tokens[parts[1][0]]
            if parts[1][1] == parts[1][0] + 1 and first.text.lower() in ("true", "otherwise", "else"):
                parser.position = close + 1
                return value
            branches.append(Branch(value, parser.nested(*parts[1], parser.condition)))
            parser.position = close + 1
            return None
    if parser.at_word("True", "true", "TRUE") and parser.peek().kind == ",":
        parser.position += 2  # the last of Which[c, a, True, b]
        return parser.expression()
    node = parser.either()
    if _is_condition(node) and parser.token.kind == ":":
        parser.position += 1
        branches.append(Branch(parser.expression(), node))
        return None
    if _is_condition(node) and parser.token.kind == ",":
        parser.position += 1  # piecewise(c, a, b) as Maple writes it
        branches.append(Branch(parser.expression(), node))
        return None
    if parser.token.kind == "," and not branches and _condition_follows(parser):
        parser.position += 1
        branches.append(Branch(as_value(node), parser.condition()))
        return None
    return as_value(node)


def _condition_follows(parser: Parser) -> bool:
    """Whether a comparison sign stands before the next comma."""
    depth = 0
    for token in parser.tokens[parser.position + 1 :]:
        if token.kind in ("(", "[", "{"):
            depth += 1
        elif token.kind in (")", "]", "}"):
            depth -= 1
        if depth < 0 or (depth == 0 and token.kind in (",", "end")):
            return False
        if token.kind in _COMPARED:
            return True
    return False


_COMPARED = ("<", "<=", ">", ">=", "=", "!=")
_ALIGNED = ("aligned", "align", "split", "gathered", "equation", "eqnarray", "gather", "multline")


def without_alignment(tokens: list[Token]) -> list[Token]:
    """The tokens without the & and line ends that only lay out a display, and without its environment.

    The environment after a brace that \right. closes is one of cases, whatever its name.
    """
    kept: list[Token] = []
    environments: list[bool] = []  # of those that are open: whether they only lay out
    position = 0
    aligned = False
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "command" and token.text in ("begin", "end") and position + 3 < len(tokens):
            if token.text == "begin":
                after_brace = bool(kept) and kept[-1].text == "pieces" and kept[-1].kind == "command"
                environments.append(tokens[position + 2].text in _ALIGNED and not after_brace)
                del kept[len(kept) - after_brace :]
            if environments and (environments.pop() if token.text == "end" else environments[-1]):
                aligned = True
                position += 2
                while tokens[position].kind not in ("}", "end"):
                    position += 1
                position += tokens[position].kind == "}"
                continue
        layout = token.kind in ("&", "newrow") and all(environments)
        if not (layout and (aligned or _beside_equals(tokens, position))):
            kept.append(token)
        position += 1
    return kept


def _beside_equals(tokens: list[Token], position: int) -> bool:
    before = tokens[position - 1].kind if position else ""
    return "=" in (before, tokens[min(position + 1, len(tokens) - 1)].kind)


def environment(parser: Parser) -> Node:
    """\\begin{cases} a & x < 0 \\\\ b & \\text{otherwise} \\end{cases}."""
    head = parser.advance()
    name = _environment_name(parser)
    if name not in ("cases", "dcases", "rcases", "array", "matrix", *_ALIGNED):
        raise parser.fail(
            message("Unknown environment {name}", name=name),
            head.span,
            message("Use cases for a function in pieces"),
        )
    if name == "array" and parser.token.kind == "{":
        while parser.advance().kind not in ("}", "end"):
            pass
    branches: list[Branch] = []
    otherwise: Node | None = None
    while not (parser.token.kind == "command" and parser.token.text == "end"):
        value, condition = _line_with_brackets(parser) or _line(parser)
        if condition is None:
            otherwise = value
        else:
            branches.append(Branch(value, condition))
        while parser.token.kind in (",", ";", "newrow") or parser.at_word("and"):
            parser.position += 1
        if parser.token.kind == "end":
            raise parser.fail(
                message("This bracket is not closed"), head.span, message("Add {sign}", sign=r"\end{cases}")
            )
    _end_environment(parser, head)
    end = parser.tokens[parser.position - 1].end
    if not branches:
        raise parser.fail(message("A condition is expected here"), (head.start, end))
    return ast.Cases(tuple(branches), otherwise, (head.start, end))


def _line(parser: Parser) -> tuple[Node, Node | None]:
    """A line of cases, "x^2, & x < 0": the value and its condition, None for otherwise."""
    value = parser.additive_value()
    if parser.token.kind == ",":
        parser.position += 1
    if parser.token.kind == "&":
        parser.position += 1
    return value, _case_condition(parser)


def _line_with_brackets(parser: Parser) -> tuple[Node, Node] | None:
    """A line "x^2 (x < 0)", without &: the brackets at its end hold the condition. None if it is none."""
    tokens = parser.tokens
    stop = parser.position
    while tokens[stop].kind not in ("newrow", "&", "end") and tokens[stop].text != "end":
        stop += 1
    close = stop - 1
    while tokens[close].kind in (",", ";", "."):
        close -= 1
    if tokens[stop].kind == "&" or tokens[close].kind != ")":
        return None
    depth, opening = 0, close
    while opening > parser.position:
        depth += (tokens[opening].kind == ")") - (tokens[opening].kind == "(")
        if depth == 0:
            break
        opening -= 1
    inside = tokens[opening + 1 : close]
    if opening == parser.position or not any(token.kind in _COMPARED for token in inside):
        return None
    begin = opening - (tokens[opening - 1].kind == ",")
    value = as_value(parser.nested(parser.position, begin, parser.additive))
    condition = parser.nested(opening + 1, close, parser.condition)
    parser.position = stop
    return value, condition


def _case_condition(parser: Parser) -> Node | None:
    """The condition of a line of cases; None for "otherwise"."""
    while parser.at_word("if", "for", "when", "where"):
        parser.position += 1
    if parser.at_word("otherwise", "else", "True", "true"):
        parser.position += 1
        return None
    if parser.token.kind == "newrow" or (parser.token.kind == "command" and parser.token.text == "end"):
        return None
    return parser.condition()


def _environment_name(parser: Parser) -> str:
    name = ""
    if parser.token.kind == "{":
        parser.position += 1
        while parser.token.kind not in ("}", "end"):
            name += parser.advance().text
        parser.position += 1 if parser.token.kind == "}" else 0
    return name.rstrip("*")


def _end_environment(parser: Parser, head: Token) -> None:
    if not (parser.token.kind == "command" and parser.token.text == "end"):
        raise parser.unexpected()
    parser.position += 1
    _environment_name(parser)
