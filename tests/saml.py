"""A provider that speaks SAML, and every way in which an answer may be bent."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

ISSUER, SSO_URL = "https://id.example.com/saml", "https://id.example.com/sso"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"


@dataclass(frozen=True)
class Keys:
    private: bytes
    certificate: str


@cache
def keys_of(name: str) -> Keys:
    """Return the keys of a provider with this name; they are made once."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2046, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Keys(private, made.public_bytes(pem).decode())


@dataclass(frozen=True)
class Said:
    """What an answer says; each part may be bent."""

    question: str
    audience: str
    address: str
    name: str = "lin@example.com"
    name_kind: str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    issuer: str = ISSUER
    since: timedelta = timedelta(minutes=-1)
    until: timedelta = timedelta(minutes=5)
    status: str = "Success"

    def xml(self) -> etree._Element:
        now = datetime.now(UTC)
        bound = {
            "ISSUED": _instant(now),
            "SINCE": _instant(now + self.since),
            "UNTIL": _instant(now + self.until),
        }
        rows = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        more = f"<saml:AttributeStatement>{rows}</saml:AttributeStatement>" if rows else ""
        audience = (
            f"<saml:AudienceRestriction><saml:Audience>{self.audience}</saml:Audience>"
            "</saml:AudienceRestriction>"
            if self.audience
            else ""
        )
        answers = f'InResponseTo="{self.question}"' if self.question else ""
        return etree.fromstring(
            f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r{uuid4().hex}" Version="2.0"
 IssueInstant="{bound["ISSUED"]}" Destination="{self.address}" {answers}>
<saml:Issuer>{self.issuer}</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{self.status}"/>
</samlp:Status>
<saml:Assertion ID="_a{uuid4().hex}" Version="2.0" IssueInstant="{bound["ISSUED"]}">
<saml:Issuer>{self.issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{self.name_kind}">{self.name}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{bound["UNTIL"]}" Recipient="{self.address}" {answers}/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{bound["SINCE"]}" NotOnOrAfter="{bound["UNTIL"]}">{audience}
</saml:Conditions>
<saml:AuthnStatement AuthnInstant="{bound["ISSUED"]}"><saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password
</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>{more}
</saml:Assertion></samlp:Response>"""
        )


def asked(location: str) -> Said:
    """Return the answer to a question that somebody was sent to the provider with."""
    parts = urlsplit(location)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == SSO_URL
    sent = base64.b64decode(parse_qs(parts.query)["SAMLRequest"][0])
    question = etree.fromstring(zlib.decompress(sent, -15))
    address = question.get("AssertionConsumerServiceURL") or ""
    issuer = question.findtext("{*}Issuer") or ""
    return Said(question=question.get("ID") or "", audience=issuer, address=address)


def signed(
    said: Said, *, by: str = "provider", parts: Sequence[str] = ("Assertion",), sha1: bool = False
) -> etree._Element:
    """Return an answer of which these parts are signed with somebody's key, one after another."""
    root = said.xml()
    for name in parts:
        part = root if name == "Response" else root.find(ASSERTION)
        assert part is not None
        _sign(root, part, by=by, sha1=sha1)
    return root


def _sign(root: etree._Element, part: etree._Element, *, by: str, sha1: bool) -> None:
    of = xmlsec.constants
    kind = of.TransformRsaSha1 if sha1 else of.TransformRsaSha256
    node = xmlsec.template.create(part, of.TransformExclC14N, kind, ns="ds")
    part.insert(1, node)
    digest = of.TransformSha1 if sha1 else of.TransformSha256
    reference = xmlsec.template.add_reference(node, digest, uri=f"#{part.get('ID')}")
    xmlsec.template.add_transform(reference, of.TransformEnveloped)
    xmlsec.template.add_transform(reference, of.TransformExclC14N)
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(keys_of(by).private, xmlsec.constants.KeyDataFormatPem)
    context.sign(node)


def wrapped(said: Said, *, name: str) -> etree._Element:
    """Return an answer that hides what was signed, and shows a forged assertion in its place."""
    root = signed(said)
    true = root.find(ASSERTION)
    forged = replace(said, name=name).xml().find(ASSERTION)
    assert true is not None
    assert forged is not None
    root.replace(true, forged)
    extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(true)
    root.insert(1, extensions)
    return root


def forged_beside(said: Said, *, name: str) -> etree._Element:
    """Return an answer with a forged assertion of the same number around the signed one's."""
    root = signed(said)
    true = root.find(ASSERTION)
    forged = replace(said, name=name).xml().find(ASSERTION)
    assert true is not None
    assert forged is not None
    mark = true.find(SIGNATURE)
    assert mark is not None
    forged.insert(1, mark)
    held = etree.SubElement(mark, "{http://www.w3.org/2000/09/xmldsig#}Object")
    root.replace(true, forged)
    held.append(true)
    return root


def sent(root: etree._Element, *, before: str = "") -> str:
    """Return an answer as the provider's page posts it."""
    return base64.b64encode(before.encode() + etree.tostring(root)).decode()


def metadata(*, by: str = "provider") -> str:
    bare = "".join(keys_of(by).certificate.splitlines()[1:-1])
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
 xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{ISSUER}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>
<ds:X509Certificate>{bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
 Location="{SSO_URL}"/></md:IDPSSODescriptor></md:EntityDescriptor>"""


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
