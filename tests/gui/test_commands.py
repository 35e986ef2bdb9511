"""The command line, as the contract has it."""

import io
import json
import math
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.base.streams import stream
from engine.solving.stages import Solver
from engine.symbolic.client import SERVER_FLAG
from gui.commands import SYMBOLIC_SERVER, main
from tests.gui.program import bare_environment, run_program, run_python

pytestmark = pytest.mark.usefixtures("one_child")

ON_SCREEN = ("DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "QT_QPA_PLATFORM")


class Input:
    """Standard input of some lines."""

    def __init__(self, *lines: str) -> None:
        self.buffer = io.BytesIO("\n".join(lines).encode())


def solved(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> dict[str, Any]:
    code = main(["solve", *argv, "--json"])
    out, err = capfdbinary.readouterr()
    assert (code, err) == (0, b"")
    return json.loads(out)


def test_the_contract_on_the_saddle(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "-f", "x^2+3xy+y^2", "--start", "2,-1")
    assert answer["variables"] == ["x", "y"]
    assert answer["constants"] == {}
    assert {name: partial["text"] for name, partial in answer["partials"].items()} == {
        "x": "2x + 3y",
        "y": "3x + 2y",
    }
    assert answer["hessian"] == [["2", "3"], ["3", "2"]]
    start = answer["at_start"]
    assert start["point"] == [2, -1]
    assert start["value"] == -1
    assert start["gradient"] == [1, 4]
    assert start["eigenvalues"] == pytest.approx([-1, 5])
    (point,) = answer["critical_points"]
    assert point["kind"] == "saddle"
    assert point["point"] == pytest.approx([0, 0], abs=1e-9)
    (run,) = answer["runs"]
    assert run["start"] == [2, -1]
    assert len(run["points"]) == len(run["values"]) == len(run["gradients"]) == run["steps"] + 1
    x, y = 2.0, -1.0
    for point in run["points"]:
        assert point == pytest.approx([x, y], rel=1e-9)
        x, y = x - 0.1 * (2 * x + 3 * y), y - 0.1 * (3 * x + 2 * y)
    assert run["outcome"] in ("diverged", "left_domain")


def test_a_budget_of_evaluations_is_the_same_for_every_method(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    race = ("-f", "x^2+3y^2", "--no-stop", "--optimizer", "gd(lr=0.01)", "--optimizer", "gd_linesearch")
    gd, searching = solved(capfdbinary, *race, "--evaluations", "150")["runs"]
    assert gd["steps"] == 149  # the start is evaluated too
    assert 0 < searching["steps"] < 149
    gd, _ = solved(capfdbinary, *race, "--evaluations", "150", "--steps", "20")["runs"]
    assert gd["steps"] == 20


def test_three_variables_are_all_free_on_the_command_line(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "-f", "x^2+3xy+y^2+z^2 x", "--start", "1,2,3", "--steps", "5")
    assert list(answer["partials"]) == ["x", "y", "z"]
    assert answer["at_start"]["gradient"] == [2 + 6 + 9, 3 + 4, 6]
    assert len(answer["runs"][0]["points"][0]) == 3


def test_a_variable_is_held_with_set(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "-f", "x^2+3xy+y^2+z^2 x", "--set", "z=2", "--start=-1,2", "--steps", "5")
    assert answer["constants"] == {"z": 2}
    assert answer["at_start"]["gradient"] == [-2 + 6 + 4, -3 + 4]
    assert len(answer["hessian"]) == 2
    assert len(answer["runs"][0]["points"][0]) == 2


def test_names_may_be_spelled_as_people_spell_them(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(
        capfdbinary, "-f", "x1^2 + θ x_2", "--set", "theta=3", "--var", "x_1=-1:1", "--start", "1,2"
    )
    assert answer["constants"] == {"θ": 3}
    assert answer["at_start"]["gradient"] == [2, 3]


def test_constants_beside_variables_are_held_and_still_have_partials(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    formula = ("-f", "a x^2 + b y^2 + x y")
    answer = solved(capfdbinary, *formula, "--start", "1,2", "--steps", "1")
    assert answer["variables"] == ["a", "b", "x", "y"]
    assert answer["constants"] == {"a": 1, "b": 1}
    assert {name: each["text"] for name, each in answer["partials"].items()} == {
        "a": "x^2",
        "b": "y^2",
        "x": "2a x + y",
        "y": "2b y + x",
    }
    assert answer["hessian"] == [["2a", "1"], ["1", "2b"]]
    assert answer["at_start"]["gradient"] == [4, 5]
    assert answer["starts"] == {"order": ["x", "y"], "normal": None}
    assert answer["roles"] == {
        "a": {"role": "held", "reason": "beside"},
        "b": {"role": "held", "reason": "beside"},
        "x": {"role": "horizontal", "reason": "custom"},
        "y": {"role": "vertical", "reason": "custom"},
    }


@pytest.mark.parametrize(
    ("argv", "order", "constants"),
    [
        (["--start", "1,2,3,4"], ["a", "b", "x", "y"], {}),
        (["--start", "3,4", "--start", "1,2,3,4"], None, {}),
        (["--start", "1,2,3,4", "--set", "b=5"], ["a", "x", "y"], {"b": 5}),
        (["--var", "a=0:1"], ["a", "x", "y"], {"b": 1}),
        (["--set", "x=2"], ["y"], {"a": 1, "b": 1, "x": 2}),
        (["--set", "x=2", "--set", "y=0"], ["a", "b"], {"x": 2, "y": 0}),
        (["-f", "f(a, x) = a x^2 + b y^2"], ["a", "x"], {"b": 1, "y": 1}),
        (["-f", "a^2 + b^2"], ["a", "b"], {}),
    ],
)
def test_what_is_declared_goes_before_the_rule(
    argv: list[str],
    order: list[str] | None,
    constants: dict[str, float],
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    argv = ["-f", "a x^2 + b y^2 + x y", "--steps", "1", *argv]
    if order is None:
        assert main(["solve", *argv]) == 2
        assert b"needs 4 numbers, one for each of a, b, x, y; it has 2" in capfdbinary.readouterr().err
        return
    answer = solved(capfdbinary, *argv)
    assert answer["starts"]["order"] == order
    assert answer["constants"] == constants


def test_the_range_of_a_third_variable_holds(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """sin z has its critical points at π/2 + kπ, of which one lies in 1:2."""
    formula = "x^2 + y^2 + sin z"
    domain = {"x": [-1, 1], "y": [-2, 2], "z": [1, 2]}
    ranges = [f"--var={name}={lo}:{hi}" for name, (lo, hi) in domain.items()]
    requests = [
        {"formula": formula, "domain": domain},
        {"formula": formula, "domain": domain, "variables": ["x", "y", "z"]},
        {"formula": formula, "domain": domain, "variables": ["z", "x", "y"], "set": {"z": 0}},
    ]
    monkeypatch.setattr("sys.stdin", Input(*map(json.dumps, requests)))
    assert main(["solve", "--jsonl"]) == 0
    *answers, held = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    for answer in (*answers, solved(capfdbinary, "-f", formula, *ranges)):
        (point,) = answer["critical_points"]
        assert point["point"] == pytest.approx([0, 0, math.pi / 2], abs=1e-9)
        assert point["kind"] == "saddle"
        assert [each["role"] for each in answer["roles"].values()] == ["horizontal", "vertical", "free"]
        assert answer["at_start"]["point"] == pytest.approx([0.8, 1.2, 1.0])
    assert held["starts"]["order"] == ["x", "y"]
    assert held["roles"]["x"]["role"] == "horizontal"


def test_declared_variables_of_jsonl_are_all_free(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    request = {"formula": "a x^2 + b", "variables": ["b", "x", "a"], "starts": [[1, 2, 3]], "steps": 1}
    monkeypatch.setattr("sys.stdin", Input(json.dumps(request)))
    assert main(["solve", "--jsonl"]) == 0
    answer = json.loads(capfdbinary.readouterr().out)
    assert answer["starts"]["order"] == answer["variables"] == ["b", "x", "a"]
    assert [each["role"] for each in answer["roles"].values()] == ["horizontal", "vertical", "free"]
    assert answer["at_start"]["gradient"] == [1, 12, 4]


def test_weights_over_a_table_are_free_and_start_from_a_draw(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("x_1,x_2,y\n1,2,3\n2,1,0\n0,1,2\n")
    loss = ("-f", "mean((w_1 x_1 + w_2 x_2 + b - y)^2)", "--data", str(table), "--steps", "1")
    answer = solved(capfdbinary, *loss, "--seed", "4")
    assert answer["starts"] == {
        "order": ["w_1", "w_2", "b"],
        "normal": {"mean": 0, "std": 1, "seed": 4},
    }
    assert answer["constants"] == {}
    assert [each["role"] for each in answer["roles"].values()] == ["horizontal", "vertical", "free"]
    assert answer["runs"][0]["start"] == stream(4, "start").standard_normal(3).round(3).tolist()
    assert solved(capfdbinary, *loss, "--seed", "5")["runs"][0]["start"] != answer["runs"][0]["start"]
    assert solved(capfdbinary, *loss, "--start", "1,2,3")["starts"]["normal"] is None


def test_without_json_what_letters_are_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    for language, said in (
        ("en", ["a = 1", "Held constant beside x, y: a.", "Points are in the order x, y."]),
        ("ko", ["a = 1", "x, y와 함께 쓰여 상수로 고정: a.", "점의 좌표는 x, y 순서입니다."]),
    ):
        assert main(["solve", "-f", "a x^2 + y^2", "--steps", "1", "--lang", language]) == 0
        lines = capfd.readouterr().out.splitlines()
        assert [line for line in lines if line in said] == said


def test_axes_choose_the_domain_of_the_critical_points(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "-f", "sin x cos y", "--var", "x=0:3", "--var", "y=-1:1")
    assert [point["kind"] for point in answer["critical_points"]] == ["maximum"]
    assert answer["critical_points"][0]["point"] == pytest.approx([math.pi / 2, 0], abs=1e-9)


def test_non_finite_numbers_are_null(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "-f", "log x + y^2", "--start=-1,1", "--steps", "3")
    assert answer["at_start"]["value"] is None


def test_exactly_n_steps_without_stopping_rules(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "-f", "x^2+y^2", "--start", "0,0", "--steps", "37", "--no-stop")
    assert answer["runs"][0]["steps"] == 37


def test_more_starts_or_optimizers_than_a_lab_holds_are_refused_and_the_next_request_is_answered(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [
        {"formula": "x^2+y^2", "starts": [[1, 2]] * 10_001},
        {"formula": "x^2+y^2", "optimizers": ["gd"] * 65},
        {"formula": "x^2+y^2", "steps": 1},
    ]
    monkeypatch.setattr("sys.stdin", Input("\n".join(map(json.dumps, requests))))
    assert main(["solve", "--jsonl"]) == 0
    starts, optimizers, good = map(json.loads, capfdbinary.readouterr()[0].splitlines())
    assert "10000 starts; here are 10001" in starts["error"]["message"]
    assert "64 optimizers" in optimizers["error"]["message"]
    assert good["runs"][0]["steps"] == 1


def test_what_a_library_prints_of_its_own_is_no_answer(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    solve = Solver.solve

    def loud(self, request, *rest):
        os.write(1, b" ** On entry to DLASCL parameter number 4 had an illegal value\n")
        return solve(self, request, *rest)

    monkeypatch.setattr(Solver, "solve", loud)
    for form in ("--json", "--jsonl"):
        monkeypatch.setattr("sys.stdin", Input('{"formula": "x^2+y^2", "steps": 1}'))
        formula = () if form == "--jsonl" else ("-f", "x^2+y^2", "--steps", "1")
        assert main(["solve", *formula, form]) == 0
        out, err = capfdbinary.readouterr()
        assert json.loads(out)["runs"][0]["steps"] == 1
        assert b"DLASCL" in err
    os.write(1, b"as before")
    assert capfdbinary.readouterr()[0] == b"as before"


FAILING = """
import sys
from engine.solving import analysing
from gui.commands import main
def fail(*_, **__):
    raise ArithmeticError("in the analysis")
analysing.analyse = fail
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("debug", [True, False])
def test_what_failed_in_a_stage_is_logged_with_debug(debug: bool) -> None:
    asked = ["solve", "-f", "x^2+y^2", "--steps", "5", "--json", *(["--debug"] if debug else [])]
    found = run_python("-c", FAILING, *asked, env=bare_environment())
    assert found.returncode == 0
    assert json.loads(found.stdout)["search"]["gave_up"].startswith("Critical points are not known")
    assert ("analysis failed" in found.stderr) == debug
    assert ("ArithmeticError: in the analysis" in found.stderr) == debug


def test_fewer_steps_than_asked_for_are_said(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.descent.record.RECORD_LIMIT", 600)
    for form in ("--json", "--jsonl"):
        monkeypatch.setattr("sys.stdin", Input('{"formula": "x^2+y^2", "steps": 500}'))
        formula = () if form == "--jsonl" else ("-f", "x^2+y^2", "--steps", "500")
        assert main(["solve", *formula, form, "--no-stop"]) == 0
        out, err = capfdbinary.readouterr()
        assert json.loads(out)["runs"][0]["steps"] == 99
        assert b"room for 99 steps" in err


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["-f", "x^2 +"], "^"),
        (["-f", ""], "formula"),
        (["-f", "__import__('os').system('x')"], "^"),
        (["-f", "9^9^9^9"], "^"),
        (["-f", "x" * 1_000_000], "nablascope"),
        (["-f", "x+y", "--start", "1"], "start"),
        (["-f", "x+y", "--start", "1,b"], "“b”"),
        (["-f", "x+y", "--set", "q=1"], "q"),
        (["-f", "x+y", "--set", "x"], "NAME=VALUE"),
        (["-f", "x+y", "--var", "x=1:1"], "width"),
        (["-f", "x+y", "--var", "x=1"], "LO:HI"),
        (["-f", "x+y+z", "--var", "x=0:1", "--var", "y=0:1", "--var", "z=2:1"], "range of z"),
        (["-f", "x+y", "--var", "x=0:1", "--var", "y=0:1", "--var", "q=0:1"], "no variable q"),
        (["-f", "x+y", "--optimizer", "adam(lr=abc)"], "^"),
        (["-f", "x+y", "--optimizer", "gd(lr=0)"], "lr"),
        (["-f", "x+y", "--optimizer", "gd(lr=-1)"], "lr"),
        (["-f", "x+y", "--optimizer", "gd(lr=1e308)"], "lr"),
        (["-f", "x+y", "--optimizer", "warp()"], "warp"),
        (["-f", "x+y", "--optimizer", "adm(lr=1)"], "Did you mean adam?"),
        (["-f", "x+y", "--steps", "-3"], "--steps"),
        (["-f", "x+y", "--evaluations", "0"], "from 1 to 1000000"),
        (["-f", "x+y", "--data", "none.csv"], "none.csv"),
        (["none.nabla"], "none.nabla"),
        ([], "-f"),
        (["-f", "x", "--frobnicate"], "--frobnicate"),
    ],
)
def test_bad_input_exits_with_2_and_says_what(
    argv: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for language in ("en", "ko"):
        assert main(["solve", *argv, "--lang", language]) == 2
        out, err = capfd.readouterr()
        assert out == ""
        assert "Traceback" not in err
        if language == "en":
            assert said in err


def test_jsonl_answers_each_line_in_order(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    requests = [
        {"formula": "x^2+y^2", "starts": [[1, 2]], "steps": 4, "stop": False, "optimizers": ["adam(lr=0.1)"]},
        {"formula": "x^2 +"},
        {"formula": "a b", "variables": ["b", "a"], "domain": {"a": [0, 1]}, "set": {}},
        {"formula": "x^2", "frob": 1},
        {"formula": "y", "variables": ["x", "y"]},
    ]
    monkeypatch.setattr(sys, "stdin", Input(*map(json.dumps, requests), "not json"))
    assert main(["solve", "--jsonl"]) == 0
    answers = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert len(answers) == 6
    assert answers[0]["runs"][0]["steps"] == 4
    assert answers[1]["error"]["span"] is not None
    assert answers[2]["variables"] == ["b", "a"]
    assert "frob" in answers[3]["error"]["message"]
    assert answers[4]["variables"] == ["x", "y"]
    assert answers[4]["partials"]["x"]["text"] == "0"
    assert answers[5]["error"]["span"] is None


def test_a_request_that_is_too_long_or_fails_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("boom")

    long = json.dumps({"formula": "x" + " " * 20_000_000})
    monkeypatch.setattr(sys, "stdin", Input(long, json.dumps({"formula": "x"})))
    monkeypatch.setattr("engine.solving.sampling.sample", fail)
    assert main(["solve", "--jsonl"]) == 0
    first, second = (json.loads(line) for line in capfdbinary.readouterr().out.splitlines())
    assert first["error"]["message"] == "A request takes at most 20 MB."
    assert "boom" in second["error"]["message"]


def test_the_place_of_an_error_is_one_in_the_formula(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    requests = [
        {"formula": "x^2 + y^2", "optimizers": ["adm(lr=1)"]},
        {"formula": "x + @", "optimizers": ["adm(lr=1)"]},
    ]
    monkeypatch.setattr(sys, "stdin", Input(*map(json.dumps, requests)))
    assert main(["solve", "--jsonl"]) == 0
    errors = [json.loads(line)["error"] for line in capfdbinary.readouterr().out.splitlines()]
    assert errors[0]["span"] is None and "adm" in errors[0]["message"]
    assert errors[1]["span"] == [4, 5]


IRIS = ",Sepal Length (cm),키,species\n0,1,3,setosa\n1,2,,virginica\n2,3,5,virginica\n"
LINE = "mean((w x_1 - x_2)^2)"


def test_a_table_of_others_opens_and_it_is_said_what_its_columns_are_called(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "iris.csv"
    path.write_text(IRIS, encoding="utf-8")
    command = ["solve", "-f", LINE, "--data", str(path), "--start", "1", "--json"]
    assert main(command) == 2
    out, err = capfdbinary.readouterr()
    assert out == b"" and "--drop-missing" in err.decode()
    assert "Line 3, column x_2: the value is missing." in err.decode()
    assert main([*command, "--drop-missing"]) == 0
    out, err = capfdbinary.readouterr()
    assert json.loads(out)["at_start"]["value"] == ((1 - 3) ** 2 + (3 - 5) ** 2) / 2
    said = err.decode().splitlines()
    assert "Sepal Length (cm) → x_1, 키 → x_2" in said[0]
    assert "species holds 2 classes: 0 setosa, 1 virginica" in said[1]
    assert "left out because a value is missing: 1, the first in line 3" in said[3]
    assert main(["solve", "-f", "mean(w species)", "--data", str(path), "--drop-missing"]) == 2
    assert "holds classes" in capfdbinary.readouterr().err.decode()


def test_a_request_may_bring_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x_1,x_2\n1,2\n")
    inline = {"columns": ["x_1", "x_2", "c"], "rows": [[1, 2, "b"], [2.5, 3, "a"]]}
    of_line = {"formula": LINE, "starts": [[1]], "steps": 1}
    requests = [
        {**of_line, "data": inline},
        {**of_line, "data": str(path)},
        of_line,
        {**of_line, "data": {**inline, "rows": [[1, 2]]}},
        {**of_line, "data": {**inline, "rows": [[1, 2, None]]}},
        {**of_line, "data": {**inline, "rows": [[1, 2, "b"]] * 100_001}},
        {**of_line, "formula": "mean(w c)", "data": inline},
    ]
    monkeypatch.setattr(sys, "stdin", Input(*map(json.dumps, requests)))
    assert main(["solve", "--jsonl", "--data", str(path)]) == 0
    answers = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert answers[0]["at_start"]["value"] == pytest.approx((1 + 0.25) / 2)
    assert answers[1]["at_start"]["value"] == answers[2]["at_start"]["value"] == 1.0
    said = [answer["error"]["message"] for answer in answers[3:]]
    assert said[0] == "Line 1 has 2 entries; the first line has 3."
    assert said[1].startswith("Line 1, column c: the value is missing.")
    assert "length <= 100000" in said[2]
    assert said[3].startswith("c holds classes (0 a, 1 b), not numbers")


def test_a_request_has_a_bound_and_the_next_is_answered(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr("gui.commands.MAX_LINE", 1000)
    monkeypatch.setattr(sys, "stdin", Input('{"formula": "' + "x" * 5000 + '"}', '{"formula": "x^2"}'))
    assert main(["solve", "--jsonl"]) == 0
    answers = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert answers[0]["error"]["message"].startswith("A request takes at most")
    assert answers[1]["variables"] == ["x"]


def test_solve_loads_neither_qt_nor_gl() -> None:
    code = (
        "import sys; from gui.commands import main; "
        "main(['solve', '-f', 'x^2+y^2', '--json']); "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('PySide6', 'shiboken6', 'OpenGL', 'pyqtgraph', 'sympy')], file=sys.stderr)"
    )
    done = run_python("-c", code, env={})
    assert done.stderr.strip() == "[]"
    assert json.loads(done.stdout)["variables"] == ["x", "y"]


def test_the_frozen_bundle_finds_its_symbolic_server() -> None:
    assert SYMBOLIC_SERVER == SERVER_FLAG


def test_without_a_display_the_window_says_so() -> None:
    done = run_program()
    assert done.returncode == 3
    assert "main.py solve" in done.stderr
    assert "main.py export" in done.stderr


def test_a_bad_lab_is_explained_in_the_window_or_without_one_on_the_terminal(tmp_path: Path) -> None:
    bad = tmp_path / "bad.nabla"
    bad.write_text('{"version": 99}')
    code = (
        "import sys; from PySide6.QtWidgets import QApplication\n"
        "from gui import files; from gui.app import run\n"
        "def warning(window, title, text):\n"
        "    print(window.isVisible(), window.windowTitle(), text, sep='|'); QApplication.exit(0)\n"
        "files.warn = warning\n"
        "sys.exit(run(sys.argv[1], language='en'))"
    )
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    said = []
    for env in (home, home | {name: value for name, value in os.environ.items() if name in ON_SCREEN}):
        done = run_python("-c", code, str(bad), env=env)
        said.append((done.returncode, done.stdout, done.stderr))
    (code_without, _, terminal), (code_with, window, _) = said
    assert (code_without, code_with) == (2, 0)
    shown, title, reason = window.strip().split("|")
    assert shown == "True" and "bad" not in title
    assert terminal == f"nablascope: {reason}\n"


@pytest.mark.parametrize("command", ["solve", "export", ""])
def test_help_is_in_either_language(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    argv = [command] if command else []
    for language, words in (("en", ("usage:", "options:")), ("ko", ("사용법:", "옵션:"))):
        with pytest.raises(SystemExit) as ended:
            main([*argv, "--lang", language, "--help"])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert all(word in said for word in words)
        # Every option is explained, in Korean by some Hangul.
        explained = re.split(r"\n  (?=-)", said.partition(words[1])[2])[1:]
        assert len(explained) > 3
        for option in explained:
            text = re.sub(r"^-[^\n]*?(\s{2,}|\n)", "", option, count=1)
            assert text.strip(), option
            assert language == "en" or re.search("[가-힣]", text), option
