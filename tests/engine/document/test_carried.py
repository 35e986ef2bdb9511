"""A lab that is carried by another file: found anywhere in it, bounded, and judged as a lab's own file is."""

import base64
import random
import zlib

import pytest
from msgspec.structs import replace

from engine.document.carried import END, MARK, carried_line, leaves_table_out, read_carried, read_lab
from engine.document.lab import Data, Lab
from engine.document.labfile import MAX_BYTES, LabFileError, write

TABLE = Data(columns=("x", "y"), rows=((1.0, 2.0), (2.0, 3.0)))
LAB = Lab(formula="mean((w x - y)^2)", title={"ko": "직선", "en": "A line"}, data=TABLE)


def packed(data: bytes) -> bytes:
    return MARK + base64.urlsafe_b64encode(zlib.compress(data)) + END


def test_the_lab_comes_back_from_amid_anything(tmp_path):
    line = carried_line(LAB)
    assert line == carried_line(replace(LAB, title=dict(reversed(LAB.title.items()))))
    assert not set(b" <>&\"'\n\\") & set(line)  # so it may stand in XML, in a comment, in an attribute
    old = carried_line(replace(LAB, formula="x^2"))
    path = tmp_path / "a.PNG"
    path.write_bytes(b"\x89PNG" + old + bytes(range(256)) * 99 + line + bytes(5000))
    assert read_lab(path).lab == LAB  # the last one: a copy that was edited has it behind
    write(LAB, tmp_path / "a.nabla")
    assert read_lab(tmp_path / "a.nabla").lab == LAB


def test_a_table_stays_out_where_it_is_not_wanted_or_too_large(tmp_path):
    draw = random.Random(1)
    rows = tuple((draw.random(), draw.random()) for _ in range(60_000))
    large = replace(LAB, data=Data(columns=("x", "y"), rows=rows))
    path = tmp_path / "a.svg"
    for line in (carried_line(LAB, with_table=False), carried_line(large)):
        assert leaves_table_out(line) and len(line) < 5000
        path.write_bytes(line)
        carried = read_carried(path)
        assert carried.table_left_out and carried.lab == replace(LAB, data=None)
    assert not leaves_table_out(carried_line(replace(LAB, data=None), with_table=False))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "carries no lab"),
        (b"\x89PNG nothing", "carries no lab"),
        (MARK + b"!!" + END, "damaged"),
        (MARK + b"eJw=", "damaged"),  # no end
        (packed(b"{}")[:-6] + END, "damaged"),
        (packed(b" " * (MAX_BYTES + 1)), "damaged"),  # a bomb: unpacked no further than a lab's length
        (packed(b"[1]"), "does not hold an object"),
        (packed(b'{"steps": -1}'), "wrong entry"),
        (packed(b'{"formula": 3}'), "wrong entry"),
        (packed(b'{"version": 99}'), "newer"),
    ],
)
def test_what_is_no_lab_is_refused_with_a_sentence(tmp_path, content, said):
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(LabFileError, match=said):
        read_carried(path)
    with pytest.raises(LabFileError):
        read_carried(tmp_path / "none.png")
