"""Pages of notices and proposals."""
