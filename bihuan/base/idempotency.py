"""Doing once what a program asks for twice.

A program that got no answer does not know whether its deed was done. It asks again with the
same ``Idempotency-Key``, and gets the answer of the first time with ``Idempotency-Replayed: true``:

- no key, where an operation wants one: 400
- the same key with another body, or to another address: 422
- the same key while the first is still at work: 409
- a refusal is not kept: what was refused may be tried again with the same key

The answer is kept in the transaction of the deed, and whoever has the key holds a lock until
that ends. So whatever dies when, there is either the deed with its answer, or neither. Keys are
a person's own and are kept for a day.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bihuan.base import clock
from bihuan.base.models import KeptAnswer
from bihuan.base.operations import F, whole, wrapped
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
FINE = re.compile(r"[\x21-\x7e]{1,128}")
KEPT_FOR = timedelta(days=1)
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
    "description": "A new one for each deed; what is sent twice is done once.",
}
CLAIM = "_idempotency_claim"


class KeyMissing(Invalid):
    status = 400
    code = "base.idempotency_key_missing"
    says = gettext_noop(
        "Send a header Idempotency-Key of up to 128 letters, digits or signs, a new one for each "
        "deed: what is sent twice is then done once."
    )


class KeyReused(Invalid):
    code = "base.idempotency_key_reused"
    says = gettext_noop("This Idempotency-Key was sent before with something else.")


class StillAtWork(Conflict):
    code = "base.idempotency_still_at_work"
    says = gettext_noop("What was sent with this Idempotency-Key is still being done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A key that is held, and what was sent with it."""

    person_id: int
    key: str
    digest: str


def idempotent(view: F) -> F:
    """Make an operation of the API want a key; stands below its route."""

    @wraps(view)
    def claimed(request: HttpRequest, *args: object, **kwargs: object) -> object:
        claim = _claim_of(request)
        known = _taken(claim)
        if known is not None:
            return _replay(known)
        setattr(request, CLAIM, claim)
        return view(request, *args, **kwargs)

    return wrapped(view, claimed, whole(_keep_answer), header=PARAMETER)


def _keep_answer(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Keep what an operation answers in the transaction of its deed."""
    claim: Claim | None = getattr(request, CLAIM, None)
    if claim is not None and isinstance(answer, HttpResponse):
        _keep(claim, answer)


def _claim_of(request: HttpRequest) -> Claim:
    key = request.headers.get(HEADER, "")
    if not FINE.fullmatch(key):
        raise KeyMissing()
    person: Any = request.person  # type: ignore[attr-defined]  # set by whoever let it in
    said = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return Claim(person_id=person.pk, key=key, digest=hashlib.sha256(said).hexdigest())


def _taken(claim: Claim) -> KeptAnswer | None:
    """Hold a key until the transaction ends, and return the answer it had before."""
    name = hashlib.sha256(f"{claim.person_id}/{claim.key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name[:8], signed=True)]
        )
        if not cursor.fetchone()[0]:
            raise StillAtWork()
    since = clock.now() - KEPT_FOR
    mine = KeptAnswer.objects.filter(person_id=claim.person_id, key=claim.key)
    known = mine.filter(kept_at__gte=since).first()
    if known is None:
        mine.delete()  # It is older than a day, and may be used again.
    elif known.digest != claim.digest:
        raise KeyReused()
    return known


def _keep(claim: Claim, answer: HttpResponse) -> None:
    KeptAnswer.objects.create(
        person_id=claim.person_id,
        key=claim.key,
        digest=claim.digest,
        status=answer.status_code,
        content=answer.content.decode(),
        kept_at=clock.now(),
    )


def _replay(known: KeptAnswer) -> HttpResponse:
    answer = HttpResponse(known.content, status=known.status, content_type="application/json")
    answer[REPLAYED] = "true"
    return answer


def forget_answers() -> int:
    """Remove answers that were kept for longer than a day; returns how many."""
    old = KeptAnswer.objects.filter(kept_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]
