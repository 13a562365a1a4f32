"""The second wall: PostgreSQL shows a company its own rows, whatever our own code forgets."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from itertools import count
from pathlib import Path
from random import Random

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from procrastinate.exceptions import ConnectorException
from psycopg import sql
from pytest_django import Settings

from bihuan.base import clock
from bihuan.base.jobs import later
from bihuan.base.owned import owned_by
from bihuan.base.wall import as_owner, copying, inside, take_on
from bihuan.base.wall.building import is_whole, raise_wall, unguarded
from bihuan.base.wall.checking import check_wall
from bihuan.base.wall.doors import RowOfAnother, doorway, where
from bihuan.base.wall.middleware import WallMiddleware
from bihuan.base.wall.policies import BY_HAND, CLOSED, OPEN, policies
from bihuan.org.models import ApiToken, Person, Tenant, Unit
from tests.make import make_fact, make_person, make_tenant, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 5)
BIHUAN = Path(__file__).resolve().parent.parent / "bihuan"


@pytest.fixture
def pair() -> tuple[Tenant, Tenant]:
    """Return two companies with a person and a fact each."""
    made = make_tenant("acme"), make_tenant("other")
    for tenant in made:
        make_fact(person=make_person(f"of {tenant.code}", tenant=tenant), on=DAY)
    return made


def who() -> str:
    """Return the role that the database takes us for."""
    session: psycopg.Connection[tuple[str]] = connection.connection
    return session.execute("SELECT current_user").fetchall()[0][0]


def break_it() -> None:
    """Ask what fails, so that nothing more is heard in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")


def owner() -> str:
    session: psycopg.Connection[tuple[str]] = connection.connection
    return session.execute("SELECT session_user").fetchall()[0][0]


def test_each_table_has_its_policy_or_a_reason() -> None:
    tables = {each._meta.db_table for each in apps.get_models(include_auto_created=True)}
    guarded = {policy.table for policy in policies()}
    assert tables - guarded == set(OPEN)
    assert set(OPEN) & guarded == set()
    assert set(BY_HAND) | set(CLOSED) <= guarded
    assert unguarded() == []
    assert is_whole()


def test_only_marks_of_the_installation_belong_to_nobody() -> None:
    assert {each.table for each in owned_by(Tenant) if each.may_be_nobodys} == {"base_schedulemark"}


def test_below_a_unit_is_asked_by_what_an_index_answers_behind_a_policy(
    pair: tuple[Tenant, Tenant],
) -> None:
    top = Unit.objects.get(tenant=pair[0])
    inner = [make_unit(f"u{n}", under=top) for n in range(12)]
    make_unit("below", under=inner[0])
    paths = set(Unit.objects.values_list("path", flat=True))
    for prefix in [*sorted(paths), "", "/", "/1", f"{top.path}0", "\\", "%", "_", "~"]:
        expected = {path for path in paths if path.startswith(prefix)}
        found = Unit.objects.filter(path__startswith=prefix).values_list("path", flat=True)
        assert set(found) == expected, prefix
    asked = str(Unit.objects.filter(path__startswith=top.path).query)
    assert "~>=~" in asked
    assert "LIKE" not in asked


def test_a_table_that_lost_its_policy_is_told_and_gets_it_back() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY bihuan_company ON facts_fact")
        cursor.execute("ALTER TABLE goals_goal DISABLE ROW LEVEL SECURITY")
    make_tenant("acme"), make_tenant("other")
    assert unguarded() == ["facts_fact", "goals_goal"]
    assert [each.id for each in check_wall(None, databases=["default"])] == ["base.W030"]
    assert raise_wall()
    assert is_whole()
    assert check_wall(None, databases=["default"]) == []


def test_every_table_of_a_company_shows_nothing_of_another(pair: tuple[Tenant, Tenant]) -> None:
    """By SQL alone, of every table that leads to a company, with rows or without."""
    mine, theirs = pair
    there: dict[str, int] = {}
    for each in owned_by(Tenant):
        counted = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(each.table))
        hers = counted + sql.SQL(" WHERE ") + each.rows([theirs.pk])
        with connection.cursor() as cursor:
            cursor.execute(hers)
            there[each.table] = cursor.fetchone()[0]
            with inside(mine.pk):
                cursor.execute(hers)
                assert cursor.fetchone()[0] == 0, each.table
                cursor.execute(counted)
                shown = cursor.fetchone()[0]
            own = counted + sql.SQL(" WHERE ") + each.rows([mine.pk])
            cursor.execute(own)
            assert shown == cursor.fetchone()[0], each.table
    assert {"facts_fact", "org_person", "org_unit", "base_journalentry"} <= {
        table for table, rows in there.items() if rows
    }


