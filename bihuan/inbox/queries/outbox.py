"""What is shown of deliveries: how many are in which state, which failed, and who got what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext

from bihuan.base.journal.words import Subject, subjects
from bihuan.inbox.channels import IN_APP, channel_name, channels
from bihuan.inbox.domain.delivery import State
from bihuan.inbox.domain.letter import NOTICE, PROPOSAL, TASK
from bihuan.inbox.domain.task import TASK_EVENT
from bihuan.inbox.models import TOPIC_LABELS, Delivery, DeliveryQuerySet, Notice
from bihuan.org.models import Tenant

MOST_DELIVERIES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCounts:
    """How many deliveries by one channel are in each state, and whether it is set up."""

    code: str
    name: str | Promise
    is_open: bool
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[str, int]]:
        """Return every state with its number, in the order in which they are shown."""
        return [(state.value, self.counts.get(state.value, 0)) for state in State]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def delivery_counts(tenant: Tenant) -> list[ChannelCounts]:
    """Return how many deliveries of a company are in each state, for every channel."""
    counted = Delivery.objects.filter(tenant=tenant).order_by().values_list("channel", "state")
    numbers: dict[str, dict[str, int]] = {}
    for code, state, number in counted.annotate(number=Count("pk")):
        numbers.setdefault(code, {})[state] = number
    known = {each.code: each.is_open(tenant) for each in channels()}
    codes = [IN_APP, *known, *sorted(numbers.keys() - known.keys() - {IN_APP})]
    return [
        ChannelCounts(
            code=code,
            name=channel_name(code),
            is_open=code == IN_APP or known.get(code, False),
            counts=numbers.get(code, {}),
        )
        for code in codes
    ]


def deliveries(tenant: Tenant, *, channel: str = "", state: str = "") -> DeliveryQuerySet:
    """Return a company's deliveries, the newest first."""
    found = Delivery.objects.filter(tenant=tenant).select_related("person", "digest")
    if channel:
        found = found.filter(channel=channel)
    return found.filter(state=state) if state else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Of what sort and about what a delivery is: what it says is for its reader alone."""

    topic: str
    thing: str
    address: str | None

    def __str__(self) -> str:
        return f"{self.topic} · {self.thing}" if self.thing else self.topic


def matter_of(delivery: Delivery) -> Matter:
    """Return what a delivery is about, in words, and its page, where whoever operates may look."""
    letter, topic = delivery.letter, str(TOPIC_LABELS[delivery.topic])
    if delivery.what in (TASK, PROPOSAL):
        page = _page_of(subjects().get(f"inbox.{delivery.what}"), delivery.what_id)
        return Matter(topic=topic, thing=f"#{delivery.what_id}", address=page)
    subject = _subject_named(letter.about.kind)
    thing = str(subject.word) if subject else ""
    if letter.about.kind == TASK_EVENT:  # What happened to a task is read on its page.
        return Matter(topic=topic, thing=thing, address=letter.link)
    address = _page_of(subject, letter.about.id)
    named = f"{thing} #{letter.about.id}" if address else thing
    return Matter(topic=topic, thing=named, address=address)


def _page_of(subject: Subject | None, pk: int) -> str | None:
    return None if subject is None or subject.opens is None else subject.opens(pk)


def _subject_named(kind: str) -> Subject | None:
    """Return what a kind is called; some end in whom they concern, or in what happened."""
    known = subjects()
    named = (kind, kind.rpartition(".")[0], kind.rpartition("_")[0])
    return next((known[each] for each in named if each in known), None)


def fault_of(delivery: Delivery) -> str:
    """Return why a delivery failed, in the language in force."""
    if not delivery.fault:
        return ""
    said: str = gettext(delivery.fault) % delivery.fault_params
    return said


def brought(notices: Iterable[Notice]) -> dict[int, list[Delivery]]:
    """Return how these notices of one person were brought outside of the product."""
    shown = {each.pk: each.person_id for each in notices}
    found = Delivery.objects.filter(what=NOTICE, what_id__in=shown, person__in=shown.values())
    told: dict[int, list[Delivery]] = {}
    for each in found.exclude(channel=IN_APP).select_related("digest").order_by("pk"):
        told.setdefault(each.what_id, []).append(each)
    return told
