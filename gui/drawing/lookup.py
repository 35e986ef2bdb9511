"""Arrays as pictures, by a table of colours. GUI thread, or any other while a QGuiApplication exists."""

import functools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from gui.theme import Theme, mixed, sign_color


def looked_up(
    share: NDArray[np.floating], table: NDArray[np.uint8], hidden: NDArray[np.bool_] | None = None
) -> QImage:
    """The picture of `share`, (ny, nx), in [0, 1], the first row at the bottom.

    Args:
        table: the colours from 0 to 1, (256, 4), RGBA, opaque. hidden: (ny, nx), where it is transparent.
    """
    argb = _argb(share, table)
    if hidden is not None:
        argb[hidden] = 0
    return _picture(argb)


def resampled(values: NDArray[np.floating], shape: tuple[int, int]) -> NDArray[np.float32]:
    """`values`, (ny, nx), the outermost on the edges, at the middles of `shape` dots; linear between."""
    for axis, count in enumerate(shape):
        last = values.shape[axis] - 1
        at = (np.arange(count) + 0.5) / count * last
        first = np.minimum(at.astype(np.intp), max(last - 1, 0))
        part = (at - first).astype(np.float32).reshape((-1, 1) if axis == 0 else (1, -1))
        after = np.minimum(first + 1, last)
        values = np.asarray(
            values.take(first, axis) * (1 - part) + values.take(after, axis) * part, np.float32
        )
    return np.asarray(values, np.float32)


def colored(rgb: NDArray[np.uint8]) -> QImage:
    """The picture of colours, (ny, nx, 3), the first row at the bottom."""
    return _picture(packed(rgb))


def discs(shares: NDArray[np.floating], table: NDArray[np.uint8], size: int) -> list[QImage]:
    """Round pictures of n small maps, (n, m, m), `size` dots wide, smoothed, and transparent around."""
    up = _enlarging(shares.shape[-1], size)
    argb = _argb(up @ shares @ up.T, table)
    # Premultiplied: each of the four bytes times how much of the dot the disc covers.
    parts = argb.view(np.uint8).reshape(*argb.shape, 4)
    parts[...] = (parts * _disc(size)[..., None]).astype(np.uint8)
    return [_picture(each) for each in argb]


@functools.cache
def _enlarging(m: int, size: int) -> NDArray[np.float64]:
    """(size, m): a map times this is as fine as the picture, linear between its samples."""
    at = np.linspace(0.0, m - 1.0, size)
    return np.asarray(np.maximum(1.0 - np.abs(at[:, None] - np.arange(m)), 0.0))


@functools.cache
def _disc(size: int) -> NDArray[np.float64]:
    middle = np.arange(size) + 0.5 - size / 2
    return np.asarray(np.clip(size / 2 - np.hypot(middle[:, None], middle), 0.0, 1.0))


def _argb(share: NDArray[np.floating], table: NDArray[np.uint8]) -> NDArray[np.uint32]:
    rows = np.clip(share * np.float32(255.0) + np.float32(0.5), 0.0, 255.0).astype(np.uint8)
    return np.asarray(packed(table)[rows])


def packed(colors: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Opaque colours, (…, 3 or 4), as 0xAARRGGBB in the machine's own byte order, (…)."""
    r, g, b = (colors[..., k].astype(np.uint32) for k in range(3))
    return np.asarray(np.uint32(0xFF000000) | (r << 16) | (g << 8) | b, dtype=np.uint32)


def _picture(argb: NDArray[np.uint32]) -> QImage:
    argb = np.ascontiguousarray(argb[::-1])  # the first row of a picture is its top
    ny, nx = argb.shape
    return QImage(argb.data, nx, ny, 4 * nx, QImage.Format.Format_ARGB32_Premultiplied).copy()


@functools.cache
def signed_table(theme: Theme, strength: float) -> NDArray[np.uint8]:
    """From the colour below 0 over the card to that above, (256, 4); `strength`: of those at its ends."""
    card = QColor(theme.card)
    shares = np.linspace(-1.0, 1.0, 256)
    colors = [mixed(card, sign_color(share >= 0, theme), abs(float(share)) * strength) for share in shares]
    table = np.array([color.getRgb() for color in colors], dtype=np.uint8)
    table.flags.writeable = False
    return table
