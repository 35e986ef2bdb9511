"""CSV, LaTeX and TikZ hold the app's numbers; TeX compiles where there is one."""

import csv
import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Lab
from engine.document.network import Penalty
from engine.document.network_setup import weights_at
from engine.document.network_text import parse_network
from engine.function.scale import label_levels
from engine.optimizers import parse_spec
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.writers import csv_table, network_tikz, to_csv, to_latex, to_network_latex, to_tikz
from engine.writers.tikz import simplified, tex_text
from tests.engine.networks.labs import lab_of
from tests.engine.networks.torch_cases import CASES


@pytest.fixture(scope="module")
def race(deriver) -> Solution:
    lab = Lab(
        formula="x^2 + 3x y + 4y^2",
        title={"en": "50% & more_", "ko": "경사하강법"},
        starts=({"x": 4.0, "y": 3.0}, {"x": -2.0, "y": 1.0}),
        racers=(parse_spec("gd(lr=0.05)"), parse_spec("adam(lr=0.3)")),
        steps=12,
        stop=False,
    )
    return solve(lab, deriver)


def test_csv_reads_back_exactly(race):
    rows = list(csv.DictReader(io.StringIO(to_csv(race))))
    assert len(rows) == sum(run.steps + 1 for run in race.runs)
    at = 0
    for number, run in enumerate(race.runs, 1):
        own = rows[at : at + run.steps + 1]
        at += run.steps + 1
        assert {row["run"] for row in own} == {str(number)}
        assert [int(row["step"]) for row in own] == list(range(run.steps + 1))
        assert [[float(row["x"]), float(row["y"])] for row in own] == run.points.tolist()
        assert [float(row["f"]) for row in own] == run.values.tolist()
        assert [[float(row["df/dx"]), float(row["df/dy"])] for row in own] == run.gradients.tolist()
    adam = next(run for run in race.runs if csv_table.method_name(run.racer) == "adam")
    own = [row for row in rows if row["optimizer"] == "adam"]
    moments = next(term for term in adam.terms if term.symbol == "m")
    assert [float(own[k]["m[x]"]) for k in range(adam.steps)] == moments.values[:, 0].tolist()
    assert own[adam.steps]["m[x]"] == ""  # no step begins at the last point
    assert all(row["m[x]"] == "" for row in rows if row["optimizer"] == "gd")


def test_csv_of_a_run_that_leaves_the_numbers(deriver):
    lab = Lab(formula="x^4 + y^4", racers=(parse_spec("gd(lr=5)"),), steps=40, stop=False)
    rows = list(csv.DictReader(io.StringIO(to_csv(solve(lab, deriver)))))
    assert len(rows) > 5
    assert {row["f"] for row in rows} & {"inf", "nan"}
    [float(row["x"]) for row in rows]


def test_csv_of_a_network_has_its_losses(deriver):
    lab = lab_of(next(case for case in CASES if case.batch == 32))
    lab = replace(lab, steps=4, training=replace(lab.training, split=0.8))
    solution = solve(lab, deriver)
    (run,) = solution.runs
    assert run.batch_values is not None and run.test_values is not None
    rows = list(csv.DictReader(io.StringIO(to_csv(solution))))
    assert [float(row["f"]) for row in rows] == run.values.tolist()
    assert [float(row["batch_loss"]) for row in rows[:-1]] == run.batch_values.tolist()
    assert rows[-1]["batch_loss"] == ""
    assert [float(row["test_loss"]) for row in rows] == run.test_values.tolist()
    assert [float(row["0.weight[1,0]"]) for row in rows] == run.points[:, 2].tolist()
    network = parse_network("2-70tanh-1")
    wide = solve(replace(lab, network=replace(network, targets=lab.network.targets)), deriver)
    head = to_csv(wide).splitlines()[0]
    assert head == "run,optimizer,start,step,f,batch_loss,test_loss"


def test_a_variable_named_like_the_value_has_its_own_column(deriver):
    lab = Lab(formula="L(f, x) = f^2 + x^2", steps=2)
    head = to_csv(solve(lab, deriver)).splitlines()[0].split(",")
    assert len(head) == len(set(head))
    assert {"f", "value", "dvalue/df"} <= set(head)


