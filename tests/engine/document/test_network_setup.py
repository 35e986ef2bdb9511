"""A network judged against its table, and where its weights begin."""

import numpy as np
import pytest
from msgspec.structs import replace

from engine.document.lab import Data, Lab
from engine.document.labfile import decode, encode
from engine.document.network import Network, Training
from engine.document.network_draw import drawn_weights
from engine.document.network_setup import examples_of, resolve_network
from engine.document.network_text import parse_loss, parse_network
from engine.document.weights.tensors import Tensors
from tests.engine.networks.torch_cases import INITIALISATIONS, Initialisation

ROWS = ((0.0, 1.0, 0.5), (1.0, 0.0, 1.5), (2.0, 2.0, -1.0), (3.0, 1.0, 0.25))
DATA = Data(columns=("a", "b", "y"), rows=ROWS)


def lab(text: str = "2-3tanh-1", data: Data | None = DATA, loss: str = "mse", **fields: object) -> Lab:
    return Lab(network=replace(parse_network(text), loss=parse_loss(loss), **fields), data=data, seed=3)


def classes(*labels: float, words: tuple[str, ...] = ()) -> Data:
    rows = tuple((float(k), float(k * k), label) for k, label in enumerate(labels))
    return Data(columns=("a", "b", "y"), rows=rows, classes={"y": words} if words else {})


