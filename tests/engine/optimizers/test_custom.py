"""One's own update rule: it does what it says, and a wrong one is refused with words and never run."""

import numpy as np
import pytest

from engine.descent.loop import descend
from engine.optimizers import SpecError, parse_spec, problems_of
from engine.optimizers.catalogue import Racer
from engine.optimizers.custom import CustomRule
from tests.engine.functions import oracle, setup_of


def points(spec, steps=50):
    function = oracle("(x**2 + y - 11)**2 + (x + y**2 - 7)**2")
    starts = [(0.0, 0.0), (1.0, -2.0)]
    return [
        run.points for run in descend(function, setup_of(function, starts), [parse_spec(spec)], steps=steps)
    ]


@pytest.mark.parametrize(
    ("own", "known"),
    [
        ("rule(lr=0.01)", "gd(lr=0.01)"),
        ('rule(lr=0.01, update="-eta * g")', "gd(lr=0.01)"),
        ('rule(lr=0.01, keep="b = 0.9 b + g", update="-η b")', "gd(lr=0.01, momentum=0.9)"),
        (
            'rule(lr=0.1, keep="m = 0.9m + 0.1g; v = 0.999v + 0.001g^2",'
            ' update="-η (m/(1-0.9^t))/(sqrt(v/(1-0.999^t)) + 10^-8)")',
            "adam(lr=0.1)",
        ),
        ('rule(lr=0.05, update="-η sign(g)")', "sign(lr=0.05)"),
        ('rule(lr=0.01, update="-η (g + 0.1 θ)")', "gd(lr=0.01, weight_decay=0.1)"),
        (
            'rule(lr=0.1, keep="G = G + g^2", update="-\\eta \\frac{g}{\\sqrt{G} + 10^{-10}}")',
            "adagrad(lr=0.1)",
        ),
    ],
)
def test_a_rule_in_words_equals_the_method_it_describes(own, known):
    for mine, theirs in zip(points(own), points(known), strict=True):
        n = min(len(mine), len(theirs))
        assert np.allclose(mine[:n], theirs[:n], rtol=1e-9, atol=1e-12)


def test_later_lines_see_the_new_values_and_own_names_the_old():
    one_step_late = points('rule(lr=0.01, keep="d = p; p = g", update="-η d")', steps=3)[0]
    assert np.array_equal(one_step_late[0], one_step_late[1])
    assert not np.array_equal(one_step_late[1], one_step_late[2])


@pytest.mark.parametrize(
    ("rule", "field", "words"),
    [
        ({"update": "-q g"}, "update", "knows no q"),
        ({"update": ""}, "update", "missing"),
        ({"update": "-η g +"}, "update", ""),
        ({"update": "__import__('os').system('true')"}, "update", ""),
        ({"update": "mean(g)"}, "update", ""),
        ({"keep": "g = 2"}, "keep", "taken"),
        ({"keep": "b = g; b = g"}, "keep", "taken"),
        ({"keep": "b"}, "keep", "name = formula"),
        ({"keep": "; ".join(f"b_{i} = g" for i in range(9))}, "keep", "at most 8"),
        ({"lr": 0.0}, "lr", "greater than 0"),
    ],
)
def test_a_wrong_rule_is_refused_beside_its_field(rule, field, words):
    (problem, *_) = problems_of(Racer(optimizer=CustomRule(**rule)))
    assert problem.field == f"optimizer.{field}"
    assert words in problem.message.render()


def test_a_wrong_rule_in_a_spec_is_shown_where_it_stands():
    with pytest.raises(SpecError) as caught:
        parse_spec('rule(lr=0.1, update="-η q")')
    assert caught.value.span == (13, 19)


@pytest.mark.parametrize(
    ("keep", "example"),
    [("b = 0.9 b + g, c = max(c, |b|)", "b = 0.9 b + g; c = max(c, |b|)"), ("b=g,c=g", "b=g; c=g")],
)
def test_a_comma_between_kept_quantities_says_that_a_semicolon_is_wanted(keep, example):
    (problem,) = CustomRule(lr=0.1, keep=keep, update="-eta b").conflicts()
    assert problem[0] == "keep" and problem[1].render().endswith(f"not a comma: {example}.")
    assert not CustomRule(lr=0.1, keep=example, update="-eta b").conflicts()
