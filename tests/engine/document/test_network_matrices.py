"""Networks in matrices: the same as net(…), whatever the spelling; and what is said of what is none."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.document.lab import Data
from engine.document.network import Layer, Loss
from engine.document.network_matrices import looks_like_a_network, read_as_matrices, read_network
from engine.document.network_text import network_text, parse_network
from engine.formula import FormulaError, parse
from engine.formula.parser import line_ends

TABLE = Data(columns=("x_1", "x_2", "y"))
WIDE = Data(columns=("y", "a", "b", "c"))
TEXT = "W_2 tanh(W_1 x + b_1) + b_2"
NETWORK = parse_network("net(2, 8 tanh, 1)")


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT} where W_1: 8x2",
        f"{TEXT}\nW_1: 8×2",
        f"W_1: 8 x 2\n{TEXT}",
        rf"{TEXT}; W_1: 8 \times 2; b_1: 8; W_2: 1x8, b_2: 1x1",
        f"{TEXT} where W_2: 1*8",
        f"{TEXT} where b_1: 8x1",
        f"{TEXT} where W_1: 8 by 2 and W_2: 1 by 8.",
        "W_1: 8x2; h = tanh(W_1 x + b_1); W_2 h + b_2",
        "V np.tanh(U @ x + c) + d where U: 8x2",
        r"b_2 + \mathbf{W}_2 \tanh(\mathbf{W}_1 \mathbf{x} + b_1) \text{ where } W_1: 8 \times 2",
        r"f(x) = W^{(2)} tanh(W^{(1)} x + b^{(1)}) + b^{(2)} where W1: 8x2",
        "out tanh(hidden x + b) + c where hidden: 8x2, out: 1x8",
    ],
)
def test_one_network_has_many_spellings(text: str) -> None:
    assert looks_like_a_network(text)
    assert read_network(text, TABLE) == NETWORK


def test_the_other_spelling_is_read_too() -> None:
    assert read_network(network_text(NETWORK), TABLE) == read_network("2-8tanh-1", TABLE) == NETWORK
    assert not looks_like_a_network(TEXT) and not looks_like_a_network("f: (x, y) -> x^2")
    assert parse("lambda x, y: 8 x y").variables == ("x", "y"), "no shape"


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("W x where W: 1x2", (Layer(1, bias=False),)),
        ("W_2 tanh(W_1 x) + b where W_1: 3x2", (Layer(3, "tanh", bias=False), Layer(1))),
        ("W_2 W_1 x + b where W_1: 3x2", (Layer(3, bias=False), Layer(1))),
        ("W_2 (W_1 x + b) where W_1: 3x2", (Layer(3), Layer(1, bias=False))),
        (
            "σ(W_2 max(0, W_1 x)) where W_1: 3x2",
            (Layer(3, "relu", bias=False), Layer(1, "sigmoid", bias=False)),
        ),
        ("W_3 elu(W_2 leaky_relu(W_1 x)) where W_2: 4x3", None),
        ("W_3 gelu(W_2 softplus(W_1 x)) where W_1: 3x2, W_2: 4x3", None),
    ],
)
def test_layers_have_biases_and_activations_of_their_own(text: str, layers: tuple[Layer, ...] | None) -> None:
    network = read_network(text, TABLE)
    assert network.layers == layers or (layers is None and network.widths == (2, 3, 4, 1))
    assert read_network(text, TABLE) == network


def test_a_hat_names_the_column() -> None:
    assert read_network(rf"\hat b = {TEXT} where W_1: 8x3".replace("b_", "c_"), WIDE).targets == ("b",)
    assert read_network(f"ŷ = {TEXT} where W_1: 8x2", TABLE) == replace(NETWORK, targets=("y",))
    assert read_network(f"{TEXT} where W_1: 8x3", WIDE).targets == ("y",), "unless it is said, y"
    assert read_network(f"{TEXT} where W_1: 8x2, W_2: 2x8", WIDE).widths == (2, 8, 2)
    chosen = read_network(f"{TEXT} where W_1: 8x3", WIDE, targets=("a",))
    assert chosen.targets == ("a",)


def test_outputs_are_as_many_as_the_loss_needs() -> None:
    classes = Data(
        columns=("u", "v", "c"), rows=((0.0, 1.0, 0.0), (1.0, 0.0, 2.0)), classes={"c": ("a", "b", "d")}
    )
    network = read_network(f"{TEXT} where W_1: 8x2", classes, Loss("cross_entropy"))
    assert network.widths == (2, 8, 3) and network.loss.name == "cross_entropy"


def test_standardised_inputs_are_said_where_x_stands() -> None:
    for inputs in ("((x - mean(x))/std(x))", "(x - mean(x))/std(x)", r"\frac{x - mean(x)}{std(x)}"):
        network = read_network(f"W_2 tanh(W_1 {inputs} + b_1) + b_2 where W_1: 8x2", TABLE)
        assert (
            network == parse_network("net(2 standard, 8 tanh, 1)") == parse_network("2standardised-8tanh-1")
        )
        assert network_text(network) == "net(2 standard, 8 tanh, 1)"


def test_a_width_that_nothing_says_can_be_given() -> None:
    assert read_as_matrices(TEXT, TABLE, width=8) == NETWORK
    with pytest.raises(FormulaError):
        read_as_matrices(TEXT, TABLE)


def refused(text: str, table: Data = TABLE) -> tuple[str, str]:
    """What is said of `text`, and the part of it that is meant."""
    with pytest.raises(FormulaError) as caught:
        read_network(text, table)
    hint = caught.value.hint
    return f"{caught.value.message.render()}. {hint.render() if hint else ''}", text[
        slice(*caught.value.span)
    ]


@pytest.mark.parametrize(
    ("shapes", "said", "meant"),
    [
        ("W_1: 8x2, W_2: 1x6", "W₂ is 1×6, but W₁ makes 8 units. Declare W_2: 1x8", "W_2: 1x6"),
        ("W_1: 8x3", "W₁ is 8×3, but x has 2 columns (x_1, x_2). Declare W_1: 8x2", "W_1: 8x3"),
        ("W_1: 8x2, b_1: 6", "b₁ is 6×1, but W₁ makes 8 units. Declare b_1: 8", "b_1: 6"),
        ("b_1: 6, W_2: 1x8", "W₂ is 1×8, but b₁ makes 6 units", "W_2: 1x8"),
        ("W_1: 0x2", "from 1 to 4,096 units, not 0", "W_1: 0x2"),
        ("W_1: 1000000x2", "from 1 to 4,096 units, not 1000000", "W_1: 1000000x2"),
        ("W_1: 10⁶x2", "rows × columns", "10⁶x2"),
        ("W_1: -8x2", "rows × columns", "-8x2"),
        ("W_1: axb", "a number here, not a letter. Write for example W_1: 8x2", "axb"),
        (r"W_1 \in \mathbb{R}^{m \times 2}", "a number here, not a letter", r"m \times 2"),
        ("W_1 ∈ ℝ^{10^6×2}", "rows × columns", "10^6×2"),
        ("W_1 ∈ ℝ^{0×2}", "from 1 to 4,096 units, not 0", "W_1 ∈ ℝ^{0×2}"),
        ("W_1: 8x", "rows × columns", "8x"),
        ("W_1: 8x2x3", "rows × columns", "8x2x3"),
        ("W_1: 8", "W₁ is a matrix", "W_1: 8"),
        ("b_1: 8x2", "b₁ is a bias", "b_1: 8x2"),
        ("W_3: 8x2", "W₃ is declared, and stands nowhere", "W_3: 8x2"),
        ("W_1: 8x2, W_1: 8x2", "W₁ is declared twice", "W_1: 8x2"),
    ],
)
def test_shapes_fit_each_other_and_the_table(shapes: str, said: str, meant: str) -> None:
    found, place = refused(f"{TEXT} where {shapes}")
    assert said in found and place == meant


@pytest.mark.parametrize(
    ("text", "said", "meant"),
    [
        ("W_3 relu(W_2 tanh(W_1 x)) where W_1: 8x2", "Nothing says how many units W₂ makes", "W_2"),
        ("W_1 tanh(W_1 x + b_1) where W_1: 8x2", "W₁ stands twice", "W_1"),
        ("W_2 tanh(W_1 x + b) + b where W_1: 8x2", "b stands twice", "b"),
        ("ŷ = W_2 tanh(W_1 x) where W_2: 3x8", "W₂ is 3×8, but one column is predicted (y)", "W_2: 3x8"),
        ("ẑ = W x where W: 1x2", "ẑ predicts no column", "ẑ"),
        ("W: 1x2", "nothing is made of it", "W: 1x2"),
        ("2 W x where W: 1x2", "“2” is no matrix", "2"),
        ("W^T x where W: 1x2", "“W^T” is no matrix", "W^T"),
        ("x W where W: 1x2", "“W” stands behind what it multiplies", "W"),
        ("W x - b where W: 1x2", "“- b” is no bias", "- b"),
        ("W x + b + c where W: 1x2", "“c” is no bias", "c"),
        ("W x + V x where W: 1x2", "x goes in twice", "V x"),
        ("W b where W: 1x2", "Nothing goes in here", "W b"),
        ("tanh(x) + W where W: 1x2", "“tanh(x)” has no matrix in front", "tanh(x)"),
        ("W_2 sin(W_1 x) where W_1: 8x2", "sin is no activation", "sin"),
        ("W_2 elu(W_1 x, 2) where W_1: 8x2", "An activation takes one value", "2"),
        ("W_2 tanh(relu(W_1 x)) where W_1: 8x2", "around another one", "relu(W_1 x)"),
        ("softmax(W x) where W: 1x2", "Softmax is not said of a layer", "softmax"),
        ("W_3 W_2 W_1 x where W_1: 4000x2, W_2: 4000x4000", "there is room for 500,000", None),
        (" ".join(f"W_{k}" for k in range(21)) + " x where W_20: 1x2" + "".join(f", W_{k}: 1x1" for k in range(20)),  # noqa: E501
         "at most 20 layers", None),
    ],
)  # fmt: skip
def test_what_is_no_network_of_that_form_gets_a_sentence(text: str, said: str, meant: str | None) -> None:
    found, place = refused(text)
    assert said in found and place == (meant or text)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (Data(), "learns from a table"),
        (Data(columns=("x", "y")), "x is a column of the table, and so it cannot stand for all that goes in. "
         "Rename the column, or write net(1, 8 tanh, 1)"),
        (Data(columns=("y",)), "there is no other"),
        (Data(columns=("a", "word", "y"), classes={"word": ("u", "v")}), "word is text"),
    ],
)  # fmt: skip
def test_the_table_has_something_for_x_to_be(table: Data, said: str) -> None:
    assert said in refused(f"{TEXT} where W_1: 8x2", table)[0]


@pytest.mark.parametrize(
    "shapes",
    [
        "W_1 ∈ ℝ^{8×2}",
        r"W_1 \in \mathbb{R}^{8 \times 2}",
        "W_1 ∈ ℝ⁸ˣ², b_1 ∈ ℝ⁸",
        "W_1 in R^(8x2)",
        r"W_1\in\R^{8\times2}",
    ],
)
@pytest.mark.parametrize("behind", [" where {}", "; {}", "\n{}"])
def test_a_shape_may_be_said_of_real_matrices(shapes: str, behind: str) -> None:
    assert read_network(TEXT + behind.format(shapes), TABLE) == NETWORK
    assert read_network(f"{shapes}\n{TEXT}", TABLE) == NETWORK


def test_where_a_function_goes_from_and_to_is_no_shape() -> None:
    assert parse("f: ℝ² → ℝ, f(x, y) = x y").declared == ("x", "y")
    assert parse(r"f\colon \mathbb{R}^2 \to \mathbb{R}, f(x, y) = x y").declared == ("x", "y")


def test_a_shape_stands_in_no_other_formula() -> None:
    with pytest.raises(FormulaError, match="network only") as caught:
        parse("x^2 + y where W_1: 8x2")
    assert caught.value.span == (14, 22)


def test_a_line_of_its_own_parts_lines() -> None:
    text = f"{TEXT}\nW_1: 8x2"
    assert line_ends(text) == (len(TEXT),)
    assert line_ends("x^2 +\n y^2") == ()


@pytest.mark.parametrize("page", ["LANGUAGE.md", "LANGUAGE.ko.md"])
def test_the_pages_of_the_language_say_what_is_read(page: str) -> None:
    text = (Path(__file__).parents[3] / "engine/formula" / page).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `") and ": 8" in line]
    rows = [re.findall("`([^`]*)`", line) for line in lines]
    assert [[network_text(read_network(each, TABLE)) for each in row] for row in rows] == [
        ["net(2, 8 tanh, 1)"],
        ["net(2, 8 relu, 1)"],
        ["net(2 standard, 8 tanh, 1)"] * 2,
    ]
    shapes = [*re.findall("`(W_1: [^`]*)`", text), *re.findall("`(b_1: [^`]*)`", text)]
    assert len(shapes) == 4
    assert all(read_network(f"{TEXT}; {shape}", TABLE) == NETWORK for shape in shapes)
