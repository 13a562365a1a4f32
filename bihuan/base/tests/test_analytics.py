from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.base import analytics, checks
from bihuan.base.analytics import AnalyticsUrlInvalid, Engine, address_of, analytics_databases


@pytest.mark.parametrize(
    ("url", "engine", "alias"),
    [
        ("duckdb", Engine.DUCKDB, "default"),
        ("postgresql", Engine.POSTGRESQL, "default"),
        ("postgresql://reader@standby:5433/sales", Engine.POSTGRESQL, "analytics"),
        ("postgres://reader@standby/sales?sslmode=require", Engine.POSTGRESQL, "analytics"),
        ("spark://master:7077", Engine.SPARK, "default"),
        ("spark://one:7077,two:7077", Engine.SPARK, "default"),
    ],
)
def test_an_address_names_an_engine(url: str, engine: Engine, alias: str) -> None:
    found = address_of(url)
    assert (found.engine, found.alias) == (engine, alias)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "DuckDB",
        "duckdb://",
        "clickhouse://host:9000",
        "spark",
        "spark://",
        "spark://master",
        "spark://master:port",
        "spark://master:7077/path",
        "spark://user@master:7077",
        "spark://one:7077,",
        "postgresql://standby",
        "postgresql://standby/sales?search_path=x",
        "postgresql://standby:port/sales",
    ],
)
def test_an_address_that_is_not_understood_is_refused_at_the_start(
    url: str, settings: Settings
) -> None:
    with pytest.raises(AnalyticsUrlInvalid) as refusal:
        address_of(url)
    settings.ANALYTICS_URL = url
    [message] = checks.check_analytics(None)
    assert (message.id, message.msg) == ("base.E008", str(refusal.value))
    assert analytics_databases(url) == {}


def test_a_refusal_tells_no_password(settings: Settings) -> None:
    settings.ANALYTICS_URL = "postgresql://reader:hush@standby/sales?search_path=x"
    [message] = checks.check_analytics(None)
    assert "search_path" in message.msg
    assert "hush" not in message.msg


@pytest.mark.parametrize("url", ["duckdb", "postgresql", "spark://master:7077"])
def test_only_another_postgresql_is_a_database_more(url: str) -> None:
    assert analytics_databases(url) == {}


def test_another_postgresql_is_only_read() -> None:
    found = analytics_databases("postgresql://reader:x@standby/sales?sslmode=require")
    assert list(found) == ["analytics"]
    assert found["analytics"]["HOST"] == "standby"
    assert found["analytics"]["OPTIONS"] == {
        "sslmode": "require",
        # Behind a policy an error is better than a smaller sum.
        "options": "-c default_transaction_read_only=on -c row_security=off",
    }


def test_a_cluster_cannot_be_asked_without_java_or_the_driver(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.ANALYTICS_URL = "spark://master:7077"
    monkeypatch.setattr(analytics, "find_spec", lambda name: object())
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    [message] = checks.check_analytics(None)
    assert message.id == "base.E009"
    assert "Java 17" in message.msg
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/java").touch()
    assert checks.check_analytics(None) == []
    monkeypatch.setattr(analytics, "find_spec", lambda name: None)
    [message] = checks.check_analytics(None)
    assert "bihuan[spark]" in message.msg
    settings.ANALYTICS_URL = "duckdb"
    assert checks.check_analytics(None) == []
