"""The letters of a cell, as they stood in the templates that wrote them before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from bihuan.goals.domain.deviation import Judgement, State
from bihuan.goals.queries.grid import Cell, Row, Subject
from bihuan.kernel.period import Period
from bihuan.metrics.queries import Defined
from bihuan.metrics.queries.versions import built_in

MARCH = Period("2026-03", date(2026, 3, 1), date(2026, 4, 1))
OFF = Cell(
    metric=built_in()["signed_amount"],
    subject=Subject(unit_id=3, person_id=7),
    period=MARCH,
    judged=Judgement(State.VALUE, Decimal("-0.1200"), 2),
    actual=Decimal(880_000),
    target=Decimal(1_000_000),
    due=Decimal(1_000_000),
    facts=4,
)
NO_TARGET = replace(OFF, judged=Judgement(State.NO_TARGET), target=None, due=None)


def written(cell: Cell, name: str = "Lin") -> str:
    row = Row("person", name, cell.subject, (), cell)
    page = Template("{% load web_heat %}{% heat_cells row row.name '/cell/' 'CNY' %}")
    return page.render(Context({"row": row}))


def test_a_cell_says_for_whom_and_when_and_how_far_it_is_off() -> None:
    with translation.override("zh-hans"):
        assert written(OFF) == (
            '<td><button type="button" class="c b2"'
            ' hx-get="/cell/?metric=signed_amount&amp;period=2026-03&amp;unit=3&amp;person=7"'
            ' hx-target="#drawer" aria-label="Lin 合计 与应完成相比 −12%">−12</button></td>'
        )


@pytest.mark.parametrize(
    ("cell", "told", "shown"),
    [
        (OFF, "−12% against what was due", "−12"),
        (replace(OFF, judged=Judgement(State.ZERO)), "nothing achieved, a true zero", "0"),
        (NO_TARGET, "no target, ¥880K", "<small>¥880K</small>"),
        (replace(NO_TARGET, facts=0), "no target", "No target"),
        (replace(OFF, judged=Judgement(State.NO_DATA)), "no data", "No data"),
        (replace(OFF, judged=Judgement(State.NOT_DUE)), "nothing due", "–"),
        (replace(OFF, is_future=True), "not begun", "·"),
    ],
    ids=["off", "zero", "no target", "nothing at all", "no data", "nothing due", "future"],
)
def test_what_a_cell_says_without_its_colour(cell: Cell, told: str, shown: str) -> None:
    with translation.override("en"):
        text = written(cell)
    assert f'aria-label="Lin Together {told}">{shown}</button>' in text


def test_a_name_is_only_ever_a_name() -> None:
    text = written(OFF, name='"><script>')
    assert "<script>" not in text
    assert "&quot;&gt;&lt;script&gt;" in text


def test_the_address_of_a_cell_says_all_that_it_is_asked_for() -> None:
    cell = replace(OFF, subject=Subject(unit_id=3, is_nobody=True), defined=Defined.NOW)
    assert cell.query == "metric=signed_amount&period=2026-03&defined=now&unit=3&person=0"
    assert replace(OFF, subject=Subject()).query == "metric=signed_amount&period=2026-03"
