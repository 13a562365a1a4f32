"""The probes that look at a cell as a whole, of a person or of a unit alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from bihuan.facts.models import Member
from bihuan.goals.domain.reason.diagnosis import Diagnosis
from bihuan.goals.domain.reason.part import Fallen, PartWanted, fallen_part, rebooked
from bihuan.goals.domain.reason.probe import Probe
from bihuan.goals.domain.reason.reserve import pending as pending_score
from bihuan.goals.domain.reason.said import Figure, Said
from bihuan.goals.domain.reason.score import filled, median, ramp
from bihuan.goals.queries.reasons.asking import Readings
from bihuan.goals.queries.reasons.evidence import (
    VERSIONS,
    WAITING_LIST,
    Evidence,
    facts_listed,
    facts_named,
)
from bihuan.goals.queries.reasons.personal import Behind, Seen
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.queries import catalogue_of
from bihuan.metrics.queries.pending import pending

FALLEN = gettext_noop(
    "“%(part)s” came to %(now)s where %(before)s is usual; the other parts account "
    "for little of the fall."
)
REBOOKED = gettext_noop(
    "%(amount)s of %(parts)s is booked as “%(into)s”, where it hardly ever was; "
    "%(missing)s is missing."
)
PENDING = gettext_noop(
    "Signed and not counted yet: %(count)s, together %(amount)s; %(missing)s is missing."
)
CHANGED = gettext_noop("The definition changed on %(since)s, within these days.")
NAMED_PARTS = frozenset({"account", "product", "store"})


def _fallen_part(readings: Readings, diagnosis: Diagnosis, behind: Behind) -> Seen | None:
    metric = readings.choice.metric
    dimension = diagnosis.parameters.words["dimension"]
    if not metric.is_additive:
        return None
    parts = readings.parts(metric.key, (dimension,))
    parts.pop(("",), None)
    found = fallen_part(
        {part: values[0] for (part,), values in parts.items()},
        {part: median(values[1:]) for (part,), values in parts.items() if any(values[1:])},
        PartWanted(**diagnosis.parameters.numbers),
        missing=behind.missing,
    )
    if found is None:
        return None
    said = Said(
        FALLEN,
        {
            "part": _name(readings, dimension, found),
            "now": Figure(found.now, metric.unit.value),
            "before": Figure(found.before, metric.unit.value),
        },
    )
    return Seen(found.score, said, _explored(readings, metric.key, dimension))


def _name(readings: Readings, dimension: str, found: Fallen) -> str:
    if dimension not in NAMED_PARTS:
        return found.part
    member = Member.objects.filter(tenant=readings.choice.tenant, pk=int(found.part)).first()
    return member.name if member is not None else found.part


def _explored(readings: Readings, metric: str, dimension: str) -> tuple[Evidence, ...]:
    given = (
        ("metric", metric),
        ("by", dimension),
        ("start", readings.now.start.isoformat()),
        ("last", (readings.by - timedelta(days=1)).isoformat()),
    )
    label = Said(gettext_noop("The figure in parts"))
    return (Evidence(label, "metrics:explore", given=given),)


def _rebooked(readings: Readings, diagnosis: Diagnosis, behind: Behind) -> Seen | None:
    parameters, choice = diagnosis.parameters, readings.choice
    parts = readings.parts(parameters.words["metric"], ("product_line", "category"))
    pairs = {(line, category): values for (line, category), values in parts.items()}
    found = rebooked(
        {pair: values[0] for pair, values in pairs.items()},
        {pair: sum(values[1:], Decimal(0)) for pair, values in pairs.items()},
        into=parameters.texts["into"],
        rare=parameters.numbers["rare"],
    )
    if found is None:
        return None
    share = filled(found.amount, missing=behind.missing)
    score = ramp(share, begins=parameters.numbers["begins"], full=parameters.numbers["full"])
    said = Said(
        REBOOKED,
        {
            "amount": Figure(found.amount, "money"),
            "parts": "、".join(dict.fromkeys(part for part, _ in found.parts)),
            "into": "、".join(dict.fromkeys(category for _, category in found.parts)),
            "missing": Figure(behind.missing, choice.metric.unit.value),
        },
    )
    person = choice.person.pk if choice.person is not None else None
    facts = facts_listed("contract.signed", person, readings.now.start, readings.by)
    if choice.unit is not None:
        facts = Evidence(
            facts.label, facts.route, given=(*facts.given, ("unit", str(choice.unit.pk)))
        )
    more = _explored(readings, parameters.words["metric"], "category")
    return Seen(score, said, (facts, *more)) if score else None


def _gate_pending(readings: Readings, diagnosis: Diagnosis, behind: Behind) -> Seen | None:
    choice, parameters = readings.choice, diagnosis.parameters
    metric = parameters.words["metric"]
    found = pending(tenant=choice.tenant, metric=metric, scope=choice.scope, where=choice.where)
    lines = [line for line in found.lines if line.fact.business_on < readings.by]
    amount = sum((line.share for line in lines), Decimal(0))
    score = pending_score(
        amount=amount,
        missing=behind.missing,
        begins=parameters.numbers["begins"],
        full=parameters.numbers["full"],
    )
    said = Said(
        PENDING,
        {
            "count": len(lines),
            "amount": Figure(amount, found.definition.unit.value),
            "missing": Figure(behind.missing, choice.metric.unit.value),
        },
    )
    waiting = Evidence(Said(WAITING_LIST), "metrics:pending", given=(("metric", metric),))
    largest = sorted(lines, key=lambda line: -line.share)
    facts = facts_named(line.fact.seq for line in largest)
    return Seen(score, said, (*facts, waiting)) if score else None


def _definition_changed(readings: Readings, diagnosis: Diagnosis, behind: Behind) -> Seen | None:
    metric = readings.choice.metric.key
    versions = catalogue_of(readings.choice.tenant).versions[metric]
    since = [
        each.valid_from
        for each in versions[1:]
        if readings.now.start <= each.valid_from < readings.by
    ]
    if not since:
        return None
    card = Evidence(Said(VERSIONS), "metrics:card", (metric,))
    said = Said(CHANGED, {"since": since[-1]})
    return Seen(diagnosis.parameters.numbers["strength"], said, (card,))


LOOKS: Mapping[Probe, Callable[[Readings, Diagnosis, Behind], Seen | None]] = {
    Probe.FALLEN_PART: _fallen_part,
    Probe.REBOOKED: _rebooked,
    Probe.GATE_PENDING: _gate_pending,
    Probe.DEFINITION_CHANGED: _definition_changed,
}


def look_at_all(readings: Readings, diagnosis: Diagnosis, behind: Behind) -> Seen | None:
    """Return what a diagnosis sees of the cell as a whole; nothing where it sees nothing."""
    return LOOKS[diagnosis.probe](readings, diagnosis, behind)
