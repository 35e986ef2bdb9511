"""What a racer is called in a sentence, in a legend or on a card: the same words in the window and in a film.

Any thread; no Qt.
"""

from engine.i18n import Language, translate
from engine.levels import format_tick
from engine.optimizers.catalogue import Racer


def racer_title(racer: Racer, language: Language) -> str:
    """The name the user gave, else the method with its learning rate.

    >>> from engine.optimizers import parse_spec
    >>> racer_title(parse_spec("adam(lr=0.01)"), "en")
    'Adam, η = 0.01'
    """
    if racer.name:
        return racer.name
    rate = getattr(racer.optimizer, "lr", None)
    title = racer.optimizer.title.render(language)
    if rate is not None:
        title = f"{title}, η = {format_tick(rate, 4)}"
    if not racer.legs:
        return title
    return translate("{title}, from step {step}", language, title=title, step=first_step(racer))


def first_step(racer: Racer) -> int:
    """Where the racer's own rule takes over from those it was forked from."""
    return sum(leg.steps for leg in racer.legs)
