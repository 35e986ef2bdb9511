"""The child process from outside: it is spawned late, killed when it is stuck, replaced when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.base.cancellation import Cancelled
from engine.formula import ast, parse
from engine.symbolic import Deriver, SymbolicError, client, protocol

HARD = " + ".join(f"sin(x^{k} y + {k}) cos(y^{k} x)/(1 + e^(x y {k}))" for k in range(1, 17))
READY = protocol.encode(protocol.Answer(0))
# It says it is ready, and then never answers.
STUCK = f"""
import sys, time
sys.stdout.buffer.write({len(READY).to_bytes(4, "big") + READY!r})
sys.stdout.flush()
time.sleep(60)
"""


@pytest.fixture
def deriver():
    with Deriver() as found:
        yield found


@pytest.fixture(scope="module")
def impatient():
    """One child for all formulas that may take too long."""
    with Deriver(deadline_s=2) as found:
        yield found


def test_it_starts_late_and_answers(deriver: Deriver) -> None:
    assert deriver.process_id is None
    assert deriver.derive(parse("x^2 y")).partials[0].text == "2x y"
    assert deriver.process_id is not None


def test_warming_up_does_not_wait(deriver: Deriver) -> None:
    begin = time.monotonic()
    deriver.warm_up()
    assert time.monotonic() - begin < 1.0
    first = deriver.process_id
    deriver.derive(parse("x"))
    assert deriver.process_id == first


def test_a_known_formula_needs_no_child(deriver: Deriver) -> None:
    first = deriver.derive(parse("x^2 + y"))
    deriver.close()
    assert deriver.derive(parse(" x^2+y ")) is first
    assert deriver.process_id is None


def test_a_killed_child_is_replaced(deriver: Deriver) -> None:
    deriver.derive(parse("x"))
    first = deriver.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert deriver.derive(parse("x^3")).partials[0].text == "3x^2"
    assert deriver.process_id not in (None, first)


def test_a_child_killed_in_the_middle_is_tried_once_more(deriver: Deriver) -> None:
    deriver.derive(parse("x"))
    victim = deriver.process_id
    assert victim is not None
    threading.Timer(0.05, os.kill, (victim, signal.SIGKILL)).start()
    assert deriver.derive(parse(HARD)).partials
    assert deriver.process_id != victim


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> list[str]:
    """Children run `code`; the list grows by one with each that is started."""
    started: list[str] = []

    def command() -> list[str]:
        started.append(code)
        return [sys.executable, "-c", code]

    monkeypatch.setattr(client, "child_command", command)
    return started


def test_the_deadline_ends_a_stuck_child(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, STUCK)
    with Deriver(deadline_s=0.2) as deriver:
        with pytest.raises(SymbolicError) as failure:
            deriver.derive(parse("x^2"))
        assert deriver.process_id is None
        assert "too long" in failure.value.message.render()
        assert failure.value.message.render("ko") != failure.value.message.render("en")
        monkeypatch.undo()
        assert deriver.derive(parse("x^2")).partials[0].text == "2x"


def test_cancelling_kills_a_busy_child(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, STUCK)
    with Deriver(deadline_s=30) as deriver:
        with pytest.raises(Cancelled):
            deriver.derive(parse("x^2"), cancelled=lambda: deriver.busy)
        assert deriver.process_id is None


def test_cancelling_keeps_a_child_that_is_only_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "import time; time.sleep(60)")
    with Deriver() as deriver:
        with pytest.raises(Cancelled):
            deriver.derive(parse("x^2"), cancelled=lambda: True)
        assert deriver.process_id is not None
        assert not deriver.busy


def test_one_that_dies_twice_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    silent_before_it_is_gone = "import os, time; os.close(1); time.sleep(0.3)"
    started = stand_in(monkeypatch, silent_before_it_is_gone)
    begin = time.monotonic()
    with Deriver() as deriver, pytest.raises(SymbolicError):
        deriver.derive(parse("x^2"))
    assert len(started) == 2 and time.monotonic() - begin < client.STARTING_S / 2


X = ast.Variable("x")


def nested(levels: int) -> bytes:
    """An Answer to the first job: −(−(… x))."""
    inner = protocol.encode(X)
    shell = protocol.encode(ast.Neg(X))
    head, tail = shell.split(inner)
    whole = protocol.encode(protocol.Answer(1, ast.Neg(X)))
    return whole.replace(shell, head * levels + inner + tail * levels)


ANSWERS = {
    "bytes": b"\xff" * 64,
    "another type": protocol.encode({"number": 1, "tree": {"type": "Number", "text": 5}}),
    "another kind": protocol.encode({"number": 1, "tree": {"type": "System", "command": "ls"}}),
    "an unknown letter": protocol.encode(protocol.Answer(1, ast.Variable("secret"))),
    "an unknown function": protocol.encode(protocol.Answer(1, ast.Call("__import__", (X,)))),
    "arguments too many": protocol.encode(protocol.Answer(1, ast.Call("sin", (X, X)))),
    "no number": protocol.encode(protocol.Answer(1, ast.Number("\\input{/etc/passwd}"))),
    "markup": protocol.encode(protocol.Answer(1, ast.Hole("<img src=x>"))),
    "a huge list": protocol.encode(protocol.Answer(1, ast.Add((X,) * (protocol.MAX_SHOWN + 1)))),
    "a sum of nothing": protocol.encode(protocol.Answer(1, ast.Add(()))),
    "without an end, as of a cycle": nested(200_000),
    "deep": nested(700),
    "of another job": protocol.encode(protocol.Answer(7, X)),
}


def hostile(path: Path, frame: bytes, *, forever: bool = False) -> str:
    """A child that says it is ready, takes a job and answers with the frame, which is put at `path`."""
    path.write_bytes(frame)
    return f"""
