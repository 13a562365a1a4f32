"""Mapping: what the files of a feed mean, as a document that people write and read.

The YAML file and the form in the browser hold the same mapping; one can be
turned into the other and back:

>>> text = '''
... source: orders
... files: {orders: {path: "*.csv"}}
... facts:
...   - file: orders
...     kind: order.placed
...     key: 订单号
...     business_on: 下单日期
...     person: 业务员
...     amount: 金额
... '''
>>> mapping = load_mapping(text)
>>> mapping.facts[0].amount.column
'金额'
>>> load_mapping(dump_mapping(mapping)) == mapping
True

Every scalar of the YAML is a text until a field wants something else, so a code
``007`` keeps its zeros and a country ``NO`` does not turn into false. What
cannot be understood is listed with the place it stands at:

>>> try:
...     load_mapping("source: orders\\nfiles: {}\\nfatcs: []")
... except MappingUnreadable as refusal:
...     [(p.code, p.params["place"]) for p in refusal.problems]
[('mapping.unknown_key', 'fatcs')]
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated

import yaml
from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from bihuan.integrations.domain.fault import Fault, Origin, gettext_noop
from bihuan.integrations.domain.mapping.file import FileSpec, Part
from bihuan.integrations.domain.mapping.target import (
    FactTarget,
    MemberTarget,
    PeopleTarget,
    QuotaTarget,
    UnitTarget,
)
from bihuan.integrations.domain.table import Wanted
from bihuan.kernel.errors import Invalid, Problem

MOST_CHARS = 1_000_000

_SEE_DOCS = gettext_noop("docs/imports.md describes every key of a mapping.")

NOT_YAML = Fault(
    "mapping.not_yaml",
    gettext_noop("The mapping is not valid YAML: %(reason)s."),
    gettext_noop("Check indentation, colons and quotation marks around this line."),
)
TOO_LONG = Fault(
    "mapping.too_long",
    gettext_noop("The mapping is longer than %(limit)s characters."),
    _SEE_DOCS,
)
UNKNOWN_KEY = Fault(
    "mapping.unknown_key", gettext_noop("The mapping has an unknown key at “%(place)s”."), _SEE_DOCS
)
MISSING_KEY = Fault(
    "mapping.missing_key", gettext_noop("The mapping lacks “%(place)s”."), _SEE_DOCS
)
NOT_AN_EXPRESSION = Fault(
    "mapping.not_an_expression",
    gettext_noop("What stands at “%(place)s” is neither a column nor one of the known shapes."),
    _SEE_DOCS,
)
NOT_UNDERSTOOD = Fault(
    "mapping.not_understood",
    gettext_noop("The mapping cannot be understood at “%(place)s”: %(reason)s."),
    _SEE_DOCS,
)


class MappingUnreadable(Invalid):
    code = "mapping.unreadable"
    says = gettext_noop("The mapping cannot be read; problems: %(count)s.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = tuple(problems)


class TenantSpec(Part):
    """The company, for a home in which there is none yet."""

    code: str = Field(pattern=r"^[-a-zA-Z0-9_]{1,40}$")
    name: str = Field(min_length=1, max_length=80)
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    time_zone: str = "Asia/Shanghai"
    day_count: Annotated[str, Field(pattern="^(china|weekdays|plain)$")] = "china"
    fiscal_start_month: int = Field(default=1, ge=1, le=12)


class Mapping(Part):
    """What the files of one feed mean."""

    version: int = Field(default=1, ge=1, le=1)
    source: str = Field(pattern=r"^[-a-zA-Z0-9_]{1,60}$")
    name: str = Field(default="", max_length=120)
    tenant: TenantSpec | None = None
    files: dict[str, FileSpec]
    units: list[UnitTarget] = []
    people: list[PeopleTarget] = []
    members: list[MemberTarget] = []
    facts: list[FactTarget] = []
    quotas: list[QuotaTarget] = []

    def wanted(self) -> list[Wanted]:
        """Return the files that have to be read."""
        return [spec.wanted(alias) for alias, spec in self.files.items()]


class _Loader(yaml.BaseLoader):
    """YAML in which every scalar is a text, no key comes twice and nothing refers elsewhere."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # as typeshed has it
            raise yaml.constructor.ConstructorError(None, None, "aliases are not read", mark)
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 (the signature is the loader's own)
    ) -> dict[Hashable, object]:
        made = super().construct_mapping(node, deep=deep)
        if len(made) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "the same key stands twice", node.start_mark
            )
        return made


def load_mapping(text: str) -> Mapping:
    """Return the mapping that a YAML text spells, or refuse it with every reason."""
    if len(text) > MOST_CHARS:
        raise MappingUnreadable([TOO_LONG.at(limit=MOST_CHARS)])
    try:
        content = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise MappingUnreadable([_not_yaml(error)]) from error
    except RecursionError as error:
        raise MappingUnreadable([NOT_YAML.at(reason="nesting")]) from error
    return read_mapping(content)


def _not_yaml(error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        line = error.problem_mark.line + 1
        return NOT_YAML.at(Origin(line=line), reason=error.problem or "")
    return NOT_YAML.at(reason=str(error).split("\n")[0])


def read_mapping(content: object) -> Mapping:
    """Return the mapping that plain lists and dictionaries spell, as the browser sends it."""
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        problems = [_problem(each) for each in error.errors(include_url=False)]
        raise MappingUnreadable(problems) from error


def _problem(error: ErrorDetails) -> Problem:
    place = ".".join(str(each) for each in error["loc"])
    faults = {
        "extra_forbidden": UNKNOWN_KEY,
        "missing": MISSING_KEY,
        "not_an_expression": NOT_AN_EXPRESSION,
        "not_a_condition": NOT_AN_EXPRESSION,
    }
    fault = faults.get(error["type"], NOT_UNDERSTOOD)
    given = error.get("input")
    value = given if isinstance(given, str) else ""
    return fault.at(value=value, place=place, reason=error["msg"].removeprefix("Value error, "))


def dump_mapping(mapping: Mapping) -> str:
    """Return a mapping as YAML, without what is left at its default."""
    content = mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(_plain(content), allow_unicode=True, sort_keys=False, width=100)


def _plain(content: object) -> object:
    """Return plain content with single columns written as bare words."""
    if isinstance(content, dict):
        if set(content) == {"column"}:
            return content["column"]
        names = sorted(content, key=lambda name: name != "file")
        return {name: _plain(content[name]) for name in names}
    return [_plain(each) for each in content] if isinstance(content, list) else content
