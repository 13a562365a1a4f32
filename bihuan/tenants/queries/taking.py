"""Everything of a company in one file: which tables and files that is, and whether it is whole.

    manifest.json            what it is: company, instant, version, rows and digest of each part
    tables/org_person.jsonl  every row of every table, one JSON object a line
    lists.xlsx               the main lists for people to read
    files/task-files/…       files as they lie on the disk
    digests.txt              the digests again, as ``sha256sum -c`` reads them

Secrets that only work here (digests of tokens, wrapped keys, sealed passwords) are left out, and
the manifest says which. Fields in the vault stay sealed: who takes personal data along asks
for it by the way that is made for that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bihuan.base import clock
from bihuan.base.owned import Owned, owned_by, rows_as_json
from bihuan.base.spreadsheet import Sheet, workbook_of
from bihuan.facts.models import Fact, Member
from bihuan.goals.models import Quota
from bihuan.kernel.errors import Invalid, gettext_noop
from bihuan.org.models import Assignment, Person, Tenant, Unit
from bihuan.org.stores import all_stores

SECRETS = {
    "org_apitoken": ("digest",),
    "org_signinprovider": ("secret",),
    "privacy_subjectkey": ("wrapped",),
    "privacy_indexkey": ("wrapped",),
    "integrations_webhook": ("secret", "former_secret"),
    "integrations_wecomapp": ("secret", "callback_token", "callback_key"),
    "tenants_deletion": ("digest",),
}
"""Columns that are left out: they open something here, and nothing anywhere else."""
MANIFEST, DIGESTS, LISTS = "manifest.json", "digests.txt", "lists.xlsx"
FACTS_LISTED = 100_000
"""How many of the newest facts stand in the workbook; all of them are lines of JSON."""
PIECE = 1024 * 1024

Tell = Callable[[int, int], None]


class ExportBroken(Invalid):
    code = "tenants.export_broken"
    says = gettext_noop("“%(file)s” is not whole: %(part)s differs from its digest.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an export holds: rows of each table, and digests of all parts."""

    rows: dict[str, int]
    digests: dict[str, str]

    @property
    def row_count(self) -> int:
        return sum(self.rows.values())


def tables_of_companies() -> list[Owned]:
    """Return every table whose rows belong to a company."""
    return owned_by(Tenant)


def take_everything(tenant: Tenant, to: Path, *, tell: Tell = lambda done, of: None) -> Taken:
    """Write everything of a company into a file, as it was at one instant."""
    digests: dict[str, str] = {}
    tables = sorted(tables_of_companies(), key=lambda each: each.table)
    with transaction.atomic(), ZipFile(to, "w", ZIP_DEFLATED) as book:
        _see_one_instant()
        rows = {}
        for number, each in enumerate(tables):
            tell(number, len(tables) + 1)
            rows[each.table] = _put_table(book, each, tenant, digests)
        _put(book, LISTS, workbook_of(_lists(tenant)), digests)
        _put_files(book, tenant, digests)
        said = {
            "company": {"code": tenant.code, "name": tenant.name},
            "made_at": clock.now().isoformat(),
            "version": version("bihuan"),
            "rows": rows,
            "left_out": {table: list(columns) for table, columns in SECRETS.items()},
            "sha256": dict(digests),
        }
        _put(book, MANIFEST, json.dumps(said, ensure_ascii=False, indent=1).encode(), digests)
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
        book.writestr(DIGESTS, lines)
    tell(len(tables) + 1, len(tables) + 1)
    return Taken(rows=rows, digests=digests)


def _see_one_instant() -> None:
    """Read all tables as they are now, whatever others write meanwhile.

    Within another transaction, as in tests, it is that one's view that counts.
    """
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _put_table(book: ZipFile, owned: Owned, tenant: Tenant, digests: dict[str, str]) -> int:
    name, hashed, count = f"tables/{owned.table}.jsonl", hashlib.sha256(), 0
    with book.open(name, "w", force_zip64=True) as part:
        for line in rows_as_json(owned, [tenant.pk], left_out=SECRETS.get(owned.table, ())):
            said = line.encode() + b"\n"
            part.write(said)
            hashed.update(said)
            count += 1
    digests[name] = hashed.hexdigest()
    return count


