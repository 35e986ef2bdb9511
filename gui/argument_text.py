"""The text of one option → the names and numbers in it. Any thread; loads neither Qt nor GL."""

import math

from engine.base.i18n import message
from gui.argument_error import ArgumentError


def assignment(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise ArgumentError(message("“{text}” is not of the form NAME=VALUE.", text=text))
    return name.strip(), number("--set", value)


def axis(text: str) -> tuple[str, float, float]:
    name, equals, ends = text.partition("=")
    lo, colon, hi = ends.partition(":")
    if not equals or not colon or not name.strip():
        raise ArgumentError(message("“{text}” is not of the form NAME=LO:HI.", text=text))
    return name.strip(), number("--var", lo), number("--var", hi)


def numbers(option: str, text: str) -> list[float]:
    return [number(option, part) for part in text.split(",")]


def number(option: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ArgumentError(
            message("{option}: “{text}” is not a number.", option=option, text=text.strip()[:80])
        )
    return value


def whole(option: str, text: str, most: int, least: int = 0) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not least <= value <= most:
        raise ArgumentError(
            message(
                "{option}: “{text}” is not a whole number from {least} to {most}.",
                option=option,
                text=text[:80],
                least=least,
                most=most,
            )
        )
    return value
