"""What is shown of companies, their plans, exports and ends."""

from __future__ import annotations

from bihuan.tenants.queries.standing import (
    PlanPage,
    Use,
    company_lines,
    plan_page,
    plan_rows,
    uses_of,
)

__all__ = ["PlanPage", "Use", "company_lines", "plan_page", "plan_rows", "uses_of"]
