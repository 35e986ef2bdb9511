"""`check --jsonl`, as the contract has it."""

import json
import sys
from typing import Any

import pytest

from gui.checking import MAX_LINE
from gui.commands import main
from tests.gui.program import bare_environment, run_python
from tests.gui.test_commands import Input


def checked(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], *lines: Any, lang: str = "en"
) -> list[dict[str, Any]]:
    written = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    monkeypatch.setattr(sys, "stdin", Input(*written))
    assert main(["check", "--jsonl", "--lang", lang]) == 0
    out, err = capfdbinary.readouterr()
    assert err == b""
    return [json.loads(line) for line in out.splitlines()]


def test_the_contract(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    saddle = {"f": "x^2+3xy+y^2", "by": "x"}
    right, slip, number, vector, update, unsure = checked(
        monkeypatch,
        capfdbinary,
        {"answer": "2x+3y", "expected": "3y+2x", "kind": "formula", "tolerance": None, "variables": None},
        {"answer": "3x+2y", "expected": "2x+3y", "variables": ["x", "y"], "for": saddle},
        {"answer": "3.14", "expected": "pi", "kind": "number", "tolerance": 0.005},
        {"answer": [1, 2], "expected": "(1, 3)", "kind": "vector"},
        {"answer": "θ ← θ + η∇f", "expected": "theta <- theta - eta grad", "kind": "update"},
        {"answer": "x+1e-60", "expected": "x"},
    )
    said = {"en": "Right.", "ko": "맞았습니다."}
    assert right == {"verdict": "right", "slip": None, "at": None, "message": said}
    assert (slip["verdict"], slip["slip"], slip["at"]) == ("wrong", "other_partial", {"x": 1, "y": 2})
    assert "hold y constant" in slip["message"]["en"]
    assert slip["message"]["ko"].endswith("y를 상수로 두세요.")
    assert number["verdict"] == "right"
    assert (vector["verdict"], vector["slip"]) == ("wrong", None)
    assert (update["verdict"], update["slip"]) == ("wrong", "update_sign")
    assert unsure["verdict"] == "unsure"


def test_a_bad_line_says_where_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    good = {"answer": "2", "expected": "2"}
    bad = [
        "{",
        "",
        {"answer": "2x+", "expected": "2x"},
        {"answer": "2", "expected": "2", "kind": "essay"},
        {"answer": "2", "expected": "2", "colour": "red"},
        {"answer": "2", "expected": "2)"},
        "x" * (MAX_LINE + 10),
        "[" * 50_000,
        {"answer": "(" * 1000, "expected": "2"},
        {"answer": "2", "expected": "2", "for": {"f": "x", "by": "x", "at": {"x": "1"}}},
    ]
    found = checked(monkeypatch, capfdbinary, *bad, good)
    errors = [each["error"] for each in found[:-1]]
    assert found[-1]["verdict"] == "right"
    assert [error["line"] for error in errors] == [1, 3, 4, 5, 6, 7, 8, 9, 10]
    assert [error["field"] for error in errors] == [
        None,
        "answer",
        None,
        None,
        "expected",
        None,
        None,
        "answer",
        None,
    ]
    assert errors[1]["span"] == [3, 3]
    assert errors[1]["message"].startswith("Line 3, answer: The formula is not finished")
    assert "$.kind" in errors[2]["message"]
    assert "at most 100 kB" in errors[5]["message"]


def test_errors_are_said_in_korean(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (found,) = checked(monkeypatch, capfdbinary, {"answer": "", "expected": "2", "kind": "number"}, lang="ko")
    assert found["error"]["message"].startswith("1번째 줄 answer: ")


def test_without_jsonl_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert "--jsonl" in capsys.readouterr().err


def test_checking_loads_neither_qt_nor_sympy() -> None:
    code = (
        "import sys; from gui.commands import main; code = main(['check', '--jsonl'])\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('PySide6', 'sympy')], file=sys.stderr)"
    )
    done = run_python("-c", code, env=bare_environment(), input='{"answer": "2x", "expected": "x+x"}\n')
    assert json.loads(done.stdout)["verdict"] == "right"
    assert done.stderr == "[]\n"
