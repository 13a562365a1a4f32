"""Guessing passwords is slowed down: over all processes, for each account and each address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from bihuan.base import clock
from bihuan.facts.tests.conftest import address, empty_database, own_database
from bihuan.org.models import Login
from tests.make import make_login, make_person

__all__ = ["empty_database", "own_database"]
ROOT = Path(__file__).resolve().parent.parent
GOOD, WRONG = "zeven-appels-9", "acht-peren-10"
LIMIT = 10
TOO_MANY = "登录失败次数过多"

CHEAP = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Reckoned at once: here it is counted how often passwords are tried."""
GUESSES = """
import sys
import django
django.setup()
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from django.test import Client
from pytest_django.fixtures import Settings
from django.test.utils import setup_test_environment
setup_test_environment()
for number in range(int(sys.argv[1])):
    sent = {"login": "lin", "password": f"wrong-guess-{number}"}
    page = Client().post("/accounts/login/", sent).content.decode()
    print("slowed" if sys.argv[2] in page else "tried", flush=True)
"""


def lin() -> Login:
    login = make_login(make_person("lin"), "lin")
    login.set_password(GOOD)
    login.save()
    return login


def attempt(password: str, client: Client | None = None, login: str = "lin") -> str:
    answer = (client or Client()).post("/accounts/login/", {"login": login, "password": password})
    if answer.status_code == 302:
        return "in"
    return "slowed" if TOO_MANY in answer.content.decode() else "tried"


def test_two_processes_together_try_no_more_than_one(own_database: str) -> None:
    lin()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "bihuan.settings",
        "DATABASE_URL": address(),
        "ALLOWED_HOSTS": "testserver",
    }
    command = [sys.executable, "-c", GUESSES, "12", TOO_MANY]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True, cwd=ROOT)
        for _ in range(2)
    ]
    outcomes = Counter(line for each in both for line in each.communicate(timeout=120)[0].split())
    assert outcomes == {"tried": LIMIT, "slowed": 24 - LIMIT}


@pytest.mark.django_db
def test_a_device_that_is_known_is_not_locked_out_by_strangers(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = CHEAP
    lin()
    cache.clear()
    own = Client()
    assert attempt(GOOD, own) == "in"
    assert own.cookies["device"]["httponly"]
    own.post("/accounts/logout/")
    assert Counter(attempt(WRONG) for _ in range(12)) == {"tried": LIMIT, "slowed": 2}
    assert attempt(GOOD) == "slowed"
    assert attempt(GOOD, own) == "in"
    other = Client()
    other.cookies["device"] = own.cookies["device"].value + "x"
    assert attempt(GOOD, other) == "slowed"


@pytest.mark.django_db
def test_a_known_device_guesses_no_more_than_others_and_for_its_own_account(
    settings: Settings,
) -> None:
    settings.PASSWORD_HASHERS = CHEAP
    lin()
    make_login(make_person("wang"), "wang")
    cache.clear()
    own = Client()
    assert attempt(GOOD, own) == "in"
    own.post("/accounts/logout/")
    assert Counter(attempt(WRONG, own) for _ in range(12)) == {"tried": LIMIT, "slowed": 2}
    guesses = Counter(attempt(WRONG, own, "wang") for _ in range(12))
    assert guesses == {"tried": LIMIT, "slowed": 2}


@pytest.mark.django_db
def test_nobody_is_locked_out_for_good(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = CHEAP
    lin()
    cache.clear()
    assert Counter(attempt(WRONG) for _ in range(11)) == {"tried": LIMIT, "slowed": 1}
    later = clock.now().timestamp() + 301
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    assert attempt(GOOD) == "in"


@pytest.mark.django_db
def test_one_address_fails_sixty_times_a_minute_over_all_accounts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = CHEAP
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: 1_800_000_000)
    cache.clear()
    outcomes = Counter(attempt(WRONG, login=f"someone{number}") for number in range(62))
    assert outcomes == {"tried": 60, "slowed": 2}


@pytest.mark.django_db
def test_an_unknown_account_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: what takes long is reckoning passwords."""
    lin()
    cache.clear()
    counted: list[str] = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

    def counting_encode(self: Argon2PasswordHasher, *args: str) -> str:
        counted.append("encode")
        return encode(self, *args)

    def counting_verify(self: Argon2PasswordHasher, *args: str) -> bool:
        counted.append("verify")
        return verify(self, *args)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", counting_encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", counting_verify)
    costs, pages = {}, {}
    for login in ("lin", "nobody", "nobody@example.com"):
        counted.clear()
        answer = Client().post("/accounts/login/", {"login": login, "password": WRONG})
        costs[login], pages[login] = len(counted), answer.content.count(b"form-errors")
    assert costs["lin"] == costs["nobody"] >= 1
    assert costs["nobody@example.com"] >= 1
    assert len(set(pages.values())) == 1
