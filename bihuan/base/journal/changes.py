"""What changed of a row, told without personal data.

Ids, choices, codes, days, amounts and yes or no are told as they are. Of free text, names among
it, only the length is told and a digest under the key of the installation: enough to see whether
a text came back, or whether it is the one somebody claims, and nothing for whoever has a copy of
the database alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.crypto import salted_hmac

Told = str | int | bool | None
Tolds = Mapping[str, Told]

HIDDEN = "text"
"""How the mark of a text begins: ``text:12:9f2c4a…`` is one of twelve characters."""
DIGEST_LENGTH = 16
OPEN = frozenset({"code", "key", "metric", "kind", "state", "currency", "role", "time_zone"})
"""Texts that name things of the business and no person."""


def told(row: models.Model, *names: str) -> dict[str, Told]:
    """Return what fields of a row say, as the journal may keep it."""
    return {name: _told(row, name) for name in names}


def changed(before: Tolds, after: Tolds) -> dict[str, list[Told]]:
    """Return what was and what is, of each field that differs."""
    names = [*before, *(name for name in after if name not in before)]
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }


def hidden(text: str) -> str:
    """Return the mark of a text: its length, and a digest that only this installation can make."""
    if not text:
        return ""
    digest = salted_hmac("bihuan.base.journal", text, algorithm="sha256").hexdigest()
    return f"{HIDDEN}:{len(text)}:{digest[:DIGEST_LENGTH]}"


def _told(row: models.Model, name: str) -> Told:
    field = row._meta.get_field(name)
    assert isinstance(field, models.Field)
    value = getattr(row, field.attname)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # As the database gives it back, and as it was given.
    if isinstance(value, date):
        return str(value)
    if isinstance(value, dict | list):  # In one order, however the database gives it back.
        return hidden(json.dumps(value, sort_keys=True, ensure_ascii=False))
    is_open = bool(field.choices) or isinstance(field, models.SlugField) or name in OPEN
    return str(value) if is_open else hidden(str(value))
