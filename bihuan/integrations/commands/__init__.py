"""``bihuan import``, ``bihuan imports`` and ``bihuan webhooks``."""

from __future__ import annotations

from bihuan.integrations.commands.hooks import webhooks
from bihuan.integrations.commands.imports import import_, imports

__all__ = ["import_", "imports", "webhooks"]
