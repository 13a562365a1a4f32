"""What the packages above keep for a company outside its rows, as they tell it in ``ready()``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.functional import Promise

from bihuan.org.models import Tenant

Counting = Callable[[Tenant], int]
_STORES: dict[str, tuple[Promise, Counting]] = {}


def stores(name: str, *, label: Promise, count: Counting) -> None:
    """Say that a package keeps files, and how many bytes they are in a company."""
    _STORES[name] = (label, count)


def stored(tenant: Tenant) -> Mapping[Promise, int]:
    """Return how many bytes each sort of files of a company takes."""
    return {label: count(tenant) for label, count in _STORES.values()}
