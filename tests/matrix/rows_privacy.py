"""The lines of the matrix for requests about personal data, one's own data and the access log."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row
from tests.matrix.world import World

LOOKS_AFTER = frozenset({"admin", "quality_officer"})
REQUEST = {"petition_id": "petition"}
CONSENT = {"use": "recording", "channel": "phone", "text_version": "1"}
OPEN = ("rep", "their rep", "absent")
HANDED_OUT = ("rep copy", "neighbour copy", "their rep copy")
DECLINED = {"answer": "decline", "decision": "d"}
SOME = ("rep", "neighbour", "their rep", "absent")


def asked(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """A request is taken back by who asked."""
    return bool(oracle.petitions[objects["petition_id"]]["asked_by_id"] == person)


def may_ask(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """One asks for oneself; for others, who looks after personal data."""
    return objects["person_id"] == person or bool(oracle.roles(person) & LOOKS_AFTER)


def speaks_for(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    """Who looks after a contact, and who looks after personal data, brings what they ask for."""
    return oracle.speaks_for_contact(person, objects["contact_id"])


def fetches(oracle: Oracle, world: World, person: int, objects: Mapping[str, int]) -> bool:
    return oracle.fetches(person, objects["petition_id"])


PRIVACY = (
    Row("privacy/"),
    Row("privacy/export.xlsx"),
    Row("privacy/requests/<int:petition_id>/", about=REQUEST),
    *(
        Row(
            f"privacy/requests/<int:petition_id>/{deed}/",
            "POST",
            about=REQUEST,
            tried=tried,
            roles=LOOKS_AFTER,
            body=body,
            # Who asked does not decide, and who is restricted is so already.
            fine=fine,
        )
        for deed, tried, body, fine in (
            ("decide", OPEN, DECLINED, (302, 403)),
            ("decide", HANDED_OUT, DECLINED, (403, 422)),
            ("hold", (), {"reason": "r"}, (302, 403)),
        )
    ),
    *(
        Row(
            "privacy/requests/<int:petition_id>/withdraw/",
            "POST",
            about=REQUEST,
            tried=tried,
            may=asked,
            fine=fine,
        )
        for tried, fine in ((OPEN, (302,)), (HANDED_OUT, (409,)))
    ),
    Row(
        "privacy/holds/<int:hold_id>/lift/",
        "POST",
        about={"hold_id": "hold"},
        roles=LOOKS_AFTER,
        fine=(302,),
    ),
    *(
        Row(
            "privacy/people/<int:person_id>/erase/",
            method,
            about={"person_id": "person"},
            tried=SOME,
            may=may_ask,
            body={"reason": "r"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302, 422)))
    ),
    *(
        Row(
            "privacy/subjects/<uuid:subject_id>/erase/",
            method,
            about={"subject_id": "subject"},
            tried=SOME,
            roles=LOOKS_AFTER,
            body={"reason": "r"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302, 422)))
    ),
    Row("privacy/contacts/ask/"),
    Row("privacy/contacts/ask/", "POST", body={"reason": "r"}, fine=(302,)),
    Row("privacy/mine/"),
    Row("privacy/mine/", "POST", body={"mobile": "13800138000"}, fine=(302,)),
    Row("privacy/mine/copy/", "POST", fine=(302,)),
    # It holds the passages that name somebody, and who wrote them: tests of copies ask what.
    Row(
        "privacy/requests/<int:petition_id>/copy.zip",
        about=REQUEST,
        also=fetches,
        keeps_to_own=False,
    ),
    *(
        Row(
            "privacy/people/<int:person_id>/copy/",
            method,
            about={"person_id": "person"},
            tried=SOME,
            roles=LOOKS_AFTER,
            body={"reason": "r"},
            fine=fine,
        )
        for method, fine in (("GET", (200,)), ("POST", (302, 422)))
    ),
    Row("privacy/retention/", roles=LOOKS_AFTER),
    *(
        Row(
            "privacy/retention/",
            "POST",
            roles=LOOKS_AFTER,
            body={"access": 1095, "deed": deed},
            fine=fine,
        )
        for deed, fine in (("try", (200,)), ("keep", (302,)))
    ),
    Row("privacy/retention/export.xlsx", roles=LOOKS_AFTER),
    Row("privacy/access-log/", roles=LOOKS_AFTER),
    Row("privacy/access-log/export.xlsx", roles=LOOKS_AFTER),
    Row(
        "customers/contacts/<int:contact_id>/reveal/",
        "POST",
        about={"contact_id": "contact"},
        body={"purpose": "call"},
        keeps_to_own=False,
    ),
    Row(
        "api/v1/contacts/{contact_id}/reveal",
        "POST",
        about={"contact_id": "contact"},
        body={"purpose": "call"},
        keeps_to_own=False,
    ),
    *(
        Row(
            f"customers/contacts/<int:contact_id>/{deed}/",
            method,
            about={"contact_id": "contact"},
            may=speaks_for,
            body={"reason": "r"},
            fine=fine,
        )
        for deed in ("erase", "copy")
        for method, fine in (("GET", (200,)), ("POST", (302, 422)))
    ),
    *(
        Row(route, "POST", about={"contact_id": "contact"}, may=speaks_for, body=CONSENT, fine=fine)
        for route, fine in (
            ("customers/contacts/<int:contact_id>/consents/", (302,)),
            ("api/v1/contacts/{contact_id}/consents", (201,)),
        )
    ),
    Row("api/v1/contacts/{contact_id}/consents", about={"contact_id": "contact"}),
    *(
        Row(
            route,
            "POST",
            about={"contact_id": "contact", "consent_id": "consent"},
            tried=(name,),
            may=speaks_for,
            fine=fine,
        )
        for name in ("rep", "deep", "neighbour", "their rep")
        for route, fine in (
            ("customers/contacts/<int:contact_id>/consents/<int:consent_id>/withdraw/", (302,)),
            ("api/v1/contacts/{contact_id}/consents/{consent_id}/withdraw", (200,)),
        )
    ),
)
