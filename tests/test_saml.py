"""Signing in by SAML: what the company's provider signed for us just now, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from lxml import etree
from pytest_django.fixtures import Settings

from bihuan.org import actions, saml
from bihuan.org.actions.signing_in import ProviderDraft
from bihuan.org.models import Login, Person, SignInProvider
from tests.make import make_admin, make_login, make_person, make_tenant
from tests.saml import (
    ISSUER,
    SSO_URL,
    Said,
    asked,
    forged_beside,
    keys_of,
    metadata,
    sent,
    signed,
    wrapped,
)

pytestmark = pytest.mark.django_db
BEGIN, TAKE = "/accounts/saml/house/login/", "/accounts/saml/house/acs/"
DTD = '<!DOCTYPE x [<!ENTITY a "lin">]>'


def register(**more: object) -> SignInProvider:
    given: dict[str, object] = {
        "kind": "saml",
        "name": "公司账号",
        "issuer": ISSUER,
        "sso_url": SSO_URL,
        "certificates": keys_of("provider").certificate,
        "client_id": "",
        "secret": "",
        "match_by": "mail",
        "code_claim": "",
        "may_create": False,
        "is_on": True,
        **more,
    }
    tenant = make_tenant()
    draft = ProviderDraft(**given)  # type: ignore[arg-type]  # names of its own fields
    robot = actions.robot_of(tenant)
    return actions.put_provider(tenant=tenant, code="house", draft=draft, by=robot)


def lin() -> Person:
    person = make_person("lin")
    login = make_login(person, "lin")
    login.email = "lin@example.com"
    login.save()
    return person


def begin(client: Client) -> Said:
    answer = client.get(BEGIN)
    assert answer.status_code == 302, answer.content[:500]
    return asked(answer["Location"])


def bring(client: Client, answer: str) -> tuple[int, str]:
    """Post an answer as the provider's page does, and go on where that leads."""
    said = Client(enforce_csrf_checks=True).post(TAKE, {"SAMLResponse": answer})
    if said.status_code != 302:
        return said.status_code, said.content.decode()
    client.cookies.update(said.cookies)
    taken = client.get(said["Location"])
    return taken.status_code, taken.content.decode()


def is_in(client: Client) -> bool:
    return client.get("/goals/mine/").status_code == 200


@pytest.mark.parametrize("parts", [("Assertion",), ("Assertion", "Response")])
def test_whom_the_provider_signs_for_comes_in(parts: tuple[str, ...]) -> None:
    register()
    person = lin()
    client = Client()
    assert BEGIN in client.get("/accounts/login/").content.decode()
    status, _page = bring(client, sent(signed(begin(client), parts=parts)))
    assert (status, is_in(client)) == (302, True)
    account = SocialAccount.objects.get()
    assert (account.user_id, account.uid) == (person.login_id, "lin@example.com")
    assert set(account.extra_data) == {"email", "email_verified", "code"}
    again = Client()
    assert bring(again, sent(signed(begin(again))))[0] == 302
    assert Login.objects.count() == 1


