"""Pages of goal cycles: the list, the board, what publishing changes, revisions, one's own."""
