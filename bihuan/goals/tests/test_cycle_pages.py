"""The pages of cycles: the board and its conflicts, preview, revisions, and one's own targets."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from bihuan.base import clock
from bihuan.goals import actions
from bihuan.goals.actions import GoalAsked, put
from bihuan.goals.actions.rating import ProfileOvertaken
from bihuan.goals.domain.cycle import Reason
from bihuan.goals.models import Cycle, Edit, Goal, Quota, Receipt, SelfRating
from bihuan.goals.queries.cascade import branch_of
from bihuan.goals.tests.company import Company, make_company
from bihuan.org.models import Person
from tests.make import make_login, make_person

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 16)
NEXT = (date(2027, 7, 1), date(2027, 10, 1))
SIZE = 3
BOARD, PREVIEW, MINE = 35, 21, 26
"""How many statements each page takes, its shell with it."""


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(clock, "today", lambda zone: TODAY)
    return make_company()


@pytest.fixture
def goal(company: Company) -> Goal:
    return asked(company)


def asked(company: Company, span: tuple[date, date] = NEXT) -> Goal:
    cycle = actions.open_cycle(
        code="c", name="2027 Q3", start=span[0], end=span[1], grain="month", root=company.root,
        by=company.boss,
    )  # fmt: skip
    wanted = GoalAsked(metric="signed_amount", amount=Decimal("1000000.01"), strategy="新品上量")
    return actions.add_goal(cycle=cycle, asked=wanted, by=company.boss)


def sign_in(client: Client, person: Person) -> None:
    client.force_login(make_login(person))


def open_board(client: Client, goal: Goal, node: str, **more: str) -> Answer:
    asked_for: dict[str, str | int] = {"goal": goal.pk, "node": node, **more}
    return client.get(reverse("goals:cycle", args=[goal.cycle_id]), asked_for)


def sent(shown: Answer, **changed: str) -> dict[str, str]:
    """Return what the form of a board would send with some amounts typed anew."""
    board = shown.context["board"]
    fields = {
        "goal": str(board.goal.pk),
        "axis": board.axis,
        "node": board.node,
        "page": str(board.page.number),
        "version": str(board.version),
        "exact": "",
    }
    for place, line in enumerate(board.lines):
        text = f"{line.amount:,.2f}"
        fields |= {f"key-{place}": line.key, f"was-{place}": text, f"amount-{place}": text}
        if line.is_locked:
            fields[f"lock-{place}"] = "1"
    return fields | changed


def weigh(client: Client, goal: Goal, fields: dict[str, str], *, part: bool = False) -> Answer:
    address = reverse("goals:weigh", args=[goal.cycle_id])
    return client.post(address, fields, headers={"HX-Request": "true"} if part else {})


def test_without_script_one_number_is_set_and_the_others_give_way(
    client: Client, company: Company, goal: Goal
) -> None:
    sign_in(client, company.boss)
    east = f"u{company.east.pk}"
    shown = open_board(client, goal, east)
    lines = shown.context["board"].lines
    assert sum(line.units for line in lines) == shown.context["board"].whole
    done = weigh(client, goal, sent(shown, **{"amount-0": "1,000.50", "lock-0": "1"}))
    assert done.status_code == 302
    after = branch_of(goal, east)
    assert after.children[lines[0].key] == 100_050
    assert sum(after.children.values()) == after.whole
    group = after.group
    assert group is not None
    assert group.level[lines[0].key].held == 100_050
    others = [(line.units, after.children[line.key]) for line in lines[1:]]
    assert all(now > before for before, now in others)


def test_the_second_of_two_keeps_what_was_typed(
    client: Client, company: Company, goal: Goal
) -> None:
    sign_in(client, company.boss)
    east = f"u{company.east.pk}"
    shown = open_board(client, goal, east)
    key = shown.context["board"].lines[1].key
    actions.reweigh(goal=goal, axis="org", node=east, deed=put({key: 777}), by=company.lead)
    before = list(Edit.objects.values_list("pk", flat=True))
    for part in (True, False):
        refused = weigh(client, goal, sent(shown, **{"amount-0": "1234.56"}), part=part)
        assert refused.status_code == 409
        text = refused.content.decode()
        assert ("<html" in text) is not part
        assert "lead" in text
        assert 'data-mine="1234.56"' in text
        assert "7.77" in text
    assert list(Edit.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("typed", "status"), [("a lot", 422), ("1.005", 422), ("-5", 409), ("99999999", 409)]
)
def test_what_cannot_be_is_refused_in_place(
    client: Client, company: Company, goal: Goal, typed: str, status: int
) -> None:
    sign_in(client, company.boss)
    shown = open_board(client, goal, f"u{company.east.pk}")
    refused = weigh(client, goal, sent(shown, **{"amount-0": typed}), part=True)
    assert refused.status_code == status
    assert f'data-mine="{typed}"' in refused.content.decode()
    assert Edit.objects.count() == 1


def test_a_page_of_many_leaves_the_other_pages_as_they_are(
    client: Client, company: Company, goal: Goal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exact amounts of one page: what stands elsewhere stays to the cent."""
    # The package names a function like its module.
    monkeypatch.setattr(sys.modules["bihuan.goals.queries.cascade.board"], "PAGE_SIZE", 2)
    for name in ("a", "b", "c", "d"):
        make_person(name, unit=company.west)
    actions.follow_organisation(goal=goal, by=company.boss)
    sign_in(client, company.boss)
    west = f"u{company.west.pk}"
    shown = open_board(client, goal, west, page="2")
    board = shown.context["board"]
    assert board.page.paginator.num_pages == SIZE
    assert board.rest + sum(line.units for line in board.lines) == board.whole
    first, second = board.lines
    moved = {
        "amount-0": f"{first.amount + second.amount:.2f}",
        "amount-1": "0",
        "exact": "1",
    }
    assert weigh(client, goal, sent(shown, **moved)).status_code == 302
    after = branch_of(goal, west).children
    expected = dict(board.page.paginator.object_list)
    expected |= {first.key: first.units + second.units, second.key: 0}
    assert after == expected


