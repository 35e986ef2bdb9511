"""What travels between the engine and the child process: msgpack in length-prefixed frames, never pickle.

Any thread, both processes; stdlib and msgspec only.
"""

import re
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from engine.formula import ast
from engine.formula.ast import Node
from engine.formula.functions import CONSTANTS, FUNCTIONS
from engine.symbolic.derivation import Entry

MAX_FRAME: Final = 16 * 1024 * 1024
MAX_SHOWN: Final = 60_000  # parts of a derivative, more than anybody could read
MAX_DIGITS: Final = 100_000
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]*)?(e[+-]?[0-9]{1,4})?|\.[0-9]+(e[+-]?[0-9]{1,4})?")


class Sheet(Struct, frozen=True):
    """A formula to differentiate: `tree` written out, `shown` as it was written.

    time_s: the budget for finding a short form of each derivative.
    """

    tree: Node
    shown: Node
    variables: tuple[str, ...]
    columns: tuple[str, ...]
    time_s: float


class Job(Struct, frozen=True):
    """Write one derivative of `sheet`; of the last one that was sent, where that is None."""

    number: int
    entry: Entry
    sheet: Sheet | None = None


class Answer(Struct, frozen=True):
    """The derivative of the job of that number, or why there is none. A ready child sends number 0 first.

    failure: what went wrong, in no language; "" where the derivative is too large.
    """

    number: int
    tree: Node | None = None
    failure: str = ""


class ProtocolError(Exception):
    """A frame that is not one: too large, cut off, or not of the type expected; or a tree of no formula."""


def check(tree: Node, sheet: Sheet) -> None:
    """Whether a tree that came from the child is one of the formula language, over the letters of `sheet`.

    Its types are right already. It is data whatever it says; this keeps it as small and as dull as what our
    own child would send.

    Raises:
        ProtocolError: it is not.
    """
    indices = {node.index for node in ast.walk(sheet.shown) if isinstance(node, ast.Series)}
    for number, node in enumerate(ast.walk(tree)):
        if number >= MAX_SHOWN:
            raise ProtocolError("too many parts")
        if not _is_fit(node, sheet, indices):
            raise ProtocolError(f"{type(node).__name__} that is none")


def _is_fit(node: Node, sheet: Sheet, indices: set[str]) -> bool:
    match node:
        case ast.Number(text=text):
            return len(text) <= MAX_DIGITS and _NUMBER.fullmatch(text) is not None
        case ast.Constant(name=name):
            return name in CONSTANTS
        case ast.Variable(name=name):
            return name in sheet.variables
        case ast.Column(name=name):
            return name in sheet.columns
        case ast.Call(function=name, args=args):
            spec = FUNCTIONS.get(name)
            return spec is not None and spec.arity[0] <= len(args) <= (spec.arity[1] or len(args))
        case ast.Add(terms=parts) | ast.Mul(factors=parts):
            return len(parts) >= 2
        case ast.Index(name=name) | ast.Series(index=name):
            return name in indices
        case ast.Compare(operands=operands, ops=ops):
            return len(operands) == len(ops) + 1 >= 2
        case ast.Logic(op=op, operands=operands):
            return len(operands) == 1 if op == "not" else len(operands) >= 2
        case ast.Cases(branches=branches):
            return len(branches) >= 1
        case ast.Neg() | ast.Div() | ast.Pow() | ast.Aggregate():
            return True
        case _:  # what is written out before it is sent, or is not written yet
            return False


def write_frame(stream: BinaryIO, payload: bytes) -> None:
    """Send `payload` whole. Raises OSError when the other end is gone."""
    stream.write(len(payload).to_bytes(4, "big") + payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next payload; None at the end of the stream."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    if length > MAX_FRAME:
        raise ProtocolError(f"frame of {length} bytes")
    payload = stream.read(length)
    return payload if len(payload) == length else None


encode: Final = msgspec.msgpack.Encoder().encode
decode_job: Final = msgspec.msgpack.Decoder(Job).decode
decode_answer: Final = msgspec.msgpack.Decoder(Answer).decode
