"""Making the company of the bench and every form in which engines read its facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
from django.db import connection

from bihuan.demo.bench.actions import END, make_company, make_facts, opportunities
from bihuan.demo.bench.world import World
from bihuan.facts import replica
from bihuan.metrics.queries import build_cube
from bihuan.org.models import Assignment, Person, Tenant, Unit


def make_world(
    *, folder: Path, facts: int, seed: int, people: int, progress: Callable[[str], None]
) -> None:
    """Make everything, and say last of all where it is: what is half made is no world."""
    tenant = make_company(people=people, facts=facts)
    progress("people and units")
    make_facts(tenant=tenant, count=facts, seed=seed, progress=progress)
    base = replica.catch_up(tenant, after=1)
    assert base is not None, "there are facts, and nobody else builds"
    file = replica.folder_of(tenant) / base.file
    progress("replica")
    build_cube(tenant)
    progress("cube")
    parquet = folder / "facts.parquet"
    with duckdb.connect(config={"threads": 2, "memory_limit": "1GB"}) as con:
        con.execute(f"ATTACH '{file}' AS base (READ_ONLY)")
        con.execute(
            f"COPY (SELECT * FROM base.facts ORDER BY seq) TO '{parquet}'"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
    progress("Parquet")
    _world(tenant, folder, (facts, seed), (file, parquet)).write_to(folder)


def _world(tenant: Tenant, folder: Path, size: tuple[int, int], files: tuple[Path, Path]) -> World:
    region = Unit.objects.filter(tenant=tenant, code="root.0").get()
    known = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname", "sslmode")
    reach = " ".join(f"{name}='{known[name]}'" for name in names if known.get(name))
    return World(
        facts=size[0],
        seed=size[1],
        tenant_id=tenant.pk,
        database=reach,
        duckdb=str(files[0]),
        parquet=str(files[1]),
        end=END.isoformat(),
        person_id=Person.objects.get(tenant=tenant, code="00042").pk,
        region_id=region.pk,
        region_path=region.path,
        opportunities=opportunities(size[0]),
        people=Assignment.objects.filter(tenant=tenant).count(),
    )
