"""What a racer is called in a sentence, in a legend or on a card: the same words in the window and in a film.

Any thread; no Qt.
"""

from typing import Final

from engine.base.i18n import Language, translate
from engine.base.round_numbers import format_tick
from engine.formula.names import is_name, name_text
from engine.optimizers.catalogue import Racer
from engine.optimizers.method import Method, fields_of, tag_of
from engine.optimizers.schedules import Constant

MOST_LETTERS: Final = 24  # of a rule of one's own


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
    return _completed(title, racer, language)


def short_title(racer: Racer, language: Language) -> str:
    """The name the user gave, else what a narrow place has room for, and all that is not as by default.

    >>> from engine.optimizers import parse_spec
    >>> short_title(parse_spec("gd(lr=0.05, momentum=0.9, schedule=cosine, noise=0.1)"), "en")
    'gd 0.05, μ = 0.9, cosine, σ = 0.1'
    """
    if racer.name:
        return racer.name
    rate = getattr(racer.optimizer, "lr", None)
    tag = tag_of(type(racer.optimizer))
    return _completed(f"{tag} {format_tick(rate, 4)}" if rate is not None else tag, racer, language)


def _completed(title: str, racer: Racer, language: Language) -> str:
    """`title` and what may tell the racer from others: settings, schedule, noise, clipping, fork."""
    words = [title, *_set_apart(racer.optimizer)]
    if not isinstance(racer.schedule, Constant):
        words.append(racer.schedule.title.render(language).lower())
    if racer.noise:
        words.append(f"σ = {format_tick(racer.noise, 4)}")
    if racer.clip_norm:
        words.append(f"|g| ≤ {format_tick(racer.clip_norm, 4)}")
    title = ", ".join(words)
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
        elif field.name == "update":  # what a rule of one's own does
            words.append(value if len(value) <= MOST_LETTERS else value[: MOST_LETTERS - 1] + "…")
    return words


def first_step(racer: Racer) -> int:
    """Where the racer's own rule takes over from those it was forked from."""
    return sum(leg.steps for leg in racer.legs)
