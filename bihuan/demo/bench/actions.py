"""Making the company that figures are timed on: people, units and millions of facts.

People and units come through the actions of the product. Facts are made inside
PostgreSQL, without indexes, which are built afterwards: ten million take minutes.
A fact is a function of its number and the seed, so the same call makes the same
ledger. Every two-hundredth takes an earlier one back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from bihuan.demo.bench.world import PEOPLE
from bihuan.facts.actions import open_source
from bihuan.facts.models import Ledger, Member
from bihuan.org.actions import Seat, found_tenant, place_people, put_people, put_unit, robot_of
from bihuan.org.actions.tenants import root_of
from bihuan.org.domain.role import Role
from bihuan.org.models import Person, Tenant, Unit

CODE = "bench"
WEEKS = 60
START = date(2025, 1, 6)
END = START + timedelta(weeks=WEEKS)
WIDTHS = (("region", 4), ("branch", 5), ("branch", 5), ("team", 10))
"""The levels below the company, and how many units stand under each one above: 1,125 in all."""
ACCOUNTS = 20_000
MOST_OPPORTUNITIES = 300_000
FACTS_PER_OPPORTUNITY = 33
AT_ONCE = 1_000_000
SEATS_AT_ONCE = 1000
MEMBERS_AT_ONCE = 10_000
TAKES_BACK = 200
BACK_BY = 37
"""Every fact whose number ends a two-hundred takes back the one that many before."""

KINDS = (
    *(["contract.signed"] * 6 + ["payment.received"] * 6 + ["order.placed"] * 9),
    *(["order.returned"] * 2 + ["opportunity.opened"] * 5 + ["opportunity.won"] * 2),
    *(["opportunity.lost"] * 2 + ["visit.logged"] * 10 + ["call.logged"] * 10),
    *(["message.exchanged"] * 7 + ["quote.sent"] * 3 + ["login.recorded"] * 2),
)
"""Twelve kinds, as often as they come among sixty-four facts."""
OUTCOMES = ("有效", "无效", "待跟进", "")
CHANNELS = ("线上", "门店", "经销", "")
CATEGORIES = ("新签", "续约", "增购", "")
LINES = ("整机", "备件", "服务", "软件")
TIERS = ("A", "B", "C")

Progress = Callable[[str], None]


def opportunities(facts: int) -> int:
    """Return how many opportunities a company with so many facts has: 300,000 with ten million."""
    return min(MOST_OPPORTUNITIES, max(1, facts // FACTS_PER_OPPORTUNITY))


def make_company(*, people: int = PEOPLE, facts: int) -> Tenant:
    """Make the company with five levels of units and so many people in the lowest."""
    tenant = found_tenant(code=CODE, name="Bench")
    robot = robot_of(tenant)
    level = [root_of(tenant)]
    for kind, width in WIDTHS:
        level = [
            put_unit(
                tenant=tenant,
                code=f"{above.code}.{place}",
                name=f"{above.code}.{place}",
                kind=kind,
                parent=above,
                by=robot,
            )
            for above in level
            for place in range(width)
        ]
    _staff(tenant, level, people, robot)
    counts = {"account": ACCOUNTS, "opportunity": opportunities(facts)}
    for dimension, count in counts.items():
        Member.objects.bulk_create(
            (
                Member(tenant=tenant, dimension=dimension, code=str(number), name=str(number))
                for number in range(count)
            ),
            batch_size=MEMBERS_AT_ONCE,
        )
    return tenant


def _staff(tenant: Tenant, teams: list[Unit], count: int, robot: Person) -> None:
    names = {f"{number:05}": f"{number:05}" for number in range(count)}
    people = put_people(tenant=tenant, names=names, by=robot)
    seats = {
        people[code].pk: [Seat(unit_id=teams[place % len(teams)].pk, role=Role.REP)]
        for place, code in enumerate(names)
    }
    # Each seat locks itself until commit, and a server has room for so many locks at once.
    ids = list(seats)
    for first in range(0, len(ids), SEATS_AT_ONCE):
        some = {pk: seats[pk] for pk in ids[first : first + SEATS_AT_ONCE]}
        place_people(tenant=tenant, seats=some, by=robot)


def make_facts(*, tenant: Tenant, count: int, seed: int, progress: Progress) -> None:
    """Fill an empty ledger with so many facts, in the order of their days."""
    source = open_source(tenant=tenant, code="bench")
    with connection.cursor() as cursor, _bare_table(cursor, progress):
        _seat_table(cursor, tenant)
        for first in range(1, count + 1, AT_ONCE):
            last = min(count, first + AT_ONCE - 1)
            _insert(cursor, (tenant, source.pk), (first, last, count), seed)
            progress(f"{last:,}")
        Ledger.objects.update_or_create(tenant=tenant, defaults={"last_seq": count})
        cursor.execute("SELECT setval(pg_get_serial_sequence('facts_fact', 'id'), %s)", [count])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) facts_fact")
        cursor.execute("ANALYZE")


@transaction.atomic
def append_facts(*, tenant: Tenant, count: int, seed: int) -> None:
    """Append so many further facts, all of the last day, by the rules of the ledger."""
    source = open_source(tenant=tenant, code="bench")
    with connection.cursor() as cursor:
        _seat_table(cursor, tenant)
        head = Ledger.objects.select_for_update().get(tenant=tenant)
        span = (head.last_seq + 1, head.last_seq + count, 0)
        _insert(cursor, (tenant, source.pk), span, seed)
        head.last_seq += count
        head.save(update_fields=["last_seq"])


@transaction.atomic
def cut_facts(*, tenant: Tenant, after: int) -> None:
    """Take away what was appended for a trial: this ledger is nobody's but the bench's."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE facts_fact DISABLE TRIGGER facts_fact_is_final")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "DELETE FROM facts_fact WHERE tenant_id = %s AND seq > %s", [tenant.pk, after]
        )
        cursor.execute("ALTER TABLE facts_fact ENABLE ALWAYS TRIGGER facts_fact_is_final")
    Ledger.objects.filter(tenant=tenant).update(last_seq=after)


