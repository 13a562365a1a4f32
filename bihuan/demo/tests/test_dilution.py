"""The planted dilution, judged by the rule of dilution over what happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from bihuan.demo.domain.cast import Company, cast
from bihuan.demo.domain.dilution import handed_down, quarter_before, received_in, with_dilution
from bihuan.demo.domain.life import life
from bihuan.demo.domain.plan import PlannedQuota, quotas
from bihuan.goals.domain.dilution import Node, dilution

TODAY = date(2026, 11, 24)


def nodes_of(
    company: Company, planned: list[PlannedQuota], received: dict[str, Decimal]
) -> Iterator[Node]:
    asked = {each.person or each.unit: each.amount for each in planned}
    whole = sum(received.values(), Decimal(0))
    for unit in company.units:
        before = whole if unit.parent is None else None
        yield Node(key=unit.code, above=unit.parent, asked=asked.get(unit.code), before=before)
    for person in company.people:
        if person.role == "rep":
            yield Node(
                key=person.code,
                above=person.unit,
                asked=asked[person.code],
                before=received.get(person.code),
                is_person=True,
            )


def test_a_target_of_22_percent_arrives_as_9_3() -> None:
    company = cast(seed=7)
    quarter, before = quarter_before(TODAY)
    received = received_in(life(company, seed=7, start=before.start, end=before.end), before)
    planned = handed_down(company, received=received, quarter=quarter)
    found = dilution(nodes_of(company, planned, received))
    shown = [level.growth for level in found.levels if level.carriers]
    percent = [each and round(each * 100, 1) for each in shown]
    assert [str(each) for each in percent] == ["22.0", "18.0", "15.0", "9.3"]
    first = found.first_leak
    assert first is not None
    assert first.key == "root"


def test_other_targets_stay_and_nobody_has_two_for_the_same_days() -> None:
    company = cast(seed=7)
    quarter, _ = quarter_before(TODAY)
    planned = list(quotas(company, start=date(2026, 7, 1), end=date(2027, 1, 1)))
    received = {each.code: Decimal(1000) for each in company.people if each.role == "rep"}
    planted = handed_down(company, received=received, quarter=quarter)
    made = with_dilution(planned, planted)
    bearers = [(each.metric, each.person or each.unit, each.start) for each in made]
    assert len(set(bearers)) == len(bearers)
    untouched = [
        each for each in planned if (each.metric, each.start) != ("received_amount", quarter.start)
    ]
    assert [each for each in made if each in set(untouched)] == untouched
