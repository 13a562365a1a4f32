"""The versions of metrics: what was, is and will be in force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources

import yaml

from bihuan.base import clock
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.metrics.domain.closing import Closed
from bihuan.metrics.domain.definition import MetricDefinition, read_definition
from bihuan.metrics.domain.reference import resolved
from bihuan.metrics.domain.splice import BEGINNING, InForce, spliced
from bihuan.metrics.domain.version import Dated, in_order
from bihuan.metrics.models import Closing, MetricVersion
from bihuan.org.models import Tenant


class MetricUnknown(Missing):
    code = "metrics.metric_unknown"
    says = gettext_noop("There is no metric called “%(metric)s”. There are: %(known)s.")


class Defined(StrEnum):
    """By which versions past figures are reckoned."""

    THEN = "then"
    """Each fact by the version that was in force on its day."""
    NOW = "now"
    """Every fact by the version that is in force today."""


@cache
def built_in() -> dict[str, MetricDefinition]:
    """Return the metrics that come with the product, by key, in the order of the file."""
    text = resources.files("bihuan.metrics").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    read = (read_definition(raw) for raw in yaml.safe_load(text))
    return {definition.key: definition for definition in read}


@dataclass(slots=True)
class Catalogue:
    """Every version of every metric that is ever in force, and what is closed."""

    today: date
    versions: dict[str, list[InForce]]
    numbers: dict[str, list[int]]
    """The number of each version, 0 for what the product came with."""
    closings: tuple[Closed, ...]
    """The closings that stand, in order."""
    _current: dict[str, MetricDefinition] = field(default_factory=dict)
    _spliced: dict[str, MetricDefinition] = field(default_factory=dict)

    def current(self, key: str) -> MetricDefinition | None:
        """Return a metric as it is in force today, with what it refers to spelled out."""
        if key not in self._current and key in self.versions:
            self._current[key] = resolved(self.unresolved(key), self.as_written)
        return self._current.get(key)

    def then(self, key: str) -> MetricDefinition | None:
        """Return a metric that reads each fact by the version of its day."""
        if key not in self._spliced and key in self.versions:
            self._spliced[key] = self.splice(self.versions[key])
        return self._spliced.get(key)

    def splice(self, versions: list[InForce]) -> MetricDefinition:
        """Return versions as one definition, what they refer to read by its own day too."""
        found = [
            InForce(resolved(each.definition, self._raw_then), each.valid_from, each.valid_to)
            for each in versions
        ]
        return spliced(found)

    def unresolved(self, key: str) -> MetricDefinition:
        """Return a metric as it is in force today, as it was written."""
        return self.versions[key][self._place(key)].definition

    def number(self, key: str) -> int:
        """Return the number of the version in force today."""
        return self.numbers[key][self._place(key)]

    def in_force(self, key: str) -> InForce:
        """Return the version in force today with its days."""
        return self.versions[key][self._place(key)]

    def _place(self, key: str) -> int:
        starts = [each.valid_from for each in self.versions[key]]
        return max(0, sum(start <= self.today for start in starts) - 1)

    def as_written(self, key: str) -> MetricDefinition | None:
        """Return a metric as it is in force today, as it was written, if there is one."""
        return self.unresolved(key) if key in self.versions else None

    def _raw_then(self, key: str) -> MetricDefinition | None:
        return spliced(self.versions[key]) if key in self.versions else None


_CHANGES: Counter[int] = Counter()
"""How often the versions of a company were changed by this process."""


def forget_versions(tenant_id: int) -> None:
    """Let what was read of a company's versions and closings be read again."""
    _CHANGES[tenant_id] += 1


def catalogue_of(tenant: Tenant) -> Catalogue:
    """Return the versions of a company's metrics, read once for each instance of it.

    An instance lives as long as a request or a command, so what another process
    approves is seen by the next one.
    """
    today = clock.today(tenant.time_zone)
    stamp = (_CHANGES[tenant.pk], today)
    kept: tuple[object, Catalogue] | None = getattr(tenant, "_metric_catalogue", None)
    if kept is None or kept[0] != stamp:
        kept = (stamp, _read(tenant, today))
        tenant._metric_catalogue = kept  # type: ignore[attr-defined]  # kept for this instance only
    return kept[1]


def catalogues_around(version: MetricVersion) -> tuple[Catalogue, Catalogue]:
    """Return what is in force without a version, and with it, whether it is approved or not."""
    tenant = version.tenant
    today = clock.today(tenant.time_zone)
    stored = MetricVersion.objects.of(tenant.pk).approved().exclude(pk=version.pk)
    others = list(stored)
    return _catalogue(tenant, today, others), _catalogue(tenant, today, [*others, version])


def _read(tenant: Tenant, today: date) -> Catalogue:
    return _catalogue(tenant, today, MetricVersion.objects.of(tenant.pk).approved())


def _catalogue(tenant: Tenant, today: date, found: Iterable[MetricVersion]) -> Catalogue:
    approved: dict[str, dict[int, MetricVersion]] = defaultdict(dict)
    for version in found:
        approved[version.key][version.number] = version
    versions = {key: [InForce(each, BEGINNING, None)] for key, each in built_in().items()}
    numbers = {key: [0] for key in versions}
    for key, of_key in approved.items():
        dated = in_order(Dated(each.number, each.valid_from) for each in of_key.values())
        later = [InForce(of_key[d.number].read, d.valid_from, d.valid_to) for d in dated]
        first = versions.get(key, [])
        if first:
            first = [InForce(first[0].definition, BEGINNING, later[0].valid_from)]
        else:
            later[0] = InForce(later[0].definition, BEGINNING, later[0].valid_to)
        versions[key] = [*first, *later]
        numbers[key] = [*([0] if first else []), *(d.number for d in dated)]
    standing = Closing.objects.standing().filter(tenant=tenant)
    closings = (Closed(*each) for each in standing.values_list("through", "seq"))
    return Catalogue(today, versions, numbers, tuple(closings))


def metric_named(tenant: Tenant, key: str) -> MetricDefinition:
    """Return a metric as it is in force today, by its key."""
    catalogue = catalogue_of(tenant)
    found = catalogue.current(key)
    if found is None:
        raise MetricUnknown(metric=key, known=", ".join(catalogue.versions))
    return found


def has_history(tenant: Tenant, key: str) -> bool:
    """Tell whether a metric's past can be read in two ways: it changed, or a month is closed."""
    catalogue = catalogue_of(tenant)
    return len(catalogue.versions.get(key, ())) > 1 or bool(catalogue.closings)


def metric_as(tenant: Tenant, key: str, defined: Defined) -> MetricDefinition:
    """Return the definition that a metric's figures are reckoned with."""
    found = metric_named(tenant, key)
    if defined is Defined.NOW:
        return found
    return catalogue_of(tenant).then(key) or found
