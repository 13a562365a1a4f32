"""Pages of rules and alerts."""
