"""Functions in pieces: piecewise(x < 0: a, b), Piecewise[{{a, x < 0}}, c], Which[c, a], select([c], [a]).

Any thread; stdlib and msgspec only.
"""

from engine.base.i18n import message
from engine.formula import ast, complaints
from engine.formula.ast import Branch, Node, as_value
from engine.formula.errors import FormulaError
from engine.formula.reader import Reader
from engine.formula.tokens import CLOSES, COMPARISONS, STEPS, parts


def piecewise(reader: Reader) -> Node:
    """piecewise(x<0: a, b), piecewise((a, x<0), (b, True)), Piecewise[{{a, x<0}, {b, x<1}}, c]."""
    head, opened = reader.advance(), reader.advance()
    bars, reader.bars = reader.bars, 0
    branches: list[Branch] = []
    otherwise: Node | None = None
    wrapped = reader.token.kind in ("{", "[") and reader.peek().kind in CLOSES
    inner = reader.advance() if wrapped else None
    while otherwise is None:
        otherwise = _branch(reader, branches)
        if reader.token.kind not in (",", ";"):
            break
        reader.position += 1
    if inner is not None:
        reader.closing(CLOSES[inner.kind], inner)
        if reader.token.kind == ",":
            reader.position += 1
            otherwise = reader.expression()
    end = reader.closing(CLOSES[opened.kind], opened)
    reader.bars = bars
    if not branches:
        raise complaints.no_condition((head.start, end), "piecewise((−x, x < 0), (x, true))")
    return ast.Cases(tuple(branches), otherwise, (head.start, end))


def _branch(reader: Reader, branches: list[Branch]) -> Node | None:
    """One branch; appends it, or returns the value that holds otherwise."""
    if reader.token.kind in CLOSES:
        inside, close = parts(reader.tokens, reader.position)
        if len(inside) == 2 and reader.tokens[close + 1].kind in (",", ";", ")", "]", "}"):
            return _pair(reader, branches, inside[0], inside[1], close)
    if reader.at_word("True", "true", "TRUE") and reader.peek().kind == ",":
        reader.position += 2  # the last of Which[c, a, True, b]
        return reader.expression()
    node = reader.either()
    if isinstance(node, ast.CONDITIONS) and reader.token.kind in (":", ","):
        reader.position += 1  # piecewise(c, a, b) as Maple writes it
        branches.append(Branch(reader.expression(), node))
        return None
    if reader.token.kind == "," and not branches and _condition_follows(reader):
        reader.position += 1
        branches.append(Branch(as_value(node), reader.condition()))
        return None
    return as_value(node)


def _pair(
    reader: Reader, branches: list[Branch], first: tuple[int, int], second: tuple[int, int], close: int
) -> Node | None:
    """(a, c), which closes at `close`, as one branch; or (a, True)."""
    value = reader.nested(*first, reader.expression)
    begin, stop = second
    always = stop == begin + 1 and reader.tokens[begin].text.lower() in ("true", "otherwise", "else")
    if not always:
        branches.append(Branch(value, reader.nested(*second, reader.condition)))
    reader.position = close + 1
    return value if always else None


def _condition_follows(reader: Reader) -> bool:
    """Whether a comparison sign stands before the next comma."""
    depth = 0
    for token in reader.tokens[reader.position + 1 :]:
        depth += STEPS.get(token.kind, 0)
        if depth < 0 or (depth == 0 and token.kind in (",", "end")):
            return False
        if token.kind in COMPARISONS:
            return True
    return False


def select(reader: Reader) -> Node:
    """NumPy's select([c, d], [a, b], default=e); any other select is as piecewise."""
    tokens = reader.tokens
    if reader.peek(2).kind != "[":
        return piecewise(reader)
    head = reader.advance()
    inside, close = parts(tokens, reader.position)
    span = (head.start, tokens[close].end)
    lists = [parts(tokens, begin)[0] for begin, _ in inside[:2] if tokens[begin].kind == "["]
    if len(lists) != 2 or len(lists[0]) != len(lists[1]):
        raise FormulaError(message("A value is missing"), span)
    values = [reader.nested(*place, reader.expression) for place in lists[1]]
    otherwise: Node | None = None
    branches: list[Branch] = []
    for value, place in zip(values, lists[0], strict=True):
        if tokens[place[0]].text == "True":
            otherwise = value
            break
        branches.append(Branch(value, reader.nested(*place, reader.condition)))
    if otherwise is None and len(inside) == 3:
        begin, stop = inside[2]
        named = tokens[begin].text == "default"
        if tokens[stop - 1].text != "nan":
            otherwise = reader.nested(begin + 2 * named, stop, reader.expression)
    reader.position = close + 1
    if not branches and otherwise is not None:
        return otherwise
    return ast.Cases(tuple(branches), otherwise, span)
