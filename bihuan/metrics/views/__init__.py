"""Pages of metrics."""
