"""The ledger for programs: the same deeds, the same scope, the same refusals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Field, Query, Router, Schema, Status

from bihuan.base.idempotency import idempotent
from bihuan.base.instants import Instant
from bihuan.facts import actions, queries
from bihuan.facts.access import fact_seen, kinds_of, source_row_seen
from bihuan.facts.domain.attribute import Attribute, AttributeType, free_columns
from bihuan.facts.domain.kind import BUILT_IN, Kind
from bihuan.facts.models import Block, Fact
from bihuan.org.access import PersonRequest, require_role
from bihuan.org.domain.role import Role

router = Router(tags=["facts"])

Id = Annotated[int, Field(ge=1, lt=2**63)]
Text = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Money(Schema):
    amount: str
    currency: str


class Ref(Schema):
    id: int
    code: str
    name: str


class RowRef(Schema):
    id: int
    file: str
    sheet: str
    line: int


class FactOut(Schema):
    """A fact; ``counts`` is false for reversals and for what they take back."""

    seq: int
    kind: str
    business_on: date
    occurred_at: datetime | None
    recorded_at: datetime
    person: Ref | None
    unit: Ref | None
    account: Ref | None
    opportunity: Ref | None
    product: Ref | None
    store: Ref | None
    product_line: str
    region: str
    tier: str
    amount: Money | None
    quantity: str | None
    attributes: dict[str, str]
    extra: dict[str, str]
    source: str
    source_ref: str
    part: str
    revision: int
    source_row: RowRef | None
    reverses: int | None
    counts: bool


class FactFullOut(FactOut):
    block: int | None
    reversed_by: int | None
    reason: str


class FactsOut(Schema):
    count: int
    is_more_than_counted: bool
    next: str | None
    items: list[FactOut]


class FactsAsked(Schema):
    q: Annotated[str, Field(max_length=80)] = ""
    kind: Annotated[str, Field(max_length=60)] = ""
    person: Id | None = None
    unit: Id | None = None
    account: Id | None = None
    opportunity: Id | None = None
    product: Id | None = None
    store: Id | None = None
    source: Id | None = None
    batch: Id | None = None
    start: date | None = None
    end: date | None = None
    counting: bool = False


class MemberIn(Schema):
    code: Annotated[str, Field(min_length=1, max_length=120)]
    name: Text = ""


class FactIn(Schema):
    """A fact to record. The same ``source``, ``source_ref`` and ``part`` is one fact."""

    kind: Annotated[str, Field(max_length=60)]
    source: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,60}$")] = "api"
    source_ref: Annotated[str, Field(min_length=1, max_length=200)]
    part: Annotated[str, Field(max_length=40)] = ""
    business_on: date | None = None
    occurred_at: Annotated[Instant, Field(description="with its offset")] | None = None
    person: Annotated[str, Field(max_length=60)] = ""
    unit: Annotated[str, Field(max_length=60)] = ""
    account: MemberIn | None = None
    opportunity: MemberIn | None = None
    product: MemberIn | None = None
    store: MemberIn | None = None
    product_line: Annotated[str, Field(max_length=80)] = ""
    region: Annotated[str, Field(max_length=80)] = ""
    tier: Annotated[str, Field(max_length=80)] = ""
    amount: Decimal | None = None
    currency: Annotated[str, Field(max_length=3)] = ""
    quantity: Decimal | None = None
    attributes: dict[str, str] = {}
    extra: dict[str, str] = {}


class ReverseIn(Schema):
    reason: Annotated[str, Field(min_length=1, max_length=actions.REASON_LENGTH)]


class AttributeOut(Schema):
    name: str
    type: AttributeType
    label_zh: str
    label_en: str
    is_required: bool


class AttributeIn(Schema):
    name: Name
    type: AttributeType = AttributeType.TEXT
    label_zh: Annotated[str, Field(max_length=60)] = ""
    label_en: Annotated[str, Field(max_length=60)] = ""
    is_required: bool = False


class KindOut(Schema):
    code: str
    label_zh: str
    label_en: str
    needs: list[str]
    attributes: list[AttributeOut]
    may_be_negative: bool
    is_built_in: bool


class KindIn(Schema):
    code: Annotated[str, Field(max_length=60)]
    label_zh: Annotated[str, Field(min_length=1, max_length=60)]
    label_en: Annotated[str, Field(min_length=1, max_length=60)]
    needs: list[str] = []
    attributes: Annotated[list[AttributeIn], Field(max_length=10)] = []
    may_be_negative: bool = False


class SourceRowOut(Schema):
    id: int
    file: str
    sheet: str
    line: int
    cells: list[tuple[str, str]]
    facts: list[int]


class FindingOut(Schema):
    code: str
    message: str
    seq: int | None


class VerificationOut(Schema):
    checked: int
    blocks: int
    unsealed: int
    problems: list[FindingOut]


@router.get("", response=FactsOut)
def facts(
    request: PersonRequest,
    asked: Query[FactsAsked],
    after: str = "",
    limit: int = queries.PAGE_SIZE,
) -> FactsOut:
    """List the facts you may open, newest business day first; ``next`` goes into ``after``."""
    page = queries.page_of_facts(
        request.scope,
        queries.FactFilter(**asked.dict()),
        after=queries.Cursor.read(after),
        size=min(max(limit, 1), 500),
    )
    kinds = kinds_of(request.tenant)
    return FactsOut(
        count=page.count,
        is_more_than_counted=page.is_more_than_counted,
        next=str(page.next) if page.next else None,
        items=[FactOut.model_validate(_said(fact, kinds)) for fact in page.facts],
    )


def _said(fact: Fact, kinds: dict[str, Kind]) -> dict[str, object]:
    """Return a fact of a list as the API says it."""
    kind = queries.kind_of(fact, kinds)
    by_column = {attribute.column: attribute.name for attribute in kind.attributes}
    plain = [
        *("seq", "kind", "business_on", "occurred_at", "recorded_at", "product_line", "region"),
        *("tier", "source_ref", "part", "revision", "extra"),
    ]
    refs = ("person", "unit", "account", "opportunity", "product", "store")
    return {
        **{name: getattr(fact, name) for name in plain},
        **{name: _ref(getattr(fact, name)) for name in refs},
        "amount": None
        if fact.amount is None
        else Money(amount=str(fact.amount), currency=fact.currency),
        "quantity": None if fact.quantity is None else str(fact.quantity),
        "attributes": {
            by_column.get(each.column, each.column): str(each.value)
            for each in queries.attributes_of(fact, kind)
        },
        "source": fact.source.code,
        "source_row": _row_ref(fact),
        "reverses": getattr(fact, "reverses_seq", None),
        "counts": fact.reverses_id is None and not fact.is_reversed,
    }


def _ref(row: object) -> Ref | None:
    if row is None:
        return None
    return Ref(id=getattr(row, "pk"), code=getattr(row, "code"), name=getattr(row, "name"))  # noqa: B009  # any row with a code


def _row_ref(fact: Fact) -> RowRef | None:
    row = fact.source_row
    return None if row is None else RowRef(id=row.pk, file=row.file, sheet=row.sheet, line=row.line)


@router.post("", response={201: FactFullOut, 200: FactFullOut})
@idempotent
def record_fact(request: PersonRequest, given: FactIn) -> Status[FactFullOut]:
    """Record one fact. Sent again it answers 200 with the same fact."""
    nouns = ("account", "opportunity", "product", "store")
    members = {
        noun: actions.Named(code=member.code, name=member.name)
        for noun in nouns
        if (member := getattr(given, noun)) is not None
    }
    said = given.dict(exclude=set(nouns))
    fact, is_new = actions.receive(given=actions.Given(**said, members=members), by=request.person)
    return Status(201 if is_new else 200, _full(request, fact))


@router.get("/kinds", response=list[KindOut])
def kinds(request: PersonRequest) -> list[KindOut]:
    return [_kind_out(kind) for kind in kinds_of(request.tenant).values()]


def _kind_out(kind: Kind) -> KindOut:
    return KindOut(
        code=kind.code,
        label_zh=kind.label_zh,
        label_en=kind.label_en,
        needs=sorted(kind.needs),
        attributes=[
            AttributeOut(
                name=each.name,
                type=each.type,
                label_zh=each.label_zh,
                label_en=each.label_en,
                is_required=each.is_required,
            )
            for each in kind.attributes
        ],
        may_be_negative=kind.may_be_negative,
        is_built_in=kind.code in BUILT_IN,
    )


@router.post("/kinds", response={201: KindOut})
def new_kind(request: PersonRequest, given: KindIn) -> Status[KindOut]:
    """Add a kind of your company's own; its attributes get free columns in order."""
    columns = free_columns([each.type for each in given.attributes])
    attributes = tuple(
        Attribute(
            each.name,
            column,
            each.label_zh or each.name,
            each.label_en or each.name,
            each.is_required,
        )
        for each, column in zip(given.attributes, columns, strict=True)
    )
    kind = Kind(
        given.code,
        given.label_zh,
        given.label_en,
        frozenset(given.needs),
        attributes,
        given.may_be_negative,
    )
    actions.add_kind(tenant=request.tenant, kind=kind, by=request.person)
    return Status(201, _kind_out(kind))


