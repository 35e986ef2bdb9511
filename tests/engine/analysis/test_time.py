"""However many points there are to look at closely, the search ends soon after its time is over."""

import time

import pytest

from engine.analysis.analyse import SEARCH_S, analyse
from engine.document.lab import Lab
from engine.document.setup import resolve
from engine.formula import parse
from engine.function.objective import Objective


@pytest.mark.parametrize("text", ["gamma(sum(i=1..3, (x_i - i)^2))", "ln(beta(x, ln(y))) + sum(i=1..3, x_i)"])
def test_a_search_ends_when_its_time_is_over(text: str) -> None:
    formula = parse(text)
    setup, _ = resolve(Lab(formula=text), formula)
    assert setup is not None
    begin = time.process_time()
    analyse(Objective.bind(formula, setup.held, {}), setup, seconds=0.3)
    assert time.process_time() - begin < SEARCH_S
