"""What a deed on the ledger changed, counted.

>>> Recorded(new=3, unchanged=2) + Recorded(new=1)
Recorded(new=4, unchanged=2, corrected=0, withdrawn=0)
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many facts are new, were there already, were corrected, or were withdrawn.

    A correction is one reversal and one new fact; a withdrawal a reversal alone.
    """

    new: int = 0
    unchanged: int = 0
    corrected: int = 0
    withdrawn: int = 0

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(
            self.new + other.new,
            self.unchanged + other.unchanged,
            self.corrected + other.corrected,
            self.withdrawn + other.withdrawn,
        )

    @property
    def appended(self) -> int:
        """Return how many rows the ledger grew by."""
        return self.new + 2 * self.corrected + self.withdrawn
