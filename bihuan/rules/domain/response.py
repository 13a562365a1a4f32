"""Response: what happens at once when a rule fires, and whom it goes to.

A response is addressed by how somebody stands to the subject, never by name, so that it
goes to the right one however people move:

    person            the one whom the alert is about, or who heads the unit
    manager           who leads the nearest unit above that has somebody else
    hrbp              who serves the unit; the nearest seat above
    quality_officer   the quality officers of the company
    role              whoever holds a role in the nearest unit above

>>> first = Response(kind=ResponseKind.TASK, to=To.MANAGER, brings=(Content.CONVERSATIONS,))
>>> first.due_days
3
>>> nearest("/1/4/9/", {"/1/": {7}, "/1/4/": {8, 5}, "/1/4/9/": {5}}, without=5)
{8}
>>> nearest("/1/4/9/", {"/1/4/9/": {5}}, without=5)
set()
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field, model_validator

from bihuan.kernel.errors import gettext_noop
from bihuan.org.domain.role import Role
from bihuan.rules.domain.condition import Part


class ResponseKind(StrEnum):
    TASK = "task"
    NOTICE = "notice"
    PACK = "pack"
    PROPOSAL = "proposal"
    FREEZE = "freeze"
    FACT = "fact"


class To(StrEnum):
    """How the addressee stands to the subject."""

    PERSON = "person"
    MANAGER = "manager"
    HRBP = "hrbp"
    QUALITY_OFFICER = "quality_officer"
    ROLE = "role"


class Content(StrEnum):
    """What a task brings with it besides the evidence."""

    CONVERSATIONS = "conversations"
    ASSESSMENT = "assessment"


KIND_SAYS = {
    ResponseKind.TASK: gettext_noop("a task"),
    ResponseKind.NOTICE: gettext_noop("a notice"),
    ResponseKind.PACK: gettext_noop("a learning pack"),
    ResponseKind.PROPOSAL: gettext_noop("a proposal"),
    ResponseKind.FREEZE: gettext_noop("a request to freeze"),
    ResponseKind.FACT: gettext_noop("a fact in the ledger"),
}
TO_SAYS = {
    To.PERSON: gettext_noop("the person"),
    To.MANAGER: gettext_noop("the direct manager"),
    To.HRBP: gettext_noop("the HR business partner"),
    To.QUALITY_OFFICER: gettext_noop("the quality officers"),
    To.ROLE: gettext_noop("whoever holds a role"),
}
CONTENT_SAYS = {
    Content.CONVERSATIONS: gettext_noop("a summary of the last three customer conversations"),
    Content.ASSESSMENT: gettext_noop("the facts for an assessment of potential"),
}


class Response(Part):
    """One thing that happens when a rule fires."""

    kind: ResponseKind
    to: To = To.PERSON
    role: Role | None = None
    due_days: int = Field(default=3, ge=1, le=60)
    brings: tuple[Content, ...] = ()
    words: str = Field(default="", max_length=300)
    """What it says in the company's own words; without, the product's."""

    @model_validator(mode="after")
    def _fits_together(self) -> Response:
        if (self.to is To.ROLE) != (self.role is not None):
            raise ValueError("say which role, and only where it goes to one")
        if self.brings and self.kind is not ResponseKind.TASK:
            raise ValueError("only a task brings something with it")
        if self.kind is ResponseKind.PACK and self.to is not To.PERSON:
            raise ValueError("a learning pack goes to the person it was chosen for")
        return self


def nearest(path: str, held: Mapping[str, set[int]], *, without: int | None = None) -> set[int]:
    """Return who holds a seat in a unit or in the nearest one above, leaving one person out."""
    while path.count("/") > 1:
        others = held.get(path, set()) - {without}
        if others:
            return {each for each in others if each is not None}
        path = path[: path.rstrip("/").rindex("/") + 1]
    return set()
