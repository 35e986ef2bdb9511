"""The methods of engine.optimizers as the window lists them. GUI thread."""

import functools
import typing

import msgspec
from msgspec import Struct

from engine.optimizers import Optimizer, Racer
from engine.optimizers.method import fields_of, tag_of
from gui.i18n import tr
from gui.widgets import show_number


@functools.cache
def methods() -> tuple[type[Struct], ...]:
    """Every method, in the order of the catalogue."""
    return typing.get_args(Optimizer) or (Optimizer,)


def method_title(method: type[Struct]) -> str:
    title = getattr(method, "title", None)
    return tr(title) if title is not None else tag_of(method)


def method_options() -> list[tuple[object, str]]:
    return [(method, method_title(method)) for method in methods()]


def racer_title(racer: Racer) -> str:
    """The name the user gave, else the method with its learning rate."""
    if racer.name:
        return racer.name
    title = method_title(type(racer.optimizer))
    rate = getattr(racer.optimizer, "lr", None)
    return f"{title}, η = {show_number(rate)}" if rate is not None else title


def short_title(racer: Racer) -> str:
    """The name the user gave, else what a narrow column has room for: "adam 0.1"."""
    rate = getattr(racer.optimizer, "lr", None)
    tag = tag_of(type(racer.optimizer))
    return racer.name or (f"{tag} {show_number(rate)}" if rate is not None else tag)


def settings_as(method: type[Struct], old: Struct) -> Struct:
    """The default settings of `method`, with the learning rate of `old` where both have one."""
    names = {spec.name for spec in fields_of(method)}
    new = method()
    if "lr" in names and hasattr(old, "lr"):
        new = msgspec.structs.replace(new, lr=old.lr)
    return new
