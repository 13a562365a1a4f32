"""Where somebody's values occur: in which columns and files, and how often."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from django.apps import apps
from django.db.models import Field as Column
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from bihuan.base.home import home_path
from bihuan.org.models import Person
from bihuan.privacy import channels
from bihuan.privacy.domain.field import Field
from bihuan.privacy.domain.register import Holds, holding, tables
from bihuan.privacy.domain.sight import Fate, fate_of
from bihuan.privacy.domain.trace import looked_for, pattern_of
from bihuan.privacy.models import Subject
from bihuan.privacy.queries.contents import Look, look_at
from bihuan.privacy.queries.vault import fields_of, held_among

AnyColumn: TypeAlias = "Column[object, object]"

AT_ONCE = 500
OTHER_PATHS = {"procrastinate.ProcrastinateJob": "args__tenant"}
"""Where a row says whose it is by no foreign key."""
LOOKED_FOR = frozenset(
    {
        *(Field.NAME, Field.MOBILE, Field.PHONE, Field.MAIL, Field.WECHAT, Field.ADDRESS),
        *(Field.ID_NUMBER, Field.EMERGENCY_NAME, Field.EMERGENCY_PHONE),
    }
)
"""A position, a day or a note says nothing of one person alone."""
NOT_LOOKED_INTO = frozenset(
    {
        *("postgres", "keys", "secret_key", "static", "erasures", "backups"),
        *("anchors", "journal", "replica", "bench"),
    }
)
"""The server's own files, keys, numbers only, and backups, which end by their retention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for of a subject."""

    subject: Subject
    values: frozenset[str]
    too_short: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """So many rows or files of one part of the product in which a value occurs."""

    part: str
    column: str
    count: int
    is_kept: bool = False
    """Whether it stays: what facts say is never changed."""


def sought(subject: Subject) -> Sought:
    """Return what is looked for of somebody: what they are called and how they are reached."""
    kept = fields_of([subject.pk], LOOKED_FOR)[subject.pk]
    values = {value for value in (*kept.values(), *_called(subject.person)) if value}
    long, short = looked_for(values)
    return Sought(subject=subject, values=frozenset(long), too_short=frozenset(short))


def _called(person: Person | None) -> list[str]:
    if person is None:
        return []
    login = person.login
    if login is None:
        return [person.name]
    return [person.name, login.username, login.email, login.first_name, login.last_name]


@dataclass(frozen=True, slots=True)
class Table:
    """A table some columns of which are looked through."""

    model: type[Model]
    fields: tuple[AnyColumn, ...]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """Return the column by which a row is named."""
        assert self.model._meta.pk is not None, "every table has a key"
        return str(self.model._meta.pk.column)

    def hits(self, pattern: str, tenant_id: int) -> Iterator[tuple[object, ...]]:
        """Yield the key and the columns, as texts, of each row in which a value occurs."""
        as_text = {f"{field.name}_as_text": Cast(field.name, TextField()) for field in self.fields}
        found = Q()
        for name in as_text:
            found |= Q(**{f"{name}__iregex": pattern})
        path = tenant_path(self.model)
        rows = self.model._base_manager.filter(**({path: tenant_id} if path else {}))
        shown = rows.annotate(**as_text).filter(found).order_by("pk")
        yield from shown.values_list("pk", *as_text).iterator(chunk_size=AT_ONCE)


@cache
def tenant_path(model: type[Model]) -> str:
    """Return by which path a row says whose it is; nothing where it belongs to no company."""
    if model._meta.label in OTHER_PATHS:
        return OTHER_PATHS[model._meta.label]
    waiting: deque[tuple[str, type[Model]]] = deque([("", model)])
    seen = {model}
    while waiting:
        path, here = waiting.popleft()
        for field in here._meta.fields:
            if field.name == "tenant":
                return f"{path}tenant"
            other = field.related_model
            if isinstance(other, type) and other not in seen:
                seen.add(other)
                waiting.append((f"{path}{field.name}__", other))
    return ""


def tables_holding(holds: Holds) -> list[Table]:
    """Return the tables with columns that hold something of this kind."""
    known = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    entries = {each.column: each for each in holding(holds)}
    return [
        Table(
            known[label],
            tuple(_field(known[label], name) for name in names),
            tuple(entries[f"{label}.{name}"].part for name in names),
        )
        for label, names in tables(entries.values()).items()
        if label in known
    ]


def _field(model: type[Model], name: str) -> AnyColumn:
    found = model._meta.get_field(name)
    assert isinstance(found, Column), "columns are fields"
    return found


def traces(seeking: Sought) -> list[Trace]:
    """Return where the values of somebody occur, counted; the vault, rows and files alike."""
    pattern = pattern_of(seeking.values)
    own = Trace(part="vault", column="privacy.VaultField", count=seeking.subject.fields.count())
    if pattern is None:
        return [own]
    tenant_id = seeking.subject.tenant_id
    found = [own]
    for holds in (Holds.FREE, Holds.LEDGER):
        for table in tables_holding(holds):
            count = sum(1 for _ in table.hits(pattern, tenant_id))
            found.append(
                Trace(
                    part=table.parts[0],
                    column=table.model._meta.label,
                    count=count,
                    is_kept=holds is Holds.LEDGER,
                )
            )
    files = files_looked_at(seeking.subject, pattern, home_path())
    for part, fate in (("files", Fate.DESTROYED), ("unlooked", Fate.NAMED)):
        count = sum(1 for each in files if each.fate is fate)
        found.append(Trace(part=part, column="", count=count, is_kept=fate is Fate.NAMED))
    return [each for each in found if each.count]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A file of a home, what looking into it came to, and what erasing somebody does to it."""

    path: Path
    look: Look
    fate: Fate
    page: str


def files_looked_at(subject: Subject, pattern: str, root: Path) -> list[LookedAt]:
    """Return the files of a home, or of a backup being restored, that an erasure touches or names.

    Files of other companies on the same installation are theirs to erase.
    """
    found = []
    for path in _files(root):
        owned = channels.whose(path.relative_to(root))
        if owned is not None and subject.tenant_id not in owned.tenants:
            continue
        look = look_at(path, pattern)
        is_theirs = owned is not None and owned.people == {subject.person_id}
        fate = fate_of(look.unseen, has_value=look.has_value, is_theirs=is_theirs)
        if fate is not Fate.KEPT:
            page = owned.page if owned is not None else ""
            found.append(LookedAt(path=path, look=look, fate=fate, page=page))
    return found


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        is_other_home = (path / "postgres").is_dir()
        if path.name in NOT_LOOKED_INTO or path.is_symlink() or is_other_home:
            continue
        yield from [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())


def is_held(subject: UUID) -> bool:
    """Tell whether the law or a dispute forbids to erase somebody now."""
    return bool(held_among([subject]))
