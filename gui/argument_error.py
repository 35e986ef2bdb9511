"""What is wrong with the command line, and where. Any thread; no Qt."""

from engine.base.i18n import Message


class ArgumentError(Exception):
    """A bad option, formula, lab or table: exit code 2.

    Attributes:
        text, span: what the caret under the place is drawn for, if it is a place in a text.
        in_formula: the text is the formula.
    """

    def __init__(
        self,
        reason: Message,
        *,
        text: str | None = None,
        span: tuple[int, int] | None = None,
        hint: Message | None = None,
        in_formula: bool = False,
    ) -> None:
        super().__init__(reason.render())
        self.message = reason
        self.text = text
        self.span = span
        self.hint = hint
        self.in_formula = in_formula
