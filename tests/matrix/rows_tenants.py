"""The lines of the matrix about a company as a whole: its plan, its exports and its end."""

from __future__ import annotations

from tests.matrix.walk import Row

ADMIN = frozenset({"admin"})

TENANTS = (
    Row("company/sign-up/", is_open=True, fine=(403,)),
    Row("company/sign-up/", "POST", body={"company": "zq"}, is_open=True, fine=(403,)),
    Row("company/sign-up/<str:secret>/", about={"secret": "ticket"}, is_open=True, fine=(404,)),
    Row(
        "company/sign-up/<str:secret>/",
        "POST",
        about={"secret": "ticket"},
        is_open=True,
        fine=(404,),
    ),
    Row("company/plan/"),
    Row("company/plan/export.xlsx", roles=ADMIN),
    Row("company/exports/", roles=ADMIN),
    Row("company/exports/make/", "POST", roles=ADMIN, fine=(302,)),
    Row(
        "company/exports/<int:export_id>/fetch/",
        "POST",
        about={"export_id": "export"},
        roles=ADMIN,
        keeps_to_own=False,  # It holds all of the company: what is in it, tests of exports ask.
    ),
    Row("company/leave/", roles=ADMIN),
    Row("company/leave/", "POST", roles=ADMIN, body={"code": "wrong"}, fine=(422,)),
    Row("company/leave/agree/", "POST", roles=ADMIN, fine=(404,)),
    Row("company/leave/withdraw/", "POST", roles=ADMIN, fine=(404,)),
    Row(
        "company/leave/confirm/<str:secret>/", about={"secret": "ticket"}, roles=ADMIN, fine=(404,)
    ),
    Row(
        "company/leave/confirm/<str:secret>/",
        "POST",
        about={"secret": "ticket"},
        roles=ADMIN,
        fine=(404,),
    ),
)
