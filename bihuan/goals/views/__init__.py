"""Pages of targets and of the attainment heat map."""
