"""What is shown of notices, proposals and deliveries."""

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
from bihuan.inbox.queries.living import News, newest, news_since
from bihuan.inbox.queries.outbox import (
    MOST_DELIVERIES,
    ChannelCounts,
    brought,
    deliveries,
    delivery_counts,
    fault_of,
    subject_of,
)
from bihuan.inbox.queries.reading import Part, ProposalView, Step, proposal_view
from bihuan.inbox.queries.saying import said
from bihuan.inbox.queries.wishing import company_wishes, own_wish, wishes_of

__all__ = [
    "MOST_DELIVERIES",
    "PAGE_SIZE",
    "Bell",
    "ChannelCounts",
    "News",
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
    "brought",
    "company_wishes",
    "deliveries",
    "delivery_counts",
    "fault_of",
    "newest",
    "news_since",
    "notices",
    "own_wish",
    "proposal_view",
    "proposals",
    "said",
    "subject_of",
    "waiting",
    "wishes_of",
]
