"""The organisation for programs, and how programs say who they are."""

from __future__ import annotations

from bihuan.org.api.backups import router as backups_router
from bihuan.org.api.jobs import router as jobs_router
from bihuan.org.api.journal import router as journal_router
from bihuan.org.api.lending import router as lending_router
from bihuan.org.api.routes import router
from bihuan.org.api.signing import SessionAuth, TokenAuth
from bihuan.org.api.usage import router as usage_router

__all__ = [
    "SessionAuth",
    "TokenAuth",
    "backups_router",
    "jobs_router",
    "journal_router",
    "lending_router",
    "router",
    "usage_router",
]
