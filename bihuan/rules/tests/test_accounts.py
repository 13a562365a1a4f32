"""Rules about customers and deals: who is asked, who sees them, and how they end."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.test import Client
from openpyxl import load_workbook

from bihuan.customers.actions import merge_accounts
from bihuan.facts.models import Fact, Member
from bihuan.inbox.models import Task
from bihuan.org.access import scope_of
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person
from bihuan.rules import actions
from bihuan.rules.access import AlertMissing, NotYoursToEnd, alert_seen
from bihuan.rules.commands import rule
from bihuan.rules.domain.definition import DefinitionInvalid, RuleDefinition, plain, read_definition
from bihuan.rules.models import Alert, ResponseMade, RuleVersion
from bihuan.rules.queries import back_test, built_in, tried
from bihuan.rules.queries.alerts import alert_view, alerts_shown
from bihuan.rules.queries.soundness import problems_in
from bihuan.rules.tests.team import Team, at, in_force, look, make_team, monday
from tests.make import make_fact, make_login, make_member, make_person, make_unit

pytestmark = pytest.mark.django_db
KEY = "silent_key_account"


def silent(**more: object) -> RuleDefinition:
    """Return the rule that the product comes with, switched on."""
    return read_definition({**plain(built_in()[KEY]), "is_on": True, **more})


def customer(team: Team, code: str, tier: str = "大客户", **more: str) -> Member:
    member = make_member(code, tenant=team.tenant)
    member.attributes = {"tier": tier, **more}
    member.save()
    return member


def visited(person: Person, member: Member, week: int, *, kind: str = "visit.logged") -> Fact:
    where = {f"{member.dimension}_id": member.pk}
    ref = f"{kind}/{person.pk}/{member.pk}/{week}"
    return make_fact(person, on=monday(week), kind=kind, amount=None, ref=ref, **where)


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def alert(team: Team) -> Alert:
    """A key account that Lin visited in the first week and nobody since."""
    visited(team.lin, customer(team, "north"), 0)
    visited(team.mate, customer(team, "small", "B"), 0)
    visited(team.mate, customer(team, "seen"), 4)
    in_force(team, silent(), key=KEY, on=monday(0))
    [found] = look(team, 5).opened
    with at(monday(5)):
        actions.respond(tenant=team.tenant)
    return Alert.objects.select_related("tenant", "account", "owner", "unit").get(pk=found.pk)


def test_a_silent_key_account_calls_its_owner_and_their_manager(team: Team, alert: Alert) -> None:
    assert (alert.subject_name, alert.owner, alert.unit) == ("north", team.lin, team.team)
    made = ResponseMade.objects.order_by("place").values_list("kind", "person__code")
    assert list(made) == [("task", "lin"), ("notice", "boss")]
    task = Task.objects.get()
    assert task.title.says == "%(rule)s: %(who)s"
    assert task.items.count() == 3
    [fact] = Fact.objects.filter(kind="alert.opened")
    assert (fact.account, fact.person, fact.unit) == (None, team.lin, team.team)


def test_contact_ends_it_and_it_opens_once(team: Team, alert: Alert) -> None:
    assert look(team, 6).opened == []
    visited(team.mate, alert.account, 6)  # type: ignore[arg-type]  # it is about a customer
    assert [each.pk for each in look(team, 7).recovered] == [alert.pk]
    assert Task.objects.get().state == "lapsed"


def test_it_lies_with_whoever_made_contact_last(team: Team, alert: Alert) -> None:
    """What the product records of its own deeds, such as the alert, hands nothing over."""
    visited(team.mate, alert.account, 6)  # type: ignore[arg-type]  # it is about a customer
    look(team, 7)
    [again] = [each for each in look(team, 11).opened if each.subject_name == "north"]
    assert again.owner == team.mate


def test_the_company_may_name_who_is_responsible(team: Team) -> None:
    north = customer(team, "north", keeper="mate")
    visited(team.lin, north, 0)
    south = customer(team, "south", keeper="somebody else")
    visited(team.lin, south, 0)
    in_force(team, silent(cover={"owner": "attribute.keeper"}), key=KEY, on=monday(0))
    opened = look(team, 5).opened
    owners = {each.subject_name: each.owner for each in opened}
    assert owners == {"north": team.mate, "south": team.lin}


def test_a_customer_of_one_who_left_goes_to_who_leads_the_unit(team: Team) -> None:
    visited(team.lin, customer(team, "north"), 0)
    Person.objects.filter(pk=team.lin.pk).update(ended_on=monday(2))
    in_force(team, silent(), key=KEY, on=monday(0))
    [found] = look(team, 5).opened
    assert (found.owner, found.unit) == (None, team.team)
    with at(monday(5)):
        actions.respond(tenant=team.tenant)
    assert [each.person for each in ResponseMade.objects.order_by("place")] == [team.boss] * 2


def test_accounts_that_were_merged_are_one_customer(team: Team) -> None:
    north, branch = customer(team, "north"), customer(team, "branch", "B")
    visited(team.lin, north, 0)
    visited(team.mate, branch, 4)
    in_force(team, silent(), key=KEY, on=monday(0))
    with at(monday(4)):
        merge_accounts(account=branch, into=north, reason="one", by=robot_of(team.tenant))
    assert look(team, 5).opened == []


def test_it_is_seen_by_its_owner_and_those_who_lead_them(team: Team, alert: Alert) -> None:
    """Whoever leads must see the customer, too; HR sees what was sent to them, and nobody else."""
    far = make_person("far", unit=make_unit("far", under=team.east), role=Role.MANAGER)
    seeing = (team.lin, team.boss, team.head, team.quality, team.admin)
    with at(monday(5)):
        assert all(alert_seen(alert.pk, scope_of(each)) == alert for each in seeing)
        for each in (team.mate, team.hrbp, far):
            with pytest.raises(AlertMissing):
                alert_seen(alert.pk, scope_of(each))
        with pytest.raises(NotYoursToEnd):
            actions.close(alert=alert, reason="mine", by=team.lin)
        actions.close(alert=alert, reason="settled", by=team.boss)


def test_who_leads_but_sees_no_fact_of_the_customer_sees_no_alert(team: Team) -> None:
    """All facts were recorded for another unit, and the alert's own names no customer."""
    other = make_unit("other", under=team.east)
    leader = make_person("leader", unit=other, role=Role.MANAGER)
    north = customer(team, "north", keeper="moved")
    make_person("moved", unit=other)
    visited(team.lin, north, 0)
    in_force(team, silent(cover={"owner": "attribute.keeper"}), key=KEY, on=monday(0))
    [found] = look(team, 5).opened
    assert found.unit == other
    with at(monday(5)):
        assert not alerts_shown(scope_of(leader)).exists()
        assert alerts_shown(scope_of(team.head)).get() == found


