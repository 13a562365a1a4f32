"""Taking words out of entries, so that the chain over them stays whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bihuan.base import clock
from bihuan.base.journal.block import leaves_of
from bihuan.base.models import JournalRedaction


@contextmanager
def redacted(ids: Sequence[int], *, tenant_id: int) -> Iterator[None]:
    """Note what entries proved before, and what they prove once words were taken out inside."""
    before = leaves_of(ids, tenant_id=tenant_id)
    yield
    after = leaves_of(ids, tenant_id=tenant_id)
    JournalRedaction.objects.bulk_create(
        JournalRedaction(entry_id=pk, leaf=each.hex(), leaf_now=after[pk].hex(), at=clock.now())
        for pk, each in before.items()
        if after[pk] != each
    )