BENT: dict[str, tuple[Callable[[Said], str], str]] = {
    "unsigned": (lambda said: sent(said.xml()), "org.saml_unsigned"),
    "another key": (lambda said: sent(signed(said, by="thief")), "org.saml_unsigned"),
    "only around it": (lambda said: sent(signed(said, parts=("Response",))), "org.saml_unsigned"),
    "weak": (lambda said: sent(signed(said, sha1=True)), "org.saml_unsigned"),
    "wrapped": (lambda said: sent(wrapped(said, name="boss@example.com")), "org.saml_unsigned"),
    "beside": (lambda said: sent(forged_beside(said, name="boss@example.com")), "org.saml_"),
    "changed": (lambda said: sent(renamed(signed(said))), "org.saml_unsigned"),
    "audience": (
        lambda said: sent(signed(replace(said, audience="https://other.example"))),
        "org.saml_for_another",
    ),
    "no audience": (lambda said: sent(signed(replace(said, audience=""))), "org.saml_for_another"),
    "issuer": (
        lambda said: sent(signed(replace(said, issuer="https://evil.example"))),
        "org.saml_for_another",
    ),
    "address": (
        lambda said: sent(signed(replace(said, address="https://other.example/acs/"))),
        "org.saml_for_another",
    ),
    "longer address": (
        lambda said: sent(signed(replace(said, address=said.address + "finish/"))),
        "org.saml_for_another",
    ),
    "expired": (
        lambda said: sent(signed(replace(said, until=timedelta(minutes=-10)))),
        "org.saml_expired",
    ),
    "too early": (
        lambda said: sent(signed(replace(said, since=timedelta(minutes=10)))),
        "org.saml_expired",
    ),
    "unasked": (lambda said: sent(signed(replace(said, question=""))), "org.saml_unasked"),
    "another question": (
        lambda said: sent(signed(replace(said, question="_another"))),
        "org.saml_unasked",
    ),
    "declined": (lambda said: sent(signed(replace(said, status="Responder"))), "org.saml_declined"),
    "entities": (lambda said: sent(signed(said), before=DTD), "org.saml_unreadable"),
    "no xml": (lambda said: "bm90aGluZw==", "org.saml_unreadable"),
    "no base64": (lambda said: "%%%", "org.saml_unreadable"),
    "nothing": (lambda said: "", "org.saml_unreadable"),
    "too long": (lambda said: "A" * (saml.ANSWER_MOST + 1), "org.saml_unreadable"),
}


def renamed(root: etree._Element) -> etree._Element:
    name = root.find(".//{*}NameID")
    assert name is not None
    name.text = "boss@example.com"
    return root


@pytest.mark.parametrize("how", BENT)
def test_an_answer_that_is_bent_opens_nothing_and_says_why(how: str) -> None:
    register()
    lin()
    bend, code = BENT[how]
    client = Client()
    status, page = bring(client, bend(begin(client)))
    assert status in (403, 422)
    assert f'data-code="{code}' in page
    assert not is_in(client)
    assert SocialAccount.objects.count() == 0


def test_an_answer_opens_once_and_only_in_the_browser_that_asked() -> None:
    register()
    lin()
    client, thief = Client(), Client()
    answer = sent(signed(begin(client)))
    begin(thief)
    assert bring(thief, answer)[0] == 403
    assert bring(client, answer)[0] == 302
    assert is_in(client)
    client.logout()
    status, page = bring(client, answer)
    assert (status, is_in(client)) == (403, False)
    assert 'data-code="org.saml_unasked"' in page
    assert client.get("/accounts/saml/house/acs/finish/").status_code == 403


@pytest.mark.parametrize(
    ("more", "attributes", "name"),
    [
        ({}, {"email_verified": ["false"], "mail": ["lin@example.com"]}, "7"),
        ({}, {"mail": ["lin@example.com", "boss@example.com"]}, "7"),
        ({}, {}, "lin@example.com"),
        ({"match_by": "code"}, {}, "nobody"),
        ({"match_by": "code", "code_claim": "number"}, {}, "lin"),
        ({"match_by": "code"}, {}, "robot"),
    ],
)
def test_whom_it_does_not_name_for_certain_stays_out(
    more: dict[str, object], attributes: dict[str, list[str]], name: str
) -> None:
    register(**more)
    lin()
    client = Client()
    kind = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    said = replace(begin(client), attributes=attributes, name=name, name_kind=kind)
    status, page = bring(client, sent(signed(said)))
    assert (status, is_in(client), "公司账号" in page) == (403, False, True)
    assert (SocialAccount.objects.count(), Login.objects.count()) == (0, 1)


def test_who_left_stays_out_and_a_login_is_opened_only_if_the_company_says_so() -> None:
    register(match_by="code", code_claim="number")
    wang, admin = make_person("wang"), make_admin()
    passing = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"

    def come() -> int:
        client = Client()
        said = replace(begin(client), attributes={"number": ["wang"]}, name="_x", name_kind=passing)
        return bring(client, sent(signed(said)))[0]

    assert come() == 403
    register(match_by="code", code_claim="number", may_create=True)
    assert [come(), come()] == [302, 302]
    assert SocialAccount.objects.get().uid == "wang"
    wang.refresh_from_db()
    assert wang.login is not None
    assert not wang.login.has_usable_password()
    actions.deactivate_person(person=wang, on=date(2026, 3, 1), by=admin)
    assert come() == 403


