"""Sessions are seen and ended one by one; whoever is shut out is out at once, everywhere."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from django.test import Client, override_settings

from bihuan.base import clock
from bihuan.base.models import JournalEntry
from bihuan.org import actions
from bihuan.org.access import may_still_listen
from bihuan.org.actions.logins import LoginShared
from bihuan.org.domain.session import NOTED_EVERY
from bihuan.org.models import Login, OpenSession, Person
from tests.make import make_admin, make_login, make_person, make_tenant

pytestmark = pytest.mark.django_db
GOOD = "zeven-appels-9"
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) MicroMessenger/8.0 wxwork/4.1"
PAGE = "/goals/mine/"
END_OTHERS = "/org/security/sessions/end-others/"


def signed_in(login: Login, agent: str = CHROME) -> Client:
    client = Client(headers={"user-agent": agent})
    client.force_login(login)
    with clock.pretended(clock.now() + NOTED_EVERY):
        assert client.get(PAGE).status_code == 200
    return client


def provided(person: Person, username: str = "lin") -> Login:
    """Return a login of a provider's: there is nothing to ask for again."""
    login = make_login(person, username)
    login.set_unusable_password()
    login.save()
    return login


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def mark_of(client: Client) -> str:
    key = client.session.session_key
    assert key is not None
    return hashlib.sha256(key.encode()).hexdigest()[:24]


@pytest.fixture
def lin() -> Person:
    return make_person("lin")


def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(lin: Person) -> None:
    login = provided(lin)
    here, phone = signed_in(login), signed_in(login, PHONE)
    page = here.get("/org/security/").content.decode()
    assert "Chrome · Windows" in page
    assert "WeCom · iPhone" in page
    assert "127.0.0.1" in page
    assert page.index("Chrome · Windows") < page.index("WeCom · iPhone")
    assert str(phone.session.session_key) not in page
    assert here.post(f"/org/security/sessions/{mark_of(phone)}/end/").status_code == 302
    assert (is_in(here), is_in(phone)) == (True, False)
    assert JournalEntry.objects.filter(verb="session.ended", actor=lin).count() == 1


def test_all_others_end_and_the_one_in_use_stays(lin: Person) -> None:
    login = provided(lin)
    here, *others = (signed_in(login) for _ in range(3))
    wang = signed_in(provided(make_person("wang"), "wang"))
    assert here.post("/org/security/sessions/end-others/").status_code == 302
    assert [is_in(each) for each in (here, wang, *others)] == [True, True, False, False]


def test_whoever_has_a_password_is_asked_for_it_before_others_are_signed_out(lin: Person) -> None:
    login = make_login(lin)
    login.set_password(GOOD)
    login.save()
    here, phone = signed_in(login), signed_in(login, PHONE)
    for path in (f"/org/security/sessions/{mark_of(phone)}/end/", END_OTHERS):
        asked = here.post(path)
        assert asked["Location"].startswith("/accounts/reauthenticate/")
        assert here.post(asked["Location"], {"password": "zeven-peren-9"}).status_code == 200
        assert is_in(phone)
    assert here.post(asked["Location"], {"password": GOOD})["Location"].endswith("/org/security/")
    assert (is_in(here), is_in(phone)) == (True, False)


@pytest.mark.parametrize("ends", ["signing out", "time"])
def test_what_a_browser_kept_of_the_pages_goes_when_a_session_ends(lin: Person, ends: str) -> None:
    client = signed_in(make_login(lin))
    assert "Clear-Site-Data" not in client.get(PAGE, secure=True)
    if ends == "time":
        with clock.pretended(clock.now() + timedelta(days=2)):
            answer = client.get(PAGE, secure=True)
    else:
        answer = client.post("/accounts/logout/", secure=True)
    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "storage"'


