"""The lines of the matrix about a company as a whole: its plan, its exports and its end."""

from __future__ import annotations

from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})

TENANTS = (
    Row("company/plan/"),
    Row("company/plan/export.xlsx", roles=ADMIN),
)
