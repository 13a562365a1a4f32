"""What is older than its period goes, what is younger, held or asked for stays, and it is told."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.customers.models import Contact, Conversation, Sound
from bihuan.facts.models import Fact
from bihuan.inbox.models import Delivery, Notice
from bihuan.org.access import NotYourRole
from bihuan.privacy.actions import hold, let_go_of_the_old, note_read, set_periods, subject_for
from bihuan.privacy.commands import privacy
from bihuan.privacy.domain.reading import Purpose, Reading
from bihuan.privacy.domain.retention import USUAL_DAYS, Kept, PeriodTooShort
from bihuan.privacy.models import SensitiveRead
from bihuan.privacy.queries import due
from tests.make import make_login
from tests.sowing import Sown, sow

DAY = timedelta(days=1)


@pytest.fixture
def sown(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sown:
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    made = sow(2)
    note_read(
        reading=Reading.UNMASKED, subject=made.subjects[0], purpose=Purpose.CALL, by=made.keeper
    )
    return made


def left() -> dict[Kept, int]:
    """Return what is there of each class, counted without the product's own queries."""
    return {
        Kept.CONVERSATIONS: Conversation.objects.exclude(text="").count(),
        Kept.SOUNDS: Sound.objects.count(),
        Kept.NOTICES: Notice.objects.count(),
        Kept.DELIVERIES: Delivery.objects.count(),
        Kept.AI_TEXTS: AiText.objects.filter(forgotten_at__isnull=True).count(),
        Kept.ACCESS: SensitiveRead.objects.count(),
    }


def test_each_class_goes_by_its_own_period_and_facts_never(sown: Sown) -> None:
    before, facts = left(), Fact.objects.count()
    assert before[Kept.SOUNDS] == 2
    assert before[Kept.NOTICES] >= 2
    assert before[Kept.AI_TEXTS] == 2
    periods = {kept: days for kept, days in USUAL_DAYS.items() if kept in before and days}
    for days in sorted(set(periods.values())):
        early = clock.now() + timedelta(days=days) - DAY
        same = [kept for kept, each in periods.items() if each == days]
        let_go_of_the_old(sown.tenant, early)
        assert all(left()[kept] == before[kept] for kept in same), "a day too early"
        seen = {each.kept: each.count for each in due(sown.tenant, early + 2 * DAY)}
        gone = let_go_of_the_old(sown.tenant, early + 2 * DAY)
        for kept in same:
            assert gone.get(kept, 0) == seen[kept], "the dry run said what went"
            assert left()[kept] == before[kept] - seen[kept]
    after = left()
    assert after[Kept.CONVERSATIONS] == before[Kept.CONVERSATIONS] == 3, "kept for ever"
    assert (after[Kept.SOUNDS], after[Kept.AI_TEXTS], after[Kept.ACCESS]) == (0, 0, 0)
    assert not Notice.objects.filter(asks__isnull=True).exists()
    assert Fact.objects.count() == facts
    told = JournalEntry.objects.filter(verb="retention.ended")
    assert {each.particulars["kept"] for each in told} >= {
        "sounds",
        "notices",
        "ai_texts",
        "access",
    }


def test_words_go_once_a_company_says_so_and_who_is_held_keeps_theirs(sown: Sown) -> None:
    set_periods(tenant=sown.tenant, days={Kept.CONVERSATIONS: 30}, by=sown.asker)
    hold(subject=sown.subjects[0], reason="诉讼", until=None, by=sown.decider)
    later = clock.now() + 31 * DAY
    assert left()[Kept.CONVERSATIONS] == 3
    let_go_of_the_old(sown.tenant, later)
    assert left()[Kept.CONVERSATIONS] == 3, "all are with the customer of the contact who is held"
    Contact.objects.filter(subject=sown.subjects[0]).update(account=_other_account(sown))
    hold(subject=subject_for(sown.keeper), reason="调查", until=None, by=sown.decider)
    let_go_of_the_old(sown.tenant, later)
    assert left()[Kept.CONVERSATIONS] == 3, "the colleague who held them is held"
    sown.subjects[0].holds.model.objects.update(lifted_at=clock.now(), lifted_by=sown.decider)
    assert let_go_of_the_old(sown.tenant, later)[Kept.CONVERSATIONS] == 3
    assert left()[Kept.CONVERSATIONS] == left()[Kept.SOUNDS] == left()[Kept.AI_TEXTS] == 0


def _other_account(sown: Sown) -> int:
    from tests.make import make_member

    return make_member("B", tenant=sown.tenant).pk


def test_only_who_looks_after_personal_data_sets_periods_and_none_too_short(sown: Sown) -> None:
    with pytest.raises(NotYourRole):
        set_periods(tenant=sown.tenant, days={Kept.NOTICES: 100}, by=sown.keeper)
    with pytest.raises(PeriodTooShort):
        set_periods(tenant=sown.tenant, days={Kept.ACCESS: 30}, by=sown.asker)
    assert not JournalEntry.objects.filter(verb="retention.set").exists()
    assert set_periods(tenant=sown.tenant, days={Kept.NOTICES: 400}, by=sown.asker) == []
    assert set_periods(tenant=sown.tenant, days={Kept.NOTICES: 100}, by=sown.asker) == [
        Kept.NOTICES
    ]
    [told] = JournalEntry.objects.filter(verb="retention.set")
    assert told.changes == {"notices": [400, 100]}


def test_the_page_tries_periods_without_keeping_them(sown: Sown) -> None:
    Conversation.objects.update(happened_at=clock.now() - 50 * DAY)
    client = Client()
    client.force_login(make_login(sown.asker))
    typed = {"sounds": 180, "notices": 400, "deliveries": 180, "ai_texts": 400, "access": 1095}
    page = client.post("/privacy/retention/", {**typed, "conversations": 40, "deed": "try"})
    assert page.status_code == 200
    [words] = [line for line, _ in page.context["rows"] if line.kept is Kept.CONVERSATIONS]
    assert words.count == 3
    assert "试算" in page.content.decode()
    assert client.get("/privacy/retention/").context["rows"][0][0].days is None
    assert client.post("/privacy/retention/", {**typed, "access": 3}).status_code == 422
    kept = client.post("/privacy/retention/", {**typed, "conversations": 40, "deed": "keep"})
    assert kept.status_code == 302
    assert client.get("/privacy/retention/").context["rows"][0][0].days == 40
    assert left()[Kept.CONVERSATIONS] == 3
    assert client.get("/privacy/retention/export.xlsx").status_code == 200


def test_the_command_says_what_would_go_and_then_lets_it_go(sown: Sown) -> None:
    Conversation.objects.update(happened_at=clock.now() - 50 * DAY)
    set_periods(tenant=sown.tenant, days={Kept.CONVERSATIONS: 40}, by=sown.asker)

    def said(*words: str) -> dict[str, object]:
        answer = CliRunner().invoke(privacy, ["retention", "--company", "acme", "--json", *words])
        assert answer.exit_code == 0, answer.output
        [row] = [each for each in json.loads(answer.output) if each["class"] == "conversations"]
        return dict(row)

    assert (said("--dry-run")["count"], left()[Kept.CONVERSATIONS]) == (3, 3)
    assert (said()["gone"], left()[Kept.CONVERSATIONS]) == (3, 0)
