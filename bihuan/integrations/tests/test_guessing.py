"""Guessing: which field a column is for, and a first mapping of a list nobody has mapped."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.facts.domain.kind import BUILT_IN
from bihuan.integrations.domain.column import FIELDS
from bihuan.integrations.domain.landing import Known, land
from bihuan.integrations.domain.mapping import dump_mapping, load_mapping
from bihuan.integrations.domain.profile import ColumnType
from bihuan.integrations.domain.table import Cell, Table
from bihuan.integrations.reader.guess import guess, profile, synonyms
from bihuan.integrations.reader.propose import propose_mapping

SAMPLES: dict[str, tuple[Cell, Cell]] = {
    "day": ("2024-03-01", "2024-03-25"),
    "number": ("1,200.50", "300"),
    "word": ("甲", "乙"),
}


def one_column(header: str, sample: str) -> Table:
    cells = SAMPLES[sample]
    return Table(
        file="a.csv",
        columns=(header,),
        header_line=1,
        lines=(2, 3),
        rows=tuple((c,) for c in cells),
    )


@pytest.mark.parametrize(
    ("header", "sample", "field"),
    [
        ("销售", "word", "person"),
        ("业务员姓名", "word", "person"),
        ("sales_agent", "word", "person"),
        ("SalesPerson", "word", "person"),
        ("客户", "word", "account"),
        ("客户名称", "word", "account"),
        ("Customer Name", "word", "account"),
        ("金额", "number", "amount"),
        ("签约金额（元）", "number", "amount"),
        ("close_value", "number", "amount"),
        ("Amount (CNY)", "number", "amount"),
        ("签约日期", "day", "business_on"),
        ("成交日期", "day", "business_on"),
        ("close_date", "day", "business_on"),
        ("OrderDate", "day", "business_on"),
        ("产品名称", "word", "product"),
        ("SKU", "word", "product"),
        ("区域", "word", "region"),
        ("合同编号", "word", "key"),
        ("订单号", "word", "key"),
        ("opportunity_id", "word", "key"),
        ("数量", "number", "quantity"),
        ("Qty", "number", "quantity"),
        ("门店", "word", "store"),
        ("渠道", "word", "channel"),
        ("行业", "word", "industry"),
        ("币种", "word", "currency"),
    ],
)
def test_a_header_tells_what_the_column_is_for(header: str, sample: str, field: str) -> None:
    (found,) = guess(profile(one_column(header, sample))).values()
    assert found[0].field == field
    assert 60 <= found[0].score <= 100
    assert found[0].reason % found[0].params


def test_what_a_column_holds_outweighs_its_header() -> None:
    (found,) = guess(profile(one_column("金额", "word"))).values()
    assert "amount" not in [each.field for each in found]


def test_a_column_of_nothing_known_is_not_guessed() -> None:
    (found,) = guess(profile(one_column("备注说明xyz", "word"))).values()
    assert found == ()


def test_every_guessed_field_can_be_chosen() -> None:
    attributes = {each.name for kind in BUILT_IN.values() for each in kind.attributes}
    assert set(synonyms()["fields"]) <= set(FIELDS) | attributes
    assert set(synonyms()["kinds"]) <= set(BUILT_IN)


def test_a_profile_tells_types_order_and_samples() -> None:
    table = Table(
        file="a.csv",
        columns=("编号", "日期", "时间", "金额", "已付", "空"),
        header_line=1,
        lines=(2, 3),
        rows=(
            ("001", "25/04/2024", "2024-03-01 09:30", "1.234,56", "是", None),
            ("002", "03/04/2024", "2024-03-01 10:30", "7,5", "否", None),
        ),
    )
    number, day, time, amount, paid, empty = profile(table)
    assert [each.type for each in (number, day, time, amount, paid, empty)] == [
        ColumnType.TEXT,
        ColumnType.DAY,
        ColumnType.INSTANT,
        ColumnType.DECIMAL,
        ColumnType.BOOLEAN,
        ColumnType.EMPTY,
    ]
    assert (day.date_order, day.is_ambiguous) == ("dmy", False)
    assert amount.decimal_mark == ","
    assert (empty.empty_count, number.distinct_count, number.samples) == (2, 2, ("001", "002"))


def test_a_proposed_mapping_lands_a_plain_chinese_list() -> None:
    table = Table(
        file="回款明细.csv",
        columns=("单据编号", "到账日期", "销售代表", "客户名称", "回款金额（元）", "备注"),
        header_line=1,
        lines=(2, 3),
        rows=(
            ("R-1", "2024-03-01", "林晓", "华康医院", "￥1,200", None),
            ("R-2", "2024-03-05", "王磊", "仁和诊所", "300.5", "尾款"),
        ),
    )
    mapping = propose_mapping([table])
    assert load_mapping(dump_mapping(mapping)) == mapping
    landing = land(mapping, [table], Known(people={"林晓": ("E1",), "王磊": ("E2",)}))
    assert landing.problems == ()
    assert [(f.kind, f.source_ref, f.business_on, f.person) for f in landing.facts] == [
        ("payment.received", "R-1", date(2024, 3, 1), "E1"),
        ("payment.received", "R-2", date(2024, 3, 5), "E2"),
    ]
