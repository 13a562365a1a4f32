"""Pages of rules: read by those who lead, written by administrators, tried over the past."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bihuan.org.models import Person
from bihuan.rules import actions
from bihuan.rules.domain.definition import RuleDefinition, read_definition
from bihuan.rules.models import RuleVersion
from bihuan.rules.tests.team import (
    FIRST,
    Team,
    at,
    few_visits,
    in_force,
    look,
    make_team,
    monday,
    visit,
)
from tests.make import make_login, make_person, make_unit

pytestmark = pytest.mark.django_db

SPAN = "first=2026-09-07&last=2026-10-18&version=1"
TYPED = {
    "key": "few_visits",
    "name_zh": "拜访过少",
    "name_en": "Too few visits",
    "every": "week",
    "subject": "person",
    "roles": ["rep"],
    "joint": "all",
    "back_looks": "1",
    "cooldown_days": "0",
    "priority": "50",
    "is_on": "on",
    "condition_count": "1",
    "c0-kind": "value",
    "c0-metric": "visits",
    "c0-side": "below",
    "c0-limit": "3",
    "c0-back": "4",
    "c0-periods": "2",
    "c0-over": "1",
    "c0-grain": "week",
    "response_count": "1",
    "r0-kind": "task",
    "r0-to": "manager",
    "r0-due_days": "2",
}
DEEP = {
    "name_zh": "嵌套",
    "name_en": "Nested",
    "when": {
        "all": [
            {"kind": "level", "measure": "value", "metric": "visits", "limit": "3"},
            {
                "any": [
                    {"kind": "absence", "facts": ["visit.logged"], "days": 14},
                    {"not": {"kind": "dwell", "days": 30}},
                ]
            },
        ]
    },
}


@pytest.fixture
def team() -> Team:
    return make_team()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(make_login(person))
    return client


def low_and_back(team: Team) -> None:
    """Lin is low in the first two weeks and well from the third; the mate is never low."""
    in_force(team, few_visits())
    visit(team.lin, [1, 1, 5, 5, 5, 5])
    visit(team.mate, [5, 5, 5, 5, 5, 5])


def test_what_is_typed_becomes_the_rule_that_was_meant(team: Team) -> None:
    answer = client_of(team.admin).post("/rules/new/", TYPED)
    version = RuleVersion.objects.get(key="few_visits")
    assert answer["Location"] == "/rules/few_visits/versions/1/"
    wanted = few_visits(responses=[{"kind": "task", "to": "manager", "due_days": 2}])
    leaf = wanted.when.model_copy(update={"over": 1})
    assert version.read == wanted.model_copy(update={"when": leaf})
    assert version.state == "draft"


@pytest.mark.parametrize(
    "raw",
    [
        {"kind": "level", "measure": "attainment", "limit": "0.65", "back": "0.8", "periods": 2},
        {"kind": "drop", "share": "0.375", "back": "0.1", "before": 6, "grain": "month"},
        {
            "any": [
                {"kind": "absence", "facts": ["visit.logged"], "days": 14},
                {"not": {"kind": "since", "facts": ["contract.signed"], "days": 30}},
                {"kind": "dwell", "stages": ["quote", "trial"], "days": 21},
                {
                    "kind": "level",
                    "measure": "share",
                    "metric": "signed_amount",
                    "side": "above",
                    "limit": "0.5",
                    "part": {"dimension": "region", "value": "华东"},
                },
            ]
        },
    ],
)
def test_saving_a_draft_untouched_changes_nothing(team: Team, raw: dict[str, object]) -> None:
    """What the builder shows of a rule says all of it, in numbers that come back exactly."""
    metrics = [] if "any" in raw else ["signed_amount"]
    rule = read_definition({"name_zh": "一", "name_en": "One", "when": raw, "metrics": metrics})
    in_force(team, rule, key="one")
    client = client_of(team.admin)
    page = client.get("/rules/one/versions/new/")
    client.post("/rules/one/versions/new/", filled(page.context))
    assert RuleVersion.objects.get(key="one", number=2).read == rule


def filled(context: object) -> dict[str, object]:
    """Return what a browser would send of the builder as it was drawn."""
    sent: dict[str, object] = {}
    for name in ("conditions", "responses"):
        sent[f"{name[:-1]}_count"] = len(context[name])  # type: ignore[index]  # of templates
    forms = [context["form"], *context["conditions"], *context["responses"]]  # type: ignore[index]
    for form in forms:
        drawn = getattr(form, "shown", None)
        fields = list(form) if drawn is None else [form["kind"], form["denied"], *drawn]
        for field in fields:
            value = field.value()
            if value is not None and value is not False and value != "":
                sent[field.html_name] = value
    return sent


def test_conditions_that_lie_deeper_are_written_as_data(team: Team) -> None:
    rule = read_definition(DEEP)
    in_force(team, rule, key="deep")
    client = client_of(team.admin)
    page = client.get("/rules/deep/versions/new/")
    sent = filled(page.context)
    assert "as_data" in sent
    client.post("/rules/deep/versions/new/", sent | {"priority": "60"})
    assert RuleVersion.objects.get(number=2).read == rule.model_copy(update={"priority": 60})
    refused = client.post("/rules/deep/versions/new/", sent | {"as_data": "{"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["as_data"]


def test_rows_come_and_go_and_keep_what_was_typed(team: Team) -> None:
    client = client_of(team.admin)
    more = client.post("/rules/new/", TYPED | {"do": "add:c", "name_zh": "半"})
    assert [form["kind"].value() for form in more.context["conditions"]] == ["value", "attainment"]
    assert more.context["conditions"][0]["limit"].value() == "3"
    assert more.context["form"]["name_zh"].value() == "半"
    less = client.post("/rules/new/", TYPED | {"do": "remove:r0"})
    assert less.context["responses"] == []
    assert not RuleVersion.objects.exists()


def test_trying_names_whom_it_would_have_hit_and_keeps_nothing(team: Team) -> None:
    visit(team.lin, [1, 1])
    visit(team.mate, [5, 5])
    with at(monday(2)):
        answer = client_of(team.admin).post("/rules/new/", TYPED | {"do": "try"})
    trial = answer.context["trial"]
    assert (trial.on, trial.subjects) == (monday(2), 2)
    assert [hit.person for hit in trial.hits] == [team.lin]
    assert not RuleVersion.objects.exists()


@pytest.mark.parametrize(
    ("typed", "status", "field"),
    [
        ({"name_zh": ""}, 422, "name_zh"),
        ({"key": "New Rule"}, 422, "key"),
        ({"key": "early_warning"}, 409, "key"),
    ],
)
def test_a_refusal_stands_at_its_field(
    team: Team, typed: dict[str, str], status: int, field: str
) -> None:
    answer = client_of(team.admin).post("/rules/new/", TYPED | typed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert not RuleVersion.objects.exists()


def test_what_the_company_lacks_is_said_by_name(team: Team) -> None:
    """A way back on the wrong side of the limit is no rule at all."""
    answer = client_of(team.admin).post("/rules/new/", TYPED | {"c0-back": "2"})
    assert answer.status_code == 422
    [problem] = answer.context["problems"]
    assert "far side of the limit" in problem


def test_a_draft_is_put_in_force_from_a_day(team: Team) -> None:
    client = client_of(team.admin)
    with at(FIRST):
        client.post("/rules/new/", TYPED)
        where = "/rules/few_visits/versions/1/put-in-force/"
        early = client.post(where, {"valid_from": "2026-09-06", "reason": "n"})
        assert (early.status_code, list(early.context["form"].errors)) == (422, ["valid_from"])
        done = client.post(where, {"valid_from": "2026-09-07", "reason": "拜访下滑"})
    assert done["Location"] == "/rules/few_visits/"
    version = RuleVersion.objects.get()
    assert (version.state, version.valid_from, version.reason) == ("in_force", FIRST, "拜访下滑")


def test_a_draft_is_given_up(team: Team) -> None:
    client = client_of(team.admin)
    client.post("/rules/new/", TYPED)
    client.post("/rules/few_visits/versions/1/withdraw/")
    assert RuleVersion.objects.get().state == "withdrawn"
    assert client.get("/rules/few_visits/").status_code == 200


def test_a_back_test_says_who_when_and_what_it_asks(team: Team) -> None:
    low_and_back(team)
    with at(monday(6)):
        page = client_of(team.admin).get(f"/rules/few_visits/backtest/?{SPAN}")
    found = page.context["found"]
    assert [(hit.person, hit.fired_on, hit.recovered_on) for hit in found.hits] == [
        (team.lin, monday(2), monday(3))
    ]
    assert [count for _, count, _ in page.context["weeks"]] == [0, 0, 1, 0, 0, 0]
    assert page.context["base"] is None


def test_a_draft_is_compared_with_what_is_in_force(team: Team) -> None:
    low_and_back(team)
    stricter = few_visits(cooldown_days=14)
    drafted(team, stricter)
    with at(monday(6)):
        page = client_of(team.quality).get(
            f"/rules/few_visits/backtest/?{SPAN.replace('version=1', 'version=2')}"
        )
    assert len(page.context["base"].hits) == 1
    assert [of_base for _, _, of_base in page.context["weeks"]] == [0, 0, 1, 0, 0, 0]


def drafted(team: Team, definition: RuleDefinition) -> None:
    actions.draft_rule(tenant=team.tenant, key="few_visits", definition=definition, by=team.admin)


def test_the_file_of_a_back_test_has_what_the_page_has(team: Team) -> None:
    low_and_back(team)
    with at(monday(6)):
        answer = client_of(team.admin).get(f"/rules/few_visits/backtest/export.xlsx?{SPAN}")
    book = load_workbook(BytesIO(answer.content))
    hits, weeks, _load = book.worksheets
    [row] = list(hits.iter_rows(min_row=2, values_only=True))
    assert row[0] == team.lin.name
    assert [cell.date() for cell in row[4:6]] == [monday(2), monday(3)]
    assert [line[1] for line in weeks.iter_rows(min_row=2, values_only=True)] == [0, 0, 1, 0, 0, 0]


def test_too_long_a_span_is_refused_on_the_page(team: Team) -> None:
    low_and_back(team)
    client = client_of(team.admin)
    answer = client.get("/rules/few_visits/backtest/?first=2020-01-01&last=2026-01-01&version=1")
    assert (answer.status_code, answer.context["tried"]) == (422, None)


def test_the_statements_of_the_pages_do_not_grow(team: Team) -> None:
    """One alert or many, one rule or some: the pages ask the same number of questions."""
    low_and_back(team)
    client = client_of(team.admin)
    look(team, 2)
    taken = [_asked(client, path) for path in ("/rules/", "/rules/few_visits/")]
    for number in range(4):
        make_person(f"more{number}", unit=team.team)
        in_force(team, few_visits(priority=number + 10), key=f"rule_{number}")
    look(team, 3)
    assert [_asked(client, path) for path in ("/rules/", "/rules/few_visits/")] == taken


def _asked(client: Client, path: str) -> int:
    with at(date(2026, 9, 29)), CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_alerts_are_narrowed_to_a_team_with_all_below_it(team: Team) -> None:
    low_and_back(team)
    look(team, 2)
    client = client_of(team.admin)
    shown = {
        unit.code: len(client.get(f"/rules/alerts/?unit={unit.pk}").context["page"].object_list)
        for unit in (team.east, team.team)
    }
    assert shown == {"east": 1, "team": 1}
    aside = make_unit("aside", under=team.east)
    assert len(client.get(f"/rules/alerts/?unit={aside.pk}").context["page"].object_list) == 0