def test_nobody_ends_the_session_of_another_or_the_one_in_use(lin: Person) -> None:
    mine = signed_in(provided(lin))
    other = signed_in(provided(make_person("wang"), "wang"))
    assert mine.post(f"/org/security/sessions/{mark_of(other)}/end/").status_code == 404
    assert mine.post(f"/org/security/sessions/{mark_of(mine)}/end/").status_code == 409
    assert (is_in(mine), is_in(other)) == (True, True)


def test_an_administrator_signs_a_person_out_and_shuts_the_login(lin: Person) -> None:
    login, admin = make_login(lin), signed_in(make_login(make_admin(), "admin"))
    _, secret = actions.make_token(person=lin, name="own", by=lin)
    theirs = signed_in(login)
    assert admin.post(f"/org/people/{lin.pk}/sign-out/").status_code == 302
    assert not is_in(theirs)
    theirs = signed_in(login)
    bearer = {"authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/org/me", headers=bearer).status_code == 200
    assert admin.post(f"/org/people/{lin.pk}/shut/").status_code == 302
    assert not is_in(theirs)
    assert Client().get("/api/v1/org/me", headers=bearer).status_code == 401
    login.refresh_from_db()
    assert not login.is_active
    assert "已停用" in admin.get(f"/org/people/{lin.pk}/").content.decode()
    assert admin.post(f"/org/people/{lin.pk}/reopen/").status_code == 302
    assert is_in(signed_in(Login.objects.get(pk=login.pk)))
    verbs = {"session.all_ended", "login.shut", "login.reopened"}
    assert set(JournalEntry.objects.filter(verb__in=verbs).values_list("verb", flat=True)) == verbs


def test_a_login_that_opens_other_companies_is_not_an_administrators_to_end(lin: Person) -> None:
    login = make_login(lin)
    theirs = make_person("lin", tenant=make_tenant("other"))
    theirs.login = login
    theirs.save()
    client = signed_in(login)
    for deed in (actions.end_sessions_of, actions.shut_login):
        with pytest.raises(LoginShared):
            deed(person=lin, by=make_admin())
    assert is_in(client)


def test_an_open_stream_ends_with_its_session_and_with_its_person(lin: Person) -> None:
    client = signed_in(make_login(lin))
    key = client.session.session_key
    assert may_still_listen(lin, key)
    actions.deactivate_person(person=lin, on=date(2026, 3, 1), by=make_admin())
    assert not may_still_listen(lin, key)
    wang = make_person("wang")
    client = signed_in(make_login(wang, "wang"))
    key = client.session.session_key
    actions.end_other_sessions(here=None, by=wang)
    assert not may_still_listen(wang, key)


def test_a_changed_password_ends_every_other_session(lin: Person) -> None:
    login = make_login(lin)
    login.set_password(GOOD)
    login.save()
    here, there = signed_in(login), signed_in(login)
    sent = {"oldpassword": GOOD, "password1": "acht-peren-10", "password2": "acht-peren-10"}
    assert here.post("/accounts/password/change/", sent).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert OpenSession.objects.filter(login=login).count() == 1
    assert JournalEntry.objects.filter(verb="login.password_changed", actor=lin).exists()


def test_signing_in_gives_the_session_another_key(lin: Person) -> None:
    login = make_login(lin, "lin")
    login.set_password(GOOD)
    login.save()
    client = Client()
    session = client.session
    session["before"] = 1
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted or ""
    answer = client.post("/accounts/login/", {"login": "lin", "password": GOOD})
    assert answer.status_code == 302
    assert client.session.session_key != planted
    assert not OpenSession.objects.filter(session_key=planted).exists()


def test_nothing_behind_the_sign_in_is_kept_by_a_browser(lin: Person) -> None:
    client = signed_in(make_login(lin))
    for page in (PAGE, "/org/security/", "/api/v1/org/me", "/org/people/export.xlsx"):
        assert "no-store" in client.get(page)["Cache-Control"]


@override_settings(LANGUAGE_CODE="zh-hans")
def test_the_account_menu_leads_to_the_page(lin: Person) -> None:
    assert 'href="/org/security/"' in signed_in(make_login(lin)).get(PAGE).content.decode()
