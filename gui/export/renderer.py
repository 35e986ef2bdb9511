"""Draws a film or a picture into its file: encoded on a second thread; whole or not at all.

The thread of the scene's OpenGL context. Memory does not grow with the length of the film.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct
from PySide6.QtGui import QImage

from engine.base.cancellation import CancelCheck, Cancelled, never
from gui.export.aside import folder_written_aside, written_aside
from gui.export.encoders import PALETTE_FRAMES, Encoder, encoding, open_encoder
from gui.export.film import Film
from gui.export.pictures import save_png
from gui.export.pipeline import ParallelEncoder
from gui.export.spec import Spec, format_of, is_sequence

_SPEED_OVER: Final = 24  # frames over which the speed is measured, for the time that is left


class Scene(Protocol):
    """Draws any moment of a lab; see `gui.export.scene`."""

    size_px: tuple[int, int]

    def draw(self, t_steps: float, share: float) -> QImage:
        """The picture at the playhead `t_steps`, at the share 0 to 1 of the film (where the camera is)."""


class Progress(Struct, frozen=True):
    """How far an export is: `frame` of `frames` are drawn; `fps` and `left_s` from the last ones."""

    frame: int
    frames: int
    fps: float
    left_s: float


Report = Callable[[Progress, QImage], None]


def export_film(
    scene: Scene,
    film: Film,
    spec: Spec,
    path: Path,
    *,
    line: bytes = b"",
    report: Report = lambda progress, image: None,
    cancelled: CancelCheck = never,
) -> None:
    """Write the film, with the letters of a lab, to `path`; nothing is left there, and an old file stays, if
    it does not come to its end.

    Raises:
        Cancelled: `cancelled` said so. ExportError: the disk is full or cannot be written to.
    """
    if is_sequence(path):
        with folder_written_aside(path) as folder:
            _encode(scene, film, spec, "png", folder / path.name, line, report, cancelled)
        return
    with written_aside(path) as part:
        _encode(scene, film, spec, format_of(path), part, line, report, cancelled)


def export_png(scene: Scene, t_steps: float, spec: Spec, path: Path, line: bytes = b"") -> None:
    """Write the picture at the playhead `t_steps`, with the letters of a lab, as PNG."""
    with written_aside(path) as part:
        save_png(scene.draw(t_steps, 0.0), part, spec.dpi, line)


def _encode(
    scene: Scene,
    film: Film,
    spec: Spec,
    kind: str,
    part: Path,
    line: bytes,
    report: Report,
    cancelled: CancelCheck,
) -> None:
    encoder: Encoder = open_encoder(
        part,
        kind,
        scene.size_px,
        film.fps,
        loop=spec.loop,
        transparent=spec.transparent,
        codec=spec.codec,
        dpi=spec.dpi,
        palette_from=_palette_frames(scene, film, cancelled),
        line=line,
    )
    clock = _Clock(film.frames)
    with encoding(ParallelEncoder(encoder)) as writer:
        for frame, image in _frames(scene, film, range(film.frames), cancelled):
            writer.write(image)
            report(clock.tick(frame + 1), image)


def _frames(scene: Scene, film: Film, frames: range, cancelled: CancelCheck) -> Iterator[tuple[int, QImage]]:
    last = max(film.frames - 1, 1)
    for frame in frames:
        if cancelled():
            raise Cancelled
        yield frame, scene.draw(film.t_steps(frame), frame / last)


def _palette_frames(scene: Scene, film: Film, cancelled: CancelCheck) -> Iterator[QImage]:
    """Frames spread over the whole film, its first and its last among them."""
    stride = max((film.frames - 1) // (PALETTE_FRAMES - 1), 1)
    for _, image in _frames(scene, film, range(film.frames - 1, -1, -stride), cancelled):
        yield image


class _Clock:
    """Measures the speed over the last frames."""

    def __init__(self, frames: int) -> None:
        self._frames = frames
        self._times = [time.monotonic()]

    def tick(self, frame: int) -> Progress:
        self._times = [*self._times[-_SPEED_OVER:], time.monotonic()]
        spent = max(self._times[-1] - self._times[0], 1e-9)
        fps = (len(self._times) - 1) / spent
        return Progress(frame, self._frames, fps, (self._frames - frame) / fps)
