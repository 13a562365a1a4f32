"""Loaded before Django's settings (``-p tests.own_home``): tests keep to a home of their own."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("BIHUAN_HOME", str(ROOT / "var" / "test"))
os.environ.setdefault("USAGE_IS_METERED", "False")  # Hundreds of tests in one pretended minute.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ.setdefault(
    "LIVE_STREAMS", "0"
)  # An open stream would keep its database from being dropped.
