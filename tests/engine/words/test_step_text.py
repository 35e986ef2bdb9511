"""The worked step: the right rule, the right numbers, for every method, in LaTeX that can be typeset."""

import re

import numpy as np
import pytest

from engine.descent.forks import forked
from engine.descent.loop import descend
from engine.optimizers import METHODS, parse_spec
from engine.words.step_text import number_latex, step_latex, vector_latex, worked_step
from tests.engine.functions import oracle, setup_of

SPECS = [
    *METHODS,
    "gd(lr=0.1, momentum=0.9, nesterov=true, weight_decay=0.1)",
    "gd(momentum=0.5, dampening=0.5)",
    "adam(amsgrad=true, weight_decay=0.1)",
    "rmsprop(centered=true, momentum=0.9)",
    "adagrad(lr_decay=0.1)",
    "gd(lr=0.1, schedule=cosine, noise=0.1, clip=1)",
    "cg(beta=fr)",
    "newton(modified=false)",
    'rule(lr=0.1, keep="m = 0.9m + 0.1g; v = 0.99v + g^2 t", update="-η t m/(sqrt(v) + 0.1)")',
]


def run_of(spec, steps=6, text="x**2 + 3*y**2 + x*y", start=(4.0, 3.0)):
    function = oracle(text)
    (run,) = descend(function, setup_of(function, [start]), [parse_spec(spec)], steps=steps, stop=False)
    return run


def test_gradient_descent_reads_as_on_the_board():
    run = run_of("gd(lr=0.1)", text="x**2 + y**2")
    gradient, update, point = worked_step(run, 0, ("x", "y"))
    assert gradient.left + " = " + gradient.tex == r"g_{1} = \nabla f(\theta_{0}) = \left(8,\; 6\right)"
    assert (update.symbolic, update.numeric) == (r"-\eta\,g_{1}", r"-0.1\,\left(8,\; 6\right)")
    assert update.result == r"\left(-0.8,\; -0.6\right)"
    assert (update.role, gradient.role, point.role) == ("update", "gradient", "point")
    assert point.tex == (
        r"\theta_{0} + \Delta\theta_{1} = \left(4,\; 3\right) + \left(-0.8,\; -0.6\right)"
        r" = \left(3.2,\; 2.4\right)"
    )
    assert point.name.render() == "new point (x, y)"


def test_in_one_variable_numbers_are_multiplied_by_dots_and_negative_ones_stand_in_brackets():
    function = oracle("x**2", "x")
    (run,) = descend(function, setup_of(function, [[4.0]]), [parse_spec("adam(lr=0.1)")], steps=3, stop=False)
    for line in worked_step(run, 2):
        assert r"\,0" not in line.numeric
    (run,) = descend(function, setup_of(function, [[4.0]]), [parse_spec("gd(lr=0.1)")], steps=3, stop=False)
    _, update, point = worked_step(run, 0)
    assert update.numeric == r"-0.1 \cdot 8"
    assert point.numeric == r"4 + \left(-0.8\right)"


def test_adam_has_a_line_for_each_moment_with_those_before():
    run = run_of("adam(lr=0.1)")
    lines = {line.symbol: line for line in worked_step(run, 2)}
    assert list(lines) == ["g", "m", "v", r"\hat m", r"\hat v", r"\Delta\theta", r"\theta"]
    m = lines["m"]
    assert m.symbolic == r"\beta_1\,m_{2} + (1-\beta_1)\,g_{3}"
    before, now = (vector_latex(run.terms[1].values[k]) for k in (1, 2))
    assert m.numeric.startswith(rf"0.9\,{before} + (1-0.9)\,")
    assert m.result == now
    assert lines[r"\hat v"].symbolic == r"v_{3} / (1-\beta_2^{3})"
    first = {line.symbol: line for line in worked_step(run, 0)}
    assert r"0.9\,\left(0,\; 0\right)" in first["m"].numeric


