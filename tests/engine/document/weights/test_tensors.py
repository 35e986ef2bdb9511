"""Named arrays as one value, in memory and in a lab file."""

import base64
import json

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document.weights.tensors import Tensors


def of_shapes(shapes: dict[str, tuple[int, ...]]) -> Tensors:
    generator = np.random.default_rng(0)
    return Tensors.of({name: generator.normal(size=shape) for name, shape in shapes.items()})


@given(st.dictionaries(st.text(max_size=8), st.lists(st.integers(0, 4), max_size=3).map(tuple), max_size=4))
def test_what_is_written_is_read(shapes: dict[str, tuple[int, ...]]) -> None:
    tensors = of_shapes(shapes)
    again = msgspec.json.decode(msgspec.json.encode(tensors), type=Tensors)
    assert again == tensors and hash(again) == hash(tensors)
    assert {name: array.shape for name, array in again.arrays.items()} == shapes
    assert list(again.arrays) == list(shapes)


def test_numbers_are_float64_in_base64_the_lowest_byte_first() -> None:
    written = json.loads(msgspec.json.encode(Tensors.of({"0.bias": [1.0, -2.0]})))
    assert written["shapes"] == [["0.bias", [2]]]
    assert base64.b64decode(written["data"]) == bytes.fromhex("000000000000f03f00000000000000c0")


def test_the_order_in_memory_does_not_count_but_the_order_of_names_does() -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    assert Tensors.of({"a": np.asfortranarray(matrix)}) == Tensors.of({"a": matrix})
    assert Tensors.of({"a": matrix.T}).arrays["a"].tolist() == matrix.T.tolist()
    one, other = {"a": [1.0], "b": [1.0]}, {"b": [1.0], "a": [1.0]}
    assert Tensors.of(one) != Tensors.of(other)


def test_nobody_writes_into_a_value() -> None:
    tensors = Tensors.of({"a": [1.0, 2.0]})
    for array in (tensors.flat, tensors.arrays["a"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3.0


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"shapes": [["a", [2]]], "data": ""}, "2 numbers"),
        ({"shapes": [["a", [1]], ["a", [0]]], "data": "AAAAAAAA8D8="}, "same name"),
        ({"shapes": [["a", [-1]]], "data": ""}, ">= 0"),
        ({"shapes": [["a", [10**9]]], "data": ""}, "<= 64000000"),
        ({"shapes": [["a", [1] * 9]], "data": "AAAAAAAA8D8="}, "length <= 8"),
        ({"shapes": [[str(i), [0]] for i in range(1001)], "data": ""}, "length <= 1000"),
        ({"shapes": [], "data": "no base64"}, "base64"),
        ({"shapes": [], "data": "", "more": 1}, "more"),
    ],
)
def test_a_wrong_value_in_a_lab_is_named(entry: dict[str, object], said: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=said):
        msgspec.json.decode(json.dumps(entry).encode(), type=Tensors)


def test_data_beyond_the_bound_is_refused() -> None:
    field = b'{"shapes": [["a", [8000001]]], "data": "' + base64.b64encode(bytes(64_000_008)) + b'"}'
    with pytest.raises(msgspec.ValidationError, match="length <= 64000000"):
        msgspec.json.decode(field, type=Tensors)
