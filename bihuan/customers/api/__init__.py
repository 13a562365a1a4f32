"""Customers for programs: the same customers, the same deeds, the same refusals."""

from __future__ import annotations

from bihuan.customers.api import hearing, talking  # noqa: F401  # they add their operations
from bihuan.customers.api.accounts import router
from bihuan.customers.api.contacts import contacts_router

__all__ = ["contacts_router", "router"]
