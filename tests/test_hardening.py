"""What the standard asks of every answer, every password and every request, tried from outside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from bihuan.base.logs import JsonFormatter
from bihuan.org.actions import make_token, open_login
from bihuan.org.domain.password import PasswordOfTheHouse
from bihuan.org.models import Login
from tests.make import make_admin, make_login, make_person, make_tenant

ROOT = Path(__file__).resolve().parent.parent

SETTINGS = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.settings"
from django.conf import settings
asked = ("SESSION_COOKIE", "CSRF_COOKIE", "SECURE_", "MESSAGE_STORAGE")
names = [name for name in dir(settings) if name.startswith(asked)]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""
GOOD = "zeven-appels-9"


def test_behind_a_certificate_cookies_and_pages_keep_to_it() -> None:
    told = subprocess.run(
        [sys.executable, "-c", SETTINGS],
        env=os.environ | {"HTTPS": "True", "BEHIND_PROXY": "True"},
        capture_output=True,
        text=True,
        check=True,
    )
    given = json.loads(told.stdout)
    assert given["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert given["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert given["MESSAGE_STORAGE"].endswith("SessionStorage"), "and not a cookie"
    assert given["SESSION_COOKIE_SECURE"] is given["CSRF_COOKIE_SECURE"] is True
    assert given["SESSION_COOKIE_HTTPONLY"] is True
    assert given["SESSION_COOKIE_SAMESITE"] == given["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert given["SECURE_HSTS_SECONDS"] >= 365 * 24 * 60 * 60
    assert given["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is given["SECURE_SSL_REDIRECT"] is True
    assert given["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


@pytest.mark.django_db
def test_behind_a_certificate_every_cookie_is_of_this_host_alone(settings: Settings) -> None:
    settings.HTTPS = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    settings.MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
    login = make_login(make_person("lin"), "lin")
    login.set_password(GOOD)
    login.save()
    client = Client()
    client.get("/accounts/login/", secure=True)
    client.post("/accounts/login/", {"login": "lin", "password": GOOD}, secure=True)
    client.post("/look/", {"language": "zh-hans", "theme": "dark"}, secure=True)
    names = {"sessionid", "csrftoken", "device", "language", "theme"}
    assert set(client.cookies) == {f"__Host-{name}" for name in names}
    for kept in client.cookies.values():
        assert kept["secure"]
        assert (kept["path"], kept["domain"], kept["samesite"]) == ("/", "", "Lax")
    assert 'data-bs-theme="dark"' in client.get("/", secure=True).content.decode()


@pytest.mark.django_db
def test_a_stranger_sends_little_at_once(client: Client) -> None:
    much = {"login": "x" * (2 * 2**20), "password": "x"}
    assert client.post("/accounts/login/", much).status_code == 413
    client.force_login(make_login(make_person("lin")))
    assert client.post("/look/", much).status_code != 413


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/api/v1/openapi.json", "/nowhere/"])
def test_every_answer_tells_the_browser_to_be_careful(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Origin": "https://evil.example"})
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    if answer.content:
        kind = answer["Content-Type"]
        assert kind == "application/json" or kind.endswith("charset=utf-8")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/v1/facts", "/goals/mine/"])
def test_a_method_that_is_not_meant_is_refused(client: Client, path: str) -> None:
    client.force_login(make_login(make_person("lin")))
    for method in ("TRACE", "CONNECT", "DELETE"):
        assert client.generic(method, path).status_code in (404, 405)


@pytest.mark.django_db
def test_a_form_from_elsewhere_changes_nothing() -> None:
    login = make_login(make_person("lin"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(login)
    client.get("/preferences/")
    token = client.cookies["csrftoken"].value
    sent = {"theme": "dark", "csrfmiddlewaretoken": token}
    assert client.post("/look/", {"theme": "dark"}).status_code == 403
    evil = {"Origin": "https://evil.example"}
    assert client.post("/look/", sent, headers=evil).status_code == 403
    login.refresh_from_db()
    assert login.theme != "dark"
    assert client.post("/look/", sent).status_code == 302


@pytest.mark.django_db
def test_nobody_is_led_to_a_page_of_others_after_signing_in(client: Client) -> None:
    login = make_login(make_person("lin"))
    login.set_password(GOOD)
    login.save()
    for there in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        sent = {"login": login.username, "password": GOOD, "next": there}
        answer = Client().post("/accounts/login/", sent)
        assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("password", ["short-9", "password123", "1234567890", "qwertyuiop"])
def test_a_password_that_is_short_or_tried_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    ["七个苹果和九个梨子在桌上", "ten small boats", "a" * 65 + "7", " zeven appels 9 ", GOOD],
)
def test_a_password_may_be_made_of_anything_and_is_taken_as_it_is(password: str) -> None:
    validate_password(password)
    kept = make_password(password)
    assert kept.startswith("argon2$argon2id$")
    assert check_password(password, kept)
    for other in (password[:-1], password.upper(), password.strip(), password + " "):
        assert check_password(other, kept) is (other == password)


@pytest.mark.parametrize(
    "password",
    ["Bihuan-2026!", "闭环闭环闭环2026", "acme-acme-acme", "Lin.Xiaohong-1", "xiaohongacme"],
)
@pytest.mark.django_db
def test_a_password_of_words_of_the_house_is_refused(password: str) -> None:
    person = make_person("xiaohong")
    login = make_login(person, "lin.xiaohong")
    with pytest.raises(ValidationError):
        validate_password(password, login)
    validate_password(f"{password}, seven pears", login)
    if "acme" in password:
        validate_password("acme-acme-acme")  # Nobody else's house.


@pytest.mark.django_db
def test_an_administrator_gives_no_password_of_the_house_either() -> None:
    person, admin = make_person("xiaohong"), make_admin()
    with pytest.raises(PasswordOfTheHouse):
        open_login(person=person, username="lxh", password="acme-acme-acme", by=admin)
    assert not Login.objects.exists()


@pytest.mark.django_db
def test_programs_that_speak_in_clear_are_refused_and_pages_are_led_on(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    person = make_admin()
    token = make_token(person=person, name="erp", by=person)[1]
    held = {"Authorization": f"Bearer {token}"}
    refused = client.get("/api/v1/facts", headers=held)
    assert (refused.status_code, refused.json()["code"]) == (403, "base.not_encrypted")
    assert "Location" not in refused.headers
    assert client.get("/api/v1/facts", headers=held, secure=True).status_code == 200
    page = client.get("/accounts/login/")
    assert (page.status_code, page["Location"]) == (301, "https://testserver/accounts/login/")
    assert client.get("/health/live").status_code == 200, "a probe asks the process itself"


@pytest.mark.django_db
def test_what_looks_like_an_attempt_is_told_apart_without_what_was_typed(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    rep = make_person("rep")
    theirs = make_person("theirs", tenant=make_tenant("other"))
    strict = Client(enforce_csrf_checks=True)
    for each in (client, strict):
        each.force_login(make_login(rep, "rep"))
    typed = "13800138000"
    with caplog.at_level("INFO", logger="bihuan.attempts"):
        client.get("/goals/mine/")
        client.get(f"/nowhere/{typed}/")
        client.get(f"/org/people/{theirs.pk}/", {"q": typed})
        client.get("/org/journal/")
        Client().get("/api/v1/facts", headers={"Authorization": f"Bearer {typed}"})
        strict.post("/look/", {"theme": typed})
        client.get("/accounts/login/", headers={"Host": f"{typed}.example"})
        settings.SECURE_SSL_REDIRECT = True
        client.get("/api/v1/facts")
    told = [each.__dict__ for each in caplog.records if each.name == "bihuan.attempts"]
    said = [(each["message"], each["code"], each.get("person")) for each in told]
    assert said == [
        ("not there for them", "org.person_missing", rep.pk),
        ("forbidden", "org.not_your_role", rep.pk),
        ("not known", "", None),
        ("form from elsewhere", "csrf", rep.pk),
        ("bad request", "", None),
        ("in clear", "base.not_encrypted", None),
    ]
    lines = [JsonFormatter().format(each) for each in caplog.records if "code" in each.__dict__]
    assert len(lines) == len(said)
    assert not [line for line in lines if typed in line]
    assert json.loads(lines[0])["route"] == "org/people/<int:person_id>/"


@pytest.mark.django_db
def test_changing_a_password_asks_for_the_one_there_is(client: Client) -> None:
    login = make_login(make_person("lin"))
    login.set_password(GOOD)
    login.save()
    client.force_login(login)
    page = client.get(reverse("account_change_password")).content.decode()
    assert page.count('type="password"') == 3
    assert "onpaste" not in page
    new = "acht-peren-op-tafel"
    sent = {"oldpassword": "wrong", "password1": new, "password2": new}
    client.post(reverse("account_change_password"), sent)
    assert Login.objects.get().check_password(GOOD)
    client.post(reverse("account_change_password"), sent | {"oldpassword": GOOD})
    assert Login.objects.get().check_password(new)


@pytest.mark.django_db
def test_a_session_has_a_long_key_and_a_way_out_on_every_page(client: Client) -> None:
    client.force_login(make_login(make_person("lin")))
    keys = {signed_in_anew() for _ in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)  # 165 bits.
    for path in ("/", "/goals/mine/", "/org/security/", "/nowhere/"):
        assert f'action="{reverse("account_logout")}"' in client.get(path).content.decode()


def signed_in_anew() -> str:
    client = Client()
    client.force_login(Login.objects.get())
    return client.session.session_key or ""


@pytest.mark.django_db
def test_sign_ins_are_logged_good_and_bad_without_what_was_typed(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    login = make_login(make_person("lin"), "lin")
    login.set_password("a-long-enough-word")
    login.save()
    typed = ("wrong-guess-zq", "a-long-enough-word")
    with caplog.at_level("INFO", logger="bihuan.sign_in"):
        for password in typed:
            client.post("/accounts/login/", {"login": "lin", "password": password})
    said = [(each.message, getattr(each, "login", None)) for each in caplog.records]
    assert said == [("sign-in refused", None), ("signed in", login.pk)]
    lines = [JsonFormatter().format(each) for each in caplog.records]
    assert not [line for line in lines if any(each in line for each in (*typed, '"lin"'))]


@pytest.mark.django_db
def test_what_stands_in_the_address_is_not_taken_for_what_was_sent(client: Client) -> None:
    login = make_login(make_person("lin"), "lin")
    login.set_password("a-long-enough-word")
    login.save()
    address = "/accounts/login/?login=lin&password=a-long-enough-word"
    assert client.post(address, {}).status_code == 200
    assert client.post(address, {"login": "lin", "password": "wrong"}).status_code == 200
    assert client.get("/goals/mine/").status_code == 302
    client.post(address, {"login": ["nobody", "lin"], "password": ["a", "a-long-enough-word"]})
    assert client.get("/goals/mine/").status_code == 200, "of several, the last counts, for all"


@pytest.mark.parametrize("path", ["/static/", "/static/web/", "/static/vendor/"])
def test_no_folder_is_listed(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_scripts_keep_nothing_in_the_browser() -> None:
    """Pages are gone when they are closed: no storage that outlives them, no worker."""
    keeping = re.compile(
        r"\b(localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker|caches)\b"
    )
    ours = sorted((ROOT / "bihuan").glob("*/static/*/*.js"))
    assert len(ours) > 10
    kept = {path.name: keeping.findall(path.read_text(encoding="utf-8")) for path in ours}
    assert {name: found for name, found in kept.items() if found} == {}
