"""The training of a network as a script, in NumPy or in PyTorch. Pure; any thread; numpy only."""

from typing import Literal

from engine.base.i18n import Language, Message
from engine.solving.solution import Solution
from engine.writers.network_script import to_numpy
from engine.writers.torch_script import to_torch
from engine.writers.training_source import trained


def training_script(
    solution: Solution, library: Literal["numpy", "torch"], language: Language = "en"
) -> str | Message:
    """The script; or the sentence that says why it would be too much. `language`: of the lab's title."""
    found = trained(solution)
    if isinstance(found, Message):
        return found
    return to_numpy(found, language) if library == "numpy" else to_torch(found, language)
