"""What can happen to a token of the API."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from bihuan.base import clock, journal
from bihuan.kernel.errors import Forbidden, Invalid, gettext_noop
from bihuan.org.access import require_admin_of, roles_of
from bihuan.org.domain.grant import EVERYTHING, check_scopes, token_digest
from bihuan.org.domain.role import Role
from bihuan.org.domain.text import fit
from bihuan.org.models import ApiToken, Person

USE_NOTED_EVERY = timedelta(minutes=5)


class TokenIsPersonal(Forbidden):
    code = "org.token_is_personal"
    says = gettext_noop("A token acts in the name of %(person)s; only they can make one.")


class TokenOver(Invalid):
    code = "org.token_over"
    says = gettext_noop("A token that expires on %(day)s would be over already.")


@transaction.atomic
def make_token(
    *,
    person: Person,
    name: str,
    expires_on: date | None = None,
    scopes: Iterable[str] = (EVERYTHING,),
    by: Person,
) -> tuple[ApiToken, str]:
    """Make a personal API token; its text is shown this once and only its hash is kept.

    An administrator makes tokens for programs, never in the name of a colleague.
    """
    if by.pk != person.pk:
        require_admin_of(by, person.tenant_id)
        if not by.is_robot and roles_of(person) != {Role.INTEGRATION}:
            raise TokenIsPersonal(person=person.name)
    if expires_on is not None and expires_on <= clock.today(person.tenant.time_zone):
        raise TokenOver(day=expires_on)
    allowed = check_scopes(scopes)
    secret = f"bh_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        person=person,
        name=fit(name, limit=80),
        hint=secret[:8],
        digest=token_digest(secret),
        created_at=clock.now(),
        expires_on=expires_on,
        scopes=allowed,
    )
    journal.record(by, "token.made", token, scopes=" ".join(allowed), expires_on=_said(expires_on))
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Person) -> ApiToken:
    """Make a token useless from now on."""
    if by.pk != token.person_id:
        require_admin_of(by, token.person.tenant_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        journal.record(by, "token.revoked", token)
    return token


def _said(day: date | None) -> str | None:
    return None if day is None else str(day)


def use_token(secret: str) -> Person | None:
    """Return the person a token acts for, if it still opens anything, and note its use."""
    token = token_in_use(secret)
    return None if token is None else token.person


def token_in_use(secret: str) -> ApiToken | None:
    """Return a token that still opens something, and note its use."""
    token = (
        ApiToken.objects.select_related("person__tenant", "person__login")
        .filter(digest=token_digest(secret), revoked_at__isnull=True)
        .first()
    )
    if token is None:
        return None
    if token.person.login is not None and not token.person.login.is_active:
        return None
    today = clock.today(token.person.tenant.time_zone)
    ends = [day for day in (token.expires_on, token.person.ended_on) if day is not None]
    if any(day <= today for day in ends):
        return None
    now = clock.now()
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
