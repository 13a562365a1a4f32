"""Events as OpenLineage's own client knows them. Imported by the sending thread alone."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import attr
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import (
    DatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
    column_lineage_dataset,
    error_message_run,
    job_type_job,
    output_statistics_output_dataset,
    schema_dataset,
    sql_job,
)
from openlineage.client.transport.http import HttpTransport

from bihuan.base.openlineage import Dataset, Flow, How, Told, namespace
from bihuan.base.outbound import spelled_in
from bihuan.base.outbound.session import GuardedAdapter, guarded_session

SECONDS = 15
PRODUCER = "urn:bihuan"
DIRECT = frozenset({How.IDENTITY, How.TRANSFORMATION, How.AGGREGATION})


@attr.define
class MetricRunFacet(RunFacet):
    """Which metric was asked for, by which version, by whom, and how often since the last event.

    Its schema stands in docs/openlineage.md.
    """

    key: str
    version: str
    askedBy: str
    asked: int

    @staticmethod
    def _get_schema() -> str:
        return "urn:bihuan:openlineage:MetricRunFacet:1-0-0"


@cache
def client() -> OpenLineageClient:
    """Return the client that the environment configures; over HTTP it goes by the guarded one.

    Where the environment names certificates of its own, the client goes as it is told: it then
    speaks to nobody who has not got those.
    """
    made = OpenLineageClient()
    way = made.transport
    if isinstance(way, HttpTransport) and way.verify is True and way.cert is None:
        also = spelled_in(way.url)
        way.config.adapter = GuardedAdapter(also, SECONDS)
        way.session = guarded_session(also=also)
    return made


def send(told: Told) -> None:
    """Send one event by the transport that is configured."""
    client().emit(event_of(told))


def event_of(told: Told) -> RunEvent:
    """Return an event as the client sends it."""
    run: dict[str, RunFacet] = {}
    job: dict[str, JobFacet] = {
        "jobType": job_type_job.JobTypeJobFacet(
            processingType="BATCH", integration="BIHUAN", jobType="JOB", producer=PRODUCER
        )
    }
    if told.error:
        run["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=told.error, programmingLanguage="PYTHON", producer=PRODUCER
        )
    if told.metric:
        said = dict(told.metric)
        run["bihuan_metric"] = MetricRunFacet(
            key=said["key"],
            version=said["version"],
            askedBy=said["asked_by"],
            asked=int(said["asked"]),
            producer=PRODUCER,
        )
    if told.sql:
        job["sql"] = sql_job.SQLJobFacet(query=told.sql, dialect="duckdb", producer=PRODUCER)
    return RunEvent(
        eventTime=told.at.isoformat(),
        producer=PRODUCER,
        run=Run(runId=told.run_id, facets=run),
        job=Job(namespace=namespace(), name=told.job, facets=job),
        eventType=RunState[told.state],
        inputs=[
            InputDataset(each.namespace, each.name, facets=_facets(each)) for each in told.inputs
        ],
        outputs=[
            OutputDataset(
                each.namespace, each.name, facets=_facets(each), outputFacets=_statistics(each)
            )
            for each in told.outputs
        ],
    )


def _facets(dataset: Dataset) -> dict[str, DatasetFacet]:
    facets: dict[str, DatasetFacet] = {}
    if dataset.columns:
        facets["schema"] = schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(name=name, type=type_)
                for name, type_ in dataset.columns
            ],
            producer=PRODUCER,
        )
    if dataset.flows:
        facets["columnLineage"] = _lineage(dataset.flows)
    return facets


def _lineage(flows: tuple[Flow, ...]) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    fields: dict[str, list[column_lineage_dataset.InputField]] = defaultdict(list)
    whole = []
    for flow in flows:
        read = column_lineage_dataset.InputField(
            namespace=flow.namespace,
            name=flow.dataset,
            field=flow.column,
            transformations=[
                column_lineage_dataset.Transformation(
                    type="DIRECT" if flow.how in DIRECT else "INDIRECT",
                    subtype=flow.how.name,
                )
            ],
        )
        if flow.field is None:
            whole.append(read)
        else:
            fields[flow.field].append(read)
    return column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            name: column_lineage_dataset.Fields(inputFields=reads) for name, reads in fields.items()
        },
        dataset=whole,
        producer=PRODUCER,
    )


def _statistics(dataset: Dataset) -> dict[str, OutputDatasetFacet]:
    if dataset.rows is None:
        return {}
    made = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=dataset.rows, producer=PRODUCER
    )
    return {"outputStatistics": made}