@router.get("/verify", response=VerificationOut)
def verify(request: PersonRequest) -> VerificationOut:
    """Prove that the ledger is whole."""
    require_role(request.person, Role.ADMIN)
    checked = queries.verify(request.tenant)
    return VerificationOut(
        checked=checked.facts,
        blocks=checked.blocks,
        unsealed=checked.unsealed,
        problems=[
            FindingOut(code=each.code, message=each.message, seq=each.seq)
            for each in queries.said_findings(checked)
        ],
    )


@router.get("/source-rows/{row_id}", response=SourceRowOut)
def source_row(request: PersonRequest, row_id: Id) -> SourceRowOut:
    view = queries.source_row_view(source_row_seen(row_id, request.scope), request.scope)
    return SourceRowOut(
        id=view.row.pk,
        file=view.row.file,
        sheet=view.row.sheet,
        line=view.row.line,
        cells=list(view.cells),
        facts=[fact.seq for fact in view.facts],
    )


@router.get("/{seq}", response=FactFullOut)
def fact(request: PersonRequest, seq: Id) -> FactFullOut:
    return _full(request, fact_seen(seq, request.scope))


def _full(request: PersonRequest, fact: Fact) -> FactFullOut:
    view = queries.fact_view(fact, request.scope)
    said = _said(fact, kinds_of(request.tenant))
    return FactFullOut.model_validate(
        {
            **said,
            "reverses": view.reverses.seq if view.reverses else None,
            "counts": view.counts,
            "block": _number(view.block),
            "reversed_by": view.reversed_by.seq if view.reversed_by else None,
            "reason": view.reason,
        }
    )


def _number(block: Block | None) -> int | None:
    return None if block is None else block.number


@router.post("/{seq}/reverse", response={201: FactFullOut})
def reverse(request: PersonRequest, seq: Id, given: ReverseIn) -> Status[FactFullOut]:
    """Take a fact back by a further one; returns the reversal."""
    made = actions.reverse(
        fact=fact_seen(seq, request.scope), reason=given.reason, by=request.person
    )
    return Status(201, _full(request, made))
