"""A copy of what is kept of somebody: as JSON, as a workbook, and the files they brought.

Found by the models themselves: every table with a column that names a person as the one it is
about, every row that is a login's own, and every passage in which a value of theirs occurs. The
register holds that nothing is left out without a word: see ``domain.copying``.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.db.models import BinaryField, Field, ForeignKey, Model, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from bihuan.base.home import home_path
from bihuan.base.spreadsheet import workbook_of
from bihuan.org.models import Person
from bihuan.privacy import channels
from bihuan.privacy.domain.copying import EXPLAINED, SECRETS, How, how_of, passages
from bihuan.privacy.domain.register import REGISTER, Holds, holding
from bihuan.privacy.domain.sight import Fate
from bihuan.privacy.domain.trace import pattern_of
from bihuan.privacy.models import COPIES, Subject
from bihuan.privacy.queries.traces import files_looked_at, sought, tables_holding
from bihuan.privacy.queries.vault import fields_of

ABOUT = frozenset({"person", "owner", "reader", "lender", "deputy", "for_person"})
"""By which columns a row says whom it is about."""
NOT_ABOUT = frozenset({"customers.Contact.owner"})
"""Whom a contact is looked after by says something of the contact's, not of the owner's, life."""
LEFT_OUT = frozenset({Holds.SECRET, Holds.VAULT, Holds.FILE})
IN_SHEET = 20_000
"""Of a longer table the workbook has the first rows; the JSON has all."""

Row = dict[str, str]
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Packed:
    """How many rows and files a copy holds."""

    rows: int
    files: int


def parts_of(subject: Subject) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield what is kept of somebody, part by part, every value as a text."""
    kept = fields_of([subject.pk])[subject.pk]
    yield "fields", ({"field": field.value, "value": value} for field, value in kept.items())
    if subject.person is not None:
        yield "person", iter([_called(subject.person)])
    for model in apps.get_models():
        for name, pk in _naming(model, subject):
            yield model._meta.label, _rows(model, name, pk)
    yield from _of_texts(subject)
    yield "explained", ({"what": h.value, "why": _(why)} for h, why in EXPLAINED.items())


def _called(person: Person) -> Row:
    login = person.login
    said = {"name": person.name, "pinyin": person.pinyin, "initials": person.initials}
    if login is not None:
        names = ("username", "email", "first_name", "last_name")
        said |= {name: str(getattr(login, name)) for name in names}
    return said | {"code": person.code}


def _naming(model: type[Model], subject: Subject) -> Iterator[tuple[str, object]]:
    """Yield by which columns rows of a table are about somebody, and who that is there."""
    person, label = subject.person, model._meta.label
    owned = {entry.model: entry.part for entry in holding(Holds.OWNED)}
    for field in model._meta.fields:
        if not isinstance(field, ForeignKey) or f"{label}.{field.name}" in NOT_ABOUT:
            continue
        if field.related_model is Subject and field.name == "subject":
            yield field.name, subject.pk
        elif person is None:
            continue
        elif field.related_model is Person and field.name in ABOUT:
            yield field.name, person.pk
        elif owned.get(label) == field.name and person.login_id is not None:
            yield field.name, person.login_id


def _rows(model: type[Model], name: str, pk: object) -> Iterator[Row]:
    columns = [
        field.name
        for field in model._meta.fields
        if not isinstance(field, BinaryField) and not _is_left_out(model, field)
    ]
    as_text = {f"{each}_as_text": Cast(each, TextField()) for each in columns}
    rows = model._base_manager.filter(**{name: pk}).annotate(**as_text).order_by("pk")
    for row in rows.values(*as_text).iterator(chunk_size=500):
        yield {key.removesuffix("_as_text"): value or "" for key, value in row.items()}


def _is_left_out(model: type[Model], field: Field[object, object]) -> bool:
    entry = REGISTER.get(f"{model._meta.label}.{field.name}")
    return entry is not None and (entry.holds in LEFT_OUT or entry.column in SECRETS)


def _of_texts(subject: Subject) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield where somebody is spoken of: in rows by passages, and in which files."""
    pattern = pattern_of(sought(subject).values)
    if pattern is None:
        return
    yield "passages", _passages(subject, pattern)
    named = (
        {"file": str(each.path.relative_to(home_path()))}
        for each in files_looked_at(subject, pattern, home_path())
        if each.fate is Fate.DESTROYED and COPIES not in each.path.parts
    )
    yield "named_in_files", named


def _passages(subject: Subject, pattern: str) -> Iterator[Row]:
    for holds in (Holds.FREE, Holds.LEDGER):
        for table in tables_holding(holds):
            label = table.model._meta.label
            for key, *texts in table.hits(pattern, subject.tenant_id):
                for field, text in zip(table.fields, texts, strict=True):
                    for each in passages(str(text or ""), pattern):
                        where = {"column": f"{label}.{field.name}", "row": str(key)}
                        yield {**where, "passage": each}


def pack(subject: Subject, to: Path, *, tell: Tell = lambda done, of: None) -> Packed:
    """Write a copy into a file: JSON for programs, a workbook for people, and their files."""
    rows = files = 0
    sheets: dict[str, list[Row]] = {}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as book:
        with book.open("data.json", "w", force_zip64=True) as said:
            said.write(b"[")
            for name, part in parts_of(subject):
                for row in part:
                    line = json.dumps({"part": name, **row}, ensure_ascii=False)
                    said.write(b"\n" + (b"," if rows else b"") + line.encode())
                    rows += 1
                    if len(sheet := sheets.setdefault(name, [])) < IN_SHEET:
                        sheet.append(row)
                tell(rows, 0)
            said.write(b"\n]\n")
        book.writestr("data.xlsx", workbook_of(_sheets(sheets)))
        for number, (name, content) in enumerate(_files(subject), start=1):
            book.writestr(f"files/{number} {name}", content)
            files = number
    return Packed(rows=rows, files=files)


def _sheets(parts: dict[str, list[Row]]) -> Iterable[tuple[str, list[str], list[list[str]]]]:
    for name, rows in parts.items():
        header = list(dict.fromkeys(key for row in rows for key in row))
        yield name.replace(".", " "), header, [[row.get(k, "") for k in header] for row in rows]


def _files(subject: Subject) -> Iterator[tuple[str, bytes]]:
    if subject.person is not None:
        yield from channels.brought_by(subject.person)


def columns_copied() -> dict[str, How]:
    """Return how each column of the register comes into a copy, as whoever reviews it asks."""
    return {column: how_of(entry) for column, entry in REGISTER.items()}
