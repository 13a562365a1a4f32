"""Signing in by a provider elsewhere: only whom the company knows, and only by its own provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from pytest_django.fixtures import Settings

from bihuan.org import actions
from bihuan.org.actions.signing_in import ProviderDraft, ProviderTaken, ProviderUnsafe
from bihuan.org.models import Login, Person, SignInProvider
from tests.make import make_admin, make_login, make_person, make_tenant
from tests.provider import CLIENT, SECRET, Provider, provider_running

pytestmark = pytest.mark.django_db
MAIL = {"sub": "1", "email": "lin@example.com", "email_verified": True}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1"]
    with provider_running() as running:
        yield running


def register(provider: Provider, **more: object) -> SignInProvider:
    given: dict[str, object] = {
        "name": "公司账号",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "secret": SECRET,
        "match_by": "mail",
        "code_claim": "preferred_username",
        "may_create": False,
        "is_on": True,
        **more,
    }
    tenant = make_tenant()
    draft = ProviderDraft(**given)  # type: ignore[arg-type]  # names of its own fields
    robot = actions.robot_of(tenant)
    return actions.put_provider(tenant=tenant, code="sso", draft=draft, by=robot)


def sign_in(client: Client) -> tuple[int, str]:
    """Go the whole way: to the provider, back with its code; return status and page."""
    asked = client.get("/accounts/oidc/sso/login/")
    assert asked.status_code == 302, asked.content[:500]
    said = httpx2.get(asked["Location"], follow_redirects=False)
    back = urlsplit(said.headers["Location"])
    answer = client.get(f"{back.path}?{back.query}")
    return answer.status_code, answer.content.decode()


def is_in(client: Client) -> bool:
    return client.get("/goals/mine/").status_code == 200


def lin(mail: str = "lin@example.com") -> Person:
    person = make_person("lin")
    login = make_login(person, "lin")
    login.email = mail
    login.save()
    return person


def test_whoever_has_the_verified_mail_comes_in(provider: Provider) -> None:
    register(provider)
    person = lin()
    provider.claims = MAIL
    client = Client()
    assert "公司账号" in client.get("/accounts/login/").content.decode()
    assert sign_in(client)[0] == 302
    assert is_in(client)
    assert SocialAccount.objects.get().user_id == person.login_id
    again = Client()
    assert sign_in(again)[0] == 302
    assert is_in(again)
    assert Login.objects.count() == 1
    assert SECRET not in SignInProvider.objects.get().secret


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "1", "email": "lin@example.com", "email_verified": False},
        {"sub": "1", "email": "lin@example.com"},
        {"sub": "1", "email": "lin@example.com", "email_verified": "yes"},
        {"sub": "1", "email": "other@example.com", "email_verified": True},
        {"sub": "1", "preferred_username": "lin"},
        {"sub": "1"},
    ],
)
def test_whom_it_does_not_name_for_certain_stays_out(
    provider: Provider, claims: dict[str, object]
) -> None:
    register(provider)
    lin()
    provider.claims = claims
    client = Client()
    status, page = sign_in(client)
    assert (status, is_in(client)) == (403, False)
    assert "公司账号" in page
    assert (SocialAccount.objects.count(), Login.objects.count()) == (0, 1)


@pytest.mark.parametrize("lie", ["issuer", "audience", "time", "key", "secret", "nothing"])
def test_a_token_for_somebody_else_or_of_yesterday_opens_nothing(
    provider: Provider, lie: str
) -> None:
    register(provider)
    lin()
    provider.claims = MAIL
    if lie == "issuer":
        provider.says_issuer = "https://elsewhere.example"
    elif lie == "time":
        provider.lasts = -3600
    elif lie == "key":
        provider.signs = rsa.generate_private_key(65537, 2048)
    elif lie == "secret":
        provider.signs, provider.algorithm = "a-word-that-both-sides-have-for-long", "HS256"
    elif lie == "nothing":
        provider.algorithm = "none"
    else:
        provider.audience = "another-client"
    client = Client()
    assert sign_in(client)[0] == 401
    assert not is_in(client)


OTHER = "https://elsewhere.example"
SAYS_WHOSE: dict[str, object] = {"authorization_response_iss_parameter_supported": True}


@pytest.mark.parametrize(
    "lies",
    [
        pytest.param({"claims": {**MAIL, "nonce": "yesterday"}}, id="a token of yesterday"),
        pytest.param({"claims": {**MAIL, "nonce": ""}}, id="a token for no browser"),
        pytest.param({"kind": "at+jwt"}, id="a token that opens an API"),
        pytest.param({"kind": "logout+jwt"}, id="a token that ends a session"),
        pytest.param({"token_answer": {"id_token": ""}}, id="no token"),
        pytest.param({"token_answer": {"id_token": "a"}}, id="the access token in its place"),
        pytest.param({"told": {"sub": "2"}}, id="somebody else beside the token"),
        pytest.param({"answer": {"iss": OTHER}}, id="an answer of another"),
        pytest.param({"metadata": SAYS_WHOSE}, id="an answer that does not say whose it is"),
    ],
)
def test_what_was_meant_for_another_answer_or_purpose_opens_nothing(
    provider: Provider, lies: dict[str, object]
) -> None:
    register(provider)
    lin()
    provider.claims = MAIL
    for name, lie in lies.items():
        setattr(provider, name, lie)
    client = Client()
    assert sign_in(client)[0] == 401
    assert not is_in(client)


def test_an_answer_that_says_whose_it_is_opens(provider: Provider) -> None:
    register(provider)
    lin()
    provider.claims, provider.metadata = MAIL, SAYS_WHOSE
    provider.answer = {"iss": provider.issuer}
    client = Client()
    assert sign_in(client)[0] == 302
    assert is_in(client)


def test_metadata_of_another_provider_lead_nowhere(provider: Provider) -> None:
    register(provider)
    provider.metadata = {"issuer": OTHER}
    asked = Client().get("/accounts/oidc/sso/login/")
    assert (asked.status_code, "Location" in asked.headers) == (401, False)


def test_who_is_known_from_the_token_alone_comes_in(provider: Provider) -> None:
    register(provider)
    lin()
    provider.claims, provider.metadata = MAIL, {"userinfo_endpoint": None}
    client = Client()
    assert sign_in(client)[0] == 302
    assert is_in(client)


def test_nothing_of_an_address_is_passed_on_to_a_provider(provider: Provider) -> None:
    register(provider)
    bent = {"auth_params": "nonce=x&prompt=none", "scope": "everything"}
    asked = parse_qs(urlsplit(Client().get("/accounts/oidc/sso/login/", bent)["Location"]).query)
    assert len(asked["nonce"][0]) == 43
    assert "prompt" not in asked
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


def test_an_answer_opens_once_and_only_in_the_browser_that_asked(provider: Provider) -> None:
    register(provider)
    lin()
    provider.claims = MAIL
    client, thief = Client(), Client()
    thief.get("/accounts/oidc/sso/login/")
    asked = client.get("/accounts/oidc/sso/login/")
    back = urlsplit(httpx2.get(asked["Location"], follow_redirects=False).headers["Location"])
    code = parse_qs(back.query)["code"][0]
    for answer in (back.query, f"code={code}", f"code={code}&state=made-up"):
        assert thief.get(f"{back.path}?{answer}").status_code != 302
        assert not is_in(thief)
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    assert is_in(client)
    client.logout()
    assert client.get(f"{back.path}?{back.query}").status_code != 302
    assert not is_in(client)


def test_who_left_or_was_linked_before_does_not_come_in(provider: Provider) -> None:
    register(provider)
    person, admin = lin(), make_admin()
    provider.claims = MAIL
    assert sign_in(Client())[0] == 302
    actions.deactivate_person(person=person, on=date(2026, 3, 1), by=admin)
    client = Client()
    assert sign_in(client)[0] == 403
    assert not is_in(client)


def test_by_staff_number_a_login_is_opened_only_if_the_company_says_so(provider: Provider) -> None:
    register(provider, match_by="code")
    wang = make_person("wang")
    provider.claims = {"sub": "9", "preferred_username": "wang"}
    client = Client()
    assert sign_in(client)[0] == 403
    register(provider, match_by="code", may_create=True)
    assert sign_in(client)[0] == 302
    assert is_in(client)
    wang.refresh_from_db()
    assert wang.login is not None
    assert not wang.login.has_usable_password()
    provider.claims = {"sub": "10", "preferred_username": "nobody"}
    assert sign_in(Client())[0] == 403
    provider.claims = {"sub": "11", "preferred_username": "robot"}
    assert sign_in(Client())[0] == 403


def test_a_provider_names_nobody_of_another_company(provider: Provider) -> None:
    register(provider)
    theirs = make_person("lin", tenant=make_tenant("other"))
    login = make_login(theirs, "lin")
    login.email = "lin@example.com"
    login.save()
    provider.claims = MAIL
    assert sign_in(Client())[0] == 403


def test_a_provider_that_is_off_is_none(provider: Provider) -> None:
    register(provider, is_on=False)
    client = Client()
    assert client.get("/accounts/oidc/sso/login/").status_code == 404
    assert "公司账号" not in client.get("/accounts/login/").content.decode()


def test_an_address_of_the_house_is_not_asked(provider: Provider, settings: Settings) -> None:
    register(provider)
    settings.OUTBOUND_ALLOWED = []
    answer = Client().get("/accounts/oidc/sso/login/")
    assert answer.status_code == 422
    assert provider.asked == []


def test_an_administrator_sets_a_provider_up_and_never_sees_the_secret(client: Client) -> None:
    admin = make_admin()
    client.force_login(make_login(admin, "admin"))
    sent = {
        "code": "sso",
        "name": "公司账号",
        "issuer": "https://id.example.com/",
        "client_id": "c",
        "secret": "very-secret",
        "match_by": "mail",
        "is_on": "on",
    }
    assert client.post("/org/sign-in/providers/add/", sent).status_code == 302
    kept = SignInProvider.objects.get()
    assert (kept.issuer, kept.tenant) == ("https://id.example.com", admin.tenant)
    changed = {**sent, "secret": "", "name": "新名称"}
    assert client.post(f"/org/sign-in/providers/{kept.pk}/", changed).status_code == 302
    again = SignInProvider.objects.get()
    assert (again.name, again.secret) == ("新名称", kept.secret)
    page = client.get(f"/org/sign-in/providers/{kept.pk}/").content.decode()
    assert "very-secret" not in page + client.get("/org/sign-in/").content.decode()
    draft = ProviderDraft(
        name="n",
        issuer="http://id.example.com",
        client_id="c",
        secret="",
        match_by="mail",
        code_claim="",
        may_create=False,
        is_on=True,
    )
    with pytest.raises(ProviderUnsafe):
        actions.put_provider(tenant=admin.tenant, code="x", draft=draft, by=admin)
    other = make_tenant("other")
    with pytest.raises(ProviderTaken):
        actions.put_provider(tenant=other, code="sso", draft=draft, by=actions.robot_of(other))
