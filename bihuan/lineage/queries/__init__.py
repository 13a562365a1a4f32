"""What is shown of lineage: down from a number, up from a fact, across from a column."""

from __future__ import annotations

from bihuan.lineage.queries.across import (
    ColumnLineage,
    ColumnRead,
    ColumnUnknown,
    column_lineage,
    files_read,
    metric_columns,
    targets_of,
)
from bihuan.lineage.queries.asking import cell_of_now, company_asked, metric_asked, number_of
from bihuan.lineage.queries.data import column_data, fact_data, metric_data, number_data
from bihuan.lineage.queries.down import (
    FACTS_AT_ONCE,
    NumberAsked,
    NumberLineage,
    every_line,
    number_lineage,
)
from bihuan.lineage.queries.drawing import (
    column_url,
    field_label,
    graph_of_column,
    graph_of_fact,
    graph_of_number,
    use_role,
)
from bihuan.lineage.queries.up import FactLineage, fact_lineage

__all__ = [
    "FACTS_AT_ONCE",
    "ColumnLineage",
    "ColumnRead",
    "ColumnUnknown",
    "FactLineage",
    "NumberAsked",
    "NumberLineage",
    "cell_of_now",
    "column_data",
    "column_lineage",
    "column_url",
    "company_asked",
    "every_line",
    "fact_data",
    "fact_lineage",
    "field_label",
    "files_read",
    "graph_of_column",
    "graph_of_fact",
    "graph_of_number",
    "metric_asked",
    "metric_columns",
    "metric_data",
    "number_data",
    "number_lineage",
    "number_of",
    "targets_of",
    "use_role",
]
