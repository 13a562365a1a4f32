"""The cards of metrics for programs: sending them, reading one's own, receipts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, cast

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from bihuan.metrics import actions
from bihuan.metrics.access import card_seen, require_writer_of
from bihuan.metrics.models import CardCopy
from bihuan.metrics.queries.cards import To, edition_of, receipts, recipients
from bihuan.org.access import PersonRequest

router = Router(tags=["cards"])
Id = Annotated[int, Field(ge=1, lt=2**63)]
Number = Annotated[int, Field(ge=0, lt=2**31)]


class CardOut(Schema):
    """A card that was sent to the asker."""

    id: int
    metric: str
    number: int
    version: str
    sent_by: str
    sent_at: datetime
    note: str
    read_at: datetime | None

    @staticmethod
    def of(copy: CardCopy) -> dict[str, object]:
        return {
            "id": copy.pk,
            "metric": copy.key,
            "number": copy.number,
            "version": copy.version,
            "sent_by": copy.sent_by.name,
            "sent_at": copy.sent_at,
            "note": copy.note,
            "read_at": copy.read_at,
        }


class SendIn(Schema):
    to: To = To.CONCERNED
    number: Number | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class SentOut(Schema):
    metric: str
    number: int
    count: int


class RemindIn(Schema):
    version: Annotated[str, Field(max_length=12)]
    note: Annotated[str, Field(max_length=300)] = ""


class ReceiptOut(Schema):
    metric: str
    number: int
    version: str
    person: int
    name: str
    sent_at: datetime
    read_at: datetime | None


@router.get("/cards", response=list[CardOut], url_name="cards")
def cards(request: HttpRequest) -> Iterable[dict[str, object]]:
    """The cards that were sent to the asker, the newest first."""
    person = cast(PersonRequest, request).person
    return [
        CardOut.of(copy) for copy in CardCopy.objects.visible_to(person).select_related("sent_by")
    ]


@router.post("/cards/{copy_id}/read", response=CardOut, url_name="card_read")
def read(request: HttpRequest, copy_id: Id) -> dict[str, object]:
    """Say that a card of one's own has been read; the first time counts."""
    person = cast(PersonRequest, request).person
    copy = actions.read_card(copy=card_seen(copy_id, person), by=person)
    return CardOut.of(copy)


@router.post("/{key}/cards", response={201: SentOut}, url_name="metric_cards")
def send(request: HttpRequest, key: str, given: SendIn) -> Status[dict[str, object]]:
    """Send the card of a metric; who has it already keeps it."""
    asked = cast(PersonRequest, request)
    require_writer_of(asked.person, asked.tenant.pk)
    edition = edition_of(asked.tenant, key, given.number)
    count = actions.send_cards(
        tenant=asked.tenant,
        metric=key,
        to=recipients(asked.tenant, key, given.to, given.number).people,
        number=edition.number,
        note=given.note,
        by=asked.person,
    )
    return Status(201, {"metric": key, "number": edition.number, "count": count})


@router.get("/{key}/receipts", response=list[ReceiptOut], url_name="metric_receipts")
def receipts_of(request: HttpRequest, key: str) -> list[dict[str, object]]:
    """Who has been sent the card of a metric, and when they read it."""
    asked = cast(PersonRequest, request)
    require_writer_of(asked.person, asked.tenant.pk)
    return [
        {
            "metric": key,
            "number": edition.number,
            "version": edition.version,
            "person": copy.person_id,
            "name": copy.person.name,
            "sent_at": copy.sent_at,
            "read_at": copy.read_at,
        }
        for edition in receipts(asked.tenant, key)
        for copy in edition.copies
    ]


@router.post("/{key}/receipts/remind", response=SentOut, url_name="metric_remind")
def remind(request: HttpRequest, key: str, given: RemindIn) -> dict[str, object]:
    """Send a card again to those who have not read it."""
    asked = cast(PersonRequest, request)
    require_writer_of(asked.person, asked.tenant.pk)
    numbers = {each.version: each.number for each in receipts(asked.tenant, key)}
    count = actions.remind_readers(
        tenant=asked.tenant, metric=key, version=given.version, note=given.note, by=asked.person
    )
    return {"metric": key, "number": numbers.get(given.version, 0), "count": count}
