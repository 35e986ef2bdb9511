"""The exported script is run as a user would, and gives the app's numbers. Most of its time goes into
importing sympy, so many scripts run one after another in one process."""

import ast
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from engine.descent.forks import forked
from engine.document.axes import PrincipalComponents
from engine.document.lab import Data, Lab, Racer, Variable
from engine.optimizers import METHODS, parse_spec
from engine.solving.section import plane_at
from engine.solving.solution import Solution
from engine.solving.stages import solve
from engine.solving.timeline import frame_at
from engine.writers import to_csv, to_python
from engine.writers.script_runs import RULES, functions_of
from tests.engine.writers.running import run_python, run_scripts


def written(solution: Solution, script: Path) -> str:
    script.write_text(to_python(solution), encoding="utf-8")
    return str(script)


def paths_in(output: str, d: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """(points, values) of every run that the script printed."""
    blocks: list[list[list[float]]] = []
    for line in output.splitlines():
        if line.endswith(" steps"):
            blocks.append([])
        words = line.split()
        if blocks and len(words) == d + 4 and words[0].isdecimal() and words[d + 1] == "f":
            blocks[-1].append([float(word) for word in (*words[1 : d + 1], words[-1])])
    return [(np.array(block)[:, :d], np.array(block)[:, d]) for block in blocks]


def check_script(solution: Solution, folder: Path) -> str:
    """Run its script, compare, and return what was printed."""
    output = run_python(folder, written(solution, folder / "script.py"))
    check_numbers(solution, output)
    return output


def check_numbers(solution: Solution, output: str) -> None:
    d = solution.runs[0].points.shape[1]
    paths = paths_in(output, d)
    assert len(paths) == len(solution.runs)
    for (points, values), run in zip(paths, solution.runs, strict=True):
        np.testing.assert_allclose(points, run.points, rtol=1e-9, atol=1e-9, err_msg=str(run.racer))
        np.testing.assert_allclose(values, run.values, rtol=1e-8, atol=1e-9, err_msg=str(run.racer))


@pytest.mark.long
def test_every_method_repeats_the_descent(tmp_path, deriver):
    assert set(METHODS) - {"rule"} <= set(functions_of(RULES)), (
        "each method has its rule in resources/script/rules.py"
    )
    racers = tuple(parse_spec(name if name != "gd" else "gd(lr=0.05)") for name in METHODS)
    more = (
        "gd(lr=0.02, momentum=0.9, nesterov=true, weight_decay=0.01)",
        "gd(lr=0.02, momentum=0.8, dampening=0.3)",
        "adam(lr=0.05, amsgrad=true, weight_decay=0.1)",
        "rmsprop(lr=0.02, centered=true, momentum=0.5)",
        'rule(lr=0.1, keep="b = 0.9 b + g; c = max(c, |b|)", update="−η b / (1 + c/10)")',
        'rule(lr=0.3, update="-eta sign(g) / sqrt(t)", schedule=cosine(steps=30))',
        "gd_linesearch(search=exact)",
        "cg(beta=fr)",
        "newton(damped=false, modified=false)",
        "lbfgs(history=3)",
        "gd(lr=0.05, schedule=cosine(steps=20), noise=0.2, clip=1.5)",
    )
    lab = Lab(
        formula="x^2 + 3x y/5 + y^2 + sin x",
        starts=({"x": 3.0, "y": -2.0}, {"x": -1.0, "y": 4.0}),
        racers=(*racers, *map(parse_spec, more)),
        steps=60,
        stop=False,
        seed=7,
    )
    output = check_script(solve(lab, deriver), tmp_path)
    assert "df/dx = 2*x + 3*y/5 + cos(x)" in output


LABS = {
    formula: Lab(
        formula=formula,
        starts=({"x": 1.3, "y": 0.7},),
        racers=(parse_spec("gd(lr=0.002)"),),
        steps=12,
        stop=False,
    )
    for formula in (
        "100(y-x^2)^2 + (1-x)^2",
        "|x| + 2|y-1|",
        "max(x, y, 0) + relu(x-1)^2 + 0.1 x^2 + cbrt(y)",
        "e^(-x^2-y^2) + log(1+x^2)/2 + sqrt(1+y^2)",
        "erf(x) + gelu(y) + softplus(x) + gamma(2+y^2/9) + x^2",
        "piecewise(x^2, 0 < x < 1 or x > 2, -x) + y^2",
        "sum(i=1..3, i (x-i)^2)/6 + y^2/3",
        "floor(x) + y^2 + 1e-3 x^2",
        "round(0.5) + 10round(1.5) + 100round(-2.5) + 1000round(-x) + round(y/0.7 + 1/2) + y^2",
        "2^(x/2) + 2^(-x) + y^2 + 1/4",
        "atan2(y, 3+x^2) + sinh(y/4) + x^2/7",
    )
} | {
    formula: Lab(formula=formula, racers=(parse_spec("gd(lr=0.1)"),), steps=3, stop=False)
    for formula in ("(x-1)^2", "3")
}

LEGS = "x^2 + 2y^2 + x y"
FREE_AND_HELD = "mean((w_1 a + w_2 - b)^2) + k lambda^2"
OWN_NAMES = "mean((w show - draw)^2 + (v value - main)^2)"
STATISTICS = (
    "median(w a - v b) + v^2",
    "max(w a) + std(a + v) + min(v a)",
    "logsumexp(w a) + bce(sigmoid(v a), b) + sum(softmax(w a) b)",
)


def forked_racers() -> tuple[Racer, ...]:
    first = parse_spec("adam(lr=0.2, noise=0.1)")
    second = replace(forked(first, 6), optimizer=parse_spec("gd(lr=0.05, momentum=0.5)").optimizer)
    third = replace(forked(second, 11), optimizer=parse_spec("cg").optimizer)
    slower = replace(forked(second, 9), optimizer=parse_spec("gd(lr=0.01, momentum=0.5)").optimizer)
    searching = parse_spec("bfgs(schedule=cosine(steps=15))")
    return (first, second, third, slower, forked(searching, 4))


LABS |= {
    LEGS: Lab(formula=LEGS, racers=forked_racers(), steps=18, stop=False, seed=3),
    FREE_AND_HELD: Lab(
        formula=FREE_AND_HELD,
        variables={"k": Variable(role="held", value=0.25)},
        others="free",
        starts=({"w_1": 0.5, "w_2": -0.5, "lambda": 1.5},),
        racers=(parse_spec("adam(lr=0.1)"),),
        steps=15,
        data=Data(columns=("a", "b"), rows=((1.0, 2.0), (2.0, 2.5), (4.0, 5.0))),
        stop=False,
    ),
    "the title": Lab(
        formula="x^2 + y^2",
        title={"en": 'quotes """ and \\ and \n newlines """'},
        racers=(parse_spec("gd(lr=0.1)"),),
        steps=2,
    ),
    OWN_NAMES: Lab(
        formula=OWN_NAMES,
        data=Data(
            columns=("show", "draw", "value", "main"), rows=((1.0, 2.0, 3.0, 5.0), (2.0, 1.0, 4.0, 0.5))
        ),
        starts=({"w": 0.7, "v": 0.4},),
        racers=(parse_spec("gd(lr=0.01)"),),
        steps=5,
        stop=False,
    ),
} | {
    formula: Lab(
        formula=formula,
        data=Data(columns=("a", "b"), rows=((0.5, 1.0), (-1.0, 0.0), (3.0, 1.0), (2.0, 0.0))),
        starts=({"w": 0.7, "v": 0.4},),
        steps=5,
    )
    for formula in STATISTICS
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory, deriver):
    """{formula: (solution, what its script prints)} of LABS."""
    folder = tmp_path_factory.mktemp("scripts")
    solutions = [solve(lab, deriver) for lab in LABS.values()]
    scripts = [written(solution, folder / f"{k}.py") for k, solution in enumerate(solutions)]
    outputs = run_scripts(folder, scripts)
    return dict(zip(LABS, zip(solutions, outputs, strict=True), strict=True))


@pytest.mark.parametrize("formula", LABS)
def test_the_numbers_are_the_app_s(printed, formula):
    check_numbers(*printed[formula])


def test_a_forked_run_goes_on_by_its_other_rules(printed):
    table = to_csv(printed[LEGS][0]).splitlines()
    last = [line.split(",")[1] for line in table if line.startswith("3,")]
    assert last == ["adam"] * 6 + ["gd"] * 5 + ["cg"] * 8


def test_every_free_variable_descends(printed):
    setup = printed[FREE_AND_HELD][0].setup
    assert setup is not None and len(setup.descended) == 3


@pytest.mark.foreign
def test_the_figure_is_drawn_where_matplotlib_is(tmp_path, deriver):
    pytest.importorskip("matplotlib")
    for number, formula in enumerate(("x^2 + y^2", "x^2", "1/(x^2+y^2)")):
        solution = solve(Lab(formula=formula, steps=5), deriver)
        picture = tmp_path / f"{number}.png"
        run_python(tmp_path, written(solution, tmp_path / "script.py"), str(picture))
        assert picture.stat().st_size > 10_000


def test_directions_are_the_axes_of_the_figure_too(tmp_path, deriver):
    lab = Lab(
        formula="x^2 + 3 y^2 + (z - x)^2",
        others="free",
        starts=({"x": 3.0, "y": -2.0, "z": 4.0},),
        steps=20,
        axes=PrincipalComponents(),
    )
    solution = solve(lab, deriver)
    script = tmp_path / "script.py"
    written(solution, script)
    plane = plane_at(solution, frame_at(solution, 20.0), 0)
    across, up = np.meshgrid([-1.0, 0.5], [0.25, 2.0])
    theta = plane.moved(plane.origin, np.stack([across, up], axis=-1))
    (tmp_path / "ask.py").write_text(
        "import numpy as np, script\n"
        "x, y = np.meshgrid([-1.0, 0.5], [0.25, 2.0])\n"
        "print(np.stack(script.in_plane(x, y), axis=-1).tolist())\n"
        "print(script.along(np.array(script.RUNS[0][2], dtype=float)[None]).tolist())\n",
        encoding="utf-8",
    )
    said = run_python(tmp_path, str(tmp_path / "ask.py")).splitlines()
    np.testing.assert_allclose(np.array(ast.literal_eval(said[0])), theta, atol=1e-12)
    start = plane.coordinates(solution.setup.starts[:1])
    np.testing.assert_allclose(np.array(ast.literal_eval(said[1])).T, start, atol=1e-12)
