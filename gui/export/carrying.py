"""Where the letters of a lab go in each kind of file. Pure but for the file that is changed; any thread.

`line` is everywhere what `engine.document.carried` makes of a lab; b"" changes nothing.
"""

import struct
import zlib
from pathlib import Path
from typing import Final

KEY: Final = b"nablascope-lab"
PNG_HEAD: Final = 8 + 25  # the signature and IHDR
GIF_END: Final = b";"
XMP_FLAG: Final = 0x04  # of VP8X
ALPHA_FLAG: Final = 0x10
ANIMATION_FLAG: Final = 0x02
MOST_MS: Final = 0xFFFFFF  # that a frame of a WebP may stand


def png_with(data: bytes, line: bytes) -> bytes:
    """A PNG with `line` as a text chunk, which every reader skips."""
    if not line:
        return data
    body = b"tEXt" + KEY + b"\0" + line
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:PNG_HEAD] + chunk + data[PNG_HEAD:]


def xmp_of(line: bytes) -> bytes:
    """An XMP packet that describes its file by `line`."""
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>'
        + line
        + b'</dc:source></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )


def add_to_gif(path: Path, line: bytes) -> None:
    """Put `line` before the end of a GIF, as XMP is put there.

    Source: Adobe, XMP Specification Part 3 (2020), 1.1.2: the packet is followed by 258 bytes that lead a
    reader of blocks to the end from wherever it lands.
    """
    if not line:
        return
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    with path.open("r+b") as file:
        file.seek(-1, 2)
        if file.read(1) != GIF_END:
            raise OSError("the film has no end")
        file.seek(-1, 2)
        file.write(b"\x21\xff\x0bXMP DataXMP" + xmp_of(line) + trailer + GIF_END)


def finish_webp(path: Path, size_px: tuple[int, int], length_ms: int, loops: int, line: bytes) -> None:
    """Let a WebP film last `length_ms`, and carry `line`.

    libwebp makes one of equal frames in a row: the last ones it drops, and a film in which nothing moves
    comes out as a picture. loops: how often it plays, 0 is for ever.

    Source: Google, WebP Container Specification (RFC 9649).
    """
    chunks = _chunks(path)
    names = [name for name, _ in chunks]
    flags = ALPHA_FLAG if b"ALPH" in names or b"VP8L" in names else 0
    if b"ANMF" not in names:
        still = [(name, body) for name, body in chunks if name in (b"ALPH", b"VP8 ", b"VP8L")]
        if chunks[0][0] == b"VP8X":
            flags = chunks[0][1][0] & ALPHA_FLAG
        frame = bytes(6) + _uint24(size_px[0] - 1) + _uint24(size_px[1] - 1) + bytes(3) + b"\x00"
        frame += b"".join(map(_chunk, *zip(*still, strict=True)))
        extended = bytes([flags | ANIMATION_FLAG]) + bytes(3) + frame[6:12]
        chunks = [(b"VP8X", extended), (b"ANIM", bytes(4) + struct.pack("<H", loops)), (b"ANMF", frame)]
    frames = [index for index, (name, _) in enumerate(chunks) if name == b"ANMF"]
    spent = sum(int.from_bytes(chunks[index][1][12:15], "little") for index in frames[:-1])
    last = chunks[frames[-1]][1]
    lasting = _uint24(min(max(length_ms - spent, 1), MOST_MS))
    chunks[frames[-1]] = (b"ANMF", last[:12] + lasting + last[15:])
    if line:
        head = chunks[0][1]
        chunks[0] = (b"VP8X", bytes([head[0] | XMP_FLAG]) + head[1:])
        chunks.append((b"XMP ", xmp_of(line)))
    body = b"WEBP" + b"".join(_chunk(name, content) for name, content in chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def _chunks(path: Path) -> list[tuple[bytes, bytes]]:
    data = path.read_bytes()
    found, at = [], 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        found.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _uint24(value: int) -> bytes:
    return value.to_bytes(3, "little")
