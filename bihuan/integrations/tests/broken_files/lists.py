"""Lists of people, units and quotas that contradict themselves."""

from __future__ import annotations

from bihuan.integrations.tests.broken_files.making import (
    DATED_QUOTAS,
    QUOTAS,
    STAFF,
    STAFF_HEADER,
    case,
    text,
)

OTHERS = [
    case(
        "units in a circle",
        "mapping.circle",
        text(STAFF_HEADER + "1,林,甲,乙,rep,,\n2,王,乙,甲,rep,,\n"),
        mapping=STAFF,
    ),
    case(
        "unit that is not there",
        "mapping.unknown_unit",
        text(STAFF_HEADER + "1,林,甲,丙,rep,,\n"),
        mapping=STAFF,
        at=(2, "parent"),
    ),
    case(
        "role that is not there",
        "mapping.role_unknown",
        text(STAFF_HEADER + "1,林,甲,,king,,\n"),
        mapping=STAFF,
        at=(2, "角色"),
    ),
    case(
        "seat that ends before it begins",
        "mapping.seat_ends_early",
        text(STAFF_HEADER + "1,林,甲,,rep,2024-03-01,2024-02-01\n"),
        mapping=STAFF,
        at=(2, ""),
    ),
    case(
        "one number, two names",
        "mapping.differs",
        text(STAFF_HEADER + "1,林,甲,,rep,,\n1,王,甲,,rep,,\n"),
        mapping=STAFF,
        at=(3, "工号"),
    ),
    case(
        "negative quota",
        "mapping.quota_negative",
        text("业务员,月份,目标\n林晓,2024-03,-5\n"),
        mapping=QUOTAS,
        at=(2, "目标"),
    ),
    case(
        "month that is none",
        "mapping.not_a_period",
        text("业务员,月份,目标\n林晓,三月,5\n"),
        mapping=QUOTAS,
        at=(2, "月份"),
    ),
    case(
        "quota twice",
        "mapping.quota_twice",
        text("业务员,月份,目标\n林晓,2024-03,5\n林晓,2024年3月,6\n"),
        mapping=QUOTAS,
        at=(3, ""),
    ),
    case(
        "quota without end",
        "mapping.quota_endless",
        text("业务员,开始,目标\n林晓,2024-03-01,5\n"),
        mapping=DATED_QUOTAS,
        at=(2, ""),
    ),
    case(
        "quota of a metric that is not there",
        "mapping.metric_unknown",
        text("业务员,月份,目标\n林晓,2024-03,5\n"),
        mapping=QUOTAS.replace("net_sales", "happiness"),
        at=(2, "metric"),
    ),
]
