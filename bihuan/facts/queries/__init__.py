"""What is shown of the ledger."""

from __future__ import annotations

from bihuan.facts.queries.seats import seats_of
from bihuan.facts.queries.verifying import verify

__all__ = ["seats_of", "verify"]
