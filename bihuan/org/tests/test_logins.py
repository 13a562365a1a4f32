from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from bihuan.org import actions
from bihuan.org.actions.logins import (
    LoginShared,
    PasswordWeak,
    PreferenceUnknown,
    UsernameUnfit,
    new_password,
)
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import TextUnfit
from bihuan.org.models import Login
from tests.digest import digest_of_tables
from tests.make import make_admin, make_login, make_person, make_tenant

pytestmark = pytest.mark.django_db
GOOD = "zeven-appels-9"


def test_a_login_opens_its_person_with_the_password_given() -> None:
    lin, admin = make_person("lin"), make_admin()
    login = actions.open_login(person=lin, username="lin", password=GOOD, by=admin)
    lin.refresh_from_db()
    assert lin.login == login
    assert login.check_password(GOOD)
    assert login.password.startswith("argon2")


def test_no_admin_reaches_for_a_login_that_is_there() -> None:
    """Else an administrator of one company could hang people on the login of another."""
    theirs = make_person("wang", tenant=make_tenant("other"))
    make_login(theirs, "wang")
    ours, admin = make_person("lin"), make_admin()
    before = digest_of_tables()
    with pytest.raises(actions.UsernameTaken):
        actions.open_login(person=ours, username="wang", password=GOOD, by=admin)
    assert digest_of_tables() == before


def test_the_system_itself_shares_a_login_and_leaves_its_password() -> None:
    theirs = make_person("wang", tenant=make_tenant("other"))
    login = make_login(theirs, "wang")
    login.set_password(GOOD)
    login.save()
    ours = make_person("wang")
    robot = actions.robot_of(ours.tenant)
    shared = actions.open_login(person=ours, username="wang", password="ignored-9x", by=robot)
    assert shared == login
    assert shared.check_password(GOOD)


def test_one_login_opens_one_person_per_tenant() -> None:
    lin, wang = make_person("lin"), make_person("wang")
    make_login(lin, "lin")
    before = digest_of_tables()
    with pytest.raises(actions.UsernameTaken):
        actions.open_login(
            person=wang, username="lin", password=GOOD, by=actions.robot_of(lin.tenant)
        )
    assert digest_of_tables() == before


@pytest.mark.parametrize(
    ("username", "error"),
    [("", TextUnfit), ("a b", UsernameUnfit), ("x" * 151, TextUnfit), ("a\0b", TextUnfit)],
)
def test_a_user_name_that_is_none_is_refused(username: str, error: type[Exception]) -> None:
    lin, admin = make_person("lin"), make_admin()
    before = digest_of_tables()
    with pytest.raises(error):
        actions.open_login(person=lin, username=username, password=GOOD, by=admin)
    assert digest_of_tables() == before


@pytest.mark.parametrize("password", ["", "short", "password123"])
def test_a_weak_password_is_refused(password: str) -> None:
    lin, admin = make_person("lin"), make_admin()
    before = digest_of_tables()
    with pytest.raises(PasswordWeak):
        actions.open_login(person=lin, username="lin", password=password, by=admin)
    assert digest_of_tables() == before


def test_a_program_has_no_login_and_the_robot_neither() -> None:
    feed, admin = make_person("feed", role=Role.INTEGRATION), make_admin()
    with pytest.raises(actions.ProgramHasNoLogin):
        actions.open_login(person=feed, username="feed", password=GOOD, by=admin)


def test_made_passwords_are_good_and_differ() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert {len(password) for password in made} == {16}


def test_a_new_password_closes_every_session(client: Client) -> None:
    lin, admin = make_person("lin"), make_admin()
    client.force_login(make_login(lin))
    login = actions.renew_password(person=lin, password=GOOD, by=admin)
    assert login.check_password(GOOD)
    assert "_auth_user_id" not in client.session


def test_a_login_shared_with_another_company_keeps_its_password() -> None:
    lin = make_person("lin")
    login = make_login(lin)
    theirs = make_person("lin", tenant=make_tenant("other"))
    theirs.login = login
    theirs.save()
    admin = make_admin()
    before = digest_of_tables()
    with pytest.raises(LoginShared):
        actions.renew_password(person=lin, password=GOOD, by=admin)
    assert digest_of_tables() == before


def test_who_has_no_login_gets_no_new_password() -> None:
    with pytest.raises(actions.PersonHasNoLogin):
        actions.renew_password(person=make_person("lin"), password=GOOD, by=make_admin())


def test_who_leaves_is_signed_out_and_colleagues_are_not(client: Client) -> None:
    lin, wang, admin = make_person("lin"), make_person("wang"), make_admin()
    beside = Client()
    client.force_login(make_login(lin))
    beside.force_login(make_login(wang))
    actions.make_token(person=lin, name="own", by=lin)
    actions.deactivate_person(person=lin, on=date(2026, 3, 1), by=admin)
    assert "_auth_user_id" not in client.session
    assert "_auth_user_id" in beside.session


def test_who_leaves_in_the_future_works_until_then(client: Client) -> None:
    lin, admin = make_person("lin"), make_admin()
    client.force_login(make_login(lin))
    _token, secret = actions.make_token(person=lin, name="own", by=lin)
    actions.deactivate_person(person=lin, on=date(2999, 1, 1), by=admin)
    assert "_auth_user_id" in client.session
    assert actions.use_token(secret) == lin


def test_preferences_are_chosen_from_what_there_is() -> None:
    login = make_login(make_person("lin"))
    chosen = actions.set_preferences(login=login, language="en", theme="dark")
    assert (chosen.language, chosen.theme) == ("en", "dark")
    for language, theme in [("xx", "dark"), ("en", "pink")]:
        with pytest.raises(PreferenceUnknown):
            actions.set_preferences(login=login, language=language, theme=theme)
    assert Login.objects.get(pk=login.pk).theme == "dark"
