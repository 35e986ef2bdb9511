"""What a racer is called in a sentence, in a legend or on a card: the same words in the window and in a film.

Any thread; no Qt.
"""

from typing import Final

from engine.base.i18n import Language, translate
from engine.base.round_numbers import format_tick
from engine.formula.names import is_name, name_text
from engine.optimizers.catalogue import Racer
from engine.optimizers.method import Method, fields_of

MOST_SETTINGS: Final = 2  # that are named besides the rate


def racer_title(racer: Racer, language: Language) -> str:
    """The name the user gave, else the method with its learning rate and what else is not as by default.

    >>> from engine.optimizers import parse_spec
    >>> racer_title(parse_spec("adam(lr=0.01)"), "en")
    'Adam, η = 0.01'
    >>> racer_title(parse_spec("gd(lr=0.05, momentum=0.9, nesterov=true)"), "en")
    'Gradient descent, η = 0.05, μ = 0.9, nesterov'
    """
    if racer.name:
        return racer.name
    rate = getattr(racer.optimizer, "lr", None)
    title = racer.optimizer.title.render(language)
    if rate is not None:
        title = f"{title}, η = {format_tick(rate, 4)}"
    title = ", ".join((title, *_set_apart(racer.optimizer)[:MOST_SETTINGS]))
    if not racer.legs:
        return title
    return translate("{title}, from step {step}", language, title=title, step=first_step(racer))


def _set_apart(optimizer: Method) -> list[str]:
    """The numbers, switches and words, but the rate, that are not the method's defaults."""
    words = []
    for field in fields_of(type(optimizer)):
        value = getattr(optimizer, field.name)
        if field.name == "lr" or value == field.default:
            continue
        letter = field.symbol.removeprefix("\\")
        name = name_text(letter) if is_name(letter) else field.name
        if field.kind in ("float", "int"):
            words.append(f"{name} = {format_tick(value, 4)}")
        elif field.kind == "bool":
            words.append(name if value else f"{name} = false")
        elif field.kind == "choice":
            words.append(value)
    return words


def first_step(racer: Racer) -> int:
    """Where the racer's own rule takes over from those it was forked from."""
    return sum(leg.steps for leg in racer.legs)
