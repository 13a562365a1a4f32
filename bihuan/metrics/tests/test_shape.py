"""A statement compiled once and filled for each asker is the statement compiled for them."""

from __future__ import annotations

from datetime import date

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bihuan.kernel.period import Period
from bihuan.metrics.domain.definition import read_definition
from bihuan.metrics.domain.figure import Where
from bihuan.metrics.engine.behind import lines_behind, lines_sql
from bihuan.metrics.engine.compiling import Asked, figures_sql
from bihuan.metrics.engine.dialect import Dialect, to_sql
from bihuan.metrics.engine.shape import shape_of
from bihuan.metrics.engine.waiting import _compiled, waiting_sql
from bihuan.metrics.queries.versions import built_in

IDS = st.one_of(st.none(), st.integers(1, 2**40))
PATHS = st.lists(st.integers(1, 99_999), min_size=1, max_size=4).map(
    lambda steps: "/" + "".join(f"{step}/" for step in steps)
)
WHERES = st.builds(
    Where,
    person_ids=st.one_of(st.none(), st.lists(st.integers(1, 2**40), min_size=1).map(tuple)),
    unit_path=st.one_of(st.just(""), st.just("/"), PATHS),
    unit_depth=st.one_of(st.none(), st.integers(0, 3)),
    person_id=IDS,
    manager_id=IDS,
    unit_id=IDS,
    product_id=IDS,
    region=st.one_of(st.none(), st.sampled_from(["East", "9199999999990000001", "/1/4/"])),
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    where=WHERES,
    paths=st.one_of(st.none(), st.lists(PATHS, max_size=3).map(tuple)),
    own_id=IDS,
    as_of_seq=IDS,
    metric=st.sampled_from(["won_amount", "big_deal_share", "new_customers"]),
    dialect=st.sampled_from(Dialect),
)
def test_the_filled_statement_is_the_statement(
    where: Where,
    paths: tuple[str, ...] | None,
    own_id: int | None,
    as_of_seq: int | None,
    metric: str,
    dialect: Dialect,
) -> None:
    definition = built_in()[metric]
    asked = Asked(
        definition=definition,
        where=where,
        paths=paths,
        own_id=own_id,
        as_of_seq=as_of_seq,
        dialect=dialect,
    )
    shape, reach = shape_of(asked), definition.terms[0].reach
    # Without the cache: it is the statement of this very question that is compared.
    direct = figures_sql.__wrapped__(asked, ("unit",), reach)
    assert shape.filled(figures_sql.__wrapped__(shape.asked, ("unit",), reach)) == direct


@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    where=WHERES,
    days=st.tuples(st.dates(), st.dates()).filter(lambda days: days[0] < days[1]),
    metric=st.sampled_from(["won_amount", "new_customers", "effective_renewal_amount"]),
    dialect=st.sampled_from(Dialect),
)
def test_the_facts_of_any_span_are_asked_for_by_one_statement(
    where: Where, days: tuple[date, date], metric: str, dialect: Dialect
) -> None:
    asked = Asked(definition=built_in()[metric], where=where, dialect=dialect)
    span = Period("span", *days)
    assert lines_sql(asked, span) == to_sql(lines_behind(asked, span), dialect)


@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(where=WHERES, own_id=IDS, as_of_seq=IDS, dialect=st.sampled_from(Dialect))
def test_what_waits_is_asked_for_by_one_statement(
    where: Where, own_id: int | None, as_of_seq: int | None, dialect: Dialect
) -> None:
    definition = built_in()["effective_renewal_amount"]
    asked = Asked(
        definition=definition, where=where, own_id=own_id, as_of_seq=as_of_seq, dialect=dialect
    )
    direct = _compiled.__wrapped__(asked, 1, 20)
    assert waiting_sql(asked, page=1, page_size=20) == direct


def test_a_metric_that_itself_says_the_day_of_any_span_keeps_it() -> None:
    won = built_in()["won_amount"].model_dump(mode="json", by_alias=True, exclude_none=True)
    [term] = won["measure"]
    late = {"field": "due_on", "op": "gte", "value": "9199-02-01"}
    term["where"] = {"all": [term["where"], late]}
    asked = Asked(definition=read_definition(won))
    sql = lines_sql(asked, Period("span", date(2026, 1, 1), date(2026, 2, 1)))
    assert "MAKE_DATE(9199, 2, 1)" in sql
    assert "MAKE_DATE(2026, 2, 1)" in sql


def test_everybody_s_question_has_one_shape() -> None:
    definition = built_in()["won_amount"]
    asked = [
        Asked(definition=definition, where=Where(person_ids=(n,)), paths=("/1/",), own_id=n)
        for n in (3, 4_000_000)
    ]
    one, other = (shape_of(each).asked for each in asked)
    assert one == other