def test_tikz_holds_the_path_and_the_levels(race):
    text = to_tikz(race)
    paths = re.findall(r"coordinates \{(.*)\};", text)
    assert len(paths) == len(race.runs)
    for path, run in zip(paths, race.runs, strict=True):
        points = np.array([[float(u) for u in pair.split(",")] for pair in re.findall(r"\(([^)]*)\)", path)])
        np.testing.assert_allclose(points, run.points, rtol=1e-9)
    table = text.split("table {\n")[1].split("\n};")[0]
    drawn = np.array([[float(u) for u in line.split()] for line in table.splitlines() if line])
    assert race.field is not None and race.objective is not None
    assert set(np.unique(drawn[:, 2])) <= set(np.round(race.field.levels, 12))
    values = race.objective.value(drawn[:, :2])
    steep = np.linalg.norm(race.objective.gradient(drawn[:, :2]), axis=1)
    assert (np.abs(values - drawn[:, 2]) <= 0.02 * steep + 0.02).all()


def test_tikz_stands_on_nothing_that_pgfplots_prints_otherwise(race):
    text = to_tikz(race, "ko")
    assert "labels=false" in text  # its own print a stray quotation mark each
    width, height = map(float, re.findall(r"width=([\d.]+)cm, height=([\d.]+)cm", text)[0])
    (x_lo, x_hi), (y_lo, y_hi) = (
        map(float, re.findall(rf"{axis}min=([^,]+), {axis}max=([^,]+),", text)[0]) for axis in "xy"
    )
    assert width / height == pytest.approx((x_hi - x_lo) / (y_hi - y_lo), rel=1e-3)  # in proportion
    assert re.search(r"legend style=\{at=\{\(0,-0\.\d+\)\}, anchor=north west", text)  # below the plot
    assert "경사하강법" in text
    nodes = re.findall(r"rotate=([-\d.]+).*axis cs:([^,]+),([^)]+)\) \{(.+)\};", text)
    assert len(nodes) >= 4
    levels = dict(zip(label_levels(race.field).labels, race.field.levels, strict=True))
    places = np.array([[float(x), float(y)] for _, x, y, _ in nodes])
    assert (np.abs([float(turn) for turn, *_ in nodes]) <= 90).all()
    for (_, _, _, word), place in zip(nodes, places, strict=True):
        steep = np.linalg.norm(race.objective.gradient(place[None]))
        assert abs(race.objective.value(place[None])[0] - levels[word]) <= 0.05 * steep + 0.05
    scaled = places * width / (x_hi - x_lo)
    apart = np.hypot(*(scaled[:, None] - scaled[None]).transpose(2, 0, 1)) + 99 * np.eye(len(nodes))
    assert apart.min() > 0.69


def test_simplified_lines_stay_near():
    t = np.linspace(0, 2 * np.pi, 2000)
    circle = np.stack([np.cos(t), np.sin(t)], axis=1)
    fewer = simplified(circle, np.array([2.0, 2.0]), 1e-3)
    assert len(fewer) < 200
    assert (fewer[0] == circle[0]).all() and (fewer[-1] == circle[-1]).all()
    across = np.abs(np.linalg.norm((fewer[1:] + fewer[:-1]) / 2, axis=1) - 1)
    assert across.max() < 2.5e-3


def test_latex_shows_formula_partials_and_substituted_steps(race):
    text = to_latex(race)
    assert race.derivation is not None
    for partial in race.derivation.partials:
        assert partial.latex in text
    run = race.runs[0]
    for value in run.points[1]:
        assert f"{value:.6g}" in text
    assert r"50\% \& more\_" in text
    assert "경사하강법" in to_latex(race, "ko")


def test_one_variable_has_a_plain_derivative(deriver, race):
    alone = to_latex(solve(Lab(formula="x^4 - 2x^2", steps=2), deriver))
    assert r"\frac{df}{dx}" in alone and r"\frac{\partial" not in alone
    assert r"\frac{\partial f}{\partial x}" in to_latex(race)


