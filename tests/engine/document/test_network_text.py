"""Networks, losses and penalties as text."""

import pytest

from engine.document.network import MAX_WIDTH, Layer, Loss, Network, Penalty
from engine.document.network_text import (
    ACTIVATIONS,
    NetworkError,
    loss_text,
    network_spec,
    network_text,
    parse_loss,
    parse_network,
    parse_penalty,
)


@pytest.mark.parametrize(
    "text",
    [
        "2-8tanh-8tanh-1",
        "net(2, 8 tanh, 8 tanh, 1)",
        " net( 2,8tanh , 8  tanh,1 linear ) ",
        "2 – 8 Tanh – 8 TANH – 1",
        "2-8tanh-8tanh-1identity",
    ],
)
def test_both_spellings_are_one_network(text: str) -> None:
    network = parse_network(text)
    assert network == Network(inputs=2, layers=(Layer(8, "tanh"), Layer(8, "tanh"), Layer(1)))
    assert network_spec(network) == "2-8tanh-8tanh-1"
    assert network_text(network) == "net(2, 8 tanh, 8 tanh, 1)"
    assert network.parameters == 105


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_read_back(activation: str) -> None:
    network = Network(inputs=3, layers=(Layer(4, activation), Layer(2)))
    assert parse_network(network_spec(network)) == network
    assert parse_network(network_text(network)) == network


@pytest.mark.parametrize(
    ("text", "wrong", "said"),
    [
        ("2-0tanh-1", "0tanh", "from 1 to 4,096 units, not 0"),
        ("2-1000000-1", "1000000", "from 1 to 4,096 units, not 1000000"),
        ("net(2, 99999999999999999999, 1)", "99999999999999999999", "from 1 to"),
        ("2-8tnh-1", "8tnh", "no activation named “tnh”"),
        ("2-8softmax-3", "8softmax", "Softmax"),
        ("2tanh-1", "2tanh", "inputs have no activation"),
        ("2-tanh-1", "tanh", "a width comes first"),
        ("2--1", "-", "a width comes first"),
        ("2", "2", "at least one layer"),
        ("", "", "a width comes first"),
        ("2-8tanh!-1", "8tanh!", "no layer"),
        ("4096-4096-1", "4096-4096-1", "16,785,409 weights; there is room for 500,000"),
        ("-".join(["2"] * 30), None, "at most 20 layers"),
        ("2-" * 300 + "1", None, "longer than"),
    ],
)
def test_what_is_no_network_is_said_with_its_place(text: str, wrong: str | None, said: str) -> None:
    with pytest.raises(NetworkError) as caught:
        parse_network(text)
    assert said in caught.value.message.render()
    lo, hi = caught.value.span
    if wrong is not None:
        assert text[lo:hi] == wrong
    for message in (caught.value.message, caught.value.hint):
        assert message is None or message.render("ko") != message.render("en")


def test_a_width_may_be_as_large_as_the_bound() -> None:
    assert parse_network(f"100-{MAX_WIDTH}-1").widths == (100, MAX_WIDTH, 1)


def test_modules_are_counted_as_sequential_counts_them() -> None:
    network = parse_network("2-3-4relu-1")
    assert list(network.shapes) == ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"]


@pytest.mark.parametrize("text", ["mse", "huber(delta=0.5)", "smooth_l1(beta=2)", "l1(reduction=sum)"])
def test_a_loss_is_read_back(text: str) -> None:
    assert loss_text(parse_loss(text)) == text


def test_a_loss_that_is_none_says_what_there_is() -> None:
    assert parse_loss("huber(delta=0.5, reduction=sum)") == Loss("huber", delta=0.5, reduction="sum")
    for text, said in [
        ("mean", "no loss named “mean”"),
        ("mse(delta=1)", "no setting “delta”"),
        ("huber(delta=-1)", "cannot be"),
        ("huber(delta=wide)", "cannot be"),
        ("mse(reduction=none)", "cannot be"),
    ]:
        with pytest.raises(NetworkError, match=said.replace("(", r"\(")):
            parse_loss(text)


def test_a_penalty_is_of_the_matrices_or_of_all() -> None:
    assert parse_penalty("l2=0.01") == Penalty("l2", 0.01, "weights")
    assert parse_penalty("l1 = 1e-3, all") == Penalty("l1", 0.001, "all")
    for text in ("l3=1", "l2=-1", "l2", "l2=many", "l2=1e9", "l2=1,biases"):
        with pytest.raises(NetworkError, match="no penalty"):
            parse_penalty(text)
