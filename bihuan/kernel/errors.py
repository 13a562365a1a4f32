"""Every refusal this system can utter.

* DomainError
  - Invalid     the request cannot be understood or is out of bounds   422
  - Forbidden   this person may not do it                             403
  - Missing     it does not exist, or this person may not see it      404
  - Conflict    right request, wrong moment: the state forbids it     409

Raise a subclass that lives beside the rule that refuses. ``code`` is stable
and for machines; ``says`` is for people and is translated at the edge, in
their language. Anything else that escapes is a bug, and is a 500.

>>> class TooFar(Invalid):
...     code = "example.too_far"
...     says = gettext_noop("%(steps)s steps are too far.")
>>> str(TooFar(steps=7))
'7 steps are too far.'

A check over many rows does not stop at the first: it returns a ``Problem`` for
each, and the deed refuses with all of them at once.

>>> short = Problem(code="example.short", says="Too short: %(text)s", params={"text": "a"}, row=3)
>>> refusal = ProblemsFound([short])
>>> str(refusal), refusal.problems[0].row
('Problems found: 1. Nothing was changed.', 3)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


def gettext_noop(text: str) -> str:
    """Mark a sentence for ``makemessages`` without needing Django here."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in one place: what it is, where it stands, what to do.

    ``says`` and ``hint`` are English templates marked by ``gettext_noop`` and
    filled with ``params`` at the edge. A row is counted as people see it in the
    file, so the first row is 1.
    """

    code: str
    says: str
    params: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    hint: str = ""


class DomainError(Exception):
    """A refusal with a stable code and one sentence."""

    code: ClassVar[str]
    says: ClassVar[str]
    status: ClassVar[int]
    problems: tuple[Problem, ...] = ()
    retry_after: int | None = None
    """In how many seconds it may be tried again, where waiting is all that is needed."""

    def __init__(self, **params: object) -> None:
        super().__init__(self.says % params)
        self.params = params


class Invalid(DomainError):
    status = 422


class Forbidden(DomainError):
    status = 403


class Missing(DomainError):
    status = 404


class Conflict(DomainError):
    status = 409


class ProblemsFound(Invalid):
    """A deed over many rows is refused, with every reason."""

    code = "kernel.problems_found"
    says = gettext_noop("Problems found: %(count)s. Nothing was changed.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)
