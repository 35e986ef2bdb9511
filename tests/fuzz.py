"""`make fuzz`: formulas and labs that nobody would write. Each gets an answer or a refusal, and soon.

`python -m tests.fuzz [--minutes M] [--seed S]`: 30,000 formulas and 10,000 labs, or as many as fit. What
takes a stage down counts as a failure too, though the others answer.
"""

import argparse
import json
import logging
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.base.i18n import MOST_QUOTED, Message
from engine.base.paths import EXAMPLES
from engine.document.lab import Lab
from engine.document.labfile import LabFileError, decode
from engine.solving.stages import Solver, report_request
from engine.writers.json_report import report
from gui.argument_error import ArgumentError
from gui.labargs import lab_from_json, read_request
from tests.engine.formula.fuzz import SEEDS, make

FORMULAS: Final = 30_000
LABS: Final = 10_000
LIMIT_S: Final = 5.0  # of computing time, here and in the child
STEPS: Final = 100  # of a run: a descent takes as long as it is asked to
SLOWEST: Final = 10
SPECIAL: Final = (
    "beta(x, ", "gamma(", "polygamma(2, ", "erf(", "binom(y, ", "x^(", "1/(", "sqrt(", "ln(", "|",
)  # fmt: skip
ODD: Final = (
    None, True, -1, 0, 1e308, 5e-324, -1e9, "", "x", "<b>&", "한", "a" * 500, [], {}, [[1, 2], [3]], "1/0",
)  # fmt: skip


def formula(rng: random.Random) -> str:
    """As of the parser's fuzz, or functions in functions, or a quotient that is 0/0 somewhere."""
    kind = rng.randrange(3)
    if kind == 0:
        return make(rng)
    text = rng.choice((*SEEDS, "x", "y", "x+y", "x-y", "x y"))
    for _ in range(rng.randint(0, 4)):
        outer = rng.choice(SPECIAL)
        text = f"|{text}|" if outer == "|" else f"{outer}{text})"
    if kind == 2:
        text = f"({text}) {rng.choice('+-*/')} ({rng.choice((*SEEDS, 'x', 'y', text))})"
    return text


def mutated(value: Any, rng: random.Random) -> Any:
    """A value of JSON with one place of it changed."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = rng.choice(sorted(value))
        if rng.random() < 0.1:
            return {k: v for k, v in value.items() if k != key}
        if rng.random() < 0.1:
            return {**value, str(rng.choice(ODD)): rng.choice(ODD)}
        return {**value, key: mutated(value[key], rng)}
    if isinstance(value, list) and value and rng.random() < 0.8:
        place = rng.randrange(len(value))
        return [*value[:place], mutated(value[place], rng), *value[place + (rng.random() < 0.9) :]]
    if isinstance(value, (int, float)) and rng.random() < 0.7:
        return rng.choice((value * 1e3, -value, value + 1, value / 7, 0))
    if isinstance(value, str) and rng.random() < 0.5:
        return formula(rng)
    return rng.choice(ODD)


class Solved:
    """What answers, how long it takes, and what went wrong meanwhile."""

    def __init__(self) -> None:
        self.solver = Solver()
        self.failed: list[str] = []
        self.slow: list[tuple[float, str]] = []
        self.counts = {"answered": 0, "refused": 0}
        handler = logging.Handler()
        handler.emit = self._note  # type: ignore[method-assign]
        logging.getLogger("engine").addHandler(handler)
        logging.getLogger("engine").setLevel(logging.INFO)

    def _note(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.failed.append("".join(traceback.format_exception(*record.exc_info)))

    def answer(self, lab: Lab) -> None:
        """Raises for anything but an answer."""
        lab = replace(lab, steps=min(lab.steps, STEPS), evaluations=min(lab.evaluations or STEPS, STEPS))
        *_, solution = self.solver.solve(report_request(lab))
        fatal = [problem for problem in solution.problems if problem.fatal]
        if fatal:
            raise ArgumentError(fatal[0].message)
        msgspec.json.encode(report(solution))

    def tried(self, what: str, ask: Callable[[], Lab]) -> None:
        """What `ask` comes to; `what` is told of it."""
        begin_s, known = self._computed_s(), len(self.failed)
        try:
            self.answer(ask())
            self.counts["answered"] += 1
        except (ArgumentError, LabFileError) as refusal:
            self.counts["refused"] += 1
            if not is_short(refusal.message):
                self.failed.append(f"quotes too much: {refusal.message.render()}")
        except Exception:
            self.failed.append(traceback.format_exc())
        for number in range(known, len(self.failed)):
            self.failed[number] = f"{what}\n{self.failed[number]}"
        took_s = self._computed_s() - begin_s
        self.slow = sorted([*self.slow, (took_s, what[:300])], reverse=True)[:SLOWEST]

    def _computed_s(self) -> float:
        """Of this process and of the child that is there."""
        stat = Path(f"/proc/{self.solver.deriver.process_id}/stat")
        if not stat.exists():
            return time.process_time()
        fields = stat.read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_short(refusal: Message) -> bool:
    """Whether a refusal quotes no more of what was given than one can read; `detail` is of other programs."""
    return all(
        is_short(value) if isinstance(value, Message) else name == "detail" or len(str(value)) <= MOST_QUOTED
        for name, value in refusal.values.items()
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    minutes, rng = asked.minutes, random.Random(asked.seed)
    options = argparse.Namespace(no_stop=False, missing=None, target=None)
    labs = [json.loads(path.read_bytes()) for path in sorted(EXAMPLES.glob("*.nabla"))]
    solved = Solved()
    begin_s, number = time.monotonic(), 0
    while number < FORMULAS + LABS if minutes is None else time.monotonic() - begin_s < 60 * minutes:
        number += 1
        if number % 4:
            line = json.dumps({"formula": formula(rng), "steps": STEPS}).encode()
            solved.tried(line.decode(), lambda line=line: lab_from_json(read_request(line), options, None))
        else:
            lab = rng.choice(labs)
            for _ in range(rng.randint(1, 4)):
                lab = mutated(lab, rng)
            data = json.dumps(lab).encode()
            solved.tried(data.decode(), lambda data=data: decode(data))
        if number % 1000 == 0:
            print(f"{number}: {solved.counts}, {len(solved.failed)} failed", flush=True)
    solved.solver.close()
    print(f"{number} inputs, {solved.counts}, {len(solved.failed)} failed")
    print(*solved.failed[:SLOWEST], sep="\n")
    late = [(took_s, what) for took_s, what in solved.slow if took_s > LIMIT_S]
    for took_s, what in solved.slow[:SLOWEST]:
        print(f"  {took_s:.1f} s {what[:300]}")
    return 1 if solved.failed or late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
