"""What is proposed for a table, and the Lab that comes of it."""

import numpy as np
import pytest

from engine.document.datasets import MADE, MEASURED
from engine.document.lab import Data, Lab
from engine.document.network import Layer
from engine.document.network_setup import examples_of
from engine.document.proposals import (
    Proposal,
    carried_out,
    class_count,
    losses_for,
    model_formula,
    models_for,
    propose,
    with_table,
)
from engine.document.setup import formula_of
from engine.optimizers import METHODS, GradientDescent, Racer

NUMBERS = Data(columns=("x_1", "x_2", "y"), rows=((0.0, 1.0, 0.5), (1.0, 0.0, 2.5), (1.0, 1.0, 3.0)))


def test_numbers_are_fitted_by_a_line_and_classes_by_their_probabilities() -> None:
    assert propose(NUMBERS) == Proposal("y", ("x_1", "x_2"), "linear", "mse")
    assert propose(MADE["moons"].data()) == Proposal("c", ("x_1", "x_2"), "logistic", "bce_with_logits")
    iris = MEASURED["iris"].data()
    of_words = propose(iris)
    assert (of_words.target, of_words.model, of_words.loss) == ("species", "logistic", "cross_entropy")
    back = propose(iris, iris.columns[0])
    assert back.inputs == iris.columns[1:4], "a column of text goes into no model"


@pytest.mark.parametrize("data", [NUMBERS, *(made.data() for made in MADE.values()), MEASURED["iris"].data()])
def test_whatever_is_offered_fits_its_table(data: Data) -> None:
    for target in data.columns:
        for model in models_for(data, target):
            for loss in losses_for(data, target, model):
                inputs = propose(data, target).inputs
                lab = carried_out(Lab(), data, Proposal(target, inputs, model, loss))
                if model == "formula":
                    assert formula_of(lab).columns
                    continue
                examples, problems = examples_of(lab)
                assert examples is not None, (target, model, loss, problems)
                assert examples.names == inputs and examples.targets == (target,)


def test_a_network_begins_with_eight_units_and_an_output_for_each_class() -> None:
    iris = MEASURED["iris"].data()
    proposal = Proposal("species", iris.columns[:2], "network", "cross_entropy")
    network = carried_out(Lab(), iris, proposal).network
    assert network is not None
    assert network.layers == (Layer(8, "tanh"), Layer(3))
    assert network.features == iris.columns[:2]


def test_plain_descent_gets_a_rate_that_holds_and_others_keep_theirs() -> None:
    lab = Lab(racers=(Racer(optimizer=GradientDescent(lr=7.0)), Racer(optimizer=METHODS["adam"](lr=0.3))))
    fitted = carried_out(lab, NUMBERS, propose(NUMBERS))
    table = np.array(NUMBERS.rows)
    inputs = np.column_stack([table[:, :2], np.ones(3)])
    steepest = np.linalg.eigvalsh(2 / 3 * inputs.T @ inputs)[-1]
    rate = fitted.racers[0].optimizer.lr  # type: ignore[attr-defined]
    assert 0.4 / steepest < rate <= 1 / steepest
    assert fitted.racers[1] == lab.racers[1]


def test_a_formula_names_no_weight_as_a_column_is_named() -> None:
    data = Data(columns=("w", "b"), rows=((1.0, 2.0),))
    assert model_formula(data, propose(data)) == r"\hat{b} = v w + c"
    three = Data(columns=("w1", "a", "b"), rows=((1.0, 2.0, 0.5),))
    assert model_formula(three, propose(three)) == r"\hat{b} = v_1 w1 + v_2 a + c"


@pytest.mark.parametrize("target", ["y", "y_1", "y1", "price", "q", "theta", "study_hours"])
def test_a_proposed_model_predicts_its_column(target: str) -> None:
    data = Data(columns=("x", target), rows=((1.0, 2.5),))
    model = formula_of(with_table(Lab(), data)).model
    assert model is not None and model.target == target and model.result.name is not None


def test_a_table_of_classes_gets_a_model_that_can_tell_them() -> None:
    two = Data(columns=("x", "c"), rows=((1.0, 0.0), (2.0, 1.0)), classes={"c": ("no", "yes")})
    taken = with_table(Lab(), two)
    assert (taken.formula, taken.loss.name) == ("ĉ = w x + b", "bce_with_logits")
    assert formula_of(taken).columns == ("c", "x")
    assert losses_for(two, "c", "formula") == ("bce_with_logits",)
    three = Data(columns=("x", "c"), rows=((1.0, 0.0),), classes={"c": ("a", "b", "c")})
    assert with_table(Lab(), three).formula == "mean((w x + b - (c = 0))^2)"
    assert losses_for(NUMBERS, "y", "formula") == ("mse", "l1", "huber", "smooth_l1")


def test_a_formula_that_cannot_stand_beside_the_columns_gives_way() -> None:
    data = Data(columns=("x", "y"), rows=((1.0, 2.5),))
    taken = with_table(Lab(), data)
    assert taken.formula == "ŷ = w x + b" and taken.loss == Lab().loss
    own = Lab(formula="mean((a x^2 + k - y)^2)")
    assert with_table(own, data).formula == own.formula
    trained = carried_out(Lab(), NUMBERS, propose(NUMBERS))
    assert with_table(trained, data).network == trained.network


def test_amounts_are_no_classes() -> None:
    data = Data(columns=("n", "c", "h"), rows=((3.0, 0.0, 0.5), (0.0, 1.0, 1.0), (9.0, 1.0, 0.0)))
    assert [class_count(data, name) for name in data.columns] == [0, 2, 0]


def test_columns_that_do_not_go_in_are_left_out() -> None:
    lab = carried_out(Lab(), NUMBERS, Proposal("y", ("x_2",), "linear", "mse"))
    examples, _ = examples_of(lab)
    assert examples is not None
    assert examples.names == ("x_2",)
    assert examples.inputs.tolist() == [[1.0, 0.0, 1.0]]
