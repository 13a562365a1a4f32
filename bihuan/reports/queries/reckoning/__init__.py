"""A report reckoned from its basis: the same when it is made and whenever it is proven."""

from __future__ import annotations

from bihuan.reports.queries.reckoning.whole import reckoned

__all__ = ["reckoned"]