@pytest.mark.parametrize(
    ("wrong", "said", "todo"),
    [
        (lab(data=None), "learns from a table", "Give a table"),
        (lab(data=Data(columns=("a", "b", "y"))), "no rows", "Add rows"),
        (lab(targets=("z",)), "no column “z”", "a, b, y"),
        (lab("2-3tanh-2", targets=("y", "y")), "twice", "once"),
        (lab("3-3tanh-1"), "y is to be predicted and cannot be among them", "2-3tanh-1"),
        (lab("5-3tanh-1"), "takes 5 inputs", "2-3tanh-1"),
        (lab("2-3tanh-2", targets=("y",)), "2 outputs for 1 columns", "last width be 1"),
        (lab(data=classes(0, 1, words=("no", "yes"))), "is text, and mse predicts numbers", "cross_entropy"),
        (
            lab(targets=("a",), data=classes(0, 1, words=("no", "yes"))),
            "y is text, and inputs are numbers",
            "leave",
        ),
        (
            lab(data=Data(columns=("a", "b", "y"), rows=((0.0, float("nan"), 1.0),))),
            "Row 1 of column b",
            "leave",
        ),
        (lab(loss="cross_entropy", data=classes(0, 1)), "has one output", "bce_with_logits"),
        (
            lab("2-3tanh-2", loss="cross_entropy", data=classes(0, 1, 2)),
            "3 classes; the network has 2",
            "be 3",
        ),
        (lab("2-3tanh-2", loss="multi_margin", data=classes(0, 0.5)), "written 0, 1, 2", "mse"),
        (lab("2-3tanh-2", loss="cross_entropy", data=classes(-1, 1)), "other numbers", "from 0"),
        (lab("2-2", loss="cross_entropy", targets=("a", "y")), "one column of classes, not 2", "one of them"),
        (lab(loss="bce_with_logits", data=classes(0, 2)), "labels 0 and 1", "two labels"),
        (lab(loss="hinge_embedding", data=classes(0, 1)), "labels -1 and 1", "two labels"),
        (
            lab(loss="bce_with_logits", data=classes(0, 1, 2, words=("a", "b", "c"))),
            "labels 0 and 1",
            "two labels",
        ),
        (
            lab(weights=Tensors.of({"0.weight": np.ones((3, 3))})),
            "another network: 0.weight is 3×3",
            "draw new",
        ),
        (replace(lab(), training=Training(split=0.99)), "none to test on", "another share"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_fit_says_what_to_do_and_nothing_is_lost(wrong: Lab, said: str, todo: str) -> None:
    examples, (problem,) = examples_of(wrong)
    assert examples is None and problem.fatal and problem.hint is not None
    assert said in problem.message.render() and todo in problem.hint.render()
    for each in (problem.message, problem.hint):
        assert each.render("ko") != each.render("en")


def test_what_works_but_helps_little_is_said_too() -> None:
    examples, (one,) = examples_of(lab(data=Data(columns=("a", "b", "y"), rows=ROWS[:1])))
    assert examples is not None and not one.fatal and "one row" in one.message.render()
    flat = Data(columns=("a", "b", "y"), rows=tuple((x, 5.0, y) for x, _, y in ROWS))
    examples, (constant,) = examples_of(lab(data=flat))
    assert examples is not None and "The column b is constant" in constant.message.render()


def test_the_last_columns_are_the_targets_and_the_others_go_in() -> None:
    examples, problems = examples_of(lab())
    assert examples is not None and not problems
    assert examples.names == ("a", "b") and examples.targets == ("y",)
    assert examples.inputs.tolist() == [[0, 1, 2, 3], [1, 0, 2, 1]]
    assert examples.wanted.tolist() == [[0.5, 1.5, -1.0, 0.25]]
    chosen, _ = examples_of(lab("1-2", targets=("y", "a")))
    assert chosen is not None and chosen.names == ("b",)
    assert chosen.wanted.tolist() == [[0.5, 1.5, -1.0, 0.25], [0, 1, 2, 3]]


def test_classes_are_numbers_or_sorted_words() -> None:
    examples, _ = examples_of(lab("2-3tanh-3", loss="cross_entropy", data=classes(2, 0, 1)))
    assert examples is not None and examples.classes == ("0", "1", "2")
    assert examples.wanted.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    named, _ = examples_of(lab("2-2", loss="cross_entropy", data=classes(0, 1, words=("cat", "dog"))))
    assert named is not None and named.classes == ("cat", "dog")
    two, _ = examples_of(lab(loss="hinge_embedding", data=classes(0, 1, words=("cat", "dog"))))
    assert two is not None and two.wanted.tolist() == [[-1, 1]]


def test_a_split_is_drawn_by_the_seed_and_leaves_each_row_in_one_part() -> None:
    data = classes(*range(20))
    base = lab(data=data)
    halves = [examples_of(replace(base, seed=seed, training=Training(split=0.75)))[0] for seed in (3, 3, 4)]
    first, again, other = [each for each in halves if each is not None]
    assert sorted([*first.train, *first.test]) == list(range(20)) and len(first.train) == 15
    assert first.train.tolist() == again.train.tolist() != other.train.tolist()


def test_label_noise_spares_the_rows_to_test_on() -> None:
    data = classes(*([0, 1] * 200))
    for loss, text, share in (
        ("bce_with_logits", "2-1", 0.3),
        ("cross_entropy", "2-2", 0.3),
        ("mse", "2-1", 0.5),
    ):
        plain = replace(lab(text, data, loss), training=Training(split=0.5))
        noisy = replace(lab(text, data, loss, label_noise=share), training=Training(split=0.5))
        (clean, _), (changed, _) = examples_of(plain), examples_of(noisy)
        assert clean is not None and changed is not None
        difference = changed.wanted - clean.wanted
        assert not difference[:, clean.test].any()
        if loss == "mse":
            assert difference[:, clean.train].std() == pytest.approx(0.5, rel=0.15)
        else:
            assert (difference[:, clean.train] != 0).mean() == pytest.approx(0.3, abs=0.08)
            assert set(np.unique(changed.wanted)) == {0.0, 1.0}


@pytest.mark.parametrize(
    "drawn", INITIALISATIONS, ids=lambda drawn: f"{drawn.name} {drawn.fan_in}-{drawn.fan_out}"
)
def test_weights_are_drawn_as_pytorch_draws_them(drawn: Initialisation) -> None:
    network = Network(inputs=drawn.fan_in, layers=parse_network(f"1-{drawn.fan_out}").layers, init=drawn.name)
    numbers = drawn_weights(network, 2000, seed=1)
    count = drawn.fan_in * drawn.fan_out
    for part, sample in ((numbers[:, :count], drawn.weight), (numbers[:, count:], drawn.bias)):
        if sample is None:
            assert not part.any()
            continue
        assert part.std() == pytest.approx(sample.deviation, rel=0.03)
        assert abs(part.mean()) < 0.03 * sample.deviation + abs(sample.mean)
        if "normal" not in drawn.name:
            assert part.max() == pytest.approx(sample.greatest, rel=0.01)
            assert part.min() == pytest.approx(sample.least, rel=0.01)


def test_starts_are_the_same_whatever_their_number_and_given_weights_come_first() -> None:
    network = parse_network("2-3tanh-1")
    one, three = drawn_weights(network, 1, 0), drawn_weights(network, 3, 0)
    assert np.array_equal(one[0], three[0]) and not np.isclose(three[0], three[1]).any()
    constant = drawn_weights(replace(network, init="constant", constant=0.5), 1, 0)
    assert (constant == 0.5).all() and not drawn_weights(replace(network, init="zeros"), 1, 0).any()
    given = Tensors.of({name: np.full(shape, 2.0) for name, shape in network.shapes.items()})
    assert (drawn_weights(replace(network, weights=given), 2, 0)[0] == 2.0).all()


def test_the_setup_has_every_single_weight_and_draws_two() -> None:
    base = replace(lab(), starts=({"2.bias[0]": 7.0}, {}))
    examples, _ = examples_of(base)
    assert examples is not None
    setup, problems = resolve_network(base, examples)
    assert setup is not None and not problems
    assert (
        setup.descended[:3] == ("0.weight[0,0]", "0.weight[0,1]", "0.weight[1,0]")
        and len(setup.descended) == 13
    )
    assert [axis.name for axis in setup.axes] == ["0.weight[0,0]", "0.weight[0,1]"]
    assert {each.ground for each in setup.roles.values()} == {"network"}
    assert setup.starts.shape == (2, 13) and setup.starts[0, -1] == 7.0 and setup.starts[1, -1] != 7.0


def test_a_lab_file_keeps_a_network_and_refuses_one_out_of_bounds() -> None:
    weights = Tensors.of({name: np.ones(shape) for name, shape in parse_network("2-3tanh-1").shapes.items()})
    whole = replace(lab(weights=weights), training=Training(batch=2, epochs=5, shuffle=False, split=0.5))
    assert decode(encode(whole)) == whole
    with pytest.raises(Exception, match="wrong entry"):
        decode(encode(whole).replace(b'"width": 3', b'"width": 1000000'))
