"""A company with two regions, and a kind of proposal that only tests know.

The kind is “sample”: its terms name for each addressee some values that would
change, and decisions are kept in a list instead of being done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.decisions import Kind, Line, Parts, Result, register
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.proposal import ProposalDraft
from bihuan.inbox.domain.sentence import Named, Sentence, plain
from bihuan.inbox.models import Addressee, Answer, Proposal
from bihuan.kernel.errors import DomainError, Problem
from bihuan.org.actions import robot_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit
from tests.make import make_admin, make_person, make_tenant, make_unit

SAMPLE = "test.sample"
DAYS = timedelta(days=3)
MOST = Decimal(1000)
KEYS = ("north", "south", "share")


@dataclass
class Decided:
    """What the kind of tests was told, and how it is to take it."""

    calls: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    refuses: dict[int, DomainError] = field(default_factory=dict)


DECIDED = Decided()


def _parts(proposal: Proposal, addressees: Sequence[Addressee]) -> Parts:
    return {each.pk: _lines(proposal.terms, each) for each in addressees}


def _lines(terms: Mapping[str, object], addressee: Addressee) -> list[Line]:
    values = terms.get(str(addressee.person_id), {})
    assert isinstance(values, Mapping)
    return [
        Line(
            key=key,
            name=key,
            before=Decimal(before),
            after=Decimal(after),
            unit="ratio" if key.startswith("share") else "number",
        )
        for key in KEYS  # A JSON object of the database keeps no order.
        if key in values
        for before, after in [values[key]]
    ]


def _check(addressee: Addressee, amended: Mapping[str, Decimal]) -> list[Problem]:
    return [
        Problem(code="test.too_much", says="Too much: %(value)s", params={"value": v}, column=key)
        for key, v in amended.items()
        if v > MOST
    ]


def _decided(proposal: Proposal, answers: Sequence[Answer], by: Person) -> Result | None:
    if proposal.pk in DECIDED.refuses:
        raise DECIDED.refuses[proposal.pk]
    said = tuple(sorted(each.choice for each in answers))
    DECIDED.calls.append((proposal.pk, proposal.state, said))
    return Result(sentence=plain("done"), link="/done/")


register(
    Kind(
        code=SAMPLE,
        name=gettext_lazy("Proposal"),
        parts=_parts,
        check=_check,
        decided=_decided,
    )
)


class World:
    """East and west, each with a manager and a rep, under a head who proposes."""

    def __init__(self) -> None:
        DECIDED.calls.clear()
        DECIDED.refuses = {}
        self.tenant: Tenant = make_tenant()
        self.robot: Person = robot_of(self.tenant)
        sales = make_unit("sales")
        self.units: dict[str, Unit] = {
            "sales": sales,
            "east": make_unit("east", under=sales),
            "west": make_unit("west", under=sales),
        }
        self.admin = make_admin(tenant=self.tenant)
        self.head = make_person("head", unit=sales, role=Role.MANAGER)
        self.east = make_person("east head", unit=self.units["east"], role=Role.MANAGER)
        self.west = make_person("west head", unit=self.units["west"], role=Role.MANAGER)
        self.rep = make_person("rep", unit=self.units["east"])
        self.hrbp = make_person("hrbp", unit=self.units["east"], role=Role.HRBP)
        self.officer = make_person("officer", role=Role.QUALITY_OFFICER)
        self.about = 0

    def propose(
        self,
        *,
        to: Mapping[Person, Unit | None] | None = None,
        by: Person | None = None,
        until: datetime | None = None,
        about: int | None = None,
    ) -> Proposal:
        """Propose a sample change, to both regions unless said otherwise."""
        self.about += 1
        asked = to or {self.east: self.units["east"], self.west: self.units["west"]}
        values = {"north": ["100", "80"], "south": ["100", "120"], "share": ["0.5", "0.4"]}
        draft = ProposalDraft(
            kind=SAMPLE,
            about=About("test.event", about or self.about),
            title=Sentence("Proposed: %(what)s", {"what": Named("样例", "a sample")}),
            words=(plain("Prices fall by 10%."),),
            terms={str(person.pk): values for person in asked},
            deadline_at=until or clock.now() + DAYS,
        )
        return actions.propose(draft=draft, to=asked, by=by or self.head)


def told(number: int = 1, **more: object) -> NoticeDraft:
    """Return a notice about a thing of tests; ``more`` are other fields of the draft."""
    return NoticeDraft(
        kind="test.told",
        about=About("test.thing", number),
        sentence=plain(f"Thing {number} is there."),
        link=f"/metrics/?thing={number}",
        **more,  # type: ignore[arg-type]  # names of the draft's own fields
    )
