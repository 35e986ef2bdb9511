"""A short run of the fuzz script; the long one is `make fuzz`."""

import random

from engine.formula import parse_partial, to_latex
from tests.engine.formula import fuzz


def test_random_input_is_a_value_or_an_error() -> None:
    rng = random.Random(20)
    assert sum(fuzz.check(fuzz.make(rng)) for _ in range(1500)) > 50


def test_anything_can_be_drawn_while_it_is_typed() -> None:
    rng = random.Random(21)
    for _ in range(500):
        text = fuzz.make(rng)
        to_latex(parse_partial(text))
    for text in fuzz.SEEDS:
        for length in range(len(text)):
            to_latex(parse_partial(text[:length]))
