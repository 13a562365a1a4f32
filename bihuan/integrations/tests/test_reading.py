"""Reading: cells are handed over exactly, and nothing a file does gets out of the child."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bihuan.integrations.domain.table import Certainty, ReadOptions, Wanted
from bihuan.integrations.reader import LIMITS, read_file, read_path
from bihuan.integrations.reader.process import _environment
from bihuan.integrations.tests.broken_files.making import (
    SHEET,
    plain_workbook,
    rezipped,
    sheet_part,
    workbook,
)

NINE_THIRTY = datetime(2024, 3, 1, 9, 30)  # noqa: DTZ001 (local as written)


def write(folder: Path, text: str, *, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, delimiter: str) -> None:
    path = write(tmp_path, f"单号{delimiter}客户\n1{delimiter}华康\n2{delimiter}仁和\n")
    (table,) = read_path(path).tables
    assert (table.delimiter, table.columns) == (delimiter, ("单号", "客户"))
    assert table.rows == (("1", "华康"), ("2", "仁和"))


def test_decimal_commas_do_not_pass_for_separators(tmp_path: Path) -> None:
    (table,) = read_path(write(tmp_path, "a;b\n1,5;2,5\n3,5;4,5\n")).tables
    assert table.rows == (("1,5", "2,5"), ("3,5", "4,5"))


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    (table,) = read_path(write(tmp_path, 'a,b\n1,"x\ny"\n\n2,z\n')).tables
    assert table.rows == (("1", "x\ny"), ("2", "z"))
    assert table.lines == (2, 5)


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    text = "2024年3月销售明细,,\n制表：林晓,,\n单号,客户,金额\n1,华康,5\n2,仁和,6\n"
    (table,) = read_path(write(tmp_path, text)).tables
    assert (table.header_line, table.columns) == (3, ("单号", "客户", "金额"))
    assert table.lines == (4, 5)


def test_the_header_row_that_is_named_is_taken(tmp_path: Path) -> None:
    path = write(tmp_path, "x,y\na,b\n1,2\n")
    options = ReadOptions(header_row=2)
    (table,) = read_file(path, name="a.csv", options=options).tables
    assert (table.columns, table.lines) == (("a", "b"), (3,))


def test_empty_columns_at_the_end_are_dropped(tmp_path: Path) -> None:
    (table,) = read_path(write(tmp_path, "a,b,,\n1,2,,\n")).tables
    assert (table.columns, table.rows) == (("a", "b"), (("1", "2"),))


def test_zeros_kept_by_a_spreadsheets_trick_stay(tmp_path: Path) -> None:
    (table,) = read_path(write(tmp_path, 'no,x\n"=""00123""",1\n')).tables
    assert table.rows == (("00123", "1"),)


def test_formulas_are_taken_as_they_stand_when_asked(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n=1+1,2\n")
    reading = read_file(path, name="a.csv", options=ReadOptions(formulas="use_values"))
    assert reading.problems == ()


def test_packed_text_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress("单号,客户\n1,华康\n".encode("gb18030")))
    (table,) = read_path(path).tables
    assert (table.encoding, table.certainty) == ("gb18030", Certainty.LIKELY)
    assert table.rows == (("1", "华康"),)


def test_a_workbook_keeps_types_and_every_digit(tmp_path: Path) -> None:
    path = workbook(
        (
            "订单",
            [
                ["单号", "日期", "时间", "金额", "已付"],
                [1001, date(2024, 3, 1), NINE_THIRTY, 0.1, True],
            ],
        )
    )(tmp_path)
    (table,) = read_path(path).tables
    number, day, instant, amount, is_paid = table.rows[0]
    assert (number, amount, is_paid) == (Decimal("1001.0"), Decimal("0.1"), True)
    assert day == date(2024, 3, 1)
    assert instant == NINE_THIRTY
    assert table.content(0)["金额"] == "0.1"


def test_binary_noise_of_a_workbook_is_handed_over_as_it_is(tmp_path: Path) -> None:
    part = sheet_part().replace(b"1200.50", b"125.43999999999998")
    changed = rezipped(plain_workbook(), changed={SHEET: part})
    path = tmp_path / "a.xlsx"
    path.write_bytes(changed)
    (table,) = read_path(path).tables
    assert table.rows[0][5] in ("125.43999999999998", Decimal("125.43999999999998"))


def test_all_sheets_with_values_are_read_when_nobody_chose(tmp_path: Path) -> None:
    path = workbook(("一月", [["a", "b"], [1, 2]]), ("空", []), ("二月", [["a", "b"], [3, 4]]))(
        tmp_path
    )
    tables = read_path(path).tables
    assert [table.sheet for table in tables] == ["一月", "二月"]
    assert tables[0].sheets == ("一月", "空", "二月")


def test_a_folder_is_read_by_the_patterns_of_the_mapping(tmp_path: Path) -> None:
    for name in ("orders_01.csv", "orders_02.csv", "notes.pdf", ".hidden.csv", "~$orders.xlsx"):
        write(tmp_path, "a,b\n1,2\n", name=name)
    reading = read_path(tmp_path, [Wanted(alias="orders", pattern="orders_*.csv")])
    assert [table.file for table in reading.tables] == ["orders_01.csv", "orders_02.csv"]
    assert reading.problems == ()
    assert reading.files == ("notes.pdf", "orders_01.csv", "orders_02.csv")


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path, "a,b\n1,2\n", name="outside.csv")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.csv").symlink_to(outside)
    assert read_path(inside, [Wanted(alias="a", pattern="*.csv")]).tables == ()


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write(tmp_path, "a,b\n1,2\n", name=name)
    told: list[tuple[int, int]] = []
    read_path(tmp_path, on_progress=lambda done, of: told.append((done, of)))
    assert told == [(8, 16), (16, 16)]


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1,2\n" * 300_000)
    reading = read_file(path, name="a.csv", limits=replace(LIMITS, wall_seconds=0))
    assert [problem.code for problem in reading.problems] == ["reader.took_too_long"]


def test_a_child_that_needs_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1,2\n" * 3_000_000)
    limits = replace(LIMITS, memory_bytes=150_000_000, rows=10_000_000)
    reading = read_file(path, name="a.csv", limits=limits)
    assert [problem.code for problem in reading.problems] == ["reader.needs_too_much"]
    assert reading.tables == ()


def test_a_file_that_vanishes_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    reading = read_file(tmp_path / "gone.csv", name="gone.csv")
    assert [problem.code for problem in reading.problems] == ["reader.stopped"]


def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("SECRET_KEY", "secret")
    assert "secret" not in str(_environment())
