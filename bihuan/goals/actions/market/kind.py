"""What a proposal that comes of a market event means to an inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy

from bihuan.goals.actions.market.deciding import decided
from bihuan.goals.models import MarketReckoning
from bihuan.goals.queries.market import MARKET, lines_of
from bihuan.goals.queries.market.checking import problems_of
from bihuan.inbox.decisions import Kind, Parts
from bihuan.inbox.models import Addressee, Proposal
from bihuan.kernel.errors import Problem


def parts(proposal: Proposal, addressees: Sequence[Addressee]) -> Parts:
    """Return what would change for each of these."""
    lines = lines_of(_of(proposal), [each.person_id for each in addressees])
    return {each.pk: lines[each.person_id] for each in addressees}


def check(addressee: Addressee, amended: Mapping[str, Decimal]) -> Sequence[Problem]:
    """Return what is wrong with the amounts somebody would have instead."""
    return problems_of(_of(addressee.proposal), addressee.person_id, amended)


def _of(proposal: Proposal) -> MarketReckoning:
    found = MarketReckoning.objects.select_related("event__tenant")
    return found.get(pk=proposal.terms["reckoning"])


MARKET_EVENT = Kind(
    code=MARKET,
    name=gettext_lazy("Market event"),
    parts=parts,
    check=check,
    decided=decided,
)
