"""What can happen to how people sign in: second factors, and providers elsewhere."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from cryptography import x509
from django.db import IntegrityError, transaction

from bihuan.base import clock, journal
from bihuan.base.sealing import seal
from bihuan.base.wall import as_owner
from bihuan.kernel.errors import Conflict, Invalid, gettext_noop
from bihuan.org.access import must_have_factor, require_admin_of, roles_of
from bihuan.org.actions.logins import (
    PersonHasNoLogin,
    new_password,
    open_login,
    require_own_login,
    sign_out,
)
from bihuan.org.domain.assertion import CODE
from bihuan.org.domain.factor import GRACE_DAYS_MOST, NeededFor
from bihuan.org.domain.role import Role
from bihuan.org.models import Login, Person, SignInProvider, Tenant

FACTOR_PURPOSE, PROVIDER_PURPOSE = "org.second_factor", "org.sign_in_provider"


class GraceTooLong(Invalid):
    code = "org.grace_too_long"
    says = gettext_noop("At most %(most)s days of grace.")


class ProviderTaken(Conflict):
    code = "org.provider_taken"
    says = gettext_noop("There is a provider with the code “%(code)s” already.")


class ProviderUnsafe(Invalid):
    code = "org.provider_unsafe"
    says = gettext_noop("The address of a provider begins with https://.")


class CertificateUnreadable(Invalid):
    code = "org.certificate_unreadable"
    says = gettext_noop("Certificate %(number)s cannot be read: paste it whole, as text (PEM).")


@transaction.atomic
def set_second_factor(
    *, tenant: Tenant, needed_for: NeededFor, grace_days: int, by: Person
) -> Tenant:
    """Say who needs a second factor, and give people days to set it up."""
    require_admin_of(by, tenant.pk)
    if not 0 <= grace_days <= GRACE_DAYS_MOST:
        raise GraceTooLong(most=GRACE_DAYS_MOST)
    tenant = Tenant.objects.select_for_update().get(pk=tenant.pk)
    since = clock.today(tenant.time_zone) + timedelta(grace_days)
    tenant.second_factor_for = needed_for.value
    tenant.second_factor_from = None if needed_for is NeededFor.NOBODY else since
    tenant.save(update_fields=["second_factor_for", "second_factor_from"])
    journal.record(by, "tenant.second_factor_set", tenant, needed_for=needed_for.value)
    return tenant


@as_owner("a login opens people of several companies")
def needs_factor(login: Login) -> bool:
    """Tell whether a company for which a login works asks for a second factor."""
    people = Person.objects.select_related("tenant").filter(login=login)
    return any(must_have_factor(person, roles_of(person)) for person in people)


@as_owner("a login opens people of several companies")
@transaction.atomic
def factor_changed(*, login: Login, what: str) -> None:
    """Note that somebody set up or took away a second factor."""
    for person in Person.objects.filter(login=login):
        journal.record(person, f"login.{what}", person)


@transaction.atomic
def reset_factors(*, person: Person, by: Person) -> int:
    """Take every second factor off a person's login, as for a lost phone; sign them out."""
    require_admin_of(by, person.tenant_id)
    if person.login_id is None:
        raise PersonHasNoLogin(person=person.name)
    require_own_login(person, by)
    there = Authenticator.objects.filter(user=person.login_id)
    count = len(there)
    there.delete()
    sign_out(person)
    journal.record(by, "login.factors_reset", person, count=count)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDraft:
    """What an administrator says of a provider; an empty secret leaves the one that is kept."""

    name: str
    issuer: str
    client_id: str
    secret: str
    match_by: str
    code_claim: str
    may_create: bool
    is_on: bool
    kind: str = SignInProvider.Kind.OIDC.value
    sso_url: str = ""
    certificates: str = ""
    metadata_url: str = ""


SAID_OF_PROVIDERS = (
    *("kind", "name", "issuer", "client_id", "match_by", "code_claim", "may_create", "is_on"),
    *("sso_url", "metadata_url"),
)


def certificates_in(text: str) -> list[str]:
    """Return the certificates of a text, without frames; an empty line or a frame parts them."""
    bare = text.replace("\r\n", "\n").replace("-----END CERTIFICATE-----", "\n\n")
    parts = bare.replace("-----BEGIN CERTIFICATE-----", "").split("\n\n")
    found = ["".join(part.split()) for part in parts if part.strip()]
    for number, each in enumerate(found or [""], start=1):
        try:
            x509.load_der_x509_certificate(b64decode(each, validate=True))
        except ValueError as fault:
            raise CertificateUnreadable(number=number) from fault
    return found


@transaction.atomic
def put_provider(*, tenant: Tenant, code: str, draft: ProviderDraft, by: Person) -> SignInProvider:
    """Keep where people may sign in instead of here."""
    require_admin_of(by, tenant.pk)
    is_saml = draft.kind == SignInProvider.Kind.SAML
    where = draft.sso_url if is_saml else draft.issuer
    if not where.startswith("https://") and not by.is_robot:
        raise ProviderUnsafe()
    kept = SignInProvider.objects.select_for_update().filter(tenant=tenant, code=code).first()
    provider = kept or SignInProvider(tenant=tenant, code=code)
    for name in SAID_OF_PROVIDERS:
        setattr(provider, name, getattr(draft, name))
    if is_saml:
        provider.certificates = "\n\n".join(certificates_in(draft.certificates))
    else:
        provider.issuer = draft.issuer.rstrip("/")
    if draft.secret:
        provider.secret = seal(draft.secret, purpose=PROVIDER_PURPOSE)
    provider.changed_at = clock.now()
    try:
        with transaction.atomic():
            provider.save()
    except IntegrityError as error:
        raise ProviderTaken(code=code) from error
    journal.record(by, "provider.set", provider, is_on=draft.is_on)
    return provider


@transaction.atomic
def login_by_provider(*, provider: SignInProvider, claims: Mapping[str, object]) -> Login | None:
    """Return the login of the person whom a provider names; one is opened if that is allowed.

    Nobody is made up: the person is there, works here today, and is the only one it could be.
    """
    today = clock.today(provider.tenant.time_zone)
    people = Person.objects.active_on(today).filter(tenant=provider.tenant, is_robot=False)
    people = people.select_related("login", "tenant").select_for_update(of=("self",))
    if provider.match_by == SignInProvider.MatchBy.MAIL:
        mail = claims.get("email")
        if not isinstance(mail, str) or not mail or claims.get("email_verified") is not True:
            return None
        found = list(people.filter(login__email__iexact=mail)[:2])
    else:
        code = claims.get(CODE if provider.is_saml else provider.code_claim)
        if not isinstance(code, str) or not code:
            return None
        found = list(people.filter(code=code))
    if len(found) != 1:
        return None
    return found[0].login or _opened(found[0], provider)


def _opened(person: Person, provider: SignInProvider) -> Login | None:
    """Return a login with a password that nobody knows, where the company allows it."""
    if not provider.may_create or roles_of(person) == {Role.INTEGRATION}:
        return None
    robot = Person.objects.get(tenant=provider.tenant, is_robot=True)
    name = f"{provider.tenant.code}.{person.code}"[:150]
    login = open_login(person=person, username=name, password=new_password(), by=robot)
    login.set_unusable_password()
    login.save(update_fields=["password"])
    return login
