"""Text files that are damaged, empty, misshapen or too large."""

from __future__ import annotations

import gzip

from bihuan.integrations.tests.broken_files.making import (
    GOOD,
    GOOD_TEXT,
    HEADER,
    MIXED,
    SECOND,
    WIDE,
    as_latin,
    case,
    changed_mapping,
    made,
    many_rows,
    one_cell,
    packed_bomb,
    raw,
    rows,
    sparse,
    text,
    text_of,
)

TEXT_FILES = [
    case("empty file", "reader.empty_file", raw("orders.csv", b"")),
    case("header only", "reader.no_rows", rows(), at=(1, "")),
    case("blank lines only", "reader.nothing_there", text("\n\n,,\n")),
    case(
        "GBK read as Latin", "reader.mojibake", as_latin(GOOD_TEXT, encoding="gb18030"), at=(1, "")
    ),
    case(
        "UTF-8 read as Latin", "reader.mojibake", as_latin(GOOD_TEXT, encoding="utf-8"), at=(1, "")
    ),
    case(
        "UTF-8 read as GBK",
        "reader.mojibake",
        one_cell("客户", "仁和诊所".encode().decode("gb18030")),
        at=(3, ""),
    ),
    case("lost characters", "reader.damaged_text", one_cell("客户", "仁\ufffd诊所"), at=(3, "")),
    case("lost twice over", "reader.damaged_text", one_cell("客户", "锟斤拷锟斤拷"), at=(3, "")),
    case("two encodings", "reader.mixed_encodings", raw("orders.csv", MIXED), at=(3, "")),
    case(
        "bytes of no encoding",
        "reader.undecodable",
        raw("orders.csv", GOOD_TEXT.encode() + b"A-3,\xff\xff,x\n"),
        at=(4, ""),
    ),
    case(
        "cut in the middle of a character",
        "reader.undecodable",
        raw("orders.csv", GOOD_TEXT.encode()[:-2]),
        at=(3, ""),
    ),
    case(
        "Latin letters in one byte",
        "reader.encoding_unsure",
        text("id,name\n1,Müller\n2,Blümlein\n", encoding="latin-1"),
    ),
    case(
        "wrong encoding named",
        "reader.undecodable",
        rows(GOOD, encoding="gb18030"),
        mapping=changed_mapping('path: "*"', 'path: "*", encoding: utf-8'),
        at=(1, ""),
    ),
    case(
        "unknown encoding named",
        "reader.unknown_encoding",
        rows(GOOD),
        mapping=changed_mapping('path: "*"', 'path: "*", encoding: klingon'),
    ),
    case("NUL in a text", "reader.nul_bytes", one_cell("客户", "仁和\x00诊所"), at=(3, "")),
    case(
        "half a character of UTF-16",
        "reader.undecodable",
        raw("orders.csv", b"\xff\xfe" + GOOD_TEXT.encode("utf-16-le") + b"x"),
    ),
    case("quotation mark never closed", "reader.open_quote", one_cell("客户", '"仁和'), at=(3, "")),
    case("comma inside a value", "reader.row_too_long", one_cell("客户", "仁和,诊所"), at=(3, "")),
    case("row cut off", "reader.row_too_short", rows(GOOD, SECOND[:4]), at=(3, "")),
    case(
        "two columns of one name",
        "reader.header_repeated",
        text(text_of([[*HEADER, "金额"], [*GOOD, "1"]])),
        at=(1, "金额"),
    ),
    case(
        "values without a header",
        "reader.header_blank",
        text(text_of([[*HEADER, ""], [*GOOD, "1"]])),
        at=(1, "H"),
    ),
    case(
        "no header at all",
        "reader.header_missing",
        text("1,2024-03-01\n2,2024-03-02\n"),
        at=(1, ""),
    ),
    case("600 columns", "reader.too_many_columns", text(text_of([WIDE, WIDE])), at=(1, "")),
    case("cell without end", "reader.cell_too_long", one_cell("客户", "长" * 200_000), at=(3, "")),
    case(
        "formula in a text", "reader.formula_cell", one_cell("金额", "=SUM(F1:F2)"), at=(3, "金额")
    ),
    case(
        "program call in a text",
        "reader.formula_cell",
        one_cell("客户", "=cmd|' /C calc'!A0"),
        at=(3, "客户"),
    ),
    case(
        "separator of two characters",
        "reader.unknown_delimiter",
        rows(GOOD),
        mapping=changed_mapping('path: "*"', 'path: "*", delimiter: "||"'),
    ),
    case("101 MB", "reader.file_too_large", sparse(101_000_000)),
    case("more than a million rows", "reader.too_many_rows", many_rows(1_000_001)),
    case("packed bomb", "reader.unpacks_too_much", made("orders.csv.gz", packed_bomb)),
    case(
        "packed and cut",
        "reader.broken_gzip",
        raw("orders.csv.gz", gzip.compress(GOOD_TEXT.encode())[:-9]),
    ),
    case("not packed at all", "reader.not_text", raw("orders.csv.gz", GOOD_TEXT.encode())),
]
