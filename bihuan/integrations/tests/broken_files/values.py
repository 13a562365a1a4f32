"""Well-formed order lists of which one cell cannot be right."""

from __future__ import annotations

from bihuan.integrations.tests.broken_files.making import (
    GOOD,
    GOOD_TEXT,
    HEADER,
    JUNK,
    PRODUCTS,
    WITH_CURRENCY,
    WITH_PRODUCTS,
    case,
    changed_mapping,
    folder_of,
    one_cell,
    rows,
    text,
    text_of,
    with_cell,
)

VALUES = [
    case(
        "dates of two readings",
        "mapping.days_ambiguous",
        rows([*GOOD[:1], "03/04/2024", *GOOD[2:]], with_cell("下单日期", "05/06/2024")),
        at=(2, "下单日期"),
    ),
    case(
        "dates turned round",
        "mapping.days_contradict",
        rows([*GOOD[:1], "13/04/2024", *GOOD[2:]], with_cell("下单日期", "04/14/2024")),
        at=(3, "下单日期"),
    ),
    case(
        "30 February", "mapping.not_a_day", one_cell("下单日期", "2024-02-30"), at=(3, "下单日期")
    ),
    case(
        "word for a date", "mapping.not_a_day", one_cell("下单日期", "下周一"), at=(3, "下单日期")
    ),
    case(
        "year 2204",
        "mapping.day_out_of_range",
        one_cell("下单日期", "2204-03-01"),
        at=(3, "下单日期"),
    ),
    case(
        "year 1924",
        "mapping.day_out_of_range",
        one_cell("下单日期", "1924-03-01"),
        at=(3, "下单日期"),
    ),
    case("word for a number", "mapping.not_a_number", one_cell("金额", "三百"), at=(3, "金额")),
    case("number slipped", "mapping.not_a_number", one_cell("金额", "12.3.4"), at=(3, "金额")),
    case(
        "two decimal marks", "mapping.mark_contradicts", one_cell("金额", '"1,5"'), at=(2, "金额")
    ),
    case("negative amount", "mapping.negative", one_cell("金额", "-300"), at=(3, "金额")),
    case(
        "amount of a quintillion",
        "mapping.number_too_large",
        one_cell("金额", "1" + "0" * 18),
        at=(3, "金额"),
    ),
    case("no amount", "mapping.empty", one_cell("金额", ""), at=(3, "金额")),
    case("no key", "mapping.empty", one_cell("订单号", ""), at=(3, "订单号")),
    case("no person", "mapping.empty", one_cell("业务员", " "), at=(3, "业务员")),
    case(
        "key that is there twice",
        "mapping.key_repeated",
        one_cell("订单号", "A-1"),
        at=(3, "订单号"),
    ),
    case(
        "key that a spreadsheet cut",
        "mapping.code_damaged",
        one_cell("订单号", "1.23457E+17"),
        at=(3, "订单号"),
    ),
    case("unknown person", "mapping.unknown_person", one_cell("业务员", "林小"), at=(3, "业务员")),
    case("name of two people", "mapping.ambiguous", one_cell("业务员", "张伟"), at=(3, "业务员")),
    case("text of a novel", "mapping.text_too_long", one_cell("类别", "长" * 81), at=(3, "类别")),
    case(
        "unknown currency",
        "mapping.currency_unknown",
        one_cell("类别", "贝壳"),
        mapping=WITH_CURRENCY,
        at=(3, "类别"),
    ),
    case(
        "foreign currency",
        "mapping.currency_differs",
        one_cell("类别", "USD"),
        mapping=WITH_CURRENCY,
        at=(3, "类别"),
    ),
    case(
        "100 columns of junk",
        "mapping.column_missing",
        text(text_of([JUNK, JUNK])),
        at=(1, "订单号"),
    ),
    case(
        "column that is not there",
        "mapping.column_missing",
        rows(GOOD),
        mapping=changed_mapping("金额", "成交额"),
        at=(1, "成交额"),
    ),
    case(
        "kind that is not there",
        "mapping.kind_unknown",
        rows(GOOD),
        mapping=changed_mapping("order.placed", "order.eaten"),
    ),
    case(
        "attribute that is not there",
        "mapping.attribute_unknown",
        rows(GOOD),
        mapping=changed_mapping("category:", "colour:"),
    ),
    case(
        "field that is not said",
        "mapping.field_needed",
        rows(GOOD),
        mapping=changed_mapping("    amount: 金额\n", ""),
    ),
    case(
        "file that the mapping does not list",
        "mapping.file_unknown",
        rows(GOOD),
        mapping=changed_mapping("- file: orders", "- file: ordres"),
    ),
    case(
        "file that is not there",
        "reader.file_missing",
        rows(GOOD),
        mapping=changed_mapping('path: "*"', "path: march.csv"),
    ),
    case(
        "product not in the master",
        "mapping.unknown_member",
        folder_of(orders=GOOD_TEXT, products="产品,系列\n监护仪,设备\n耗材,耗材\n"),
        mapping=WITH_PRODUCTS,
        at=(3, "产品"),
    ),
    case(
        "product not looked up",
        "mapping.not_found",
        folder_of(orders=GOOD_TEXT, products=PRODUCTS),
        mapping=WITH_PRODUCTS.replace("product: 产品", "product_line: row.系列"),
        at=(3, "产品"),
    ),
    case(
        "master with a key twice",
        "mapping.key_repeated",
        folder_of(orders=text_of([HEADER, GOOD]), products=PRODUCTS + "监护仪,仪器\n"),
        mapping=WITH_PRODUCTS,
        at=(3, "产品"),
    ),
]
