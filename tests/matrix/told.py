"""Whether a request that changed something of the business left an entry in the journal.

What was written is seen by what PostgreSQL counted in the transaction, so it does not matter
how the code does it. Whatever is not told of stands here with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping

JOURNAL = "base_journalentry"
UNTOLD_TABLES: Mapping[str, str] = {
    "base_journalwaiting": "entries that no block holds yet",
    "base_jobnote": "how far a job is, not what it does",
    "procrastinate_jobs": "a job that is asked for writes what it does when it runs",
    "procrastinate_events": "the queue's own log",
    "org_apitoken": "when a token was last used; making and revoking one is told of",
}
UNTOLD_ROUTES: Mapping[str, str] = {
    "look/": "how somebody wants to see the product",
    "inbox/notices/read/": "one's own receipt",
    "inbox/notices/<int:notice_id>/open/": "one's own receipt",
    "inbox/notices/<int:notice_id>/read/": "one's own receipt",
    "api/v1/inbox/notices/read": "one's own receipt",
    "api/v1/inbox/notices/{notice_id}/read": "one's own receipt",
    "inbox/tasks/<int:task_id>/read/": "one's own receipt",
    "api/v1/inbox/tasks/{task_id}/read": "one's own receipt",
    "accounts/": "signing in and out is the library's own door",
}


def untold(route: str, written: set[str]) -> list[str]:
    """Return the tables that a request wrote without an entry in the journal."""
    is_excused = any(
        route == each or (each == "accounts/" and route.startswith(each)) for each in UNTOLD_ROUTES
    )
    if JOURNAL in written or is_excused:
        return []
    return sorted(written - set(UNTOLD_TABLES))
