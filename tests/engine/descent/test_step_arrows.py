"""The arrows of a step."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.base.i18n import message
from engine.descent.loop import descend as descend_with
from engine.descent.run import Term
from engine.descent.step_arrows import step_vectors
from engine.optimizers import METHODS, Racer
from tests.engine.functions import oracle, setup_of
from tests.engine.hand_made import descend
from tests.engine.numpy_objective import BOWL

RUN = descend(BOWL, (4, 3), lr=0.1, steps=3)


def with_momentum():
    g = Term("g", message("Gradient"), RUN.gradients[:-1], "gradient")
    m = Term("m", message("Momentum"), 2 * RUN.gradients[:-1], "momentum")
    return replace(RUN, terms=(g, m))


def test_the_update_leads_to_the_next_point():
    (update,) = step_vectors(RUN, 0)
    assert update.vector == pytest.approx([-0.8, -0.6])
    assert update.strong
    assert step_vectors(RUN, 3) == ()


def test_terms_are_drawn_downhill_and_as_long_as_the_update():
    gradient, momentum, update = step_vectors(with_momentum(), 0)
    assert (gradient.role, momentum.role, update.role) == ("gradient", "momentum", "update")
    assert momentum.vector == pytest.approx([-0.8, -0.6])
    assert gradient.vector == pytest.approx([-0.4, -0.3])


def test_a_highlighted_term_is_strong_and_the_update_is_not():
    gradient, _, update = step_vectors(with_momentum(), 1, "g")
    assert gradient.strong
    assert not update.strong


def test_a_step_into_nowhere_has_no_arrow():
    points = RUN.points.copy()
    points[1] = np.nan
    assert step_vectors(replace(RUN, points=points), 0) == ()


@pytest.mark.parametrize("name", [name for name in METHODS if name != "rule"])
def test_no_arrow_of_a_first_step_points_uphill(name):
    """In a bowl every method goes down, and so do the arrows of what it goes down by."""
    function = oracle("x**2 + 4*y**2")
    racer = Racer(optimizer=METHODS[name]())
    (run,) = descend_with(function, setup_of(function), (racer,), steps=1, stop=False)
    for arrow in step_vectors(run, 0, "g"):
        assert float(arrow.vector @ run.gradients[0]) < 0
