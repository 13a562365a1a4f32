"""Pages of imports, and of chat tools."""