def test_nothing_is_kept_where_nothing_was_changed(
    client: Client, company: Company, goal: Goal
) -> None:
    sign_in(client, company.boss)
    shown = open_board(client, goal, f"u{company.east.pk}")
    done = weigh(client, goal, sent(shown, exact="1"), part=True)
    assert done.status_code == 200
    assert json.loads(done["HX-Trigger"])["toast"]["kind"] == "ok"
    assert Edit.objects.count() == 1


def test_each_sees_the_board_from_where_they_lead(
    client: Client, company: Company, goal: Goal
) -> None:
    sign_in(client, company.lead)
    shown = client.get(reverse("goals:cycle", args=[goal.cycle_id]))
    board = shown.context["board"]
    assert (board.node, board.may_set) == (f"u{company.east.pk}", True)
    assert "1,000,000.01" not in shown.content.decode()
    for hidden in (f"u{company.root.pk}", f"u{company.west.pk}", "u999999", "x"):
        assert open_board(client, goal, hidden).status_code == 404
    assert open_board(client, goal, f"u{company.east.pk}", axis="region").status_code == 404
    client.logout()
    sign_in(client, company.people[0])
    assert client.get(reverse("goals:cycle", args=[goal.cycle_id])).status_code == 404
    assert client.get(reverse("goals:cycles")).context["lines"] == []


def test_undone_and_done_again(client: Client, company: Company, goal: Goal) -> None:
    sign_in(client, company.boss)
    root, east = f"u{company.root.pk}", f"u{company.east.pk}"
    before = branch_of(goal, root).children[east]
    for amount in (700, 800):
        actions.reweigh(goal=goal, axis="org", node=root, deed=put({east: amount}), by=company.boss)

    def press(what: str) -> int:
        back = getattr(open_board(client, goal, root).context["back"], what)
        address = reverse("goals:undo_edit", args=[goal.cycle_id, back.number])
        client.post(address, {"goal": goal.pk, "node": root, "axis": "org"})
        return branch_of(goal, root).children[east]

    assert [press("undo"), press("undo")] == [700, before]
    assert [press("redo"), press("redo")] == [700, 800]
    assert press("undo") == 700
    assert open_board(client, goal, root).context["back"].redo is not None


