"""The lines of the matrix about the audit trail.

It names every thing that somebody did anything to, by its number: that is what it is for. So
what comes back is not listened to; who may read it, and of which company, is.
"""

from __future__ import annotations

from tests.matrix.walk import Row

READERS = frozenset({"admin", "quality_officer"})

JOURNAL = (
    Row("org/journal/", roles=READERS, keeps_to_own=False),
    Row("org/journal/", query="?subject=org.unit&verb=unit.added", roles=READERS),
    Row("org/journal/export.xlsx", roles=READERS, keeps_to_own=False),
    Row(
        "org/journal/<int:entry_id>/",
        about={"entry_id": "entry"},
        roles=READERS,
        keeps_to_own=False,
    ),
    Row("api/v1/journal", roles=READERS, keeps_to_own=False),
    Row("api/v1/journal", query="?who=1&since=2026-01-01", roles=READERS),
)
