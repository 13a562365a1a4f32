"""Making the responses of alerts: each once, to whom it goes on that day."""

from __future__ import annotations

from bihuan.rules.actions.responding.making import respond

__all__ = ["respond"]