def test_the_first_velocity_is_the_gradient():
    first, second = (worked_step(run_of("gd(momentum=0.9)"), step)[1] for step in (0, 1))
    assert first.symbolic == "g_{1}"
    assert second.symbolic == r"\mu\,b_{1} + g_{2}"


def test_rprop_shows_the_bounds_of_its_sizes():
    run = run_of("rprop(lr=0.4, max_step=0.45)")
    first, later = worked_step(run, 0)[1], worked_step(run, 1)[1]
    assert first.numeric == r"\min(\max(0.4,\, 10^{-6}),\, 0.45)"
    assert first.result == r"\left(0.4,\; 0.4\right)"
    assert later.numeric.endswith(r"10^{-6}\right),\; 0.45\right)")  # 0.4 times 1.2 is cut
    assert later.result == r"\left(0.45,\; 0.45\right)"


def test_a_schedule_has_a_line_of_its_own():
    lines = worked_step(run_of("gd(lr=0.2, schedule=step(every=2, gamma=0.5))"), 2)
    assert [line.symbol for line in lines] == ["g", r"\eta", r"\Delta\theta", r"\theta"]
    assert lines[1].tex.endswith(r"0.2 \cdot 0.5 = 0.1")
    assert r"-\eta_{3}\,g_{3}" in lines[2].symbolic


@pytest.mark.parametrize("spec", SPECS)
def test_every_method_fills_every_reference_and_typesets(spec):
    mathra = pytest.importorskip("mathra")
    run = run_of(spec)
    for step in (0, 4):
        for line in worked_step(run, step, ("x", "y")):
            for tex in (line.left, line.symbolic, line.numeric, line.result):
                assert "[" not in tex
                assert "nan" not in tex.lower()
            mathra.tex_to_svg(f"{line.left} = {line.tex}", display=True, strict=True)


def test_the_results_are_the_terms_and_the_points():
    run = run_of("rmsprop(centered=true, momentum=0.9)")
    lines = worked_step(run, 3)
    assert [line.result for line in lines[:-1]] == [vector_latex(term.values[3]) for term in run.terms]
    assert lines[-1].result == vector_latex(run.points[4])


def test_a_forked_run_shows_the_rule_of_each_part():
    function = oracle("x**2 + y**2")
    branch = forked(parse_spec("gd(lr=0.1)"), 3)
    (run,) = descend(function, setup_of(function), [branch], steps=6, stop=False)
    assert len(worked_step(run, 1)) == len(worked_step(run, 5)) == 3


def test_it_can_be_copied_as_one_display():
    tex = step_latex(run_of("adam"), 1, "en", ("x", "y"))
    assert tex.startswith(r"\begin{aligned}")
    assert tex.count("&&") == 7
    assert r"\text{first moment}" in tex


def test_there_is_no_step_beyond_the_run():
    with pytest.raises(IndexError):
        worked_step(run_of("gd"), 6)


def test_numbers_and_long_vectors():
    assert number_latex(1234567.0) == r"1.235\cdot 10^{6}"
    assert number_latex(float("nan")) == r"\text{NaN}"
    assert vector_latex(np.array([2.0])) == "2"
    assert vector_latex(np.arange(9.0)) == r"\left(0,\; 1,\; 2,\; 3,\; \dots,\; 8\right)"


def denominators(tex: str) -> list[str]:
    """What stands right of the first part of each fraction that has one in braces."""
    found = []
    for match in re.finditer(r"frac(?=\{)", tex):
        depth, at = 1, match.end() + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(tex[at], 0)
            at += 1
        found.append(tex[at:])
    return found


@pytest.mark.parametrize("spec", SPECS)
def test_no_dot_comes_into_a_fraction_or_after_a_comma(spec: str) -> None:
    function = oracle("x**2 + 4*y**2 + x*y/2")
    (run,) = descend(function, setup_of(function), [parse_spec(spec)], steps=4, stop=False)
    for line in worked_step(run, 2):
        assert all(rest.startswith("{") for rest in denominators(line.numeric))
        assert r", \cdot" not in line.numeric
