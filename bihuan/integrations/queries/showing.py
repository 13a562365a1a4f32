"""What is shown of imports, and what a tenant knows that files may refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from bihuan.base import clock
from bihuan.facts.access import kinds_brought
from bihuan.facts.models import Member
from bihuan.integrations.domain.landing import Known
from bihuan.integrations.domain.progress import State, Step, has_stopped
from bihuan.integrations.models import Import
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.queries import metrics_of
from bihuan.org.models import Person, Tenant, Unit

STEPS = {
    Step.READING.value: gettext_noop("Reading the files"),
    Step.CHECKING.value: gettext_noop("Checking every row"),
    Step.LANDING.value: gettext_noop("Writing facts"),
}

FIGURES = (
    ("rows", gettext_noop("Rows read")),
    ("new", gettext_noop("New facts")),
    ("unchanged", gettext_noop("Unchanged")),
    ("corrected", gettext_noop("Corrected")),
    ("withdrawn", gettext_noop("Withdrawn")),
    ("people", gettext_noop("People")),
    ("members", gettext_noop("Customers, products, deals")),
    ("quotas", gettext_noop("Targets")),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """A problem or a note in the reader's language, with its place."""

    sentence: str
    hint: str
    file: str
    sheet: str
    row: int | None
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of an import, with its name."""

    label: str
    value: int


def known_of(tenant: Tenant) -> Known:
    """Return the people, units, members, kinds and metrics that files of a tenant may name."""
    people: dict[str, set[str]] = defaultdict(set)
    for code, name in Person.objects.filter(tenant=tenant, is_robot=False).values_list(
        "code", "name"
    ):
        people[code].add(code)
        people[name].add(code)
    members: dict[tuple[str, str], set[str]] = defaultdict(set)
    for dimension, code, name in Member.objects.filter(tenant=tenant).values_list(
        "dimension", "code", "name"
    ):
        members[dimension, code].add(code)
        members[dimension, name].add(code)
    return Known(
        people={spelling: tuple(sorted(codes)) for spelling, codes in people.items()},
        units=frozenset(Unit.objects.filter(tenant=tenant).values_list("code", flat=True)),
        members={spelling: tuple(sorted(codes)) for spelling, codes in members.items()},
        kinds=kinds_brought(tenant),
        metrics=frozenset(metric.key for metric in metrics_of(tenant)),
        currency=tenant.currency,
        time_zone=tenant.time_zone,
        today=clock.today(tenant.time_zone),
    )


def remarks(kept: list[Mapping[str, object]]) -> list[Remark]:
    """Return kept problems or notes as sentences in the language at hand."""
    return [_remark(each) for each in kept]


def _remark(kept: Mapping[str, object]) -> Remark:
    given = kept.get("params")
    params = given if isinstance(given, Mapping) else {}
    hint = str(kept.get("hint") or "")
    row = kept.get("row")
    return Remark(
        sentence=gettext(str(kept["says"])) % params,
        hint=gettext(hint) % params if hint else "",
        file=str(kept.get("file") or ""),
        sheet=str(kept.get("sheet") or ""),
        row=row if isinstance(row, int) else None,
        column=str(kept.get("column") or ""),
        value=str(kept.get("value") or ""),
    )


def figures_of(import_: Import) -> list[Figure]:
    """Return what an import changed, count by count."""
    return [Figure(gettext(label), import_.counts.get(name, 0)) for name, label in FIGURES]


def step_of(import_: Import) -> str:
    """Return in words what a running import is doing."""
    return gettext(STEPS.get(import_.step, STEPS[Step.READING.value]))


def is_dead(import_: Import) -> bool:
    """Return whether an import says it runs although its process is gone."""
    return has_stopped(State(import_.state), alive_at=import_.alive_at, now=clock.now())
