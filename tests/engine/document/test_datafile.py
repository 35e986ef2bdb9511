"""Tables as people have them: from spreadsheets, from Windows, with commas of all kinds."""

import time
import tracemalloc
from pathlib import Path

import pytest

from engine.base.cancellation import Cancelled
from engine.document import datafile, lab
from engine.document.datafile import (
    DataError,
    MissingError,
    described,
    parse_table,
    read_table,
    table_of,
    write_table,
)
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
    assert parse_table(text).data == TABLE


def test_what_was_written_is_read_back() -> None:
    table = Data(columns=("a", "y"), rows=((1 / 3, -1e-300), (1e22, 5.0)))
    assert parse_table(write_table(table)).data == table
    names = ("'", "a b", "a,b;c", 'say "no"', "say “yes”", "참")
    table = Data(columns=("x", "c"), rows=tuple((0.5, float(k)) for k in range(6)), classes={"c": names})
    assert parse_table(write_table(table)).data == table


@pytest.mark.parametrize(
    ("header", "columns", "headers"),
    [
        ("hours,size (cm),x_2,점수", ("hours", "x_1", "x_2", "y"), {"x_1": "size (cm)", "y": "점수"}),
        ("y,몸무게", ("y", "x_1"), {"x_1": "몸무게"}),
        ("x,x", ("x", "y"), {"y": "x"}),
        ("y,y,y", ("y", "x_2", "x_1"), {"x_2": "y", "x_1": "y"}),
        ("x1,x_1,w", ("x1", "x_2", "w"), {"x_2": "x_1"}),  # one variable to a formula
        ("a,,c", ("a", "x_2", "c"), {}),
        ('"Sepal Length (cm)"," Petal\n Length ",키', ("x_1", "x_2", "y"),
         {"x_1": "Sepal Length (cm)", "x_2": "Petal Length", "y": "키"}),
        ("a," + "k%" * 150, ("a", "y"), {"y": "k%" * 50}),
    ],
)  # fmt: skip
def test_every_column_has_a_name_of_its_own(header: str, columns: object, headers: object) -> None:
    row = ",".join("1234"[: len(columns)])  # type: ignore[arg-type]
    table = parse_table(f"{header}\n{row}\n")
    assert table.data.columns == columns
    assert table.data.headers == headers
    assert bool(described(table.data)) == bool(headers)
    assert parse_table(f"{header}\n{row}\n") == table


def test_text_is_kept_as_classes_sorted() -> None:
    table = parse_table("x,species,k\n1,virginica,b c\n2,setosa,a\n3,virginica,10-20\n")
    assert table.data.rows == ((1.0, 1.0, 2.0), (2.0, 0.0, 1.0), (3.0, 1.0, 0.0))
    assert table.data.classes == {"species": ("setosa", "virginica"), "k": ("10-20", "a", "b c")}
    assert described(table.data)[0].render() == "species holds 2 classes: 0 setosa, 1 virginica."


@pytest.mark.parametrize("mark", ["", "NA", "nan", "NaN", "#N/A", "?", "None"])
def test_rows_that_lack_a_value_are_left_out_and_it_is_said(mark: str) -> None:
    text = f"x,c,y\n1,a,2\n3,b,{mark}\n{mark},b,4\n5,{mark},6\n7,b,8\n"
    table = parse_table(text, missing="drop")
    assert table.data.rows == ((1.0, 0.0, 2.0), (7.0, 1.0, 8.0))
    said = "Rows left out because a value is missing: 3, the first in line 3, column y."
    assert table.notes[-1].render() == said
    with pytest.raises(MissingError, match=r"Line 3, column y: the value is missing\."):
        parse_table(text)
    with pytest.raises(DataError, match=r"Every row of the table lacks a value, the first one in column y\."):
        parse_table(f"x,c,y\n1,a,{mark}\n3,b,{mark}\n", missing="drop")


@pytest.mark.parametrize(
    "text",
    [
        ",x,c\n0,1.5,a\n1,2.5,b\n",  # DataFrame.to_csv()
        ",x,c\n7,1.5,a\n3,2.5,b\n",  # after some rows were dropped
        '"","x","c"\n"Mazda RX4",1.5,"a"\n"Fiat 128",2.5,"b"\n',  # write.csv of R
    ],
)
def test_a_column_that_only_names_the_rows_is_left_out(text: str) -> None:
    table = parse_table(text)
    assert table.data.columns == ("x", "c")
    assert table.data.rows == ((1.5, 0.0), (2.5, 1.0))
    assert "only numbers the rows" in table.notes[-1].render()


