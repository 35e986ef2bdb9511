"""The methods of engine.optimizers as the window lists them. GUI thread."""

from collections.abc import Sequence
from typing import Any

import msgspec

from engine.descent.run import Run
from engine.optimizers import GROUPS, SCHEDULES, Method, Racer, Schedule, fields_of, naming
from gui.i18n import language, tr

Options = list[tuple[object, str]]


def method_groups() -> list[tuple[str, list[tuple[object, str, str]]]]:
    """The methods by kind, each with what it does."""
    return [
        (tr(heading), [(method, tr(method.title), tr(method.summary)) for method in methods])
        for heading, methods in GROUPS
    ]


def schedule_options() -> Options:
    return [(schedule, tr(schedule.title)) for schedule in SCHEDULES.values()]


def racer_title(racer: Racer) -> str:
    """The name the user gave, else the method with its learning rate."""
    return naming.racer_title(racer, language())


def short_title(racer: Racer) -> str:
    """The same for a narrow place: "adam 0.1"."""
    return naming.short_title(racer, language())


def numbered(runs: Sequence[Run]) -> bool:
    """Whether the runs begin at more starts than one, and so are called by their start too."""
    return bool(runs) and runs[-1].start_index > 0


def run_title(run: Run, *, numbered: bool) -> str:
    """Whose run it is, and from which start."""
    start = tr("start {number}", number=run.start_index + 1)
    return f"{racer_title(run.racer)} · {start}" if numbered else racer_title(run.racer)


def short_run_title(run: Run, *, numbered: bool) -> str:
    """The same in a narrow place: "adam 0.1 · 2"."""
    title = short_title(run.racer)
    return f"{title} · {run.start_index + 1}" if numbered else title


def settings_as(method: type[Method], old: Method) -> Any:
    """The default settings of `method`, with the learning rate of `old` where both have one."""
    new = method()
    rate = getattr(old, "lr", None)
    if rate is not None and any(spec.name == "lr" for spec in fields_of(method)):
        new = msgspec.structs.replace(new, lr=rate)
    return new


def schedule_as(schedule: type[Schedule], steps: int) -> Schedule:
    """The default settings of `schedule`, its length in steps fitted to a run of `steps`."""
    new = schedule()
    names = {spec.name for spec in fields_of(schedule)}
    return msgspec.structs.replace(new, steps=max(steps, 1)) if "steps" in names else new
