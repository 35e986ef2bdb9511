"""The one error of the formula language, and the bounds that keep hostile input cheap."""

from typing import Final

from engine.base.i18n import Message, quoting

MAX_CHARACTERS: Final = 10_000
MAX_TOKENS: Final = 3000
MAX_DEPTH: Final = 50
MAX_LEVELS: Final = 3 * MAX_DEPTH  # of the tree: a bracket may take several
MAX_DIGITS: Final = 40
MAX_EXPONENT: Final = 1000
MAX_FACTORIAL: Final = 170
MAX_TERMS: Final = 200
MAX_NODES: Final = 6000


class FormulaError(Exception):
    """What is wrong with a formula, where, and what to do.

    Attributes:
        message: what is wrong. span: the (from, to) characters of the text. hint: what to do, if known.
    """

    def __init__(self, message: Message, span: tuple[int, int], hint: Message | None = None) -> None:
        self.message = quoting(message)
        super().__init__(self.message.render())
        self.span = (min(span), max(span))  # "root {3} of {x}" is not read in the order it is written
        self.hint = hint
