"""What the packages above keep for a company outside its rows, as they tell it in ``ready()``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise

from bihuan.base.journal.sealing import anchor_file
from bihuan.org.models import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Files that a package keeps for a company."""

    label: Promise
    count: Callable[[Tenant], int] | None
    """How many bytes of them count against the plan; none where the product makes them itself."""
    files: Callable[[Tenant], Iterator[Path]]
    is_derived: bool = False
    """Whether they are made again by themselves, so that nobody takes them along."""
    is_shared: Callable[[Path, Tenant], bool] = lambda path, tenant: False
    """Whether another company keeps the same file, so that it stays when this one goes."""


_STORES: dict[str, Store] = {}


def stores(name: str, store: Store) -> None:
    """Say that a package keeps files for companies."""
    _STORES[name] = store


def all_stores() -> Mapping[str, Store]:
    """Return every store by its name."""
    return _STORES


def stored(tenant: Tenant) -> Mapping[Promise, int]:
    """Return how many bytes each sort of files of a company takes that count."""
    counted = ((store.label, store.count) for store in _STORES.values())
    return {label: count(tenant) for label, count in counted if count is not None}


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below it, in order; none where there is no folder."""
    if folder.is_dir():
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def anchors_of_journal(tenant: Tenant) -> Iterator[Path]:
    """Yield the anchor file of a company's journal, if there is one."""
    path = anchor_file(tenant.pk)
    if path.is_file():
        yield path
