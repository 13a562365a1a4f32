"""The pages of the organisation."""

from __future__ import annotations
