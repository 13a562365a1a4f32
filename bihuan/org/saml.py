"""SAML, read and spoken by python3-saml: questions to a provider, and its signed answers.

The library comes with the extra ``saml``; without it nothing of this can be asked for. It holds
an answer against the schema, the provider's name, the clock and the signature. What it would let
pass (no audience, no question, no recipient, a signature around the assertion only by
chance) is asked for here and in ``org.domain.assertion``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2

from bihuan.base.outbound import Bounds, ask
from bihuan.kernel.errors import Conflict, DomainError, Invalid, gettext_noop
from bihuan.org.domain import assertion
from bihuan.org.domain.assertion import (
    AnswerExpired,
    AnswerForAnother,
    AnswerUnasked,
    AnswerUnreadable,
    AnswerUnsigned,
    Name,
    Said,
    SignInDeclined,
    claims_of,
    lasting_name,
)
from bihuan.org.models import SignInProvider

if TYPE_CHECKING:
    from onelogin.saml2.response import OneLogin_Saml2_Response
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

ANSWER_MOST = 256 * 1024
"""How long an answer may be, as it is sent; those of large providers take some ten kilobytes."""
METADATA_BOUNDS = Bounds(seconds=10, bytes=1024 * 1024)
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
CONFIRMATION = "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"


class SamlMissing(Conflict):
    code = "org.saml_missing"
    says = gettext_noop("SAML is not installed here: install bihuan[saml] and start again.")


class MetadataUnreadable(Invalid):
    code = "org.saml_metadata_unreadable"
    says = gettext_noop(
        "This is no metadata of a provider: it has no name, address for sign-in and certificate."
    )


class MetadataOutOfReach(Invalid):
    code = "org.saml_metadata_out_of_reach"
    says = gettext_noop("The metadata cannot be fetched from %(host)s. Paste them instead.")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What this house is called to a provider, and where its answers come to."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a provider publishes of itself."""

    issuer: str
    sso_url: str
    certificates: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whom a provider names, in answer to which question."""

    question: str
    uid: str
    claims: dict[str, object]


def is_installed() -> bool:
    """Tell whether the library is there that reads and checks what providers say."""
    return find_spec("onelogin") is not None


def require_installed() -> None:
    """Refuse where the library is not there."""
    if not is_installed():
        raise SamlMissing()


def fetched(url: str) -> str:
    """Return the metadata that a provider publishes, asked for by the guarded client."""
    try:
        answer = ask("GET", url, bounds=METADATA_BOUNDS)
    except httpx2.HTTPError as fault:
        raise MetadataOutOfReach(host=urlsplit(url).hostname or "") from fault
    if not answer.is_success:
        raise MetadataOutOfReach(host=urlsplit(url).hostname or "")
    return answer.body.decode("utf-8", "replace")


def read_metadata(text: str) -> Metadata:
    """Return what metadata say; document types and entities are not read at all."""
    require_installed()
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as Parser

    try:
        said = Parser.parse(text).get("idp", {})
    except _faults() as fault:
        raise MetadataUnreadable() from fault
    certificates = said.get("x509certMulti", {}).get("signing") or [said.get("x509cert", "")]
    sso_url = said.get("singleSignOnService", {}).get("url", "")
    if not (said.get("entityId") and sso_url and any(certificates)):
        raise MetadataUnreadable()
    return Metadata(
        issuer=said["entityId"], sso_url=sso_url, certificates="\n\n".join(certificates)
    )


def question(provider: SignInProvider, house: House) -> tuple[str, str]:
    """Return where to send somebody to be signed in, and by what the answer will be known."""
    from onelogin.saml2.auth import OneLogin_Saml2_Auth

    require_installed()
    auth = OneLogin_Saml2_Auth(_seen_at(house), _settings(provider, house))
    return str(auth.login(return_to="")), str(auth.get_last_request_id())


def own_metadata(provider: SignInProvider, house: House) -> bytes:
    """Return what this house tells a provider of itself, as XML."""
    said = _loaded(provider, house).get_sp_metadata()
    return said if isinstance(said, bytes) else str(said).encode()


def read_answer(provider: SignInProvider, house: House, sent: str) -> Answer:
    """Return whom an answer names, if the provider signed it, for this house, for now."""
    settings = _loaded(provider, house)
    if not sent or len(sent) > ANSWER_MOST:
        raise AnswerUnreadable()
    response = _checked(sent, settings, house)
    said = Said(
        audiences=response.get_audiences(),
        answers=_told(response, "InResponseTo"),
        recipients=_told(response, "Recipient"),
    )
    asked = assertion.require_ours(said, name=house.name, address=house.address)
    name = Name(response.get_nameid() or "", response.get_nameid_format() or "")
    claims = claims_of(response.get_attributes(), name, code_name=provider.code_claim)
    return Answer(question=asked, uid=lasting_name(name, claims), claims=claims)


def _checked(sent: str, settings: OneLogin_Saml2_Settings, house: House) -> OneLogin_Saml2_Response:
    from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as Refused
    from onelogin.saml2.response import OneLogin_Saml2_Response

    try:
        response = OneLogin_Saml2_Response(settings, sent)
        response.is_valid(_seen_at(house), raise_exceptions=True)
    except Refused as fault:
        raise _reasons().get(fault.code, AnswerUnreadable)() from fault
    except _faults() as fault:
        raise AnswerUnreadable() from fault
    return response


def _told(response: OneLogin_Saml2_Response, name: str) -> list[str]:
    """Return what the confirmations of the signed assertion say, each thing once."""
    nodes = response._query_assertion(CONFIRMATION)
    return sorted({node.get(name) or "" for node in nodes})


def _reasons() -> dict[int, type[DomainError]]:
    """Return what the library's refusals are called here; any other cannot be read."""
    from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as Refused

    return {
        Refused.STATUS_CODE_IS_NOT_SUCCESS: SignInDeclined,
        Refused.WRONG_SUBJECTCONFIRMATION: AnswerUnasked,
        **dict.fromkeys(
            (
                Refused.NO_SIGNATURE_FOUND,
                Refused.NO_SIGNED_ASSERTION,
                Refused.INVALID_SIGNATURE,
                Refused.WRONG_SIGNED_ELEMENT,
                Refused.INVALID_SIGNED_ELEMENT,
                Refused.UNEXPECTED_SIGNED_ELEMENTS,
                Refused.DUPLICATED_ID_IN_SIGNED_ELEMENTS,
                Refused.DUPLICATED_REFERENCE_IN_SIGNED_ELEMENTS,
                Refused.ID_NOT_FOUND_IN_SIGNED_ELEMENT,
                Refused.WRONG_NUMBER_OF_ASSERTIONS,
                Refused.DEPRECATED_SIGNATURE_METHOD,
                Refused.DEPRECATED_DIGEST_METHOD,
            ),
            AnswerUnsigned,
        ),
        **dict.fromkeys(
            (
                Refused.ASSERTION_EXPIRED,
                Refused.ASSERTION_TOO_EARLY,
                Refused.SESSION_EXPIRED,
                Refused.RESPONSE_EXPIRED,
            ),
            AnswerExpired,
        ),
        **dict.fromkeys(
            (Refused.WRONG_AUDIENCE, Refused.WRONG_ISSUER, Refused.WRONG_DESTINATION),
            AnswerForAnother,
        ),
    }


