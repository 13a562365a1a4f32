"""Making texts from texts: by a language service where there is one, else by the product itself.

Every text is kept with what made it, from which records, and, where a service was of no
use, why. The same texts asked of the same maker again give the text that is there.

A call may wait for a service: call these outside of a transaction that others wait for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bihuan.ai.actions.asking import Prompting, asked_of
from bihuan.ai.actions.keeping import keep
from bihuan.ai.domain import keywords as by_weight
from bihuan.ai.domain import prompt as prompts
from bihuan.ai.domain import summary as by_rank
from bihuan.ai.domain.answer import plain
from bihuan.ai.domain.drafting import Purpose, drafted
from bihuan.ai.domain.made import (
    Backend,
    Made,
    NothingToRead,
    SourceText,
    Task,
    Trouble,
)
from bihuan.ai.engine.service import service_in_use
from bihuan.ai.models import AiText
from bihuan.base import clock
from bihuan.org.models import Person, Tenant

MOST_SENTENCES, MOST_KEYWORDS = 12, 30
LONGEST_SOURCE = 20_000
DRAFTED_FROM = 4
"""So many points a draft of the product's own is made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """A text that is wanted: of what sort, from what, for whom, and how either maker makes it."""

    task: Task
    texts: Sequence[SourceText]
    tenant: Tenant
    reader: Person | None
    wanted: str
    prompting: Prompting
    locally: Callable[[Sequence[SourceText]], Made]
    is_fit: Callable[[str], bool] = bool


def summarise(
    texts: Sequence[SourceText],
    *,
    tenant: Tenant,
    sentences: int = 3,
    reader: Person | None = None,
) -> AiText:
    """Return a summary in so many sentences; ``reader`` is who may say a word about it."""
    count = max(1, min(sentences, MOST_SENTENCES))
    return _made(
        _Order(
            task=Task.SUMMARY,
            texts=_readable(texts),
            tenant=tenant,
            reader=reader,
            wanted=f"{count}",
            prompting=lambda said: prompts.asking_for_summary(said, count=count),
            locally=lambda given: _summary(given, count),
        )
    )


def _summary(texts: Sequence[SourceText], count: int) -> Made:
    parts = by_rank.summary(texts, count=count)
    text = "\n".join(sentence for _, sentence in parts)
    return _local(text, "textrank-1", parts)


def keywords(
    texts: Sequence[SourceText], *, tenant: Tenant, most: int = 8, reader: Person | None = None
) -> AiText:
    """Return the words that texts are about, one a line; each stands in the texts."""
    count = max(1, min(most, MOST_KEYWORDS))
    given = _readable(texts)
    said = "\n".join(each.text for each in given).lower()
    return _made(
        _Order(
            task=Task.KEYWORDS,
            texts=given,
            tenant=tenant,
            reader=reader,
            wanted=f"{count}",
            prompting=lambda hidden: prompts.asking_for_keywords(hidden, most=count),
            locally=lambda own: _local(
                "\n".join(by_weight.keywords(own, most=count)), "tfidf-1", ()
            ),
            is_fit=lambda text: all(line.strip().lower() in said for line in text.splitlines()),
        )
    )


def draft(
    texts: Sequence[SourceText],
    *,
    tenant: Tenant,
    purpose: Purpose = Purpose.FOLLOW_UP,
    reader: Person | None = None,
) -> AiText:
    """Return a text begun from others, for somebody who will finish it."""
    return _made(
        _Order(
            task=Task.DRAFT,
            texts=_readable(texts),
            tenant=tenant,
            reader=reader,
            wanted=purpose.value,
            prompting=lambda said: prompts.asking_for_draft(said, purpose),
            locally=lambda given: _draft(given, purpose),
        )
    )


def _draft(texts: Sequence[SourceText], purpose: Purpose) -> Made:
    parts = by_rank.summary(texts, count=DRAFTED_FROM)
    return _local(drafted(purpose, [sentence for _, sentence in parts]), "form-1", parts)


def _local(text: str, model: str, parts: tuple[tuple[str, str], ...]) -> Made:
    return Made(text=text, backend=Backend.LOCAL, model=model, prompt="", parts=parts)


def _readable(texts: Sequence[SourceText]) -> list[SourceText]:
    """Return the texts that hold anything, in characters that can be seen."""
    seen = [
        SourceText(each.about, plain(each.text)[:LONGEST_SOURCE].strip(), each.names)
        for each in texts
    ]
    found = [each for each in seen if each.text]
    if not found:
        raise NothingToRead()
    return found


def _made(order: _Order) -> AiText:
    service = service_in_use()
    trouble: Trouble | None = None
    if service is not None:
        key = _key(order, f"{service.mark}/{order.prompting(()).version}")
        there = _there(order, key, None)
        if there is not None:
            return there
        answer = asked_of(service, order.task, order.texts, order.prompting, order.tenant)
        if isinstance(answer, Made) and order.is_fit(answer.text):
            return _keep(order, answer, key, None)
        trouble = answer if isinstance(answer, Trouble) else Trouble.UNREADABLE
    key = _key(order, "local-1")
    there = _there(order, key, trouble)
    return there or _keep(order, order.locally(order.texts), key, trouble)


def _key(order: _Order, maker: str) -> str:
    """Return the hash of what was asked of whom: the same again need not be made again."""
    said = [order.task.value, order.wanted, maker, [[t.about, t.text] for t in order.texts]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _there(order: _Order, key: str, trouble: Trouble | None) -> AiText | None:
    """Return the text that was made of the same before, copied where it was for another."""
    made = AiText.objects.filter(tenant=order.tenant, content_key=key)
    said = made.filter(trouble=trouble.value if trouble else "")
    own = said.filter(reader=order.reader).first()
    if own is not None:
        return own
    other = made.filter(is_copy=False).first()
    if other is None:
        return None
    return keep(
        AiText(
            tenant=order.tenant,
            reader=order.reader,
            task=other.task,
            text=other.text,
            parts=other.parts,
            sources=other.sources,
            backend=other.backend,
            model=other.model,
            prompt=other.prompt,
            trouble=trouble.value if trouble else "",
            content_key=key,
            is_copy=True,
            made_at=clock.now(),
        )
    )


def _keep(order: _Order, made: Made, key: str, trouble: Trouble | None) -> AiText:
    return keep(
        AiText(
            tenant=order.tenant,
            reader=order.reader,
            task=order.task.value,
            text=made.text,
            parts=[{"about": about, "text": text} for about, text in made.parts],
            sources=list(dict.fromkeys(each.about for each in order.texts)),
            backend=made.backend.value,
            model=made.model,
            prompt=made.prompt,
            trouble=trouble.value if trouble else "",
            content_key=key,
            made_at=clock.now(),
        )
    )
