"""Pages of the library and of packs."""
