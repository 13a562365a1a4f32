"""Another master key: what it wraps is wrapped anew, the sealed values stay as they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from bihuan.base import journal
from bihuan.org.actions import robot_of
from bihuan.org.models import Tenant
from bihuan.privacy.models import IndexKey, SubjectKey
from bihuan.privacy.vault import MasterKeys, add_master_key, master_keys, unwrap, wrap

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    master: str
    subjects: int
    indexes: int


def rotate_master_key(*, make: bool = True) -> Rotated:
    """Make a master key, and wrap every data key with it; without ``make``, with the first one.

    It may be stopped and begun again at any time: the old key opens what is not yet done.
    """
    masters = add_master_key() if make else master_keys()
    subjects = 0
    while done := _rewrap_some(masters):
        subjects += done
    indexes = _rewrap_indexes(masters)
    for tenant in Tenant.objects.order_by("pk"):
        journal.record(robot_of(tenant), "master_key.rotated", tenant, master=masters.current)
    return Rotated(masters.current, subjects, indexes)


@transaction.atomic
def _rewrap_some(masters: MasterKeys) -> int:
    old = SubjectKey.objects.select_for_update().exclude(master=masters.current)
    some = list(old.order_by("pk")[:AT_ONCE])
    for each in some:
        each.wrapped = _rewrapped(masters, each.master, each.wrapped, place=str(each.subject_id))
        each.master = masters.current
    SubjectKey.objects.bulk_update(some, ["master", "wrapped"])
    return len(some)


@transaction.atomic
def _rewrap_indexes(masters: MasterKeys) -> int:
    old = list(IndexKey.objects.select_for_update().exclude(master=masters.current).order_by("pk"))
    for each in old:
        place = f"index {each.tenant_id}"
        each.wrapped = _rewrapped(masters, each.master, each.wrapped, place=place)
        each.master = masters.current
    IndexKey.objects.bulk_update(old, ["master", "wrapped"])
    return len(old)


def _rewrapped(
    masters: MasterKeys, master: str, wrapped: bytes | memoryview, *, place: str
) -> bytes:
    key = unwrap(masters.named(master), bytes(wrapped), place=place)
    return wrap(masters.named(masters.current), key, place=place)
