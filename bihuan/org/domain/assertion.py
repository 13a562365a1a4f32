"""Assertion: what a SAML provider says of somebody, and when it is believed.

That it was signed by the provider's key, and has not expired, is checked where XML is read
(``org.saml``). What the standard leaves open is decided here: an assertion is for this house
by name, answers a question that was asked, and comes to the address it was asked to come to.

>>> said = Said(audiences=("https://b.example",), answers=("_q1",), recipients=("https://b/acs/",))
>>> require_ours(said, name="https://b.example", address="https://b/acs/")
'_q1'

Of what it says about a person, a mail address and a staff number are kept, nothing else.

>>> claims_of({"mail": ["lin@b.example"], "title": ["CEO"]}, Name("7", ""), code_name="")
{'email': 'lin@b.example', 'email_verified': True, 'code': '7'}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bihuan.kernel.errors import Forbidden, Invalid, gettext_noop

MAIL_NAMES = (
    "email",
    "mail",
    "emailAddress",
    "urn:oid:0.9.2342.19200300.100.1.3",
    "urn:oid:1.2.840.113549.1.9.1",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
"""What providers call a mail address, the shortest names first."""
VERIFIED_NAMES = ("email_verified", "http://schemas.auth0.com/email_verified")
MAIL_FORMAT = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
PASSING_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
"""A name made up for one sign-in: nobody is known by it the next time."""
CODE = "code"
"""Under what a staff number is handed on, whatever the provider calls it."""


class AnswerUnreadable(Invalid):
    code = "org.saml_unreadable"
    says = gettext_noop("What the provider sent back cannot be read as an answer to a sign-in.")


class AnswerUnsigned(Forbidden):
    code = "org.saml_unsigned"
    says = gettext_noop("The answer is not signed with the certificate that is kept here.")


class AnswerExpired(Forbidden):
    code = "org.saml_expired"
    says = gettext_noop("The answer has expired, or is not valid yet. Sign in again.")


class AnswerForAnother(Forbidden):
    code = "org.saml_for_another"
    says = gettext_noop("The answer is meant for somebody else, or comes from somebody else.")


class AnswerUnasked(Forbidden):
    code = "org.saml_unasked"
    says = gettext_noop(
        "This sign-in was not begun here, or is over already. Begin it on the sign-in page."
    )


class SignInDeclined(Forbidden):
    code = "org.saml_declined"
    says = gettext_noop("The provider did not let you in.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """For whom an assertion is, which questions it answers, and where it was to be brought."""

    audiences: Sequence[str]
    answers: Sequence[str]
    recipients: Sequence[str]


@dataclass(frozen=True, slots=True)
class Name:
    """What a provider calls somebody, and what kind of name that is."""

    value: str
    kind: str


def require_ours(said: Said, *, name: str, address: str) -> str:
    """Return the question that an assertion answers, if it is for this house and asked for."""
    if name not in said.audiences or set(said.recipients) != {address}:
        raise AnswerForAnother()
    if len(said.answers) != 1 or not said.answers[0]:
        raise AnswerUnasked()
    return said.answers[0]


def claims_of(
    attributes: Mapping[str, Sequence[object]], name: Name, *, code_name: str
) -> dict[str, object]:
    """Return what is believed of a person: a mail address, and the staff number.

    The provider is the company's own, so its mail addresses count as verified unless it says
    that they are not. Without a name for the staff number, it is the name of the person.
    """
    mail = _first(attributes, MAIL_NAMES) or (name.value if name.kind == MAIL_FORMAT else "")
    doubt = _first(attributes, VERIFIED_NAMES).lower()
    passing = name.kind == PASSING_FORMAT
    code = _first(attributes, (code_name,)) if code_name else "" if passing else name.value
    claims: dict[str, object] = {}
    if mail:
        claims |= {"email": mail, "email_verified": doubt in ("", "true", "1")}
    return claims | ({CODE: code} if code else {})


def lasting_name(name: Name, claims: Mapping[str, object]) -> str:
    """Return by what somebody is known from one sign-in to the next; empty if by nothing."""
    if name.value and name.kind != PASSING_FORMAT:
        return name.value
    return str(claims.get(CODE) or claims.get("email") or "")


def _first(attributes: Mapping[str, Sequence[object]], names: Sequence[str]) -> str:
    """Return the only value of the first of these that is there; of several, none is meant."""
    for each in names:
        values = attributes.get(each, ())
        if len(values) == 1 and isinstance(values[0], str):
            return values[0].strip()
    return ""
