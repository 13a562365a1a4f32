"""Workbooks that are none, that do harm, or whose sheets cannot be read as lists."""

from __future__ import annotations

from datetime import date

from bihuan.integrations.tests.broken_files.making import (
    GOOD,
    GOOD_TEXT,
    HEADER,
    SHEET,
    TWO_SHEETS,
    ZIPPED_DOCUMENT,
    ZIPPED_TEXT,
    case,
    changed_mapping,
    entity_workbook,
    error_workbook,
    lying_bomb,
    made,
    ole,
    plain_workbook,
    raw,
    rezipped,
    sparse_workbook,
    text,
    with_cell,
    workbook,
    workbook_bytes,
    zip_bomb,
)

WRONG_TYPES = [
    case("text called workbook", "reader.not_a_workbook", text(GOOD_TEXT, name="orders.xlsx")),
    case("workbook called text", "reader.not_text", raw("orders.csv", plain_workbook())),
    case("old workbook", "reader.legacy_workbook", ole("orders.xls")),
    case("workbook with password", "reader.encrypted", ole("orders.xlsx")),
    case("workbook of macros", "reader.macros", raw("orders.xlsm", plain_workbook())),
    case(
        "macros under another name",
        "reader.macros",
        raw("orders.xlsx", rezipped(plain_workbook(), added={"xl/vbaProject.bin": b"x"})),
    ),
    case("zip archive", "reader.archive", raw("orders.zip", plain_workbook())),
    case("zip called workbook", "reader.archive", raw("orders.xlsx", ZIPPED_TEXT)),
    case(
        "document called workbook",
        "reader.not_a_workbook",
        raw("orders.xlsx", ZIPPED_DOCUMENT),
    ),
    case(
        "binary workbook",
        "reader.not_a_workbook",
        raw("orders.xlsx", rezipped(plain_workbook(), added={"xl/workbook.bin": b"x"})),
    ),
    case("PDF", "reader.unknown_suffix", raw("orders.pdf", b"%PDF-1.7 ...")),
    case("PDF called text", "reader.not_text", raw("orders.csv", b"%PDF-1.7 ...")),
    case(
        "page called old workbook",
        "reader.not_a_workbook",
        text("<html><table></table>", name="o.xls"),
    ),
    case("page called text", "reader.not_text", text("<table><tr><td>1</td></tr></table>")),
    case("empty folder", "reader.file_missing", lambda folder: folder),
]

WORKBOOKS = [
    case("zip bomb", "reader.unpacks_too_much", made("orders.xlsx", zip_bomb)),
    case(
        "bomb that lies about its size", "reader.broken_workbook", made("orders.xlsx", lying_bomb)
    ),
    case(
        "workbook of 2,100 parts",
        "reader.too_many_parts",
        raw(
            "orders.xlsx",
            rezipped(plain_workbook(), added={f"xl/media/{n}": b"" for n in range(2_100)}),
        ),
    ),
    case("workbook cut off", "reader.broken_workbook", raw("orders.xlsx", plain_workbook()[:-200])),
    case(
        "sheet that is no XML",
        "reader.broken_workbook",
        raw(
            "orders.xlsx",
            rezipped(plain_workbook(), changed={SHEET: b"<worksheet><sheetData><row"}),
        ),
    ),
    case(
        "entity that reaches outside",
        "reader.xml_declarations",
        raw("orders.xlsx", entity_workbook()),
    ),
    case(
        "formula in a sheet",
        "reader.formula_cell",
        workbook(("订单", [HEADER, GOOD, with_cell("金额", "=F2*2")])),
        at=(3, "金额"),
    ),
    case(
        "one cell far away",
        "reader.needs_too_much",
        made("orders.xlsx", sparse_workbook),
    ),
    case(
        "error in a sheet",
        "reader.error_cell",
        raw("orders.xlsx", error_workbook()),
        at=(3, "金额"),
    ),
    case(
        "sheet that is not there",
        "reader.wrong_sheet",
        workbook(*TWO_SHEETS),
        mapping=changed_mapping('path: "*"', 'path: "*", sheet: 三月'),
    ),
    case("several sheets, none chosen", "reader.choose_sheet", workbook(*TWO_SHEETS)),
    case(
        "merged header",
        "reader.header_merged",
        raw(
            "orders.xlsx",
            workbook_bytes(
                ("订单", [["订单号", "客户", None], ["A-1", "华康", "甲"]]), merge="B1:C1"
            ),
        ),
        at=(1, "C"),
    ),
    case("workbook without values", "reader.nothing_there", workbook(("订单", []))),
    case("workbook with a header only", "reader.no_rows", workbook(("订单", [HEADER])), at=(1, "")),
    case(
        "700 columns in a sheet",
        "reader.too_many_columns",
        workbook(("订单", [[f"c{n}" for n in range(700)], list(range(700))])),
        at=(1, ""),
    ),
    case(
        "dates and texts mixed",
        "mapping.days_mixed",
        workbook(
            (
                "订单",
                [
                    HEADER,
                    with_cell("下单日期", date(2024, 4, 3)),
                    with_cell("下单日期", "25/04/2024"),
                ],
            )
        ),
        at=(3, "下单日期"),
    ),
]
