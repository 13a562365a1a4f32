"""Signing a company up: by anybody, with an invitation, or not at all, as the installation says.

Where mail can be sent nothing is founded before the address has proved itself by the link in the
mail, and the page says the same of an address that is known already. Without mail the company is
there at once.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from bihuan.base import clock
from bihuan.kernel.errors import Conflict, Forbidden, Invalid, Missing, gettext_noop
from bihuan.org.actions.logins import PasswordWeak
from bihuan.org.domain.grant import token_digest
from bihuan.org.domain.password import check_words, words_in
from bihuan.org.domain.standing import TRIAL_DAYS
from bihuan.org.domain.text import fit
from bihuan.org.models import Login
from bihuan.tenants.actions.founding import Admin, Founded, found_company
from bihuan.tenants.actions.mailing import send_to
from bihuan.tenants.domain.application import LINK_HOLDS, Typed, is_too_often
from bihuan.tenants.models import Application, Invitation

OPEN, INVITED, CLOSED = "open", "invited", "closed"


class SignUpClosed(Forbidden):
    code = "tenants.sign_up_closed"
    says = gettext_noop("Nobody can sign up here alone. Ask whoever runs this installation.")


class TooOften(Conflict):
    code = "tenants.too_often"
    says = gettext_noop("That was tried too often from here. Wait an hour and try again.")
    status = 429


class InvitationUnfit(Invalid):
    code = "tenants.invitation_unfit"
    says = gettext_noop("This invitation is not known, was used already, or has run out.")


class LinkOver(Missing):
    code = "tenants.link_over"
    says = gettext_noop("This link was used already, or is older than three days. Sign up again.")


class MailNotSent(Conflict):
    code = "tenants.mail_not_sent"
    says = gettext_noop("The mail could not be sent. Try again in a few minutes.")


def invite(
    *, note: str = "", days: int = 30, trial_days: int = TRIAL_DAYS
) -> tuple[Invitation, str]:
    """Make an invitation for one company; its code is shown this once."""
    code = secrets.token_urlsafe(12)
    made = Invitation.objects.create(
        digest=token_digest(code),
        hint=code[:4],
        note=note[:80],
        trial_days=trial_days,
        made_at=clock.now(),
        expires_at=clock.now() + timedelta(days=days),
    )
    return made, code


def apply(*, typed: Typed, password: str, sent_from: str, invitation: str = "") -> Founded | None:
    """Take what somebody typed: a mail goes out, or where none can, the company is founded now."""
    if settings.SIGN_UP == CLOSED:
        raise SignUpClosed()
    invited = _invitation(invitation) if settings.SIGN_UP == INVITED else None
    checked = _checked(typed, password)
    application, secret = _kept(checked, sent_from, invited)
    if not settings.MAIL_IS_ON:
        return found_applied(application=application)
    _mail(checked, secret)
    return None


def _invitation(code: str) -> Invitation:
    held = Invitation.objects.select_for_update() if code else Invitation.objects.none()
    with transaction.atomic():
        found = held.filter(digest=token_digest(code.strip())).first()
    if found is None or found.used_at is not None or found.expires_at <= clock.now():
        raise InvitationUnfit()
    return found


def _checked(typed: Typed, password: str) -> Typed:
    mail = fit(typed.mail, limit=150).lower()
    try:
        validate_password(password, Login(username=mail, email=mail))
    except ValidationError as error:
        raise PasswordWeak() from error
    check_words(password, words_in(typed.company, typed.code, typed.name))
    return Typed(
        company=fit(typed.company, limit=80),
        code=typed.code.strip(),
        name=fit(typed.name, limit=80),
        mail=mail,
        language=typed.language,
        password_hash=make_password(password),
    )


@transaction.atomic
def _kept(typed: Typed, sent_from: str, invitation: Invitation | None) -> tuple[Application, str]:
    """Write an application down, unless there were too many; return it with its secret."""
    place, mail = _keyed(sent_from), _keyed(typed.mail)
    now = clock.now()
    if is_too_often(
        from_address=Application.objects.filter(
            sent_from=place, made_at__gt=now - timedelta(hours=1)
        ).count(),
        to_mail=Application.objects.filter(
            sent_to=mail, made_at__gt=now - timedelta(days=1)
        ).count(),
    ):
        raise TooOften()
    secret = secrets.token_urlsafe(32)
    made = Application.objects.create(
        sent_from=place,
        sent_to=mail,
        digest=token_digest(secret),
        typed=typed.as_data(),
        invitation=invitation,
        made_at=now,
    )
    return made, secret


def _keyed(value: str) -> str:
    return salted_hmac("tenants.application", value, algorithm="sha256").hexdigest()


def _mail(typed: Typed, secret: str) -> None:
    """Send the link; to an address that is known, that it is known."""
    known = Login.objects.filter(Q(username__iexact=typed.mail) | Q(email__iexact=typed.mail))
    what = "known" if known.exists() else "confirm"
    route = (
        reverse("account_login") if what == "known" else reverse("tenants:confirm", args=[secret])
    )
    link = urljoin(settings.PUBLIC_URL, route)
    is_sent = send_to(
        what, address=typed.mail, language=typed.language, link=link, name=typed.company
    )
    if not is_sent:
        raise MailNotSent()


def application_of(secret: str) -> Application:
    """Return what was typed by whoever holds this link, while it holds."""
    fresh = Application.objects.filter(
        digest=token_digest(secret), typed__isnull=False, made_at__gt=clock.now() - LINK_HOLDS
    )
    found = fresh.first()
    if found is None:
        raise LinkOver()
    return found


@transaction.atomic
def found_applied(*, application: Application) -> Founded:
    """Found the company that somebody applied for; what they typed is forgotten."""
    held = Application.objects.select_for_update().get(pk=application.pk)
    if held.typed is None:
        raise LinkOver()
    invited = held.invitation_id and Invitation.objects.select_for_update().get(
        pk=held.invitation_id
    )
    if invited and invited.used_at is not None:
        raise InvitationUnfit()
    typed = Typed.of(held.typed)
    founded = found_company(
        name=typed.company,
        code=typed.code,
        admin=Admin(
            name=typed.name,
            mail=typed.mail,
            password_hash=typed.password_hash,
            language=typed.language,
        ),
        trial_days=invited.trial_days if invited else TRIAL_DAYS,
    )
    held.typed, held.digest = None, ""
    held.save(update_fields=["typed", "digest"])
    if invited:
        invited.used_at = clock.now()
        invited.save(update_fields=["used_at"])
    return founded


def forget_applications() -> int:
    """Forget what was typed and never confirmed, once its link holds no more."""
    gone, _ = Application.objects.filter(made_at__lt=clock.now() - LINK_HOLDS).delete()
    return int(gone)
