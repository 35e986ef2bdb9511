"""Pictures in, a film file out: MP4, WebM, GIF, animated WebP or numbered PNGs, by PyAV and Qt.

An encoder is used by one thread at a time. Nothing in a file depends on the clock or the number of cores, so
that equal pictures give equal bytes. Memory does not grow with the number of pictures.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Protocol

import av
import numpy as np
from PySide6.QtGui import QImage

from gui.export.carrying import add_to_gif, finish_webp
from gui.export.pictures import save_png

THREADS: Final = "2"  # fixed: the bytes of x264 and VP9 depend on it
PALETTE_FRAMES: Final = 32  # from which a GIF's palette is made
_PRECISE: Final = Fraction(1001)


class Encoder(Protocol):
    """Takes the pictures of a film in order."""

    def write(self, image: QImage) -> None:
        """Add one picture; premultiplied ARGB or RGB32, of the film's size."""

    def close(self) -> None:
        """Finish the file."""

    def abort(self) -> None:
        """Let go of the file without finishing it."""


def open_encoder(
    path: Path,
    kind: str,
    size_px: tuple[int, int],
    fps: float,
    *,
    loop: bool = True,
    transparent: bool = False,
    codec: str = "vp9",
    dpi: float = 96.0,
    palette_from: Iterable[QImage] = (),
    line: bytes = b"",
) -> Encoder:
    """An encoder of `kind` ("mp4", "webm", "gif", "webp"; "png" for numbered pictures at the pattern `path`).

    A GIF takes its palette from the pictures `palette_from`, which is consumed one by one. `line`: the lab
    that the film carries (of numbered pictures the first one), as letters.
    """
    if kind == "png":
        return _Numbered(path, dpi, line)
    rate = Fraction(fps).limit_denominator(_PRECISE.numerator)
    if kind == "gif":
        return _Gif(path, size_px, rate, loop, palette_from, line)
    if kind == "webp":
        return _WebP(path, size_px, rate, loop, line)
    if kind == "webm":
        if codec == "av1":
            os.environ.setdefault("SVT_LOG", "1")  # or it writes its settings to standard error
            return _Video(path, "libsvtav1", size_px, rate, "yuv420p", _AV1, {}, line)
        pixels = "yuva420p" if transparent else "yuv420p"
        return _Video(path, "libvpx-vp9", size_px, rate, pixels, _VP9, {}, line)
    return _Video(path, "libx264", size_px, rate, "yuv420p", _X264, {"movflags": "+faststart"}, line)


_X264: Final = {
    "preset": "veryfast",
    "crf": "18",
    "tune": "animation",
    "threads": THREADS,
    "mbtree": "0",  # on a busy machine, one film in a hundred came out otherwise with it
}
_VP9: Final = {
    "crf": "24",
    "b": "0",
    "deadline": "good",
    "cpu-used": "5",
    "row-mt": "1",
    "tile-columns": "1",
    "threads": THREADS,
    "auto-alt-ref": "0",
}
_AV1: Final = {"preset": "9", "crf": "28", "svtav1-params": "lp=2"}
_WEBP: Final = {"quality": "88", "compression_level": "2", "preset": "drawing"}


class _Video:
    """A film by one of libavcodec's encoders."""

    def __init__(
        self,
        path: Path,
        codec: str,
        size_px: tuple[int, int],
        rate: Fraction,
        pixels: str,
        options: dict[str, str],
        container: dict[str, str],
        line: bytes = b"",
    ) -> None:
        self._container: Any = av.open(str(path), "w", options={"fflags": "+bitexact", **container})
        if line:
            self._container.metadata["comment"] = line.decode("ascii")
        stream: Any = self._container.add_stream(codec, rate=rate, options=dict(options))
        stream.width, stream.height = size_px
        stream.pix_fmt = pixels
        stream.codec_context.gop_size = max(round(2 * float(rate)), 1)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        self._yuv = pixels.startswith("yuv")
        if self._yuv:
            _tag_bt709(stream.codec_context)
        self._pixels = pixels
        self._stream = stream
        self._count = 0

    def write(self, image: QImage) -> None:
        frame = _frame(image, straight=self._pixels in ("bgra", "yuva420p"))
        if self._yuv:
            frame = frame.reformat(
                format=self._pixels,
                dst_colorspace=av.video.reformatter.Colorspace.ITU709,
                dst_color_range=av.video.reformatter.ColorRange.MPEG,
            )
        elif frame.format.name != self._pixels:
            frame = frame.reformat(format=self._pixels)
        frame.pts = self._count
        frame.time_base = 1 / Fraction(self._stream.codec_context.framerate)
        self._count += 1
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        try:
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def abort(self) -> None:
        with contextlib.suppress(Exception):  # the file is thrown away
            self._container.close()


