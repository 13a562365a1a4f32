"""Entries of the audit trail that are asked for by their number."""

from __future__ import annotations

from bihuan.base.models import JournalEntry
from tests.matrix.world import World


def pick_entries(world: World) -> None:
    """Remember one entry of each company, and a number that no entry has."""
    for name, tenant in (("ours", world.acme), ("theirs", world.other)):
        entry = JournalEntry.objects.filter(tenant=tenant, verb="unit.added").earliest("pk")
        world.know("entry", name, entry.pk)
    world.know("entry", "absent", JournalEntry.objects.latest("pk").pk + 1000)
