"""What is shown of the ledger."""

from __future__ import annotations

from bihuan.facts.queries.counting import recorded_since, recorded_this_month
from bihuan.facts.queries.kinds import FACT, OPPORTUNITY, basis_of_facts
from bihuan.facts.queries.listing import (
    EXPORT_LIMIT,
    PAGE_SIZE,
    Cursor,
    FactFilter,
    FactPage,
    every_fact,
    page_of_facts,
)
from bihuan.facts.queries.seats import seats_of
from bihuan.facts.queries.showing import (
    attributes_of,
    fact_view,
    kind_of,
    ledger_status,
    member_view,
    page_of_fact,
    source_row_view,
    tenants_with_facts,
    unsealed_tenants,
)
from bihuan.facts.queries.verifying import said_findings, verify

__all__ = [
    "EXPORT_LIMIT",
    "FACT",
    "OPPORTUNITY",
    "PAGE_SIZE",
    "Cursor",
    "FactFilter",
    "FactPage",
    "attributes_of",
    "basis_of_facts",
    "every_fact",
    "fact_view",
    "kind_of",
    "ledger_status",
    "member_view",
    "page_of_fact",
    "page_of_facts",
    "recorded_since",
    "recorded_this_month",
    "said_findings",
    "seats_of",
    "source_row_view",
    "tenants_with_facts",
    "unsealed_tenants",
    "verify",
]