@pytest.mark.parametrize("text", [",x\n1.5,1\n2.5,2\n", ",x\n1,1\n1,2\n", "i,x\n0,1\n1,2\n", "0,1\n1,2\n"])
def test_a_first_column_that_may_be_data_stays(text: str) -> None:
    assert len(parse_table(text).data.columns) == 2


def test_a_column_with_nothing_in_it_is_none() -> None:
    assert parse_table("x,,y,\n1,,2,\n3,,4,\n").data == Data(
        columns=("x", "y"), rows=((1.0, 2.0), (3.0, 4.0))
    )


def test_quoted_words_do_not_choose_the_separator() -> None:
    assert parse_table('"x;1;2","y;3"\n1,2\n').data.rows == ((1.0, 2.0),)


def test_a_table_of_values() -> None:
    table = table_of(["x", "c"], [[1, "b"], [0.1, "a"], [None, "a"]], "drop")
    assert table.data == Data(columns=("x", "c"), rows=((1.0, 1.0), (0.1, 0.0)), classes={"c": ("a", "b")})
    with pytest.raises(MissingError, match="Line 3, column x"):
        table_of(["x", "c"], [[1, "b"], [0.1, "a"], [None, "a"]], "refuse")
    with pytest.raises(DataError, match="Line 2 has 1 entries; the first line has 2"):
        table_of(["x", "y"], [[1, 2], [3]], "refuse")
    with pytest.raises(DataError, match="too large"):
        table_of(["x"], [[1]] * 100_001, "refuse")


def test_long_rows_of_digits_take_no_time() -> None:
    digits = "9" * 120_000
    for entry in (digits + "x", f"{digits}.{digits[:9000]}x"[:130_000], "1 " * 60_000 + "x", digits + "e"):
        with pytest.raises(DataError, match="is not a number"):
            parse_table(f"a,b\n1,2\n3,{entry}\n")


