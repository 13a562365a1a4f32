"""What a lineage server is told of an import, a build of the replica and a question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openlineage.client.facet_v2 import column_lineage_dataset, schema_dataset, sql_job

from bihuan.base import clock, openlineage, openlineage_events
from bihuan.facts.replica import rebuild
from bihuan.integrations.actions import claim_import, run_import
from bihuan.integrations.actions.bringing import begin_here
from bihuan.integrations.models import Import
from bihuan.metrics.queries import TableAsked, figure_table
from bihuan.metrics.queries.runs import forget_runs
from bihuan.org.actions import found_tenant, robot_of
from bihuan.org.models import Tenant

ROOT = Path(__file__).resolve().parents[3]
MAPPING = (ROOT / "docs/examples/maven_crm.yaml").read_text(encoding="utf-8")
Event = dict[str, Any]


@pytest.fixture(autouse=True)
def anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin without any of OpenLineage's environment, and with nothing gathered."""
    for name in list(os.environ):
        if name.startswith("OPENLINEAGE"):
            monkeypatch.delenv(name)
    openlineage_events.client.cache_clear()
    forget_runs()
    yield
    openlineage.drain(10)
    openlineage_events.client.cache_clear()


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have events written to a file."""
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", str(tmp_path / "events"))
    return tmp_path / "events"


@pytest.fixture
def tenant(db: None) -> Tenant:
    return found_tenant(
        code="maven", name="Maven", currency="USD", time_zone="UTC", day_count="plain"
    )


def bring(tenant: Tenant, folder: Path, mapping: str = MAPPING) -> Import:
    robot = robot_of(tenant)
    begun = begin_here(label="maven", mapping=mapping, by=robot)
    return run_import(import_=claim_import(import_=begun, by=robot), path=folder, by=robot)


def events_in(log: Path) -> list[Event]:
    assert openlineage.drain(60)
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def of_job(events: list[Event], job: str) -> list[Event]:
    return [event for event in events if event["job"]["name"] == job]


def check(event: Event) -> None:
    """Check an event against what OpenLineage asks of one, facet by facet, by its own classes."""
    assert event["schemaURL"].startswith("https://openlineage.io/spec/2-0-2/OpenLineage.json")
    assert uuid.UUID(event["run"]["runId"])
    assert datetime.fromisoformat(event["eventTime"]).tzinfo is not None
    assert event["job"]["namespace"] == "bihuan"
    assert event["producer"] == "urn:bihuan"
    facets = [*event["run"]["facets"].values(), *event["job"]["facets"].values()]
    for dataset in (*event["inputs"], *event["outputs"]):
        assert dataset["namespace"]
        assert dataset["name"]
        facets += [*dataset["facets"].values(), *dataset.get("outputFacets", {}).values()]
        for name, made in (("schema", schema_of), ("columnLineage", flows_of)):
            if name in dataset["facets"]:
                assert made(dataset["facets"][name])
    for facet in facets:
        assert facet["_producer"]
        assert facet["_schemaURL"]


def schema_of(facet: Event) -> schema_dataset.SchemaDatasetFacet:
    fields = [schema_dataset.SchemaDatasetFacetFields(**each) for each in facet["fields"]]
    return schema_dataset.SchemaDatasetFacet(fields=fields)


def flows_of(facet: Event) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    def read(each: Event) -> column_lineage_dataset.InputField:
        how = [column_lineage_dataset.Transformation(**t) for t in each["transformations"]]
        assert {t.type for t in how} <= {"DIRECT", "INDIRECT"}
        return column_lineage_dataset.InputField(**{**each, "transformations": how})

    return column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            name: column_lineage_dataset.Fields(inputFields=[read(e) for e in one["inputFields"]])
            for name, one in facet["fields"].items()
        },
        dataset=[read(each) for each in facet.get("dataset", [])],
    )


def inputs_of(facet: Event, field: str) -> set[tuple[str, str, str]]:
    return {
        (each["name"], each["field"], each["transformations"][0]["subtype"])
        for each in facet["fields"][field]["inputFields"]
    }


def test_an_import_a_sync_and_a_question_are_told_with_their_columns(
    tenant: Tenant, shared_data: Path, log: Path
) -> None:
    done = bring(tenant, shared_data / "maven_crm")
    assert done.state == "done", done.problems
    rebuild(tenant)
    figure_table(tenant, TableAsked(metric="win_rate"), None)
    figure_table(tenant, TableAsked(metric="win_rate"), None)
    events = events_in(log)
    for event in events:
        check(event)

    began, landed = of_job(events, "maven.import.maven_crm")
    assert [began["eventType"], landed["eventType"]] == ["START", "COMPLETE"]
    assert began["run"]["runId"] == landed["run"]["runId"]
    [ledger] = landed["outputs"]
    assert ledger["name"].endswith(".public.facts_fact")
    assert ledger["outputFacets"]["outputStatistics"]["rowCount"] == done.counts["new"]
    pipeline = "maven.files.maven_crm.sales_pipeline.csv"
    flows = ledger["facets"]["columnLineage"]
    assert inputs_of(flows, "amount") == {(pipeline, "close_value", "TRANSFORMATION")}
    assert {(e["name"], e["field"], e["transformations"][0]["type"]) for e in flows["dataset"]} == {
        (pipeline, "deal_stage", "INDIRECT")
    }

    _, built = of_job(events, "maven.replica.sync")
    [replica] = built["outputs"]
    assert replica["outputFacets"]["outputStatistics"]["rowCount"] == done.counts["new"]
    assert inputs_of(replica["facets"]["columnLineage"], "hour") == {
        (ledger["name"], "occurred_at", "TRANSFORMATION")
    }

    _, asked = of_job(events, "maven.metric.win_rate")
    [figure] = asked["outputs"]
    decided = figure["facets"]["columnLineage"]["dataset"]
    assert ("kind", "CONDITIONAL") in {
        (each["field"], each["transformations"][0]["subtype"]) for each in decided
    }
    facet = asked["run"]["facets"]["bihuan_metric"]
    assert (facet["key"], facet["askedBy"], facet["asked"]) == ("win_rate", "system", 1)
    assert sql_job.SQLJobFacet(asked["job"]["facets"]["sql"]["query"]).query.startswith("SELECT")


def test_a_refused_import_is_told_as_one_that_failed(
    tenant: Tenant, shared_data: Path, log: Path
) -> None:
    wrong = MAPPING.replace("amount: close_value", "amount: sales_agent")
    assert bring(tenant, shared_data / "maven_crm", wrong).state == "refused"
    _, failed = of_job(events_in(log), "maven.import.maven_crm")
    assert failed["eventType"] == "FAIL"
    assert failed["run"]["facets"]["errorMessage"]["message"].startswith("refused: ")


def test_a_broken_endpoint_is_a_line_in_the_log_and_no_more(
    tenant: Tenant, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "file")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__APPEND", "true")
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__LOG_FILE_PATH", "/proc/there/is/no/such/place")
    _, failed = openlineage.counts()
    assert bring(tenant, shared_data / "maven_crm").state == "done"
    assert openlineage.drain(60)
    assert openlineage.counts()[1] > failed


def test_what_does_not_fit_the_queue_is_dropped_and_counted() -> None:
    sender = openlineage.Sender()
    sender._thread = threading.main_thread()  # Alive, and empties nothing.
    for _ in range(openlineage.WAITING + 3):
        sender.put(lambda: openlineage.Told("START", "", clock.now(), ""))
    assert sender.dropped == 3
    assert not sender.drain(1)


def test_unconfigured_nothing_is_imported_kept_or_sent() -> None:
    code = (
        "import sys; from bihuan.base import openlineage as o;"
        "r = o.begin('job'); r.complete(); r.fail('x');"
        "print(r.is_told, o._SENDER._thread, any(m.startswith('openlineage') for m in sys.modules))"
    )
    clean = {k: v for k, v in os.environ.items() if not k.startswith("OPENLINEAGE")}
    found = subprocess.run(
        [sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False None False"


def test_it_can_be_switched_off_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:1")
    assert openlineage.is_on()
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    assert not openlineage.is_on()