def test_an_alert_about_an_account_that_was_merged_since_is_still_seen(
    team: Team, alert: Alert
) -> None:
    assert alert.account is not None
    with at(monday(5)):
        into = Member.objects.get(code="seen")
        merge_accounts(account=alert.account, into=into, reason="one", by=robot_of(team.tenant))
        assert alert_seen(alert.pk, scope_of(team.boss)) == alert


def test_the_trail_says_what_was_sent_to_whom(team: Team, alert: Alert) -> None:
    with at(monday(5)):
        view = alert_view(alert, person=team.boss, scope=scope_of(team.boss))
    told = [
        (each.event.what, each.response.kind, each.response.person)
        for each in view.trail
        if each.response is not None
    ]
    assert told == [("responded", "task", team.lin), ("responded", "notice", team.boss)]


def test_its_page_opens_to_the_customer_and_to_the_facts(team: Team, alert: Alert) -> None:
    client = Client()
    client.force_login(make_login(team.boss))
    with at(monday(5)):
        page = client.get(f"/rules/alerts/{alert.pk}/")
        body = page.content.decode()
        linked = f'href="/customers/{alert.account_id}/"'
        facts = f"/facts/?account={alert.account_id}&amp;counting=1"
        assert linked in body
        assert facts in body
        assert client.get(facts.replace("&amp;", "&")).status_code == 200
        book = load_workbook(BytesIO(client.get("/rules/alerts/export.xlsx").content))
    [row] = list(book.active.iter_rows(min_row=2, values_only=True))
    assert row[1:4] == ("north", team.lin.name, team.team.name)


def test_a_back_test_names_the_customer(team: Team, alert: Alert) -> None:
    span = ["--from", monday(0).isoformat(), "--to", monday(8).isoformat()]
    with at(monday(8)):
        said = CliRunner().invoke(rule, ["backtest", KEY, *span, "--json"])
    [hit] = json.loads(said.output)["hits"]
    assert hit == {
        "account": "north",
        "owner": team.lin.name,
        "code": "north",
        "unit": team.team.name,
        "metric": "",
        "fired_on": monday(5).isoformat(),
        "recovered_on": None,
    }


def test_what_was_known_then_is_tried_too(team: Team) -> None:
    """A visit that is typed in late spares the customer today, and did not then."""
    north = customer(team, "north")
    for recorded_in, week in ((0, 0), (9, 3)):
        with at(monday(recorded_in)):
            visited(team.lin, north, week)
    counts = []
    for is_then in (False, True):
        found = back_test(
            team.tenant, silent(), start=monday(5), end=monday(6), as_known_then=is_then
        )
        counts.append(len(found.hits))
    assert counts == [0, 1]