def test_thousands_are_read_where_nothing_else_is_meant() -> None:
    assert parse_table("x\ty\n1,234.5\t2\n").data.rows == ((1234.5, 2.0),)
    with pytest.raises(DataError, match=r"“1,234” is not a number"):
        parse_table("x\ty\n1,234\t2\n")
    assert parse_table("x\ty\n1,234\t0,5\n").data.rows == ((1.234, 0.5),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_files_of_excel_in_korea(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "학생.csv"
    path.write_bytes("공부시간,점수\r\n1,40\r\n2.5,70\r\n".encode(encoding))
    table = read_table(path)
    assert table.data.columns == ("x", "y")
    assert table.data.rows == ((1.0, 40.0), (2.5, 70.0))
    assert table.data.headers == {"x": "공부시간", "y": "점수"}
    assert "공부시간 → x, 점수 → y" in described(table.data)[0].render()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The table is empty."),
        ("\t\t\n;\n", "The table is empty."),
        ("x,y\n", "names but no numbers"),
        ("x,y\n\n1,2\n1\n", "Line 4 has 1 entries; the first line has 2."),
        ("x,y\n1,nan\n", "Line 2, column y: the value is missing."),
        ("x,y\n1,2\n,3\n", "Line 3, column x: the value is missing."),
        ("x\ty\n1\t\n2\t3\n", "Line 2, column y: the value is missing."),
        ("x,c\n1,a\n2,5\n", "Line 2, column c: “a” is not a number."),
        ("x,c\n1,10%\n2,20 kg\n", "Line 3, column c: “20 kg” is not a number."),
        ("x,y\n1,2,3\n", "Line 2 has 3 entries; the first line has 2."),
        ("x,y\n1,1e999\n", "Line 2, column y: “1e999” is not a number."),
        ("x\ty\n1,5\t2.5\n", "“2.5” is not a number"),
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
        read_table(path)


@pytest.mark.parametrize("text", ["1,,3\n4,5,6\n7,8,9\n", "1,2,x\n4,5,6\n", "nan\t2\n3\t4\n"])
def test_a_first_line_with_a_number_is_data(text: str) -> None:
    with pytest.raises(
        DataError, match=r"^Line 1, column (x|x_2|y): (“x” is not a number|the value is missing)\.$"
    ):
        parse_table(text)


@pytest.mark.parametrize(
    "text",
    ["x,y\n" + "1,2\n" * 100_000, "1 2\n" * 100_000, "1\n" * 20_000, "1," * 200 + "\n" + "1\n" * 90_000,
     "１;2\n" * 90_000, "x\n" + "\n" * 2_000_000],
)  # fmt: skip
def test_nothing_is_read_beyond_the_limits(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a tenth of the limits, since following the memory takes long."""
    most_rows = lab.MAX_ROWS // 10
    monkeypatch.setattr(datafile, "MAX_ROWS", most_rows)
    monkeypatch.setattr(lab, "MAX_ROWS", most_rows)
    monkeypatch.setattr(datafile, "MAX_BYTES", datafile.MAX_BYTES // 10)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="too large"):
            parse_table(text)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 2 * len(text) * 4 + 6_000_000  # the text as characters, twice, and the rows of the limit


@pytest.mark.parametrize(
    ("text", "columns", "rows", "said"),
    [
        ('"x\na",y\n1,2\n', ("x", "y"), ((1.0, 2.0),), ""),
        ("x，y\n1，2\n3，4\n", ("x", "y"), ((1.0, 2.0), (3.0, 4.0)), ""),
        ("1,5;2\n2,5;3\n", ("x", "y"), ((1.5, 2.0), (2.5, 3.0)), "is read as 1.5, first in line 1, column x"),
        ("1,5\t2,25\n2,5\t3\n", ("x", "y"), ((1.5, 2.25), (2.5, 3.0)), "decimal points"),
        ("sep=;\nx;y\n1,5;2\n", ("x", "y"), ((1.5, 2.0),), "sep=;"),
        ("# made in the lab\nx,y\n1,2\n# checked\n3,4\n", ("x", "y"), ((1.0, 2.0), (3.0, 4.0)), "2 passed"),
        ("# a b c\n1 2 3\n4 5 6\n", ("a", "b", "c"), ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), "remark: a, b, c"),
        ("#,x,y\n1,2,3\n", ("x_1", "x", "y"), ((1.0, 2.0, 3.0),), ""),
        ("x,y\r1,2\r3,4\r", ("x", "y"), ((1.0, 2.0), (3.0, 4.0)), ""),
        ("x|y\n1|2\n", ("x", "y"), ((1.0, 2.0),), ""),
        ("| x | y |\n|---|:-:|\n| 1 | 2 |\n", ("x", "y"), ((1.0, 2.0),), ""),
        ("x,y\n10%,2\n20 %,3\n", ("x", "y"), ((0.1, 2.0), (0.2, 3.0)), "10% is read as 0.1, first in line 2"),
        ("x,y\n(5),2\n(2.5),3\n", ("x", "y"), ((-5.0, 2.0), (-2.5, 3.0)), "(5) is read as -5"),
        ("x\ty\n1,234.5\t2\n", ("x", "y"), ((1234.5, 2.0),), "1,234.5 is read as 1234.5"),
    ],
)  # fmt: skip
def test_tables_as_files_have_them(text: str, columns: object, rows: object, said: str) -> None:
    table = parse_table(text)
    assert (table.data.columns, table.data.rows) == (columns, rows)
    assert said in " ".join(note.render() for note in table.notes)
    assert bool(table.notes) == bool(said)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("x,y\r\n1,2\r\n3,4\r\n".encode(encoding))
    assert read_table(path).data.rows == ((1.0, 2.0), (3.0, 4.0))


def test_reading_is_given_up_and_many_empty_lines_are_refused_at_once() -> None:
    with pytest.raises(Cancelled):
        parse_table("x,y\n1,2\n", cancelled=lambda: True)
    begin = time.process_time()
    with pytest.raises(DataError, match="too large"):
        parse_table("x,y\n1,2" + "\n" * 19_000_000)
    assert time.process_time() - begin < 2.0


def test_dashes_and_blank_lines_are_looked_through_once() -> None:
    begin = time.process_time()
    parse_table("\n" * 20_000 + "x,y\n1,2\n")
    with pytest.raises(DataError):
        parse_table("x,y\n" + "-" * 3000 + "x\n1,2\n")
    assert time.process_time() - begin < 2.0


@pytest.mark.parametrize(("text", "value"), [("x;y\n1,5%;2\n3;4\n", 0.015), ("x;y\n1.5 %;2\n3;4\n", 0.015)])
def test_a_percentage_may_have_a_decimal_comma(text: str, value: float) -> None:
    assert parse_table(text).data.rows[0] == (value, 2.0)


def test_a_percentage_that_is_no_number_is_refused() -> None:
    with pytest.raises(DataError, match="not a number"):
        parse_table("x\ty\n1.2.3%\t2\n3\t4\n")
