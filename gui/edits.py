"""What an edit of the Lab changed, in a word or two, for Undo and Redo. GUI thread."""

from typing import Final

from engine.base.i18n import Message, message
from engine.document.lab import Lab

# The first of these fields that differs names the edit: choosing a network changes starts, too.
_WORDS: Final[dict[str, Message]] = {
    "formula": message("formula"),
    "network": message("network"),
    "data": message("table"),
    "variables": message("variables"),
    "others": message("variables"),
    "order": message("variables"),
    "racers": message("optimizers"),
    "starts": message("start"),
    "steps": message("budget"),
    "evaluations": message("budget"),
    "stop": message("budget"),
    "seed": message("seed"),
    "loss": message("loss"),
    "training": message("training"),
    "axes": message("axes"),
    "display": message("look of the picture"),
    "slice": message("slice"),
    "views": message("saved views"),
    "panels": message("panels"),
    "title": message("title"),
    "note": message("note"),
}


def edited(before: Lab, after: Lab) -> Message | None:
    """What makes `after` of `before`; None where nothing that has a name."""
    for field, words in _WORDS.items():
        if getattr(before, field) != getattr(after, field):
            return words
    return None
