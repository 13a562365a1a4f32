"""Databases of their own, for tests that reach one in two ways."""

from __future__ import annotations

from bihuan.facts.tests.conftest import empty_database, own_database

__all__ = ["empty_database", "own_database"]
