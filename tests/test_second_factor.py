"""A second step to sign in: set up, asked for, demanded, taken off for a lost phone."""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from base64 import b32decode
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.domain.factor import NeededFor
from bihuan.org.domain.role import Role
from bihuan.org.models import Login, Person
from tests.make import make_admin, make_login, make_person

pytestmark = pytest.mark.django_db
GOOD = "zeven-appels-9"
PAGE = "/goals/mine/"


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return what an app on a phone shows now, as RFC 6238 says, by our own reckoning."""
    counter = int(clock.now().timestamp()) // 30 + steps
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", counter), hashlib.sha1)
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def with_password(person: Person, name: str) -> Login:
    login = make_login(person, name)
    login.set_password(GOOD)
    login.save()
    return login


def signed_in(name: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": GOOD})
    return client


def confirm(client: Client) -> None:
    """Say once more who one is, as is asked before what matters."""
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302
    assert client.post("/accounts/reauthenticate/", {"password": GOOD}).status_code == 302


def set_up(client: Client) -> str:
    """Set up an app on a phone; return its secret."""
    confirm(client)
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found, page[-3000:]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])})
    assert answer.status_code == 302, answer.content[-2000:]
    return found[1]


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def test_the_reckoning_is_that_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 6238, appendix B: at 59 seconds, SHA-1, the last six digits of 94287082."""
    from base64 import b32encode
    from datetime import UTC, datetime

    with clock.pretended(datetime(1970, 1, 1, 0, 0, 59, tzinfo=UTC)):
        assert code_of(b32encode(b"12345678901234567890").decode()) == "287082"


def test_who_knows_the_password_alone_does_not_get_in(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    lin = make_person("lin")
    login = with_password(lin, "lin")
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up(signed_in("lin"))
    kept = Authenticator.objects.get(user=login, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert JournalEntry.objects.filter(verb="login.totp_activated", actor=lin).count() == 1
    client = signed_in("lin")
    assert not is_in(client)
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert (wrong.status_code, is_in(client)) == (200, False)
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, steps=1)})
    assert (answer.status_code, is_in(client)) == (302, True)


def test_a_code_opens_once() -> None:
    with_password(make_person("lin"), "lin")
    secret = set_up(signed_in("lin"))
    code = code_of(secret, steps=1)
    first, second = signed_in("lin"), signed_in("lin")
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)


def test_a_code_for_emergencies_opens_once() -> None:
    login = with_password(make_person("lin"), "lin")
    client = signed_in("lin")
    set_up(client)
    codes = Authenticator.objects.get(user=login, type=Authenticator.Type.RECOVERY_CODES)
    [code, *_] = codes.wrap().get_unused_codes()
    assert code not in str(codes.data)
    opened = []
    for _ in range(2):
        again = signed_in("lin")
        again.post("/accounts/2fa/authenticate/", {"code": code})
        opened.append(is_in(again))
    assert opened == [True, False]


def test_whom_the_company_asks_sets_it_up_before_all_else() -> None:
    admin, rep = make_admin(), make_person("rep")
    with_password(admin, "admin")
    with_password(rep, "rep")
    keeper = signed_in("admin")
    sent = {"needed_for": "keepers", "grace_days": "3"}
    assert keeper.post("/org/sign-in/", sent).status_code == 302
    assert is_in(keeper)
    with clock.pretended(clock.now() + timedelta(days=3)):
        keeper = signed_in("admin")
        answer = keeper.get(PAGE)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
        assert keeper.get("/accounts/2fa/").status_code == 200
        refused = keeper.get("/api/v1/org/me")
        assert (refused.status_code, refused.json()["code"]) == (403, "org.first_things")
        assert is_in(signed_in("rep"))
    actions.set_second_factor(
        tenant=admin.tenant, needed_for=NeededFor.KEEPERS, grace_days=0, by=admin
    )
    keeper = signed_in("admin")
    assert not is_in(keeper)
    set_up(keeper)
    assert is_in(keeper)
    keeper.post("/accounts/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).count() == 1


def test_a_program_with_a_token_is_led_nowhere() -> None:
    admin, feed = make_admin(), make_person("feed", role=Role.INTEGRATION)
    _, secret = actions.make_token(person=feed, name="n", by=admin)
    actions.set_second_factor(
        tenant=admin.tenant, needed_for=NeededFor.EVERYONE, grace_days=0, by=admin
    )
    bearer = {"authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/org/me", headers=bearer).status_code == 200


def test_an_administrator_takes_it_off_for_a_lost_phone() -> None:
    lin, admin = make_person("lin"), make_admin()
    with_password(lin, "lin")
    with_password(admin, "admin")
    client = signed_in("lin")
    set_up(client)
    assert signed_in("admin").post(f"/org/people/{lin.pk}/reset-factors/").status_code == 302
    assert not is_in(client)
    assert is_in(signed_in("lin"))
    assert Authenticator.objects.count() == 0
    assert JournalEntry.objects.filter(verb="login.factors_reset", actor=admin).count() == 1


def test_a_password_that_somebody_else_chose_is_changed_first() -> None:
    lin, admin = make_person("lin"), make_admin()
    actions.open_login(person=lin, username="lin", password=GOOD, by=admin)
    client = signed_in("lin")
    answer = client.get(PAGE)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/change/")
    sent = {"oldpassword": GOOD, "password1": "acht-peren-10", "password2": "acht-peren-10"}
    assert client.post("/accounts/password/change/", sent).status_code == 302
    assert is_in(client)
    lin.refresh_from_db()
    actions.renew_password(person=lin, password=GOOD, by=admin)
    assert not is_in(signed_in("lin"))


def test_the_pages_are_chinese_and_dressed() -> None:
    with_password(make_person("lin"), "lin")
    client = signed_in("lin")
    confirm(client)
    page = client.get("/accounts/2fa/").content.decode()
    assert "两步验证" in page or "双重身份验证" in page or "双因素" in page
    assert 'class="panel"' in page
    for address in ("totp/activate/", "webauthn/", "webauthn/add/"):
        shown = client.get(f"/accounts/2fa/{address}")
        assert shown.status_code == 200
        assert "style=" not in shown.content.decode().partition("<main")[2]
