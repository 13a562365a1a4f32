"""Event: what another system is told of, named by numbers and never by what it says.

An event comes from the ledger or from the journal, so its number is made from theirs: read twice,
it is the same event, and a receiver that gets it twice can tell. What it is about the
receiver asks for by the API, with a token that sees what it may see. No name, amount or text of a
customer travels to an address that somebody typed into a form.

>>> at = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
>>> done = of_deed(tenant_id=7, entry=31, verb="task.done", subject="inbox.task:12", by=4, at=at)
>>> done.body
b'{"type":"task.done","timestamp":"2026-11-27T02:00:00Z","data":{"entry":31,"subject":"inbox.task:12","by":4}}'
>>> done.stable_id == of_deed(
...     tenant_id=7, entry=31, verb="task.done", subject="inbox.task:12", by=4, at=at
... ).stable_id
True
>>> signed = of_fact(tenant_id=7, seq=9, kind="contract.signed", reverses=None, ref="", at=at)
>>> signed.kind, dict(signed.content)
('fact.recorded', {'seq': 9, 'fact': 'contract.signed'})
>>> of_fact(tenant_id=7, seq=10, kind="alert.opened", reverses=None, ref="5/x", at=at).kind
'alert.opened'
>>> check_kinds(["task.done", "task.eaten"])
Traceback (most recent call last):
bihuan.integrations.domain.webhook.event.KindOfEventUnknown: There are no events “task.eaten”.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid5

from bihuan.kernel.errors import Invalid, gettext_noop

RECORDED, REVERSED = "fact.recorded", "fact.reversed"
ALERTS = ("alert.opened", "alert.recovered")
TEST = "webhook.test"
"""What the button for trying sends; nobody has to ask for it."""
FROM_FACTS = (RECORDED, REVERSED, *ALERTS)
FROM_DEEDS = (
    *("import.landed", "import.reverted", "period.closed", "period.reopened"),
    *("alert.acknowledged", "alert.closed"),
    *("task.made", "task.handed_over", "task.escalated", "task.done", "task.lapsed"),
    *("proposal.made", "proposal.decided"),
    *("cycle.opened", "cycle.published", "cycle.closed", "quota.set", "quotas.set", "quota.ended"),
    *("rule.put_in_force", "rule.withdrawn", "metric.approved", "play.published", "report.made"),
    *("person.added", "person.changed", "person.moved", "person.left"),
    *("unit.added", "unit.changed"),
)
"""Deeds of the journal that may be told of: what touches keys, logins and privacy is not."""
KINDS = (*FROM_FACTS, *FROM_DEEDS)
_NAMES = UUID("6f1f6d0e-7f0b-5a36-9c8a-3d9f3b6a1c55")
"""The room in which the numbers of events are names; drawn once."""


class KindOfEventUnknown(Invalid):
    code = "integrations.event_kind_unknown"
    says = gettext_noop("There are no events “%(kind)s”.")


class NoKindOfEvent(Invalid):
    code = "integrations.event_kind_missing"
    says = gettext_noop("Say of which events it is to be told: choose at least one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, as it is sent."""

    stable_id: UUID
    kind: str
    at: datetime
    content: Mapping[str, str | int | None]

    @property
    def body(self) -> bytes:
        return body_of(self.kind, self.at, self.content)


def number_of(stable_id: UUID) -> str:
    """Return what stands in ``webhook-id``: the same at every attempt.

    >>> number_of(UUID(int=1))
    'msg_00000000000000000000000000000001'
    """
    return f"msg_{stable_id.hex}"


def body_of(kind: str, at: datetime, content: Mapping[str, str | int | None]) -> bytes:
    """Return the bytes that are signed and sent."""
    timestamp = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    told = {"type": kind, "timestamp": timestamp, "data": dict(content)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def of_fact(
    *, tenant_id: int, seq: int, kind: str, reverses: int | None, ref: str, at: datetime
) -> Event:
    """Return the event that a fact is, ``ref`` being what its source calls it."""
    content: dict[str, str | int | None] = {"seq": seq, "fact": kind}
    name = RECORDED
    if reverses is not None:
        name, content["reverses"] = REVERSED, reverses
    elif kind in ALERTS:
        name, content["alert"] = kind, int(ref.partition("/")[0])
    return Event(
        stable_id=uuid5(_NAMES, f"{tenant_id}/fact/{seq}"), kind=name, at=at, content=content
    )


def of_deed(
    *, tenant_id: int, entry: int, verb: str, subject: str, by: int | None, at: datetime
) -> Event:
    """Return the event that an entry of the journal is."""
    return Event(
        stable_id=uuid5(_NAMES, f"{tenant_id}/deed/{entry}"),
        kind=verb,
        at=at,
        content={"entry": entry, "subject": subject, "by": by},
    )


def check_kinds(given: Iterable[str]) -> list[str]:
    """Return the kinds once each and in order, or refuse what is none."""
    asked = set(given)
    for kind in sorted(asked):
        if kind not in KINDS:
            raise KindOfEventUnknown(kind=kind)
    if not asked:
        raise NoKindOfEvent()
    return [kind for kind in KINDS if kind in asked]
