"""Across: from a column of a file to the metrics that read it, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from bihuan.facts.access import kinds_of
from bihuan.goals.models import Quota
from bihuan.integrations.access import import_seen, imports_visible_to
from bihuan.integrations.domain.mapping.use import ColumnUse, uses_of
from bihuan.integrations.domain.progress import State
from bihuan.integrations.domain.table import Wanted
from bihuan.integrations.models import Import
from bihuan.kernel.errors import Missing, gettext_noop
from bihuan.lineage.queries.origin import mapping_of
from bihuan.metrics.domain.definition import MetricDefinition
from bihuan.metrics.domain.lineage import may_count, reads_of, terms_of
from bihuan.metrics.queries import metrics_of
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Tenant

DAY, WHOSE = "day", "whose"
USUAL = {"business_on": DAY, "person": WHOSE, "unit": WHOSE}
"""What every figure takes of a fact besides what its terms read: when it counts, and for whom."""


class ColumnUnknown(Missing):
    code = "lineage.column_unknown"
    says = gettext_noop("No import that you see reads a column “%(column)s” of “%(file)s”.")


@dataclass(frozen=True, slots=True)
class FeedColumn:
    """A column of a file that an import reads, and one thing it is used for."""

    import_: Import
    source: str
    wanted: Wanted
    use: ColumnUse

    @property
    def path(self) -> str:
        """Return the name of the file, or the pattern that its names follow."""
        return self.wanted.pattern

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells the column from all others."""
        return self.source, self.path, self.use.column


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A metric that reads what a column feeds, in which term and what for.

    ``role`` is what the term reads the field for, or ``day`` or ``whose`` where
    it only says when a fact counts and for whom.
    """

    feed: FeedColumn
    definition: MetricDefinition
    place: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLineage:
    """A column, everything it feeds, and which metrics and targets lie above that."""

    file: str
    column: str
    feeds: tuple[FeedColumn, ...]
    reads: tuple[ColumnRead, ...]
    targets: dict[str, int]
    """How many targets in force there are for each metric."""

    @property
    def metrics(self) -> tuple[MetricDefinition, ...]:
        return tuple({read.definition.key: read.definition for read in self.reads}.values())

    def only(self, key: str) -> ColumnLineage:
        """Return the part of it that ends up in one metric."""
        reads = tuple(read for read in self.reads if read.definition.key == key)
        fed = {read.feed for read in reads}
        return replace(
            self,
            feeds=tuple(feed for feed in self.feeds if feed in fed),
            reads=reads,
            targets={name: count for name, count in self.targets.items() if name == key},
        )


@dataclass(frozen=True, slots=True)
class FileColumns:
    """A file that an import reads, with the columns that are used of it."""

    import_: Import
    source: str
    path: str
    columns: tuple[str, ...]


def feeds_of(tenant: Tenant, scope: Scope | None, import_id: int | None = None) -> list[FeedColumn]:
    """Return every column that the files of a tenant feed something with.

    Of each source the last import that landed says what its files mean; or it is
    one import that is asked for, landed or not.
    """
    kinds = kinds_of(tenant)
    return [
        FeedColumn(each, mapping.source, mapping.files[use.file].wanted(use.file), use)
        for each in _imports(tenant, scope, import_id)
        if (mapping := mapping_of(each)) is not None
        for use in uses_of(mapping, kinds)
        if use.file in mapping.files
    ]


def _imports(tenant: Tenant, scope: Scope | None, import_id: int | None) -> Iterable[Import]:
    if import_id is not None:
        if scope is not None:
            return [import_seen(import_id, scope)]
        return Import.objects.filter(tenant=tenant, pk=import_id)
    imports = Import.objects.filter(tenant=tenant) if scope is None else imports_visible_to(scope)
    landed = imports.filter(state=State.DONE.value, source__isnull=False)
    newest: dict[int | None, Import] = {}
    for each in landed.order_by("-pk"):
        newest.setdefault(each.source_id, each)
    return sorted(newest.values(), key=lambda each: each.pk)


def files_read(
    tenant: Tenant, scope: Scope | None, import_id: int | None = None
) -> list[FileColumns]:
    """Return the files that imports read, each with its columns in the order of their use."""
    files: dict[tuple[int, str], tuple[FeedColumn, dict[str, None]]] = {}
    for feed in feeds_of(tenant, scope, import_id):
        _, columns = files.setdefault((feed.import_.pk, feed.path), (feed, {}))
        columns.setdefault(feed.use.column)
    return [
        FileColumns(feed.import_, feed.source, feed.path, tuple(columns))
        for feed, columns in files.values()
    ]


def column_lineage(
    *,
    tenant: Tenant,
    scope: Scope | None,
    file: str,
    column: str,
    import_id: int | None = None,
) -> ColumnLineage:
    """Return what a column of a file feeds. The file goes by its name, pattern or alias."""
    feeds = [
        feed
        for feed in feeds_of(tenant, scope, import_id)
        if feed.use.column == column and _is_called(feed, file)
    ]
    if not feeds:
        raise ColumnUnknown(column=column, file=file)
    reads = reads_of_columns(feeds, metrics_of(tenant))
    return ColumnLineage(
        file=file,
        column=column,
        feeds=tuple(feeds),
        reads=tuple(reads),
        targets=targets_of(tenant, scope, {read.definition.key for read in reads}),
    )


def _is_called(feed: FeedColumn, file: str) -> bool:
    return file in (feed.use.file, feed.path) or feed.wanted.means(file)


def metric_columns(
    tenant: Tenant, scope: Scope | None, definition: MetricDefinition
) -> list[ColumnRead]:
    """Return the columns of files that a metric's figures come from, as far as imports are seen."""
    return reads_of_columns(feeds_of(tenant, scope), [definition])


def reads_of_columns(
    feeds: Sequence[FeedColumn], metrics: Iterable[MetricDefinition]
) -> list[ColumnRead]:
    """Return which terms of metrics read what columns feed, each once."""
    found = [
        ColumnRead(feed, definition, place, role)
        for definition in metrics
        for place, kind_roles in _wanted(definition, {feed.use.target for feed in feeds})
        for feed in feeds
        if feed.use.is_fact
        for role in kind_roles.get((feed.use.target, feed.use.field), ())
    ]
    return list(dict.fromkeys(found))


def _wanted(
    definition: MetricDefinition, kinds: Collection[str]
) -> list[tuple[str, dict[tuple[str, str], list[str]]]]:
    """Return for each term what it takes of which kind of fact, by kind and field."""
    reads = reads_of(definition)
    found = []
    for place, term in terms_of(definition):
        fields: dict[str, list[str]] = {}
        for read in reads:
            if read.place == place:
                fields.setdefault(read.field, []).append(read.role.value)
        for field, role in USUAL.items():
            fields.setdefault(field, []).append(role)
        wanted = {
            (kind, field): roles
            for kind in kinds
            if may_count(term, definition, kind)
            for field, roles in fields.items()
        }
        found.append((place, wanted))
    return found


def targets_of(tenant: Tenant, scope: Scope | None, metrics: Collection[str]) -> dict[str, int]:
    """Return how many targets in force, that may be seen, there are for each of some metrics."""
    quotas = Quota.objects.live().filter(tenant=tenant, metric__in=metrics)
    if scope is not None:
        quotas = quotas.filter(pk__in=Quota.objects.visible_to(scope).values("pk"))
    return dict(Counter(quotas.values_list("metric", flat=True)))
