"""--plane on the command line, and "plane" in the requests of --jsonl."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.document.axes import RandomDirections, TwoVariables
from engine.document.labfile import read
from gui.commands import main
from tests.gui.test_commands import Input

pytestmark = pytest.mark.usefixtures("one_child")

BOWL = ("-f", "x^2+2y^2+3z^2+x y z/9", "--start", "3,-2,1", "--steps", "25")


def solved(capfdbinary: pytest.CaptureFixture[bytes], *argv: str) -> dict[str, Any]:
    assert main(["solve", *BOWL, *argv, "--json"]) == 0
    return json.loads(capfdbinary.readouterr().out)


def test_the_plane_is_in_the_answer_if_directions_were_asked_for(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert "plane" not in solved(capfdbinary)
    answer = solved(capfdbinary, "--plane", "pca")
    plane, points = answer["plane"], np.array(answer["runs"][0]["points"])
    apart = points - points.mean(axis=0)
    _, sizes, ways = np.linalg.svd(apart, full_matrices=False)
    found = np.array(plane["directions"])
    assert np.abs(np.abs(found @ ways[:2].T) - np.eye(2)).max() < 1e-6
    (run,) = plane["runs"]
    assert run["shares"] == pytest.approx((sizes**2 / (sizes**2).sum())[:2].tolist())
    assert np.array(run["points"]) == pytest.approx((points - points[-1]) @ found.T)
    normal = np.cross(*found)
    assert run["distances"] == pytest.approx(np.abs((points - points[-1]) @ normal).tolist(), abs=1e-12)
    assert plane["kind"] == "pca" and plane["axes"][0]["title"].startswith("PC 1 (")
    assert plane["center"] == plane["origin"] == points[-1].tolist()


def test_what_makes_no_plane_is_left_out_with_its_reason(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    answer = solved(capfdbinary, "--plane", "line")
    assert answer["plane"] is None and "there is no run 2" in answer["omitted"]["plane"]
    answer = solved(capfdbinary, "--set", "z=1", "--start", "3,-2", "--plane", "pca")
    assert answer["plane"] is None and "more variables than two" in answer["omitted"]["plane"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nope", "names no plane; there are: variables, random, pca, curvature, line"),
        ("pca(seed=3)", "is wrong"),
        ("x,x", "--plane needs two different variables, such as x,y"),
        ("x,q", "--plane needs two different variables"),
        ("x,y,z", "--plane needs two different variables"),
    ],
)
def test_a_bad_plane_is_bad_input(capfd: pytest.CaptureFixture[str], text: str, said: str) -> None:
    assert main(["solve", *BOWL, "--plane", text]) == 2
    assert said in capfd.readouterr().err


def test_a_lab_takes_them_along(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lab.nabla"
    assert main(["export", *BOWL, "--plane", "random(seed=5)", "-o", str(path)]) == 0
    assert read(path).axes == RandomDirections(seed=5)
    assert main(["export", str(path), "--plane", "z,x", "-o", str(path), "--force"]) == 0
    lab = read(path)
    assert lab.axes == TwoVariables()
    assert (lab.variables["z"].role, lab.variables["x"].role) == ("horizontal", "vertical")


def test_an_export_without_a_plane_is_bad_input(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", *BOWL, "--plane", "line", "-o", str(tmp_path / "map.tikz")]) == 2
    assert "there is no run 2" in capfd.readouterr().err
    assert not list(tmp_path.iterdir())


def test_tikz_draws_the_directions(tmp_path: Path) -> None:
    path = tmp_path / "map.tikz"
    assert main(["export", *BOWL, "--plane", "pca", "-o", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert r"xlabel={$\alpha$: PC 1 (" in text and r"\%)}" in text


def test_a_request_may_name_its_plane(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        json.dumps({"formula": "x^2+y^2+z^2", "starts": [[1, 2, 3]], "steps": 5, "plane": plane})
        for plane in ("curvature", "svd", "y,z")
    ]
    monkeypatch.setattr(sys, "stdin", Input(*lines))
    assert main(["solve", "--jsonl"]) == 0
    good, bad, two = map(json.loads, capfdbinary.readouterr().out.splitlines())
    assert good["plane"]["kind"] == "curvature"
    assert "names no plane" in bad["error"]["message"]
    assert "plane" not in two and two["roles"]["y"]["role"] == "horizontal"