import sys
from engine.symbolic.protocol import read_frame, write_frame
write_frame(sys.stdout.buffer, {READY!r})
read_frame(sys.stdin.buffer)
while True:
    write_frame(sys.stdout.buffer, open({str(path)!r}, "rb").read())
    if not {forever}:
        break
read_frame(sys.stdin.buffer)
"""


@pytest.mark.parametrize("what", ANSWERS)
def test_what_is_no_derivative_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    started = stand_in(monkeypatch, hostile(tmp_path / "frame", ANSWERS[what]))
    with Deriver(deadline_s=5) as deriver, pytest.raises(SymbolicError) as failure:
        deriver.derive(parse("x^2"), [(0,)])
    assert len(started) <= 2
    assert len(failure.value.message.render()) < 300


@pytest.mark.parametrize("garbage", ["b'\\xff' * 64", "b'\\0\\0\\0\\3abc'", "b''"])
def test_garbage_before_it_is_ready_is_an_error(monkeypatch: pytest.MonkeyPatch, garbage: str) -> None:
    stand_in(monkeypatch, f"import sys; sys.stdout.buffer.write({garbage})")
    with Deriver() as deriver, pytest.raises(SymbolicError):
        deriver.derive(parse("x^2"))


def test_endless_output_is_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first answer counts; after it nothing is read, and the next job finds another child."""
    stand_in(monkeypatch, hostile(tmp_path / "frame", protocol.encode(protocol.Answer(1, X)), forever=True))
    with Deriver(deadline_s=5) as deriver:
        assert deriver.derive(parse("x^2"), [(0,)]).partials[0].text == "x"
        child = deriver._child
        assert child is not None
        child.reader.join(timeout=10)
        assert not child.reader.is_alive()
        assert child.answers.qsize() <= 1
        with pytest.raises(SymbolicError):
            deriver.derive(parse("y^2"), [(0,)])


def test_what_went_wrong_is_words_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = "{reason.__class__} {0:>999999999}\x1b[31m" + "a" * 10_000
    stand_in(monkeypatch, hostile(tmp_path / "frame", protocol.encode(protocol.Answer(1, failure=said))))
    with Deriver(deadline_s=5) as deriver, pytest.raises(SymbolicError) as failure:
        deriver.derive(parse("x^2"), [(0,)])
    shown = failure.value.message.render("ko")
    assert "{reason.__class__} {0:>999999999}[31maaa" in shown and len(shown) < 300


@pytest.mark.parametrize(
    "text",
    [
        "max(" + ", ".join(f"x^{k} y + {k}" for k in range(1, 13)) + ")",
        "product(i=1..200, (x + i y))",
        "sum(i=1..200, sin(i x) cos(i y))",
        "sum(i=1..100, x_i^2)",
        HARD,
        "(x+y)^1000",
        "((((x+y)^100 + 1)^100 + x)^100 + y)^100",
        "1.000001^1000 x",
        "0.123456789012345678901234567890^999 x",
        "tan(tan(tan(tan(tan(tan(x y))))))",
        "x^x^x^x^x",
        "e^e^e^e^x",
        "1/0 + x",
        "0/0",
        "(x-x)/(x-x)",
        "0^(-1) x",
        "(-8)^(1/3) x",
        "(-1)^0.5",
        "sqrt(-1) x",
        "ln(-1) + x",
        "(x - x)^(-2) y",
        "log(x, 1)",
    ],
)
def test_legal_but_hard_formulas_end(text: str, impatient: Deriver) -> None:
    begin = time.monotonic()
    try:
        derivation = impatient.derive(parse(text))
    except SymbolicError:
        pass
    else:
        assert all(len(entry.latex) < 2_000_000 for entry in derivation.written.values())
    assert time.monotonic() - begin < 10  # another child may have to start


def test_the_child_loads_no_window() -> None:
    code = (
        "import sys, engine.symbolic.derive, engine.symbolic.server;"
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'OpenGL', 'pyqtgraph')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_the_engine_loads_no_sympy() -> None:
    code = (
        "import sys, engine.function.objective, engine.formula.howto;"
        "print('sympy' in sys.modules, 'mpmath' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False False"


def test_frames_are_bounded(tmp_path) -> None:
    path = tmp_path / "frame"
    path.write_bytes(bytes([255, 255, 255, 255]))
    with path.open("rb") as stream, pytest.raises(protocol.ProtocolError):
        protocol.read_frame(stream)
    path.write_bytes(bytes([0, 0, 0, 9, 1]))
    with path.open("rb") as stream:
        assert protocol.read_frame(stream) is None
