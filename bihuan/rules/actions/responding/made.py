"""What a response became, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was made of a response; nothing where there was nobody, or it was there already."""

    became: str = ""
    """Its kind and id."""
    link: str = ""
    seen: Mapping[str, object] = field(default_factory=dict)
    """What it brought with it."""
    last: Callable[[], None] | None = None
    """What is to be done at the very end of the transaction."""


Ready = Callable[[], Made | None]
"""Makes a response within the transaction that keeps it; what takes long was done before."""
