"""Mapping: what the files of a feed mean. See ``document`` for the whole of it.

>>> load_mapping("source: empty\\nfiles: {}").source
'empty'
"""

from __future__ import annotations

from bihuan.integrations.domain.mapping.document import (
    Mapping,
    MappingUnreadable,
    TenantSpec,
    dump_mapping,
    load_mapping,
    read_mapping,
)

__all__ = [
    "Mapping",
    "MappingUnreadable",
    "TenantSpec",
    "dump_mapping",
    "load_mapping",
    "read_mapping",
]
