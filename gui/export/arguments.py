"""The options of `export` on the command line, and the Spec that they ask for. Any thread; no Qt."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from engine.base.i18n import Message, languages, message
from gui.export.errors import ExportError
from gui.export.spec import BOTH, CARDS, VIEWS, Spec, usual_theme


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `export`; values are judged by `spec_from`, so that every message is ours."""
    add = parser.add_argument
    add(
        "-o", "--output", required=True, metavar="OUT", help="the file to write, or a folder for several labs"
    )
    add("--force", action="store_true", help="replace a file that is there already")
    add("--format", metavar="EXT", help="the format of files in a folder; mp4 unless given")
    add("--size", metavar="WxH", help="in pixels: 1920x1080, or 720p, 1080p, 1440p, 4k, square, portrait")
    add("--fps", metavar="N", help="frames a second; 30 unless given")
    add("--seconds", metavar="S", help="length of the film")
    add("--speed", metavar="N", help="optimizer steps a second, in place of --seconds")
    add(
        "--hold",
        metavar="S[,S]",
        help="how long the first and the last frame stand still; an empty one is chosen for you",
    )
    add("--no-loop", action="store_true", help="a GIF or WebP plays once")
    add(
        "--view",
        metavar="LIST",
        help="what is drawn: of surface, contour, prediction, fit, network, curves, with commas; or both, "
        "which is surface,contour",
    )
    add("--cards", metavar="LIST", help="of formula, step, curve, caption; or none")
    add("--lang", choices=tuple(languages()), default="en", help="the language of the texts")
    add(
        "--theme",
        choices=("light", "dark"),
        help="the look of the pictures; light for paper (PDF, SVG) and without a background, else dark",
    )
    add("--transparent", action="store_true", help="no background (PNG, SVG, PDF, WebP, WebM)")
    add("--camera", choices=("still", "orbit", "views"), default="still", help="the path of the camera")
    add("--run", metavar="N", default="1", help="which run's steps are worked out; the first unless given")
    add("--row", metavar="N", default="1", help="which row of the table goes through the drawn network")
    add("--predicted", metavar="N", default="1", help="which of several outputs the prediction shows")
    add("--at", metavar="STEP", help="which step a picture shows; the last unless given")
    add("--dpi", metavar="N", help="dots an inch of a picture; 144 unless given")
    add("--codec", choices=("vp9", "av1"), default="vp9", help="of WebM")
    add("--no-lab", action="store_true", help="the file does not carry its lab, to be opened again")
    add("--no-data", action="store_true", help="the lab that it carries is without its table")
    add("--jobs", metavar="N", default="1", help="how many labs are exported at once")
    add("--progress", choices=("auto", "json", "none"), default="auto", help=argparse.SUPPRESS)
    add("--preview-file", metavar="FILE", help=argparse.SUPPRESS)


SIZES: Final = {
    "720p": (1280, 720),
    "1080p": (1920, 1080),
    "1440p": (2560, 1440),
    "4k": (3840, 2160),
    "square": (1080, 1080),
    "portrait": (1080, 1920),
}


def spec_from(options: argparse.Namespace) -> Spec:
    """The Spec of the options.

    Raises:
        ExportError: a value that cannot be read.
    """
    first, last = _hold(options.hold)
    kind = options.format or Path(options.output).suffix[1:].lower()
    return Spec(
        size_px=_size(options.size),
        fps=_number("--fps", options.fps, 30.0),
        seconds=_maybe("--seconds", options.seconds),
        speed=_maybe("--speed", options.speed),
        hold_first_s=first,
        hold_last_s=last,
        loop=not options.no_loop,
        views=_views(options.view),
        cards=_cards(options.cards),
        language=options.lang,
        theme=options.theme or usual_theme(kind, transparent=options.transparent),
        transparent=options.transparent,
        camera=options.camera,
        run=_numbered("--run", message("a run"), options.run),
        row=_numbered("--row", message("a row"), options.row),
        output=_numbered("--predicted", message("an output"), options.predicted),
        at_steps=_maybe("--at", options.at),
        dpi=_number("--dpi", options.dpi, 144.0),
        codec=options.codec,
        carry="nothing" if options.no_lab else "no-table" if options.no_data else "all",
    )


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    if text.lower() in SIZES:
        return SIZES[text.lower()]
    width, _, height = text.lower().replace("×", "x").partition("x")
    if not (width.strip().isdecimal() and height.strip().isdecimal()) or len(text) > 24:
        raise ExportError(message("--size: “{given}” is not a size; write it as 1920x1080.", given=text[:40]))
    return int(width), int(height)


def _number(option: str, text: str | None, default: float) -> float:
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value:
        raise ExportError(message("{option}: “{given}” is not a number.", option=option, given=text[:40]))
    return value


def _maybe(option: str, text: str | None) -> float | None:
    return None if text is None else _number(option, text, 0.0)


def _numbered(option: str, what: Message, text: str) -> int:
    """The index of a run, a row or an output, of which the first is 1."""
    if not text.isdecimal() or not 1 <= int(text[:8]) <= 10_000_000:
        raise ExportError(
            message("{option} must be the number of {what}, 1 or more.", option=option, what=what)
        )
    return int(text[:8]) - 1


def _hold(text: str | None) -> tuple[float | None, float | None]:
    if text is None:
        return None, None
    first, comma, last = text.partition(",")
    if not comma:
        last = first
    seconds = [_maybe("--hold", part.strip() or None) for part in (first, last)]
    return seconds[0], seconds[1]


def _views(text: str | None) -> tuple[Any, ...]:
    if text is None:
        return ()
    return BOTH if text.strip() == "both" else _named("--view", text, VIEWS)


def _cards(text: str | None) -> tuple[Any, ...] | None:
    if text is None:
        return None
    if text.strip() in ("", "none"):
        return ()
    named = _named("--cards", text, CARDS)
    return tuple(card for card in CARDS if card in named)


def _named(option: str, text: str, names: Sequence[str]) -> tuple[str, ...]:
    """The words of a list with commas, each once, in its order.

    Raises:
        ExportError: one of them is not in `names`.
    """
    named = [name.strip() for name in text.split(",")]
    for name in named:
        if name not in names:
            raise ExportError(
                message(
                    "{option}: “{name}” is not one of {names}.",
                    option=option,
                    name=name[:40],
                    names=", ".join(names),
                )
            )
    return tuple(dict.fromkeys(named))
