"""Everything that can happen to a company as a whole."""

from __future__ import annotations

from bihuan.tenants.actions.founding import (
    Admin,
    CodeUnfit,
    CompanyCodeTaken,
    Founded,
    found_company,
)

__all__ = ["Admin", "CodeUnfit", "CompanyCodeTaken", "Founded", "found_company"]
