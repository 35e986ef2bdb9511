"""Whose tensor is whose, in files of other hands."""

import pytest

from engine.document.weights.matching import Named, Source, matched, widths_in
from engine.document.weights.stored import WeightFileError

OURS: tuple[Named, ...] = (("0.weight", (8, 2)), ("0.bias", (8,)), ("2.weight", (1, 8)), ("2.bias", (1,)))
NAMES = [name for name, _ in OURS]


def named(names: list[str], transposed: bool = False) -> list[Named]:
    pairs = zip(names, OURS, strict=True)
    return [(name, shape[::-1] if transposed else shape) for name, (_, shape) in pairs]


def test_our_own_names_are_matched_in_any_order() -> None:
    assert matched(OURS[::-1], OURS) == tuple(Source(name, name) for name in NAMES)


@pytest.mark.parametrize(
    ("names", "transposed"),
    [
        (["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"], False),  # torch, named modules
        (["Dense_0/kernel", "Dense_0/bias", "Dense_1/kernel", "Dense_1/bias"], True),  # flax
        (["0.kernel", "1.bias", "2.kernel", "3.bias"], True),  # Keras, as our two lines write it
        (["arr_0", "arr_1", "arr_2", "arr_3"], False),
        (["arr_0", "arr_1", "arr_2", "arr_3"], True),  # Keras, get_weights; scikit-learn
        (["onnx::MatMul_9", "a.bias", "onnx::MatMul_12", "b.bias"], True),
    ],
)
def test_others_are_matched_by_order_and_shape(names: list[str], transposed: bool) -> None:
    sources = matched(named(names, transposed), OURS)
    assert [source.ours for source in sources] == NAMES
    assert [source.theirs for source in sources] == names
    assert [source.transposed for source in sources] == [transposed, False, transposed, False]


def test_matrices_and_vectors_may_stand_apart() -> None:
    found = [("coefs_0", (2, 8)), ("coefs_1", (8, 1)), ("intercepts_0", (8,)), ("intercepts_1", (1,))]
    sources = matched(found, OURS)
    assert [source.theirs for source in sources] == ["coefs_0", "intercepts_0", "coefs_1", "intercepts_1"]


def test_square_matrices_are_turned_where_their_name_says_so() -> None:
    wanted: list[Named] = [("0.weight", (3, 3))]
    assert matched([("kernel", (3, 3))], wanted)[0].transposed
    assert not matched([("arr_0", (3, 3))], wanted)[0].transposed


def test_an_autoencoder_out_of_order_is_not_taken_for_one_transposed() -> None:
    wanted: list[Named] = [("0.weight", (3, 5)), ("2.weight", (5, 3))]
    found: list[Named] = [("decoder.weight", (5, 3)), ("encoder.weight", (3, 5))]
    theirs = [source.theirs for source in matched(found, wanted)]
    assert theirs == ["encoder.weight", "decoder.weight"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            (("0.weight", (2, 8)), *OURS[1:]),
            r"0.weight has the shape 2×8 in the file; the network wants 8×2.",
        ),
        ((*OURS, ("4.weight", (1, 1))), r"4 tensors .*, the file 5 "),
        (OURS[:2], r"The network has 4 tensors \(0.weight 8×2, .*, the file 2 \(0.weight 8×2, 0.bias 8\)."),
        ((), r"the file 0 \(–\)"),
        (
            (("a.weight", (9, 2)), ("a.bias", (9,)), ("b.weight", (1, 9)), ("b.bias", (1,))),
            "wants 8×2 for 0.weight; in its place the file has a.weight of shape 9×2.",
        ),
        ([*named(["a", "b", "c", "d"])[:3], ("d", (1, 1, 1))], "the file 4 "),
    ],
)
def test_what_does_not_fit_says_what_was_found_and_wanted(found: list[Named], said: str) -> None:
    with pytest.raises(WeightFileError, match=said) as caught:
        matched(found, OURS)
    assert caught.value.message.render("ko")


@pytest.mark.parametrize(
    ("found", "widths"),
    [
        (OURS, ((2, 8, 1), True)),
        (OURS[::2], ((2, 8, 1), False)),
        (named(["k", "b", "l", "c"], transposed=True), ((2, 8, 1), True)),
        (OURS[:3], None),
        ((("0.weight", (8, 2)), ("2.weight", (1, 7))), None),
        ((*OURS, ("scale", ())), None),
        ((), None),
    ],
)
def test_the_widths_of_a_file(found: list[Named], widths: object) -> None:
    assert widths_in(found) == widths
