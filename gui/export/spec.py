"""What is to be exported and how: one frozen value, checked once. Any thread; no Qt."""

import re
from pathlib import Path
from typing import Final, Literal, get_args

from msgspec import Struct

from engine.base.i18n import Language, message
from gui.export.errors import ExportError

View = Literal["surface", "contour", "prediction", "fit", "network", "curves"]
Card = Literal["formula", "step", "curve", "caption"]
Carry = Literal["all", "no-table", "nothing"]
CameraPath = Literal["still", "orbit", "views"]
VIEWS: Final[tuple[View, ...]] = get_args(View)
CARDS: Final[tuple[Card, ...]] = get_args(Card)
IN_SPACE: Final[frozenset[View]] = frozenset({"surface", "prediction"})  # seen by the camera
BOTH: Final[tuple[View, ...]] = ("surface", "contour")
TRAINING: Final[tuple[View, ...]] = ("surface", "fit", "network", "curves")

FILMS: Final = frozenset({"mp4", "webm", "gif", "webp"})
PICTURES: Final = frozenset({"png", "svg", "pdf"})
WEIGHTS: Final = frozenset({"safetensors", "npz"})
SCRIPTS: Final[dict[str, Literal["numpy", "torch"]]] = {"py": "numpy", "torch.py": "torch"}
NUMBERS: Final = frozenset({"csv", "tex", "tikz", "nabla", *SCRIPTS}) | WEIGHTS
FORMATS: Final = FILMS | PICTURES | NUMBERS
SEE_THROUGH: Final = frozenset({"png", "svg", "pdf", "webp", "webm"})  # keep a transparent background

SMALLEST_PX: Final = 16
LARGEST_FILM_PX: Final = 8192
LARGEST_PICTURE_PX: Final = 16384
LONGEST_S: Final = 3600.0
FILM_SECONDS: Final = (4.0, 20.0)  # of a film whose length was not asked for
FILM_STEPS_PER_S: Final = 10.0

_PATTERN: Final = re.compile(r"[^%]*%0?[1-9]?d[^%]*")


class Spec(Struct, frozen=True, kw_only=True):
    """One export.

    Attributes:
        size_px: width and height; None is the format's own default.
        fps: frames a second. seconds: length of the whole film with its holds; None follows `speed`.
        speed: optimizer steps a second; None chooses it so that the film is 4 to 20 s long.
        hold_first_s, hold_last_s: how long the first and the last frame stand; None is a share of the film.
        loop: whether a GIF or WebP starts anew.
        views: what is drawn, in this order; () is what suits the lab. cards: what is shown beside the views;
            None is what suits these.
        theme: the colours; transparent: no background (of PNG, SVG, PDF, WebP and VP9).
        camera: the path of the eye on the surface.
        run: the index of the run whose step is worked out, whose arrows are drawn and whose network is.
        row: of the table, from 0, whose way through the network is shown.
        output: of a model of several, from 0, which of them the prediction shows.
        at_steps: the playhead of a still picture; None is the end of the runs.
        dpi: written into PNG, SVG and PDF, dots an inch.
        codec: of WebM, "vp9" or "av1".
        carry: what of the lab goes into the file of a picture or film, so that it reopens.
    """

    size_px: tuple[int, int] | None = None
    fps: float = 30.0
    seconds: float | None = None
    speed: float | None = None
    hold_first_s: float | None = None
    hold_last_s: float | None = None
    loop: bool = True
    views: tuple[View, ...] = ()
    cards: tuple[Card, ...] | None = None
    language: Language = "en"
    theme: Literal["light", "dark"] = "dark"
    transparent: bool = False
    camera: CameraPath = "still"
    run: int = 0
    row: int = 0
    output: int = 0
    at_steps: float | None = None
    dpi: float = 144.0
    codec: Literal["vp9", "av1"] = "vp9"
    carry: Carry = "all"


