"""Which recordings somebody made."""

from __future__ import annotations

from collections.abc import Iterator

from bihuan.customers.models import Sound
from bihuan.org.models import Person


def sounds_brought(person: Person) -> Iterator[tuple[str, bytes]]:
    """Yield the recordings that somebody made, for the copy of their data."""
    found = Sound.objects.filter(recording__by=person).select_related("recording")
    for each in found.order_by("pk").iterator(chunk_size=5):
        at = f"{each.recording.happened_at:%Y-%m-%d %H%M}"
        yield f"{at}.{each.recording.form}", bytes(each.content)
