"""Workbooks, written by hand with the parts that a reader needs."""

import io
import zipfile
from pathlib import Path

import pytest

from engine.document import workbook
from engine.document.datafile import DataError, read_table

pytest.importorskip("python_calamine")

CONTENT_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = f"""<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{OFFICE}/%s" Target="%s"/>%s</Relationships>"""
ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="A">%s</table:table></office:spreadsheet></office:body></office:document-content>"""


def archive(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as written:
        for name, text in parts.items():
            # the kind of an open document is not packed
            written.writestr(name, text, zipfile.ZIP_STORED if name == "mimetype" else None)
    return target.getvalue()


def xlsx(*sheets: list[list[object]]) -> bytes:
    def cell(value: object, place: str) -> str:
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>' if value is not None else ""

    def sheet(rows: list[list[object]]) -> str:
        written = (
            f'<row r="{k}">{"".join(cell(value, f"{chr(65 + j)}{k}") for j, value in enumerate(row))}</row>'
            for k, row in enumerate(rows, 1)
        )
        return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(written)}</sheetData></worksheet>'

    spaces = f'xmlns="{MAIN}" xmlns:r="{OFFICE}"'
    named = "".join(f'<sheet name="Sheet {k}" sheetId="{k}" r:id="r{k}"/>' for k in range(1, len(sheets) + 1))
    others = "".join(
        f'<Relationship Id="r{k}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{k}.xml"/>'
        for k in range(2, len(sheets) + 1)
    )
    return archive(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": RELATIONS % ("officeDocument", "xl/workbook.xml", ""),
            "xl/workbook.xml": f"<workbook {spaces}><sheets>{named}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": RELATIONS % ("worksheet", "worksheets/sheet1.xml", others),
            **{f"xl/worksheets/sheet{k}.xml": sheet(rows) for k, rows in enumerate(sheets, 1)},
        }
    )


ROWS = [["공부시간", "점수", "반"], [1, 40, "a"], [2.5, 70.25, "b"]]


def test_the_first_sheet_with_something_in_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "학생.xlsx"
    path.write_bytes(xlsx([], ROWS))
    table = read_table(path)
    assert table.data.rows == ((1.0, 40.0, 0.0), (2.5, 70.25, 1.0))
    assert table.data.headers == {"x_1": "공부시간", "x_2": "점수", "y": "반"}
    assert "“Sheet 2”" in table.notes[0].render()
    path.write_bytes(xlsx([["x", "y"], [1, None]]))
    with pytest.raises(DataError, match="Line 2, column y: the value is missing"):
        read_table(path)


def test_open_documents_are_read(tmp_path: Path) -> None:
    def cell(value: object) -> str:
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in ROWS)
    path = tmp_path / "table.ods"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    names = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<manifest:manifest xmlns:manifest="{names}"/>'
    parts = {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": ODS % rows}
    path.write_bytes(archive(parts))
    assert read_table(path).data.rows == ((1.0, 40.0, 0.0), (2.5, 70.25, 1.0))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x,y\n1,2\n", archive({"a": "b"})])
@pytest.mark.parametrize("name", ["t.xlsx", "t.ods", "t.xls"])
def test_what_is_no_workbook_gets_a_sentence(content: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"“t\.\w+” is no workbook that can be read"):
        read_table(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 100)
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(xlsx(ROWS))
    with pytest.raises(DataError, match="too large"):
        read_table(path)
