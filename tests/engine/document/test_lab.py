"""A table in a lab: what it may hold, whoever wrote the file."""

import json

import pytest

from engine.document import labfile
from engine.document.datafile import parse_table
from engine.document.lab import Data, Lab


def lab_with(**data: object) -> bytes:
    return json.dumps({"data": data}).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"columns": ["x"], "rows": [[1], [1, 2]]}, "row 2 has 2 entries"),
        ({"columns": ["x", "x"], "rows": [[1, 2]]}, "the same name"),
        ({"columns": ["x"], "rows": [[1e3], ["a"]]}, "Expected `float`"),
        ({"columns": ["c"], "rows": [[2]], "classes": {"c": ["a", "b"]}}, "a class without a name"),
        ({"columns": ["c"], "rows": [[0.5]], "classes": {"c": ["a", "b"]}}, "a class without a name"),
        ({"columns": ["c"], "rows": [[-1]], "classes": {"c": ["a", "b"]}}, "a class without a name"),
        ({"columns": ["c"], "rows": [[0]], "classes": {"d": ["a"]}}, "a column that is not there"),
        ({"columns": ["c"], "rows": [[0]], "headers": {"d": "D"}}, "a column that is not there"),
        ({"columns": ["c"], "rows": [[0]] * 100_001}, "length <= 100000"),
        ({"columns": [f"x_{i}" for i in range(101)]}, "length <= 100"),
    ],
)
def test_a_table_that_is_none_is_refused(data: dict[str, object], said: str) -> None:
    with pytest.raises(labfile.LabFileError, match=said):
        labfile.decode(lab_with(**data))


def test_names_and_classes_are_kept_in_the_lab() -> None:
    table = parse_table("Sepal Length (cm),species\n5.1,setosa\n6.2,virginica\n").data
    assert table.headers and table.classes
    again = labfile.decode(labfile.encode(Lab(data=table)))
    assert again.data == table


def test_a_long_table_is_written_without_spaces_and_read_again(tmp_path) -> None:  # type: ignore[no-untyped-def]
    rows = tuple((i / 7, i / 11, float(i)) for i in range(100_000))
    lab = Lab(data=Data(columns=("x_1", "x_2", "y"), rows=rows))
    path = tmp_path / "long.nabla"
    labfile.write(lab, path)
    assert path.stat().st_size < 60 * len(rows)
    assert labfile.read(path) == lab


def test_a_lab_that_could_not_be_read_again_is_not_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "huge.nabla"
    labfile.write(Lab(formula="x"), path)
    row = tuple(i / 7 for i in range(100))
    lab = Lab(data=Data(columns=tuple(f"x_{i}" for i in range(100)), rows=(row,) * 14_000))
    with pytest.raises(labfile.LabFileError, match=r"too large for a file: it takes \d\d MB of at most 20"):
        labfile.write(lab, path)
    assert labfile.read(path) == Lab(formula="x")
