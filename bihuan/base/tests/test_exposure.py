"""What is refused once others can reach the installation, one fault at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.checks import CheckMessage
from django.utils import translation
from pytest_django.fixtures import Settings

from bihuan.base import exposure
from bihuan.base.commands import check
from bihuan.base.home import home
from bihuan.base.safe_start import UnsafeStart, require_safe_start

HERE = ["localhost", "127.0.0.1", "[::1]"]
OTHERS = ["sales.example.com"]
POLICY: dict[str, Any] = {"script-src": ["'self'"], "object-src": ["'none'"]}


@pytest.fixture
def safe(settings: Settings) -> Settings:
    """Return settings as they stand behind a proxy with a certificate."""
    settings.ALLOWED_HOSTS = OTHERS
    settings.HTTPS = settings.BEHIND_PROXY = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.PUBLIC_URL = "https://sales.example.com"
    home().chmod(0o700)
    return settings


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_as_it_should_stand_nothing_is_said(safe: Settings) -> None:
    assert exposure.check_exposure(None) == []


def plainly(settings: Settings) -> None:
    settings.HTTPS = settings.BEHIND_PROXY = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False


def on_trial(settings: Settings) -> None:
    plainly(settings)
    settings.PLAIN_HTTP = True


def mailing(settings: Settings) -> None:
    settings.MAIL_IS_ON, settings.EMAIL_HOST = True, "mail.example.com"


def put(**given: object) -> Callable[[Settings], None]:
    [(name, value)] = given.items()
    return lambda settings: setattr(settings, name, value)


def database(**more: object) -> dict[str, dict[str, object]]:
    return {"default": {"HOST": "db.example.com", **more}}


LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
FAULTS: list[tuple[str, Callable[[Settings], None]]] = [
    ("base.E012", plainly),
    ("base.W001", on_trial),
    ("base.E013", put(CSRF_COOKIE_SECURE=False)),
    ("base.E013", put(SESSION_COOKIE_HTTPONLY=False)),
    ("base.E013", put(SESSION_COOKIE_SAMESITE="None")),
    ("base.E014", put(CACHES=LOCMEM)),
    ("base.E015", put(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])),
    ("base.E016", put(CONTENT_SECURITY_POLICY={"DIRECTIVES": {"object-src": ["'none'"]}})),
    (
        "base.E016",
        put(CONTENT_SECURITY_POLICY={"DIRECTIVES": POLICY | {"style-src": ["'unsafe-inline'"]}}),
    ),
    ("base.E016", put(MIDDLEWARE=[])),
    ("base.E017", put(CSRF_TRUSTED_ORIGINS=["http://sales.example.com"])),
    ("base.E017", put(CSRF_TRUSTED_ORIGINS=["https://*.example.com"])),
    ("base.E018", put(OUTBOUND_ALLOWED=["10.1.0.0/16", "0.0.0.0/0"])),
    ("base.E018", put(OUTBOUND_ALLOWED=["::/0"])),
    ("base.E019", put(METRICS_TOKEN="x" * 19)),
    ("base.E021", lambda settings: home().chmod(0o720)),
    ("base.W002", put(BEHIND_PROXY=False)),
    ("base.W003", put(PUBLIC_URL="http://localhost:8000")),
    ("base.W003", put(PUBLIC_URL="http://sales.example.com")),
    ("base.W004", put(DATABASES=database(OPTIONS={"sslmode": "prefer"}))),
    ("base.W005", mailing),
]


@pytest.mark.parametrize(("expected", "spoil"), FAULTS)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_each_fault_is_found_and_alone(
    safe: Settings, expected: str, spoil: Callable[[Settings], None]
) -> None:
    spoil(safe)
    [message] = exposure.check_exposure(None)
    assert message.id == expected
    assert message.hint
    safe.ALLOWED_HOSTS = HERE
    assert exposure.check_exposure(None) == [], "on one's own machine it harms nobody"


def test_every_fault_has_a_case_and_says_what_to_do_in_two_languages() -> None:
    assert {fault.id for fault in exposure.FAULTS} == {name for name, _ in FAULTS}
    for fault in (*exposure.FAULTS, exposure.BACKUP_KEY):
        said = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                said.append((fault.told().msg, fault.told().hint))
        assert said[0][0] != said[1][0]
        assert said[0][1] != said[1][1]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("METRICS_TOKEN", "x" * 20),
        ("OUTBOUND_ALLOWED", ["10.0.0.0/8", "ai.internal"]),
        ("DATABASES", database(OPTIONS={"sslmode": "verify-full"})),
        ("DATABASES", {"default": {"HOST": "/run/postgresql"}}),
    ],
)
@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_what_is_set_well_is_let_be(safe: Settings, option: str, value: object) -> None:
    setattr(safe, option, value)
    assert exposure.check_exposure(None) == []


def test_the_key_for_backups_is_there_and_the_owner_s_alone(
    settings: Settings, tmp_path: Path
) -> None:
    assert exposure.check_backup_key(None) == []
    path = tmp_path / "key"
    settings.BACKUP_KEY_FILE = str(path)
    assert ids(exposure.check_backup_key(None)) == ["base.E020"]
    path.write_bytes(b"k" * 32)
    path.chmod(0o640)
    assert ids(exposure.check_backup_key(None)) == ["base.E020"]
    path.chmod(0o600)
    assert exposure.check_backup_key(None) == []


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.django_db
def test_an_unsafe_start_is_refused_with_all_that_is_wrong(safe: Settings, english: None) -> None:
    safe.METRICS_TOKEN, safe.CSRF_TRUSTED_ORIGINS = "short", ["https://*"]
    with pytest.raises(UnsafeStart) as refusal:
        require_safe_start()
    faults = str(refusal.value.params["faults"])
    assert [word for word in faults.split() if word.startswith("base.")] == [
        "base.E017",
        "base.E019",
    ]
    answer = CliRunner().invoke(check, ["--json"])
    found = {each["id"]: each for each in json.loads(answer.output)}
    assert answer.exit_code == 1
    assert found["base.E019"]["is_refused"]
    assert found["base.E019"]["hint"].startswith("Set METRICS_TOKEN to 20")


@pytest.mark.django_db
def test_what_is_doubtful_is_said_and_does_not_stop_anything(
    safe: Settings,
    english: None,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # The browser tests' own.
    require_safe_start()
    assert capsys.readouterr() == ("", "")
    safe.PUBLIC_URL = "http://localhost:8000"
    require_safe_start()
    assert capsys.readouterr().err.strip().startswith("base.W003  Messages lead to an address")
    answer = CliRunner().invoke(check, [])
    assert answer.exit_code == 0, answer.output
