"""What a lineage server is told of an import: its files, its facts, column by column."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.base import openlineage
from bihuan.base.openlineage import Dataset, Flow, How, Run
from bihuan.facts.access import kinds_of
from bihuan.facts.replica import telling
from bihuan.integrations.domain.mapping import Mapping
from bihuan.integrations.domain.mapping.use import ColumnUse, UseRole, uses_of
from bihuan.integrations.domain.progress import State
from bihuan.integrations.models import Import
from bihuan.org.models import Tenant

HOWS = {
    UseRole.VALUE: How.TRANSFORMATION,
    UseRole.KEY: How.TRANSFORMATION,
    UseRole.DERIVED: How.TRANSFORMATION,
    UseRole.FILTER: How.FILTER,
    UseRole.LOOKUP: How.JOIN,
}
COLUMNS = {
    "key": "source_ref",
    **{
        name: f"{name}_id"
        for name in ("person", "unit", "account", "opportunity", "product", "store")
    },
}
"""Columns of the ledger that are called otherwise than the field a mapping names."""


def begin_told(import_: Import, mapping: Mapping) -> Run:
    """Say that an import begins, where anybody is told."""
    job = f"{import_.tenant.code}.import.{mapping.source}"
    return openlineage.begin(job, inputs=_files(import_.tenant, mapping, ()))


def finish_told(run: Run, done: Import, mapping: Mapping) -> None:
    """Say what came of an import."""
    if not run.is_told:
        return
    if done.state != State.DONE.value:
        run.fail(f"{done.state}: {done.problem_count} problems")
        return
    uses = [
        use
        for use in uses_of(mapping, kinds_of(done.tenant))
        if use.is_fact and use.file in mapping.files
    ]
    new = sum(int(done.counts.get(name, 0)) for name in ("new", "corrected"))
    run.complete(
        inputs=_files(done.tenant, mapping, uses),
        outputs=[telling.ledger(new, tuple(dict.fromkeys(_flow(done, mapping, u) for u in uses)))],
    )


def _files(tenant: Tenant, mapping: Mapping, uses: Sequence[ColumnUse]) -> list[Dataset]:
    """Return the files that a mapping reads, with the columns that are used of them."""
    return [
        Dataset(
            openlineage.namespace(),
            _name(tenant, mapping, alias),
            columns=tuple(
                (name, "string")
                for name in dict.fromkeys(use.column for use in uses if use.file == alias)
            ),
        )
        for alias in mapping.files
    ]


def _name(tenant: Tenant, mapping: Mapping, alias: str) -> str:
    """Return a name for a file that is the same whenever it is brought again."""
    return f"{tenant.code}.files.{mapping.source}.{mapping.files[alias].path}"


def _flow(done: Import, mapping: Mapping, use: ColumnUse) -> Flow:
    """Return how a column goes into the ledger; one that filters decides over whole rows."""
    decides = use.role is UseRole.FILTER and use.field == "kind"
    return Flow(
        openlineage.namespace(),
        _name(done.tenant, mapping, use.file),
        use.column,
        HOWS[use.role],
        field=None if decides else COLUMNS.get(use.field, use.field),
    )