def test_runs_are_named_as_in_the_window(race):
    for text in (to_latex(race), to_tikz(race)):
        assert tex_text("Gradient descent, η = 0.05") in text
        assert tex_text("Adam, η = 0.3") in text


@pytest.fixture(scope="module")
def trained() -> Solution:
    """A network whose classes have names that TeX would read, by batches, with test rows."""
    case = next(case for case in CASES if case.loss == "cross_entropy" and case.batch == 32)
    lab = lab_of(case)
    assert lab.data is not None
    data = replace(lab.data, classes={"k": ("a_b", "{c}", r"\input{d}")})
    lab = replace(lab, data=data, steps=6, stop=False, training=replace(lab.training, split=0.8))
    penalty = Penalty("l2", 0.01)
    return solve(replace(lab, network=replace(lab.network, penalty=penalty)))


def test_a_network_is_drawn_by_its_weights_and_its_losses(trained: Solution) -> None:
    text = network_tikz(trained)
    (run,) = trained.runs
    assert trained.lab.network is not None and trained.setup is not None
    arrays = weights_at(trained.lab.network, trained.setup, run.points[-1]).arrays
    weights = np.concatenate([arrays["0.weight"].ravel(), arrays["2.weight"].ravel()])
    edges = re.findall(r"\\draw\[(positive|negative, dashed), line width=([\d.]+)pt\]", text)
    assert sum(sign == "positive" for sign, _ in edges) == (weights > 0).sum()
    assert sum(sign != "positive" for sign, _ in edges) == (weights < 0).sum()
    widths = np.array([float(width) for _, width in edges])
    expected = 0.15 + 2.25 * np.sort(np.abs(weights)) / np.abs(weights).max()
    np.testing.assert_allclose(widths, expected, atol=0.006)
    assert text.count(r"\node[unit") == 2 + 8 + 3 and "label={right:a\\_b}" in text
    assert r"\input" not in text
    batch, losses, test = (
        np.array([[float(u) for u in pair.split(",")] for pair in re.findall(r"\(([^)]*)\)", path)])[:, 1]
        for path in re.findall(r"coordinates \{(.*)\};", text)
    )
    np.testing.assert_allclose(losses, run.values, rtol=1e-9)
    np.testing.assert_allclose(batch, run.batch_values, rtol=1e-9)
    np.testing.assert_allclose(test, run.test_values, rtol=1e-9)


def test_a_network_is_written_in_matrices(trained: Solution) -> None:
    text = to_network_latex(trained)
    for line in (
        r"\hat{y} &= W_{2} \tanh\left(W_{1} x + b_{1}\right) + b_{2}",
        r"\delta_{1} &= W_{2}^{\top} \delta_{2} \odot \tanh'\left(z_{1}\right)",
        r"\frac{\partial L}{\partial W_{1}} &= \textstyle\sum_{\text{rows}} \delta_{1}\,x^{\top}"
        r" + 0.02\,W_{1}",
        r"\frac{\partial L}{\partial b_{1}} &= \textstyle\sum_{\text{rows}} \delta_{1}",
        r"\Delta\theta_{t} &= -\eta\,g_{t}",
        r"\texttt{0.weight} & $W_{1}$ & $8 \times 2$ \\",
    ):
        assert any(each.removesuffix(r" \\") == line.removesuffix(r" \\") for each in text.splitlines()), line
    for value in trained.runs[0].values:
        assert f"{value:.6g}" in text
    assert "신경망 학습" in to_network_latex(trained, "ko")


def test_tex_text_has_no_commands_left():
    assert tex_text(r"\input{a}_b^c~%&#$|<") == (
        r"\textbackslash{}input\{a\}\_b\textasciicircum{}c\textasciitilde{}\%\&\#\$$|$$<$"
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no TeX here")
@pytest.mark.foreign
@pytest.mark.parametrize("what", ["formula", "network"])
def test_the_document_compiles(what: str, race: Solution, trained: Solution, tmp_path: Path):
    text = to_latex(race) if what == "formula" else to_network_latex(trained)
    (tmp_path / "a.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
        check=False,
    )
    log = (tmp_path / "a.log").read_text(errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert (tmp_path / "a.pdf").stat().st_size > 20_000
