"""Versions of metrics for programs: writing, deciding, comparing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from bihuan.base.matching import Edited, matched, tagged
from bihuan.kernel.period import Grain
from bihuan.metrics import actions
from bihuan.metrics.access import version_of
from bihuan.metrics.api.differences import DifferenceOut, difference_out
from bihuan.metrics.domain.document import MOST_CHARS, NotOneMetric, definition_in, document_of
from bihuan.metrics.models import MetricVersion
from bihuan.metrics.queries.differing import comparison, days_asked
from bihuan.metrics.queries.timeline import VersionLine, line_of, timeline
from bihuan.metrics.queries.versions import catalogue_of
from bihuan.org.access import PersonRequest

router = Router(tags=["versions"])
Number = Annotated[int, Field(ge=0, lt=2**31)]


class VersionOut(Schema):
    """A version; number 0 is what the product came with, and has nobody who wrote it."""

    metric: str
    number: int
    state: str
    valid_from: date | None
    valid_to: date | None
    is_in_force: bool
    is_now: bool
    version: str
    reason: str
    note: str
    edition: int
    made_by: str | None
    changed_at: datetime | None
    checked_by: str | None
    checked_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None

    @staticmethod
    def of(line: VersionLine) -> dict[str, object]:
        found = line.version
        by = {
            name: None if found is None or (who := getattr(found, name)) is None else who.name
            for name in ("made_by", "checked_by", "decided_by")
        }
        at = {name: getattr(found, name, None) for name in ("checked_at", "decided_at")}
        return {
            "metric": line.key,
            "number": line.number,
            "state": line.state,
            "valid_from": line.valid_from,
            "valid_to": line.valid_to,
            "is_in_force": line.is_in_force,
            "is_now": line.is_now,
            "version": line.definition.version,
            "reason": found.reason if found is not None else "",
            "note": found.note if found is not None else "",
            "edition": found.edition if found is not None else 0,
            "changed_at": found.changed_at if found is not None else None,
            **by,
            **at,
        }


class VersionFullOut(VersionOut):
    definition: dict[str, object]
    document: str

    @staticmethod
    def full(line: VersionLine) -> dict[str, object]:
        definition = line.definition
        return VersionOut.of(line) | {
            "definition": definition.model_dump(mode="json", by_alias=True, exclude_none=True),
            "document": document_of(definition),
        }


class DraftIn(Schema):
    """A definition as data or as the text of a file; one of the two."""

    definition: dict[str, object] | None = None
    document: Annotated[str, Field(max_length=MOST_CHARS)] = ""
    valid_from: date
    reason: Annotated[str, Field(max_length=500)] = ""

    def raw(self, key: str) -> dict[str, object]:
        """Return the definition as plain data; it must be that of the metric asked for."""
        if (self.definition is None) == (not self.document):
            raise NotOneMetric()
        raw = self.definition if self.definition is not None else definition_in(self.document)
        if raw.get("key", key) != key:
            raise NotOneMetric()
        return {**raw, "key": key}


class NoteIn(Schema):
    note: Annotated[str, Field(max_length=500)] = ""


class DifferenceIn(Schema):
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    grain: Grain = Grain.MONTH
    throughout: bool | None = None
    level: Annotated[int, Field(ge=0, le=20)] | None = None
    page: Annotated[int, Field(ge=1, le=100_000)] = 1


def _full(request: PersonRequest, key: str, number: int) -> dict[str, object]:
    return VersionFullOut.full(line_of(request.tenant, key, number))


def _version(request: PersonRequest, key: str, number: int) -> MetricVersion:
    return version_of(request.tenant, key, number)


def _stands(request: PersonRequest, key: str, number: int) -> list[object]:
    """Return what changes with a version: the edition of a draft, and what was decided of it."""
    found = VersionOut.of(line_of(request.tenant, key, number))
    return [found["number"], found["state"], found["edition"]]


VERSION = Edited(held=_version, shown=_stands)


@router.get("/{key}/versions", response=list[VersionOut], url_name="metric_versions")
def versions(request: HttpRequest, key: str) -> list[dict[str, object]]:
    """Every version of a metric, the newest first."""
    person = cast(PersonRequest, request)
    return [VersionOut.of(line) for line in timeline(person.tenant, key)]


@router.post("/{key}/versions", response={201: VersionFullOut}, url_name="metric_versions")
def draft(request: HttpRequest, key: str, given: DraftIn) -> Status[dict[str, object]]:
    """Write the next version of a metric, or the first of one that is not there yet."""
    person = cast(PersonRequest, request)
    version = actions.draft_version(
        tenant=person.tenant,
        raw=given.raw(key),
        valid_from=given.valid_from,
        reason=given.reason,
        by=person.person,
        is_new=key not in catalogue_of(person.tenant).versions,
    )
    return Status(201, _full(person, key, version.number))


@router.get("/{key}/versions/{number}", response=VersionFullOut, url_name="metric_version")
@tagged(VERSION)
def version(request: HttpRequest, key: str, number: Number) -> dict[str, object]:
    """One version with its definition."""
    return _full(cast(PersonRequest, request), key, number)


@router.put("/{key}/versions/{number}", response=VersionFullOut, url_name="metric_version")
@matched(VERSION)
def change(request: HttpRequest, key: str, number: Number, given: DraftIn) -> dict[str, object]:
    """Write a draft anew."""
    person = cast(PersonRequest, request)
    found = version_of(person.tenant, key, number)
    actions.change_draft(
        version=found,
        raw=given.raw(key),
        valid_from=given.valid_from,
        reason=given.reason,
        edition=found.edition,
        by=person.person,
    )
    return _full(person, key, number)


@router.post("/{key}/versions/{number}/check", response=VersionFullOut, url_name="metric_check")
def check(request: HttpRequest, key: str, number: Number) -> dict[str, object]:
    """Check a draft; it then waits for a second person."""
    person = cast(PersonRequest, request)
    actions.check_version(version=version_of(person.tenant, key, number), by=person.person)
    return _full(person, key, number)


@router.post("/{key}/versions/{number}/approve", response=VersionFullOut, url_name="metric_approve")
def approve(request: HttpRequest, key: str, number: Number, given: NoteIn) -> dict[str, object]:
    """Put a checked version in force; never by whoever wrote or checked it."""
    person = cast(PersonRequest, request)
    found = version_of(person.tenant, key, number)
    actions.approve_version(version=found, note=given.note, by=person.person)
    return _full(person, key, number)


@router.post(
    "/{key}/versions/{number}/send-back", response=VersionFullOut, url_name="metric_send_back"
)
def send_back(request: HttpRequest, key: str, number: Number, given: NoteIn) -> dict[str, object]:
    """Return a checked version to its writer, with what is to be changed."""
    person = cast(PersonRequest, request)
    found = version_of(person.tenant, key, number)
    actions.send_back(version=found, note=given.note, by=person.person)
    return _full(person, key, number)


@router.post(
    "/{key}/versions/{number}/withdraw", response=VersionFullOut, url_name="metric_withdraw"
)
def withdraw(request: HttpRequest, key: str, number: Number, given: NoteIn) -> dict[str, object]:
    """Withdraw a version that is not in force yet."""
    person = cast(PersonRequest, request)
    found = version_of(person.tenant, key, number)
    actions.withdraw_version(version=found, note=given.note, by=person.person)
    return _full(person, key, number)


@router.get(
    "/{key}/versions/{number}/difference", response=DifferenceOut, url_name="metric_difference"
)
def difference(
    request: HttpRequest, key: str, number: Number, given: Query[DifferenceIn]
) -> dict[str, object]:
    """What a version changes, over what the asker may see; ``to`` is the day after the last."""
    person = cast(PersonRequest, request)
    found = version_of(person.tenant, key, number)
    asked = days_asked(
        found,
        start=given.start,
        end=given.end,
        grain=given.grain,
        is_throughout=given.throughout,
        level=given.level,
    )
    return difference_out(comparison(found, asked, person.scope), given.page)