def test_undoing_the_only_goal_leads_to_an_empty_board(
    client: Client, company: Company, goal: Goal
) -> None:
    sign_in(client, company.boss)
    address = reverse("goals:undo_edit", args=[goal.cycle_id, 1])
    answer = client.post(address, {"goal": goal.pk}, follow=True)
    assert answer.status_code == 200
    assert answer.templates[0].name == "goals/cycles/empty.html"


def test_from_the_forms_to_the_phone(client: Client, company: Company) -> None:
    """Opened, asked, published with a reason, seen and rated by a rep, compared, restored."""
    sign_in(client, company.boss)
    form = client.get(reverse("goals:add_cycle")).context["form"]
    opened = client.post(
        reverse("goals:add_cycle"),
        {**{name: str(value) for name, value in form.initial.items()}, "root": company.root.pk},
    )
    cycle = Cycle.objects.get()
    assert (cycle.start, cycle.end, cycle.grain) == (date(2026, 10, 1), date(2027, 1, 1), "month")
    client.post(
        opened["Location"],
        {"metric": "signed_amount", "amount": "300.00", "method": "even", "floor": "80",
         "seasonality": "by_hand", "period-0": "100", "period-1": "50.00", "period-2": "150"},
    )  # fmt: skip
    goal = cycle.goals.get()
    assert goal.period_weights == [10_000, 5_000, 15_000]
    published = client.post(
        reverse("goals:publish", args=[cycle.pk]),
        {"reason": "new_cycle", "note": "开工", "seen_edit": "1"},
    )
    assert published["Location"] == reverse("goals:revision", args=[cycle.pk, 1])
    again = client.post(
        reverse("goals:publish", args=[cycle.pk]), {"reason": "other", "seen_edit": "1"}
    )
    assert again.status_code == 422
    _as_a_rep(company, cycle)
    client.post(reverse("goals:change_goal", args=[cycle.pk, goal.pk]),
                {"amount": "600", "seasonality": "even"})  # fmt: skip
    actions.publish(cycle=cycle, reason=Reason.STRATEGY, by=company.boss)
    compared = client.get(reverse("goals:compare", args=[cycle.pk]), {"from": 1, "to": 2})
    rows = compared.context["found"].lines
    assert rows[0].change.difference == Decimal(300)
    client.post(reverse("goals:restore_revision", args=[cycle.pk, 1]))
    goal.refresh_from_db()
    assert (goal.amount, goal.floor_ratio) == (Decimal(300), Decimal("0.8"))


def _as_a_rep(company: Company, cycle: Cycle) -> None:
    rep, client = company.people[1], Client()
    sign_in(client, rep)
    shown = client.get(reverse("goals:mine")).context["mine"]
    [asking] = shown.asking
    parts = shown.cycles[0].goals[0].parts
    # Nobody has figures of a year ago, so the five reps share 300 evenly.
    assert sum(part.target for part in parts) == Decimal(60)
    assert [each.before for each in asking.changed] == [None, None, None]
    assert sum(part.floor or 0 for part in parts) == Decimal(48)
    rated = client.post(
        reverse("goals:rate"),
        {"cycle": cycle.pk, "metric": "signed_amount", "rating": "4"},
        headers={"HX-Request": "true"},
    )
    assert 'value="4" aria-pressed="true"' in rated.content.decode()
    assert SelfRating.objects.get().rating == 4
    client.post(reverse("goals:acknowledge", args=[asking.receipt.pk]), {"note": "好"})
    assert Receipt.objects.get(person=rep).note == "好"
    assert client.get(reverse("goals:mine")).context["mine"].asking == ()


