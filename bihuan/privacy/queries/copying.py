"""A copy of what is kept of somebody: as JSON, as a workbook, and the files they laid to things.

Found by the models themselves: every table with a column that names a person as the one it is
about. Keys and passwords are left out, and so are rows that name the person as one who acted
for others.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from io import BytesIO

from django.apps import apps
from django.db.models import BinaryField, ForeignKey, Model, TextField
from django.db.models.functions import Cast

from bihuan.base.spreadsheet import workbook_of
from bihuan.org.models import Person
from bihuan.privacy.domain.register import REGISTER, Holds
from bihuan.privacy.models import Subject
from bihuan.privacy.queries.vault import own_fields

ABOUT = frozenset({"person", "owner", "reader", "lender", "deputy", "for_person"})
"""By which columns a row says whom it is about."""
LEFT_OUT = frozenset({Holds.SECRET, Holds.VAULT, Holds.FILE})
MOST_ROWS = 20_000

Rows = list[dict[str, str]]


def copy_of(person: Person) -> dict[str, Rows]:
    """Return what is kept of a colleague, table by table, every value as a text."""
    own = {"field": "", "value": ""}
    kept = [own | {"field": f.value, "value": v} for f, v in own_fields(person).items()]
    login = person.login
    called = [{"name": person.name, "code": person.code, "login": login.username if login else ""}]
    found: dict[str, Rows] = {"person": called, "fields": kept}
    subject = Subject.objects.filter(person=person).first()
    for model in apps.get_models():
        for name, pk in _naming(model, person, subject):
            rows = _rows(model, name, pk)
            if rows:
                found.setdefault(model._meta.label, []).extend(rows)
    return found


def _naming(
    model: type[Model], person: Person, subject: Subject | None
) -> Iterator[tuple[str, object]]:
    for field in model._meta.fields:
        if not isinstance(field, ForeignKey):
            continue
        if field.related_model is Person and field.name in ABOUT:
            yield field.name, person.pk
        elif field.related_model is Subject and field.name == "subject" and subject is not None:
            yield field.name, subject.pk


def _rows(model: type[Model], name: str, pk: object) -> Rows:
    columns = [
        field.name
        for field in model._meta.fields
        if not isinstance(field, BinaryField) and not _is_left_out(model, field.name)
    ]
    as_text = {f"{each}_as_text": Cast(each, TextField()) for each in columns}
    rows = model._base_manager.filter(**{name: pk}).annotate(**as_text).order_by("pk")
    return [
        {key.removesuffix("_as_text"): value or "" for key, value in row.items()}
        for row in rows.values(*as_text)[:MOST_ROWS]
    ]


def _is_left_out(model: type[Model], field: str) -> bool:
    entry = REGISTER.get(f"{model._meta.label}.{field}")
    return entry is not None and entry.holds in LEFT_OUT


def packed(copy: dict[str, Rows]) -> bytes:
    """Return a copy as one file: JSON for programs, a workbook for people."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(copy, ensure_ascii=False, indent=1))
        sheets = [
            (name.replace(".", " "), list(rows[0]), [list(row.values()) for row in rows])
            for name, rows in copy.items()
            if rows
        ]
        file.writestr("data.xlsx", workbook_of(sheets))
    return made.getvalue()
