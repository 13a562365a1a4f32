"""The lines of the matrix about signing in: one's own sessions, and what an administrator ends."""

from __future__ import annotations

from tests.matrix.walk import Row
from tests.saml import keys_of

ADMIN = frozenset({"admin"})
NEAR = ("rep", "neighbour", "their rep", "absent")

PROVIDER = {
    "code": "sso",
    "name": "n",
    "issuer": "https://id.example.com",
    "client_id": "c",
    "match_by": "mail",
    "is_on": "on",
}
SAML = {
    "code": "saml",
    "name": "n",
    "issuer": "https://id.example.com",
    "sso_url": "https://id.example.com/sso",
    "certificates": keys_of("matrix").certificate,
    "match_by": "mail",
    "is_on": "on",
}

SIGNIN = (
    Row("org/security/"),
    Row("org/security/sessions/end-others/", "POST", fine=(302,)),
    Row(
        "org/security/sessions/<str:mark>/end/",
        "POST",
        about={"mark": "session"},
        denied=(302,),  # To the page that asks for the password again.
    ),
    Row("org/sign-in/", roles=ADMIN),
    Row(
        "org/sign-in/",
        "POST",
        roles=ADMIN,
        body={"needed_for": "keepers", "grace_days": "5"},
        fine=(302,),
    ),
    Row("org/sign-in/providers/add/", roles=ADMIN),
    Row("org/sign-in/providers/add/", "POST", roles=ADMIN, body=PROVIDER, fine=(302,)),
    Row("org/sign-in/providers/add-saml/", roles=ADMIN),
    Row("org/sign-in/providers/add-saml/", "POST", roles=ADMIN, body=SAML, fine=(302,)),
    *(
        Row(
            "org/sign-in/providers/<int:provider_id>/",
            method,
            about={"provider_id": "provider"},
            tried=("ours", "theirs", "absent"),
            roles=ADMIN,
            body=PROVIDER if method == "POST" else {},
            fine=(200,) if method == "GET" else (302,),
        )
        for method in ("GET", "POST")
    ),
    *(
        Row(
            f"org/people/<int:person_id>/{deed}/",
            "POST",
            about={"person_id": "person"},
            tried=NEAR,
            roles=ADMIN,
            fine=(302,),
        )
        for deed in ("sign-out", "shut", "reopen", "reset-factors")
    ),
)
