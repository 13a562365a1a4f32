"""What leaves as a spreadsheet stays text: no cell becomes a formula to whoever opens it."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bihuan.base.spreadsheet import workbook
from tests.examples import examples

BIHUAN = Path(__file__).resolve().parents[2]
STARTS = "=+-@＝＋－＠\t\r\n"
"""As OWASP lists them, and their full-width forms, which spreadsheets of Asia take for the same."""
TEXTS = st.builds(
    str.__add__, st.sampled_from([*STARTS, ""]), st.text(st.characters(codec="utf-8"), max_size=20)
)


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=6), header=st.tuples(TEXTS, TEXTS))
@settings(max_examples=examples(60), deadline=None)
def test_no_cell_is_a_formula(rows: list[tuple[str, str]], header: tuple[str, str]) -> None:
    content = workbook("a", header, rows)
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert not str(cell.value or "").startswith(tuple(STARTS))


def test_nothing_else_writes_spreadsheets() -> None:
    """The heat map's book has colours of its own; the bench makes files for nobody."""
    writes = re.compile(r"import .*\bWorkbook\b|csv\.writer|DictWriter|to_csv|to_excel")
    found = {
        str(path.relative_to(BIHUAN))
        for path in BIHUAN.rglob("*.py")
        if "tests" not in path.parts and writes.search(path.read_text(encoding="utf-8"))
    }
    for_people = {name for name in found if not name.startswith("demo/bench/")}
    assert for_people == {"base/spreadsheet.py", "goals/views/book.py"}
    assert "inert(" in (BIHUAN / "goals/views/book.py").read_text(encoding="utf-8")
