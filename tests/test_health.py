"""What machines are told about how this one is."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from unittest import mock

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from bihuan.base import clock
from bihuan.base.counting import BOUNDS_MS, count_request, request_figures
from bihuan.base.health import Figure, register_figures
from bihuan.base.health import figures as figures_module
from bihuan.base.health.figures import exposition
from bihuan.base.logs import JsonFormatter, NumberFilter, PlainFormatter
from bihuan.base.request_id import CURRENT

TOKEN = "a token that nobody guesses"
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?\d+(\.\d+)?')


@pytest.fixture
def _with_worker(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clock.now()]
        )


def test_a_process_that_lives_says_so_without_a_database(client: Client) -> None:
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("_with_worker")
def test_all_is_well(client: Client) -> None:
    answer = client.get("/health/ready?strict")
    checks = {"database": True, "migrations": True, "worker": True, "disk": True}
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": checks})


@pytest.mark.django_db
def test_a_silent_worker_is_told_and_takes_no_page_away(client: Client) -> None:
    lax, strict = client.get("/health/ready"), client.get("/health/ready?strict")
    assert (lax.status_code, strict.status_code) == (200, 503)
    assert [key for key, well in lax.json()["checks"].items() if not well] == ["worker"]


@pytest.mark.usefixtures("_with_worker")
def test_a_disk_that_fills_is_told(client: Client, settings: Settings) -> None:
    settings.LEAST_FREE_BYTES = 10**18
    assert client.get("/health/ready").json()["checks"]["disk"] is False


@pytest.mark.usefixtures("_with_worker")
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM django_migrations WHERE (app, name) = ('org', '0003_fewer_locks')",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('org', '0099_wings', now())",
    ],
)
def test_tables_of_another_version_serve_no_page(client: Client, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(change)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert [key for key, well in answer.json()["checks"].items() if not well] == ["migrations"]


@pytest.mark.django_db
def test_a_database_that_is_away_is_an_answer(client: Client) -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("gone")):
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    checks = {"database": False, "migrations": False, "worker": False, "disk": True}
    assert answer.json() == {"ready": False, "checks": checks}


@pytest.mark.usefixtures("_with_worker")
def test_figures_are_for_whoever_knows_the_token(client: Client, settings: Settings) -> None:
    assert client.get("/health/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    for said in ("", "Bearer ", f"Bearer {TOKEN}x", TOKEN):
        refused = client.get("/health/metrics", headers={"Authorization": said})
        assert refused.status_code == 404
    answer = client.get("/health/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert [line for line in samples if not LINE.fullmatch(line.replace("+Inf", "Inf"))] == []
    declared = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(declared) == len(set(declared)), "Prometheus takes each name once"
    assert 'bihuan_is_well{check="worker"} 1' in samples
    assert any(line.startswith("bihuan_database_bytes ") for line in samples)


@pytest.fixture
def _own_figures() -> Iterator[None]:
    with mock.patch.object(figures_module, "_READERS", []):
        yield


@pytest.mark.usefixtures("_own_figures", "_with_worker")
def test_an_app_adds_its_own() -> None:
    register_figures(lambda: [Figure("bihuan_ledgers", "Ledgers.", 3)])
    assert "bihuan_ledgers 3\n" in exposition(figures_module.figures_of())


def test_an_answer_is_counted_once_and_in_its_place() -> None:
    before = {(name, str(labels)): value for name, _, value, labels, _ in request_figures()}
    for milliseconds in (10, 11, 99_999):
        count_request(status=404, milliseconds=milliseconds)
    after = {(name, str(labels)): value for name, _, value, labels, _ in request_figures()}
    more = {key: int(after[key]) - int(before[key]) for key in after if "sum" not in key[0]}
    by_bound = [more["request_seconds_bucket", str({"le": f"0.0{ms}"})] for ms in (10, 25, 50)]
    assert by_bound == [1, 2, 2]
    assert more["request_seconds_bucket", str({"le": "+Inf"})] == 3
    assert more["request_seconds_count", "{}"] == 3
    assert more["requests_total", str({"status": "4xx"})] == 3
    assert len(BOUNDS_MS) + 7 == len(more)


def test_every_answer_has_a_number_and_strangers_do_not_choose_it(
    client: Client, settings: Settings
) -> None:
    settings.BEHIND_PROXY = False
    chosen = {"X-Request-ID": "chosen-by-me"}
    first, second = (client.get("/health/live", headers=chosen) for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]
    settings.BEHIND_PROXY = True
    assert client.get("/health/live", headers=chosen)["X-Request-ID"] == "chosen-by-me"
    bad = {"X-Request-ID": "a b\tc" * 3}
    assert re.fullmatch("[0-9a-f]{32}", client.get("/health/live", headers=bad)["X-Request-ID"])


@pytest.mark.django_db
def test_an_error_page_names_the_number(client: Client) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert answer["X-Request-ID"] in answer.content.decode()


def record_of(fault: Exception) -> logging.LogRecord:
    try:
        raise fault
    except type(fault) as caught:
        info = (type(caught), caught, caught.__traceback__)
    return logging.LogRecord("bihuan", logging.ERROR, __file__, 1, "it broke", (), info)


def test_a_log_has_the_number_and_never_the_words_of_an_exception() -> None:
    token = CURRENT.set("0123abcd")
    try:
        record = record_of(ValueError("Key (phone)=(13800138000) already exists"))
        NumberFilter().filter(record)
    finally:
        CURRENT.reset(token)
    said = json.loads(JsonFormatter().format(record))
    assert (said["request_id"], said["fault"]) == ("0123abcd", "builtins.ValueError")
    assert (said["level"], said["message"]) == ("error", "it broke")
    assert said["places"][-1].endswith(" record_of")
    plain = PlainFormatter("%(request_id)s %(message)s").format(record)
    for text in (json.dumps(said), plain):
        assert "13800138000" not in text
    assert "ValueError" in plain


def test_a_line_about_a_request_holds_no_address(client: Client) -> None:
    logger = logging.getLogger("bihuan.requests")
    lines: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(JsonFormatter())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]  # A handler of our own.
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        client.get("/health/live?name=13800138000")
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    [line] = map(json.loads, lines)
    assert (line["route"], line["status"], line["method"]) == ("health/live", 200, "GET")
    assert "13800138000" not in lines[0]


class NoRoom(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("cause", "title"), [(NoRoom(), "服务器磁盘已满"), (None, "数据库暂时没有响应")]
)
def test_what_is_wrong_with_the_server_is_said(cause: Exception | None, title: str) -> None:
    from bihuan.web.views import server_error

    try:
        raise OperationalError("no words of it are shown") from cause
    except OperationalError:
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 503
    assert title in answer.content.decode()
    assert "no words of it" not in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (psycopg.errors.DiskFull(), 503, "base.disk_full"),
        (psycopg.OperationalError("the server went away"), 503, "base.database_away"),
        (ZeroDivisionError(), 500, "base.broken"),
    ],
)
def test_programs_are_told_in_their_own_way(fault: Exception, status: int, code: str) -> None:
    """Also where the product speaks to the database itself, and Django wraps no fault."""
    from bihuan.web.views import server_error

    try:
        raise fault
    except type(fault):
        answer = server_error(RequestFactory().get("/api/v1/facts"))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)
