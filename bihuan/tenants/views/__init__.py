"""Pages about a company as a whole."""

from __future__ import annotations
