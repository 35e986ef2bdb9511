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
from collections.abc import Sequence
from typing import Final, Self

import msgspec

from engine.base.cancellation import CancelCheck, Cancelled, never
from engine.base.i18n import Message, message
from engine.base.paths import ROOT
from engine.formula import Formula, to_latex
from engine.formula.ast import without_spans
from engine.formula.text import to_text
from engine.symbolic import protocol
from engine.symbolic.derivation import Derivation, Entry, Expression, all_entries, expression_of

DEADLINE_S: Final = 8.0
STARTING_S: Final = 30.0
CACHED: Final = 256
SERVER_FLAG: Final = "--symbolic-server"
MOST_QUOTED: Final = 200  # letters of what went wrong
TOO_LARGE: Final = message("The derivatives of this formula are too large")
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
        self.awaited: int | None = 0  # the number of the answer that it owes
        self.ready = False
        self.started = time.monotonic()
        self.sheet: protocol.Sheet | None = None  # the last one sent
        self.reader = threading.Thread(target=self._read, name="symbolic-answers", daemon=True)
        self.reader.start()

    def _read(self) -> None:
        """One answer to each job, and nothing else, however much it says."""
        stream = self.process.stdout
        assert stream is not None
        try:
            while (payload := protocol.read_frame(stream)) is not None:  # type: ignore[arg-type]
                answer = protocol.decode_answer(payload)
                if answer.number != self.awaited:
                    break
                self.awaited = None
                self.answers.put(answer)
        except (OSError, ValueError, RecursionError, protocol.ProtocolError, msgspec.MsgspecError):
            pass
        self.answers.put(None)

    def send(self, job: protocol.Job) -> None:
        assert self.process.stdin is not None
        self.awaited = job.number
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


def _understood(answer: protocol.Answer, sheet: protocol.Sheet) -> Expression | Message | None:
    """The derivative, typeset here, or why there is none; None where the answer is not one of our child."""
    if answer.tree is None:
        if not answer.failure:
            return TOO_LARGE
        reason = "".join(filter(str.isprintable, answer.failure[:MOST_QUOTED]))
        return message("The derivatives could not be found: {reason}", reason=reason)
    try:
        protocol.check(answer.tree, sheet)
        return expression_of(answer.tree)
    except (protocol.ProtocolError, RecursionError, ValueError, LookupError):
        return None


class Late(Exception):
    """A derivative is not there yet; the child is still at work on it."""


class _Page:
    """A formula, its derivatives that are known, and why others cannot be had."""

    def __init__(self, sheet: protocol.Sheet) -> None:
        self.sheet = sheet
        self.written: dict[Entry, Expression] = {}
        self.failures: dict[Entry, Message] = {}
        self.derivation: Derivation | None = None  # with all that is written


class _Job:
    """A derivative the child was asked for. number: of the message, 0 before it was sent."""

    def __init__(self, page: _Page, entry: Entry) -> None:
        self.wanted = (page, entry)
        self.number = 0
        self.deadline = 0.0
        self.attempts = 0


