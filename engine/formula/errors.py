"""The one error of the formula language."""

from engine.i18n import Message


class FormulaError(Exception):
    """What is wrong with a formula, where, and what to do.

    Attributes:
        message: what is wrong. span: the (from, to) characters of the text. hint: what to do, if known.
    """

    def __init__(self, message: Message, span: tuple[int, int], hint: Message | None = None) -> None:
        super().__init__(message.render())
        self.message = message
        self.span = span
        self.hint = hint
