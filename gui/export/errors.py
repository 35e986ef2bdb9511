"""What can go wrong with an export, as a sentence and an exit code. Any thread; no Qt."""

from engine.base.i18n import Message, message
from gui.exit_codes import EXIT_BAD_INPUT, EXIT_CANNOT_RENDER


class ExportError(Exception):
    """An export that cannot be done as asked.

    Attributes:
        message: what is wrong and what to do. code: the exit code of the command line.
    """

    def __init__(self, text: Message, code: int = EXIT_BAD_INPUT) -> None:
        super().__init__(text.render())
        self.message = text
        self.code = code


class CannotRender(ExportError):
    """No way to draw on this machine. reasons: one line for each way that was tried."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(
            message(
                "Nablascope cannot draw on this machine: no OpenGL 3.3 context could be made "
                "({reasons}). On Debian or Ubuntu: apt install libegl1 libgl1-mesa-dri. "
                "CSV, Python, LaTeX and TikZ files need no drawing and can still be exported.",
                reasons="; ".join(reasons),
            ),
            EXIT_CANNOT_RENDER,
        )
        self.reasons = reasons
