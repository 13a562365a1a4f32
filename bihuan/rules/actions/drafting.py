"""Writing rules: drafts that nothing follows, and putting one in force from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from bihuan.base import clock, journal
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.models import Person, Tenant
from bihuan.rules.access import require_writer_of
from bihuan.rules.domain.definition import DefinitionInvalid, RuleDefinition, plain
from bihuan.rules.domain.version import (
    BUILT_IN,
    DraftChanged,
    InForceTooEarly,
    KeyTaken,
    NotADraft,
    RuleUnknown,
    SameAsBefore,
    State,
    check_key,
)
from bihuan.rules.models import RuleVersion
from bihuan.rules.queries.catalogue import is_known, rules_on
from bihuan.rules.queries.soundness import problems_in

REASON_LENGTH = 300
WRITTEN = ("definition", "reason")
DECIDED = ("state", "valid_from")


class ReasonMissing(Invalid):
    code = "rules.reason_missing"
    says = gettext_noop("Say why, in up to %(limit)s characters: those whom it hits will read it.")


@transaction.atomic
def draft_rule(
    *,
    tenant: Tenant,
    key: str,
    definition: RuleDefinition,
    reason: str = "",
    by: Person,
    is_new: bool = False,
) -> RuleVersion:
    """Write the next version of a rule as a draft, or with ``is_new`` the first of a new one."""
    require_writer_of(by, tenant.pk)
    check_key(key)
    # The company's row keeps two drafts of one moment from taking the same number.
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    if is_new and is_known(tenant, key):
        raise KeyTaken(key=key)
    if not is_new and not is_known(tenant, key):
        raise RuleUnknown(key=key)
    _refuse_unsound(tenant, definition)
    mine = RuleVersion.objects.of(tenant.pk).filter(key=key)
    last: int | None = mine.aggregate(last=Max("number"))["last"]
    now = clock.now()
    version = RuleVersion.objects.create(
        tenant=tenant,
        key=key,
        number=(last or BUILT_IN) + 1,
        definition=plain(definition),
        reason=reason.strip()[:REASON_LENGTH],
        made_by=by,
        made_at=now,
        changed_at=now,
    )
    journal.record(by, "rule.drafted", version, rule=key, number=version.number)
    return version


@transaction.atomic
def change_draft(
    *,
    version: RuleVersion,
    definition: RuleDefinition,
    reason: str = "",
    edition: int,
    by: Person,
) -> RuleVersion:
    """Write a draft anew; ``edition`` is the one that was read, so no change is lost unseen."""
    require_writer_of(by, version.tenant_id)
    held = _held(version)
    if held.edition != edition:
        raise DraftChanged(who=held.made_by.name)
    _refuse_unsound(held.tenant, definition)
    before = journal.told(held, *WRITTEN)
    held.definition, held.reason = plain(definition), reason.strip()[:REASON_LENGTH]
    held.made_by, held.changed_at, held.edition = by, clock.now(), held.edition + 1
    held.save()
    after = journal.told(held, *WRITTEN)
    journal.record(by, "rule.redrafted", held, before=before, after=after, edition=held.edition)
    return held


@transaction.atomic
def put_in_force(
    *, version: RuleVersion, valid_from: date, reason: str = "", by: Person
) -> RuleVersion:
    """Let a draft judge from a day on: today or later, and not what was judged already."""
    require_writer_of(by, version.tenant_id)
    held = _held(version)
    if valid_from < clock.today(held.tenant.time_zone):
        raise InForceTooEarly()
    _refuse_unsound(held.tenant, held.read)
    held.reason = (reason.strip() or held.reason)[:REASON_LENGTH]
    if not held.reason:
        raise ReasonMissing(limit=REASON_LENGTH)
    there = {each.key: each.definition for each in rules_on(held.tenant, valid_from)}
    if there.get(held.key) == held.read:
        raise SameAsBefore()
    before = journal.told(held, *DECIDED)
    held.state, held.valid_from = State.IN_FORCE.value, valid_from
    held.decided_by, held.decided_at = by, clock.now()
    held.save()
    journal.record(
        by,
        "rule.put_in_force",
        held,
        before=before,
        after=journal.told(held, *DECIDED),
        rule=held.key,
        number=held.number,
        on=valid_from.isoformat(),
    )
    return held


@transaction.atomic
def withdraw_draft(*, version: RuleVersion, by: Person) -> RuleVersion:
    """Give up a draft."""
    require_writer_of(by, version.tenant_id)
    held = _held(version)
    before = journal.told(held, *DECIDED)
    held.state, held.decided_by, held.decided_at = State.WITHDRAWN.value, by, clock.now()
    held.save()
    journal.record(
        by,
        "rule.withdrawn",
        held,
        before=before,
        after=journal.told(held, *DECIDED),
        rule=held.key,
        number=held.number,
    )
    return held


def _held(version: RuleVersion) -> RuleVersion:
    """Return a draft held against everybody else; refuse what is none any more."""
    found = RuleVersion.objects.select_for_update(of=["self"]).select_related("tenant", "made_by")
    held = found.get(pk=version.pk)
    if held.state != State.DRAFT.value:
        raise NotADraft(number=held.number)
    return held


def _refuse_unsound(tenant: Tenant, definition: RuleDefinition) -> None:
    problems = problems_in(tenant, definition)
    if problems:
        raise DefinitionInvalid(problems)
