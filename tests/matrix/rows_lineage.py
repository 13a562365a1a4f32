"""The lines of the matrix for lineage: pages and operations."""

from __future__ import annotations

from bihuan.base import clock
from tests.matrix.oracle import Oracle
from tests.matrix.walk import Row

THIS_MONTH = {"month": f"{clock.today('Asia/Shanghai'):%Y-%m}"}
FACT_ROWS = ("rep", "mate", "deep", "neighbour", "mover before", "their rep", "absent")
UNITS = ("team", "sibling", "east", "their team", "absent")
PEOPLE = ("rep", "deep", "neighbour", "stranger", "absent")
SIGNED = {"key": "signed_amount"}
ASKED = "?metric=signed_amount&period={month}"
NO_FILE = "?file=deals.csv&column=amount"

LINEAGE = (
    Row("lineage/"),
    Row("lineage/metrics/<slug:key>/", fixed=SIGNED),
    Row("lineage/columns/"),
    Row("lineage/columns/", query=NO_FILE, fine=(404,)),
    Row("lineage/columns/metrics.xlsx", query=NO_FILE, fine=(404,)),
    Row("api/v1/lineage/metrics/{key}", fixed=SIGNED),
    Row("api/v1/lineage/files"),
    Row("api/v1/lineage/columns", query=NO_FILE, fine=(404,)),
    *(
        Row(
            route,
            about={"seq": "seq"},
            tried=FACT_ROWS,
            names=Oracle.has_target_set_by,
        )
        for route in (
            "lineage/facts/<int:seq>/",
            "lineage/facts/<int:seq>/cells.xlsx",
            "api/v1/lineage/facts/{seq}",
        )
    ),
    *(
        Row(
            route,
            query=f"{ASKED}&{noun}={{{noun}_id}}",
            fixed=THIS_MONTH,
            about=about,
            tried=tried,
        )
        for route in ("lineage/number/", "lineage/number/facts.xlsx", "api/v1/lineage/number")
        for noun, about, tried in (
            ("unit", {"unit_id": "team"}, UNITS),
            ("person", {"person_id": "person"}, PEOPLE),
        )
    ),
)
