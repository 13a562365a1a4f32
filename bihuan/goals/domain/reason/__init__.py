"""Reasons: why a cell of the heat map is low, as probes of the facts around it."""
