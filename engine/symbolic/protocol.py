"""What travels between the engine and the child process: msgpack in length-prefixed frames, never pickle.

Any thread, both processes; stdlib and msgspec only.
"""

from typing import BinaryIO, Final

import msgspec
from msgspec import Struct

from engine.base.i18n import Message
from engine.formula.ast import Node
from engine.symbolic.derivation import Entry, Expression

MAX_FRAME: Final = 16 * 1024 * 1024


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
    """The derivative of the job of that number, or why there is none. A ready child sends number 0 first."""

    number: int
    expression: Expression | None = None
    failure: Message | None = None


class ProtocolError(Exception):
    """A frame that is not one: too large, cut off, or not of the type expected."""


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