def test_nothing_is_written_into_another_company(pair: tuple[Tenant, Tenant]) -> None:
    mine, theirs = pair
    unit = Unit.objects.get(tenant=theirs)
    with inside(mine.pk):
        assert not Unit.objects.filter(pk=unit.pk).update(name="taken")
        assert Unit.objects.filter(pk=unit.pk).delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Unit.objects.create(tenant=theirs, code="x", name="x", path="x/", kind="team")
        own = Unit.objects.get(tenant=mine)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Unit.objects.filter(pk=own.pk).update(tenant=theirs)
        with pytest.raises(RowOfAnother), copying(theirs.pk):
            pass
    unit.refresh_from_db()
    assert unit.name != "taken"


def test_a_child_without_the_column_asks_its_parent(pair: tuple[Tenant, Tenant]) -> None:
    mine, _ = pair
    mine_by, their_by = (Person.objects.get(tenant=tenant, is_robot=False) for tenant in pair)
    for person in (mine_by, their_by):
        _token(person, str(person.tenant_id))
    with inside(mine.pk):
        assert [token.person_id for token in ApiToken.objects.all()] == [mine_by.pk]
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _token(their_by, "x")


def _token(person: Person, digest: str) -> None:
    ApiToken.objects.create(
        person=person, name="x", digest=digest, scopes=["*"], created_at=clock.now()
    )