def _put(book: ZipFile, name: str, said: bytes, digests: dict[str, str]) -> None:
    book.writestr(name, said)
    digests[name] = hashlib.sha256(said).hexdigest()


def _put_files(book: ZipFile, tenant: Tenant, digests: dict[str, str]) -> None:
    for store_name, store in sorted(all_stores().items()):
        if store.is_derived:
            continue
        for path in store.files(tenant):
            name = f"files/{store_name}/{path.parent.name}/{path.name}"
            with path.open("rb") as file, book.open(name, "w", force_zip64=True) as part:
                hashed = hashlib.sha256()
                while piece := file.read(PIECE):
                    part.write(piece)
                    hashed.update(piece)
            digests[name] = hashed.hexdigest()


def _lists(tenant: Tenant) -> Iterator[Sheet]:
    """Yield the main lists, as people know them."""
    yield (
        _("People"),
        (_("code"), _("name"), _("User name"), _("Left on")),
        (
            (each.code, each.name, each.login.username if each.login else None, each.ended_on)
            for each in Person.objects.filter(tenant=tenant, is_robot=False).select_related("login")
        ),
    )
    yield (
        _("Units"),
        (_("code"), _("name"), _("kind"), _("Stands under")),
        (
            (
                each.code,
                each.name,
                str(each.get_kind_display()),
                each.parent.code if each.parent else None,
            )
            for each in Unit.objects.filter(tenant=tenant).select_related("parent")
        ),
    )
    seats = Assignment.objects.filter(tenant=tenant).select_related("person", "unit")
    yield (
        _("Seats"),
        (_("Person"), _("Unit"), _("role"), _("from"), _("until")),
        (
            (s.person.code, s.unit.code, str(s.get_role_display()), s.valid_from, s.valid_to)
            for s in seats
        ),
    )
    members = Member.objects.filter(tenant=tenant).order_by("dimension", "code")
    yield (
        _("Customers"),
        (_("kind"), _("code"), _("name")),
        ((each.dimension, each.code, each.name) for each in members.iterator()),
    )
    quotas = Quota.objects.filter(tenant=tenant).select_related("person", "unit")
    yield (
        _("Targets"),
        (_("Metric"), _("Person"), _("Unit"), _("from"), _("until"), _("Amount")),
        (
            (
                each.metric,
                each.person.code if each.person else None,
                each.unit.code if each.unit else None,
                each.start,
                each.end,
                each.amount,
            )
            for each in quotas.order_by("pk").iterator()
        ),
    )
    yield _("Facts"), _fact_header(), _fact_rows(tenant)


def _fact_header() -> tuple[str, ...]:
    return ("seq", _("kind"), _("Day"), _("Person"), _("Customer"), _("Amount"), _("Quantity"))


def _fact_rows(tenant: Tenant) -> Iterator[tuple[Any, ...]]:
    facts = Fact.objects.filter(tenant=tenant)
    last = facts.aggregate(last=Max("seq"))["last"] or 0
    newest = facts.filter(seq__gt=last - FACTS_LISTED).order_by("-seq")
    names = ("seq", "kind", "business_on", "person__code", "account__code", "amount", "quantity")
    yield from newest.values_list(*names).iterator()


def check_taken(path: Path) -> dict[str, Any]:
    """Read an export through, compare every part with its digest, and return its manifest."""
    with ZipFile(path) as book:
        said: dict[str, Any] = json.loads(book.read(MANIFEST))
        known = {MANIFEST, DIGESTS, *said["sha256"]}
        for name in sorted(known ^ set(book.namelist())):
            raise ExportBroken(file=path.name, part=name)
        for name, digest in said["sha256"].items():
            lines, found = _read_through(book, name)
            table = name.removeprefix("tables/").removesuffix(".jsonl")
            if found != digest or said["rows"].get(table, lines) != lines:
                raise ExportBroken(file=path.name, part=name)
    return said


def _read_through(book: ZipFile, name: str) -> tuple[int, str]:
    hashed, lines = hashlib.sha256(), 0
    with book.open(name) as part:
        while piece := part.read(PIECE):
            hashed.update(piece)
            lines += piece.count(b"\n")
    return lines, hashed.hexdigest()
