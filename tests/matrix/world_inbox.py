"""Notices and proposals of both companies, and a kind of proposal that only the matrix knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy

from bihuan.base import clock
from bihuan.inbox import actions
from bihuan.inbox.decisions import Kind, Line, Parts, register
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.answer import Choice
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.proposal import ProposalDraft
from bihuan.inbox.domain.sentence import plain
from bihuan.inbox.models import Addressee, Answer, Delivery, Notice, Proposal
from bihuan.org.models import Person
from tests.matrix.canary import word
from tests.matrix.world import World

SAMPLE = "matrix.sample"


def _parts(proposal: Proposal, addressees: Sequence[Addressee]) -> Parts:
    return {
        each.pk: [Line(name=proposal.terms[str(each.person_id)], before=None, after=Decimal(1))]
        for each in addressees
    }


def _nothing_comes_of_it(proposal: Proposal, answers: Sequence[Answer], by: Person) -> None:
    return None


register(
    Kind(
        code=SAMPLE,
        name=gettext_lazy("Proposal"),
        parts=_parts,
        check=lambda *_: (),
        decided=_nothing_comes_of_it,
    )
)


def fill_inboxes(world: World) -> None:
    """Tell people of both companies something, and ask some about changes."""
    for number, (name, sender) in enumerate(
        (("rep", "head"), ("neighbour", "admin"), ("their rep", "stranger"))
    ):
        tell(world, name, name, by=sender, number=number)
    propose(
        world, "team", by="head", to={"manager": "team", "sibling manager": "sibling"}, number=1
    )
    propose(world, "cell", by="admin", to={"deep": "cell"}, number=2)
    propose(world, "theirs", by="stranger", to={"their rep": "their team"}, number=3)
    refused = Proposal.objects.get(pk=world.objects["proposal"]["team"])
    said = actions.answer(
        proposal=refused,
        choice=Choice.REFUSE,
        reason=word("answer", "sibling"),
        by=world.people["sibling manager"],
    )
    world.aviary.text("part", said.addressee_id, said.reason)
    for kind in ("notice", "proposal", "delivery"):  # What is there comes before what is not.
        world.know(kind, "absent", world.objects[kind].pop("absent"))


def tell(world: World, who: str, name: str, *, by: str, number: int) -> None:
    """Tell somebody something that nobody else is told."""
    draft = NoticeDraft(
        kind="matrix.told",
        about=About("matrix.thing", number),
        sentence=plain(word("notice", name)),
        link="/inbox/",
        asks=plain(word("asked", name)),
    )
    actions.notify(draft=draft, people=[world.people[who].pk], by=world.people[by])
    notice = Notice.objects.filter(person=world.people[who], kind=draft.kind).get()
    world.know("notice", name, notice.pk)
    world.aviary.text("notice", notice.pk, word("notice", name), word("asked", name))
    delivery = Delivery.objects.get(what="notice", what_id=notice.pk, channel="in_app")
    world.know("delivery", name, delivery.pk)


def propose(world: World, name: str, *, by: str, to: dict[str, str], number: int) -> None:
    """Ask some people, each for a unit, about a change that concerns nothing else."""
    people = {world.people[each]: world.units[unit] for each, unit in to.items()}
    proposal = actions.propose(
        draft=ProposalDraft(
            kind=SAMPLE,
            about=About("matrix.event", number),
            title=plain(word("title", name)),
            words=(plain(word("why", name)),),
            terms={str(world.people[each].pk): word("part", each) for each in to},
            deadline_at=clock.now() + timedelta(days=5),
        ),
        to=people,
        by=world.people[by],
    )
    world.know("proposal", name, proposal.pk)
    world.aviary.text("proposal", proposal.pk, word("title", name), word("why", name))
    for each in proposal.addressees.select_related("person"):
        world.aviary.text("part", each.pk, proposal.terms[str(each.person_id)])
