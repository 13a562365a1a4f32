"""The lines of the matrix about backups, and the doors for machines that look after this one."""

from __future__ import annotations

from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})

OPERATIONS = (
    Row("org/backups/", roles=ADMIN),
    Row("org/backups/export.xlsx", roles=ADMIN),
    # Two companies share this world, so no administrator may have it all written down.
    Row("org/backups/make/", "POST", roles=ADMIN, fine=(403,)),
    Row("api/v1/backups", roles=ADMIN),
    Row("api/v1/backups", "POST", roles=ADMIN, fine=(403,)),
    Row("health/live", is_open=True),
    Row("health/ready", is_open=True),
    Row("health/metrics", is_open=True, fine=(404,)),
)
