"""Where a fact came from: the row of a file and its columns, or a form, a program, a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.facts.access import kinds_of
from bihuan.facts.models import Fact
from bihuan.integrations.access import imports_visible_to
from bihuan.integrations.domain.mapping import Mapping, MappingUnreadable, load_mapping
from bihuan.integrations.domain.mapping.use import ColumnUse, uses_of
from bihuan.integrations.models import Import
from bihuan.lineage.queries.tree import people_seen
from bihuan.org.domain.scope import Scope
from bihuan.org.models import Person, Tenant


@dataclass(frozen=True, slots=True)
class CellUsed:
    """A cell of the row that a fact was made of, and what became of it in the fact."""

    column: str
    value: str
    uses: tuple[ColumnUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a fact came from, as far as it may be seen.

    ``import_`` and what columns were used for are told to those who see imports.
    """

    fact: Fact
    cells: tuple[CellUsed, ...]
    elsewhere: tuple[ColumnUse, ...]
    """Columns of other files that the row was looked up in."""
    import_: Import | None
    recorded_by: Person | None


def origin_of(tenant: Tenant, fact: Fact, scope: Scope | None) -> Origin:
    """Return where a fact came from."""
    import_ = _import_of(tenant, fact, scope)
    uses = _uses(tenant, fact, import_)
    row = fact.source_row
    alias = _alias(fact, import_)
    people = people_seen(tenant, scope, [fact.recorded_by_id])
    cells = row.cells if row is not None else ()
    return Origin(
        fact=fact,
        cells=tuple(
            CellUsed(
                column,
                value,
                tuple(use for use in uses if (use.file, use.column) == (alias, column)),
            )
            for column, value in cells
        ),
        elsewhere=tuple(use for use in uses if use.file != alias),
        import_=import_,
        recorded_by=people.get(fact.recorded_by_id or 0),
    )


def _import_of(tenant: Tenant, fact: Fact, scope: Scope | None) -> Import | None:
    if fact.batch_id is None:
        return None
    imports = Import.objects.filter(tenant=tenant) if scope is None else imports_visible_to(scope)
    return imports.filter(batch_id=fact.batch_id).first()


def _uses(tenant: Tenant, fact: Fact, import_: Import | None) -> Sequence[ColumnUse]:
    mapping = None if import_ is None else mapping_of(import_)
    if mapping is None:
        return ()
    uses = uses_of(mapping, kinds_of(tenant))
    return [use for use in uses if use.is_fact and use.target == fact.kind]


def _alias(fact: Fact, import_: Import | None) -> str:
    """Return by which name the mapping calls the file that the row stands in."""
    mapping = None if import_ is None else mapping_of(import_)
    if mapping is None or fact.source_row is None:
        return ""
    file = fact.source_row.file
    return next((name for name, f in mapping.files.items() if f.wanted(name).means(file)), "")


def mapping_of(import_: Import) -> Mapping | None:
    """Return what an import's files mean; nothing where that cannot be read (any more)."""
    try:
        return load_mapping(import_.mapping) if import_.mapping else None
    except MappingUnreadable:
        return None
