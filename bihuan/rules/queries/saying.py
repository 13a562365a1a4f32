"""What an alert says: its title, and what was seen, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypedDict, cast
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.facts.access import kinds_of
from bihuan.inbox.domain.evidence import Line
from bihuan.inbox.domain.sentence import AS_TYPED, Named, Sentence, plain
from bihuan.kernel.errors import gettext_noop
from bihuan.metrics.domain.definition import Unit
from bihuan.metrics.domain.field import DIMENSIONS
from bihuan.metrics.queries import MetricDefinition, MetricUnknown, metric_named
from bihuan.org.models import Tenant
from bihuan.rules.domain.reading import SAYS, Lack
from bihuan.rules.domain.subject import FIELDS, attribute_of
from bihuan.rules.models import Alert
from bihuan.rules.queries.fields import VALUE_LABELS

PAGES = {
    "person": "goals:person",
    "unit": "goals:unit",
    "account": "customers:customer",
    "opportunity": "facts:member",
}
DIGITS = Decimal("0.0001")
OF_PERIOD = gettext_noop("%(metric)s, %(period)s")
DONE = gettext_noop("%(metric)s, %(period)s: done")
DUE = gettext_noop("%(metric)s, %(period)s: due by the target")
WHOLE = gettext_noop("%(metric)s, %(period)s: the whole")
USUAL = gettext_noop("%(metric)s: median of the periods before")
LAST = gettext_noop("The last %(kinds)s")
WAITS = gettext_noop("The deal that waits longest is in its stage since")
STANDS = gettext_noop("It is in its stage since")
NOTHING_SAID = gettext_noop("empty")
NEVER = gettext_noop("The last %(kinds)s: none in over a year")


Params = dict[str, str | int | Named | Sentence]


class SeenPeriod(TypedDict):
    """A figure as it was kept."""

    period: str
    start: str
    end: str
    value: str | None
    actual: str | None
    due: str | None
    lack: str | None
    facts: int


class SeenLeaf(TypedDict, total=False):
    """What one leaf of a condition read."""

    leaf: dict[str, object]
    holds: bool | None
    periods: list[SeenPeriod]
    usual: str | None
    since: str | None
    days: int | None
    said: str | None
    version: dict[str, object]


def leaves_of(alert: Alert) -> list[SeenLeaf]:
    """Return what was seen when an alert opened."""
    return cast("list[SeenLeaf]", alert.evidence["leaves"])


def title_params(alert: Alert) -> Params:
    """Return what the title of an alert is filled with."""
    rule = alert.rule
    return {
        "rule": Named(rule.name_zh, rule.name_en),
        "who": alert.subject_name,
        "metric": _named(alert.tenant, alert.about_metric),
    }


def link_of(alert: Alert) -> str:
    """Return the page of an alert."""
    return reverse("rules:alert", args=[alert.pk])


def _named(tenant: Tenant, key: str) -> Named:
    metric = metric_of(tenant, key)
    return Named(key, key) if metric is None else Named(metric.name_zh, metric.name_en)


def metric_of(tenant: Tenant, key: str) -> MetricDefinition | None:
    """Return a metric by its key, where it still exists."""
    try:
        return metric_named(tenant, key)
    except MetricUnknown:
        return None


def evidence_lines(alert: Alert) -> list[Line]:
    """Return what was seen, each with the page where it opens to its facts."""
    return [line for leaf in leaves_of(alert) for line in _lines(alert, leaf)]


def _lines(alert: Alert, seen: SeenLeaf) -> Iterator[Line]:
    leaf = seen["leaf"]
    if "said" in seen:
        yield _of_field(alert, seen)
        return
    if "periods" not in seen:
        yield _of_events(alert, seen)
        return
    metric = _named(alert.tenant, str(leaf.get("metric", "")))
    for each in seen["periods"]:
        yield from _of_period(alert, leaf, metric, each)
    if seen.get("usual"):
        unit, currency = _measure(alert, leaf)
        yield Line(
            name=Sentence(USUAL, {"metric": metric}),
            value=exact(seen["usual"]),
            unit=unit,
            currency=currency,
        )


def _days(seen: SeenPeriod) -> Named:
    """Return the days that a figure covers, which may be those of several periods."""
    first, last = seen["start"], date.fromisoformat(seen["end"]) - timedelta(days=1)
    return Named(f"{first} 至 {last}", f"{first} to {last}")


def _of_period(
    alert: Alert, leaf: Mapping[str, object], metric: Named, seen: SeenPeriod
) -> Iterator[Line]:
    named: Params = {"metric": metric, "period": _days(seen)}
    unit, currency = _measure(alert, leaf)
    link = cell_link(alert, leaf, seen)
    if seen["lack"]:
        lack = Sentence(SAYS[Lack(seen["lack"])])
        yield Line(name=Sentence(OF_PERIOD, named), value=lack, link=link)
        return
    is_ratio = leaf.get("measure") in ("attainment", "share")
    shown = "ratio" if is_ratio else unit
    yield Line(
        name=Sentence(OF_PERIOD, named),
        value=exact(seen["value"]),
        unit=shown,
        currency="" if is_ratio else currency,
        link=link,
    )
    if is_ratio:
        whole = DUE if leaf["measure"] == "attainment" else WHOLE
        for says, value in ((DONE, seen["actual"]), (whole, seen["due"])):
            amount = Decimal(value or 0)
            yield Line(name=Sentence(says, named), value=amount, unit=unit, currency=currency)


def exact(value: str | None) -> Decimal | None:
    """Return a figure that was kept exactly as a number of four decimals.

    >>> exact("13/20"), exact("5"), exact(None)
    (Decimal('0.6500'), Decimal('5.0000'), None)
    """
    if value is None:
        return None
    kept = Fraction(value)
    return (Decimal(kept.numerator) / Decimal(kept.denominator)).quantize(DIGITS, ROUND_HALF_UP)


def _measure(alert: Alert, leaf: Mapping[str, object]) -> tuple[str, str]:
    metric = metric_of(alert.tenant, str(leaf.get("metric", "")))
    if metric is None:
        return "number", ""
    if metric.unit is Unit.MONEY:
        return "money", alert.tenant.currency
    return ("ratio" if metric.unit is Unit.RATIO else "number"), ""


def cell_link(alert: Alert, leaf: Mapping[str, object], seen: SeenPeriod) -> str:
    """Return the page on which a figure opens to its target and its facts."""
    kind, pk = alert.subject
    if alert.rule.subject.is_held:
        last = date.fromisoformat(seen["end"]) - timedelta(days=1)
        return facts_link(alert, start=seen["start"], last=last.isoformat())
    asked = {"metric": str(leaf.get("metric", "")), "period": seen["period"], kind: pk}
    if int(str(leaf.get("over", 1))) > 1:
        asked["period"] = f"{seen['start']}..{seen['end']}"
    return f"{reverse('goals:cell')}?{urlencode(asked)}"


def facts_link(alert: Alert, **narrowed: str) -> str:
    """Return the list of the facts that count about the customer or deal of an alert."""
    kind, pk = alert.subject
    asked = {kind: str(pk), "counting": "1", **narrowed}
    return f"{reverse('facts:list')}?{urlencode(asked)}"


def subject_link(subject: tuple[str, int]) -> str:
    """Return the page of whom or what an alert is about."""
    kind, pk = subject
    return reverse(PAGES[kind], args=[pk])


def _of_field(alert: Alert, seen: SeenLeaf) -> Line:
    """Return what a subject said of itself, with the page where it says so today."""
    field, said = str(seen["leaf"]["field"]), seen["said"]
    own = next((each for each in FIELDS[alert.rule.subject] if each.name == field), None)
    dimension = DIMENSIONS.get(attribute_of(field))
    zh, en = attribute_of(field) or field, attribute_of(field) or field
    for each in (own, dimension):
        if each is not None:
            zh, en = each.label_zh, each.label_en
    labels = VALUE_LABELS.get(field, {})
    value = Sentence(NOTHING_SAID) if said is None else plain(str(labels.get(said, said)))
    link = ""
    if alert.rule.subject.is_held:
        link = reverse("facts:member", args=[alert.subject[1]])
    return Line(name=Sentence(AS_TYPED, {"text": Named(zh, en)}), value=value, link=link)


def _of_events(alert: Alert, seen: SeenLeaf) -> Line:
    leaf, since = seen["leaf"], seen.get("since")
    on = None if since is None else date.fromisoformat(since)
    link = facts_link(alert) if alert.rule.subject.is_held else ""
    if leaf["kind"] == "dwell":
        says = STANDS if alert.opportunity_id is not None else WAITS
        return Line(name=Sentence(says), value=on, link=link)
    labels = kinds_of(alert.tenant)
    keys = [str(each) for each in cast("list[str]", leaf["facts"])]
    called = Named(
        "、".join(labels[key].label_zh if key in labels else key for key in keys),
        ", ".join(labels[key].label_en if key in labels else key for key in keys),
    )
    return Line(
        name=Sentence(NEVER if on is None else LAST, {"kinds": called}), value=on, link=link
    )


SAID = gettext_noop("%(name)s: %(value)s")


def evidence_sentences(alert: Alert) -> tuple[Sentence, ...]:
    """Return what was seen as sentences, for where there are no columns."""
    return tuple(
        Sentence(SAID, {"name": line.name, "value": _written(line)})
        for line in evidence_lines(alert)
    )


def _written(line: Line) -> str | Sentence:
    if isinstance(line.value, Sentence):
        return line.value
    if isinstance(line.value, Decimal):
        if line.unit == "ratio":
            return f"{(line.value * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
        return f"{line.value.quantize(Decimal('0.01'), ROUND_HALF_UP):,f}"
    return "–" if line.value is None else line.value.isoformat()
