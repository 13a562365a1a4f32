"""The ten metrics as a person writes them in SQL, for DuckDB and for PostgreSQL."""

from __future__ import annotations

TOUCHED = "kind IN ('visit.logged', 'call.logged', 'message.exchanged')"


def sums(prefix: str = "") -> str:
    """Return the ten sums over rows that are counted, each with its name."""
    return ", ".join(f"{text} AS {prefix}{name}" for name, text in _SUMS.items())


def resums() -> str:
    """Return the ten sums over sums that were made before."""
    return ", ".join(f"sum({name}) AS {name}" for name in _SUMS)


def _sum(column: str, kind: str) -> str:
    return f"sum(CASE WHEN kind = '{kind}' THEN {column} END)"


def _net(column: str) -> str:
    return (
        f"sum(CASE WHEN kind = 'order.placed' THEN {column}"
        f" WHEN kind = 'order.returned' THEN -{column} END)"
    )


_SUMS = {
    "signed_amount": _sum("amount", "contract.signed"),
    "contracts_count": _sum("1", "contract.signed"),
    "received_amount": _sum("amount", "payment.received"),
    "won_amount": _sum("amount", "opportunity.won"),
    "won_count": _sum("1", "opportunity.won"),
    "net_sales": _net("amount"),
    "units_sold": _net("quantity"),
    "visits": _sum("1", "visit.logged"),
    "call_minutes": _sum("minutes", "call.logged"),
    "effective_followups": f"sum(CASE WHEN {TOUCHED}"
    " AND outcome IN ('有效', 'effective') THEN 1 END)",
}
