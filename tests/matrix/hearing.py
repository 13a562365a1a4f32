"""Everything an answer says, and the figures in it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from django.http import HttpResponseBase

FIGURE_FIELDS = {
    "value",
    "numerator",
    "actual",
    "rolled_up",
    "contribution",
    "old",
    "new",
    "before",
}
ANEW = re.compile(
    r'(?<="csrfmiddlewaretoken" value=")\w+|(?<="X-CSRFToken": ")\w+'
    r"|(?<='nonce-)[A-Za-z0-9+/=]+|(?<=nonce=\")[A-Za-z0-9+/=]+"
)


def without_ids(answer: HttpResponseBase, ids: Iterable[int]) -> str:
    """Return an answer without what was asked for and without what is made anew each time."""
    text = "\n".join(texts_of(answer))
    for pk in ids:
        text = text.replace(str(pk), "…")
    return ANEW.sub("…", text)


def texts_of(answer: HttpResponseBase) -> Iterator[str]:
    """Return everything an answer says: headers, body, and what is inside a workbook.

    Except for the number of the request, which is made anew each time and says nothing.
    """
    number = answer.get("X-Request-ID", "") or "\0"
    yield str({name: value for name, value in answer.items() if name != "X-Request-ID"})
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]  # bytes either way
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                yield name
                yield book.read(name).decode("utf-8", "replace")
        return
    text = content.decode("utf-8", "replace").replace(number, "…")
    yield text
    if answer.get("Content-Type", "").startswith("application/json"):
        yield json.dumps(json.loads(text or "null"), ensure_ascii=False)


def figures_of(answer: HttpResponseBase) -> Iterator[Decimal]:
    """Return the figures that an answer of the API gives."""
    if not answer.get("Content-Type", "").startswith("application/json"):
        return
    pending: list[object] = [json.loads(answer.content or b"null")]  # type: ignore[attr-defined]  # not streamed
    while pending:
        each = pending.pop()
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            pending += [value for value in each.values() if isinstance(value, list | dict)]
            for name, value in each.items():
                if name in FIGURE_FIELDS and isinstance(value, str):
                    try:
                        yield Decimal(value)
                    except InvalidOperation:
                        continue
