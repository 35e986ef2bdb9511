"""What a person should know of a function before pressing play, in sentences.

Runs on the engine thread; numpy only.
"""

from engine.i18n import Message, message
from engine.optimizers.transform import Function
from engine.solution import CriticalPoint, Family, Setup


def diagnose(
    function: Function,
    setup: Setup,
    points: tuple[CriticalPoint, ...],
    families: tuple[Family, ...],
) -> tuple[Message, ...]:
    """Sentences about the landscape: its minima, or why it has none."""
    if not points and not families:
        return (message("No critical point lies in the drawn range."),)
    return ()
