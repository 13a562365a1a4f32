"""What tests of figures need of the tests of the ledger: a database whose rows are committed."""

from __future__ import annotations

from bihuan.facts.tests.conftest import empty_database, own_database

__all__ = ["empty_database", "own_database"]
