"""How large a file will be and how long it takes, before it is made. Any thread; no Qt."""

from typing import Final

from gui.export.spec import Spec

# Bytes a pixel and frame of a film with a still camera, measured on the examples; an orbit changes far more.
_STILL_CAMERA: Final = {"mp4": 0.0045, "webm": 0.003, "gif": 0.012, "webp": 0.02, "frames": 0.18}
_MOVING_CAMERA: Final = {"mp4": 0.02, "webm": 0.012, "gif": 0.12, "webp": 0.07, "frames": 0.22}
_PICTURE: Final = {"png": 0.2, "svg": 0.6, "pdf": 0.25}
# Seconds a million pixels that encoding takes beyond drawing, on the second core.
_ENCODING: Final = {"mp4": 0.008, "webm": 0.03, "gif": 0.05, "webp": 0.12, "frames": 0.12}


def estimated_bytes(kind: str, size_px: tuple[int, int], frames: int, spec: Spec) -> int:
    """About how large the file will be."""
    pixels = size_px[0] * size_px[1]
    if kind in _PICTURE:
        return round(_PICTURE[kind] * pixels)
    a_frame = (_STILL_CAMERA if spec.camera == "still" else _MOVING_CAMERA)[kind]
    return round(a_frame * pixels * frames)


def estimated_seconds(kind: str, size_px: tuple[int, int], frames: int, drawing_s: float) -> float:
    """About how long the export takes, where drawing a million pixels takes `drawing_s`."""
    million = size_px[0] * size_px[1] / 1e6
    return 1.5 + 0.5 * million + frames * million * max(drawing_s, _ENCODING.get(kind, 0.0))


def size_text(size: int) -> str:
    """A size of a file in the unit that suits it.

    >>> size_text(900), size_text(45_300), size_text(3_640_000)
    ('1 kB', '45 kB', '3.6 MB')
    """
    if size < 1_000_000:
        return f"{max(round(size / 1000), 1)} kB"
    return f"{size / 1e6:.1f} MB" if size < 100e6 else f"{size / 1e6:.0f} MB"
