"""The commands of the organisation: ``bihuan org``, ``bihuan jobs`` and ``bihuan worker``."""

from __future__ import annotations

from bihuan.org.commands import lending  # noqa: F401 - its commands join those of org
from bihuan.org.commands.jobs import jobs
from bihuan.org.commands.journal import journal
from bihuan.org.commands.tree import org
from bihuan.org.commands.worker import worker

__all__ = ["jobs", "journal", "org", "worker"]