class Deriver:
    """Derivatives on demand.

    Args:
        deadline_s: how long one derivative may take. simplify_s: how much of it goes into a shorter form.
    """

    def __init__(self, *, deadline_s: float = DEADLINE_S, simplify_s: float = 1.0) -> None:
        self.deadline_s = deadline_s
        self.simplify_s = simplify_s
        self._child: _Child | None = None
        self._number = 0
        self._busy = False
        self._waiting: _Job | None = None
        self._pages: OrderedDict[object, _Page] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def process_id(self) -> int | None:
        """Of the child; None while there is none."""
        return self._child.process.pid if self._child is not None else None

    @property
    def ready(self) -> bool:
        """Whether there is a child that has started."""
        return self._child is not None and self._child.ready

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

    def derive(
        self,
        formula: Formula,
        entries: Sequence[Entry] | None = None,
        *,
        cancelled: CancelCheck = never,
    ) -> Derivation:
        """The derivatives `entries` of `formula`, all first and second ones unless said.

        Args:
            cancelled: asked about every 10 ms; once it is true, the work is given up.

        Raises:
            SymbolicError: one of them is out of time, too large, or the child broke down twice.
            Cancelled: `cancelled` became true; the child was killed if it was busy.
        """
        wanted = all_entries(len(formula.variables)) if entries is None else tuple(entries)
        self._page(formula).failures.clear()
        for entry in wanted:
            failure = self.write(formula, entry, cancelled=cancelled)
            if failure is not None:
                raise SymbolicError(failure)
        return self.known(formula)

    def known(self, formula: Formula) -> Derivation:
        """The formula with the derivatives that were written by now. Does not wait."""
        page = self._page(formula)
        if page.derivation is None:
            page.derivation = Derivation(
                variables=formula.variables,
                value=Expression(to_text(formula.ast), to_latex(formula.ast)),
                written=dict(page.written),
                columns=formula.columns,
            )
        return page.derivation

    def write(
        self,
        formula: Formula,
        entry: Entry,
        *,
        until: float | None = None,
        cancelled: CancelCheck = never,
    ) -> Message | None:
        """Have one derivative written, so that `known` has it; says why where it cannot be had.

        Args:
            until: of time.monotonic(): then it is left to the child, and the next call goes on waiting.

        Raises:
            Late: it is not there by `until`.
            Cancelled: `cancelled` became true; the child was killed if it was busy.
        """
        page = self._page(formula)
        if self._waiting is not None and self._waiting.wanted != (page, entry):
            self._receive(self._waiting, until, cancelled)
        if entry not in page.written and entry not in page.failures:
            self._receive(self._waiting or _Job(page, entry), until, cancelled)
        return page.failures.get(entry)

    def _send(self, job: _Job, until: float | None, cancelled: CancelCheck) -> None:
        """Hand the job to the child, a new one if need be; `job.number` stays 0 where that failed."""
        self.warm_up()
        child = self._child
        assert child is not None
        if not child.ready:
            started = self._wait(child, 0, child.started + STARTING_S, until, cancelled)
            if started is None:
                return
            child.ready = True
        page, entry = job.wanted
        self._number += 1
        job.deadline = time.monotonic() + self.deadline_s
        sheet = None if child.sheet is page.sheet else page.sheet
        try:
            child.send(protocol.Job(self._number, entry, sheet))
        except OSError:
            return
        child.sheet, job.number, self._busy = page.sheet, self._number, True

    def _receive(self, job: _Job, until: float | None, cancelled: CancelCheck) -> None:
        """Wait for the answer to `job`, of a second child where the first broke down, and note it."""
        page, entry = job.wanted
        found: Expression | Message | None = None
        while found is None:
            self._waiting = job
            try:
                if not job.number:
                    self._send(job, until, cancelled)
                if job.number and self._child is not None:
                    answer = self._wait(self._child, job.number, job.deadline, until, cancelled)
                    found = None if answer is None else _understood(answer, page.sheet)
            except SymbolicError as error:
                found = error.message
            if found is None:
                self._drop()
                job.number, job.attempts = 0, job.attempts + 1
                if job.attempts == 2:
                    found = TOO_LARGE
        self._waiting, self._busy = None, False
        if isinstance(found, Expression):
            page.written[entry], page.derivation = found, None
        else:
            page.failures[entry] = found

    def _page(self, formula: Formula) -> _Page:
        key = (without_spans(formula.ast), formula.variables, formula.columns)
        page = self._pages.get(key)
        if page is None:
            sheet = protocol.Sheet(
                without_spans(formula.expanded), key[0], formula.variables, formula.columns, self.simplify_s
            )
            page = self._pages[key] = _Page(sheet)
            if len(self._pages) > CACHED:
                self._pages.popitem(last=False)
        self._pages.move_to_end(key)
        return page

    def _wait(
        self, child: _Child, number: int, deadline: float, until: float | None, cancelled: CancelCheck
    ) -> protocol.Answer | None:
        """The answer of that number; None if the child broke down.

        Raises:
            SymbolicError: it is not there by `deadline`; the child is gone. Late: nor by `until`.
        """
        while True:
            if cancelled():
                if self._busy:
                    self._drop()
                raise Cancelled
            now = time.monotonic()
            if now >= deadline:
                self._drop()
                raise SymbolicError(message("Finding the derivatives takes too long; simplify the formula"))
            if until is not None and now >= until:
                raise Late
            end = deadline if until is None else min(deadline, until)
            try:
                answer = child.answers.get(timeout=max(min(_POLL_S, end - now), 0.0))
            except queue.Empty:
                continue
            if answer is None or answer.number == number:
                return answer

    def _drop(self) -> None:
        child, self._child = self._child, None
        self._waiting, self._busy = None, False
        if child is not None:
            child.stop()
