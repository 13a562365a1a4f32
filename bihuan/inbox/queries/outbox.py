"""What is shown of deliveries: how many are in which state, which failed, and who got what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext

from bihuan.inbox.channels import IN_APP, channel_name, channels
from bihuan.inbox.domain.delivery import State
from bihuan.inbox.domain.letter import NOTICE
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


def subject_of(delivery: Delivery) -> str:
    """Return of what sort and about what a delivery is: what it says is for its reader alone."""
    return f"{TOPIC_LABELS[delivery.topic]} · {delivery.letter.about}"


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
