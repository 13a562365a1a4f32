"""The lines of the matrix about signing in: one's own sessions, and what an administrator ends."""

from __future__ import annotations

from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})
NEAR = ("rep", "neighbour", "their rep", "absent")

SIGNIN = (
    Row("org/security/"),
    Row("org/security/sessions/end-others/", "POST", fine=(302,)),
    Row(
        "org/security/sessions/<str:mark>/end/",
        "POST",
        fixed={"mark": "0" * 24},
        fine=(404,),
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
        for deed in ("sign-out", "shut", "reopen")
    ),
)
