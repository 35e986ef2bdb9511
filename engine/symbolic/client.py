"""Deriver: the engine's end of the symbolic child process. Spawns it, waits with a deadline, kills, respawns.

For one thread at a time (the engine thread); `cancelled` may look at what other threads set. A reader thread
of its own takes the answers off the pipe, so that waiting never blocks for long. No sympy here.
"""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Self

import msgspec

from engine.base.cancellation import Cancelled
from engine.base.i18n import Message, message
from engine.base.paths import ROOT
from engine.formula import Formula
from engine.formula.ast import without_spans
from engine.symbolic import protocol
from engine.symbolic.derivation import Derivation

DEADLINE_S: Final = 8.0
STARTING_S: Final = 30.0
CACHED: Final = 256
SERVER_FLAG: Final = "--symbolic-server"
_POLL_S: Final = 0.01


class SymbolicError(Exception):
    """The derivatives could not be had: out of time, too large, or the child broke down twice."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.render())
        self.message = text


def child_command() -> list[str]:
    """How to start the child: by module, or in a frozen bundle by the program's own hidden flag."""
    if getattr(sys, "frozen", False):
        return [sys.executable, SERVER_FLAG]
    return [sys.executable, "-m", "engine.symbolic.server"]


class _Child:
    """One process and the thread that reads from it."""

    def __init__(self) -> None:
        hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self.process = subprocess.Popen(  # our own program
            child_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            creationflags=hidden,
        )
        self.answers: queue.SimpleQueue[protocol.Answer | None] = queue.SimpleQueue()
        self.ready = False
        self.reader = threading.Thread(target=self._read, name="symbolic-answers", daemon=True)
        self.reader.start()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while (payload := protocol.read_frame(stream)) is not None:  # type: ignore[arg-type]
                self.answers.put(protocol.decode_answer(payload))
        except (OSError, ValueError, protocol.ProtocolError, msgspec.MsgspecError):
            pass
        self.answers.put(None)

    def send(self, job: protocol.Job) -> None:
        assert self.process.stdin is not None
        protocol.write_frame(self.process.stdin, protocol.encode(job))  # type: ignore[arg-type]

    def stop(self) -> None:
        """Kill it and clean up; returns when it is gone."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue


class Deriver:
    """Derivations on demand.

    Args:
        deadline_s: how long one formula may take. simplify_s: how much of it goes into shorter forms.
    """

    def __init__(self, *, deadline_s: float = DEADLINE_S, simplify_s: float = 1.0) -> None:
        self.deadline_s = deadline_s
        self.simplify_s = simplify_s
        self._child: _Child | None = None
        self._number = 0
        self._busy = False
        self._cache: OrderedDict[object, Derivation] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the child; None while there is none."""
        return self._child.process.pid if self._child is not None else None

    @property
    def busy(self) -> bool:
        """Whether the child is at work on a formula."""
        return self._busy

    def warm_up(self) -> None:
        """Start the child now, without waiting for it."""
        if self._child is not None and self._child.process.poll() is not None:
            self._drop()
        if self._child is None:
            self._child = _Child()

    def close(self) -> None:
        """Stop the child. The Deriver may be used again, and then starts another."""
        self._drop()

    def derive(self, formula: Formula, *, cancelled: Callable[[], bool] = lambda: False) -> Derivation:
        """The exact derivatives of `formula`.

        Args:
            cancelled: asked about every 10 ms; once it is true, the work is given up.

        Raises:
            SymbolicError: out of time, too large, or the child broke down twice.
            Cancelled: `cancelled` became true; the child was killed if it was busy.
        """
        shown = without_spans(formula.ast)
        key = (shown, formula.variables, formula.columns)
        known = self._cache.get(key)
        if known is not None:
            self._cache.move_to_end(key)
            return known
        for attempt in (1, 2):
            answer = self._ask(formula, cancelled)
            if answer is not None:
                break
            self._drop()
            if attempt == 2:
                raise SymbolicError(message("The derivatives of this formula are too large"))
        assert answer is not None
        if answer.derivation is None:
            raise SymbolicError(answer.failure or message("The derivatives of this formula are too large"))
        self._cache[key] = answer.derivation
        if len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return answer.derivation

    def _ask(self, formula: Formula, cancelled: Callable[[], bool]) -> protocol.Answer | None:
        """The child's answer; None if it broke down."""
        self.warm_up()
        child = self._child
        assert child is not None
        if not child.ready:
            starting = self._wait(child, 0, STARTING_S, cancelled)
            if starting is None:
                return None
            child.ready = True
        self._number += 1
        job = protocol.Job(
            self._number,
            without_spans(formula.expanded),
            without_spans(formula.ast),
            formula.variables,
            formula.columns,
            self.simplify_s,
        )
        try:
            child.send(job)
        except OSError:
            return None
        self._busy = True
        try:
            return self._wait(child, self._number, self.deadline_s, cancelled)
        finally:
            self._busy = False

    def _wait(
        self, child: _Child, number: int, limit_s: float, cancelled: Callable[[], bool]
    ) -> protocol.Answer | None:
        deadline = time.monotonic() + limit_s
        while True:
            if cancelled():
                if self._busy:
                    self._drop()
                raise Cancelled
            left = deadline - time.monotonic()
            if left <= 0:
                self._drop()
                raise SymbolicError(message("Finding the derivatives takes too long; simplify the formula"))
            try:
                answer = child.answers.get(timeout=min(_POLL_S, left))
            except queue.Empty:
                continue
            if answer is None or answer.number == number:
                return answer

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.stop()
