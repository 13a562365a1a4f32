"""Said: a sentence with its figures, kept apart until somebody reads it.

A probe says what it saw as an English template, marked for translation, and the
figures that go into it, each with what it is measured in. Words and figures meet
at the edge, in the language of the reader.

>>> seen = Said("%(what)s %(now)s", {"what": Named("拜访数", "Visits"), "now": Figure(Decimal(9))})
>>> seen.params["now"]
Figure(value=Decimal('9'), unit='count')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Figure(NamedTuple):
    """A number and what it is measured in: the units of metrics."""

    value: Decimal
    unit: str = "count"


class Named(NamedTuple):
    """What is called differently in Chinese and in English."""

    zh: str
    en: str


Param = str | int | date | Figure | Named


@dataclass(frozen=True, slots=True)
class Said:
    """A template and what goes into it."""

    says: str
    params: Mapping[str, Param] = field(default_factory=dict)
