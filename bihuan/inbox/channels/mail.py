"""Mail: by the SMTP server of the installation, in plain text and in simple HTML."""

from __future__ import annotations

import smtplib
from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from bihuan.inbox.channels import Later, Message, Refused, Sent
from bihuan.kernel.errors import gettext_noop
from bihuan.org.models import Person, Tenant

FINAL = 500
"""From this reply on, SMTP means that it will never take the message."""
SUBJECT_LENGTH = 150


class MailRefused(Refused):
    code = "inbox.mail_refused"
    says = gettext_noop("The mail server refuses this mail (%(status)s): %(reason)s")


class MailDelayed(Later):
    code = "inbox.mail_delayed"
    says = gettext_noop("The mail server could not take this mail: %(reason)s")


class Mail:
    """The channel to the address of a person's login."""

    code = "mail"
    name = _("Mail")

    def is_open(self, tenant: Tenant) -> bool:
        return bool(settings.MAIL_IS_ON)

    def addresses(self, tenant: Tenant, people: Collection[int]) -> Mapping[int, str]:
        known = Person.objects.filter(tenant=tenant, pk__in=people, login__is_active=True)
        return dict(known.exclude(login__email="").values_list("pk", "login__email"))

    def send(self, message: Message) -> Sent:
        mail = letter(message)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as fault:
            status, reason = next(iter(fault.recipients.values()))
            raise _refusal(status, reason) from fault
        except smtplib.SMTPResponseException as fault:
            raise _refusal(fault.smtp_code, fault.smtp_error) from fault
        except OSError as fault:  # What smtplib raises beside these is one too.
            raise MailDelayed(reason=str(fault) or type(fault).__name__) from fault
        return Sent(receipt=str(mail.extra_headers["Message-ID"]))


def letter(message: Message) -> EmailMultiAlternatives:
    """Return a message as mail; its id is the same at every attempt."""
    context = {"message": message}
    with translation.override(message.language):
        text = render_to_string("inbox/mail.txt", context)
        html = render_to_string("inbox/mail.html", context)
    subject = " ".join(f"[{message.tenant.name}] {message.title}".split())[:SUBJECT_LENGTH]
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[message.to],
        headers={
            "Message-ID": f"<{message.stable_id}@{host}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _refusal(status: int, reason: bytes | str) -> MailRefused | MailDelayed:
    said = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    if status >= FINAL:
        return MailRefused(status=status, reason=said)
    return MailDelayed(reason=f"{status} {said}")