def test_the_role_owns_nothing_and_cannot_empty_or_change_tables(
    pair: tuple[Tenant, Tenant],
) -> None:
    """What it can do is give the role back: the wall stops slips, not whoever runs any SQL."""
    mine, _ = pair
    forbidden = (
        "TRUNCATE facts_fact",
        "ALTER TABLE org_unit DISABLE ROW LEVEL SECURITY",
        "DROP POLICY bihuan_company ON org_unit",
        "ALTER TABLE facts_fact DISABLE TRIGGER ALL",
        "CREATE TABLE mine (id int)",
    )
    with inside(mine.pk):
        for statement in forbidden:
            with (
                pytest.raises(ProgrammingError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (False, False)


def test_without_a_company_the_role_sees_none(pair: tuple[Tenant, Tenant]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE bihuan_app")
        assert Person.objects.count() == 0
        cursor.execute("SET LOCAL bihuan.tenant = ''")
        assert Person.objects.count() == 0
        cursor.execute("RESET ROLE")
    assert Person.objects.count() > 1


def test_a_company_alone_pays_for_no_wall(settings: Settings) -> None:
    alone = make_tenant("acme")
    with inside(alone.pk):
        assert (who(), where()) == (owner(), None)
    settings.TENANT_WALL = "on"
    with inside(alone.pk):
        assert (who(), where()) == ("bihuan_app", alone.pk)
    make_tenant("other")
    settings.TENANT_WALL = "off"
    with inside(alone.pk):
        assert who() == owner()
    settings.TENANT_WALL = "auto"
    with inside(alone.pk):
        assert who() == "bihuan_app"


def test_stepping_outside_comes_back_also_after_a_fault(pair: tuple[Tenant, Tenant]) -> None:
    mine, _ = pair
    with inside(mine.pk):
        with as_owner("a test"):
            assert who() == owner()
            assert Tenant.objects.count() == 2
        assert who() == "bihuan_app"
        with pytest.raises(IntegrityError), transaction.atomic(), as_owner("a test"):
            Tenant.objects.create(code=mine.code, name="twice")
        assert (who(), Tenant.objects.count()) == ("bihuan_app", 1)
        with pytest.raises(ZeroDivisionError), as_owner("a test"):
            raise ZeroDivisionError
        assert who() == "bihuan_app"
    assert (who(), where()) == (owner(), None)


def test_what_is_broken_inside_is_left_all_the_same(pair: tuple[Tenant, Tenant]) -> None:
    mine, theirs = pair
    with pytest.raises(ProgrammingError), transaction.atomic(), inside(mine.pk):
        break_it()
    assert (who(), where()) == (owner(), None)
    with pytest.raises(ProgrammingError), inside(mine.pk), transaction.atomic():
        break_it()
    assert (who(), where()) == (owner(), None)
    with inside(theirs.pk):
        assert Tenant.objects.get() == theirs


def test_a_side_is_taken_only_where_somebody_gives_it_back(pair: tuple[Tenant, Tenant]) -> None:
    with pytest.raises(AssertionError, match="doorway"):
        take_on(pair[0].pk)
    with doorway():
        take_on(pair[0].pk)
        take_on(pair[1].pk)
        assert Tenant.objects.get() == pair[1]
    assert who() == owner()


def test_a_request_gives_the_role_back_and_streams_inside(pair: tuple[Tenant, Tenant]) -> None:
    seen: list[str] = []

    def codes() -> Iterator[bytes]:
        for _ in range(2):
            yield ",".join(Tenant.objects.values_list("code", flat=True)).encode()

    def streaming(request: HttpRequest) -> StreamingHttpResponse:
        take_on(pair[1].pk)
        return StreamingHttpResponse(codes())

    def failing(request: HttpRequest) -> HttpResponse:
        take_on(pair[0].pk)
        seen.append(who())
        raise ZeroDivisionError

    request = RequestFactory().get("/")
    answer = WallMiddleware(streaming)(request)
    assert isinstance(answer, StreamingHttpResponse)
    for bit in answer:
        seen.append(bit.decode())
        assert who() == owner()
    with pytest.raises(ZeroDivisionError):
        WallMiddleware(failing)(request)
    assert seen == ["other", "other", "bihuan_app"]
    assert who() == owner()


def test_jobs_show_only_to_their_company(pair: tuple[Tenant, Tenant]) -> None:
    mine, theirs = pair
    asked = [later("inbox.remind", tenant=each.pk, on="2026-01-05") for each in pair]
    with inside(mine.pk), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs")
        assert cursor.fetchall() == [(asked[0],)]
        assert later("inbox.remind", tenant=mine.pk, on="2026-01-06") is not None
        with pytest.raises(ConnectorException), transaction.atomic():
            later("inbox.remind", tenant=theirs.pk, on="2026-01-06")


@pytest.mark.django_db(transaction=True)
def test_sessions_of_two_companies_never_see_each_other() -> None:
    """Threads go in and out at random, with faults and lost connections between."""
    tenants = [make_tenant("acme"), make_tenant("other"), make_tenant("third")]
    wrong: list[tuple[int, list[int]]] = []
    done = count()

    def come_and_go(seed: int) -> None:
        chance = Random(seed)
        try:
            for _ in range(25):
                wanted = chance.choice(tenants).pk
                fault = chance.choice(sorted(FAULTS))
                _one_visit(wanted, fault, wrong)
                next(done)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come_and_go, args=[seed]) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert next(done) == 8 * 25


def _one_visit(wanted: int, fault: str, wrong: list[tuple[int, list[int]]]) -> None:
    """Look twice from a company's side, with a fault between; note what does not belong there."""
    with suppress(ProgrammingError, ZeroDivisionError), inside(wanted):
        _look(wanted, wrong)
        FAULTS[fault]()
        _look(wanted, wrong)
    if who() != owner() or Tenant.objects.count() != 3:
        wrong.append((0, []))


def _look(wanted: int, wrong: list[tuple[int, list[int]]]) -> None:
    seen = sorted(set(Unit.objects.values_list("tenant_id", flat=True)))
    if seen != [wanted]:
        wrong.append((wanted, seen))


def _fail() -> None:
    raise ZeroDivisionError


@transaction.atomic
def _break_in_a_block() -> None:
    break_it()


@as_owner("a test")
def _look_at_all() -> None:
    assert Tenant.objects.count() == 3


FAULTS: dict[str, Callable[[], object]] = {
    "none": lambda: None,
    "code": _fail,
    "query": _break_in_a_block,
    "lost": lambda: connection.close(),  # The next question opens another, on the same side.
    "owner": _look_at_all,
}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_killed_comes_back_on_the_same_side() -> None:
    mine, _ = make_tenant("acme"), make_tenant("other")
    with inside(mine.pk):
        connection.connection.close()
        connection.close_if_unusable_or_obsolete()
        connection.close()
        assert Tenant.objects.get() == mine
        assert who() == "bihuan_app"
    assert who() == owner()


def test_migrate_puts_up_what_is_missing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP POLICY bihuan_company ON org_unit")
    call_command("migrate", verbosity=0, interactive=False)
    assert is_whole()


STEPS_OUTSIDE = {
    "base.wall.doors": {"COPY knows no policies"},
    "facts.actions.recording": {"only the owner of a table may have it counted"},
    "inbox.actions.ageing": {"another company may keep the same content"},
    "org.access": {"whether there are others is asked"},
    "org.actions.logins": {"a login opens people of several companies"},
    "org.actions.people": {"a login opens people of several companies"},
    "org.actions.signing_in": {"a login opens people of several companies"},
    "org.api.signing": {"whose token it is tells the company"},
    "org.jobs": {"a backup holds every company"},
    "org.metering": {"whose token it is tells the company"},
    "org.middleware": {"a login opens people of several companies"},
    "org.queries": {"a login opens people of several companies"},
    "tenants.views.signing_up": {"whoever founds a company is not in it yet"},
}


def test_whoever_steps_outside_is_listed_here() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted(BIHUAN.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "attr", None) or getattr(called, "id", None)
            if isinstance(node, ast.Call) and name == "as_owner":
                [why] = node.args
                assert isinstance(why, ast.Constant), f"{path}: say why in plain words"
                module = ".".join(path.relative_to(BIHUAN).with_suffix("").parts)
                module = module.removesuffix(".__init__")
                found.setdefault(module, set()).add(str(why.value))
    assert found == STEPS_OUTSIDE
