"""The three engines, one of them a cluster that is started for these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bihuan.metrics.engine.backends import backend_at
from tests.engines.cluster import spark_cluster, why_not


@pytest.fixture(scope="session")
def spark_url() -> Iterator[str]:
    """Return the address of a cluster that lasts as long as the tests."""
    if reason := why_not():
        pytest.skip(reason)
    from bihuan.metrics.engine.backends.on_spark import Spark

    with spark_cluster() as url:
        yield url
        spark = backend_at(url)
        assert isinstance(spark, Spark)
        spark.stop()


@pytest.fixture(scope="session")
def engine_urls(spark_url: str) -> dict[str, str]:
    return {"duckdb": "duckdb", "postgresql": "postgresql", "spark": spark_url}
