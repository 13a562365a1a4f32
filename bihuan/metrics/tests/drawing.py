"""Random definitions of metrics, for properties that hold of every one."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from bihuan.metrics.domain.condition import BARE, LISTED, OPS_OF
from bihuan.metrics.domain.definition import Better, MetricDefinition, Unit, read_definition
from bihuan.metrics.domain.field import DIMENSIONS, FIELDS, NUMERIC, Field, FieldType
from bihuan.metrics.domain.gate import LAST, OWN, OwedBy
from bihuan.metrics.domain.measure import Over

Raw = dict[str, object]

words = (
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1)
    .map(str.strip)
    .filter(bool)
)
names = st.from_regex(r"[a-z][a-z0-9_]{1,12}", fullmatch=True)
numbers = st.integers(-(10**12), 10**12) | st.decimals(
    -(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False
).map(str)
PARAMETERS = ("high", "low")


def _values(field: Field) -> st.SearchStrategy[object]:
    if field.type is FieldType.WHOLE:
        return st.integers(-(10**6), 10**6)
    if field.type in NUMERIC:
        return numbers
    if field.type is FieldType.DAY:
        return st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(date.isoformat)
    return words


@st.composite
def leaves(draw: st.DrawFn) -> Raw:
    """Draw a comparison whose operator and value fit its field."""
    field = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
    op = draw(st.sampled_from(sorted(OPS_OF[field.type])))
    raw: Raw = {"field": field.name, "op": op.value}
    if op in BARE:
        return raw
    if op in LISTED:
        return raw | {"value": draw(st.lists(_values(field), min_size=1, max_size=4, unique=True))}
    alike = sorted(each.name for each in FIELDS.values() if each.type is field.type)
    others = [_values(field), st.sampled_from(alike).map(lambda name: {"field": name})]
    if field.type in NUMERIC:
        others.append(st.sampled_from(PARAMETERS).map(lambda name: {"parameter": name}))
    return raw | {"value": draw(st.one_of(others))}


conditions: st.SearchStrategy[Raw] = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


@st.composite
def gates(draw: st.DrawFn) -> Raw:
    keys = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    return {
        "link": draw(st.sampled_from(["contract", "account", "opportunity"])),
        "counts_on": draw(st.sampled_from([LAST, OWN, *keys])),
        "needs": [
            {
                "key": key,
                "label_zh": draw(words)[:60].strip() or "甲",
                "label_en": draw(words)[:60].strip() or "A",
                "owed_by": draw(st.sampled_from(sorted(OwedBy))).value,
                "within_days": draw(st.none() | st.integers(0, 3650)),
                "where": draw(conditions),
            }
            for key in keys
        ],
    }


@st.composite
def terms(draw: st.DrawFn) -> Raw:
    hows: list[Raw] = [
        {"sum": draw(st.sampled_from(["amount", "quantity", "minutes"]))},
        {"count": "facts"},
        {"distinct": draw(st.sampled_from(sorted(DIMENSIONS)))},
        {"first": draw(st.sampled_from(sorted(DIMENSIONS)))},
        {"days_between": ["opened_on", "business_on"]},
        {"metric": draw(names)},
    ]
    raw = dict(draw(st.sampled_from(hows)))
    raw["sign"] = draw(st.sampled_from([1, -1]))
    raw["over"] = draw(st.sampled_from(sorted(Over))).value
    if draw(st.booleans()):
        raw["where"] = draw(conditions)
    if draw(st.booleans()):
        raw["gates"] = draw(gates())
    return raw


@st.composite
def definitions(draw: st.DrawFn) -> MetricDefinition:
    """Draw a definition that can be read; whether it makes sense is another question."""
    measure = st.lists(terms(), min_size=1, max_size=3)
    lists = st.lists(words, max_size=3)
    raw: Raw = {
        "key": draw(names),
        "group": draw(names),
        "unit": draw(st.sampled_from(sorted(Unit))).value,
        "better": draw(st.sampled_from(sorted(Better))).value,
        **{name: draw(words) for name in ("name_zh", "name_en", "about_zh", "about_en")},
        **{
            f"{name}_{language}": draw(lists)
            for name in ("counted", "not_counted")
            for language in ("zh", "en")
        },
        "parameters": [
            {"name": name, "value": str(draw(numbers)), "label_zh": "甲", "label_en": "A"}
            for name in PARAMETERS
        ],
    }
    if draw(st.booleans()):
        raw["measure"] = draw(measure)
    else:
        raw["ratio"] = {
            "of": draw(measure),
            "to": draw(measure),
            "complement": draw(st.booleans()),
        }
    return read_definition(raw)
