"""The data of a loss function: pasted, opened, typed; and what is wrong with it said beside it."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.base.cancellation import CancelCheck, Cancelled
from engine.document.datafile import Table
from engine.document.lab import Data, Lab
from engine.solving.stages import solve
from engine.symbolic import Deriver
from gui.panels import table_reading
from gui.panels.data_table import DataTable
from gui.store import Store
from tests.gui.driving import LEFT, shown
from tests.gui.panels.fakes import THEME, give_table

TABLE = Data(columns=("x", "y"), rows=((1.0, 2.0), (3.0, 4.5)))


@pytest.fixture
def store(qapp: object) -> Store:
    return Store()


@pytest.fixture
def panel(qtbot: QtBot, store: Store) -> DataTable:
    return shown(qtbot, DataTable(store, THEME), 500, 200)


def test_a_table_is_pasted_from_a_spreadsheet(qtbot: QtBot, panel: DataTable, store: Store) -> None:
    QGuiApplication.clipboard().setText("x\ty\n1\t2\n3\t4.5\n")
    with qtbot.waitSignal(panel.reading.ended):
        qtbot.mouseClick(panel.paste, LEFT)
    assert store.lab.data == TABLE
    assert panel.model.index(1, 1).data() == "4.5"
    store.undo()
    assert store.lab.data is None


def test_a_bad_table_says_where_and_the_old_one_stays(panel: DataTable, store: Store) -> None:
    store.edit(data=TABLE)
    give_table(panel, "x,y\n1,abc\n2,3\n")
    assert "Line 2" in panel.problem.text()
    assert panel.problem.isVisible()
    assert store.lab.data == TABLE


def test_a_file_is_opened(panel: DataTable, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x;y\n1;2\n3;4.5\n")
    give_table(panel, path)
    assert store.lab.data == TABLE
    give_table(panel, tmp_path / "missing.csv")
    assert "cannot be read" in panel.problem.text()


def test_reading_is_shown_and_can_be_stopped(
    qtbot: QtBot, panel: DataTable, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, wanted = threading.Event(), threading.Event()

    def slow(path: Path, missing: str, cancelled: CancelCheck, progress: Callable[[float], None]) -> Table:
        progress(0.4)
        begun.set()
        wanted.wait(20)
        if cancelled():
            raise Cancelled
        return Table(TABLE)

    monkeypatch.setattr(table_reading, "read_table", slow)
    monkeypatch.setattr(table_reading, "SHOWN_AFTER_MS", 0)
    panel.load_table(Path("big.csv"))
    qtbot.waitUntil(lambda: panel.reading.isVisible() and "40 %" in panel.reading.text())
    assert begun.is_set() and "big.csv" in panel.reading.text()
    with qtbot.waitSignal(panel.reading.ended):
        qtbot.mouseClick(panel.reading.stop, LEFT)
    wanted.set()
    assert not panel.reading.isVisible() and store.lab.data is None
    give_table(panel, "x,y\n1,2\n3,4.5\n")
    assert store.lab.data == TABLE


def test_another_lab_gets_no_table_that_was_read_for_the_one_before(
    qtbot: QtBot, panel: DataTable, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, wanted = threading.Event(), threading.Event()

    def slow(path: Path, missing: str, cancelled: CancelCheck, progress: Callable[[float], None]) -> Table:
        begun.set()
        wanted.wait(20)
        return Table(TABLE)

    monkeypatch.setattr(table_reading, "read_table", slow)
    panel.load_table(Path("big.csv"))
    assert begun.wait(20)
    with qtbot.waitSignal(panel.reading.ended):
        store.load(Lab(formula="x^2"))
    wanted.set()
    give_table(panel, "u,v\n1,2\n")
    assert store.lab.data == Data(columns=("u", "v"), rows=((1.0, 2.0),))


def test_a_cell_is_edited_and_a_bad_one_keeps_its_text(panel: DataTable, store: Store) -> None:
    store.edit(data=TABLE)
    model = panel.model
    model.setData(model.index(0, 0), "1/4")
    assert store.lab.data == Data(columns=("x", "y"), rows=((0.25, 2.0), (3.0, 4.5)))
    model.setData(model.index(0, 1), "two")
    assert model.index(0, 1).data() == "two"
    assert "Row 1, y" in panel.problem.text()
    assert store.lab.data.rows[0] == (0.25, 2.0)
    model.setData(model.index(0, 1), "2.5")
    assert not panel.problem.isVisible()
    assert store.lab.data.rows[0] == (0.25, 2.5)


def test_rows_and_columns_come_and_go(qtbot: QtBot, panel: DataTable, store: Store) -> None:
    qtbot.mouseClick(panel.start, LEFT)
    assert store.lab.data is not None and len(store.lab.data.rows) == 3
    qtbot.mouseClick(panel.add_row, LEFT)
    qtbot.mouseClick(panel.add_column, LEFT)
    assert store.lab.data.columns == ("x", "y", "x_1")
    assert len(store.lab.data.rows) == 4
    panel.table.selectRow(0)
    qtbot.mouseClick(panel.remove_rows, LEFT)
    assert len(store.lab.data.rows) == 3
    panel.rename_column(2, "w")
    assert store.lab.data.columns == ("x", "y", "w")
    panel.rename_column(2, "x")
    assert "already" in panel.problem.text()
    panel.rename_column(2, "a b")
    assert "cannot name" in panel.problem.text()
    qtbot.mouseClick(panel.clear, LEFT)
    assert store.lab.data is None


def test_a_table_whose_columns_are_in_the_way_can_be_removed(
    qtbot: QtBot, panel: DataTable, store: Store, deriver: Deriver
) -> None:
    def on_solve_requested(revision: int, lab: Lab, quality: str) -> None:
        store.accept(replace(solve(lab, deriver), revision=revision))

    store.solve_requested.connect(on_solve_requested)
    store.edit(formula="sum(x) + y x", data=TABLE)
    assert panel.way_out.isVisible()
    qtbot.mouseClick(panel.way_out, LEFT)
    assert store.lab.data is None
    assert not panel.way_out.isVisible()
    store.edit(formula="mean((w x - y)^2)", data=TABLE)
    assert not panel.way_out.isVisible()
    store.edit(data=replace(TABLE, columns=("x", "c"), rows=((1.0, 0.0),), classes={"c": ("a",)}))
    store.edit(formula="mean((w x - c)^2)")
    assert not panel.way_out.isVisible(), "classes do not stand in the way: they can be compared"


def test_the_table_goes_to_a_spreadsheet_and_back(panel: DataTable, store: Store) -> None:
    table = Data(columns=("x", "z", "y"), rows=((1.0, 0.1, -2e-7), (3.0, 1 / 3, 4.0)))
    store.edit(data=table)
    panel.copy.click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("x\tz\ty\n1\t0.1\t-2e-07\n")
    give_table(panel, text)
    assert store.lab.data == table
    panel.table.setFocus()
    panel.table.selectRow(1)
    QTest.keySequence(panel.table, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "3\t0.3333333333333333\t4\n"
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert store.lab.data.rows == table.rows[:1]


def test_numbers_without_names_keep_the_names_there_are(panel: DataTable, store: Store) -> None:
    give_table(panel, "1\t2\n3\t4,5\n")
    assert store.lab.data == TABLE
    store.edit(data=Data(columns=("a", "b"), rows=((0.0, 0.0),)))
    give_table(panel, "1 2\n3 4.5")
    assert store.lab.data == Data(columns=("a", "b"), rows=TABLE.rows)


def test_names_in_hangul_are_replaced_and_shown_below(panel: DataTable, store: Store) -> None:
    give_table(panel, "공부시간\t점수\n1\t2\n3\t4.5\n")
    assert store.lab.data == replace(TABLE, headers={"x": "공부시간", "y": "점수"})
    assert header(panel, 0) == "x\n공부시간"
    assert header(panel, 0, Qt.ItemDataRole.ToolTipRole).startswith("x: 공부시간\n")
    panel.rename_column(0, "t")
    assert store.lab.data.headers == {"t": "공부시간", "y": "점수"}
    give_table(panel, "x\ty\n1\t2\n")
    assert header(panel, 0) == "x"


def test_long_words_of_a_file_are_cut_in_the_header_and_whole_beside_it(panel: DataTable) -> None:
    give_table(panel, "the length of the sepal (cm),y\n1,2\n")
    assert header(panel, 0) == "x\nthe length of the…"
    view = panel.table.horizontalHeader()
    assert view.sectionSize(0) >= view.sectionSizeHint(0) > view.sectionSizeHint(1)
    assert "the length of the sepal (cm)" in header(panel, 0, Qt.ItemDataRole.ToolTipRole)


def test_rows_that_lack_a_value_are_left_out_and_it_is_said(panel: DataTable, store: Store) -> None:
    give_table(panel, "x,y\n1,2\n,3\n3,4.5\n")
    assert store.lab.data == TABLE
    assert "left out because a value is missing: 1, the first in line 3, column x" in panel._note.text()
    assert panel._note.isVisible()
    panel.rename_column(0, "t")
    assert not panel._note.isVisible()
    store.edit(data=TABLE)
    give_table(panel, "x,y\n,3\n")
    assert "Every row" in panel.problem.text()
    assert store.lab.data == TABLE


def test_classes_are_shown_by_name_and_edited(panel: DataTable, store: Store) -> None:
    give_table(panel, "x,species\n1,virginica\n2,setosa\n")
    model = panel.model
    cell = model.index(0, 1)
    assert cell.data() == "virginica"
    assert cell.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignLeft
    assert "0 = setosa\n1 = virginica" in header(panel, 1, Qt.ItemDataRole.ToolTipRole)
    model.setData(cell, " iris  x ")
    assert store.lab.data.classes == {"species": ("iris x", "setosa")}
    assert store.lab.data.rows == ((1.0, 0.0), (2.0, 1.0))
    for bad in ("5", "", "1,5", "10 %"):
        model.setData(cell, bad)
        assert "Row 1, species: a class needs a name" in panel.problem.text()
        assert store.lab.data.classes == {"species": ("iris x", "setosa")}
    model.setData(cell, "setosa")
    assert not panel.problem.isVisible()
    assert store.lab.data.rows == ((1.0, 0.0), (2.0, 0.0))
    panel.add_row.click()
    assert model.index(2, 1).data() == "setosa"
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == "x\tspecies\n1\tsetosa\n2\tsetosa\n0\tsetosa\n"
    panel.table.selectColumn(1)
    QTest.keySequence(panel.table, QKeySequence(QKeySequence.StandardKey.Copy))
    assert QGuiApplication.clipboard().text() == "species\nsetosa\nsetosa\nsetosa\n"
    panel.rename_column(1, "c")
    assert store.lab.data.classes == {"c": ("setosa",)}
    panel.add_column.click()
    assert store.lab.data.columns == ("x", "c", "x_1")


def header(panel: DataTable, section: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> str:
    return panel.model.headerData(section, Qt.Orientation.Horizontal, role)
