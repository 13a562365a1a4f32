"""``bihuan metric``: metrics on the command line."""

from __future__ import annotations

from bihuan.metrics.commands.closings import closings
from bihuan.metrics.commands.figures import metric
from bihuan.metrics.commands.pending import pending
from bihuan.metrics.commands.versions import COMMANDS

metric.add_command(pending)
for command in COMMANDS:
    metric.add_command(command)

__all__ = ["closings", "metric"]
