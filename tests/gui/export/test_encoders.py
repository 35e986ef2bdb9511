"""Films of known pictures, decoded again."""

import hashlib
import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from gui.export.encoders import encoding, open_encoder
from gui.export.pipeline import ParallelEncoder

# The first thread that uses a QObject is Qt's main thread for ever: it must not be an encoder's.
pytestmark = pytest.mark.usefixtures("qapp")

SIZE = (160, 96)
FRAMES = 24
LINE = b"nablascope:lab:1:" + b"A" * 700 + b";"
MARKER, GROUND = QColor("#ff4d3d"), QColor("#10141c")


def pictures(*, transparent: bool = False) -> Iterator[QImage]:
    """A square of 24 px that moves 4 px a frame."""
    for frame in range(FRAMES):
        image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(0, 0, 0, 0) if transparent else GROUND)
        painter = QPainter(image)
        painter.fillRect(8 + 4 * frame, 40, 24, 24, MARKER)
        painter.end()
        yield image


def write(path: Path, kind: str, **options: object) -> bytes:
    if kind == "gif":
        options["palette_from"] = pictures()
    transparent = bool(options.get("transparent"))
    encoder = ParallelEncoder(open_encoder(path, kind, SIZE, 24, **options))  # type: ignore[arg-type]
    with encoding(encoder) as film:
        for image in pictures(transparent=transparent):
            film.write(image)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "options", "codec"),
    [
        ("a.mp4", {}, "h264"),
        ("a.webm", {"codec": "vp9"}, "vp9"),
        ("a1.webm", {"codec": "av1"}, "libdav1d"),
        ("a.gif", {}, "gif"),
    ],
)
def test_a_film_read_back_has_every_frame_with_its_colours(tmp_path, name, options, codec):
    path = tmp_path / name
    write(path, path.suffix[1:], **options)
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.codec_context.name == codec
        assert (stream.width, stream.height) == SIZE
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        assert film.duration / av.time_base == pytest.approx(FRAMES / 24, abs=0.06)
        if codec != "gif":  # whose delays are hundredths of a second
            assert float(stream.average_rate) == pytest.approx(24)
    assert len(frames) == FRAMES
    for number in (0, 11, 23):
        at = 8 + 4 * number + 12
        assert np.abs(frames[number][52, at].astype(int) - MARKER.getRgb()[:3]).max() < 12
        assert np.abs(frames[number][10, at].astype(int) - GROUND.getRgb()[:3]).max() < 8


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.mp4", {}), ("a.webm", {}), ("b.webm", {"codec": "av1"}), ("a.gif", {}), ("a.webp", {})],
)
def test_equal_pictures_give_equal_bytes(tmp_path, name, options):
    kind = name.rsplit(".")[-1]
    first = write(tmp_path / ("1" + name), kind, line=LINE, **options)
    second = write(tmp_path / ("2" + name), kind, line=LINE, **options)
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_webm_keeps_transparency(tmp_path):
    path = tmp_path / "a.webm"
    write(path, "webm", transparent=True)
    with av.open(str(path)) as film:
        assert film.streams.video[0].metadata.get("alpha_mode") == "1"
        codec = av.CodecContext.create("libvpx-vp9", "r")
        packets = [packet for packet in film.demux(video=0) if packet.size]
    frame = codec.decode(packets[0])[0]
    assert frame.format.name == "yuva420p"
    pixels = frame.to_ndarray(format="rgba")
    assert pixels[10, 100, 3] < 8 and pixels[52, 20, 3] > 247


def webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    chunks, at = [], 12
    while at < len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        chunks.append((name, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return chunks


@pytest.mark.parametrize("loop", [True, False])
def test_webp_has_every_frame_and_loops_if_asked(tmp_path, loop):
    chunks = webp_chunks(write(tmp_path / "a.webp", "webp", loop=loop))
    frames = [body for name, body in chunks if name == b"ANMF"]
    assert len(frames) == FRAMES
    (animation,) = [body for name, body in chunks if name == b"ANIM"]
    assert struct.unpack_from("<H", animation, 4)[0] == (0 if loop else 1)
    milliseconds = sum(int.from_bytes(frame[12:15], "little") for frame in frames)
    assert milliseconds == pytest.approx(1000, abs=42)


@pytest.mark.parametrize("loop", [True, False])
def test_gif_loops_if_asked(tmp_path, loop):
    assert (b"NETSCAPE2.0" in write(tmp_path / "a.gif", "gif", loop=loop)) == loop


def test_numbered_pictures(tmp_path):
    encoder = open_encoder(tmp_path / "f-%03d.png", "png", SIZE, 24, dpi=254.0)
    with encoding(encoder) as film:
        for image in pictures():
            film.write(image)
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == [f"f-{number:03d}.png" for number in range(FRAMES)]
    image = QImage(str(tmp_path / "f-003.png"))
    assert image.dotsPerMeterX() == 10_000
    assert image.pixelColor(8 + 12 + 12, 52) == MARKER


class Failing:
    """Fails at the third picture, as a full disk does."""

    def __init__(self) -> None:
        self.aborted = False
        self.written = 0

    def write(self, image: QImage) -> None:
        self.written += 1
        if self.written == 3:
            raise OSError(28, "No space left on device")

    def close(self) -> None:
        raise AssertionError("a failed film is not finished")

    def abort(self) -> None:
        self.aborted = True


def test_a_failure_of_the_encoding_thread_reaches_the_drawing_thread():
    failing = Failing()
    with pytest.raises(OSError, match="No space"), encoding(ParallelEncoder(failing)) as film:
        for image in pictures():
            film.write(image)
    assert failing.aborted and failing.written == 3


def test_a_failure_of_the_drawing_thread_stops_the_encoding_thread():
    failing = Failing()
    with pytest.raises(ZeroDivisionError), encoding(ParallelEncoder(failing)) as film:
        film.write(next(pictures()))
        raise ZeroDivisionError
    assert failing.aborted
