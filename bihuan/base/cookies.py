"""What cookies of ours are called: behind a certificate, in a way that no other host can forge.

A browser takes a cookie whose name begins with ``__Host-`` from this host alone, over an encrypted
line, for all its pages.
"""

from __future__ import annotations

from django.conf import settings


def cookie(name: str) -> str:
    """Return the name under which a cookie is sent."""
    return f"__Host-{name}" if settings.HTTPS else name