def usual_theme(kind: str, *, transparent: bool) -> Literal["light", "dark"]:
    """The look of a format: what goes on paper, or on the ground of somebody else's page, is light."""
    return "light" if transparent or kind in ("pdf", "svg") else "dark"


def format_of(path: Path) -> str:
    """The format a file name asks for.

    Raises:
        ExportError: none that is known.
    """
    name = path.name.lower()
    suffix = name.rsplit(".", 1)[-1] if "." in name else ""
    if name.endswith(".tikz.tex"):
        return "tikz"
    if name.endswith(".torch.py"):
        return "torch.py"
    if suffix not in FORMATS:
        raise ExportError(
            message(
                "Cannot tell the format from {name}: end the name in one of {formats}.",
                name=path.name,
                formats=", ".join("." + known for known in sorted(FORMATS)),
            )
        )
    return suffix


def is_sequence(path: Path) -> bool:
    """Whether the name is a pattern for a sequence of numbered pictures: frame-%04d.png."""
    return path.suffix.lower() == ".png" and "%" in path.name


def is_film(path: Path) -> bool:
    return format_of(path) in FILMS or is_sequence(path)


def checked_size(spec: Spec, path: Path) -> tuple[int, int]:
    """The size in pixels that will be drawn: even for H.264 and VP9, which halve the colours.

    Raises:
        ExportError: too small or too large.
    """
    film = is_film(path)
    small = (960, 540) if format_of(path) in ("gif", "webp") else (1920, 1080)
    width, height = spec.size_px or small
    largest = LARGEST_FILM_PX if film else LARGEST_PICTURE_PX
    if min(width, height) < SMALLEST_PX or max(width, height) > largest:
        raise ExportError(
            message(
                "A size of {width}×{height} cannot be exported: each side must be {lo} to {hi} pixels.",
                width=width,
                height=height,
                lo=SMALLEST_PX,
                hi=largest,
            )
        )
    if film and format_of(path) in ("mp4", "webm"):
        return width - width % 2, height - height % 2
    return width, height


def check(spec: Spec, path: Path) -> None:
    """Raise ExportError, with what to do, if `spec` does not fit itself or the format of `path`."""
    checked_size(spec, path)
    if is_sequence(path) and not _PATTERN.fullmatch(path.name):
        raise ExportError(
            message("{name} is no pattern for numbered pictures; write it as frame-%04d.png.", name=path.name)
        )
    if not 1 <= spec.fps <= 120:
        raise ExportError(message("--fps must be 1 to 120 frames a second, not {fps}.", fps=f"{spec.fps:g}"))
    if format_of(path) == "gif" and spec.fps > 50:
        raise ExportError(message("A GIF shows at most 50 frames a second; use --fps 50 or an MP4."))
    if spec.seconds is not None and not 0 < spec.seconds <= LONGEST_S:
        raise ExportError(
            message("--seconds must be more than 0 and at most 3600, not {s}.", s=f"{spec.seconds:g}")
        )
    if spec.speed is not None and not 0 < spec.speed <= 1e6:
        raise ExportError(
            message("--speed must be more than 0 steps a second, not {v}.", v=f"{spec.speed:g}")
        )
    if not 10 <= spec.dpi <= 2400:
        raise ExportError(message("--dpi must be 10 to 2400, not {dpi}.", dpi=f"{spec.dpi:g}"))
    if spec.at_steps is not None and not 0 <= spec.at_steps < float("inf"):
        raise ExportError(message("--at must be a step, 0 or more, not {v}.", v=f"{spec.at_steps:g}"))
    for hold in (spec.hold_first_s, spec.hold_last_s):
        if hold is not None and not 0 <= hold <= LONGEST_S:
            raise ExportError(message("A hold must be 0 to 3600 seconds, not {s}.", s=f"{hold:g}"))
    kind = format_of(path)
    if spec.transparent and (kind not in SEE_THROUGH or (kind == "webm" and spec.codec != "vp9")):
        raise ExportError(
            message("{format} has no transparency; use PNG, WebP or WebM (VP9).", format=kind.upper())
        )
