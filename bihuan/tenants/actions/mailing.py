"""Mails about a company as a whole, to people who cannot read a notice or must prove an address."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from bihuan.org.models import Person

logger = logging.getLogger(__name__)


def can_mail(person: Person) -> bool:
    """Tell whether a mail can reach a person."""
    return bool(settings.MAIL_IS_ON and person.login and person.login.email)


def send(what: str, *, to: Person, link: str) -> bool:
    """Send a mail to a person in their language; return whether the server took it."""
    assert to.login is not None, "who has no login has no address"
    return send_to(
        what, address=to.login.email, language=to.login.language, link=link, name=to.tenant.name
    )


def send_to(what: str, *, address: str, language: str, link: str, name: str) -> bool:
    """Send a mail to an address; a server that does not take it is noted, and tried by hand."""
    with translation.override(language):
        text = render_to_string(f"tenants/mail_{what}.txt", {"link": link, "name": name})
    subject, _, body = text.partition("\n")
    try:
        send_mail(subject.strip()[:150], body.lstrip(), None, [address])
    except OSError:  # What smtplib raises is one, too.
        logger.warning("the mail server did not take a mail (%s)", what, exc_info=True)
        return False
    return True
