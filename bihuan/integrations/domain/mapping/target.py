"""Target: what the rows of a file become.

Units, people, members, facts and quotas each have a list of targets; a target
names its file, which rows are meant, and an expression for each field. One row
becomes several facts when the target has ``each``: what the parts share is said
once above them.

>>> deals = FactTarget.model_validate({
...     "file": "pipeline", "key": "id", "person": "agent",
...     "each": [{"kind": "opportunity.won", "business_on": "closed"},
...              {"kind": "opportunity.lost", "business_on": "closed"}],
... })
>>> [(part.kind, part.part, part.person.column) for part in deals.parts()]
[('opportunity.won', 'won', 'agent'), ('opportunity.lost', 'lost', 'agent')]
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from bihuan.integrations.domain.mapping.condition import Condition
from bihuan.integrations.domain.mapping.expression import Expression, Next
from bihuan.integrations.domain.mapping.file import Part
from bihuan.org.domain.role import Role


def _as_list(given: object) -> object:
    return [given] if isinstance(given, str | dict) else given


Key = Annotated[list[Expression], BeforeValidator(_as_list)]
UnitKind = Literal["company", "division", "region", "branch", "team", "store"]
Dimension = Literal["account", "opportunity", "product", "store"]


class Target(Part):
    """Rows of a file that become something."""

    file: str
    when: Condition | None = None


class UnitTarget(Target):
    """A unit for each different code; without a parent it stands under the company."""

    code: Expression
    name: Expression | None = None
    kind: UnitKind = "team"
    parent: Expression | None = None


class SeatSpec(Part):
    """A seat that a person takes: the unit, the role and the days it holds."""

    unit: Expression | None = None
    role: Annotated[Role | Expression, Field(union_mode="left_to_right")] = Role.REP
    begins: Expression | None = Field(default=None, alias="from")
    ends: Expression | None = Field(default=None, alias="until")
    home: bool | None = None


class TeamSpec(Part):
    """The unit that is made for everybody whom others report to."""

    suffix: str = " 团队"
    kind: UnitKind = "team"


class PeopleTarget(Target):
    """A person for each different code, with seats listed or following who reports to whom."""

    code: Expression
    name: Expression | None = None
    seats: list[SeatSpec] = []
    reports_to: Expression | None = None
    team: TeamSpec = TeamSpec()
    begins: Expression | None = Field(default=None, alias="from")
    stretch: bool = False

    @model_validator(mode="after")
    def _seats_come_from_one_place(self) -> Self:
        if self.seats and self.reports_to is not None:
            raise ValueError("seats and reports_to exclude each other")
        return self


class MemberTarget(Target):
    """A member of a dimension for each different code."""

    dimension: Dimension
    code: Expression
    name: Expression | None = None
    attributes: dict[str, Expression] = {}


class FactFields(Part):
    """The fields that a fact may have."""

    kind: str = ""
    part: str | None = None
    when: Condition | None = None
    key: Key = []
    business_on: Expression | None = None
    occurred_at: Expression | None = None
    person: Expression | None = None
    unit: Expression | None = None
    account: Expression | None = None
    opportunity: Expression | None = None
    product: Expression | None = None
    store: Expression | None = None
    product_line: Expression | None = None
    region: Expression | None = None
    tier: Expression | None = None
    amount: Expression | None = None
    currency: Expression | None = None
    quantity: Expression | None = None
    attributes: dict[str, Expression] = {}
    extra: dict[str, Expression] = {}


class FactTarget(FactFields):
    """Facts of a file: one for each row, or one for each part whose condition a row meets."""

    file: str
    each: list[FactFields] = []

    def parts(self) -> list[FactFields]:
        """Return the facts a row can become, each with what all of them share."""
        shared = {
            name: getattr(self, name)
            for name in FactFields.model_fields
            if name in self.model_fields_set
        }
        if not self.each:
            return [FactFields.model_construct(**shared)]
        return [self._merged(shared, part) for part in self.each]

    def _merged(self, shared: dict[str, object], part: FactFields) -> FactFields:
        own = {name: getattr(part, name) for name in part.model_fields_set}
        for name in ("attributes", "extra"):
            own[name] = {**getattr(self, name), **own.get(name, {})}
        fields = {**shared, **own}
        if fields.get("part") is None:
            fields["part"] = str(fields.get("kind", "")).rpartition(".")[2]
        return FactFields.model_construct(**fields)


class QuotaTarget(Target):
    """A quota for each row, for a person or a unit, over given days or a period."""

    metric: str = ""
    metric_from: Expression | None = None
    person: Expression | None = None
    unit: Expression | None = None
    period: Expression | None = None
    start: Expression | None = None
    end: Next | Expression | None = None
    last_months: int | None = Field(default=None, ge=1, le=120)
    last_end: date | None = None
    amount: Expression

    @model_validator(mode="after")
    def _has_days_and_somebody(self) -> Self:
        if (self.person is None) == (self.unit is None):
            raise ValueError("either person or unit is needed")
        if (self.period is None) == (self.start is None):
            raise ValueError("either period or start and end are needed")
        if self.start is not None and self.end is None:
            raise ValueError("either period or start and end are needed")
        if bool(self.metric) == (self.metric_from is not None):
            raise ValueError("either metric or metric_from is needed")
        return self
