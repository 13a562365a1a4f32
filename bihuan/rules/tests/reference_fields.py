"""How the plain reckoning compares what subjects say of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Said = str | Decimal | None


def field_holds(leaf: Mapping[str, Any], said: Said, on: date) -> bool | None:
    """Compare what is said with what is asked: drawn texts are plain, numbers have commas."""
    is_blank = said is None or not str(said).strip()
    op, wanted = leaf["op"], leaf["values"]
    if op == "empty":
        return is_blank
    if leaf["type"] == "text":
        text = "" if is_blank else str(said).strip().lower()
        if op == "contains":
            return any(each.lower() in text for each in wanted)
        return not is_blank and text in [each.lower() for each in wanted]
    if is_blank or not str(said)[0].isdigit():
        return None
    if leaf["type"] == "number":
        number = Decimal(str(said).replace(",", ""))
        limits = [Decimal(each) for each in wanted]
        compared: dict[str, bool] = {
            "at_least": number >= limits[0],
            "at_most": number <= limits[0],
            "equals": number == limits[0],
            "one_of": number in limits,
        }
        return compared[op]
    gap = (date.fromisoformat(str(said)) - on).days
    if op in ("past", "coming"):
        return 0 <= (gap if op == "coming" else -gap) <= int(leaf["days"])
    limit = (date.fromisoformat(wanted[0]) - on).days
    beside: dict[str, bool] = {
        "at_least": gap >= limit,
        "at_most": gap <= limit,
        "equals": gap == limit,
    }
    return beside[op]