def test_the_workbooks_hold_what_is_shown(client: Client, company: Company, goal: Goal) -> None:
    sign_in(client, company.lead)
    address = reverse("goals:preview_export", args=[goal.cycle_id])
    rows = list(load_workbook(BytesIO(client.get(address).content)).active.values)[1:]
    page = client.get(reverse("goals:preview", args=[goal.cycle_id]))
    shown = [(line.name, line.change.after) for line in page.context["found"].lines]
    assert [(row[1], Decimal(str(row[3]))) for row in rows] == shown
    assert "west" not in {row[1] for row in rows}
    done = actions.publish(cycle=goal.cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    book = client.get(reverse("goals:receipts_export", args=[goal.cycle_id, 1]))
    names = {row[1] for row in list(load_workbook(BytesIO(book.content)).active.values)[1:]}
    told = {receipt.person.name for receipt in done.revision.receipts.select_related("person")}
    assert names == told - {"boss", "qian", "sun"}


def test_a_running_cycle_shows_its_heat_before_and_after(client: Client, company: Company) -> None:
    Quota.objects.all().update(ended_at=clock.now(), ended_by=company.boss)
    goal = asked(company, (date(2026, 7, 1), date(2026, 10, 1)))
    actions.publish(cycle=goal.cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    actions.change_goal(goal=goal, amount=Decimal(2_000_000), by=company.boss)
    sign_in(client, company.boss)
    found = client.get(reverse("goals:preview", args=[goal.cycle_id])).context["found"]
    assert found.is_running
    top = found.lines[0]
    assert top.before is not None
    assert top.after is not None
    # Twice the target: what is 1 + d of it before is half of that after.
    before, after = top.before.deviation, top.after.deviation
    assert before is not None
    assert after is not None
    assert abs((1 + before) / 2 - (1 + after)) < Decimal("0.001")


def test_profiles_are_made_applied_changed_and_ended(
    client: Client, company: Company, goal: Goal
) -> None:
    actions.add_goal(
        cycle=goal.cycle, asked=GoalAsked(metric="visits", amount=Decimal(90)), by=company.boss
    )
    sign_in(client, company.boss)
    body = {"name": "推新品", "axis-0": "goal", "key-0": "签约额", "factor-0": "3"}
    assert client.post(reverse("goals:add_profile"), body).status_code == 302
    listed = client.get(reverse("goals:profiles")).context["profiles"]
    [(profile, may_change)] = listed
    assert may_change
    assert profile.factors == [["goal", "signed_amount", "3"]]
    client.post(
        reverse("goals:apply_profile", args=[goal.cycle_id]),
        {"profile": profile.pk, "axis": "goal"},
    )
    shown = client.get(reverse("goals:cycle", args=[goal.cycle_id]), {"axis": "goal"})
    assert [line.units for line in shown.context["board"].lines] == [7500, 2500]
    wrong = client.post(
        reverse("goals:change_profile", args=[profile.pk]), body | {"factor-0": "x"}
    )
    assert wrong.status_code == 422
    client.post(reverse("goals:end_profile", args=[profile.pk]))
    assert client.get(reverse("goals:profiles")).context["profiles"] == []
    with pytest.raises(ProfileOvertaken):  # Whoever had it open meanwhile.
        actions.change_profile(profile=profile, name="x", factors=[], by=company.boss)


@pytest.mark.parametrize("more", [0, 30])
def test_the_statements_of_a_page_do_not_grow_with_its_people(
    client: Client,
    company: Company,
    django_assert_num_queries: DjangoAssertNumQueries,
    more: int,
) -> None:
    for place in range(more):
        make_person(f"m{place}", unit=company.west)
    goal = asked(company)
    actions.publish(cycle=goal.cycle, reason=Reason.NEW_CYCLE, by=company.boss)
    actions.change_goal(goal=goal, amount=Decimal(5), by=company.boss)
    sign_in(client, company.boss)
    here = {"node": f"u{company.west.pk}"}
    everybody: dict[str, str] = {}
    board = (reverse("goals:cycle", args=[goal.cycle_id]), here)
    preview = (reverse("goals:preview", args=[goal.cycle_id]), everybody)
    mine = (reverse("goals:mine"), everybody)
    rep = Client()
    sign_in(rep, company.people[1])
    for who, (address, given), count in (
        (client, board, BOARD),
        (client, preview, PREVIEW),
        (rep, mine, MINE),
    ):
        who.get(address, given)
        with django_assert_num_queries(count):
            assert who.get(address, given).status_code == 200
