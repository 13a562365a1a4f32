"""``bihuan metric``: metrics on the command line."""

from __future__ import annotations

from bihuan.metrics.commands.closings import closings
from bihuan.metrics.commands.figures import metric
from bihuan.metrics.commands.pending import pending

metric.add_command(pending)

__all__ = ["closings", "metric"]