def _faults() -> tuple[type[Exception], ...]:
    """Return how the library fails on what is no answer; it checks less than it reads."""
    import lxml.etree
    import xmlsec
    from onelogin.saml2.errors import OneLogin_Saml2_Error

    own = (OneLogin_Saml2_Error, lxml.etree.LxmlError, xmlsec.Error)
    return (*own, ValueError, TypeError, LookupError, AttributeError, SyntaxError)


def _loaded(provider: SignInProvider, house: House) -> OneLogin_Saml2_Settings:
    require_installed()
    from onelogin.saml2.settings import OneLogin_Saml2_Settings

    return OneLogin_Saml2_Settings(_settings(provider, house))


def _settings(provider: SignInProvider, house: House) -> dict[str, Any]:
    certificates = provider.certificates.split("\n\n")
    return {
        "strict": True,
        "sp": {
            "entityId": house.name,
            "assertionConsumerService": {"url": house.address},
            "NameIDFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        },
        "idp": {
            "entityId": provider.issuer,
            "singleSignOnService": {"url": provider.sso_url, "binding": REDIRECT},
            "x509certMulti": {"signing": certificates},
        },
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": False,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,  # Companies have servers without a dot.
        },
    }


def _seen_at(house: House) -> dict[str, Any]:
    """Return the request as the library wants to see it: at the address that was published."""
    parts = urlsplit(house.address)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        "get_data": {},
        "post_data": {},
    }
