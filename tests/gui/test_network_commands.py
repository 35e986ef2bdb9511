"""`solve` and `export` of networks: the options, the answer, the same in a request of --jsonl."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.document.weights.weightfile import read
from engine.formula import parse
from engine.function.objective import Objective
from gui import commands
from tests.engine.networks.torch_cases import CASES, COLUMNS, Case

XOR = "x_1,x_2,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


@pytest.fixture
def xor(tmp_path: Path) -> Path:
    path = tmp_path / "xor.csv"
    path.write_text(XOR)
    return path


def solve(capsys, *arguments: object) -> dict:
    code = commands.main(["solve", *map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out)


def refused(capsys, *arguments: object) -> str:
    assert commands.main(["solve", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def written(case: Case, folder: Path) -> tuple[Path, Path]:
    """The table and the weights of a case as files."""
    columns = {name: COLUMNS[name] for name in ("x_1", "x_2", *case.targets)}
    table, weights = folder / "d.csv", folder / "w.npz"
    rows = zip(*columns.values(), strict=True)
    table.write_text("\n".join([",".join(columns), *(",".join(map(repr, map(float, row))) for row in rows)]))
    np.savez(weights, **case.start)
    return table, weights


@pytest.mark.parametrize("index", [0, next(k for k, case in enumerate(CASES) if case.batch == 32)])
def test_losses_and_weights_are_pytorch_s(capsys, tmp_path: Path, index: int) -> None:
    case = CASES[index]
    table, weights = written(case, tmp_path)
    answer = solve(
        capsys, "--data", table, "--network", case.network, "--target", "y", "--weights", weights,
        "--loss", case.loss, "--batch", case.batch, "--no-shuffle", "--steps", 20, "--no-stop",
        "--optimizer", case.optimizer, "--batch-losses",
    )  # fmt: skip
    assert answer["formula"]["text"] == "net(2, 8 tanh, 1)" and "W_{1} x" in answer["formula"]["latex"]
    assert answer["network"]["parameters"] == 33 and answer["network"]["classes"] is None
    assert answer["network"]["layers"][0] == {"width": 8, "activation": "tanh"}
    assert answer["variables"][:2] == ["0.weight[0,0]", "0.weight[0,1]"] and answer["partials"] is None
    assert "partials" in answer["omitted"]
    (run,) = answer["runs"]
    np.testing.assert_allclose(run["losses"], case.losses[:21], rtol=1e-9)
    if case.batch_losses is None:
        assert "batch_losses" not in run
    else:
        np.testing.assert_allclose(run["batch_losses"], case.batch_losses[:20], rtol=1e-9)
    assert {name: np.shape(array) for name, array in run["weights"].items()} == {
        name: array.shape for name, array in case.start.items()
    }
    assert np.ravel(run["weights"]["0.weight"]).tolist() == run["points"][-1][:16]


def test_epochs_are_counted_in_batches_and_a_split_has_two_losses(capsys, xor: Path) -> None:
    answer = solve(
        capsys, "--data", xor, "--network", "2-2tanh-1", "--batch", 2, "--epochs", 3, "--split", 0.75,
        "--no-bias", "--init", "he_normal", "--penalty", "l2=0.01", "--label-noise", 0.1, "--seed", 4,
    )  # fmt: skip
    (run,) = answer["runs"]
    assert run["steps"] == 6 and len(run["losses"]) == len(run["test_losses"]) == 7
    assert list(run["weights"]) == ["0.weight", "2.weight"]


MATRICES = "W_2 tanh(W_1 x + b_1) + b_2 where W_1: 8x2"


def test_matrices_are_the_same_network(capsys, xor: Path) -> None:
    options = "--data", xor, "--steps", 3, "--loss", "l1"
    answers = [solve(capsys, *options, "-f", text) for text in (MATRICES, "net(2, 8 tanh, 1)")]
    assert answers[0] == answers[1] and answers[0]["network"]["loss"] == "l1"
    out = refused(capsys, *options[:2], "-f", f"{MATRICES}, W_2: 1x6")
    assert "W₂ is 1×6, but W₁ makes 8 units" in out and "^^^^^^^^" in out and "Declare W_2: 1x8" in out
    assert "learns from a table" in refused(capsys, "-f", MATRICES)


def test_scaling_is_said_wherever_the_network_is(capsys, xor: Path) -> None:
    answer = solve(capsys, "--data", xor, "--network", "2-2tanh-1", "--scaling", "standard", "--steps", 1)
    assert answer["formula"]["text"] == "net(2 standard, 2 tanh, 1)" and "std" in answer["formula"]["latex"]
    assert answer["network"]["scaling"] == {"mean": [0.5, 0.5], "std": [0.5, 0.5]}


@pytest.mark.parametrize(
    ("options", "loss"),
    [
        (("--loss", "l1"), "mean(abs(w_1 x_1 + w_2 x_2 - y))"),
        (("--loss", "huber", "--huber-delta", "0.5"), "mean(huber(w_1 x_1 + w_2 x_2 - y, 0.5))"),
        (("--loss", "bce_with_logits"), "mean(softplus(w_1 x_1 + w_2 x_2) - (w_1 x_1 + w_2 x_2) y)"),
        ((), "mean((w_1 x_1 + w_2 x_2 - y)^2)"),
    ],
)
def test_a_typed_model_has_the_loss_that_is_said(
    capsys, xor: Path, options: tuple[str, ...], loss: str
) -> None:
    model = r"\hat y = w_1 x_1 + w_2 x_2"
    answer = solve(capsys, "--data", xor, "-f", model, *options, "--steps", 1)
    assert answer["formula"]["text"] == loss and answer["model"]["text"] == "y_hat = w_1 x_1 + w_2 x_2"


def test_a_network_goes_through_its_table_200_times_unless_told(capsys, xor: Path) -> None:
    answer = solve(capsys, "--data", xor, "-f", "net(2, 2 tanh, 1)", "--no-stop")
    assert answer["runs"][0]["steps"] == 200
    answer = solve(capsys, "--data", xor, "--network", "2-2tanh-1", "--evaluations", 8, "--no-stop")
    assert answer["runs"][0]["steps"] == 7


def test_a_formula_may_be_descended_by_batches_too(capsys, xor: Path) -> None:
    options = "--data", xor, "-f", "mean((a x_1 + b x_2 - y)^2)", "--start", "1,1", "--batch", 3
    answer = solve(capsys, *options, "--epochs", 2)
    assert answer["runs"][0]["steps"] == 4 and "network" not in answer


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--network", "2-0-1"), "from 1 to 4,096 units"),
        (("--network", "2-1", "--steps", "3", "--epochs", "3"), "steps or epochs"),
        (("--network", "2-1", "-f", "x^2"), "formula or a network"),
        (("-f", "x^2", "--target", "y"), "--target belongs to a network"),
        (("-f", "x^2", "--no-bias"), "--no-bias belongs to a network"),
        (("-f", "x_hat = w_1", "--scaling", "standard"), "--scaling belongs to a network"),
        (("-f", "mean((w x_1 - y)^2)", "--loss", "l1"), "--loss compares a model with a column"),
        (("-f", "y_hat = w x_1", "--loss", "multi_margin"), "an output for each class"),
        (("-f", "y_hat = w x_1", "--loss", "hinge_embedding"), "predicts the labels -1 and 1"),
        (("-f", "y_hat = w x_1", "--loss", "mean"), "no loss named"),
        (("--network", "2-1", "--batch", "0"), "--batch"),
        (("--network", "2-1", "--split", "1.5"), "--split"),
        (("--network", "2-1", "--init", "lecun"), "--init"),
        (("--network", "2-1", "--loss", "mean"), "no loss named"),
        (("--network", "2-1", "--penalty", "l3=1"), "no penalty"),
        (("--network", "2-1", "--target", "z"), "no column “z”"),
        (("--network", "2-1", "--weights", "w.pt"), "Two lines of Python"),
        (("--network", "3-1"), "cannot be among them"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_is_said(capsys, xor: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(capsys, "--data", xor, *arguments)


def test_a_network_without_a_table_says_so(capsys) -> None:
    assert "learns from a table" in refused(capsys, "--network", "2-1")


def test_requests_say_the_same(capsys, monkeypatch, xor: Path) -> None:
    requests = [
        {
            "network": "2-2tanh-2",
            "loss": "cross_entropy",
            "data": {"columns": ["a", "b", "c"], "rows": [[0, 1, "u"], [1, 0, "v"], [1, 1, "u"]]},
            "batch": 2,
            "epochs": 3,
            "shuffle": False,
            "init": "glorot_uniform",
            "bias": True,
            "seed": 7,
        },
        {"network": "2-1", "data": str(xor), "target": ["y"], "batch": "full", "steps": 4, "stop": False},
        {"data": str(xor), "steps": 4},
        {"network": "2-1", "data": str(xor), "steps": 4, "epochs": 4},
        {"formula": MATRICES, "data": str(xor), "steps": 1},
        {"formula": "W x where W: 1x3", "data": str(xor)},
        {"formula": "y_hat = w x_1 + b", "loss": "smooth_l1(beta=0.5)", "data": str(xor), "steps": 1},
        {"formula": "x^2", "loss": "l1"},
    ]
    lines = "\n".join(map(json.dumps, requests)).encode()
    monkeypatch.setattr(sys, "stdin", type("", (), {"buffer": io.BytesIO(lines)}))
    assert commands.main(["solve", "--jsonl"]) == 0
    classes, plain, neither, both, matrices, wrong, model, none = map(
        json.loads, capsys.readouterr().out.splitlines()
    )
    assert classes["network"]["classes"] == ["u", "v"] and classes["runs"][0]["steps"] == 6
    assert plain["runs"][0]["steps"] == 4 and plain["variables"] == [
        "0.weight[0,0]",
        "0.weight[0,1]",
        "0.bias[0]",
    ]
    assert "formula or a network" in neither["error"]["message"]
    assert "steps or epochs" in both["error"]["message"]
    assert matrices["network"]["parameters"] == 33
    assert "x has 2 columns (x_1, x_2)" in wrong["error"]["message"] and wrong["error"]["span"] == [10, 16]
    assert model["formula"]["text"] == "mean(huber(w x_1 + b - y, 0.5)/0.5)"
    assert "this formula is no model" in none["error"]["message"]


def test_the_weights_of_a_step_are_exported_and_come_back(capsys, xor: Path, tmp_path: Path) -> None:
    options = ("--data", str(xor), "--network", "2-2tanh-1", "--steps", "5", "--no-stop")
    answer = solve(capsys, *options)
    for name, at in (("w.safetensors", None), ("w.npz", 2)):
        target = tmp_path / name
        arguments = ["export", *options, "-o", str(target), *(["--at", str(at)] if at is not None else [])]
        assert commands.main(arguments) == 0, capsys.readouterr().err
        shapes = [("0.weight", (2, 2)), ("0.bias", (2,)), ("2.weight", (1, 2)), ("2.bias", (1,))]
        flat = read(target, shapes).tensors.flat.tolist()
        assert flat == answer["runs"][0]["points"][-1 if at is None else at]
        again = solve(capsys, *options, "--weights", target)
        assert again["runs"][0]["points"][0] == flat


def test_what_cannot_be_exported_is_said(capsys, xor: Path, tmp_path: Path) -> None:
    assert commands.main(["export", "-f", "x^2+y^2", "-o", str(tmp_path / "w.npz")]) == 2
    assert "Only a network" in capsys.readouterr().err
    network = ["export", "--data", str(xor), "--network", "2-1", "--steps", "1"]
    assert commands.main([*network, "--run", "2", "-o", str(tmp_path / "w.npz")]) == 2
    assert "no run 2" in capsys.readouterr().err
    assert commands.main(["export", "-f", "x^2+y^2", "-o", str(tmp_path / "f.torch.py")]) == 2
    assert "PyTorch" in capsys.readouterr().err


def test_a_network_is_written_for_other_programs(capsys, xor: Path, tmp_path: Path) -> None:
    network = ["export", "--data", str(xor), "--network", "2-2tanh-1", "--steps", "1"]
    begins = {
        "n.py": "#!/usr/bin/env python3",
        "n.torch.py": "#!/usr/bin/env python3",
        "n.tex": "\\documentclass",
        "n.tikz": "% Needs",
        "n.csv": "run,",
    }
    for name, beginning in begins.items():
        assert commands.main([*network, "-o", str(tmp_path / name)]) == 0, capsys.readouterr().err
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)
    assert "import torch" in (tmp_path / "n.torch.py").read_text(encoding="utf-8")
    assert "import torch" not in (tmp_path / "n.py").read_text(encoding="utf-8")


def test_a_summary_names_no_single_weight(capsys, xor: Path) -> None:
    assert commands.main(["solve", "--data", str(xor), "--network", "2-8tanh-1", "--steps", "2"]) == 0
    out = capsys.readouterr().out
    assert "net(2, 8 tanh, 1)" in out and "33 weights, from x_1, x_2 to y; loss mse over 4 rows." in out
    assert "0.weight[" not in out


def test_a_partial_is_written_when_it_is_asked_for(capsys, xor: Path) -> None:
    options = "--data", xor, "--network", "2-2tanh-1", "--steps", 1
    answer = solve(capsys, *options, "--partials", "0.weight[1,0]", "--partials", "2.bias[0]")
    assert list(answer["partials"]) == ["0.weight[1,0]", "2.bias[0]"]
    letters = answer["network"]["letters"]
    columns = {
        "x_1": np.array([0, 0, 1, 1.0]),
        "x_2": np.array([0, 1, 0, 1.0]),
        "y": np.array([0, 1, 1, 0.0]),
    }
    start = dict(zip(answer["variables"], answer["at_start"]["point"], strict=True))
    for name, partial in answer["partials"].items():
        formula = parse(partial["text"], data=tuple(columns))
        written = Objective.bind(formula, {letters[each]: value for each, value in start.items()}, columns)
        slope = answer["at_start"]["gradient"][answer["variables"].index(name)]
        assert float(written.value(np.empty(0))) == pytest.approx(slope, rel=1e-10)
    deep = solve(
        capsys,
        "--data",
        xor,
        "--network",
        "2-16tanh-16tanh-16tanh-1",
        "--steps",
        1,
        "--partials",
        "0.bias[0]",
    )
    assert deep["partials"] == {} and "too large" in deep["omitted"]["partials"]
    formula = solve(capsys, "-f", "x^2 + y^3", "--partials", "y")
    assert list(formula["partials"]) == ["y"]
    assert "no variable 9.bias[0]" in refused(capsys, *options, "--partials", "9.bias[0]")