def test_open_deals_are_judged_until_they_end(team: Team) -> None:
    deal = make_member("D-1", dimension="opportunity", tenant=team.tenant)
    make_fact(
        team.lin,
        on=monday(0),
        kind="opportunity.opened",
        amount="90000",
        opportunity_id=deal.pk,
        attributes={"stage": "报价"},
    )
    stuck = read_definition(
        {
            "name_zh": "大单停滞",
            "name_en": "Stuck",
            "subject": "opportunity",
            "when": {
                "all": [
                    {"kind": "field", "field": "amount", "type": "number", "op": "at_least",
                     "values": ["50000"]},
                    {"kind": "field", "field": "stage", "op": "equals", "values": ["报价"]},
                    {"kind": "dwell", "days": 14},
                ]
            },
        }
    )  # fmt: skip
    in_force(team, stuck, key="stuck", on=monday(0))
    assert look(team, 1).opened == []
    [found] = look(team, 2).opened
    assert (found.opportunity, found.owner) == (deal, team.lin)
    make_fact(team.lin, on=monday(2), kind="opportunity.lost", amount=None, opportunity_id=deal.pk)
    assert [each.pk for each in look(team, 3).gone] == [found.pk]


def test_customers_do_not_cost_more_questions(team: Team) -> None:
    """One customer or forty: the engine asks as often."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for count in (1, 40):
        for number in range(count):
            visited(team.lin, customer(team, f"c{count}-{number}", "B"), 0)
        with at(monday(5)), CaptureQueriesContext(connection) as seen:
            tried(team.tenant, silent(), monday(5))
        asked.append(len(seen))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        ({"kind": "level", "measure": "attainment", "metric": "visits", "limit": "1"}, "measure"),
        ({"kind": "field", "field": "attribute.nothing", "op": "empty"}, "field"),
        ({"kind": "field", "field": "attribute.tier", "type": "number", "op": "at_least",
          "values": ["3"]}, "field"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_of_a_customer_is_refused_by_name(
    team: Team, leaf: dict[str, object], code: str
) -> None:
    customer(team, "north")
    asked = read_definition({"name_zh": "一", "name_en": "One", "subject": "account", "when": leaf})
    assert [each.column for each in problems_in(team.tenant, asked)] == [code]


def test_a_field_that_is_none_is_told_with_the_value_that_is_odd(team: Team) -> None:
    customer(team, "north", staff="1,200")
    customer(team, "south", staff="many")
    leaf = {"kind": "field", "field": "attribute.staff", "type": "number", "op": "at_least",
            "values": ["3"]}  # fmt: skip
    asked = read_definition({"name_zh": "一", "name_en": "One", "subject": "account", "when": leaf})
    [problem] = problems_in(team.tenant, asked)
    assert problem.params["value"] == "many"


@pytest.mark.parametrize(
    "leaf",
    [
        {"op": "at_least", "values": ["1"]},
        {"op": "equals", "values": []},
        {"op": "equals", "values": ["a", "b"]},
        {"type": "number", "op": "at_least", "values": ["ten"]},
        {"type": "date", "op": "coming", "values": ["2026-01-01"], "days": 3},
        {"op": "equals", "values": ["a"], "days": 3},
    ],
)
def test_a_look_at_a_field_that_says_nothing_is_no_rule(leaf: dict[str, object]) -> None:
    when = {"kind": "field", "field": "name", **leaf}
    with pytest.raises(DefinitionInvalid):
        read_definition({"name_zh": "一", "name_en": "One", "when": when})


def test_the_rule_is_off_until_it_is_switched_on(team: Team) -> None:
    visited(team.lin, customer(team, "north"), 0)
    assert look(team, 5).opened == []
    assert not RuleVersion.objects.exists()


TYPED = {
    "key": "silent",
    "name_zh": "大客户未联系",
    "name_en": "Silent",
    "every": "week",
    "subject": "account",
    "owner": "attribute.keeper",
    "joint": "all",
    "back_looks": "1",
    "cooldown_days": "0",
    "priority": "50",
    "is_on": "on",
    "condition_count": "2",
    "c0-kind": "field",
    "c0-field": "attribute.tier",
    "c0-op": "one_of",
    "c0-values": "大客户，战略",
    "c1-kind": "absence",
    "c1-facts": ["visit.logged"],
    "c1-days": "30",
    "response_count": "1",
    "r0-kind": "task",
    "r0-to": "person",
    "r0-due_days": "2",
}


def test_the_builder_writes_what_was_typed_of_customers(team: Team) -> None:
    visited(team.lin, customer(team, "north", keeper="mate"), 0)
    client = Client()
    client.force_login(make_login(team.admin))
    with at(monday(5)):
        shown = client.post("/rules/new/", TYPED | {"do": "try"}).context["trial"]
        client.post("/rules/new/", TYPED)
    assert [(hit.name, hit.owner) for hit in shown.hits] == [("north", team.mate)]
    wanted = {
        "all": [
            {"kind": "field", "field": "attribute.tier", "type": "text", "op": "one_of",
             "values": ["大客户", "战略"], "days": 0},
            {"kind": "absence", "facts": ["visit.logged"], "days": 30},
        ]
    }  # fmt: skip
    kept = RuleVersion.objects.get(key="silent")
    assert plain(kept.read)["when"] == wanted
    assert kept.read.cover.owner == "attribute.keeper"
