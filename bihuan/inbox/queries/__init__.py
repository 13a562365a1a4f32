"""What is shown of notices and proposals."""

from __future__ import annotations

from bihuan.inbox.queries.counting import Bell, Waiting, bell, waiting
from bihuan.inbox.queries.listing import (
    PAGE_SIZE,
    NoticesShown,
    ProposalsShown,
    answers_counted,
    asked_of,
    awaiting,
    notices,
    proposals,
)
from bihuan.inbox.queries.reading import Part, ProposalView, Step, proposal_view
from bihuan.inbox.queries.saying import said
from bihuan.inbox.queries.wishing import company_wishes, own_wish, wishes_of

__all__ = [
    "PAGE_SIZE",
    "Bell",
    "NoticesShown",
    "Part",
    "ProposalView",
    "ProposalsShown",
    "Step",
    "Waiting",
    "answers_counted",
    "asked_of",
    "awaiting",
    "bell",
    "company_wishes",
    "notices",
    "own_wish",
    "proposal_view",
    "proposals",
    "said",
    "waiting",
    "wishes_of",
]