@contextmanager
def _bare_table(cursor: CursorWrapper, progress: Progress) -> Iterator[None]:
    """Have the table without its indexes and keys, and build them at the end."""
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'facts_fact'::regclass AND contype IN ('u', 'f')"
        " ORDER BY contype DESC"
    )
    keys = cursor.fetchall()
    for name, _ in reversed(keys):
        cursor.execute(f'ALTER TABLE facts_fact DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'facts_fact'"
        " AND schemaname = 'public' AND indexname NOT LIKE '%pkey'"
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    progress("indexes")
    for name, definition in keys:
        cursor.execute(f'ALTER TABLE facts_fact ADD CONSTRAINT "{name}" {definition}')
    progress("keys")


def _seat_table(cursor: CursorWrapper, tenant: Tenant) -> None:
    """Have beside the facts who sits where, by a place from nought, and the first members."""
    cursor.execute("DROP TABLE IF EXISTS bench_seat")
    cursor.execute(
        "CREATE TEMP TABLE bench_seat AS SELECT row_number() OVER (ORDER BY p.code) - 1 AS place,"
        " a.person_id, a.unit_id, split_part(u.code, '.', 2) AS region FROM org_assignment a"
        " JOIN org_person p ON p.id = a.person_id JOIN org_unit u ON u.id = a.unit_id"
        " WHERE a.tenant_id = %s",
        [tenant.pk],
    )
    cursor.execute("ANALYZE bench_seat")


def _choice(values: tuple[str, ...], bit: int) -> str:
    """Return the SQL that chooses among two, four … values by some bits of a fact's hash."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{listed}])[1 + ((h >> {bit}) & 63) % {len(values)}]"


COLUMNS = {
    "id": "n",
    "tenant_id": "%(tenant)s",
    "seq": "n",
    "kind": "kind",
    "business_on": "day",
    "occurred_at": "day + interval '1 hour' + ((h >> 7) & 32767) * interval '1 second'",
    "recorded_at": "day + interval '1 day'",
    "person_id": "s.person_id",
    "unit_id": "s.unit_id",
    "account_id": "CASE WHEN kind <> 'login.recorded' THEN %(account)s + (g >> 3) % {accounts} END",
    "opportunity_id": "CASE WHEN kind LIKE 'opportunity%%'"
    " THEN %(opportunity)s + (g >> 17) % %(opportunities)s END",
    "product_line": "{lines}",
    "region": "s.region",
    "tier": "{tiers}",
    "amount": "CASE WHEN is_money THEN ((h >> 17) & 2097151 | 1)::numeric / 100 END",
    "currency": "CASE WHEN is_money THEN 'CNY' ELSE '' END",
    "quantity": "CASE WHEN kind LIKE 'order%%' THEN 1 + ((h >> 19) & 15) END",
    "stage": "''",
    "channel": "{channels}",
    "outcome": "CASE WHEN is_touch THEN {outcomes} ELSE '' END",
    "category": "CASE WHEN is_money THEN {categories} ELSE '' END",
    **dict.fromkeys(("industry", "contract", "text_1", "text_2", "text_3", "text_4"), "''"),
    "list_amount": "CASE WHEN kind IN ('contract.signed', 'order.placed', 'opportunity.won')"
    " THEN ((h >> 17) & 2097151 | 1)::numeric / 80 END",
    "minutes": "CASE WHEN is_touch THEN 1 + ((h >> 23) & 63) END",
    "opened_on": "CASE WHEN kind = 'contract.signed' THEN day - 30 END",
    "due_on": "CASE WHEN kind = 'payment.received' THEN day + 3 END",
    "extra": "'{{}}'",
    "source_id": "%(source)s",
    "source_ref": "'row-' || m",
    "part": "''",
    "revision": "1",
    "digest": "lpad(to_hex(m), 64, '0')",
    "reverses_id": "CASE WHEN n <> m THEN m END",
}
CHOICES = {
    "accounts": ACCOUNTS,
    "lines": _choice(LINES, 27),
    "tiers": _choice(TIERS, 31),
    "channels": _choice(CHANNELS, 35),
    "outcomes": _choice(OUTCOMES, 39),
    "categories": _choice(CATEGORIES, 43),
}
FILL = (
    f"INSERT INTO facts_fact ({', '.join(COLUMNS)}) SELECT "
    + ", ".join(COLUMNS.values()).format(**CHOICES)
    + " FROM (SELECT n, m, h, g, day, kind,"
    " kind IN ('contract.signed', 'payment.received', 'order.placed', 'order.returned',"
    " 'opportunity.won') AS is_money,"
    " kind IN ('visit.logged', 'call.logged', 'message.exchanged') AS is_touch"
    " FROM (SELECT n, m, h, g,"
    f" date '{START}' + CASE WHEN %(count)s = 0 THEN {WEEKS * 7 - 1}"
    f" ELSE greatest(0, ((m - 1) * {WEEKS * 7} / greatest(%(count)s, 1))::int"
    " - CASE WHEN (h >> 47) & 31 = 0 THEN 1 + ((h >> 52) & 1)::int ELSE 0 END) END AS day,"
    f" (ARRAY[{', '.join(repr(kind) for kind in KINDS)}])[1 + ((h >> 3) & 63)] AS kind"
    " FROM (SELECT n, m, hashint8extended(m, %(seed)s) & 9223372036854775807 AS h,"
    " hashint8extended(m, %(seed)s + 1) & 9223372036854775807 AS g"
    f" FROM (SELECT n, CASE WHEN n % {TAKES_BACK} = 0 THEN n - {BACK_BY} ELSE n END AS m"
    " FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS numbered)"
    " AS hashed) AS dated) AS f"
    " JOIN bench_seat s ON s.place = (f.g >> 31) % (SELECT count(*) FROM bench_seat) ORDER BY n"
).replace(" % ", " %% ")


def _insert(
    cursor: CursorWrapper, origin: tuple[Tenant, int], span: tuple[int, int, int], seed: int
) -> None:
    tenant, source = origin
    first, last, count = span
    members = {
        dimension: Member.objects.filter(tenant=tenant, dimension=dimension).order_by("pk")
        for dimension in ("account", "opportunity")
    }
    cursor.execute(
        FILL,
        {
            "tenant": tenant.pk,
            "source": source,
            "first": first,
            "last": last,
            "count": count,
            "seed": seed,
            "opportunities": members["opportunity"].count(),
            **{name: found.values_list("pk", flat=True)[0] for name, found in members.items()},
        },
    )


def store_amounts(rows: Sequence[tuple[str, str | None, int, int]]) -> None:
    """Keep a tree the way a system does that stores amounts: node, parent, weight, amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE stored (node text PRIMARY KEY, parent text, weight numeric,"
            " amount numeric) ON COMMIT DROP"
        )
        cursor.executemany("INSERT INTO stored VALUES (%s, %s, %s, %s)", rows)
        cursor.execute("CREATE INDEX ON stored (parent)")
        cursor.execute("ANALYZE stored")


def reshare_stored(*, root: str, node: str, weight: int) -> None:
    """Change one weight and write all amounts below the root, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stored SET weight = %s WHERE node = %s", [weight, node])
        cursor.execute(RESHARE, [root])


RESHARE = """
WITH RECURSIVE sums AS (
    SELECT parent, sum(weight) AS total FROM stored WHERE parent IS NOT NULL GROUP BY parent
), shared AS (
    SELECT node, amount FROM stored WHERE node = %s
    UNION ALL
    SELECT child.node, round(above.amount * child.weight / sums.total)
    FROM shared AS above
    JOIN stored AS child ON child.parent = above.node
    JOIN sums ON sums.parent = above.node
)
UPDATE stored SET amount = shared.amount FROM shared WHERE shared.node = stored.node
"""
"""Rounds each child for itself, so that its parents need not be sums: the least it can cost."""