def test_a_provider_names_nobody_of_another_company() -> None:
    register()
    theirs = make_person("lin", tenant=make_tenant("other"))
    login = make_login(theirs, "lin")
    login.email = "lin@example.com"
    login.save()
    client = Client()
    assert bring(client, sent(signed(begin(client))))[0] == 403


def test_a_provider_that_is_off_is_none() -> None:
    register(is_on=False)
    client = Client()
    assert [client.get(BEGIN).status_code, client.post(TAKE).status_code] == [404, 404]
    assert client.get("/accounts/saml/house/metadata/").status_code == 404


def test_the_house_tells_the_provider_what_it_is_called(client: Client) -> None:
    register()
    said = etree.fromstring(client.get("/accounts/saml/house/metadata/").content)
    assert said.get("entityID") == "http://testserver/accounts/saml/house/metadata/"
    service = said.find(".//{*}AssertionConsumerService")
    assert service is not None
    assert service.get("Location") == f"http://testserver{TAKE}"
    descriptor = said.find(".//{*}SPSSODescriptor")
    assert descriptor is not None
    assert descriptor.get("WantAssertionsSigned") == "true"


def test_an_administrator_pastes_metadata_or_types_three_things(client: Client) -> None:
    admin = make_admin()
    client.force_login(make_login(admin, "admin"))
    path = "/org/sign-in/providers/add-saml/"
    given = {"code": "house", "name": "公司账号", "match_by": "mail", "is_on": "on"}
    assert client.post(path, given).status_code == 422
    assert client.post(path, {**given, "metadata": DTD + metadata()}).status_code == 422
    assert client.post(path, {**given, "metadata": "<a/>"}).status_code == 422
    assert client.post(path, {**given, "metadata": metadata()}).status_code == 302
    kept = SignInProvider.objects.get()
    assert (kept.kind, kept.issuer, kept.sso_url) == ("saml", ISSUER, SSO_URL)
    page = f"/org/sign-in/providers/{kept.pk}/"
    by_hand = {**given, "issuer": "urn:id", "sso_url": SSO_URL, "name": "新名称"}
    refused = client.post(page, {**by_hand, "certificates": "-----BEGIN CERTIFICATE-----\nQUJD"})
    assert refused.status_code == 422
    plain = {**by_hand, "sso_url": "http://id.example.com", "certificates": kept.certificates}
    assert client.post(page, plain).status_code == 422
    two = keys_of("provider").certificate + keys_of("thief").certificate
    assert client.post(page, {**by_hand, "certificates": two}).status_code == 302
    again = SignInProvider.objects.get()
    assert (again.name, again.issuer, again.certificates.count("\n\n")) == ("新名称", "urn:id", 1)
    assert ISSUER not in client.get("/org/sign-in/").content.decode()
    assert "新名称" in client.get(page).content.decode()


def test_metadata_are_not_fetched_from_an_address_of_the_house(
    client: Client, settings: Settings
) -> None:
    settings.OUTBOUND_ALLOWED = []
    client.force_login(make_login(make_admin(), "admin"))
    given = {"code": "house", "name": "公司账号", "match_by": "mail"}
    sent = {**given, "metadata_url": "https://127.0.0.1/metadata"}
    assert client.post("/org/sign-in/providers/add-saml/", sent).status_code == 422
    assert SignInProvider.objects.count() == 0


def test_without_the_library_the_form_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    monkeypatch.setattr(saml, "find_spec", lambda name: None)
    client.force_login(make_login(make_admin(), "admin"))
    page = client.get("/org/sign-in/providers/add-saml/").content.decode()
    assert "bihuan[saml]" in page
    given = {"code": "house", "name": "公司账号", "match_by": "mail", "metadata": metadata()}
    assert client.post("/org/sign-in/providers/add-saml/", given).status_code == 422
    assert 'data-code="org.saml_missing"' in Client().get(BEGIN).content.decode()
