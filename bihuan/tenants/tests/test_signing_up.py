"""Signing a company up: open, invited or closed, with mail and without."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core import mail
from django.test import Client
from pytest_django import Settings

from bihuan.base import clock
from bihuan.org.access import roles_of
from bihuan.org.domain.role import Role
from bihuan.org.domain.standing import Standing
from bihuan.org.models import Login, Person, Tenant
from bihuan.org.standing import standing_on
from bihuan.playbooks.models import Play
from bihuan.tenants import actions
from bihuan.tenants.commands import tenants as command
from bihuan.tenants.models import Application, Invitation
from tests.make import make_admin, make_login

pytestmark = pytest.mark.django_db
PAGE = "/company/sign-up/"
TYPED = {
    "company": "华东精工",
    "code": "",
    "name": "林敏",
    "mail": "Lin@Example.com",
    "password": "a-long-way-to-go",
}


@pytest.fixture(autouse=True)
def _open(settings: Settings) -> None:
    settings.SIGN_UP = "open"
    settings.MAIL_IS_ON = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_where_it_is_closed_nobody_signs_up(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "closed"
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, TYPED).status_code == 403
    assert PAGE not in client.get("/accounts/login/").content.decode()
    assert not Tenant.objects.exists()


def test_without_mail_the_company_is_there_at_once(client: Client) -> None:
    assert PAGE in client.get("/accounts/login/").content.decode()
    answer = client.post(PAGE, TYPED, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    tenant = Tenant.objects.get()
    assert (tenant.code, tenant.name) == ("huadongjinggong", "华东精工")
    admin = Person.objects.get(is_robot=False)
    assert roles_of(admin) == {Role.ADMIN}
    assert admin.login is not None
    assert (admin.login.username, admin.login.email) == ("lin@example.com", "lin@example.com")
    stood = standing_on(tenant)
    assert (stood.standing, stood.days_left) == (Standing.TRIAL, 15)
    assert Play.objects.filter(tenant=tenant).count() >= 40
    assert "未设置邮件，因此" in page
    assert "/org/" in page
    assert Application.objects.get().typed is None
    fresh = Client()
    assert fresh.login(username="lin@example.com", password=TYPED["password"])


def test_with_mail_nothing_is_there_before_the_link_is_confirmed(
    client: Client, settings: Settings
) -> None:
    settings.MAIL_IS_ON = True
    assert client.post(PAGE, TYPED).status_code == 200
    assert not Tenant.objects.exists()
    [sent] = mail.outbox
    assert sent.to == ["lin@example.com"]
    path = re.search(r"https?://[^/]+(/company/sign-up/\S+/)", str(sent.body))
    assert path is not None
    assert TYPED["password"] not in str(Application.objects.get().typed)
    assert client.get(path[1]).status_code == 200
    assert not Tenant.objects.exists(), "a scanner that follows links founds nothing"
    assert client.post(path[1]).status_code == 302
    assert Tenant.objects.get().name == "华东精工"
    assert client.get("/").status_code == 200
    assert client.post(path[1]).status_code == 404


def test_a_known_address_is_told_by_mail_and_not_on_the_page(
    client: Client, settings: Settings
) -> None:
    settings.MAIL_IS_ON = True
    Login.objects.create(username="lin@example.com", email="lin@example.com")
    known = client.post(PAGE, TYPED)
    fresh = client.post(PAGE, TYPED | {"mail": "wang@example.com"})
    pages = [
        re.sub(r'(csrf\S+" value|X-CSRFToken": |nonce)"?\S+', "", a.content.decode())
        for a in (known, fresh)
    ]
    assert pages[0].lower().replace("lin@", "wang@") == pages[1].lower()
    assert "/accounts/login/" in mail.outbox[0].body
    assert not Tenant.objects.exists()


def test_a_link_holds_three_days_and_what_was_typed_is_forgotten(settings: Settings) -> None:
    settings.MAIL_IS_ON = True
    Client().post(PAGE, TYPED)
    [secret] = re.findall(r"/company/sign-up/(\S+)/", str(mail.outbox[0].body))
    with clock.pretended(clock.now() + timedelta(days=3, minutes=1)):
        assert Client().post(f"{PAGE}{secret}/").status_code == 404
        assert actions.forget_applications() == 1
    assert not Tenant.objects.exists()


def test_a_code_that_is_taken_or_unfit_is_refused(client: Client) -> None:
    actions.found_company(
        name="A",
        code="acme",
        admin=actions.Admin(name="x", mail="x@e.cn", password="a-long-way-to-go"),
    )
    taken = client.post(PAGE, TYPED | {"code": "acme"})
    assert taken.status_code == 409
    assert client.post(PAGE, TYPED | {"code": "Not_A_Code"}).status_code == 422
    assert client.post(PAGE, TYPED | {"password": "short"}).status_code == 422
    of_the_house = client.post(PAGE, TYPED | {"password": f"{TYPED['company']}-2026"})
    assert of_the_house.status_code == 422
    assert list(of_the_house.context["form"].errors) == ["password"]
    assert client.post(PAGE, TYPED | {"mail": "x@e.cn"}).status_code == 409
    assert Tenant.objects.count() == 1
    again = actions.found_company(
        name="acme", admin=actions.Admin(name="y", mail="y@e.cn", password="a-long-way-to-go")
    )
    assert again.tenant.code == "acme-2"


def test_five_an_hour_from_one_address_and_no_more(client: Client) -> None:
    statuses = [
        client.post(PAGE, TYPED | {"mail": f"m{n}@example.com"}).status_code for n in range(6)
    ]
    assert statuses == [302] * 5 + [429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(PAGE, TYPED | {"mail": "m9@example.com"}).status_code == 302
    with clock.pretended(clock.now() + timedelta(minutes=61)):
        assert client.post(PAGE, TYPED | {"mail": "m10@example.com"}).status_code == 302


def test_an_invitation_opens_the_door_for_one_company(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "invited"
    code = CliRunner().invoke(command, ["invite", "--trial", "30"]).output.strip()
    assert code not in str(Invitation.objects.values())
    assert client.post(PAGE, TYPED | {"invitation": "guess"}).status_code == 422
    assert client.post(PAGE, TYPED | {"invitation": code}).status_code == 302
    assert standing_on(Tenant.objects.get()).days_left == 30
    other = TYPED | {"mail": "w@example.com", "invitation": code}
    assert Client().post(PAGE, other).status_code == 422
    assert Tenant.objects.count() == 1


def test_who_works_in_two_companies_switches_between_them(client: Client) -> None:
    here, there = make_admin("here"), None
    founded = actions.found_company(
        name="Other", admin=actions.Admin(name="x", mail="x@e.cn", password="a-long-way-to-go")
    )
    there = founded.admin
    login = make_login(here)
    there.login = login
    there.save()
    client.force_login(login)
    assert "Other" in client.get("/").content.decode()
    client.post("/org/tenant/", {"tenant": here.tenant_id})
    assert client.get("/api/v1/org/me").json()["tenant"]["code"] == "acme"
    client.post("/org/tenant/", {"tenant": there.tenant_id})
    assert client.get("/api/v1/org/me").json()["tenant"]["code"] == "other"