class _WebP(_Video):
    """An animated WebP, which libwebp leaves without its last frames where these are equal."""

    def __init__(self, path: Path, size_px: tuple[int, int], rate: Fraction, loop: bool, line: bytes) -> None:
        self._loops = 0 if loop else 1
        super().__init__(path, "libwebp_anim", size_px, rate, "bgra", _WEBP, {"loop": str(self._loops)})
        self._file = path, size_px
        self._rate, self._line = rate, line

    def close(self) -> None:
        super().close()
        length_ms = round(1000 * self._count / self._rate)
        finish_webp(*self._file, length_ms, self._loops, self._line)


class _Gif:
    """Two passes: a palette made from pictures of the whole film, then every picture in its colours."""

    def __init__(
        self,
        path: Path,
        size_px: tuple[int, int],
        rate: Fraction,
        loop: bool,
        palette_from: Iterable[QImage],
        line: bytes,
    ) -> None:
        self._path, self._line = path, line
        self._palette = _palette(palette_from, size_px)
        self._container: Any = av.open(
            str(path), "w", format="gif", options={"fflags": "+bitexact", "loop": "0" if loop else "-1"}
        )
        stream: Any = self._container.add_stream("gif", rate=rate)
        stream.width, stream.height = size_px
        stream.pix_fmt = "pal8"
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        self._stream = stream
        self._time_base = 1 / rate
        self._graph = self._paletteuse(size_px)
        self._count = 0

    def _paletteuse(self, size_px: tuple[int, int]) -> Any:
        graph: Any = av.filter.Graph()
        graph.threads = 1
        pictures = graph.add_buffer(
            width=size_px[0], height=size_px[1], format="bgra", time_base=self._time_base
        )
        palette = graph.add_buffer(width=16, height=16, format="bgra", time_base=self._time_base)
        use = graph.add("paletteuse", "dither=none:diff_mode=rectangle")
        sink = graph.add("buffersink")
        pictures.link_to(use, 0, 0)
        palette.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        self._palette.time_base = self._time_base
        self._palette.pts = 0
        self._source = pictures
        palette.push(self._palette)
        palette.push(None)
        return graph

    def write(self, image: QImage) -> None:
        frame = _frame(image)
        frame.pts = self._count
        frame.time_base = self._time_base
        self._count += 1
        self._source.push(frame)
        self._drain()

    def _drain(self) -> None:
        with contextlib.suppress(av.error.BlockingIOError, av.error.EOFError):
            while True:
                frame = self._graph.vpull()
                self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        try:
            self._source.push(None)
            self._drain()
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()
        add_to_gif(self._path, self._line)

    def abort(self) -> None:
        with contextlib.suppress(Exception):  # as above
            self._container.close()


class _Numbered:
    """PNG pictures at a pattern: frame-%04d.png, from 0."""

    def __init__(self, pattern: Path, dpi: float, line: bytes) -> None:
        self._pattern = pattern
        self._line = line
        self._dpi = dpi
        self._count = 0

    def write(self, image: QImage) -> None:
        line = b"" if self._count else self._line
        save_png(image, self._pattern.with_name(self._pattern.name % self._count), self._dpi, line)
        self._count += 1

    def close(self) -> None:
        """Every picture is finished as it comes."""

    def abort(self) -> None:
        """The folder is thrown away by who made it."""


def _tag_bt709(context: Any) -> None:
    """Say which colours these are, or players guess by the size of the picture."""
    context.colorspace = av.video.reformatter.Colorspace.ITU709
    context.color_primaries = 1
    context.color_trc = 1
    context.color_range = av.video.reformatter.ColorRange.MPEG


def _frame(image: QImage, *, straight: bool = False) -> Any:
    """`image` as a frame of BGRA; straight alpha if asked (Qt's is premultiplied)."""
    wanted = QImage.Format.Format_ARGB32 if straight else QImage.Format.Format_RGB32
    if straight or image.format() not in (wanted, QImage.Format.Format_ARGB32_Premultiplied):
        image = image.convertToFormat(wanted)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return av.VideoFrame.from_ndarray(pixels, format="bgra")


def _palette(pictures: Iterable[QImage], size_px: tuple[int, int]) -> Any:
    """The 255 best colours of all `pictures`, as a frame of 16×16."""
    graph: Any = av.filter.Graph()
    graph.threads = 1
    source = graph.add_buffer(width=size_px[0], height=size_px[1], format="bgra", time_base=Fraction(1, 100))
    make = graph.add("palettegen", "max_colors=256:reserve_transparent=0:stats_mode=full")
    sink = graph.add("buffersink")
    source.link_to(make)
    make.link_to(sink)
    graph.configure()
    for count, image in enumerate(pictures):
        frame = _frame(image)
        frame.pts = count
        frame.time_base = Fraction(1, 100)
        source.push(frame)
    source.push(None)
    return graph.vpull()


@contextlib.contextmanager
def encoding(encoder: Encoder) -> Iterator[Encoder]:
    """Closes `encoder` at the end, aborts it on any failure."""
    try:
        yield encoder
    except BaseException:
        encoder.abort()
        raise
    encoder.close()
