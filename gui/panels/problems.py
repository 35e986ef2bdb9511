"""What is wrong with a field, as the engine found it, to be shown beside the field. GUI thread."""

from engine.document.setup import Problem
from engine.solving.solution import Solution
from gui.i18n import tr


def problem_text(solution: Solution | None, place: str) -> str:
    """The first problem of exactly this `place` with its hint; "" where there is none."""
    for problem in solution.problems if solution else ():
        if problem.place == place:
            return sentence_of(problem)
    return ""


def sentence_of(problem: Problem) -> str:
    """The problem and its hint, apart by a full stop."""
    text = tr(problem.message)
    if not problem.hint:
        return text
    return f"{text if text.endswith(('.', '?', '!', '…')) else text + '.'} {tr(problem.hint)}"
