"""Tables as people have them: from spreadsheets, from Windows, with commas of all kinds."""

import tracemalloc
from pathlib import Path

import pytest

from engine.document import datafile
from engine.document.datafile import DataError, Table, parse_table, read_csv, read_text, write_table
from engine.document.lab import Data

TABLE = Data(columns=("x_1", "x_2", "y"), rows=((1.5, 2.0, 3.0), (2.0, -1.0, 4.25)))


@pytest.mark.parametrize(
    "text",
    [
        "x_1,x_2,y\n1.5,2,3\n2,-1,4.25\n",
        "x_1;x_2;y\n1,5;2;3\n2;-1;4,25\n",
        "x_1\tx_2\ty\r\n1,5\t2\t3\r\n2\t−1\t4,25\r\n\r\n",
        "x_1\tx_2\ty\t\n1.5\t2\t3\t\n\t\t\t\n2\t-1\t4.25\t\n",
        '"x_1","x_2","y"\n"1.5","2","3"\n"2","-1","4.25"\n',
        "  x_1  x_2    y\n  1.5    2    3\n    2   -1 4.25",
        "1.5\t2\t3\n2\t-1\t4.25",
        "x_1,x_2,y\n１.５,2,3\n2,-1,4.25",
    ],
)
def test_one_table_in_many_hands(text: str) -> None:
    assert parse_table(text) == Table(TABLE)


def test_what_was_written_is_read_back() -> None:
    table = Data(columns=("a", "y"), rows=((1 / 3, -1e-300), (1e22, 5.0)))
    assert parse_table(write_table(table)).data == table


def test_names_that_a_formula_can_use_are_kept() -> None:
    columns = parse_table("hours,size (cm),x_2,점수\n1,2,3,4\n").data.columns
    assert columns == ("hours", "x_1", "x_2", "y")
    assert parse_table("y,몸무게\n1,2\n").data.columns == ("y", "x_1")


def test_thousands_are_read_where_nothing_else_is_meant() -> None:
    assert parse_table("x\ty\n1,234.5\t2\n").data.rows == ((1234.5, 2.0),)
    with pytest.raises(DataError, match=r"“1,234” is not a number"):
        parse_table("x\ty\n1,234\t2\n")
    assert parse_table("x\ty\n1,234\t0,5\n").data.rows == ((1.234, 0.5),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_files_of_excel_in_korea(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "학생.csv"
    path.write_bytes("공부시간,점수\r\n1,40\r\n2.5,70\r\n".encode(encoding))
    table = parse_table(read_text(path))
    assert table.data == Data(columns=("x", "y"), rows=((1.0, 40.0), (2.5, 70.0)))
    assert table.renamed == (("공부시간", "x"), ("점수", "y"))
    with pytest.raises(DataError, match="“공부시간” cannot name a column"):
        read_csv(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The table is empty."),
        ("\t\t\n;\n", "The table is empty."),
        ("x,y\n", "names but no numbers"),
        ("x,y\n\n1,2\n1\n", "Line 4 has 1 entries; the first line has 2."),
        ("x,y\n1,nan\n", "Line 2, column y: “nan” is not a number."),
        ("x,y\n1,1e999\n", "Line 2, column y: “1e999” is not a number."),
        ("x\ty\n1,5\t2.5\n", "“2.5” is not a number"),
        ("x,x\n1,2\n", "the same name"),
        ('x,y\n"' + "1" * 200_000, "Line 2 is not part of a table."),
    ],
)
def test_a_bad_table_says_where(text: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_table(text)
    assert said in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\xff\xfe\x00\xff\xff")
    with pytest.raises(DataError, match="not text"):
        read_csv(path)


@pytest.mark.parametrize("text", ["1,,3\n4,5,6\n7,8,9\n", "1,2,x\n4,5,6\n", "nan\t2\n3\t4\n"])
def test_a_first_line_with_a_number_is_data(text: str) -> None:
    with pytest.raises(DataError, match=r"^Line 1, column x(_\d)?: “.*” is not a number|^Line 1, column y"):
        parse_table(text)


@pytest.mark.parametrize(
    "text",
    ["x,y\n" + "1,2\n" * 100_000, "1 2\n" * 100_000, "1\n" * 20_000, "1," * 200 + "\n" + "1\n" * 90_000,
     "１;2\n" * 90_000, "x\n" + "\n" * 2_000_000],
)  # fmt: skip
def test_nothing_is_read_beyond_the_limits(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a tenth of the limits, since following the memory takes long."""
    monkeypatch.setattr(datafile, "MAX_ROWS", datafile.MAX_ROWS // 10)
    monkeypatch.setattr(datafile, "MAX_BYTES", datafile.MAX_BYTES // 10)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="too large"):
            parse_table(text)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2 * len(text) * 4 + 6_000_000  # the text as characters, twice, and the rows of the limit
