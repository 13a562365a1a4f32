"""Where figures are reckoned. Reads an address and starts nothing.

``ANALYTICS_URL`` is one of

    duckdb                            the columnar replica, in this process; the default
    postgresql                        the ledger's own database
    postgresql://user:…@host/name     another PostgreSQL that holds the same tables
    spark://host:7077                 a Spark cluster

Above the engine there is no difference: each gives the same figures to the last
digit. What an address asks of the machine is looked at here too, so that a
missing Java is told at the start and not by the first figure.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bihuan.base.postgres.address import settings_of
from bihuan.base.postgres.errors import DatabaseUrlInvalid
from bihuan.kernel.errors import Invalid, gettext_noop

ALIAS = "analytics"
"""What Django calls the other PostgreSQL, where there is one."""


class Engine(StrEnum):
    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SPARK = "spark"


class AnalyticsUrlInvalid(Invalid):
    """Names the fault and never the address, which may hold a password."""

    code = "base.analytics_url_invalid"
    says = gettext_noop(
        "ANALYTICS_URL cannot be used: %(fault)s. Leave it unset, or write duckdb, postgresql, "
        "postgresql://user:password@host:5432/name or spark://host:7077."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsAddress:
    """Which engine reckons figures, and where it is.

    ``alias`` is what Django calls the database of PostgreSQL, ``master`` where
    Spark is asked.
    """

    engine: Engine
    alias: str = "default"
    master: str = ""
    database: dict[str, Any] = field(default_factory=dict)


def address_of(url: str) -> AnalyticsAddress:
    """Return what an address means, or refuse what is not understood.

    >>> address_of("duckdb").engine
    <Engine.DUCKDB: 'duckdb'>
    >>> address_of("spark://10.0.0.7:7077").master
    'spark://10.0.0.7:7077'
    >>> address_of("postgresql://reader@standby/sales").database["HOST"]
    'standby'
    """
    if url in (Engine.DUCKDB, Engine.POSTGRESQL):
        return AnalyticsAddress(engine=Engine(url))
    scheme, separator, _ = url.partition("://")
    if separator and scheme in ("postgres", "postgresql"):
        return _another_postgresql(url)
    if separator and scheme == "spark":
        return AnalyticsAddress(engine=Engine.SPARK, master=_master(url))
    raise AnalyticsUrlInvalid(fault="it names no engine that is known")


def _another_postgresql(url: str) -> AnalyticsAddress:
    try:
        database = settings_of(url)
    except DatabaseUrlInvalid as refusal:
        raise AnalyticsUrlInvalid(fault=refusal.params["fault"]) from refusal
    return AnalyticsAddress(engine=Engine.POSTGRESQL, alias=ALIAS, database=database)


def _master(url: str) -> str:
    """Return the address of a master, or of several, one of which leads."""
    try:
        hosts = [urlsplit(f"//{each}") for each in url.removeprefix("spark://").split(",")]
        is_plain = all(
            host.hostname and host.port and not (host.path or host.query or host.username)
            for host in hosts
        )
    except ValueError:
        is_plain = False
    if not is_plain:
        raise AnalyticsUrlInvalid(fault="after spark:// it must say host:port and no more")
    return url


def analytics_databases(url: str) -> dict[str, dict[str, Any]]:
    """Return the further database that Django must know, if there is one.

    An address that is not understood adds none: a check refuses it at the start.
    """
    try:
        database = address_of(url).database
    except AnalyticsUrlInvalid:
        return {}
    if not database:
        return {}
    # Whom a policy shows fewer rows is to be told so, and not to be given wrong sums.
    session = "-c default_transaction_read_only=on -c row_security=off"
    options = {"options": session, **database["OPTIONS"]}
    return {
        ALIAS: {
            "ENGINE": "django.db.backends.postgresql",
            "CONN_HEALTH_CHECKS": True,
            "CONN_MAX_AGE": 60,
            **database,
            "OPTIONS": options,
            "TEST": {"MIRROR": "default"},
        }
    }


def missing_for_spark() -> str:
    """Return what a Spark cluster cannot be asked without, or nothing."""
    if find_spec("pyspark") is None:
        return "the package pyspark: install bihuan[spark]"
    java_home = os.environ.get("JAVA_HOME")
    at_home = Path(java_home) / "bin/java" if java_home else None
    is_there = at_home.is_file() if at_home else shutil.which("java") is not None
    return "" if is_there else "Java 17, on PATH or in JAVA_HOME"
