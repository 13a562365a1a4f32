"""Rules for programs: read, written as drafts, put in force, and tried over the past."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema, Status

from bihuan.base import clock
from bihuan.base.matching import Edited, matched, tagged
from bihuan.org.access import PersonRequest, require_role
from bihuan.rules import actions, queries
from bihuan.rules.access import READERS, TRIERS
from bihuan.rules.domain.definition import plain, read_definition
from bihuan.rules.models import RuleVersion
from bihuan.rules.queries import BackTest, Hit, InForce, RuleLine
from bihuan.rules.queries.catalogue import own_version

router = Router(tags=["rules"])
Key = Annotated[str, Field(max_length=40)]
Number = Annotated[int, Field(ge=0, lt=2**31)]
Reason = Annotated[str, Field(max_length=300)]


class RuleLineOut(Schema):
    """A rule; ``version`` is null while there are only drafts of it."""

    key: str
    version: int | None
    is_on: bool
    sentence: str
    live: int

    @staticmethod
    def of(line: RuleLine) -> RuleLineOut:
        return RuleLineOut(
            key=line.key,
            version=None if line.in_force is None else line.in_force.number,
            is_on=line.in_force is not None and line.definition.is_on,
            sentence=line.sentence,
            live=line.live,
        )


class RuleVersionOut(Schema):
    """One version of a rule; the product's own is number 0 and has no state of its own."""

    key: str
    number: int
    state: str
    valid_from: date | None
    edition: int
    reason: str
    sentence: str
    definition: dict[str, object]


class RuleIn(Schema):
    definition: dict[str, object]
    reason: Reason = ""
    is_new: bool = False
    """Whether this is the first version of a rule that is not there yet."""


class RuleChangeIn(Schema):
    definition: dict[str, object]
    reason: Reason = ""


class RuleInForceIn(Schema):
    valid_from: date
    reason: Reason = ""


class BackTestHitOut(Schema):
    person: int | None
    account: int | None
    opportunity: int | None
    owner: int | None
    unit: int
    metric: str
    fired_on: date
    recovered_on: date | None

    @staticmethod
    def of(hit: Hit) -> BackTestHitOut:
        return BackTestHitOut(
            person=None if hit.person is None else hit.person.pk,
            account=hit.account,
            opportunity=hit.opportunity,
            owner=None if hit.owner is None else hit.owner.pk,
            unit=hit.unit.pk,
            metric=hit.metric,
            fired_on=hit.fired_on,
            recovered_on=hit.recovered_on,
        )


class BackTestOut(Schema):
    """Whom a rule would have hit over a span; its end is exclusive."""

    start: date
    end: date
    as_known_then: bool
    subjects: int
    recovered: int
    by_week: dict[str, int]
    hits: list[BackTestHitOut]

    @staticmethod
    def of(found: BackTest) -> BackTestOut:
        return BackTestOut(
            start=found.start,
            end=found.end,
            as_known_then=found.as_known_then,
            subjects=found.subjects,
            recovered=found.recovered,
            by_week=dict(found.by_week),
            hits=[BackTestHitOut.of(each) for each in found.hits],
        )


@router.get("", response=list[RuleLineOut], summary="Rules")
def list_rules(request: PersonRequest) -> list[RuleLineOut]:
    """Return every rule in words, with how many of its alerts have not ended."""
    require_role(request.person, *READERS)
    today = clock.today(request.tenant.time_zone)
    lines = queries.rule_lines(
        request.tenant, request.scope, on=today, language=get_language() or ""
    )
    return [RuleLineOut.of(each) for each in lines]


def _own(request: PersonRequest, key: str, number: int) -> RuleVersion:
    return own_version(request.tenant, key, number)


def _stands(request: PersonRequest, key: str, number: int) -> list[object]:
    """Return what changes with a version: the edition of a draft, and what was decided of it."""
    require_role(request.person, *READERS)
    found = queries.version_of(request.tenant, key, number).version
    return [key, number, *((found.state, found.edition) if found is not None else ())]


VERSION = Edited(held=_own, shown=_stands)


@router.get("/{key}/versions/{number}", response=RuleVersionOut, summary="A version of a rule")
@tagged(VERSION)
def one_rule_version(request: PersonRequest, key: Key, number: Number) -> RuleVersionOut:
    """Return what a version says; number 0 is the product's own."""
    require_role(request.person, *READERS)
    return _version(request, queries.version_of(request.tenant, key, number))


@router.post("/{key}/versions", response={201: RuleVersionOut}, summary="Draft a rule")
def draft_rule(request: PersonRequest, key: Key, given: RuleIn) -> Status[RuleVersionOut]:
    """Write the next version of a rule as a draft; nothing follows it yet."""
    version = actions.draft_rule(
        tenant=request.tenant,
        key=key,
        definition=read_definition(given.definition),
        reason=given.reason,
        by=request.person,
        is_new=given.is_new,
    )
    shown = queries.version_of(request.tenant, key, version.number)
    return Status(201, _version(request, shown))


@router.put("/{key}/versions/{number}", response=RuleVersionOut, summary="Change a draft")
@matched(VERSION)
def change_rule(
    request: PersonRequest, key: Key, number: Number, given: RuleChangeIn
) -> RuleVersionOut:
    """Write a draft anew."""
    found = _own(request, key, number)
    actions.change_draft(
        version=found,
        definition=read_definition(given.definition),
        reason=given.reason,
        edition=found.edition,
        by=request.person,
    )
    return _version(request, queries.version_of(request.tenant, key, number))


@router.post(
    "/{key}/versions/{number}/put-in-force", response=RuleVersionOut, summary="Put in force"
)
def put_rule_in_force(
    request: PersonRequest, key: Key, number: Number, given: RuleInForceIn
) -> RuleVersionOut:
    """Let a draft judge from a day on, today at the earliest."""
    actions.put_in_force(
        version=own_version(request.tenant, key, number),
        valid_from=given.valid_from,
        reason=given.reason,
        by=request.person,
    )
    return _version(request, queries.version_of(request.tenant, key, number))


@router.post(
    "/{key}/versions/{number}/withdraw", response=RuleVersionOut, summary="Give up a draft"
)
def withdraw_rule(request: PersonRequest, key: Key, number: Number) -> RuleVersionOut:
    """Give up a draft; it stays in the history."""
    actions.withdraw_draft(version=own_version(request.tenant, key, number), by=request.person)
    return _version(request, queries.version_of(request.tenant, key, number))


@router.get("/{key}/versions/{number}/backtest", response=BackTestOut, summary="Back-test a rule")
def back_test_rule(
    request: PersonRequest,
    key: Key,
    number: Number,
    start: Annotated[date, Query()],
    end: Annotated[date, Query()],
    *,
    as_known_then: bool = False,
) -> BackTestOut:
    """Return whom a version would have hit on the mornings from ``start`` to before ``end``."""
    require_role(request.person, *TRIERS)
    shown = queries.version_of(request.tenant, key, number)
    found = queries.back_test(
        request.tenant, shown.definition, start=start, end=end, as_known_then=as_known_then
    )
    return BackTestOut.of(found)


def _version(request: PersonRequest, shown: InForce) -> RuleVersionOut:
    own = shown.version
    sentence = queries.sentence_of(request.tenant, shown.definition, get_language() or "")
    return RuleVersionOut(
        key=shown.key,
        number=shown.number,
        state="" if own is None else own.state,
        valid_from=None if own is None else own.valid_from,
        edition=0 if own is None else own.edition,
        reason="" if own is None else own.reason,
        sentence=sentence,
        definition=plain(shown.definition),
    )
