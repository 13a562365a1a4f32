"""A sealed run of journal entries, and what stands in the anchor file of it.

Entries have the numbers that the database gives, which commit out of order and with gaps. So a
block names those it holds, as spans. An entry waits in a table of its own from the moment it is
committed until a block holds it: writers never queue, and none is passed over.

>>> spans([9, 5, 6, 7, 12]), ids_in("5-7,9,12")
('5-7,9,12', [5, 6, 7, 9, 12])
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby

from bihuan.base.models import JournalEntry
from bihuan.kernel.chain import leaf, line, root

FORM = 1
COLUMNS = (
    *("id", "tenant_id", "actor_id", "on_behalf_of_id", "verb", "subject", "particulars"),
    *("changes", "reason", "door", "request_id", "recorded_at"),
)
"""What form 1 seals of an entry, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSeal:
    """What a block says, without its own digest."""

    form: int
    tenant_id: int
    number: int
    entries: str
    size: int
    root: str
    previous: str
    sealed_at: str

    @property
    def digest(self) -> str:
        """Return the hash that the next block names as its previous one."""
        said = (self.form, self.tenant_id, self.number, self.entries, self.size)
        texts = [*map(str, said), self.root, self.previous, self.sealed_at]
        return hashlib.sha256(line(texts)).hexdigest()

    def as_line(self) -> str:
        """Return the line of the anchor file."""
        return json.dumps({**asdict(self), "digest": self.digest}, separators=(",", ":"))


def read_line(text: bytes) -> tuple[JournalSeal, str] | None:
    """Return what a line of the anchor file says, with its digest; nonsense says nothing."""
    try:
        said = json.loads(text)
        digest = str(said.pop("digest"))
        return JournalSeal(**said), digest
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def spans(ids: Iterable[int]) -> str:
    """Return numbers as spans, in order."""
    ordered = sorted(ids)
    runs = groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0])
    ends = [[number for _, number in run] for _, run in runs]
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in ends)


def ids_in(text: str) -> list[int]:
    """Return the numbers that spans name."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def root_of(ids: Sequence[int], *, tenant_id: int) -> str | None:
    """Return the root over these entries of a tenant, or nothing where one is not there."""
    rows = JournalEntry.objects.filter(tenant_id=tenant_id, pk__in=ids).order_by("pk")
    leaves = [leaf(line(map(_text, row))) for row in rows.values_list(*COLUMNS)]
    return root(leaves).hex() if len(leaves) == len(ids) > 0 else None


def _text(value: object) -> str | None:
    """Return a value as it is sealed: the same, whatever the database's settings."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return str(value)
