"""Telling people what the organisation has to tell: the package below knows no notices."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.inbox.actions.notices import notify
from bihuan.inbox.domain.about import About
from bihuan.inbox.domain.notice import NoticeDraft
from bihuan.inbox.domain.sentence import Sentence
from bihuan.org.models import Person
from bihuan.org.uses import Telling


def tell(telling: Telling, people: Sequence[int], by: Person) -> None:
    """Write a notice for each of these people."""
    kind, pk = telling.about
    draft = NoticeDraft(
        kind=kind,
        about=About(kind, pk),
        sentence=Sentence(telling.says, dict(telling.params)),
        link=telling.link,
    )
    notify(draft=draft, people=people, by=by)
