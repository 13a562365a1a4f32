"""Shapes of what is typed into an inbox; they check form, never save."""
