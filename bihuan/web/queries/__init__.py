"""What the pages of the shell show: the home page and the search."""

from __future__ import annotations

from bihuan.web.queries.homing import Home, home
from bihuan.web.queries.searching import Found, Hits, search

__all__ = ["Found", "Hits", "Home", "home", "search"]
