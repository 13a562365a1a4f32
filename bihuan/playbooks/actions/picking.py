"""Using a play of one's own accord: nobody handed it out, so no outcome is waited for.

It is a fact of its own kind, for a metric that one works on or with a customer; once a
day for the same reason, however often it is tapped.
"""

from __future__ import annotations

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.facts.actions import open_source, record
from bihuan.facts.domain.fact import Draft
from bihuan.facts.domain.kind import PLAY_PICKED, PLAYS
from bihuan.facts.models import Fact, Source
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.models import Person
from bihuan.playbooks.access import account_named, play_seen
from bihuan.playbooks.models import Play
from bihuan.playbooks.queries.wording import wording_of


class NoReasonToUse(Invalid):
    code = "playbooks.no_reason_to_use"
    says = gettext_noop("Say for which metric or with which customer you used it.")


class MetricUnknown(Invalid):
    code = "playbooks.metric_unknown"
    says = gettext_noop("There is no such metric.")


class PlayNotInForce(Conflict):
    code = "playbooks.play_not_in_force"
    says = gettext_noop("This play is not in the library, so nobody uses it now.")


@transaction.atomic
def pick_play(*, play: Play, metric: str = "", account: str = "", by: Person) -> Fact:
    """Note that a person used a play of the library, for a metric or with a customer."""
    found = play_seen(play.pk, by)
    version = found.published
    if version is None or found.retired_at is not None:
        raise PlayNotInForce()
    if metric and metric not in dict(wording_of(by.tenant).choices("metrics")):
        raise MetricUnknown()
    member = account_named(account, by) if account.strip() else None
    if member is None and not metric:
        raise NoReasonToUse()
    today = clock.today(by.tenant.time_zone)
    with_whom = "" if member is None else str(member.pk)
    source = open_source(tenant=by.tenant, code=PLAYS, name="Plays", kind=Source.Kind.FORM.value)
    told = {"play": found.code, "version": str(version.number)}
    ref = f"picked/{by.pk}/{version.pk}/{today.isoformat()}/{metric}/{with_whom}"
    if not Fact.objects.filter(source=source, source_ref=ref).exists():
        journal.record(by, "play.picked", found, metric=metric, version=version.number)
    draft = Draft(
        kind=PLAY_PICKED,
        business_on=today,
        source_ref=ref,
        person_id=by.pk,
        account_id=None if member is None else member.pk,
        attributes={**told, **({"metric": metric} if metric else {})},
    )
    return record(draft=draft, source=source, by=by)
