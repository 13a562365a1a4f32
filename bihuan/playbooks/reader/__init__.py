"""Reads plays from files."""
